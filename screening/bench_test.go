package screening_test

import (
	"testing"

	"umbral/screening"
	"umbral/screening/screeningtest"
)

// Everything met: the longest trace there is.
func BenchmarkEvaluate(b *testing.B) {
	flat := screeningtest.Flat()
	var codes []string
	for _, ind := range flat.Rules.Indicators {
		codes = append(codes, ind.Code)
	}
	for name, in := range map[string]screening.Input{"none": screeningtest.Met(), "three": screeningtest.Met(codes[20:23]...), "all": screeningtest.Met(codes...)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				screening.Evaluate(flat, in)
			}
		})
	}
}

func BenchmarkNext(b *testing.B) {
	flat := screeningtest.Flat()
	in := screeningtest.Met("coe_violence")
	for b.Loop() {
		screening.Next(flat, in)
	}
}

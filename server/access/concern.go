package access

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
)

// What a code of concern.csv means for who may read the record that has it.
const (
	effectNamed     = "named"     // an authority takes part: which one must be named, else it is any
	effectSensitive = "sensitive" // who takes part could be anybody's colleague
)

//go:embed concern.csv
var concernTable string

var effects = func() map[string]string {
	rows, err := csv.NewReader(strings.NewReader(concernTable)).ReadAll()
	if err != nil {
		panic(err) // as mustParse
	}
	m := map[string]string{}
	for _, row := range rows[1:] {
		if row[1] != effectNamed && row[1] != effectSensitive {
			panic("access: concern.csv: " + strings.Join(row, ","))
		}
		m[row[0]] = row[1]
	}
	return m
}()

// Concern says what the indicators of a record and the authorities named in it
// mean for Scope.Sensitive and Scope.Concerned.
func Concern(indicators, named []string) (sensitive bool, concerned []string) {
	concerned = slices.Clone(named)
	slices.Sort(concerned)
	concerned = slices.Compact(concerned)
	for _, code := range slices.Concat(indicators, concerned) {
		switch effects[code] {
		case effectSensitive:
			sensitive = true
		case effectNamed:
			sensitive = sensitive || len(concerned) == 0
		}
	}
	return sensitive, concerned
}

// ConcernCodes are the codes of concern.csv, for tests that hold it against the codebook.
func ConcernCodes() map[string]string { return effects }

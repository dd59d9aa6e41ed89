package protocols_test

import (
	"fmt"

	"umbral/protocols"
	"umbral/screening"
)

// A published protocol and the engine: what a walk that meets one indicator says.
func ExampleGet() {
	p, err := protocols.Get("labour-agriculture", 0) // the newest
	if err != nil {
		fmt.Println(err)
		return
	}
	w, err := screening.Walk(&p.Protocol, screening.Want{Meets: []string{"exp_slavery"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(protocols.Codebook().Label(protocols.ListLevels, w.Assessment.Level, "en"))
	// Output: Presumed victim
}

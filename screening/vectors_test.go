package screening_test

import (
	"flag"
	"os"
	"reflect"
	"testing"

	"umbral/screening/screeningtest"
)

// update writes what the engine says now into the vectors: to be read with
// git diff before it is believed.
var update = flag.Bool("update", false, "write the outcomes of testdata/vectors anew")

// The vectors say what any engine must say; static/engine_test.go runs them too.
func TestVectors(t *testing.T) {
	files, err := screeningtest.ReadVectors("testdata/vectors")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for i := range f.Cases {
			c := &f.Cases[i]
			t.Run(f.Name+"/"+c.Name, func(t *testing.T) {
				got := screeningtest.Observe(&f.Protocol, c.Input)
				if *update {
					c.Want = got
				}
				if !reflect.DeepEqual(got, c.Want) {
					t.Errorf("got\n%s\nwant\n%s", screeningtest.JSON(got), screeningtest.JSON(c.Want))
				}
			})
		}
		if *update {
			if err := os.WriteFile(f.Path, f.Format(), 0o644); err != nil {
				t.Error(err)
			}
		}
	}
}

package protocols

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"umbral/screening"
)

// rank orders the levels: what a key fact must raise.
var rank = map[string]int{"none_found": 0, "labour_violation": 1, "inconclusive": 2, "possible_victim": 3, "presumed_victim": 4}

func vignettes(t *testing.T) []Vignette {
	t.Helper()
	all, findings := Embedded().Vignettes()
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	return all
}

// readSources reads every protocol of the library once: no test writes to one.
var readSources = sync.OnceValues(func() (map[string]*screening.Protocol, []Finding) {
	all := map[string]*screening.Protocol{}
	var findings []Finding
	for _, id := range Embedded().IDs() {
		src, f := Embedded().Source(id)
		findings = append(findings, f...)
		all[id] = &src.Protocol
	}
	return all, findings
})

// sources are the protocols as they stand in the library.
func sources(t *testing.T) map[string]*screening.Protocol {
	t.Helper()
	all, findings := readSources()
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	return all
}

// servingSetting are the protocols of a place.
func servingSetting(all map[string]*screening.Protocol, setting string) (fit []*screening.Protocol) {
	for _, p := range all {
		if slices.Contains(p.Settings, setting) {
			fit = append(fit, p)
		}
	}
	return fit
}

func TestVignettes_EngineSaysWhatASpecialistWould(t *testing.T) {
	protocols := sources(t)
	ids := map[string]bool{}
	for _, v := range vignettes(t) {
		t.Run(v.ID, func(t *testing.T) {
			if ids[v.ID] {
				t.Error("the id stands twice")
			}
			ids[v.ID] = true
			fit := servingSetting(protocols, v.Setting)
			if len(fit) != 1 {
				t.Fatalf("%d protocols for the setting %s", len(fit), v.Setting)
			}
			if !slices.Contains(fit[0].Roles, v.Role) {
				t.Errorf("%s is not for a %s", fit[0].ID, v.Role)
			}
			checkVignette(t, v, fit[0])
		})
	}
}

func checkVignette(t *testing.T, v Vignette, p *screening.Protocol) {
	w := v.Walk(p)
	a := w.Assessment
	var offences []string
	for _, o := range a.Offences {
		offences = append(offences, o.Code)
	}
	slices.Sort(offences)
	want := slices.Sorted(slices.Values(v.Expect.Offences))
	if a.Level != v.Expect.Level || !slices.Equal(offences, want) {
		t.Errorf("%s: level %s with offences %v, expected %s with %v\nmet %v\nasked %v", v.Title, a.Level, offences, v.Expect.Level, want, a.Indicators, w.Asked)
	}
	if got, want := slices.Sorted(slices.Values(a.Danger)), slices.Sorted(slices.Values(v.Expect.Danger)); !slices.Equal(got, want) {
		t.Errorf("%s: danger %v, expected %v", v.Title, got, want)
	}
	for _, action := range v.Expect.Actions {
		if !slices.Contains(a.Actions, action) {
			t.Errorf("%s: the action %s does not follow", v.Title, action)
		}
	}
	keys := 0
	for i, f := range v.Facts {
		for item := range f.Answers {
			if !slices.Contains(w.Asked, item) {
				t.Errorf("%s: nobody asks %s, which says that %q", v.Title, item, f.Says)
			}
		}
		if !f.Key {
			continue
		}
		keys++
		if less := v.Walk(p, i).Assessment.Level; rank[less] >= rank[a.Level] {
			t.Errorf("%s: without %q the level is %s, no lower than %s", v.Title, f.Says, less, a.Level)
		}
	}
	if raised := rank[v.Expect.Level] > 0 && v.Kind != "unfinished"; raised && keys == 0 {
		t.Errorf("%s: no fact is key to its level", v.Title)
	}
	if v.Kind == "near_miss" && strings.HasPrefix(v.Expect.Level, "presumed") {
		t.Errorf("%s: a near miss is presumed", v.Title)
	}
}

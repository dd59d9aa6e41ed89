package protocols

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"umbral/screening"
)

// What every protocol of the library must hold, whatever its place.

func each(t *testing.T, f func(t *testing.T, p *screening.Protocol)) {
	all := sources(t)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		t.Run(id, func(t *testing.T) { f(t, all[id]) })
	}
}

func codesWith(p *screening.Protocol, prefix string) []string {
	var codes []string
	for _, ind := range p.Rules.Indicators {
		if strings.HasPrefix(ind.Code, prefix) {
			codes = append(codes, ind.Code)
		}
	}
	return codes
}

func walkOf(t *testing.T, p *screening.Protocol, want screening.Want) screening.Walked {
	t.Helper()
	w, err := screening.Walk(p, want)
	if err != nil {
		t.Fatalf("walk %v: %v", want.Meets, err)
	}
	return w
}

func TestLibrary_NegativePathFindsNothing(t *testing.T) {
	each(t, func(t *testing.T, p *screening.Protocol) {
		for _, sex := range Codebook().List(ListSexes).Codes() {
			for _, role := range p.Roles {
				w := walkOf(t, p, screening.Want{Sex: sex, Role: role})
				if w.AskedPerson > p.Budget.Negative {
					t.Errorf("%s, %s: %d questions, at most %d", sex, role, w.AskedPerson, p.Budget.Negative)
				}
				if w.Assessment.Level != "none_found" || len(w.Assessment.Indicators) > 0 || len(w.Assessment.Offences) > 0 {
					t.Errorf("%s, %s: %+v", sex, role, w.Assessment)
				}
			}
		}
	})
}

func TestLibrary_LabourRightsAloneNeverMore(t *testing.T) {
	each(t, func(t *testing.T, p *screening.Protocol) {
		w := walkOf(t, p, screening.Want{Meets: codesWith(p, "lab_")})
		if w.Assessment.Level != "labour_violation" || len(w.Assessment.Offences) > 0 {
			t.Errorf("level %s, offences %q", w.Assessment.Level, offencesOf(w.Assessment))
		}
	})
}

// Vulnerability alone never raises a level, each code by itself.
func TestLibrary_VulnerabilityAloneIsNothingFound(t *testing.T) {
	each(t, func(t *testing.T, p *screening.Protocol) {
		for _, ind := range p.Rules.Indicators {
			if !strings.HasPrefix(ind.Dimension, "vulnerability") && ind.Dimension != "recruitment_vulnerability" || ind.Code == "rec_child" {
				continue
			}
			w := walkOf(t, p, screening.Want{Meets: []string{ind.Code}})
			if w.Assessment.Level != "none_found" || len(w.Assessment.Offences) > 0 {
				t.Errorf("%v: level %s, offences %q", ind.Code, w.Assessment.Level, offencesOf(w.Assessment))
			}
		}
	})
}

func TestLibrary_EverythingDeclinedIsInconclusive(t *testing.T) {
	each(t, func(t *testing.T, p *screening.Protocol) {
		if w := walkOf(t, p, screening.Want{DeclineAll: true}); w.Assessment.Level != "inconclusive" {
			t.Errorf("level %s", w.Assessment.Level)
		}
	})
}

// Who cannot be interviewed is observed only: nothing is put to the person, and
// nothing seen is not nothing found.
func TestLibrary_ObservedOnlyAsksNothing(t *testing.T) {
	each(t, func(t *testing.T, p *screening.Protocol) {
		for _, age := range []int{4, 30} {
			w := walkOf(t, p, screening.Want{Age: &age, Given: map[string]string{"saf_interview": "no"}, Ended: "observation_only"})
			if w.AskedPerson > 0 || w.Assessment.Level != "inconclusive" {
				t.Errorf("%d years: %d questions, level %s", age, w.AskedPerson, w.Assessment.Level)
			}
		}
		minor := 4
		seen, _ := screening.Walk(p, screening.Want{Age: &minor, Ended: "observation_only", Given: map[string]string{"saf_interview": "no", "ovs_begs": "yes"}})
		if seen.Assessment.Level != "presumed_victim" {
			t.Errorf("a small child made to beg: level %s", seen.Assessment.Level)
		}
	})
}

// sharedItems are what a group may say once, each decided by itself: how they were
// brought, what they owe for it, where they live, what the place lacks. What is
// done to a person, their body, papers, wages, choices and identity never are.
var sharedItems = strings.Fields("core_debt core_housing core_not_as_told core_protection core_trip deb_imposed exp_living lab_home lab_protection " +
	"rec_authority rec_told_conditions rec_told_housing rec_told_job rec_told_travel rec_uninformed trn_who wrk_home wrk_protection")

func TestLibrary_AGroupSharesOnlyWhatWasDecided(t *testing.T) {
	each(t, func(t *testing.T, p *screening.Protocol) {
		for _, m := range p.Modules {
			for _, it := range m.Items {
				if it.Group && !slices.Contains(sharedItems, it.ID) {
					t.Errorf("%s may be said for a group, and nobody decided that", it.ID)
				}
			}
		}
	})
}

func TestLibrary_WhoIsOrMayBeAChild(t *testing.T) {
	each(t, func(t *testing.T, p *screening.Protocol) {
		means := map[string]bool{}
		for _, m := range p.Modules {
			for _, it := range m.Items {
				means[it.ID] = it.Means
			}
		}
		age := 15
		for name, want := range map[string]screening.Want{"15": {Age: &age}, "unknown": {AgeUnknown: true}} {
			w := walkOf(t, p, want)
			if w.Assessment.Path != screening.PathChild {
				t.Errorf("%s: path %s", name, w.Assessment.Path)
			}
			for _, id := range w.Asked {
				if means[id] {
					t.Errorf("%s: %s asks about the means", name, id)
				}
			}
		}
	})
}

// Every code that a protocol declares can be met alone, by women, men and
// intersex persons: on the adult path all of them, on the child path those that
// some item asks about without asking for means.
func TestLibrary_EveryIndicatorAloneForEverySex(t *testing.T) {
	adult, minor := 30, 15
	each(t, func(t *testing.T, p *screening.Protocol) {
		noMeans := map[string]bool{}
		for _, m := range p.Modules {
			for _, it := range m.Items {
				for _, code := range it.Meets {
					noMeans[code] = noMeans[code] || !it.Means
				}
			}
		}
		for _, ind := range p.Rules.Indicators {
			if _, declared := noMeans[ind.Code]; !declared {
				if p.Depth == "full" {
					t.Errorf("nothing can meet %s", ind.Code)
				}
				continue
			}
			for _, sex := range Codebook().List(ListSexes).Codes() {
				want := screening.Want{Meets: []string{ind.Code}, Age: &adult, Sex: sex}
				if _, err := screening.Walk(p, want); err != nil {
					t.Errorf("adult, %s: %v", sex, err)
				}
				want.Age = &minor
				_, err := screening.Walk(p, want)
				var cannot *screening.Unmeetable
				switch {
				case noMeans[ind.Code] && err != nil:
					t.Errorf("child, %s: %v", sex, err)
				case !noMeans[ind.Code] && !errors.As(err, &cannot):
					t.Errorf("child: %s is means and was met", ind.Code)
				case !noMeans[ind.Code] && !slices.Contains(cannot.Codes, ind.Code):
					t.Errorf("child: the error does not name %s: %v", ind.Code, cannot)
				}
			}
		}
	})
}

// What a child can say without being asked how must include every form and
// every danger.
func TestLibrary_ChildPathHasEveryFormAndDanger(t *testing.T) {
	minor := 12
	each(t, func(t *testing.T, p *screening.Protocol) {
		for _, ind := range p.Rules.Indicators {
			if ind.Dimension != "exploitation" && ind.Dimension != "danger" && ind.Code != "rec_child" {
				continue
			}
			if _, err := screening.Walk(p, screening.Want{Meets: []string{ind.Code}, Age: &minor}); err != nil {
				t.Errorf("%v", err)
			}
		}
	})
}

package protocols

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"umbral/screening"
)

// What the cases must cover together.
const (
	leastCases        = 60
	leastCasesInDepth = 7 // for each place that has a protocol in depth
)

// walkedCase is a case and what came of it.
type walkedCase struct {
	Vignette
	p *screening.Protocol
	w screening.Walked
}

func walkedCases(t *testing.T) []walkedCase {
	t.Helper()
	protocols := sources(t)
	var all []walkedCase
	for _, v := range vignettes(t) {
		for _, p := range servingSetting(protocols, v.Setting) {
			all = append(all, walkedCase{v, p, v.Walk(p)})
		}
	}
	return all
}

func TestVignettes_CoverPlacesPersonsAndKinds(t *testing.T) {
	cases := walkedCases(t)
	if len(cases) < leastCases {
		t.Errorf("%d cases, at least %d", len(cases), leastCases)
	}
	perPlace, sexes, kinds, levels, paths, ended := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range cases {
		perPlace[c.Setting]++
		sexes[c.Person.Sex]++
		kinds[c.Kind]++
		levels[c.w.Assessment.Level]++
		paths[c.w.Assessment.Path]++
		ended[c.Ended]++
		if strings.TrimSpace(c.Source) == "" {
			t.Errorf("%s has no source", c.ID)
		}
	}
	for id, p := range sources(t) {
		least := 2
		if p.Depth == "full" {
			least = leastCasesInDepth
		}
		for _, setting := range p.Settings {
			if perPlace[setting] < least {
				t.Errorf("%s (%s): %d cases, at least %d", setting, id, perPlace[setting], least)
			}
		}
	}
	for _, want := range []struct {
		what  string
		have  map[string]int
		codes []string
		least int
	}{
		{"sex", sexes, []string{"female", "male"}, 20},
		{"sex", sexes, []string{"intersex"}, 1},
		{"kind", kinds, []string{"positive", "near_miss", "negative", "unfinished"}, 5},
		{"level", levels, Codebook().List(ListLevels).Codes(), 4},
		{"path", paths, []string{screening.PathAdult, screening.PathChild}, 12},
		{"end", ended, []string{"stopped_by_person", "observation_only"}, 1},
	} {
		for _, code := range want.codes {
			if want.have[code] < want.least {
				t.Errorf("%s %s: %d cases, at least %d", want.what, code, want.have[code], want.least)
			}
		}
	}
}

// Every module has a case that opens it and one of the same path that does not;
// every rule of a level and every offence has a case that it holds in and one
// that it must not.
func TestVignettes_OpenEveryModuleAndEveryRule(t *testing.T) {
	opened, closed := map[string]bool{}, map[string]bool{}
	rules, offences := map[string]bool{}, map[string]bool{}
	modules, allRules, allOffences := map[string]bool{}, map[string]bool{}, map[string]bool{}
	cases := walkedCases(t)
	for _, c := range cases {
		for _, m := range c.p.Modules {
			if m.OpenIf == nil {
				continue
			}
			modules[m.ID] = true
			if slices.ContainsFunc(m.Items, func(it screening.Item) bool { return slices.Contains(c.w.Asked, it.ID) }) {
				opened[m.ID] = true
			} else {
				closed[m.ID] = true
			}
		}
		for _, r := range c.w.Assessment.Trace {
			if r.Kind == "level" {
				rules[r.Rule] = true
			}
		}
		for _, o := range c.w.Assessment.Offences {
			offences[o.Code] = true
		}
		for _, l := range c.p.Rules.Levels {
			allRules[l.ID] = true
		}
		for _, o := range c.p.Rules.Offences {
			allOffences[o.Code] = true
		}
	}
	for _, m := range slices.Sorted(maps.Keys(modules)) {
		if !opened[m] || !closed[m] {
			t.Errorf("module %s: a case opens it %v, a case leaves it closed %v", m, opened[m], closed[m])
		}
	}
	for _, r := range slices.Sorted(maps.Keys(allRules)) {
		if !rules[r] {
			t.Errorf("no case is decided by the level rule %s", r)
		}
	}
	for _, o := range slices.Sorted(maps.Keys(allOffences)) {
		if !offences[o] {
			t.Errorf("no case suggests %s", o)
		}
	}
	if len(rules) < 2 || len(offences) == 0 {
		t.Error("the cases decide nothing")
	}
}

// The library says what serves whom: each place has one protocol, and each post
// has one for where it works.
func TestLibrary_ServesEveryPlaceAndPost(t *testing.T) {
	places, posts := map[string]int{}, map[string]int{}
	for _, p := range sources(t) {
		for _, s := range p.Settings {
			places[s]++
		}
		for _, r := range p.Roles {
			posts[r]++
		}
	}
	for _, s := range Codebook().List(ListSettings).Codes() {
		if places[s] != 1 {
			t.Errorf("%s has %d protocols", s, places[s])
		}
	}
	for _, r := range Codebook().List(ListRoles).Codes() {
		if posts[r] == 0 {
			t.Errorf("a %s has no protocol", r)
		}
	}
}

package screening

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// question is a yes_no item of a small protocol.
func question(id string, change ...func(*Item)) Item {
	it := Item{ID: id, Kind: Question, Type: YesNo, Text: id}
	for _, c := range change {
		c(&it)
	}
	return it
}

func askIf(item, value string) func(*Item) {
	return func(it *Item) { it.AskIf = &Condition{Item: item, Is: []string{value}} }
}

func meeting(code string) func(*Item) {
	return func(it *Item) { it.Meets = map[string]string{Yes: code} }
}

// gated asks two gates; behind each lies a question, and a third one behind both.
func gated() *Protocol {
	return &Protocol{ID: "gated", Roles: []string{"r"}, Settings: []string{"s"},
		Modules: []Module{
			{ID: "core", Items: []Item{question("a"), question("b"), question("plain", meeting("dan"))}},
			{ID: "more", OpenIf: &Condition{Any: []Condition{{Item: "a", Is: []string{Yes}}, {Item: "b", Is: []string{Yes}}}}, Items: []Item{
				question("a1", askIf("a", Yes), meeting("exp")), question("b1", askIf("b", Yes)),
				question("ab", func(it *Item) {
					it.AskIf = &Condition{All: []Condition{{Item: "a", Is: []string{Yes}}, {Item: "b", Is: []string{Yes}}}}
				}),
			}},
		},
		Rules: Rules{
			Indicators: []Indicator{{"exp", "exploitation", "strong"}, {"dan", "danger", "danger"}, {"never", "exploitation", "weak"}},
			Levels: []LevelRule{{ID: "high", Level: PossibleVictim, When: Condition{Count: &Count{Codes: []string{"exp"}, Min: 1}}},
				{ID: "none", Level: NoneFound}},
			Offences: []OffenceRule{{Code: "art1", When: Condition{Count: &Count{Codes: []string{"exp"}, Min: 1}}}, {Code: "art2", When: Condition{Item: "absent", Is: []string{Yes}}}},
		},
	}
}

func TestWaysOf_WalksEveryCombination(t *testing.T) {
	w := WaysOf(gated(), HowToWalk{Limit: 100, Sample: 10, Seed: 1})
	if !w.Exhaustive || w.Combinations != 4 || w.Walks != 8 || w.Paths != 4 {
		t.Errorf("exhaustive %v, %d combinations, %d walks, %d paths; want 4, 8, 4", w.Exhaustive, w.Combinations, w.Walks, w.Paths)
	}
	// neither: 3; one: 4; both: 6
	if w.Questions != (Spread{3, 4, 6}) || w.Items != w.Questions {
		t.Errorf("questions %+v, items %+v", w.Questions, w.Items)
	}
	if got := fmt.Sprint(w.Modules); got != "[{core 8} {more 6}]" {
		t.Errorf("modules %s", got)
	}
	if len(w.Unreached) != 0 || len(w.Unmet) != 0 || fmt.Sprint(w.Unasked) != "[never]" || len(w.DeadEnds) != 0 {
		t.Errorf("unreached %v, unmet %v, unasked %v, dead ends %v", w.Unreached, w.Unmet, w.Unasked, w.DeadEnds)
	}
	if w.Levels[0].Code != PossibleVictim || w.Levels[0].N+w.Levels[1].N != w.Walks || w.Offences[0].N != w.Levels[0].N || w.Offences[1].N != 0 {
		t.Errorf("levels %v, offences %v", w.Levels, w.Offences)
	}
}

// Where there are too many combinations the walks are a sample, and say so.
func TestWaysOf_Samples(t *testing.T) {
	w := WaysOf(gated(), HowToWalk{Limit: 3, Sample: 200, Seed: 1})
	if w.Exhaustive || w.Combinations != 3 || w.Walks != 200 || w.Paths != 4 {
		t.Errorf("%+v", w)
	}
	if again := WaysOf(gated(), HowToWalk{Limit: 3, Sample: 200, Seed: 1}); !reflect.DeepEqual(w, again) {
		t.Error("the same seed gave something else")
	}
	if other := WaysOf(gated(), HowToWalk{Limit: 3, Sample: 200, Seed: 2}); reflect.DeepEqual(w.Levels, other.Levels) && reflect.DeepEqual(w.Modules, other.Modules) {
		t.Error("another seed walked the same ways")
	}
}

func TestWaysOf_FindsWhatIsBroken(t *testing.T) {
	for name, c := range map[string]struct {
		change func(p *Protocol)
		want   string // unreached; unmet; dead ends
	}{
		"whole":            {func(*Protocol) {}, "[] [] "},
		"behind nothing":   {func(p *Protocol) { p.Modules[1].Items[0].AskIf.Is = []string{"maybe"} }, "[a1] [exp] "},
		"a shut module":    {func(p *Protocol) { p.Modules[1].OpenIf = &Condition{Item: "absent", Is: []string{Yes}} }, "[a1 b1 ab] [exp] "},
		"no last level":    {func(p *Protocol) { p.Rules.Levels = p.Rules.Levels[:1] }, "[] [] no_level after "},
		"nothing to begin": {func(p *Protocol) { p.Modules = p.Modules[1:] }, "[a1 b1 ab] [exp] nothing_asked after "},
	} {
		p := gated()
		c.change(p)
		for _, limit := range []int{100, 1} { // every combination, and a sample
			w := WaysOf(p, HowToWalk{Limit: limit, Sample: 300, Seed: 1})
			ends := ""
			for _, d := range w.DeadEnds {
				ends += d.Why + " after "
				if d.N == 0 || d.Why == NoLevel && (d.Last == "" || len(d.Answers) == 0) {
					t.Errorf("%s: %+v", name, d)
				}
			}
			if got := fmt.Sprintf("%v %v %s", w.Unreached, w.Unmet, ends); got != c.want {
				t.Errorf("%s, at most %d combinations: %q, want %q", name, limit, got, c.want)
			}
		}
	}
}

// Ages, sexes, groups, posts, counts and answers that end are gates where
// something hangs on them, and only there.
func TestEachCombination_FindsGates(t *testing.T) {
	known := true
	age := Item{ID: "age", Kind: Registration, Type: AgeType, List: "age_groups", Field: "age"}
	sex := Item{ID: "sex", Kind: Registration, Type: Choice, List: "sexes", Field: "sex"}
	group := Item{ID: "grp", Kind: Registration, Type: YesNo, Field: "groups.pregnant"}
	for name, c := range map[string]struct {
		items []Item
		when  Condition
		want  int
	}{
		"nothing":         {[]Item{age, sex, group, question("a")}, Condition{}, 1},
		"age below":       {[]Item{age}, Condition{AgeBelow: 15}, 2},
		"two bounds":      {[]Item{age}, Condition{Any: []Condition{{AgeBelow: 15}, {AgeBelow: 18}}}, 3},
		"age known":       {[]Item{age}, Condition{AgeKnown: &known, AgeBelow: 15}, 3},
		"sex":             {[]Item{sex}, Condition{Sex: []string{"female"}}, 2},
		"group":           {[]Item{group}, Condition{Group: "pregnant"}, 2},
		"two answers":     {[]Item{question("a")}, Condition{Item: "a", Is: []string{Yes, Unknown}}, 2},
		"told apart":      {[]Item{question("a")}, Condition{Any: []Condition{{Item: "a", Is: []string{Yes}}, {Item: "a", Is: []string{Unknown}}}}, 3},
		"post":            {nil, Condition{Role: []string{"r"}}, 2},
		"place":           {nil, Condition{Setting: []string{"s"}}, 1},
		"count":           {[]Item{question("a", meeting("exp")), question("b", meeting("dan"))}, Condition{Count: &Count{Dimensions: []string{"exploitation"}, Min: 1}}, 2},
		"the path by age": {[]Item{age}, Condition{Path: PathChild}, 3}, // below 18, not known, and neither
		"ends":            {[]Item{question("a", func(it *Item) { it.EndsOn = []string{No} })}, Condition{}, 2},
	} {
		p := gated()
		p.Roles = []string{"r", "other"}
		unknown := false
		p.Rules.ChildPath = Condition{Any: []Condition{{AgeBelow: 18}, {AgeKnown: &unknown}}}
		p.Modules = []Module{{ID: "m", Items: c.items}, {ID: "last", OpenIf: &c.when, Items: []Item{question("z")}}}
		n, whole := eachCombination(p, HowToWalk{Limit: 100}, func(in Input, choose func(*Item) (string, bool)) {
			Follow(p, in, func(it *Item) string {
				value, _ := choose(it)
				return value
			})
		})
		if n != c.want || !whole {
			t.Errorf("%s: %d combinations (all: %v), want %d", name, n, whole, c.want)
		}
	}
}

// The combinations are different from each other, and stop at the limit.
func TestEachCombination_EachOnce(t *testing.T) {
	seen := []string{}
	visit := func(in Input, choose func(*Item) (string, bool)) {
		w := Follow(gated(), in, func(it *Item) string { v, _ := choose(it); return v })
		row := []string{}
		for _, a := range w.Input.Answers {
			row = append(row, a.Item+"="+a.Value)
		}
		seen = append(seen, strings.Join(row, " "))
	}
	n, whole := eachCombination(gated(), HowToWalk{Limit: 100}, visit)
	slices.Sort(seen)
	if got := strings.Join(seen, "; "); n != 4 || !whole || got != "a=no b=no; a=no b=yes; a=yes b=no; a=yes b=yes" {
		t.Errorf("%d: %s", n, got)
	}
	if n, whole := eachCombination(gated(), HowToWalk{Limit: 2}, visit); n != 2 || whole {
		t.Errorf("%d, %v", n, whole)
	}
}

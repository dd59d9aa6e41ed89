package compare

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"umbral/protocols"
	"umbral/screening"
)

// small is a protocol that each case changes.
func small() *screening.Protocol {
	yes := func(id, text string) screening.Item {
		return screening.Item{ID: id, Kind: screening.Question, Type: screening.YesNo, Text: text, Note: &screening.Note{Asks: "a", Not: "b"}}
	}
	p := &screening.Protocol{ID: "small", Version: 1, Title: "Uno", Depth: "full", Settings: []string{"agriculture"}, Roles: []string{"police_officer"},
		Budget: &screening.Budget{Negative: 5, Vulnerable: 9},
		Modules: []screening.Module{
			{ID: "first", Title: "Primero", Items: []screening.Item{yes("one", "¿Uno?"), yes("two", "¿Dos?"), yes("three", "¿Tres?")}},
			{ID: "second", Title: "Segundo", OpenIf: &screening.Condition{Item: "one", Is: []string{"yes"}}, Items: []screening.Item{yes("four", "¿Cuatro?"), yes("five", "¿Cinco?")}},
		},
		Figures: []screening.Figure{{Code: "wage", Unit: "MXN", Values: []screening.FigureValue{{Year: 2026, Value: "315.04", Source: "DOF"}}}},
	}
	p.Rules = screening.Rules{Indicators: []screening.Indicator{{Code: "coe_debt_bondage", Dimension: "coercion_destination", Strength: "strong"}},
		ChildPath: screening.Condition{AgeBelow: 18},
		Levels:    []screening.LevelRule{{ID: "none", Level: "none_found", Text: "Nada", Source: "x"}},
		Offences:  []screening.OffenceRule{{Code: "art12", Elements: []screening.Element{{Code: "act", Text: "El acto"}}}},
		Actions:   []screening.ActionRule{{Code: "act_call", Text: "Llame", By: "now"}, {Code: "act_call", Text: "Llame después", By: "today"}},
	}
	return p
}

// said is a change as one line of a test.
func said(c Change) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s: %s => %s", c.Part, c.ID, c.What, c.Field, c.Old, c.New))
}

func TestChanges(t *testing.T) {
	items := func(p *screening.Protocol, m int) *[]screening.Item { return &p.Modules[m].Items }
	for name, c := range map[string]struct {
		change func(p *screening.Protocol)
		want   []string
	}{
		"nothing": {func(*screening.Protocol) {}, nil},
		"version": {func(p *screening.Protocol) { p.Version = 2 }, nil},
		"title":   {func(p *screening.Protocol) { p.Title = "Dos" }, []string{"protocol small changed title: Uno => Dos"}},
		"budget":  {func(p *screening.Protocol) { p.Budget.Negative = 6 }, []string{"protocol small changed budget.negative: 5 => 6"}},
		"no budget": {func(p *screening.Protocol) { p.Budget = nil },
			[]string{"protocol small changed budget.negative: 5 =>", "protocol small changed budget.vulnerable: 9 =>"}},
		"roles": {func(p *screening.Protocol) { p.Roles = append(p.Roles, "health_worker") },
			[]string{"protocol small changed roles: Policía (police_officer) => Policía (police_officer), Personal de salud (health_worker)"}},
		"text": {func(p *screening.Protocol) { (*items(p, 0))[0].Text = "¿Una?" },
			[]string{"item one changed text: ¿Uno? => ¿Una?"}}, // and not the condition that speaks of it
		"child text": {func(p *screening.Protocol) { (*items(p, 0))[0].ChildText = "¿Tú?" }, []string{"item one changed child_text:  => ¿Tú?"}},
		"note":       {func(p *screening.Protocol) { (*items(p, 0))[0].Note.Avoid = "c" }, []string{"item one changed note.avoid:  => c"}},
		"no note":    {func(p *screening.Protocol) { (*items(p, 0))[0].Note = nil }, []string{"item one changed note.asks: a =>", "item one changed note.not: b =>"}},
		"core":       {func(p *screening.Protocol) { (*items(p, 0))[0].Core = true }, []string{"item one changed core: no => sí"}},
		"meets": {func(p *screening.Protocol) {
			(*items(p, 0))[0].Meets = map[string]string{"yes": "coe_debt_bondage"}
		}, []string{"item one changed meets:  => «Sí» → " + protocols.Codebook().Label("indicators", "coe_debt_bondage", "es") + " (coe_debt_bondage)"}},
		"law":     {func(p *screening.Protocol) { (*items(p, 0))[0].Law = []string{"art. 1", "art. 2"} }, []string{"item one changed law:  => art. 1\nart. 2"}},
		"ends on": {func(p *screening.Protocol) { (*items(p, 0))[0].EndsOn = []string{"no"} }, []string{"item one changed ends_on:  => «No»"}},
		"options": {func(p *screening.Protocol) { (*items(p, 0))[0].Options = []screening.Option{{Code: "a", Text: "A"}} }, []string{"item one changed options:  => a: A"}},
		"condition": {func(p *screening.Protocol) { p.Modules[1].OpenIf.Is = []string{"yes", "unknown"} },
			[]string{"module second changed open_if: en one «¿Uno?» se contestó «Sí» => en one «¿Uno?» se contestó «Sí» o «No sabe»"}},
		"added": {func(p *screening.Protocol) {
			*items(p, 1) = append(*items(p, 1), screening.Item{ID: "six", Text: "¿Seis?"})
		}, []string{"item six added :  => ¿Seis?"}},
		"removed": {func(p *screening.Protocol) { *items(p, 0) = (*items(p, 0))[:2] }, []string{"item three removed : ¿Tres? =>"}},
		"moved": {func(p *screening.Protocol) { l := *items(p, 0); *items(p, 0) = []screening.Item{l[2], l[0], l[1]} },
			[]string{"item three moved after: two =>"}}, // only one of them must have moved
		"to another module": {func(p *screening.Protocol) {
			*items(p, 1) = append(*items(p, 1), (*items(p, 0))[2])
			*items(p, 0) = (*items(p, 0))[:2]
		}, []string{"item three moved module: first => second"}},
		"modules": {func(p *screening.Protocol) { slices.Reverse(p.Modules) }, []string{"module", "item", "item"}},
		"strength": {func(p *screening.Protocol) { p.Rules.Indicators[0].Strength = "medium" },
			[]string{"indicator coe_debt_bondage changed strength: fuerte => media"}},
		"level":  {func(p *screening.Protocol) { p.Rules.Levels[0].When = screening.Condition{AgeBelow: 9} }, []string{"level none changed when: siempre => se sabe que la persona tiene menos de 9 años"}},
		"lawyer": {func(p *screening.Protocol) { p.Rules.ReviewedByLawyer = true }, []string{"protocol small changed reviewed_by_lawyer: no => sí"}},
		"element": {func(p *screening.Protocol) { p.Rules.Offences[0].Elements[0].Text = "Otro" },
			[]string{"offence art12 changed element.act: El acto => Otro"}},
		"element gone":       {func(p *screening.Protocol) { p.Rules.Offences[0].Elements = nil }, []string{"offence art12 changed element.act: El acto =>"}},
		"second of one code": {func(p *screening.Protocol) { p.Rules.Actions[1].By = "PT3H" }, []string{"action act_call#2 changed by: today => PT3H"}},
		"figure":             {func(p *screening.Protocol) { p.Figures[0].Values[0].Value = "330.00" }, []string{"figure wage changed 2026: 315.04 => 330.00"}},
		"a year more": {func(p *screening.Protocol) {
			p.Figures[0].Values = append(p.Figures[0].Values, screening.FigureValue{Year: 2027, Value: "1", Source: "s"})
		}, []string{"figure wage changed 2027:  => 1", "figure wage changed 2027.source:  => s"}},
	} {
		old, now := small(), small()
		c.change(now)
		got := Changes(old, now, "es")
		if len(got) != len(c.want) {
			t.Errorf("%s: %d changes, want %d: %+v", name, len(got), len(c.want), got)
			continue
		}
		for i, want := range c.want {
			if line := said(got[i]); !strings.HasPrefix(line, want) {
				t.Errorf("%s: %q, want %q", name, line, want)
			}
		}
	}
}

// What the sentences of both conditions do not tell apart, the data do.
func TestChanges_NeverSaysThatTheSameChanged(t *testing.T) {
	old, now := small(), small()
	now.Modules[1].OpenIf = &screening.Condition{All: []screening.Condition{*now.Modules[1].OpenIf}}
	got := Changes(old, now, "es")
	if len(got) != 1 || got[0].Old == got[0].New || !json.Valid([]byte(got[0].New)) {
		t.Errorf("%+v", got)
	}
}

func TestLongestRun(t *testing.T) {
	for _, c := range []struct{ numbers, want []int }{
		{nil, nil}, {[]int{3}, []int{0}}, {[]int{0, 1, 2}, []int{0, 1, 2}},
		{[]int{2, 0, 1}, []int{1, 2}}, {[]int{0, 8, 4, 12, 2, 10, 6, 14}, []int{0, 4, 6, 7}},
	} {
		if got := longestRun(c.numbers); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.numbers, got, c.want)
		}
	}
}

func TestOverlapOf(t *testing.T) {
	a, b := small(), small()
	b.ID = "other"
	b.Modules[0].Items[1].Text = "¿El segundo?"
	b.Modules[1].Items = b.Modules[1].Items[:1]
	b.Modules = append(b.Modules, screening.Module{ID: "third", Items: []screening.Item{{ID: "nine"}, {ID: "ten"}}})
	o := OverlapOf(a, b)
	want := Shared{Same: []string{"one", "three", "four"}, OtherWords: []string{"two"}, OnlyA: []string{"five"}, OnlyB: []string{"nine", "ten"}}
	if fmt.Sprint(o.Items) != fmt.Sprint(want) || o.OfA != 80 || o.OfB != 66 || o.OfAll != 57 {
		t.Errorf("%+v", o)
	}
	var rows []string
	for _, m := range o.Modules {
		rows = append(rows, fmt.Sprintf("%s %v %v %d/%d/%d/%d %d%%", m.Module, m.InA, m.InB, len(m.Same), len(m.OtherWords), len(m.OnlyA), len(m.OnlyB), m.Percent))
	}
	if got := strings.Join(rows, "; "); got != "first true true 2/1/0/0 100%; second true true 1/0/1/0 50%; third false true 0/0/0/2 0%" {
		t.Errorf("%s", got)
	}
}

func TestTouches(t *testing.T) {
	p := small()
	p.Modules[0].Items[1].Words = "anywhere"
	p.Modules[1].Items[1].AskIf = &screening.Condition{Not: &screening.Condition{All: []screening.Condition{{Item: "two", Is: []string{"yes"}}}}}
	p.Rules.Actions[0].When = screening.Condition{Any: []screening.Condition{{Item: "five", Is: []string{"yes"}}}}
	p.Modules[0].Items[2].Field = "groups.pregnant"
	p.Rules.Levels[0].When = screening.Condition{Group: "pregnant"}
	for name, want := range map[string]string{
		"one":    "{small 1 [one] [] [second] []}",
		"two":    "{small 1 [two] [two] [five] []}",
		"three":  "{small 1 [three] [] [] [none]}",
		"first":  "{small 1 [one two three] [two] [second five] [none]}",
		"second": "{small 1 [four five] [] [] [act_call]}",
	} {
		if got, ok := Touches(p, name); !ok || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
	if _, ok := Touches(p, "absent"); ok {
		t.Error("a module that is not there touches something")
	}
}

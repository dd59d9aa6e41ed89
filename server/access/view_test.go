package access

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestKeeps_EveryLimitByItself(t *testing.T) {
	reader := func(change func(*Caller)) Caller {
		who := Caller{User: "s", Account: Supervisor, Agency: "A", Authority: "labour", Posts: []string{"p"}, Regions: []string{"12"}}
		change(&who)
		return who
	}
	plain := Scope{Kind: "detection", Agency: "A", Owner: "o", Post: "p", Region: "12"}
	on := func(change func(*Scope)) Scope {
		s := plain
		change(&s)
		return s
	}
	none := func(*Caller) {}
	tasks := func(names ...string) func(*Caller) { return func(c *Caller) { c.Tasks = names } }
	child := on(func(s *Scope) { s.Child = true })
	sensitive := on(func(s *Scope) { s.Sensitive = true })
	police := on(func(s *Scope) { s.Concerned = []string{"police"} })
	for name, c := range map[string]struct {
		who  Caller
		on   Scope
		want bool
	}{
		"within all":                {reader(none), plain, true},
		"another agency":            {reader(none), on(func(s *Scope) { s.Agency = "B" }), false},
		"another post":              {reader(none), on(func(s *Scope) { s.Post = "q" }), false},
		"an unknown post":           {reader(none), on(func(s *Scope) { s.Post = "" }), false},
		"another region":            {reader(none), on(func(s *Scope) { s.Region = "20" }), false},
		"an unknown region":         {reader(none), on(func(s *Scope) { s.Region = "" }), false},
		"all posts and regions":     {reader(func(c *Caller) { c.Posts, c.Regions = []string{Any}, []string{Any} }), on(func(s *Scope) { s.Post, s.Region = "", "" }), true},
		"no posts at all":           {reader(func(c *Caller) { c.Posts = nil }), plain, false},
		"no regions at all":         {reader(func(c *Caller) { c.Regions = nil }), plain, false},
		"a child":                   {reader(none), child, false},
		"a child, named":            {reader(tasks(Children)), child, true},
		"a child, named for others": {reader(tasks(Sensitive, Identity)), child, false},
		"nobody knows who":          {reader(none), sensitive, false},
		"nobody knows who, named":   {reader(tasks(Sensitive)), sensitive, true},
		"another authority":         {reader(none), police, true},
		"the authority concerned":   {reader(func(c *Caller) { c.Authority = "police"; c.Tasks = Tasks() }), police, false},
		"an authority nobody said":  {reader(func(c *Caller) { c.Authority = "" }), police, false},
		"the same, named":           {reader(func(c *Caller) { c.Authority = ""; c.Tasks = Tasks() }), police, true},
		"concerned and sensitive":   {reader(func(c *Caller) { c.Authority = "police"; c.Tasks = Tasks() }), on(func(s *Scope) { s.Concerned, s.Sensitive = []string{"police"}, true }), false},
	} {
		for _, do := range []Action{ReadDetections, Review, Refer, Note, ReadStats, Export} {
			v, err := ViewOf(c.who, do)
			if err != nil || v.Keeps(c.on) != c.want {
				t.Errorf("%s: %s: %v %v, want %v", name, do, v.Keeps(c.on), err, c.want)
			}
			if got := Check(c.who, do, c.on) == nil; got != c.want {
				t.Errorf("%s: Check %s: %v, want %v", name, do, got, c.want)
			}
		}
	}
}

func TestConcern(t *testing.T) {
	for name, c := range map[string]struct {
		indicators, named string
		sensitive         bool
		concerned         string
	}{
		"nobody":             {"ctx_kin coe_violence", "", false, ""},
		"not named":          {"ctx_public_servant", "", true, ""},
		"named":              {"ctx_public_servant", "police labour police", false, "labour police"},
		"named as another":   {"ctx_public_servant", "other", true, "other"},
		"organised crime":    {"ctx_organised_crime", "", true, ""},
		"crime and an named": {"ctx_organised_crime ctx_public_servant", "police", true, "police"},
	} {
		sensitive, concerned := Concern(strings.Fields(c.indicators), strings.Fields(c.named))
		if sensitive != c.sensitive || strings.Join(concerned, " ") != c.concerned {
			t.Errorf("%s: %v %v", name, sensitive, concerned)
		}
	}
}

// planted is a record that has every code of the table in every place.
func planted(t *testing.T) json.RawMessage {
	t.Helper()
	var codes []string
	groups, answers, trace := map[string]string{"indigenous": "yes"}, []any{}, []any{}
	for _, s := range secrets {
		codes = append(codes, s.code)
		groups[s.code] = "yes"
		answers = append(answers, map[string]any{"item": s.code, "value": "yes"})
		trace = append(trace, map[string]any{"kind": "indicator", "code": s.code, "items": []string{"x"}})
	}
	codes = append(codes, "coe_violence")
	answers = append(answers, map[string]any{"item": "other", "value": strings.Join(codes, ",")}, map[string]any{"item": "core_debt", "value": "yes"})
	text, err := json.Marshal(map[string]any{"needs": codes, "danger": codes, "indicators": codes, "answers": answers,
		"subject": map[string]any{"groups": groups, "age": 30}, "trace": trace, "interpreter": codes[0],
		"others": []any{map[string]any{"relation": "child_of", "needs": codes}}})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRedaction_EveryCodeForEveryAuthority(t *testing.T) {
	record := planted(t)
	for _, authority := range []string{"", "labour", "police", "migration", "military", "health", "prosecution"} {
		by := RedactionFor(Caller{Authority: authority})
		out, err := by.JSON(record)
		if err != nil {
			t.Fatal(err)
		}
		hidden := authority == "" || authority == "police" || authority == "migration" || authority == "military"
		if by.Any() != hidden || strings.Contains(string(out), `"withheld"`) != hidden {
			t.Errorf("%q: hides %v, marked %v", authority, by.Any(), strings.Contains(string(out), `"withheld"`))
		}
		for _, s := range secrets {
			if strings.Contains(string(out), `"`+s.code) == hidden || hidden && strings.Contains(string(out), s.code+",") {
				t.Errorf("%q: %s of %s: hidden is not %v", authority, s.code, s.class, hidden)
			}
		}
		for _, kept := range []string{"coe_violence", "core_debt", "indigenous", "child_of"} {
			if !strings.Contains(string(out), kept) {
				t.Errorf("%q: %s went too", authority, kept)
			}
		}
	}
}

// The mark in needs must not tell whether there was anything to mark.
func TestRedaction_TheMarkTellsNothing(t *testing.T) {
	by := RedactionFor(Caller{Authority: "police"})
	with, err1 := by.JSON(json.RawMessage(`{"needs":["medical","shelter"]}`))
	without, err2 := by.JSON(json.RawMessage(`{"needs":["shelter"]}`))
	if err1 != nil || err2 != nil || string(with) != string(without) {
		t.Errorf("%s %s %v %v", with, without, err1, err2)
	}
}

func FuzzRedaction(f *testing.F) {
	f.Add(`{"answers":[{"item":"nee_mood","value":"yes"}],"x":1.50}`)
	f.Add(`[[["medical"]],null,"vul_status"]`)
	f.Fuzz(func(t *testing.T, text string) {
		out, err := RedactionFor(Caller{Authority: "police"}).JSON(json.RawMessage(text))
		if err == nil && len(text) > 0 && strings.Contains(string(out), `"vul_status"`) {
			t.Errorf("%s", out)
		}
	})
}

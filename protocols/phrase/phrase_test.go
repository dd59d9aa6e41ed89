package phrase

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"umbral/protocols"
	"umbral/screening"
)

func TestCondition(t *testing.T) {
	yes, no := true, false
	p := &screening.Protocol{Modules: []screening.Module{{ID: "m", Items: []screening.Item{
		{ID: "core_debt", Type: screening.YesNo, Text: "¿Debe dinero?"},
		{ID: "why", Type: screening.Choice, Text: "¿Por qué?", Options: []screening.Option{{Code: "trip", Text: "El viaje"}, {Code: "food", Text: "La comida"}}},
	}}}}
	debt := screening.Condition{Item: "core_debt", Is: []string{"yes", "unknown"}}
	child := screening.Condition{Path: screening.PathChild}
	for name, c := range map[string]struct {
		c    *screening.Condition
		want string
	}{
		"nil":            {nil, "siempre"},
		"empty":          {&screening.Condition{}, "siempre"},
		"not empty":      {&screening.Condition{Not: &screening.Condition{}}, "nunca"},
		"item":           {&debt, "en core_debt «¿Debe dinero?» se contestó «Sí» o «No sabe»"},
		"not item":       {&screening.Condition{Not: &debt}, "en core_debt «¿Debe dinero?» no se contestó «Sí» o «No sabe»"},
		"not not item":   {&screening.Condition{Not: &screening.Condition{Not: &debt}}, "en core_debt «¿Debe dinero?» se contestó «Sí» o «No sabe»"},
		"option":         {&screening.Condition{Item: "why", Is: []string{"trip"}}, "en why «¿Por qué?» se contestó «El viaje»"},
		"elsewhere":      {&screening.Condition{Item: "other", Is: []string{"yes"}}, "en other se contestó «Sí»"},
		"all":            {&screening.Condition{All: []screening.Condition{debt, {AgeBelow: 15}}}, "se cumple todo esto: (1) en core_debt «¿Debe dinero?» se contestó «Sí» o «No sabe»; (2) se sabe que la persona tiene menos de 15 años"},
		"not all is any": {&screening.Condition{Not: &screening.Condition{All: []screening.Condition{{Path: screening.PathAdult}, {AgeBelow: 15}}}}, "se cumple al menos una de estas cosas: (1) la persona no sigue el camino de personas adultas; (2) no se sabe que la persona tenga menos de 15 años"},
		"not any is all": {&screening.Condition{Not: &screening.Condition{Any: []screening.Condition{{Path: screening.PathAdult}, {AgeBelow: 15}}}}, "se cumple todo esto: (1) la persona no sigue el camino de personas adultas; (2) no se sabe que la persona tenga menos de 15 años"},
		"any of one":     {&screening.Condition{Any: []screening.Condition{{AgeBelow: 15}}}, "se sabe que la persona tiene menos de 15 años"},
		"parts together": {&screening.Condition{Path: screening.PathAdult, AgeBelow: 20}, "se cumple todo esto: (1) la persona sigue el camino de personas adultas; (2) se sabe que la persona tiene menos de 20 años"},
		"nested":         {&screening.Condition{Any: []screening.Condition{{AgeKnown: &no}, {All: []screening.Condition{{AgeKnown: &yes}, {AgeBelow: 9}}}}}, "se cumple al menos una de estas cosas: (1) no se conoce la edad; (2) [se cumple todo esto: (1) se conoce la edad; (2) se sabe que la persona tiene menos de 9 años]"},
		"not known":      {&screening.Condition{Not: &screening.Condition{AgeKnown: &yes}}, "no se conoce la edad"},
		"not unknown":    {&screening.Condition{Not: &screening.Condition{AgeKnown: &no}}, "se conoce la edad"},
		"core":           {&screening.Condition{CoreMissing: &yes}, "falta la respuesta a alguna pregunta central"},
		"no core":        {&screening.Condition{CoreMissing: &no}, "no falta la respuesta a ninguna pregunta central"},
		"not child":      {&screening.Condition{Not: &child}, "la persona no sigue el camino de niñez"},
		"codes":          {&screening.Condition{Role: []string{"police_officer", "labour_inspector"}}, "quien pregunta es Policía o Persona inspectora del trabajo"},
		"level":          {&screening.Condition{LevelIs: []string{"none_found"}}, "el resultado es Sin indicios hoy"},
		"count": {&screening.Condition{Count: &screening.Count{Dimensions: []string{"exploitation", "danger"}, Strengths: []string{"strong", "medium"}, Except: []string{"coe_threats"}, Min: 2}},
			"hay al menos 2 señales de fuerza fuerte o media de explotación o peligro, sin contar «" + protocols.Codebook().Label("indicators", "coe_threats", "es") + "»"},
		"count of one": {&screening.Condition{Not: &screening.Condition{Count: &screening.Count{Min: 1}}}, "no llega a haber una señal"},
	} {
		if got := New("es-MX", p).Condition(c.c).Line(); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
	v := New("en", p)
	v.Number = map[string]string{"core_debt": "7.4"}
	v.Text = func(*screening.Item) string { return "Do you owe money?" }
	if got := v.Condition(&debt).Line(); got != "to 7.4 «Do you owe money?» the answer was «Yes» or «Does not know»" {
		t.Errorf("in English: %s", got)
	}
}

// A long question is cut between words, and says that it is.
func TestItem_IsShort(t *testing.T) {
	long := strings.Repeat("muchas palabras ", 20)
	p := &screening.Protocol{Modules: []screening.Module{{Items: []screening.Item{{ID: "x", Text: long}}}}}
	got := New("es", p).Item("x")
	if len(got) > maxQuote+10 || !strings.HasSuffix(got, "palabras…»") && !strings.HasSuffix(got, "muchas…»") {
		t.Errorf("%s", got)
	}
}

// Every condition of every published protocol can be said in both languages,
// and no code of it is left without words.
func TestCondition_OfEveryPublishedProtocol(t *testing.T) {
	all, err := protocols.All()
	if err != nil {
		t.Fatal(err)
	}
	unsaid := regexp.MustCompile(`when\.|count\.|dimension\.|strength\.|\{[a-z]+\}|, «»`)
	for _, pub := range all {
		p := &pub.Protocol
		for _, lang := range []string{"es-MX", "en"} {
			v, n := New(lang, p), 0
			check := func(c *screening.Condition) {
				n++
				if line := v.Condition(c).Line(); unsaid.MatchString(line) || line == "" {
					t.Errorf("%s: %s", lang, line)
				}
			}
			for i := range p.Modules {
				check(p.Modules[i].OpenIf)
				for j := range p.Modules[i].Items {
					check(p.Modules[i].Items[j].AskIf)
				}
			}
			for i := range p.Rules.Levels {
				check(&p.Rules.Levels[i].When)
			}
			for i := range p.Rules.Offences {
				check(&p.Rules.Offences[i].When)
			}
			for i := range p.Rules.Actions {
				check(&p.Rules.Actions[i].When)
			}
			if n < 100 {
				t.Errorf("only %d conditions", n)
			}
		}
	}
}

// Each phrase that code asks for stands in words.csv in both languages, and each
// that stands there is asked for.
func TestWords_AreWholeAndUsed(t *testing.T) {
	var source strings.Builder
	for _, dir := range []string{".", "../compare", "../document", "../xlsform", "../../server"} {
		for _, pattern := range []string{"*.go", "*.gohtml"} {
			files, _ := filepath.Glob(filepath.Join(dir, pattern))
			for _, file := range files {
				raw, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.HasSuffix(file, "_test.go") {
					source.Write(raw)
				}
			}
		}
	}
	text := source.String()
	asked := regexp.MustCompile(`\bSay\(? ?"([a-z_.]+[a-z_])"`).FindAllStringSubmatch(text, -1)
	if len(asked) < 90 {
		t.Fatalf("only %d phrases are asked for: the pattern of this test no longer fits", len(asked))
	}
	for _, m := range asked {
		if _, ok := words()[m[1]]; !ok && !strings.HasPrefix(m[1], "walk.") {
			t.Errorf("words.csv has no %q, which is asked for", m[1])
		}
	}
	for id, by := range words() {
		if by[Spanish] == "" || by[English] == "" {
			t.Errorf("%s lacks a language", id)
		}
		if !strings.Contains(text, `"`+id+`"`) && !prefixAsked(text, id) {
			t.Errorf("nobody asks for %s", id)
		}
	}
}

// prefixAsked reports whether code puts the id together from a beginning of it,
// as in "kind." + code, or names its end where the beginning is put before it.
func prefixAsked(text, id string) bool {
	if strings.HasPrefix(id, "when.") {
		id = strings.TrimSuffix(id, ".not")
	}
	for i := range id {
		if id[i] == '.' && (strings.Contains(text, `"`+id[:i+1]+`"+`) || strings.Contains(text, `"`+id[:i+1]+`" +`)) {
			end := id[i+1:]
			first, _, _ := strings.Cut(end, ".")
			if id[:i+1] != "when." || strings.Contains(text, `"`+end+`"`) || strings.Contains(text, `"`+first+`."+`) || strings.Contains(text, `"`+first+`." +`) {
				return true
			}
		}
	}
	return false
}

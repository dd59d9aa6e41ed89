package document

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"umbral/locales"
	"umbral/protocols"
	"umbral/screening"
)

func published(t *testing.T) protocols.Published {
	t.Helper()
	p, err := protocols.Get("labour-agriculture", 0)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// written is the document of a protocol.
func written(t *testing.T, p *screening.Protocol, lang, format string) string {
	t.Helper()
	words, err := locales.Load(map[string]locales.Protocol{p.ID: protocols.Messages(p)})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	lengths := screening.Lengths{Shortest: 3, Longest: 9}
	if err := Write(&out, format, Asked{Protocol: p, SHA256: strings.Repeat("ab", 32), Lengths: lengths, Lang: lang, Words: words}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var formats = []string{HTML, Text, Form}

// plainText is what a reader sees of a page, blanks made one.
func plainText(page string) string {
	var text strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	skip := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(text.String()), " ")
		case html.StartTagToken:
			name, _ := z.TagName()
			skip = string(name) == "style"
		case html.TextToken:
			if !skip {
				text.WriteString(" " + html.UnescapeString(string(z.Text())))
			}
		}
	}
}

// Every item with all its texts, every rule and every action stands in the
// document of every published protocol, and no phrase was left unsaid.
func TestWrite_LeavesNothingOut(t *testing.T) {
	all, err := protocols.Current()
	if err != nil {
		t.Fatal(err)
	}
	unsaid := regexp.MustCompile(`\b(doc|form|when|count|term|kind)\.[a-z]|ZgotmplZ|<no value>|\{\{|\{[a-z]+\}`)
	for _, pub := range all {
		p := &pub.Protocol
		for _, lang := range []string{"es-MX", "en"} {
			for _, format := range formats {
				page := written(t, p, lang, format)
				text := plainText(page)
				if format == Text {
					text = strings.Join(strings.Fields(page), " ")
				}
				if m := unsaid.FindString(text); m != "" {
					t.Errorf("%s@%d %s %s: %q", p.ID, p.Version, lang, format, m)
				}
				if lang == "es-MX" {
					lacks(t, p, format, text)
				}
			}
		}
	}
}

// lacks reports what of p the text does not have.
func lacks(t *testing.T, p *screening.Protocol, format, text string) {
	t.Helper()
	must := func(what, part string) {
		t.Helper()
		part = screening.Fill(part, p.Figures, newestYear(p.Figures)).Text
		if !strings.Contains(text, strings.Join(strings.Fields(part), " ")) {
			t.Errorf("%s: no %s: %.60q", format, what, part)
		}
	}
	for _, m := range p.Modules {
		must("module", m.Title)
		for _, it := range m.Items {
			must(it.ID, it.Text)
			must(it.ID+" to a child", it.ChildText)
			for _, o := range it.Options {
				must(it.ID+" option", o.Text)
			}
			if format == Form || it.Note == nil {
				continue
			}
			must(it.ID+" note", it.Note.Asks)
			must(it.ID+" note", it.Note.Threshold)
			for value, code := range it.Meets {
				must(it.ID+" "+value, protocols.Codebook().Label(protocols.ListIndicators, code, "es"))
			}
			for _, law := range it.Law {
				must(it.ID+" law", law)
			}
		}
	}
	if format == Form {
		return
	}
	for _, l := range p.Rules.Levels {
		must(l.ID, l.Text)
	}
	for _, o := range p.Rules.Offences {
		for _, e := range o.Elements {
			must(o.Code, e.Text)
		}
	}
	must("law", p.Rules.LawText)
	must("lengths", "sin señales 3 a")
	must("no lawyer", "No lo ha revisado ninguna persona abogada")
	must("sha256", strings.Repeat("ab", 32))
}

// A page is whole HTML in one file: no script, nothing fetched, tags that close.
func TestWrite_IsOneSafeFile(t *testing.T) {
	evil := `<script>alert(1)</script><img src=x onerror="x()">"'&`
	p := published(t).Protocol
	p.Title = evil
	p.Modules = append([]screening.Module{{ID: "m", Title: evil, Items: []screening.Item{{
		ID: "evil", Kind: screening.Question, Type: screening.Choice, Text: evil, ChildText: evil, Source: evil, Law: []string{evil},
		Options: []screening.Option{{Code: "a", Text: evil}, {Code: "b", Text: "b"}}, Note: &screening.Note{Asks: evil, Not: evil},
		AskIf: &screening.Condition{Item: "evil", Is: []string{evil}},
	}}}}, p.Modules...)
	p.Rules.LawSource = `javascript:alert(1)`
	for _, format := range []string{HTML, Form} {
		page := written(t, &p, "es-MX", format)
		var open []string
		z := html.NewTokenizer(strings.NewReader(page))
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			name, attrs := z.TagName()
			tag := string(name)
			for attrs {
				var key, value []byte
				key, value, attrs = z.TagAttr()
				if k := string(key); strings.HasPrefix(k, "on") || k == "src" || k == "style" || k == "href" && !strings.HasPrefix(string(value), "#m") {
					t.Errorf("%s: <%s %s=%q>", format, tag, key, value)
				}
			}
			switch kind {
			case html.StartTagToken:
				if tag == "script" || tag == "img" || tag == "link" || tag == "iframe" {
					t.Errorf("%s: <%s>", format, tag)
				}
				if tag != "meta" && tag != "br" {
					open = append(open, tag)
				}
			case html.EndTagToken:
				if len(open) == 0 || open[len(open)-1] != tag {
					t.Fatalf("%s: </%s> closes %v", format, tag, open)
				}
				open = open[:len(open)-1]
			}
		}
		if len(open) > 0 {
			t.Errorf("%s: %v stay open", format, open)
		}
		if !strings.Contains(page, "&lt;script&gt;") || !strings.Contains(plainText(page), evil) {
			t.Errorf("%s: the text itself is lost", format)
		}
	}
}

func TestWrite_IsTheSameTwice(t *testing.T) {
	p := published(t).Protocol
	for _, format := range formats {
		if one, again := written(t, &p, "en", format), written(t, &p, "en", format); one != again {
			t.Errorf("%s differs", format)
		}
	}
}

// What a text is worth stands beside it, and so does the Spanish; a base
// protocol and a source say what they are.
func TestWrite_SaysWhatItIsWorth(t *testing.T) {
	p := published(t).Protocol
	p.Depth = "base"
	for name, c := range map[string]struct {
		lang, format string
		want, not    []string
	}{
		"spanish":       {"es-MX", HTML, []string{"BASE: no es completo", "son borradores"}, []string{"completo</td>", "class=\"beside\""}},
		"english":       {"en", HTML, []string{"BASE: not complete", "draft, not reviewed", `class="beside" lang="es-MX"`, "Not reviewed by a lawyer"}, nil},
		"none":          {"mam", HTML, []string{"falta en esta lengua: va en español", `lang="es-MX"`}, []string{`lang="mam"`}},
		"text":          {"en", Text, []string{"es-MX:", "[draft, not reviewed]"}, nil},
		"form":          {"es-MX", Form, []string{"BASE: no es completo", "Sin nombres", "Pasado de papel", "break-inside: avoid", "Si no, pase a la parte 10.", "◆1", "▲", "una vez por visita"}, []string{"Nombre", "trata de", "coacción", "explotación", "víctima de"}},
		"form of a few": {"mam", Form, []string{"falta en esta lengua: va en español"}, []string{`lang="mam"`}},
	} {
		page := written(t, &p, c.lang, c.format)
		for _, want := range c.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", name, want)
			}
		}
		for _, not := range c.not {
			if strings.Contains(page, not) {
				t.Errorf("%s: has %q", name, not)
			}
		}
	}
}

// On a form each gate points to what comes next, and what a gate counts is marked
// wherever it can be ticked.
func TestWrite_FormGoesOn(t *testing.T) {
	yes := screening.Condition{Item: "one", Is: []string{"yes"}}
	strong := &screening.Condition{Count: &screening.Count{Dimensions: []string{"exploitation"}, Strengths: []string{"strong"}, Min: 2}}
	item := func(id string, when *screening.Condition, meets string) screening.Item {
		it := screening.Item{ID: id, Kind: screening.Question, Type: screening.YesNo, Text: "¿" + id + "?", AskIf: when}
		if meets != "" {
			it.Meets = map[string]string{"yes": meets}
		}
		return it
	}
	p := &screening.Protocol{ID: "p", Version: 1, Title: "P", Depth: "full", Settings: []string{"agriculture"}, Roles: []string{"police_officer"},
		Modules: []screening.Module{
			{ID: "a", Title: "A", Items: []screening.Item{item("one", nil, "exp"), item("two", &yes, "other"), item("three", &yes, "dan")}},
			{ID: "b", Title: "B", OpenIf: strong, Items: []screening.Item{item("four", &yes, "")}},
			{ID: "c", Title: "C", OpenIf: &yes, Items: []screening.Item{{ID: "end", Kind: screening.Consent, Type: screening.YesNo, Text: "¿Fin?", EndsOn: []string{"no"}, AskIf: &yes, Means: true}}},
		},
		Rules: screening.Rules{Indicators: []screening.Indicator{{Code: "exp", Dimension: "exploitation", Strength: "strong"},
			{Code: "other", Dimension: "exploitation", Strength: "weak"}, {Code: "dan", Dimension: "danger", Strength: "danger"}}},
	}
	text := plainText(written(t, p, "es-MX", Form))
	for _, want := range []string{
		"1.1 Se pregunta ¿one? Sí ◆1 No Prefirió no responder No sabe No aplica",
		"Solo si en 1.1 «¿one?» se contestó «Sí» Si no, pase a 1.3. 1.2 Se pregunta ¿two? Sí No ",
		"Si no, pase a la parte 2. 1.3", // the last of its part
		"¿three? Sí ▲ No ",
		"2. B Haga esta parte solo si se marcó al menos 2 casillas con ◆1 Si no, pase a la parte 3.",
		"3. C Haga esta parte solo si en 1.1 «¿one?» se contestó «Sí» Si no, pase al final.",
		"No la haga si la persona sigue el camino de niñez.",
		"¿Fin? Sí No → Termine aquí: pase al final.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestWrite_RefusesWhatItDoesNotKnow(t *testing.T) {
	p := published(t).Protocol
	words, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ format, lang, want string }{
		{"pdf", "es-MX", "html, text or form"}, {HTML, "xx", "is not registered"},
	} {
		var out bytes.Buffer
		err := Write(&out, c.format, Asked{Protocol: &p, Lang: c.lang, Words: words})
		if err == nil || !strings.Contains(err.Error(), c.want) || out.Len() > 0 {
			t.Errorf("%+v: %v, %d bytes", c, err, out.Len())
		}
	}
}

func TestForPost(t *testing.T) {
	police := screening.Condition{Role: []string{"police_officer"}}
	other := screening.Condition{Item: "x", Is: []string{"yes"}}
	for name, c := range map[string]struct {
		c         screening.Condition
		yes, no   bool // police_officer, health_worker
		mentioned bool
	}{
		"role":         {police, true, false, true},
		"not role":     {screening.Condition{Not: &police}, false, true, true},
		"all":          {screening.Condition{All: []screening.Condition{police, other}}, true, false, true},
		"any":          {screening.Condition{Any: []screening.Condition{police, other}}, true, true, true},
		"not any":      {screening.Condition{Not: &screening.Condition{Any: []screening.Condition{police, other}}}, false, true, true},
		"not all":      {screening.Condition{Not: &screening.Condition{All: []screening.Condition{police, other}}}, true, true, true},
		"nothing said": {other, true, true, false},
		"empty":        {screening.Condition{}, true, true, false},
	} {
		if forPost(&c.c, "police_officer", true) != c.yes || forPost(&c.c, "health_worker", true) != c.no || namesPost(&c.c) != c.mentioned {
			t.Errorf("%s: police %v, health %v, named %v", name, forPost(&c.c, "police_officer", true), forPost(&c.c, "health_worker", true), namesPost(&c.c))
		}
	}
}

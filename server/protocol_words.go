package main

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"umbral/locales"
	"umbral/protocols"
	"umbral/screening"
)

// walkPage writes a walk for a reader, in Spanish, as the protocol is.
type walkPage struct {
	out   io.Writer
	words *locales.Catalog
	book  *protocols.Book
	p     *screening.Protocol
	items map[string]*screening.Item
	given map[string]string
	w     screening.Walked
	year  int
	err   error // the first message that could not be rendered
}

func printWalk(std streams, p protocols.Published, w screening.Walked, year int) int {
	words, err := locales.Load(nil)
	if err != nil {
		fmt.Fprintf(std.err, "server protocol run: %v\n", err)
		return exitFailure
	}
	out := bufio.NewWriter(std.out)
	page := &walkPage{out: out, words: words, book: protocols.Codebook(), p: &p.Protocol,
		items: itemsByID(&p.Protocol), given: map[string]string{}, w: w, year: year}
	for _, step := range screening.Applicable(&p.Protocol, w.Input) {
		page.given[step.Item.ID] = step.Answer
	}
	page.asked()
	page.result()
	page.offences()
	page.actions()
	page.why()
	if err := out.Flush(); err != nil {
		page.err = err
	}
	if page.err != nil {
		fmt.Fprintf(std.err, "server protocol run: %v\n", page.err)
		return exitFailure
	}
	return exitOK
}

// say renders a message of the interface; args are alternating names and values.
func (g *walkPage) say(id string, args ...any) string {
	data := map[string]any{}
	for i := 0; i+1 < len(args); i += 2 {
		data[args[i].(string)] = args[i+1]
	}
	text, err := g.words.Get(locales.Source, "walk."+id, data)
	if err != nil && g.err == nil {
		g.err = err
	}
	return text.Text
}

func (g *walkPage) line(format string, args ...any) { fmt.Fprintf(g.out, format+"\n", args...) }

func (g *walkPage) asked() {
	g.line("%s", g.say("head", "title", g.p.Title, "id", g.p.ID, "version", g.p.Version))
	child := screening.WordsOf(g.p, g.w.Input)
	for i, id := range g.w.Asked {
		it := g.items[id]
		text := screening.Fill(screening.Text(it, child), g.p.Figures, g.year).Text
		g.line("%3d. [%s] %s\n     %s: %s", i+1, g.say(it.Kind), text, id, g.answer(it))
	}
	g.line("%s\n", g.say("counts", "items", len(g.w.Asked), "person", g.w.AskedPerson))
}

// answer says in words what it was answered with.
func (g *walkPage) answer(it *screening.Item) string {
	v := g.given[it.ID]
	switch {
	case screening.IsMissing(v):
		return g.book.Label(protocols.ListMissing, v, locales.Source)
	case v == screening.Shown:
		return g.say("shown")
	case it.Type == screening.AgeType:
		if _, err := strconv.Atoi(v); err == nil {
			return g.say("years", "n", v)
		}
		return g.book.Label(protocols.ListAgeGroups, v, locales.Source)
	case it.Type == screening.Multi && v == screening.No:
		return g.say("nothing_chosen")
	case it.Type == screening.YesNo:
		return g.say(v)
	}
	for _, o := range it.Options {
		if o.Code == v {
			return o.Text
		}
	}
	return g.book.Label(it.List, v, locales.Source)
}

func (g *walkPage) result() {
	a := g.w.Assessment
	g.line("%s", g.say("level", "level", g.book.Label(protocols.ListLevels, a.Level, locales.Source)))
	g.line("%s\n%s\n", g.say("limits"), g.say("path."+a.Path))
	for _, part := range []struct {
		title string
		codes []string
	}{{"danger", a.Danger}, {"indicators", a.Indicators}} {
		if len(part.codes) == 0 {
			continue
		}
		g.line("%s", g.say(part.title))
		for _, code := range part.codes {
			g.line("  - %s (%s)", g.book.Label(protocols.ListIndicators, code, locales.Source), code)
		}
		g.line("")
	}
}

func (g *walkPage) offences() {
	if len(g.w.Assessment.Offences) == 0 {
		return
	}
	g.line("%s", g.say("offences"))
	for _, o := range g.w.Assessment.Offences {
		g.line("  %s. %s", o.Code, g.book.Label(protocols.ListOffences, o.Code, locales.Source))
		for _, e := range o.Elements {
			g.line("    - %s [%s]%s", g.elementText(o.Code, e.Code), g.say("element."+e.State), g.because(e.Items))
		}
	}
	g.line("")
}

func (g *walkPage) elementText(offence, element string) string {
	for _, o := range g.p.Rules.Offences {
		for _, e := range o.Elements {
			if o.Code == offence && e.Code == element {
				return e.Text
			}
		}
	}
	return element
}

func (g *walkPage) because(items []string) string {
	if len(items) == 0 {
		return ""
	}
	return " (" + g.say("because", "items", strings.Join(items, ", ")) + ")"
}

func (g *walkPage) actions() {
	met := map[string]bool{}
	for _, code := range g.w.Assessment.Actions {
		met[code] = true
	}
	for _, kind := range []string{"do", "tell", "never"} {
		titled := false
		for _, a := range g.p.Rules.Actions {
			if a.Kind != kind || !met[a.Code] {
				continue
			}
			if !titled {
				g.line("%s", g.say("actions."+kind))
				titled = true
			}
			g.line("  - %s%s", a.Text, g.actionDetail(a))
		}
		if titled {
			g.line("")
		}
	}
}

func (g *walkPage) actionDetail(a screening.ActionRule) string {
	var parts []string
	if a.To != "" {
		parts = append(parts, g.say("to", "who", g.book.Label(protocols.ListServices, a.To, locales.Source)))
	}
	if a.By != "" {
		parts = append(parts, g.term(a.By))
	}
	parts = append(parts, a.Law...)
	if len(parts) == 0 {
		return ""
	}
	return " [" + strings.Join(parts, "; ") + "]"
}

// duration is the form of a term that the law gives in hours or days.
var duration = regexp.MustCompile(`^P(?:T(\d+)H|(\d+)D)$`)

func (g *walkPage) term(by string) string {
	m := duration.FindStringSubmatch(by)
	switch {
	case m == nil:
		return g.say("by." + by)
	case m[1] != "":
		return g.say("by.hours", "n", m[1])
	}
	return g.say("by.days", "n", m[2])
}

// why writes the trace: each line with its rule and the answers behind it.
func (g *walkPage) why() {
	g.line("%s", g.say("why"))
	for _, r := range g.w.Assessment.Trace {
		because := g.because(r.Items)
		switch {
		case because == "" && r.Kind == "level":
			because = " (" + g.say("no_answer_needed") + ")"
		case because == "" && r.Kind == "action":
			because = " (" + g.say("by_result") + ")"
		}
		g.line("  - %s%s", g.reason(r), because)
	}
}

func (g *walkPage) reason(r screening.Reason) string {
	switch r.Kind {
	case "path":
		return g.say("path." + r.Code)
	case "indicator", "danger":
		return g.book.Label(protocols.ListIndicators, r.Code, locales.Source)
	case "offence":
		return r.Code + " " + g.book.Label(protocols.ListOffences, r.Code, locales.Source)
	case "level":
		for _, l := range g.p.Rules.Levels {
			if l.ID == r.Rule {
				return g.book.Label(protocols.ListLevels, r.Code, locales.Source) + ": " + l.Text
			}
		}
	case "action":
		for _, a := range g.p.Rules.Actions {
			if a.Code == r.Code {
				return a.Text
			}
		}
	}
	return r.Code
}

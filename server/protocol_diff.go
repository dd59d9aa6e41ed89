package main

import (
	"flag"
	"fmt"
	"strings"

	"umbral/protocols"
	"umbral/protocols/compare"
	"umbral/protocols/phrase"
)

// diffSide is one of the two protocols as --json names it.
type diffSide struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	SHA256  string `json:"sha256"`
	Source  bool   `json:"source"`
}

// diffJSON is what diff --json prints. Overlap is absent between two versions of
// one protocol.
type diffJSON struct {
	A       diffSide         `json:"a"`
	B       diffSide         `json:"b"`
	Overlap *compare.Overlap `json:"overlap,omitempty"`
	Changes []compare.Change `json:"changes"`
}

func protocolDiff(args []string, std streams) int {
	set := flag.NewFlagSet("diff", flag.ContinueOnError)
	asJSON := set.Bool("json", false, "")
	lang := set.String("lang", phrase.Spanish, "")
	touches := set.String("touches", "", "")
	words, err := parseProtocolFlags(set, args, std)
	switch {
	case err != nil:
		return exitUsage
	case *lang != phrase.Spanish && *lang != phrase.English:
		fmt.Fprintf(std.err, "server protocol diff: --lang %q is not es or en\n", *lang)
		return exitUsage
	case *touches != "" && len(words) == 0:
		return protocolTouches(*touches, *lang, *asJSON, std)
	case *touches != "" || len(words) != 2:
		fmt.Fprintln(std.err, "server protocol diff: name two protocols, as in: server protocol diff labour-agriculture@1 labour-agriculture@2; or one module or item with --touches")
		return exitUsage
	}
	a, err := protocolNamed(words[0])
	if err != nil {
		return a.refuse(std, "diff", err)
	}
	b, err := protocolNamed(words[1])
	if err != nil {
		return b.refuse(std, "diff", err)
	}
	out := diffJSON{A: a.diffSide(), B: b.diffSide(), Changes: compare.Changes(a.protocol, b.protocol, *lang)}
	if a.protocol.ID != b.protocol.ID {
		shared := compare.OverlapOf(a.protocol, b.protocol)
		out.Overlap = &shared
	}
	if *asJSON {
		return printJSON(std, out)
	}
	page := diffPage{std, phrase.New(*lang, a.protocol, b.protocol)}
	page.line("%s → %s", a.label(), b.label())
	if out.Overlap != nil {
		page.overlap(out.Overlap)
	}
	page.changes(out.Changes, out.Overlap != nil)
	return exitOK
}

func (n named) diffSide() diffSide {
	return diffSide{n.protocol.ID, n.protocol.Version, n.sha256, n.source}
}

// diffPage writes what differs for a reader.
type diffPage struct {
	std   streams
	voice *phrase.Voice
}

func (d diffPage) line(format string, args ...any) { fmt.Fprintf(d.std.out, format+"\n", args...) }

// changes writes each change. Of two protocols it leaves out what only one of
// them has: the overlap says it.
func (d diffPage) changes(all []compare.Change, between bool) {
	written := 0
	for _, c := range all {
		if between && c.Part != compare.PartProtocol && (c.What == compare.Added || c.What == compare.Removed || c.What == compare.Moved) {
			continue
		}
		if written == 0 && between {
			d.line("\n%s", d.voice.Say("diff.where"))
		}
		written++
		where := c.ID
		if c.In != "" {
			where += " (" + d.voice.Say("diff.in", "module", c.In) + ")"
		}
		head := d.voice.Say("diff.part."+c.Part) + " " + where + ": " + d.voice.Say("diff.what."+c.What)
		if c.Field != "" {
			head += " " + c.Field
		}
		d.line("\n%s", head)
		d.quote("-", c.Old)
		d.quote("+", c.New)
	}
	if written == 0 {
		d.line("%s", d.voice.Say("diff.same"))
	}
}

// quote writes the lines of what was or is, each after its sign.
func (d diffPage) quote(sign, text string) {
	if text == "" {
		return
	}
	for l := range strings.SplitSeq(text, "\n") {
		d.line("  %s %s", sign, l)
	}
}

func (d diffPage) overlap(o *compare.Overlap) {
	same, other := len(o.Items.Same), len(o.Items.OtherWords)
	d.line("%s", d.voice.Say("diff.overlap", "same", same, "other", other, "only_a", len(o.Items.OnlyA), "only_b", len(o.Items.OnlyB)))
	d.line("%s\n", d.voice.Say("diff.percent", "of_a", o.OfA, "of_b", o.OfB, "of_all", o.OfAll))
	d.line("%-28s %5s %5s %5s %5s %5s", d.voice.Say("diff.part.module"), "=", "≈", "A", "B", "%")
	for _, m := range o.Modules {
		d.line("%-28s %5d %5d %5d %5d %5d", m.Module, len(m.Same), len(m.OtherWords), len(m.OnlyA), len(m.OnlyB), m.Percent)
	}
	d.line("%s", d.voice.Say("diff.columns"))
}

// touchedJSON is a protocol of the program that a change touches, and its newest
// published version, 0 where there is none.
type touchedJSON struct {
	compare.Touched
	Published int `json:"published"`
}

// protocolTouches looks at the sources inside the program: a published version
// never changes.
func protocolTouches(name, lang string, asJSON bool, std streams) int {
	lib := protocols.Embedded()
	found := []touchedJSON{}
	for _, id := range lib.IDs() {
		src, findings := lib.Source(id)
		if len(findings) > 0 {
			return printFindings(std, findings)
		}
		t, ok := compare.Touches(&src.Protocol, name)
		if !ok {
			continue
		}
		out := touchedJSON{Touched: t}
		if p, err := protocols.Get(id, 0); err == nil {
			out.Published = p.Protocol.Version
		}
		found = append(found, out)
	}
	if len(found) == 0 {
		fmt.Fprintf(std.err, "server protocol diff: no protocol of this program has a module or an item %q; modules are named as their id says, not their file\n", name)
		return exitFailure
	}
	if asJSON {
		return printJSON(std, found)
	}
	page := diffPage{std, phrase.New(lang)}
	for _, t := range found {
		page.line("%s %d: %s", t.Protocol, t.Version, strings.Join(t.Items, ", "))
		for _, part := range []struct {
			id   string
			list []string
		}{{"diff.own_words", t.OwnWords}, {"diff.depend", t.Depend}, {"diff.rules", t.Rules}} {
			if len(part.list) > 0 {
				page.line("  %s: %s", page.voice.Say(part.id), strings.Join(part.list, ", "))
			}
		}
		published := page.voice.Say("diff.unpublished")
		if t.Published > 0 {
			published = page.voice.Say("diff.published", "version", t.Published)
		}
		page.line("  %s", published)
	}
	return exitOK
}

package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"umbral/protocols"
	"umbral/protocols/phrase"
	"umbral/screening"
)

func protocolList(args []string, std streams) int {
	set := flag.NewFlagSet("list", flag.ContinueOnError)
	asJSON := set.Bool("json", false, "")
	matrix := set.Bool("matrix", false, "")
	markdown := set.Bool("markdown", false, "")
	words, err := parseProtocolFlags(set, args, std)
	switch {
	case err != nil:
		return exitUsage
	case len(words) > 0:
		fmt.Fprintf(std.err, "server protocol list: takes no %q\n", words[0])
		return exitUsage
	case *markdown && (*asJSON || !*matrix):
		fmt.Fprintln(std.err, "server protocol list: --markdown goes with --matrix, and not with --json")
		return exitUsage
	}
	now, err := protocols.Current()
	if err != nil {
		fmt.Fprintf(std.err, "server protocol list: %v\n", err)
		return exitFailure
	}
	if *matrix {
		m := matrixOf(now, protocols.Codebook())
		switch {
		case *asJSON:
			return printJSON(std, m)
		case *markdown:
			m.markdown(std)
		default:
			m.text(std)
		}
		return exitOK
	}
	list := make([]protocols.Summary, len(now))
	for i, p := range now {
		list[i] = p.Summary()
	}
	if *asJSON {
		return printJSON(std, list)
	}
	for _, p := range list {
		fmt.Fprintf(std.out, "%s %d  %s (%s)\n  settings: %s\n  roles: %s\n  sha256: %s\n",
			p.ID, p.Version, p.Title, p.Depth, strings.Join(p.Settings, ", "), strings.Join(p.Roles, ", "), p.SHA256)
	}
	return exitOK
}

// matrix is the library as a table: a row for each place and protocol.
type matrix struct {
	Rows []matrixRow `json:"rows"`
	// Without are the places of the codebook that no protocol is for.
	Without []string `json:"without"`
}

type matrixRow struct {
	Setting  string            `json:"setting"`
	Roles    []string          `json:"roles"`
	Protocol string            `json:"protocol"`
	Version  int               `json:"version"`
	Title    string            `json:"title"`
	Depth    string            `json:"depth"`
	Items    int               `json:"items"` // that the protocol has
	Lengths  screening.Lengths `json:"lengths"`
}

// matrixOf makes the table in the order of the codebook's places.
func matrixOf(now []protocols.Published, book *protocols.Book) matrix {
	m := matrix{Rows: []matrixRow{}, Without: []string{}}
	lengths := make([]screening.Lengths, len(now))
	var wait sync.WaitGroup
	for i := range now { // each takes some tenths of a second
		wait.Go(func() { lengths[i] = screening.LengthsOf(&now[i].Protocol) })
	}
	wait.Wait()
	for _, setting := range book.List(protocols.ListSettings).Codes() {
		before := len(m.Rows)
		for i, pub := range now {
			p := &pub.Protocol
			if !slices.Contains(p.Settings, setting) {
				continue
			}
			items := 0
			for _, mod := range p.Modules {
				items += len(mod.Items)
			}
			m.Rows = append(m.Rows, matrixRow{setting, p.Roles, p.ID, p.Version, p.Title, p.Depth, items, lengths[i]})
		}
		if len(m.Rows) == before {
			m.Without = append(m.Without, setting)
		}
	}
	return m
}

func (m matrix) text(std streams) {
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "PLACE\tPROTOCOL\tDEPTH\tITEMS\tSHORTEST\tTYPICAL\tLONGEST\tPOSTS")
	for _, r := range m.Rows {
		fmt.Fprintf(w, "%s\t%s@%d\t%s\t%d\t%d-%d\t%d\t%d\t%s\n", r.Setting, r.Protocol, r.Version, r.Depth, r.Items,
			r.Lengths.Shortest, r.Lengths.Negative, r.Lengths.Typical, r.Lengths.Longest, strings.Join(r.Roles, ", "))
	}
	w.Flush()
	if len(m.Without) > 0 {
		fmt.Fprintf(std.out, "no protocol for: %s\n", strings.Join(m.Without, ", "))
	}
}

// markdown writes docs/library.md.
func (m matrix) markdown(std streams) {
	v := phrase.New(phrase.English)
	fmt.Fprint(std.out, `# The library of protocols

`+"`server protocol list --matrix --markdown`"+` writes this page; a test holds it to what is published.

For each kind of place: which protocol there is, for which posts, how complete it is, and how many questions it puts to a
person: where nothing is found (the shortest and the longest such way), the median of the ways on which one sign is
found, and the longest way there is. Consents and what is registered of the person come besides. A protocol of depth
"base" has what is seen in its place and what all share, and is not complete for that place. No protocol is validated, and
no lawyer has reviewed one.

| place | protocol | depth | nothing found | one sign | longest | posts |
| --- | --- | --- | --- | --- | --- | --- |
`)
	for _, r := range m.Rows {
		fmt.Fprintf(std.out, "| %s | `%s` %d | %s | %d to %d | %d | %d | %s |\n", v.Label(protocols.ListSettings, r.Setting), r.Protocol, r.Version, r.Depth,
			r.Lengths.Shortest, r.Lengths.Negative, r.Lengths.Typical, r.Lengths.Longest, v.And(labelsOf(v, protocols.ListRoles, r.Roles)))
	}
	if len(m.Without) > 0 {
		fmt.Fprintf(std.out, "\nNo protocol yet for: %s.\n", strings.Join(labelsOf(v, protocols.ListSettings, m.Without), "; "))
	}
}

func labelsOf(v *phrase.Voice, list string, codes []string) []string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = v.Label(list, c)
	}
	return names
}

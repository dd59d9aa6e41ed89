package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"

	"umbral/protocols"
	"umbral/protocols/phrase"
	"umbral/screening"
)

// exitUnmeetable is the exit code of a walk that cannot meet what was wanted.
const exitUnmeetable = 3

const protocolUsage = `usage: server protocol COMMAND
  list [--json]          the published protocols
  list --matrix [--json|--markdown]
                         as a table: place, post, protocol, how many questions, depth
  lint [--lengths] [FILE...]
                         what is wrong in the protocols of this program, or in these files;
                         and how many questions they put to a person
  publish ID [--dir DIR] flatten a source in DIR (./protocols) and lock it under its version
  withdraw ID@VERSION --reason WHY [--on DATE] [--dir DIR]
                         from DATE on (2026-11-25, UTC; today) nothing new is begun with it;
                         what was made with it stays, and is still received
  diff A B [--lang es|en] [--json]
                         what changed between two versions of one protocol; how much two
                         protocols share and where they differ. A and B are ID, ID@VERSION
                         or a source file
  diff --touches NAME [--json]
                         which protocols a changed module or item touches
  docs ID [--lang TAG] [--format html|text|form] [--out FILE]
                         the whole protocol for a reader, as one page to print on A4; form is
                         the questions alone, to fill in by hand where no phone is safe
  xlsform ID [--out FILE.xlsx]
                         the same questions as an XLSForm (ODK, KoboToolbox), and what it lacks
  simulate ID [--sample N] [--seed S] [--lang es|en] [--json]
                         walk every combination of gates, or a sample, and say what is
                         never reached, how long it gets and where it ends wrongly
  run ID [flags]         walk a protocol and show what it asks and what follows
      --meets CODE,CODE  meet exactly these indicators; none without it
      --age N|unknown    whole years (30)
      --sex S            female, male or intersex
      --role R           the post (the protocol's first)
      --setting S        the kind of place (the protocol's first)
      --decline-all      the person declines every question
      --version N        that published version (the newest)
      --json             the walk and the assessment as JSON
      --detection        a detection record in clear, for "server device seal"`

// errUsageShown marks a wrong command line that was already explained.
var errUsageShown = errors.New("usage shown")

func runProtocol(_ context.Context, args []string, std streams) int {
	if len(args) == 0 {
		fmt.Fprintln(std.err, protocolUsage)
		return exitUsage
	}
	run := map[string]func([]string, streams) int{
		"list": protocolList, "lint": protocolLint, "publish": protocolPublish, "run": protocolRun,
		"withdraw": protocolWithdraw, "diff": protocolDiff, "simulate": protocolSimulate, "docs": protocolDocs, "xlsform": protocolXLSForm,
	}[args[0]]
	switch {
	case run != nil:
		return run(args[1:], std)
	case args[0] == "help" || args[0] == "-h" || args[0] == "--help":
		fmt.Fprintln(std.out, protocolUsage)
		return exitOK
	}
	fmt.Fprintf(std.err, "server protocol: unknown command %q\n%s\n", args[0], protocolUsage)
	return exitUsage
}

// parseProtocolFlags reads flags that may stand before or after the words.
func parseProtocolFlags(set *flag.FlagSet, args []string, std streams) (words []string, err error) {
	set.SetOutput(io.Discard)
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			fmt.Fprintf(std.err, "server protocol %s: %v\n%s\n", set.Name(), err, protocolUsage)
			return nil, errUsageShown
		}
		if args = set.Args(); len(args) > 0 {
			words, args = append(words, args[0]), args[1:]
		}
	}
	return words, nil
}

// protocolLint lints the named files, or every protocol inside the program and
// whether each still is what was published under its version.
func protocolLint(args []string, std streams) int {
	set := flag.NewFlagSet("lint", flag.ContinueOnError)
	var lengths bool
	set.BoolVar(&lengths, "lengths", false, "")
	set.BoolVar(&lengths, "v", false, "")
	files, err := parseProtocolFlags(set, args, std)
	if err != nil {
		return exitUsage
	}
	var findings []protocols.Finding
	if len(files) == 0 {
		if findings, err = lintEmbedded(); err != nil {
			fmt.Fprintf(std.err, "server protocol lint: %v\n", err)
			return exitFailure
		}
	}
	for _, file := range files {
		findings = append(findings, protocols.LintFile(file)...)
	}
	if len(findings) == 0 && lengths {
		return printLengths(std, files)
	}
	return printFindings(std, findings)
}

// printLengths says how long each protocol gets of which there was no finding:
// those in files, or all of the program. A module or another shared file has no
// length of its own.
func printLengths(std streams, files []string) int {
	var sources []*protocols.Source
	lib := protocols.Embedded()
	if len(files) == 0 {
		for _, id := range lib.IDs() {
			src, _ := lib.Source(id)
			sources = append(sources, src)
		}
	}
	voice := phrase.New(phrase.Spanish)
	for _, src := range sources {
		fmt.Fprintf(std.out, "%s %d: %s\n", src.Protocol.ID, src.Protocol.Version, voice.Lengths(screening.LengthsOf(&src.Protocol), src.Protocol.Budget))
	}
	for _, file := range files {
		if n, err := sourceNamed(file); err == nil {
			fmt.Fprintf(std.out, "%s %d: %s\n", n.protocol.ID, n.protocol.Version, voice.Lengths(screening.LengthsOf(n.protocol), n.protocol.Budget))
		}
	}
	return exitOK
}

func lintEmbedded() ([]protocols.Finding, error) {
	if err := protocols.Verify(); err != nil {
		return nil, err
	}
	lib := protocols.Embedded()
	var findings []protocols.Finding
	for _, id := range lib.IDs() {
		_, f := lib.Lint(id)
		findings = append(findings, f...)
	}
	if len(findings) > 0 {
		return findings, nil
	}
	return lib.CheckPublished()
}

func printFindings(std streams, findings []protocols.Finding) int {
	seen := map[protocols.Finding]bool{}
	for _, f := range findings {
		if !seen[f] {
			fmt.Fprintln(std.out, f)
		}
		seen[f] = true
	}
	if len(seen) > 0 {
		fmt.Fprintf(std.err, "findings: %d\n", len(seen))
		return exitFailure
	}
	return exitOK
}

func protocolPublish(args []string, std streams) int {
	set := flag.NewFlagSet("publish", flag.ContinueOnError)
	dir := set.String("dir", "protocols", "")
	words, err := parseProtocolFlags(set, args, std)
	if err != nil {
		return exitUsage
	}
	if len(words) != 1 {
		fmt.Fprintln(std.err, "server protocol publish: name one protocol, as in: server protocol publish labour-agriculture")
		return exitUsage
	}
	done, err := protocols.Publish(*dir, words[0])
	var lint *protocols.LintError
	switch {
	case errors.As(err, &lint):
		return printFindings(std, lint.Findings)
	case err != nil:
		fmt.Fprintf(std.err, "server protocol publish: %v\n", err)
		return exitFailure
	}
	fmt.Fprintf(std.out, "published %s %d\nsha256 %s\nbuild the program again: it serves what it holds inside\n", done.ID, done.Version, done.SHA256)
	return exitOK
}

func printJSON(std streams, v any) int {
	enc := json.NewEncoder(std.out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		fmt.Fprintf(std.err, "server: write: %v\n", err)
		return exitFailure
	}
	return exitOK
}

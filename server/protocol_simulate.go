package main

import (
	"flag"
	"fmt"
	"strings"

	"umbral/protocols"
	"umbral/protocols/phrase"
	"umbral/screening"
)

const (
	// maxCombinations is up to how many combinations of gates all are walked: some seconds.
	maxCombinations = 8_192
	// sampleWalks is how many walks a sample has where nobody says another number.
	sampleWalks = 5_000
	// maxSample bounds what may be asked for: some minutes.
	maxSample = 1_000_000
)

// simulatedJSON is what simulate --json prints.
type simulatedJSON struct {
	diffSide
	Lengths screening.Lengths `json:"lengths"`
	screening.Ways
}

func protocolSimulate(args []string, std streams) int {
	set := flag.NewFlagSet("simulate", flag.ContinueOnError)
	asJSON := set.Bool("json", false, "")
	lang := set.String("lang", phrase.Spanish, "")
	sample := set.Int("sample", 0, "")
	seed := set.Uint64("seed", 1, "")
	words, err := parseProtocolFlags(set, args, std)
	switch {
	case err != nil:
		return exitUsage
	case len(words) != 1:
		fmt.Fprintln(std.err, "server protocol simulate: name one protocol, as in: server protocol simulate labour-agriculture")
		return exitUsage
	case *lang != phrase.Spanish && *lang != phrase.English:
		fmt.Fprintf(std.err, "server protocol simulate: --lang %q is not es or en\n", *lang)
		return exitUsage
	case *sample < 0 || *sample > maxSample:
		fmt.Fprintf(std.err, "server protocol simulate: --sample %d is not a number of walks; give 1 to %d\n", *sample, maxSample)
		return exitUsage
	}
	n, err := protocolNamed(words[0])
	if err != nil {
		return n.refuse(std, "simulate", err)
	}
	how := screening.HowToWalk{Limit: maxCombinations, Sample: sampleWalks, Seed: *seed, Codes: codesOf(protocols.Codebook())}
	if *sample > 0 { // a sample was asked for
		how.Limit, how.Sample = 0, *sample
	}
	out := simulatedJSON{n.diffSide(), screening.LengthsOf(n.protocol), screening.WaysOf(n.protocol, how)}
	if *asJSON {
		return printJSON(std, out)
	}
	simulated{std, phrase.New(*lang, n.protocol), n, out}.print()
	return exitOK
}

// codesOf gives the codes of a list, none of a list that there is not.
func codesOf(book *protocols.Book) func(list string) []string {
	return func(list string) []string {
		if l := book.List(list); l != nil {
			return l.Codes()
		}
		return nil
	}
}

// simulated writes what a simulation came to for a reader.
type simulated struct {
	std   streams
	voice *phrase.Voice
	named named
	simulatedJSON
}

func (s simulated) line(format string, args ...any) { fmt.Fprintf(s.std.out, format+"\n", args...) }

func (s simulated) print() {
	s.line("%s: %s", s.named.label(), s.named.protocol.Title)
	s.line("%s\n", s.how())
	s.line("%s", s.voice.Say("ways.paths", "n", s.atLeast(s.Paths), "early", s.EndedEarly))
	s.line("%s", s.voice.Say("ways.questions", "shortest", s.Questions.Shortest, "median", s.Questions.Median, "longest", s.Questions.Longest))
	s.line("%s", s.voice.Say("ways.items", "shortest", s.Items.Shortest, "median", s.Items.Median, "longest", s.Items.Longest))
	s.line("%s", s.voice.Lengths(s.Lengths, s.named.protocol.Budget))
	s.list("ways.unreached", len(s.Unreached), func(i int) string { return s.voice.Item(s.Unreached[i]) })
	indicator := func(codes []string) func(int) string {
		return func(i int) string { return s.voice.Label(protocols.ListIndicators, codes[i]) + " (" + codes[i] + ")" }
	}
	s.list("ways.unmet", len(s.Unmet), indicator(s.Unmet))
	s.list("ways.unasked", len(s.Unasked), indicator(s.Unasked))
	s.tallies("ways.levels", s.Levels, func(code string) string { return s.voice.Label(protocols.ListLevels, code) })
	s.tallies("ways.offences", s.Offences, func(code string) string { return code + " " + s.voice.Label(protocols.ListOffences, code) })
	s.tallies("ways.modules", s.Modules, func(code string) string { return code })
	if len(s.DeadEnds) == 0 {
		s.line("\n%s", s.voice.Say("ways.no_dead_ends"))
		return
	}
	s.line("\n%s", s.voice.Say("ways.dead_ends"))
	for _, d := range s.DeadEnds {
		answers := make([]string, len(d.Answers))
		for i, a := range d.Answers {
			answers[i] = a.Item + "=" + a.Value
		}
		s.line("  %d × %s (%s)\n    %s", d.N, s.voice.Say("ways.dead."+d.Why), d.Last, strings.Join(answers, " "))
	}
}

// how says what was walked, and what that can and cannot tell.
func (s simulated) how() string {
	if s.Exhaustive {
		return s.voice.Say("ways.exhaustive", "n", s.Combinations, "targeted", s.Targeted, "seed", s.Seed)
	}
	return s.voice.Say("ways.sample", "n", s.Walks, "limit", s.Combinations, "targeted", s.Targeted, "seed", s.Seed)
}

// atLeast marks a number that a sample can only bound from below.
func (s simulated) atLeast(n int) string {
	if s.Exhaustive {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("≥ %d", n)
}

func (s simulated) list(title string, n int, at func(int) string) {
	s.line("\n%s", s.voice.Say(title, "n", n))
	for i := range n {
		s.line("  %s", at(i))
	}
}

func (s simulated) tallies(title string, list []screening.Tally, name func(string) string) {
	s.line("\n%s", s.voice.Say(title, "n", s.Walks))
	for _, t := range list {
		s.line("  %6d  %5.1f %%  %s", t.N, 100*float64(t.N)/float64(max(s.Walks, 1)), name(t.Code))
	}
}

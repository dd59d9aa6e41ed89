package main

import (
	"cmp"
	"flag"
	"fmt"
	"slices"
	"strings"

	"umbral/locales"
	"umbral/protocols"
)

// localeAdd starts a language that nobody foresaw, or one of the program's whose
// texts an agency has before a release does.
func localeAdd(args []string, std streams) int {
	set := flag.NewFlagSet("add", flag.ContinueOnError)
	var l locales.Language
	set.StringVar(&l.Name, "name", "", "")
	set.StringVar(&l.Autonym, "autonym", "", "")
	set.StringVar(&l.Variant, "variant", "", "")
	set.StringVar(&l.Gate, "gate", "certified", "")
	set.StringVar(&l.Writing, "writing", "unknown", "")
	states := set.String("states", "", "")
	dir := set.String("dir", "locales", "")
	words, err := parseLocaleFlags(set, args, 1, std)
	if err != nil {
		return exitUsage
	}
	refuse := func(format string, args ...any) int {
		fmt.Fprintf(std.err, "server locale add: "+format+"\n", args...)
		return exitUsage
	}
	if len(words) != 1 {
		return refuse("name one language by its code of ISO 639-3, as in: server locale add mxv --name \"mixteco de Metlatónoc\" --dir our-languages")
	}
	l.Code = words[0]
	if err := locales.CheckCode(l.Code); err != nil {
		return refuse("%v", err)
	}
	if l, err = like(l); err != nil {
		return refuse("%v", err)
	}
	if l.States, err = statesOf(*states, l.States); err != nil {
		return refuse("%v", err)
	}
	if err := locales.Add(*dir, l); err != nil {
		fmt.Fprintf(std.err, "server locale add: %v\n", err)
		return exitFailure
	}
	fmt.Fprintf(std.out, "%s (%s) begun in %s/%s; \"server locale report %s --locales %s\" says what it lacks, docs/languages.md who does what\n",
		l.Name, l.Code, *dir, l.Code, l.Code, *dir)
	return exitOK
}

// like fills in what our own registry says of a language where the command line
// says nothing; one that is not there needs a name.
func like(l locales.Language) (locales.Language, error) {
	catalog, err := locales.Load(nil)
	if err != nil {
		return l, err
	}
	ours, known := catalog.Language(l.Code)
	if !known && strings.TrimSpace(l.Name) == "" {
		return l, fmt.Errorf("--name is missing: how the language is called in Spanish")
	}
	if known {
		l.States = ours.States
		l.Name, l.Autonym, l.Variant = cmp.Or(l.Name, ours.Name), cmp.Or(l.Autonym, ours.Autonym), cmp.Or(l.Variant, ours.Variant)
		if l.Writing == "unknown" {
			l.Writing = ours.Writing
		}
	}
	return l, nil
}

// statesOf reads INEGI's codes, by commas.
func statesOf(text string, fallback []string) ([]string, error) {
	if text == "" {
		return slices.Concat([]string{}, fallback), nil
	}
	codes := strings.Split(text, ",")
	for _, code := range codes {
		if !protocols.Codebook().Has(protocols.ListStates, code) {
			return nil, fmt.Errorf("--states %q: %q is no code of codebook/states.csv, as in 07,20", text, code)
		}
	}
	return codes, nil
}

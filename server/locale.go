package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"umbral/locales"
)

const localeUsage = `usage: server locale COMMAND
  add TAG --name NAME [--autonym A] [--variant V] [--states 07,20] [--writing Latn]
      [--gate certified|marked] [--dir DIR]
                         start a language in DIR (./locales): its row in registry.json and a
                         folder with empty files; "server serve --locales DIR" uses it
  report [TAG] [--locales DIR] [--json|--markdown]
                         how far each language is, or one: texts by status, what is missing,
                         what a screening lacks, what has no audio`

func runLocale(_ context.Context, args []string, std streams) int {
	if len(args) == 0 {
		fmt.Fprintln(std.err, localeUsage)
		return exitUsage
	}
	run := map[string]func([]string, streams) int{"report": localeReport, "add": localeAdd}[args[0]]
	switch {
	case run != nil:
		return run(args[1:], std)
	case args[0] == "help" || args[0] == "-h" || args[0] == "--help":
		fmt.Fprintln(std.out, localeUsage)
		return exitOK
	}
	fmt.Fprintf(std.err, "server locale: unknown command %q\n%s\n", args[0], localeUsage)
	return exitUsage
}

// parseLocaleFlags reads flags that may stand before or after at most max words.
func parseLocaleFlags(set *flag.FlagSet, args []string, max int, std streams) (words []string, err error) {
	set.SetOutput(io.Discard)
	words, err = parseMixed(set, args)
	if err == nil && len(words) > max {
		err = fmt.Errorf("%q is one word too many", words[max])
	}
	if err != nil {
		fmt.Fprintf(std.err, "server locale %s: %v\n%s\n", set.Name(), err, localeUsage)
		return nil, errUsageShown
	}
	return words, nil
}

// loadLocales reads the languages with the published protocols.
func loadLocales(o locales.Options) (*locales.Catalog, error) {
	spanish, err := spanishOf()
	if err != nil {
		return nil, err
	}
	return o.Load(spanish)
}

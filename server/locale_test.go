package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"umbral/locales"
)

func TestLocale_CommandLine(t *testing.T) {
	for _, c := range []protocolCall{
		{"", exitUsage, "", "usage: server locale"},
		{"help", exitOK, "usage: server locale", ""},
		{"sing", exitUsage, "", `unknown command "sing"`},
		{"report", exitOK, `en +labour-agriculture .*mam +person .*no text yet: .*\bngu\b`, ""},
		{"report mam", exitOK, `^LANGUAGE .*labour-agriculture is put in Spanish: \d+ of \d+ texts .* more \(--json names all\)\n$`, ""},
		{"report en", exitOK, "labour-agriculture may be put to a person in en", ""},
		{"report ngu", exitOK, `ngu +person +\d+ +0`, ""},
		{"report tzc", exitUsage, "", `"tzc" is not registered`},
		{"report mam quc", exitUsage, "", "one word too many"},
		{"report --markdown mam", exitUsage, "", "goes with no TAG"},
		{"report --markdown --json", exitUsage, "", "goes with no TAG"},
		{"report --loud", exitUsage, "", "loud"},
	} {
		checkLocale(t, c)
	}
}

func checkLocale(t *testing.T, c protocolCall) {
	t.Helper()
	exit, out, errs := callLocale(c.args)
	if exit != c.exit {
		t.Errorf("locale %s: exit %d, want %d\n%.2000s%s", c.args, exit, c.exit, out, errs)
	}
	for _, s := range []struct{ name, want, got string }{{"output", c.out, out}, {"errors", c.err, errs}} {
		switch {
		case s.want == "" && s.got != "":
			t.Errorf("locale %s: %s are not empty: %.200s", c.args, s.name, s.got)
		case !regexp.MustCompile("(?s)" + s.want).MatchString(s.got):
			t.Errorf("locale %s: %s lack %q:\n%.2000s", c.args, s.name, s.want, s.got)
		}
	}
}

func callLocale(args string) (exit int, out, errs string) {
	var o, e bytes.Buffer
	exit = run(context.Background(), append([]string{"locale"}, strings.Fields(args)...), streams{strings.NewReader(""), &o, &e})
	return exit, o.String(), e.String()
}

func TestLocale_ReportAsJSON(t *testing.T) {
	_, out, _ := callLocale("report --json")
	var all []locales.Report
	if err := json.Unmarshal([]byte(out), &all); err != nil || len(all) < 169 {
		t.Fatalf("%d languages, %v", len(all), err)
	}
	for _, r := range all {
		for id, p := range r.Protocols {
			n := p.Missing
			for _, k := range p.Statuses {
				n += k
			}
			if n != p.All {
				t.Errorf("%s %s: %d counted of %d", r.Code, id, n, p.All)
			}
		}
	}
}

func TestLocale_TheDocumentedTableIsWhatIsThere(t *testing.T) {
	_, want, _ := callLocale("report --markdown")
	page, err := os.ReadFile("../docs/languages.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != want {
		t.Errorf("docs/languages.md is not what is there; write it again: go run ./server locale report --markdown > docs/languages.md")
	}
}

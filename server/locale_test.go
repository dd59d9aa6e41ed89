package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
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

// A language without a release: begun at the command line, used by the server,
// and refused with all that is wrong with it before anything is opened.
func TestLocale_AddAndServe(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ours")
	for _, c := range []protocolCall{
		{"add", exitUsage, "", "name one language"},
		{"add xal ngu --name x", exitUsage, "", "one word too many"},
		{"add tzc --name x", exitUsage, "", "retired"},
		{"add náhuatl --name x", exitUsage, "", "malformed"},
		{"add xal --dir " + dir, exitUsage, "", "--name is missing"},
		{"add xal --name calmuco --states 7 --dir " + dir, exitUsage, "", `"7" is no code`},
		{"add xal --name calmuco --gate marked --dir " + dir, exitFailure, "", `below .*"certified"`},
		{"add mfs --gate marked --dir " + dir, exitFailure, "", "below"},
		{"add es-MX --dir " + dir, exitFailure, "", "source of every language"},
		{"add xal --name calmuco --states 07,20 --dir " + dir, exitOK, `calmuco \(xal\) begun in .*server locale report xal`, ""},
		{"add xal --name calmuco --dir " + dir, exitFailure, "", "registered already"},
		{"add ngu --dir " + dir, exitOK, `náhuatl de Guerrero \(ngu\)`, ""},
		{"add fr --gate certified --dir " + dir, exitOK, "francés", ""},
		{"report xal --locales " + dir, exitOK, "xal +person", ""},
		{"report xal", exitUsage, "", "not registered"},
		{"report --locales " + dir + "/none", exitFailure, "", "is no folder"},
	} {
		checkLocale(t, c)
	}
	o, err := languagesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	n, err := openNode(t.Context(), t.TempDir(), testMaster(t), nil, o, newLog(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := loadLocales(n.languages)
	if err != nil || !catalog.Known("xal") {
		t.Errorf("the server does not know the language: %v", err)
	}
	if err := n.close(); err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{"ngu/messages.json": `{"chrome.next": {"other": "x"}}`, "xal/status.json": "{"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(t.TempDir(), "data")
	var out, errs bytes.Buffer
	exit := run(t.Context(), []string{"serve", "--data", data, "--addr", "localhost:0", "--locales", dir}, streams{strings.NewReader(""), &out, &errs})
	for _, want := range []string{"xal/status.json", "ngu/NOTICE"} {
		if exit != exitFailure || !strings.Contains(errs.String(), want) {
			t.Errorf("exit %d, and nothing of %s\n%s%s", exit, want, &out, &errs)
		}
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("a data folder was made: %v", err)
	}
}

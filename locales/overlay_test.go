package locales

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func folder(t *testing.T, rows []Language, more map[string]any) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	more["registry.json"] = rows
	for name, v := range more {
		b, err := json.Marshal(v)
		if s, ok := v.(string); ok {
			b = []byte(s)
		} else if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: b}
	}
	return fsys
}

// A language that nobody foresaw, and the words of one that we only name, come
// from a folder, without a release.
func TestOver_AddsAndReplaces(t *testing.T) {
	ours := embedded(t)
	whole := ours.codes["cak"].rows["chrome.back"] // its Spanish is that of today
	whole.Status, whole.TextHash, whole.Translator, whole.Reviewer = Certified, TextHash("test-back"), "t-1", "t-2"
	whole.BackTranslation, whole.BackTranslator = "Atrás", "t-3"
	dir := folder(t, []Language{
		{Code: "xal", Name: "calmuco", Gate: "certified", Chain: []string{"es-MX"}},
		{Code: "fr", Name: "francés", Gate: "certified", Chain: []string{"es-MX"}},
	}, map[string]any{
		"xal/messages.json": messages("chrome.back", "test-back"), "xal/status.json": map[string]Row{"chrome.back": whole}, "xal/NOTICE": "ours",
		"ngu/messages.json": "{}", "ngu/protocols.json": "{}", "ngu/status.json": "{}", "ngu/NOTICE": "", ".git/config": "x",
	})
	c, err := Options{Dir: dir}.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Get("xal", "chrome.back", nil)
	if err != nil || got != (Text{"test-back", "xal", Certified}) {
		t.Errorf("%+v %v", got, err)
	}
	if l, _ := c.Language("fr"); l.Gate != gateCertified {
		t.Errorf("the gate was not raised: %+v", l)
	}
	if len(c.Languages()) != len(ours.Languages())+1 {
		t.Errorf("%d languages, without the folder %d", len(c.Languages()), len(ours.Languages()))
	}
	if text, err := c.Get("cak", "chrome.back", nil); err != nil || text.Locale != "cak" {
		t.Errorf("what the folder does not name is gone: %+v %v", text, err)
	}
}

func TestOver_SaysEverythingThatIsWrong(t *testing.T) {
	chain := []string{"es-MX"}
	row := func(code, gate string) Language { return Language{Code: code, Name: code, Gate: gate, Chain: chain} }
	hash := TextHash("t")
	certified := func(change func(*Row)) map[string]Row {
		r := Row{Status: Certified, TextHash: hash, SourceHash: hash, Origin: "o", Licence: "l", Translator: "a", Reviewer: "b", BackTranslator: "c", BackTranslation: "es"}
		change(&r)
		return map[string]Row{"chrome.next": r}
	}
	text := messages("chrome.next", "t")
	for name, tc := range map[string]struct {
		rows  []Language
		files map[string]any
		says  []string
	}{
		"no registry":            {nil, map[string]any{"registry.json": ""}, []string{"registry.json"}},
		"an unknown code":        {[]Language{row("tzc", "certified")}, nil, []string{"tzc", "retired"}},
		"a lowered gate":         {[]Language{row("ngu", "marked")}, nil, []string{"registry.json", "ngu", "lowers ours", `"gate": "certified"`}},
		"a new language lowered": {[]Language{row("xal", "marked")}, nil, []string{"registry.json", "xal", "below"}},
		"the Spanish":            {[]Language{row("es-MX", "certified")}, map[string]any{"es-MX/messages.json": text}, []string{"part of the program; take the row out", "es-MX/"}},
		"the classes":            {nil, map[string]any{"classes.json": "[]"}, []string{"classes.json"}},
		"an unregistered folder": {nil, map[string]any{"xal/messages.json": text}, []string{"xal/", "server locale add xal"}},
		"another file":           {nil, map[string]any{"ngu/notes.txt": "x"}, []string{"ngu/notes.txt"}},
		"no JSON":                {nil, map[string]any{"ngu/status.json": "{"}, []string{"ngu/status.json"}},
		"no NOTICE":              {nil, map[string]any{"ngu/messages.json": text}, []string{"ngu/NOTICE"}},
		"an empty NOTICE":        {nil, map[string]any{"ngu/messages.json": text, "ngu/NOTICE": " \n"}, []string{"ngu/NOTICE"}},
		"a row without a text":   {nil, map[string]any{"ngu/status.json": certified(func(*Row) {})}, []string{"chrome.next has no text"}},
		"not NFC":                {nil, map[string]any{"ngu/messages.json": messages("chrome.next", "a\u0301"), "ngu/NOTICE": "n"}, []string{"NFC"}},
		"a broken figure":        {nil, map[string]any{"ngu/messages.json": messages("chrome.next", "a {{.x"), "ngu/NOTICE": "n"}, []string{"chrome.next", "{{.name}}"}},
		"certified by nobody": {nil, map[string]any{"ngu/messages.json": text, "ngu/NOTICE": "n", "ngu/status.json": certified(func(r *Row) { r.Reviewer, r.BackTranslation = "", "" })},
			[]string{"certified needs back_translation, reviewer"}},
		"certified by its author": {nil, map[string]any{"ngu/messages.json": text, "ngu/NOTICE": "n", "ngu/status.json": certified(func(r *Row) { r.Reviewer = "a" })},
			[]string{"different persons"}},
		"translated back by its author": {nil, map[string]any{"ngu/messages.json": text, "ngu/NOTICE": "n", "ngu/status.json": certified(func(r *Row) { r.BackTranslator = "a" })},
			[]string{"different persons"}},
		"a computed status": {nil, map[string]any{"ngu/messages.json": text, "ngu/NOTICE": "n", "ngu/status.json": certified(func(r *Row) { r.Status = Stale })}, []string{`status "stale"`}},
		"no date":           {nil, map[string]any{"ngu/messages.json": text, "ngu/NOTICE": "n", "ngu/status.json": certified(func(r *Row) { r.Expires = "soon" })}, []string{`"soon"`}},
		"yes and no alike":  {nil, map[string]any{"ngu/messages.json": messages("answer.yes", "va´a", "answer.no", "va´á"), "ngu/NOTICE": "n"}, []string{"answer.no and answer.yes look alike"}},
		"options alike": {nil, map[string]any{"ngu/protocols.json": messages("option.q.a", "ba", "option.q.b", "bá", "option.r.a", "ba"), "ngu/NOTICE": "n"},
			[]string{"option.q.a and option.q.b"}},
		"all at once": {[]Language{row("tzc", "certified"), row("ngu", "marked")}, map[string]any{"xal/messages.json": text, "x.txt": "x"}, []string{"ngu", "xal/", "x.txt"}},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.files == nil {
				tc.files = map[string]any{}
			}
			if tc.rows == nil {
				tc.rows = []Language{}
			}
			dir := folder(t, tc.rows, tc.files)
			if name == "no registry" {
				delete(dir, "registry.json")
			}
			_, err := Options{Dir: dir}.Load(nil)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range tc.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

// What an operator's folder is held to holds of ours.
func TestEmbedded_PassesTheChecksOfAFolder(t *testing.T) {
	c := embedded(t)
	for _, l := range c.Languages() {
		if err := c.check(files, l.Code); err != nil {
			t.Error(err)
		}
	}
}

func TestAdd_StartsALanguage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ours")
	if err := Add(dir, Language{Code: "xal", Name: "calmuco", Gate: "certified", Writing: "unknown"}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "xal", "NOTICE"), []byte("somebody's work"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]Language{
		"twice":          {Code: "xal", Gate: "certified"},
		"unknown":        {Code: "tzc", Gate: "certified"},
		"malformed":      {Code: "../x", Gate: "certified"},
		"a lowered gate": {Code: "ngu", Gate: "marked"},
		"no gate":        {Code: "ngu"},
		"the source":     {Code: "es-MX", Gate: "source"},
	} {
		if err := Add(dir, l); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := Add(dir, Language{Code: "ngu", Name: "náhuatl de Guerrero", Gate: "certified"}); err != nil {
		t.Fatal(err)
	}
	c, err := Options{Dir: os.DirFS(dir)}.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := c.Language("xal"); !ok || l.ISO != "xal" || l.Chain[0] != Source {
		t.Errorf("%+v", l)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "xal", "NOTICE")); err != nil || string(text) != "somebody's work" {
		t.Errorf("%q %v", text, err)
	}
	if left, err := fs.Glob(os.DirFS(dir), "*.new"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

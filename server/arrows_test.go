package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows are the only imports between our packages: each row may import what it
// names. "..." in a row's name is its test helpers and sub-packages. Whatever is
// not here is an arrow nobody decided on.
var arrows = map[string][]string{
	"umbral/screening":               {},
	"umbral/screening/screeningtest": {"umbral/screening"},
	"umbral/locales":                 {},
	"umbral/protocols":               {"umbral/screening"},
	"umbral/protocols/phrase":        {"umbral/protocols", "umbral/screening"},
	"umbral/protocols/document":      {"umbral/locales", "umbral/protocols", "umbral/protocols/phrase", "umbral/screening"},
	"umbral/protocols/xlsform":       {"umbral/locales", "umbral/protocols", "umbral/protocols/phrase", "umbral/screening"},
	"umbral/protocols/compare":       {"umbral/protocols", "umbral/protocols/phrase", "umbral/screening"},
	"umbral/static":                  {},
	"umbral/server/problem":          {},
	"umbral/server/access":           {"umbral/server/problem"},
	"umbral/server/audit":            {"umbral/server/access", "umbral/server/problem"},
	"umbral/server/shred":            {},
	"umbral/server/record":           {"umbral/screening"},
	"umbral/server/seal":             {"umbral/server/record"},
	"umbral/server/proof":            {"umbral/server/problem"},
	"umbral/server/auth":             {"umbral/server/access", "umbral/server/audit", "umbral/server/problem", "umbral/server/proof"},
	"umbral/server/ingest": {"umbral/protocols", "umbral/screening", "umbral/server/access", "umbral/server/auth",
		"umbral/server/problem", "umbral/server/record", "umbral/server/seal"},
	"umbral/server/referral": {"umbral/server/access", "umbral/server/problem"},
	"umbral/server/review": {"umbral/screening", "umbral/server/access", "umbral/server/problem", "umbral/server/record",
		"umbral/server/referral"},
	"umbral/server/retention":    {"umbral/server/access", "umbral/server/auth", "umbral/server/problem", "umbral/server/review"},
	"umbral/server/recall":       {"umbral/server/access", "umbral/server/problem", "umbral/server/review"},
	"umbral/server/interpreters": {"umbral/server/access", "umbral/server/auth", "umbral/server/problem"},
	"umbral/server/reviewers":    {"umbral/server/access", "umbral/server/audit", "umbral/server/problem", "umbral/server/seal"},
	"umbral/server/figures":      {"umbral/server/access", "umbral/server/problem", "umbral/server/review", "umbral/server/workbook"},
	"umbral/server/workbook":     {},
	"umbral/server/translation":  {"umbral/server/access", "umbral/server/problem", "umbral/server/workbook"},
	"umbral/server/store": {"umbral/server/audit", "umbral/server/auth", "umbral/server/figures", "umbral/server/ingest", "umbral/server/interpreters",
		"umbral/server/problem", "umbral/server/recall", "umbral/server/referral", "umbral/server/retention", "umbral/server/review", "umbral/server/reviewers", "umbral/server/shred", "umbral/server/store/bolt", "umbral/server/translation"},
	"umbral/server/store/bolt": {"umbral/screening", "umbral/server/access", "umbral/server/audit", "umbral/server/auth", "umbral/server/ingest", "umbral/server/interpreters",
		"umbral/server/problem", "umbral/server/recall", "umbral/server/record", "umbral/server/referral", "umbral/server/retention", "umbral/server/review", "umbral/server/reviewers", "umbral/server/seal", "umbral/server/shred", "umbral/server/translation"},
	"umbral/server/store/storetest": {"umbral/screening", "umbral/server/access", "umbral/server/audit", "umbral/server/auth", "umbral/server/ingest", "umbral/server/interpreters",
		"umbral/server/problem", "umbral/server/recall", "umbral/server/record", "umbral/server/referral", "umbral/server/retention", "umbral/server/review", "umbral/server/reviewers", "umbral/server/seal", "umbral/server/shred", "umbral/server/store", "umbral/server/translation"},
	"umbral/server/device": {"umbral/server/ingest", "umbral/server/proof", "umbral/server/record", "umbral/server/seal"},
	"umbral/server/web": {"umbral/screening", "umbral/static", "umbral/server/access", "umbral/server/audit", "umbral/server/auth", "umbral/server/figures",
		"umbral/server/ingest", "umbral/server/interpreters", "umbral/server/problem", "umbral/server/proof", "umbral/server/recall", "umbral/server/record", "umbral/server/referral", "umbral/server/retention",
		"umbral/server/review", "umbral/server/reviewers", "umbral/server/seal", "umbral/server/translation"},
}

// Main knows all; nothing imports it.
const mainRoom = "umbral/server"

func TestImportsPointOneWay(t *testing.T) {
	seen := map[string]bool{}
	for room, imports := range importsOf(t, "..") {
		seen[room] = true
		allowed, known := arrows[room]
		for imported, file := range imports {
			switch {
			case imported == mainRoom:
				t.Errorf("%s imports package main", file)
			case room == mainRoom:
			case !known:
				t.Errorf("%s: the room %s has no row in the arrows", file, room)
			case !slices.Contains(allowed, imported):
				t.Errorf("%s: %s must not import %s", file, room, imported)
			}
		}
	}
	for room := range arrows {
		if !seen[room] && room != "umbral/server/store" {
			t.Errorf("the arrows name %s, which does not exist", room)
		}
	}
}

// importsOf gives, for each of our packages under root, which of our packages
// it imports outside of tests, and one file that does.
func importsOf(t *testing.T, root string) map[string]map[string]string {
	t.Helper()
	found := map[string]map[string]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && name != root || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		room := path.Join("umbral", filepath.ToSlash(rel))
		if found[room] == nil {
			found[room] = map[string]string{}
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if strings.HasPrefix(imported, "umbral/") {
				found[room][imported] = name
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// The test above must be able to fail: a planted arrow is found.
func TestImportsPointOneWay_FindsAPlantedArrow(t *testing.T) {
	dir := t.TempDir()
	room := filepath.Join(dir, "screening")
	if err := os.MkdirAll(room, 0o755); err != nil {
		t.Fatal(err)
	}
	source := "package screening\n\nimport _ \"umbral/server/web\"\n"
	if err := os.WriteFile(filepath.Join(room, "x.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := importsOf(t, dir)["umbral/screening"]; got["umbral/server/web"] == "" {
		t.Errorf("found %v", got)
	}
}

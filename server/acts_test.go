package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"umbral/server/review"
	"umbral/server/translation"
)

// computed are the acts whose name the code makes: by the expression that
// stands there, all that it can be. A new expression fails the test.
var computed = map[string]func() []string{
	`"review_" + v.Decision`: func() []string {
		var all []string
		for _, d := range review.Decisions() {
			all = append(all, "review_"+d)
		}
		return all
	},
	`"translation_" + step.Do`: func() []string {
		var all []string
		for _, do := range translation.Dos() {
			all = append(all, "translation_"+do)
		}
		return all
	},
	`"share_" + state`:   func() []string { return []string{"share_active", "share_refused"} },
	`"announced_" + typ`: func() []string { return []string{"announced_keys", "announced_manifest"} },
	// Names that come from elsewhere in the code, where they stand as literals
	// that namesOf finds.
	"what": nil, "act": nil, "step.Act": nil,
}

// TestActs_EachHasWords: every act that the code can enter in the book has words
// in both languages, and the screen knows it.
func TestActs_EachHasWords(t *testing.T) {
	acts := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "storetest") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err == nil {
			ast.Inspect(file, func(n ast.Node) bool { namesOf(t, path, n, acts); return true })
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(acts) < 60 {
		t.Fatalf("only %d acts were found: the test looks in the wrong place", len(acts))
	}
	for _, tag := range []string{"es-MX", "en"} {
		words := map[string]struct{ Other string }{}
		body, err := os.ReadFile("../locales/" + tag + "/messages.json")
		if err != nil || json.Unmarshal(body, &words) != nil {
			t.Fatal(tag, err)
		}
		for act := range acts {
			if words["audit.what_"+act].Other == "" {
				t.Errorf("%s has no message audit.what_%s", tag, act)
			}
		}
	}
	screen, err := os.ReadFile("../static/app/audit.js")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(screen), "ACTS = [")
	list, _, _ = strings.Cut(list, "];")
	var known []string
	for _, m := range regexp.MustCompile(`'([a-z_]+)'`).FindAllStringSubmatch(list, -1) {
		known = append(known, m[1])
	}
	if want := slices.Sorted(maps.Keys(acts)); !slices.Equal(slices.Sorted(slices.Values(known)), want) {
		t.Errorf("static/app/audit.js knows\n%v, the server enters\n%v", known, want)
	}
}

// namesOf finds the acts of a node: fields What and Act of composite literals,
// what is assigned to what or act, values of the table reads, and arguments of
// the functions that pass an act on.
func namesOf(t *testing.T, path string, n ast.Node, acts map[string]bool) {
	t.Helper()
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && (key.Name == "What" || key.Name == "Act") {
			take(t, path, n.Value, acts)
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if id, ok := left.(*ast.Ident); ok && (id.Name == "what" || id.Name == "act") && len(n.Rhs) == len(n.Lhs) {
				takeLiteral(n.Rhs[i], acts)
			}
		}
	case *ast.ValueSpec:
		if n.Names[0].Name == "reads" && strings.HasSuffix(path, filepath.Join("web", "audit.go")) {
			for _, pair := range n.Values[0].(*ast.CompositeLit).Elts {
				takeLiteral(pair.(*ast.KeyValueExpr).Value, acts)
			}
		}
	case *ast.CallExpr:
		var name string
		switch f := n.Fun.(type) {
		case *ast.SelectorExpr:
			name = f.Sel.Name
		case *ast.Ident:
			name = f.Name
		}
		if slices.Contains([]string{"ChangeAccount", "change", "added", "decideHeld"}, name) {
			for _, arg := range n.Args {
				takeLiteral(arg, acts)
			}
		}
	}
}

func take(t *testing.T, path string, value ast.Expr, acts map[string]bool) {
	t.Helper()
	if takeLiteral(value, acts) {
		return
	}
	var text strings.Builder
	if err := printer.Fprint(&text, token.NewFileSet(), value); err != nil {
		t.Fatal(err)
	}
	all, ok := computed[text.String()]
	if !ok && !slices.Contains([]string{"a.What"}, text.String()) {
		t.Errorf("%s: an act is %s: say in this test what that can be", path, text.String())
	}
	if all != nil {
		for _, act := range all() {
			acts[act] = true
		}
	}
}

// takeLiteral says whether value is a text that may be the name of an act.
func takeLiteral(value ast.Expr, acts map[string]bool) bool {
	lit, ok := value.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return false
	}
	if name, err := strconv.Unquote(lit.Value); err == nil && name != "" {
		acts[name] = true
	}
	return true
}

package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"umbral/locales"
)

// thrown is one problem.New of the source.
type thrown struct {
	at, typ string
	args    []string
}

// problemsInSource finds every problem.New with a literal type under server/.
func problemsInSource(t *testing.T) (found []thrown) {
	t.Helper()
	fset := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(fset, path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "New" {
				return true
			} else if room, ok := f.X.(*ast.Ident); !ok || room.Name != "problem" {
				return true
			}
			if typ, ok := literal(call.Args[1]); ok {
				p := thrown{at: fset.Position(call.Pos()).String(), typ: typ}
				for i := 2; i < len(call.Args); i += 2 {
					name, _ := literal(call.Args[i])
					p.args = append(p.args, name)
				}
				found = append(found, p)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

var placeholders = regexp.MustCompile(`\{\{\s*\.([A-Za-z_]+)\s*\}\}`)

// Every problem that the source can answer has its words in Spanish and English,
// and each place that makes one gives what the words need.
func TestProblems_HaveWords(t *testing.T) {
	catalog, err := locales.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	found := problemsInSource(t)
	if len(found) < 60 {
		t.Fatalf("only %d problems found: the search is broken", len(found))
	}
	// What package access and the framework make without a literal.
	for _, typ := range []string{
		"detection-unknown", "device-unknown", "account-unknown", "quarantine-unknown", "internal", "took-too-long", "bad-request",
		"path-unknown", "method-not-allowed", "request-timeout", "headers-too-large",
	} {
		found = append(found, thrown{at: "made by name", typ: typ})
	}
	for _, status := range []string{"400", "401", "403", "404", "405", "408", "409", "413", "415", "429", "431", "500", "503"} {
		found = append(found, thrown{at: "title", typ: "status." + status})
	}
	for _, p := range found {
		for _, lang := range []string{"es-MX", "en"} {
			pack, err := catalog.Pack(lang)
			if err != nil {
				t.Fatal(err)
			}
			text, ok := pack.Messages["problem."+p.typ]
			if !ok {
				t.Errorf("%s: no words in %s for problem.%s", p.at, lang, p.typ)
				continue
			}
			if !strings.HasPrefix(p.typ, "status.") && !strings.HasSuffix(text.Text, ".") {
				t.Errorf("problem.%s in %s is no whole sentence: %s", p.typ, lang, text.Text)
			}
			for _, m := range placeholders.FindAllStringSubmatch(text.Text, -1) {
				if !slices.Contains(p.args, m[1]) {
					t.Errorf("%s: problem.%s in %s needs %q, which is not given", p.at, p.typ, lang, m[1])
				}
			}
		}
	}
}

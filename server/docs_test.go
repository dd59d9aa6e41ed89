package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A promise names the test that holds it; a test that was renamed or thrown out
// must take its promise with it.
func TestDocs_NameTestsThatExist(t *testing.T) {
	tests := everyTest(t)
	for _, page := range []string{"THREATS.md", "asvs.md", "SECURITY.md"} {
		text, err := os.ReadFile(filepath.Join("..", "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		named := 0
		for _, m := range regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9_]+)`").FindAllStringSubmatch(string(text), -1) {
			named++
			if !tests[m[1]] {
				t.Errorf("%s names %s, which is no test", page, m[1])
			}
		}
		for _, m := range regexp.MustCompile("`([a-z_]+\\.test\\.js)` \"([^\"]+)\"").FindAllStringSubmatch(string(text), -1) {
			named++
			source, err := os.ReadFile(filepath.Join("..", "static", "test", m[1]))
			if err != nil || !strings.Contains(string(source), m[2]) {
				t.Errorf("%s names %q of %s, which is not there (%v)", page, m[2], m[1], err)
			}
		}
		if named == 0 && page != "SECURITY.md" {
			t.Errorf("%s names no test: the pattern of this test no longer fits", page)
		}
	}
}

// everyTest finds the tests of all packages by their declarations.
func everyTest(t *testing.T) map[string]bool {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)
	found := map[string]bool{}
	err := filepath.WalkDir("..", func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(name)
		for _, m := range declared.FindAllSubmatch(source, -1) {
			found[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

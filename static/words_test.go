package static

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// What a screen of a phone says is on the phone; what only the office says is
// not, and nothing is lost between the two.
func TestWords_EachIsWhereItIsNeeded(t *testing.T) {
	s := realSite(t, realText(t))
	words := map[string]map[string]string{}
	for _, file := range []string{"es-MX", "es-MX" + laterSuffix, "es-MX" + officeSuffix, "en", "en" + laterSuffix, "en" + officeSuffix} {
		a, ok := s.Lookup("/text/"+file+".json", "")
		if !ok {
			t.Fatalf("no words %s", file)
		}
		if strings.HasPrefix(file, "es-MX") {
			texts := map[string]string{}
			if err := json.Unmarshal(a.Body, &texts); err != nil {
				t.Fatal(err)
			}
			words[file] = texts
			continue
		}
		words[file] = listed(t, a.Body, words["es-MX"+strings.TrimPrefix(file, "en")])
	}
	for code, body := range realText(t) {
		var all map[string]string
		if err := json.Unmarshal(body, &all); err != nil {
			t.Fatal(err)
		}
		field, later, office := words[code], words[code+laterSuffix], words[code+officeSuffix]
		if len(field)+len(later)+len(office) != len(all) {
			t.Errorf("%s: %d, %d and %d words of %d", code, len(field), len(later), len(office), len(all))
		}
		for id, text := range all {
			if field[id] != text && later[id] != text && office[id] != text {
				t.Errorf("%s: %s is lost", code, id)
			}
		}
	}
	if slices.Contains(s.Shell(), "/text/es-MX"+officeSuffix+".json") || !slices.Contains(s.Shell(), "/text/es-MX.json") {
		t.Errorf("the shell is %v", s.Shell())
	}
	for _, id := range []string{"signin.title", "home.start", "error.title", "problem.offline", "problem.unexpected", "problem.storage-full", "encounter.mode_live", "update.waiting", "text.status.draft"} {
		if words["es-MX"][id] == "" {
			t.Errorf("%s is not on the phone", id)
		}
	}
	for _, id := range []string{"outbox.title", "identity.title", "close.title", "addendum.title", "reason.too_large"} {
		if words["es-MX"+laterSuffix][id] == "" {
			t.Errorf("%s is in the first load, or nowhere", id)
		}
	}
	for _, id := range []string{"accounts.new", "devices.revoke", "figures.none", "languages.how", "queue.title", "problem.login-failed"} {
		if words["es-MX"+officeSuffix][id] == "" {
			t.Errorf("%s is on every phone", id)
		}
	}
}

// listed names the texts of a list by the sorted ids of Spanish, as the page does.
func listed(t *testing.T, body []byte, source map[string]string) map[string]string {
	t.Helper()
	var texts []string
	if err := json.Unmarshal(body, &texts); err != nil || len(texts) != len(source) {
		t.Fatalf("%d texts for %d ids: %v", len(texts), len(source), err)
	}
	out := map[string]string{}
	for i, id := range slices.Sorted(maps.Keys(source)) {
		out[id] = texts[i]
	}
	return out
}

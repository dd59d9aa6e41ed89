package static

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"umbral/protocols"
)

// screenFiles are the modules whose words a person reads.
func screenFiles(t *testing.T, patterns ...string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, pattern := range patterns {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if len(names) == 0 {
			t.Fatalf("no file fits %s", pattern)
		}
		for _, name := range names {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = string(body)
		}
	}
	return files
}

func messageIDs(t *testing.T, code string) map[string]bool {
	t.Helper()
	body, err := os.ReadFile("../locales/" + code + "/messages.json")
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]struct{ Other string }
	if err := json.Unmarshal(body, &messages); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for id, m := range messages {
		ids[id] = m.Other != ""
	}
	return ids
}

var (
	wholeID = regexp.MustCompile(`'((?:accounts|addendum|agencies|audit|answers?|app|ask|call|close|condition|consent|count|danger|decision|desk|detection|devices|dimension|element|encounter|enrol|fact|figures|flag|folio|forgot|form|hide|home|identity|languages|library|list|lock|notes|outbox|person|protects|quarantine|queue|reading|ready|reason|refused|result|reviewers|sealed|setup|shift|signin|status|stop|strength|text|trip|urgency|vault)\.[a-z0-9_.]+)'( \+)?`)
	literal = regexp.MustCompile("html`[^`]*>\\s*([A-Za-zÁÉÍÓÚáéíóúñ¿¡][^<>${}`]{2,})<")
)

// A message that no locale has would show its id to a person in the field.
func TestScreens_EveryWordIsInBothLanguages(t *testing.T) {
	for _, code := range []string{"es-MX", "en"} {
		ids := messageIDs(t, code)
		for name, body := range screenFiles(t, "views/*.js", "parts/*.js", "app/capture*.js", "app/desk*.js", "app/admin.js", "app/audit.js", "app/library*.js", "app/office.js", "app/guard-screens.js") {
			for _, m := range wholeID.FindAllStringSubmatch(body, -1) {
				id, isPrefix := m[1], m[2] != "" || strings.HasSuffix(m[1], "_") || strings.HasSuffix(m[1], ".")
				if !isPrefix && !ids[id] {
					t.Errorf("%s: %s has no message %q; add it to locales/%s/messages.json", name, code, id, code)
				}
				if isPrefix && !anyHasPrefix(ids, id) {
					t.Errorf("%s: %s has no message that begins with %q", name, code, id)
				}
			}
		}
	}
}

func anyHasPrefix(ids map[string]bool, prefix string) bool {
	for id := range ids {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// Views get data and callbacks: they reach neither network nor disk, and every
// word in them is a message.
func TestScreens_ViewsHaveNoWordsAndReachNothing(t *testing.T) {
	for name, body := range screenFiles(t, "views/*.js", "parts/*.js") {
		for _, reach := range []string{"fetch(", "indexedDB", "localStorage", "sessionStorage", "XMLHttpRequest", "innerHTML"} {
			if strings.Contains(body, reach) {
				t.Errorf("%s uses %s; a controller in app/ does that", name, reach)
			}
		}
		for _, m := range literal.FindAllStringSubmatch(body, -1) {
			t.Errorf("%s has words of its own: %q; make them a message", name, m[1])
		}
	}
}

// The codes that screens put words to, from where they are defined.
func TestScreens_CodesHaveWords(t *testing.T) {
	families := map[string][]string{
		"status.":              {"new", "in_review", "confirmed", "dismissed", "needs_more", "referred", "closed"},
		"decision.":            {"confirm", "dismiss", "needs_more", "refer", "raise", "lower", "close"},
		"result.element_":      {"supported", "not_found", "not_asked", "not_needed", "beyond"},
		"answer.":              {"yes", "no", "unknown", "declined", "no_information", "not_applicable", "not_seen", "shown", "none", "years"},
		"ask.kind_":            {"observation", "question", "consent", "registration", "statement"},
		"result.by_":           {"now", "today", "next_working_day", "hours", "days"},
		"accounts.kind_":       {"agent", "supervisor", "admin", "translator", "analyst"},
		"desk.nav_":            {"queue", "quarantine", "outbox", "accounts", "devices", "figures", "languages", "audit", "protocols", "recalls"},
		"identity.kind_":       {"phone", "message", "email", "other"},
		"vault.wrong_":         {"label", "secret_short", "secret_phrase_short", "secret_long", "secret_common", "again", "duress_short", "duress_phrase_short", "duress_long", "duress_common", "duress_again", "same"},
		"languages.":           {"name", "screens", "protocols", "add_code", "add_name", "add_autonym", "add_variant", "writing_Latn", "writing_sign", "writing_unknown"},
		"translate.state_":     {"untranslated", "returned", "translated", "back_translated", "accepted", "certified", "outside"},
		"translate.did_":       {"translate", "back_translate", "comment", "accept", "return", "certify", "record", "certify_recording", "refuse_recording"},
		"translate.recording_": {"draft", "certified", "refused"},
		"translate.sheet_":     {"taken", "conflicts", "stale", "refused"},
		"record.flaw_":         {"short", "long", "silent", "quiet", "clipped", "pause"},
		"recalls.":             {"kind_id", "kind_text_hash", "kind_audio_sha256", "what_id", "what_text_hash", "what_audio_sha256"},
		"text.status.":         {"imported", "reviewed", "certified", "draft", "stale"},
		"encounter.state_":     {"going_on", "finished", "sealed", "refused", "not_reached"},
		"condition.":           {"path_child", "path_adult", "sex", "role", "setting", "ended_is", "level_is", "group", "age_below", "age_known", "age_unknown"},
		"library.tab_":         {"flow", "try", "coverage"},
		"library.by_":          {"form", "dimension", "offence", "hours"},
		"library.mark_":        {"core", "means", "group", "discreet", "place", "words"},
		"library.trace_":       {"path", "indicator", "danger", "level", "offence", "action"},
		"result.":              {"do", "tell", "never"},
		"flag.":                {"assessment_differs", "clock_ahead", "clock_off", "role_differs", "other_device", "device_revoked", "conflict", "encounter_missing"},
	}
	for _, row := range indicatorRows(t) {
		for prefix, column := range map[string]string{"dimension.": "dimension", "strength.": "strength", "form.": "form_hint"} {
			families[prefix] = append(families[prefix], cmp.Or(row[column], "none"))
		}
	}
	for _, code := range []string{"es-MX", "en"} {
		ids := messageIDs(t, code)
		for prefix, codes := range families {
			for _, c := range codes {
				if !ids[prefix+c] {
					t.Errorf("%s has no words for %s%s", code, prefix, c)
				}
			}
		}
	}
}

// indicatorRows are the indicators of the codebook.
func indicatorRows(t *testing.T) (rows []map[string]string) {
	t.Helper()
	list := protocols.Codebook().List(protocols.ListIndicators)
	for _, code := range list.Codes() {
		rows = append(rows, list.Row(code))
	}
	if len(rows) == 0 {
		t.Fatal("the codebook has no indicator")
	}
	return rows
}

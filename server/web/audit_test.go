package web_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"umbral/server/audit"
)

// book is every entry of the world.
func (w *world) book() []audit.Entry {
	w.t.Helper()
	entries, err := w.store.Audit(context.Background(), 0, 100_000)
	must(w.t, err)
	return entries
}

// readRoutes are the routes of reading with what they leave in the book, written
// a second time on purpose: id stands for a record's.
var readRoutes = []struct{ user, path, what, detail string }{
	{"supervisora", "/detections?state=25&cursor=&limit=3", "read_detections", "state=25"},
	{"supervisora", "/detections/id", "read_detection", ""},
	{"supervisora", "/quarantine", "read_quarantine", ""},
	{"supervisora", "/quarantine/key", "read_quarantined", ""},
	{"supervisora", "/stats?by=level", "read_stats", "by=level"},
	{"analista", "/stats?by=sex&training=true", "read_stats", "by=sex&training=true"},
	{"supervisora", "/exports/detections.csv?level=possible_victim", "export_csv", "level=possible_victim"},
	{"supervisora", "/exports/detections.xlsx", "export_xlsx", ""},
	{"analista", "/exports/detections.ndjson", "export_ndjson", ""},
	{"admin", "/accounts", "read_accounts", ""},
	{"admin", "/agencies", "read_agencies", ""},
	{"admin", "/devices", "read_devices", ""},
	{"admin", "/reviewers", "read_reviewers", ""},
	{"supervisora", "/retention", "read_retention", ""},
	{"admin", "/retention?agency=dos", "read_retention", "agency=dos"},
	{"admin", "/destructions", "read_destructions", ""},
	{"supervisora", "/destructions/due", "read_destructions_due", ""},
	{"supervisora", "/locales/tag/recalls", "read_recalls", ""},
	{"inspectora", "/interpreters", "read_interpreters", ""},
	{"admin", "/interpreters?agency=dos", "read_interpreters", "agency=dos"},
	{"admin", "/locales/tag/texts?protocol=p", "read_texts", "protocol=p"},
	{"traductora", "/locales/tag/texts/message/steps", "read_text_steps", ""},
	{"traductora", "/locales/tag/recordings/sha256", "heard_recording", ""},
	{"traductora", "/locales/tag/sheet.xlsx?protocol=p", "export_texts", "protocol=p"},
	{"admin", "/audit?what=login", "read_audit", "what=login"},
	{"admin", "/audit/head", "read_audit_head", ""},
}

func TestAudit_EachReadingStandsInTheBook(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	id := p.keep("coe_debt_bondage")
	held := uuid.Must(uuid.NewV7()).String()
	p.sync(p.seal(held, "no es un registro"))
	var q struct{ Items []struct{ Key string } }
	w.send("GET", "/api/v1/quarantine", "supervisora", nil).into(t, &q)
	voice := []byte("ID3, a voice that waits for somebody to judge it")
	sum := sha256.Sum256(voice)
	w.send("POST", "/api/v1/locales/mam/recordings?message=item.debt&speaker=translator&consent=yes", "traductora", voice)
	for _, r := range readRoutes {
		of := map[bool]string{true: id}[strings.HasSuffix(r.path, "/id")]
		if strings.HasSuffix(r.path, "/key") {
			of = held
		}
		if strings.Contains(r.path, "/tag/") {
			of = "mam"
		}
		w.session(r.user)
		user, _, err := w.store.AccountByName(context.Background(), r.user)
		must(t, err)
		before := len(w.book())
		path := strings.NewReplacer("/id", "/"+id, "/key", "/"+q.Items[0].Key, "/tag/", "/mam/",
			"/message/", "/item.debt/", "/sha256", "/"+hex.EncodeToString(sum[:])).Replace(r.path)
		if got := w.send("GET", "/api/v1"+path, r.user, nil); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", r.path, got.status, got)
			continue
		}
		made := w.book()[before:]
		if len(made) != 1 || made[0].Who != user.ID || made[0].What != r.what || made[0].ID != of || made[0].Detail != r.detail {
			t.Errorf("%s left %+v, want %s of %q with %q", r.path, made, r.what, of, r.detail)
		}
	}
	must(t, audit.Verify(w.book()))
}

// A route that reads and is not in the table above is one that nobody thought of.
func TestAudit_EveryRouteThatReadsIsEntered(t *testing.T) {
	w := newWorld(t, nil)
	known := map[string]bool{}
	for _, r := range readRoutes {
		path, _, _ := strings.Cut(r.path, "?")
		known["/api/v1"+strings.NewReplacer("/id", "/:id", "/key", "/:key", "/tag/", "/:tag/", "/message/", "/:message/", "/sha256", "/:sha256").Replace(path)] = true
	}
	for _, r := range w.api.Routes() {
		if r.Method == http.MethodGet && !strings.HasPrefix(r.May, "(") && !known[r.Path] {
			t.Errorf("%s: reading it leaves no line, or the test has no row", r.Path)
		}
	}
}

// A refused reading gives nothing, and a text that somebody typed never gets in.
func TestAudit_NothingTypedGetsIn(t *testing.T) {
	w := newWorld(t, nil)
	const typed = "Maria-Fernanda-Lopez"
	w.session("admin")
	w.session("supervisora")
	id := w.enrol("inspectora").keep("coe_debt_bondage")
	before := len(w.book())
	for user, paths := range map[string][]string{
		"supervisora": {"/detections?state=" + typed, "/detections?x=" + typed, "/stats?by=" + typed, "/quarantine?x=" + typed, "/exports/detections.csv?level=" + typed, "/destructions?agency=a%20b" + typed, "/retention?x=" + typed, "/detections/" + id + "?x=" + typed, "/detections/" + id + "?state=" + typed},
		"admin":       {"/audit?x=" + typed, "/audit?who=a%20" + typed, "/destructions?agency=%3Ca%3E" + typed, "/accounts?x=" + typed, "/agencies?x=" + typed, "/devices?x=" + typed, "/reviewers?x=" + typed, "/audit/head?x=" + typed, "/interpreters?agency=" + typed, "/interpreters?x=" + typed},
	} {
		for _, path := range paths {
			w.send("GET", "/api/v1"+path, user, nil)
		}
	}
	for _, e := range w.book()[before:] {
		if text, _ := json.Marshal(e); strings.Contains(string(text), typed) {
			t.Errorf("the book holds what was typed: %s", text)
		}
	}
}

// A failed log-in stands in the book: by its account, or by a hash where the
// name is nobody's; what was typed may have been the password.
func TestAudit_FailedLogIns(t *testing.T) {
	w := newWorld(t, nil)
	w.account("supervisora")
	a, _, err := w.store.AccountByName(context.Background(), "supervisora")
	must(t, err)
	before := len(w.book())
	const typed = "micontraseñasecreta"
	for _, name := range []string{"supervisora", "Micontraseñasecreta", "nobody.at-all"} {
		if got := w.send("POST", "/api/v1/auth/login", "", map[string]any{"username": name, "password": typed}); got.status != http.StatusUnauthorized {
			t.Fatalf("%s: %d %s", name, got.status, got)
		}
	}
	made := w.book()[before:]
	if len(made) != 3 || made[0].ID != a.ID {
		t.Fatalf("%+v", made)
	}
	for _, e := range made {
		text, _ := json.Marshal(e)
		if e.What != "login_failed" || e.Who != audit.System || e.ID == "" || strings.Contains(strings.ToLower(string(text)), "contrase") || strings.Contains(string(text), "nobody") {
			t.Errorf("%s", text)
		}
	}
}

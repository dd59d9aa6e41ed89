package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/record"
)

var errUnknownProtocol = problem.New(problem.NotFound, "protocol-unknown")

// rights is the table of who gets past the door of each route, written a second
// time on purpose. Columns: nobody, agent, supervisor, admin, translator, analyst.
var rights = map[string]string{
	"GET /healthz":                                   "xxxxxx",
	"GET /readyz":                                    "xxxxxx",
	"GET /.well-known/jwks.json":                     "xxxxxx",
	"GET /api/v1/openapi.json":                       "xxxxxx",
	"GET /api/v1/nonce":                              "xxxxxx",
	"POST /api/v1/setup":                             "xxxxxx",
	"POST /api/v1/auth/login":                        "xxxxxx",
	"POST /api/v1/auth/refresh":                      "xxxxxx",
	"POST /api/v1/auth/logout":                       "xxxxxx",
	"GET /api/v1/auth/me":                            "-xxxxx",
	"POST /api/v1/auth/factors/totp":                 "-xxxxx",
	"POST /api/v1/auth/factors/totp/confirm":         "-xxxxx",
	"POST /api/v1/auth/factors/passkeys":             "-xxxxx",
	"POST /api/v1/auth/factors/passkeys/confirm":     "-xxxxx",
	"POST /api/v1/auth/factors/recovery":             "-xxxxx",
	"POST /api/v1/auth/factors/remove":               "-xxxxx",
	"POST /api/v1/auth/password":                     "-xxxxx",
	"GET /api/v1/auth/sessions":                      "-xxxxx",
	"POST /api/v1/auth/sessions/:id/end":             "-xxxxx",
	"POST /api/v1/accounts/:id/factors/reset":        "---x--",
	"POST /api/v1/devices/codes":                     "--xx--",
	"POST /api/v1/devices/enrol":                     "-xx---",
	"POST /api/v1/devices/trip":                      "-xx---",
	"GET /api/v1/devices":                            "--xx--",
	"POST /api/v1/devices/:id/revoke":                "--xx--",
	"GET /api/v1/accounts":                           "---x--",
	"POST /api/v1/accounts":                          "---x--",
	"POST /api/v1/accounts/:id/disable":              "---x--",
	"POST /api/v1/accounts/:id/enable":               "---x--",
	"POST /api/v1/accounts/:id/password":             "---x--",
	"POST /api/v1/accounts/:id/reading":              "---x--",
	"GET /api/v1/agencies":                           "---x--",
	"POST /api/v1/agencies":                          "---x--",
	"POST /api/v1/agencies/:id":                      "---x--",
	"GET /api/v1/manifest":                           "-xxxxx",
	"GET /api/v1/blobs/:sha256":                      "-xxxxx",
	"GET /api/v1/media/:sha256":                      "-xxxxx",
	"GET /api/v1/protocols":                          "-xxxxx",
	"GET /api/v1/protocols/:id":                      "-xxxxx",
	"GET /api/v1/locales":                            "-xxxxx",
	"GET /api/v1/locales/:tag":                       "-xxxxx",
	"GET /api/v1/locales/:tag/recalls":               "--xxx-",
	"POST /api/v1/locales/:tag/recalls":              "---xx-",
	"GET /api/v1/interpreters":                       "-xxx--",
	"POST /api/v1/interpreters":                      "--xx--",
	"POST /api/v1/interpreters/:id":                  "--xx--",
	"POST /api/v1/interpreters/:id/remove":           "--xx--",
	"POST /api/v1/sync":                              "------", // a device, by its own token
	"GET /api/v1/detections":                         "--x---",
	"GET /api/v1/detections/:id":                     "--x---",
	"POST /api/v1/detections/:id/reviews":            "--x---",
	"POST /api/v1/detections/:id/referrals":          "--x---",
	"POST /api/v1/detections/:id/notes":              "--x---",
	"POST /api/v1/detections/:id/identity":           "--x---",
	"GET /api/v1/reviewers":                          "--xx--",
	"POST /api/v1/reviewers/me":                      "--x---",
	"POST /api/v1/reviewers/keys":                    "--x---",
	"POST /api/v1/reviewers/shares":                  "--x---",
	"POST /api/v1/reviewers/shares/:id/approve":      "--xx--",
	"POST /api/v1/reviewers/shares/:id/refuse":       "--xx--",
	"POST /api/v1/detections/:id/hold":               "--x---",
	"GET /api/v1/retention":                          "--xx--",
	"POST /api/v1/retention":                         "---x--",
	"GET /api/v1/destructions":                       "--xx--",
	"GET /api/v1/destructions/due":                   "--xx--",
	"POST /api/v1/destructions":                      "--x---",
	"POST /api/v1/destructions/:id/approve":          "--xx--",
	"POST /api/v1/destructions/:id/refuse":           "--xx--",
	"GET /api/v1/quarantine":                         "--x---",
	"GET /api/v1/quarantine/:key":                    "--x---",
	"POST /api/v1/quarantine/:key/decisions":         "--x---",
	"GET /api/v1/audit":                              "---x--",
	"GET /api/v1/audit/head":                         "---x--",
	"GET /api/v1/stats":                              "--x--x",
	"GET /api/v1/exports/detections.csv":             "--x--x",
	"GET /api/v1/exports/detections.xlsx":            "--x--x",
	"GET /api/v1/exports/detections.ndjson":          "--x--x",
	"POST /api/v1/locales":                           "---x--",
	"POST /api/v1/locales/:tag/gate":                 "---x--",
	"GET /api/v1/locales/:tag/texts":                 "---xx-",
	"GET /api/v1/locales/:tag/texts/:message/steps":  "---xx-",
	"POST /api/v1/locales/:tag/texts/:message/steps": "----x-",
	"POST /api/v1/locales/:tag/recordings":           "-x--x-",
	"GET /api/v1/locales/:tag/recordings/:sha256":    "----x-",
	"GET /api/v1/locales/:tag/sheet.xlsx":            "---xx-",
	"POST /api/v1/locales/:tag/sheet":                "----x-",
}

func TestRoutes_EveryRoleAtEveryDoor(t *testing.T) {
	w := newWorld(t, nil)
	who := []string{"", "inspectora", "supervisora", "admin", "traductora", "analista"}
	routes := w.api.Routes()
	if len(routes) != len(rights) {
		t.Errorf("%d routes, %d in the table", len(routes), len(rights))
	}
	for _, r := range routes {
		name := r.Method + " " + r.Path
		want, ok := rights[name]
		if !ok {
			t.Errorf("%s has no row", name)
			continue
		}
		path := strings.NewReplacer(":id/", uuid.NewString()+"/", ":id", uuid.NewString(), ":sha256", strings.Repeat("0", 64),
			":tag", "en", ":message", "item.none", ":key", "x").Replace(r.Path)
		for i, user := range who {
			var body any
			if r.Method == "POST" {
				body = "{" // broken on purpose: whoever gets past the door learns that
			}
			got := w.send(r.Method, path, user, body)
			denied := got.status == http.StatusUnauthorized && strings.HasPrefix(got.problemType(), "token-") ||
				got.status == http.StatusForbidden && got.problemType() == "forbidden"
			if want := want[i] == 'x'; want == denied {
				t.Errorf("%s as %q: %d %s; want in: %v", name, user, got.status, got, want)
			}
			if user == "" && denied && got.status != http.StatusUnauthorized {
				t.Errorf("%s as nobody: %d, want 401", name, got.status)
			}
			if got.status >= 500 {
				t.Errorf("%s as %q: %d %s", name, user, got.status, got)
			}
		}
	}
}

func TestRoutes_OtherAgencySeesNothing(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	id := p.keep("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	garbage := p.seal(uuid.Must(uuid.NewV7()).String(), "no es un registro")
	if got := p.sync(garbage); got.Results[0].Status != "quarantined" {
		t.Fatalf("garbage: %+v", got)
	}
	var q struct{ Items []struct{ Key string } }
	w.send("GET", "/api/v1/quarantine", "supervisora", nil).into(t, &q)
	if len(q.Items) != 1 {
		t.Fatalf("own quarantine has %d entries", len(q.Items))
	}
	absent := uuid.Must(uuid.NewV7()).String()
	for _, tt := range []struct {
		method, path string
		body         any
	}{
		{"GET", "/api/v1/detections/%s", nil},
		{"POST", "/api/v1/detections/%s/reviews", map[string]any{"decision": "confirm"}},
		{"POST", "/api/v1/detections/%s/notes", map[string]any{"text": "hola"}},
		{"POST", "/api/v1/detections/%s/hold", map[string]any{"on": true, "reason": "court_order"}},
		{"POST", "/api/v1/detections/%s/referrals", map[string]any{"service": "shelter", "urgency": "now", "consent": "yes"}},
	} {
		foreign := w.send(tt.method, fmt.Sprintf(tt.path, id), "ajena-supervisora", tt.body)
		none := w.send(tt.method, fmt.Sprintf(tt.path, absent), "ajena-supervisora", tt.body)
		if foreign.status != http.StatusNotFound || foreign.status != none.status || foreign.problemType() != none.problemType() {
			t.Errorf("%s %s: foreign %d %s, absent %d %s: they must look alike", tt.method, tt.path, foreign.status, foreign, none.status, none)
		}
	}
	if got := w.send("GET", "/api/v1/quarantine/"+q.Items[0].Key, "ajena-supervisora", nil); got.status != http.StatusNotFound {
		t.Errorf("foreign quarantine entry: %d %s", got.status, got)
	}
	for _, path := range []string{"/api/v1/detections", "/api/v1/quarantine", "/api/v1/stats?by=state", "/api/v1/exports/detections.ndjson"} {
		got := w.send("GET", path, "ajena-supervisora", nil)
		if got.status != http.StatusOK || strings.Contains(got.String(), id) || strings.Contains(got.String(), `"25"`) {
			t.Errorf("%s shows another agency's: %d %s", path, got.status, got)
		}
	}
}

func TestRoutes_ForeignDeviceIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	mine, theirs := w.enrol("inspectora"), w.enrol("ajena")
	d := mine.detection()
	theirs.device = mine.device
	got := theirs.send(record.Batch{Device: mine.device, Records: []record.Envelope{mine.seal(d.ID, d)}})
	if got.status != http.StatusUnauthorized || got.problemType() != "proof-invalid" {
		t.Errorf("a device sent as another: %d %s", got.status, got)
	}
	var page struct{ Total int }
	w.send("GET", "/api/v1/detections", "supervisora", nil).into(t, &page)
	if page.Total != 0 {
		t.Errorf("%d kept of a refused batch", page.Total)
	}
}

func TestRoutes_PoliciesNameActions(t *testing.T) {
	for _, r := range newWorld(t, nil).api.Routes() {
		if strings.HasPrefix(r.May, "(") {
			continue
		}
		known := false
		for _, a := range access.Actions() {
			known = known || string(a) == r.May
		}
		if !known {
			t.Errorf("%s %s asks for %q, which no policy knows", r.Method, r.Path, r.May)
		}
	}
}

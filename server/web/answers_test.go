package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return b
}

func TestProblem_InTheCallersLanguage(t *testing.T) {
	w := newWorld(t, nil)
	for _, tt := range []struct{ accept, lang string }{
		{"", "es-MX"}, {"en", "en"}, {"en-GB,es;q=0.5", "en"}, {"es", "es-MX"}, {"es-AR", "es-MX"}, {"fr", "es-MX"},
		{"fr, en;q=0.3", "en"}, {"*", "es-MX"}, {strings.Repeat("en,", 200), "es-MX"}, {"\x00;;q=", "es-MX"},
	} {
		if strings.Contains(tt.accept, "\x00") {
			continue // net/http refuses to send it
		}
		got := w.send("GET", "/api/v1/manifest", "", nil, "Accept-Language", tt.accept)
		var p struct {
			Title, Detail, Type string
			Status              int
			RequestID           string `json:"request_id"`
		}
		got.into(t, &p)
		if got.header.Get("Content-Language") != tt.lang {
			t.Errorf("%.20q: %s, want %s", tt.accept, got.header.Get("Content-Language"), tt.lang)
		}
		if p.Type != "/problems/token-missing" || p.Status != 401 || p.Title == "" || p.Detail == "" ||
			strings.HasPrefix(p.Title, "problem.") || strings.HasPrefix(p.Detail, "problem.") {
			t.Errorf("%q: %+v", tt.accept, p)
		}
		if p.RequestID == "" || p.RequestID != got.header.Get("X-Request-Id") {
			t.Errorf("request id %q, header %q", p.RequestID, got.header.Get("X-Request-Id"))
		}
	}
	es := w.send("GET", "/api/v1/manifest", "", nil, "Accept-Language", "es").String()
	en := w.send("GET", "/api/v1/manifest", "", nil, "Accept-Language", "en").String()
	if es == en {
		t.Error("Spanish and English say the same")
	}
}

func TestAnswers_Headers(t *testing.T) {
	w := newWorld(t, nil)
	for _, path := range []string{"/healthz", "/api/v1/manifest", "/api/v1/nada", "/api/v1/detections"} {
		got := w.send("GET", path, "supervisora", nil, "X-Request-Id", "mine-forged", "Origin", "https://evil.example")
		for name, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Server":                       "",
			"Access-Control-Allow-Origin":  "",
			"Strict-Transport-Security":    "", // only over TLS
		} {
			if got.header.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got.header.Get(name), want)
			}
		}
		if _, err := uuid.Parse(got.header.Get("X-Request-Id")); err != nil {
			t.Errorf("%s: request id %q", path, got.header.Get("X-Request-Id"))
		}
	}
	if got := w.send("GET", "/api/v1/detections", "supervisora", nil).header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("detections: Cache-Control %q", got)
	}
}

// X-Forwarded headers of a caller that is no named proxy are not believed.
func TestAnswers_NobodyIsAProxyByDefault(t *testing.T) {
	w := newWorld(t, nil)
	got := w.send("GET", "/healthz", "", nil, "X-Forwarded-Proto", "https", "X-Forwarded-For", "203.0.113.9")
	if got.header.Get("Strict-Transport-Security") != "" {
		t.Error("X-Forwarded-Proto was believed")
	}
}

func TestTokens_AreRefused(t *testing.T) {
	w := newWorld(t, nil)
	good := w.token("supervisora")
	parts := strings.Split(good, ".")
	none := "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + parts[1] + "."
	for name, header := range map[string]string{
		"nothing":         "",
		"other scheme":    "Basic " + good,
		"no scheme":       good,
		"no token":        "Bearer ",
		"alg none":        "Bearer " + none,
		"no signature":    "Bearer " + parts[0] + "." + parts[1] + ".",
		"other signature": "Bearer " + parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])),
		"cut":             "Bearer " + good[:len(good)-3],
		"long":            "Bearer " + strings.Repeat("a", 6000),
		"two tokens":      "Bearer " + good + " " + good,
	} {
		headers := []string{}
		if header != "" {
			headers = []string{"Authorization", header}
		}
		got := w.send("GET", "/api/v1/detections", "", nil, headers...)
		if got.status != http.StatusUnauthorized || got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	if got := w.send("GET", "/api/v1/detections?access_token="+good, "", nil); got.status != http.StatusUnauthorized {
		t.Errorf("a token in the address passed: %d", got.status)
	}
	key := w.session("supervisora").key
	if got := w.send("GET", "/api/v1/detections", "", nil, "Authorization", "dpop "+good, "DPoP", w.proof(key, "GET", "/api/v1/detections", good)); got.status != http.StatusOK {
		t.Errorf("the scheme's case matters: %d %s", got.status, got)
	}
}

func TestSessions_LoginRefreshLogout(t *testing.T) {
	w := newWorld(t, nil)
	w.account("inspectora")
	var in struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		TokenType    string `json:"token_type"`
		ExpiresIn    int    `json:"expires_in"`
		User         struct {
			Username, Account, Post string
			Agency                  struct{ ID, Name string }
		}
	}
	w.send("POST", "/api/v1/auth/login", "", map[string]string{"username": "Inspectora ", "password": password}).into(t, &in)
	if in.TokenType != "DPoP" || in.ExpiresIn != 900 || in.User.Account != "agent" || in.User.Post != "labour_inspector" || in.User.Agency.Name != "Uno" {
		t.Errorf("%+v", in)
	}
	wrong := w.send("POST", "/api/v1/auth/login", "", map[string]string{"username": "inspectora", "password": "no"})
	nobody := w.send("POST", "/api/v1/auth/login", "", map[string]string{"username": "nadie", "password": "no"})
	if wrong.status != 401 || nobody.status != 401 || wrong.problemType() != nobody.problemType() {
		t.Errorf("wrong password %d %s, no such account %d %s: they must look alike", wrong.status, wrong, nobody.status, nobody)
	}
	first := in.RefreshToken
	w.send("POST", "/api/v1/auth/refresh", "", map[string]string{"refresh_token": first}).into(t, &in)
	if in.RefreshToken == first || in.AccessToken == "" {
		t.Error("the refresh token did not change")
	}
	if got := w.send("POST", "/api/v1/auth/logout", "", map[string]string{"refresh_token": in.RefreshToken}); got.status != 204 || len(got.body) != 0 {
		t.Errorf("logout: %d %s", got.status, got)
	}
	if got := w.send("POST", "/api/v1/auth/refresh", "", map[string]string{"refresh_token": in.RefreshToken}); got.status != 401 {
		t.Errorf("refresh after logout: %d %s", got.status, got)
	}
	if got := w.as(session{w.desk, in.AccessToken}, "GET", "/api/v1/manifest", nil); got.status != 401 || got.problemType() != "session-ended" {
		t.Errorf("access after logout: %d %s", got.status, got)
	}
}

// The log has what an operator needs and nothing about a person.
func TestLog_HasNoPersonalData(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	id := p.keep("dan_captive")
	w.send("GET", "/api/v1/detections/"+id+"?x=secreto", "supervisora", nil)
	w.send("GET", "/api/v1/detections?state=25", "supervisora", nil)
	w.send("POST", "/api/v1/detections/"+id+"/notes", "supervisora", map[string]string{"text": "un texto reservado"})
	w.send("POST", "/api/v1/auth/login", "", map[string]string{"username": "supervisora", "password": "contraseña-mala"})
	log := w.log.String()
	for _, want := range []string{`"route":"/api/v1/detections/:id"`, `"status":200`, `"request_id"`, `"ms"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s", want)
		}
	}
	for _, leak := range []string{"supervisora", "inspectora", "contraseña-mala", "secreto", "state=25", "un texto", "127.0.0.1",
		w.token("supervisora"), id, "dan_captive", "Teléfono"} {
		if strings.Contains(log, leak) {
			t.Errorf("the log tells %q", leak)
		}
	}
}

func TestPaths_WrongIDs(t *testing.T) {
	w := newWorld(t, nil)
	for path, want := range map[string]string{
		"/api/v1/detections/uno":                          "id-not-uuid",
		"/api/v1/detections/%ff":                          "path-not-utf8",
		"/api/v1/detections/" + strings.Repeat("0", 36):   "id-not-uuid",
		"/api/v1/detections/" + uuid.NewString() + "%20":  "id-not-uuid",
		"/api/v1/detections/{" + uuid.NewString() + "}":   "id-not-uuid",
		"/api/v1/detections/" + uuid.NewString():          "detection-unknown",
		"/api/v1/detections?limit=0":                      "query-number",
		"/api/v1/detections?limit=101":                    "query-number",
		"/api/v1/detections?limit=x":                      "query-number",
		"/api/v1/detections?level=peor":                   "filter-code",
		"/api/v1/detections?state=99":                     "filter-code",
		"/api/v1/detections?status=x":                     "filter-code",
		"/api/v1/detections?estado=25":                    "query-unknown",
		"/api/v1/detections?state=25&state=02":            "query-repeated",
		"/api/v1/detections?from=ayer":                    "query-time",
		"/api/v1/detections?level=%ff":                    "query-not-utf8",
		"/api/v1/detections?cursor=zzz":                   "cursor-invalid",
		"/api/v1/stats?by=name":                           "stats-by",
		"/api/v1/stats?by=sex,sex":                        "stats-by",
		"/api/v1/stats?training=quizas":                   "query-boolean",
		"/api/v1/protocols/nada":                          "protocol-unknown",
		"/api/v1/protocols/labour-agriculture?version=0":  "query-number",
		"/api/v1/protocols/labour-agriculture?version=99": "protocol-unknown",
		"/api/v1/locales/xx":                              "locale-unknown",
		"/api/v1/blobs/" + strings.Repeat("0", 64):        "blob-unknown",
		"/api/v1/media/" + strings.Repeat("0", 64):        "media-unknown",
		"/api/v1/quarantine/nada":                         "quarantine-unknown",
	} {
		got := w.send("GET", strings.ReplaceAll(strings.ReplaceAll(path, "{", "%7B"), "}", "%7D"), "supervisora", nil)
		if got.problemType() != want {
			t.Errorf("%s: %d %s, want %s", path, got.status, got, want)
		}
	}
}

package web_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"umbral/server/auth"
)

// codeOf is what an app shows for a secret.
func codeOf(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	must(t, err)
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1e6)
}

// strictWorld asks for factors as serve does.
func strictWorld(t *testing.T) *world {
	w := newWorld(t, nil)
	w.auth.NeedFactor = true
	var err error
	w.auth.Party, err = auth.NewParty("https://umbral.test")
	must(t, err)
	w.auth.Common = auth.Common{}
	return w
}

// Who must have a factor and has none reaches what concerns the account, the
// public routes, and nothing else.
func TestFactors_ALimitedSessionReachesItsAccountOnly(t *testing.T) {
	w := strictWorld(t)
	for _, r := range w.api.Routes() {
		path := strings.NewReplacer(":id", "0198c0de-0000-7000-8000-000000000000", ":sha256", strings.Repeat("0", 64), ":tag", "en", ":key", "x").Replace(r.Path)
		var body any
		if r.Method == "POST" {
			body = "{"
		}
		got := w.send(r.Method, path, "admin", body)
		limited := got.status == http.StatusForbidden && got.problemType() == "second-factor-needed"
		asksNobody := strings.HasPrefix(r.May, "(") && r.May != "(signed in)"
		if free := asksNobody || strings.HasPrefix(r.Path, "/api/v1/auth/"); free == limited {
			t.Errorf("%s %s: %d %s", r.Method, r.Path, got.status, got)
		}
	}
	for _, agent := range []string{"inspectora", "analista"} {
		if got := w.send("GET", "/api/v1/manifest", agent, nil); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", agent, got.status, got)
		}
	}
}

type me struct {
	User    struct{ Username string }
	Factors struct {
		TOTP     bool
		Passkeys []struct{ ID, Name string }
		Left     int `json:"recovery_left"`
	}
	Needed, Limited bool
}

func (w *world) me(user string) (m me) {
	w.t.Helper()
	w.send("GET", "/api/v1/auth/me", user, nil).into(w.t, &m)
	return m
}

// app sets up an authenticator app for user by the API.
func (w *world) app(user string) (secret string, codes []string) {
	w.t.Helper()
	var made struct{ Secret, URI string }
	w.send("POST", "/api/v1/auth/factors/totp", user, map[string]any{"password": password}).into(w.t, &made)
	var sheet struct {
		Codes []string `json:"recovery_codes"`
	}
	got := w.send("POST", "/api/v1/auth/factors/totp/confirm", user, map[string]any{"otp": codeOf(w.t, made.Secret, w.clock())})
	got.into(w.t, &sheet)
	if got.status != http.StatusOK || len(made.Secret) != 32 || !strings.Contains(made.URI, made.Secret) {
		w.t.Fatalf("%d %s", got.status, got)
	}
	return made.Secret, sheet.Codes
}

func TestFactors_FromFirstSignInToRecovery(t *testing.T) {
	w := strictWorld(t)
	c := w.contract()
	login := func(fields map[string]any) reply {
		body := map[string]any{"username": "supervisora", "password": password}
		for k, v := range fields {
			body[k] = v
		}
		got := w.send("POST", "/api/v1/auth/login", "", body)
		c.check(t, "POST", "/api/v1/auth/login", got)
		return got
	}
	if m := w.me("supervisora"); !m.Needed || !m.Limited || m.Factors.TOTP || m.User.Username != "supervisora" {
		t.Fatalf("%+v", m)
	}
	_, codes := w.app("supervisora")
	if m := w.me("supervisora"); m.Limited || !m.Factors.TOTP || m.Factors.Left != 10 {
		t.Errorf("%+v", m)
	}
	if got := w.send("GET", "/api/v1/detections", "supervisora", nil); got.status != http.StatusOK {
		t.Errorf("the same session after it: %d %s", got.status, got)
	}
	asked := login(nil)
	var p struct{ Methods []string }
	asked.into(t, &p)
	if asked.status != http.StatusUnauthorized || asked.problemType() != "second-factor" || strings.Join(p.Methods, " ") != "totp recovery" {
		t.Errorf("%d %s", asked.status, asked)
	}
	for name, step := range map[string]struct {
		fields map[string]any
		status int
		typ    string
	}{
		"wrong code":       {map[string]any{"otp": "000000"}, 401, "second-factor-failed"},
		"wrong passkey":    {map[string]any{"passkey": map[string]any{"ticket": "x", "response": map[string]any{}}}, 401, "second-factor-failed"},
		"passkey no shape": {map[string]any{"passkey": "x"}, 401, "second-factor-failed"},
		"wrong password":   {map[string]any{"password": "no es ésta, creo", "otp": codes[0]}, 401, "login-failed"},
		"recovery code":    {map[string]any{"otp": codes[0]}, 200, ""},
	} {
		if got := login(step.fields); got.status != step.status || got.problemType() != step.typ {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	if strings.Contains(w.log.String(), codes[0]) || strings.Contains(w.log.String(), password) {
		t.Error("a secret stands in the log")
	}
	lines, err := w.store.Audit(context.Background(), 0, 200)
	must(t, err)
	var acts []string
	for _, l := range lines {
		acts = append(acts, l.What)
	}
	for _, want := range []string{"totp_set", "second_factor_failed", "recovery_code_used"} {
		if !strings.Contains(strings.Join(acts, " "), want) {
			t.Errorf("the book lacks %s: %v", want, acts)
		}
	}
}

func TestFactors_EveryRouteFitsTheContract(t *testing.T) {
	w := strictWorld(t)
	c := w.contract()
	w.app("admin")
	w.app("supervisora")
	var list struct {
		Items []struct{ ID, Username string }
	}
	w.send("GET", "/api/v1/accounts", "admin", nil).into(t, &list)
	ids := map[string]string{}
	for _, a := range list.Items {
		ids[a.Username] = a.ID
	}
	const none = "0198c0de-0000-7000-8000-000000000000"
	right, wrong := map[string]any{"password": password}, map[string]any{"password": "no es ésta, creo"}
	for _, tt := range []struct {
		method, path, user string
		body               any
		status             int
		typ                string
	}{
		{"GET", "/auth/me", "supervisora", nil, 200, ""},
		{"GET", "/auth/me", "", nil, 401, "token-missing"},
		{"POST", "/auth/factors/totp", "supervisora", wrong, 403, "password-wrong"},
		{"POST", "/auth/factors/totp", "supervisora", right, 200, ""},
		{"POST", "/auth/factors/totp", "supervisora", map[string]any{"otp": "1"}, 400, "json-unknown-field"},
		{"POST", "/auth/factors/totp/confirm", "supervisora", map[string]any{"otp": "000000"}, 400, "otp-wrong"},
		{"POST", "/auth/factors/totp/confirm", "inspectora", map[string]any{"otp": "000000"}, 409, "factor-not-begun"},
		{"POST", "/auth/factors/passkeys", "supervisora", right, 200, ""},
		{"POST", "/auth/factors/passkeys", "supervisora", map[string]any{}, 403, "password-wrong"},
		{"POST", "/auth/factors/passkeys/confirm", "supervisora", map[string]any{"ticket": "x", "name": "y", "response": map[string]any{}}, 400, "passkey-invalid"},
		{"POST", "/auth/factors/passkeys/confirm", "supervisora", map[string]any{"ticket": "x", "name": "", "response": map[string]any{}}, 400, "passkey-name"},
		{"POST", "/auth/factors/recovery", "supervisora", right, 200, ""},
		{"POST", "/auth/factors/recovery", "inspectora", right, 409, "factor-none"},
		{"POST", "/auth/factors/remove", "supervisora", map[string]any{"password": password, "kind": "totp"}, 409, "factor-last"},
		{"POST", "/auth/factors/remove", "supervisora", map[string]any{"password": password, "kind": "passkey", "id": "x"}, 404, "factor-unknown"},
		{"GET", "/auth/sessions", "supervisora", nil, 200, ""},
		{"POST", "/auth/sessions/" + none + "/end", "supervisora", nil, 404, "session-unknown"},
		{"POST", "/auth/sessions/x/end", "supervisora", nil, 400, "id-not-uuid"},
		{"POST", "/accounts/" + ids["supervisora"] + "/factors/reset", "supervisora", nil, 403, "forbidden"},
		{"POST", "/accounts/" + ids["admin"] + "/factors/reset", "admin", nil, 409, "account-own"},
		{"POST", "/accounts/" + none + "/factors/reset", "admin", nil, 404, "account-unknown"},
		{"POST", "/accounts/" + ids["supervisora"] + "/password", "admin", map[string]any{"password": "Contraseña2026"}, 400, "password-common"},
		{"POST", "/accounts", "admin", map[string]any{"username": "nueva", "account": "analyst", "agency": "uno", "password": "nueva 2026 nueva"}, 400, "password-common"},
		{"POST", "/auth/password", "supervisora", map[string]any{"old": "no es ésta, creo", "new": "otra frase larga y nueva"}, 403, "password-wrong"},
		{"POST", "/auth/password", "supervisora", map[string]any{"old": password, "new": "supervisora-2026"}, 400, "password-common"},
		{"POST", "/auth/password", "supervisora", map[string]any{"old": password, "new": "otra frase larga y nueva"}, 204, ""},
		{"GET", "/auth/me", "supervisora", nil, 401, "session-ended"},
		{"POST", "/accounts/" + ids["supervisora"] + "/factors/reset", "admin", nil, 204, ""},
	} {
		got := w.send(tt.method, "/api/v1"+tt.path, tt.user, tt.body)
		if got.status != tt.status || got.problemType() != tt.typ {
			t.Errorf("%s %s as %q: %d %s; want %d %s", tt.method, tt.path, tt.user, got.status, got, tt.status, tt.typ)
		}
		route := strings.NewReplacer(none, "{id}", "/x/", "/{id}/").Replace(tt.path)
		for _, id := range ids {
			route = strings.ReplaceAll(route, id, "{id}")
		}
		c.check(t, tt.method, "/api/v1"+route, got)
	}
}

func TestSessions_ListAndEnd(t *testing.T) {
	w := newWorld(t, nil)
	w.token("inspectora")
	if got := w.send("POST", "/api/v1/auth/login", "", map[string]any{"username": "inspectora", "password": password}); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got)
	}
	var list struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	got := w.send("GET", "/api/v1/auth/sessions", "inspectora", nil)
	got.into(t, &list)
	if len(list.Items) != 2 || list.Items[0].Current || !list.Items[1].Current || strings.Contains(got.String(), "token") {
		t.Fatalf("%s", got)
	}
	for i, want := range []int{http.StatusNotFound, http.StatusNoContent} {
		user := []string{"ajena", "inspectora"}[i]
		if got := w.send("POST", "/api/v1/auth/sessions/"+list.Items[0].ID+"/end", user, nil); got.status != want {
			t.Errorf("as %s: %d %s", user, got.status, got)
		}
	}
	w.send("GET", "/api/v1/auth/sessions", "inspectora", nil).into(t, &list)
	if len(list.Items) != 1 || !list.Items[0].Current {
		t.Errorf("%+v", list)
	}
}

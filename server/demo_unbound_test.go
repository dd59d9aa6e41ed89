package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// plainly sends JSON without any proof, as a curl would.
func (p *process) plainly(method, path, authorization string, body any) (int, string) {
	p.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	if body == nil {
		text = nil
	}
	req, err := http.NewRequest(method, p.url+path, bytes.NewReader(text))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	reply, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if !strings.HasPrefix(path, "/api/") || res.Header.Get("DPoP-Nonce") == "" {
		p.t.Errorf("%s %s: no nonce in the answer", method, path)
	}
	return res.StatusCode, string(reply)
}

// Who tries the demo without a key may read for a quarter of an hour, and do
// nothing else; on the real server nobody may at all.
func TestDemo_SessionWithoutAKeyOnlyReads(t *testing.T) {
	p := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	status, reply := p.plainly("POST", "/api/v1/auth/login", "", map[string]string{"username": "supervisora", "password": demoPassword})
	var in struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		TokenType    string `json:"token_type"`
		ExpiresIn    int    `json:"expires_in"`
	}
	if err := json.Unmarshal([]byte(reply), &in); err != nil || status != http.StatusOK {
		t.Fatal(status, reply, err)
	}
	if in.TokenType != "Bearer" || in.RefreshToken != "" || in.ExpiresIn != 900 {
		t.Errorf("%+v", in)
	}
	bearer := "Bearer " + in.AccessToken
	for _, c := range []struct {
		method, path string
		body         any
		status       int
		problem      string
	}{
		{"GET", "/api/v1/detections?limit=5", nil, http.StatusOK, ""},
		{"GET", "/api/v1/manifest", nil, http.StatusOK, ""},
		{"POST", "/api/v1/devices/codes", map[string]any{}, http.StatusForbidden, "token-unbound"},
		{"POST", "/api/v1/detections/01936a10-7c2e-7a31-8f00-000000000000/notes", map[string]any{"text": "x"}, http.StatusForbidden, "token-unbound"},
		{"POST", "/api/v1/devices/enrol", map[string]any{"code": demoCode, "public_key": "x", "name": "y"}, http.StatusForbidden, "token-unbound"},
		{"POST", "/api/v1/sync", map[string]any{"device": "01936a10-7c2e-7a31-8f00-000000000000", "records": []any{}}, http.StatusUnauthorized, "token-invalid"},
	} {
		if status, reply := p.plainly(c.method, c.path, bearer, c.body); status != c.status || !strings.Contains(reply, c.problem) {
			t.Errorf("%s %s: %d %s, want %d %s", c.method, c.path, status, reply, c.status, c.problem)
		}
	}
	if status, reply := p.plainly("GET", "/api/v1/manifest", "DPoP "+in.AccessToken, nil); status != http.StatusUnauthorized {
		t.Errorf("a session without a key under the name of one with: %d %s", status, reply)
	}
	if status, _ := p.plainly("POST", "/api/v1/auth/refresh", "", map[string]string{"refresh_token": ""}); status != http.StatusUnauthorized {
		t.Errorf("refreshed without a key: %d", status)
	}
	// A session that is bound to a key is of no use without it.
	bound := p.login("supervisora")
	if status, reply := p.plainly("GET", "/api/v1/manifest", "Bearer "+bound, nil); status != http.StatusUnauthorized || !strings.Contains(reply, "proof-required") {
		t.Errorf("a stolen token: %d %s", status, reply)
	}
}

func TestServe_NobodySignsInWithoutAKey(t *testing.T) {
	p := &process{t: t, dir: t.TempDir(), out: &lockedBuffer{}}
	body := map[string]any{"code": p.serve(t), "username": "jefa", "password": demoPassword, "agency": map[string]any{"name": "Inspección"}}
	if status, reply := p.plainly("POST", "/api/v1/setup", "", body); status != http.StatusCreated {
		t.Fatal(status, reply)
	}
	status, reply := p.plainly("POST", "/api/v1/auth/login", "", map[string]string{"username": "jefa", "password": demoPassword})
	if status != http.StatusUnauthorized || !strings.Contains(reply, "proof-required") {
		t.Errorf("%d %s", status, reply)
	}
	p.stop(t)
}

func TestDemo_CodeOfItsOwnRule(t *testing.T) {
	for _, code := range []string{"corto", strings.Repeat("x", 65)} {
		t.Setenv(demoCodeEnv, code)
		if _, errs, exit := runHere(t, "demo", "--addr", "localhost:0", "--data", t.TempDir()); exit != exitUsage || !strings.Contains(errs, demoCodeEnv) {
			t.Errorf("%q: exit %d %s", code, exit, errs)
		}
	}
}

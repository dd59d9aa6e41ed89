package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// codeOf is what an app shows for a secret at a time: RFC 6238 once more, so
// that the server is not held against itself.
func codeOf(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	if err := binary.Write(mac, binary.BigEndian, at.Unix()/30); err != nil {
		t.Fatal(err)
	}
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1e6)
}

// authenticator sets up an app for who holds token and returns its secret and
// the recovery codes.
func (p *process) authenticator(token string) (secret string, codes []string) {
	p.t.Helper()
	var made struct{ Secret string }
	if status := p.call("POST", "/api/v1/auth/factors/totp", token, map[string]any{}, &made); status != http.StatusOK {
		p.t.Fatalf("a new secret: %d", status)
	}
	var sheet struct {
		Codes []string `json:"recovery_codes"`
	}
	body := map[string]any{"otp": codeOf(p.t, made.Secret, time.Now())}
	if status := p.call("POST", "/api/v1/auth/factors/totp/confirm", token, body, &sheet); status != http.StatusOK {
		p.t.Fatalf("confirm: %d", status)
	}
	return made.Secret, sheet.Codes
}

// Who runs a real server has a second factor from the first hour, and a way
// back that needs the machine itself.
func TestServe_TheFirstAdministratorSetsUpAFactor(t *testing.T) {
	p := &process{t: t, dir: t.TempDir(), out: &lockedBuffer{}}
	body := map[string]any{"code": p.serve(t), "username": "jefa", "password": demoPassword, "agency": map[string]any{"name": "Inspección"}}
	if status := p.call("POST", "/api/v1/setup", "", body, nil); status != http.StatusCreated {
		t.Fatalf("setup: %d", status)
	}
	token := p.login("jefa")
	if status := p.call("GET", "/api/v1/accounts", token, nil, nil); status != http.StatusForbidden {
		t.Errorf("without a factor the accounts are open: %d", status)
	}
	_, codes := p.authenticator(token)
	if status := p.call("GET", "/api/v1/accounts", token, nil, nil); status != http.StatusOK {
		t.Errorf("with a factor the accounts are closed: %d", status)
	}
	signIn := map[string]any{"username": "jefa", "password": demoPassword}
	if status := p.call("POST", "/api/v1/auth/login", "", signIn, nil); status != http.StatusUnauthorized {
		t.Errorf("the password alone: %d", status)
	}
	signIn["otp"] = codes[0]
	if status := p.call("POST", "/api/v1/auth/login", "", signIn, nil); status != http.StatusOK {
		t.Errorf("a recovery code: %d", status)
	}
	data := filepath.Join(p.dir, "data")
	if _, errs, code := server(t, "", "factors", "reset", "nadie", "--data", data); code == exitOK || !strings.Contains(errs, "account-unknown") {
		t.Errorf("nobody's factors: exit %d %s", code, errs)
	}
	if out, errs, code := server(t, "", "factors", "reset", "jefa", "--data", data); code != exitOK || !strings.Contains(out, "jefa") {
		t.Fatalf("reset: exit %d %s%s", code, out, errs)
	}
	if status := p.call("GET", "/api/v1/auth/me", token, nil, nil); status != http.StatusUnauthorized {
		t.Errorf("a session outlives the reset: %d", status)
	}
	if status := p.call("GET", "/api/v1/accounts", p.login("jefa"), nil, nil); status != http.StatusForbidden {
		t.Errorf("after the reset the password alone opens the accounts: %d", status)
	}
	p.stop(t)
}

// The demo asks for no factor, takes any password of eight characters, and lets
// a factor be tried.
func TestDemo_FactorsAreOptional(t *testing.T) {
	p := startDemo(t, t.TempDir(), freeAddress(t))
	token := p.login("supervisora")
	if status := p.call("GET", "/api/v1/detections", token, nil, nil); status != http.StatusOK {
		t.Errorf("the demo's supervisor: %d", status)
	}
	var me struct {
		Methods         []string
		Needed, Limited bool
	}
	if status := p.call("GET", "/api/v1/auth/me", token, nil, &me); status != http.StatusOK || me.Needed || me.Limited || strings.Join(me.Methods, " ") != "totp passkey" {
		t.Errorf("%d %+v", status, me)
	}
	p.authenticator(token)
	if status := p.call("POST", "/api/v1/auth/login", "", map[string]string{"username": "supervisora", "password": demoPassword}, nil); status != http.StatusUnauthorized {
		t.Errorf("a factor that was set up is not asked for: %d", status)
	}
}

func TestOrigins(t *testing.T) {
	for list, want := range map[string]int{
		"": 0, " , ": 0, "https://umbral.example": 1, "https://umbral.example, https://umbral.example:8443": 2, "http://localhost:8080": 1, "http://127.0.0.1:8080": 1,
		"http://umbral.example": -1, "https://umbral.example/": -1, "https://umbral.example/a": -1, "umbral.example": -1, "https://": -1, "https://a@umbral.example": -1, "https://a b": -1, "ftp://localhost": -1,
	} {
		got, err := originsOf(list)
		if want < 0 != (err != nil) || err == nil && len(got) != want {
			t.Errorf("%q: %v %v", list, got, err)
		}
	}
}

// What nobody can search is refused at the start, in words.
func TestServe_BreachedPasswordsMustBeAFileOfTheKind(t *testing.T) {
	dir := t.TempDir()
	unsorted := filepath.Join(dir, "unsorted")
	lines := bytes.Repeat([]byte("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:1\r\n0000000000000000000000000000000000000000:2\r\n"), 3)
	if err := os.WriteFile(unsorted, lines, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{unsorted: "not ordered by hash", filepath.Join(dir, "none"): "no such file", dir: "no regular file"} {
		_, errs, code := runHere(t, "serve", "--addr", "localhost:0", "--metrics-addr", "", "--data", filepath.Join(dir, "data"), "--breached-passwords", name)
		if code == exitOK || !strings.Contains(errs, want) || !strings.Contains(errs, name) {
			t.Errorf("%s: exit %d, %s; want %q", name, code, errs, want)
		}
	}
}

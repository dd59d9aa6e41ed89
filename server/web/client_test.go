package web_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"umbral/server/auth"
	"umbral/server/proof"
	"umbral/server/record"
)

// session is somebody signed in with a key.
type session struct {
	key   *ecdsa.PrivateKey
	token string
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func pointOf(t testing.TB, k *ecdsa.PrivateKey) []byte {
	t.Helper()
	b, err := k.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// signIn opens a session of user with key.
func (w *world) signIn(user string, key *ecdsa.PrivateKey) session {
	w.t.Helper()
	w.account(user)
	t, err := w.auth.Login(context.Background(), auth.LoginRequest{
		Username: user, Password: password, Address: "192.0.2.1", JKT: proof.Thumbprint(pointOf(w.t, key)),
	})
	must(w.t, err)
	return session{key, t.Access}
}

// session signs user in once.
func (w *world) session(user string) session {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, ok := w.sessions[user]; !ok {
		w.sessions[user] = w.signIn(user, newKey(w.t))
	}
	return w.sessions[user]
}

func (w *world) token(user string) string { return w.session(user).token }

// proof is one of a request by key, beside token where that is not empty.
func (w *world) proof(key *ecdsa.PrivateKey, method, path, token string) string {
	w.t.Helper()
	path, _, _ = strings.Cut(path, "?")
	text, err := proof.Make(key, w.url+path, w.proofs.Nonces.Fresh(), proof.Request{Method: method, Path: path, Token: token}, time.Now())
	must(w.t, err)
	return text
}

// bytesOf is body as it is sent: nil, []byte, string, or what becomes JSON.
func (w *world) bytesOf(body any) []byte {
	w.t.Helper()
	switch b := body.(type) {
	case nil:
		return nil
	case []byte:
		return b
	case string:
		return []byte(b)
	}
	text, err := json.Marshal(body)
	must(w.t, err)
	return text
}

// absent as the value of a header takes it away.
const absent = "\x00absent"

// send sends body as user ("": nobody), who proves each request. A log-in and a
// refresh are proved by the key of the desk.
func (w *world) send(method, path, user string, body any, headers ...string) reply {
	w.t.Helper()
	var auth []string
	switch {
	case user != "":
		s := w.session(user)
		auth = []string{"Authorization", "DPoP " + s.token, "DPoP", w.proof(s.key, method, path, s.token)}
	case strings.HasSuffix(path, "/auth/login"), strings.HasSuffix(path, "/auth/refresh"):
		auth = []string{"DPoP", w.proof(w.desk, method, path, "")}
	}
	return w.do(method, path, body, append(auth, headers...)...)
}

// as sends as somebody signed in.
func (w *world) as(s session, method, path string, body any) reply {
	w.t.Helper()
	return w.do(method, path, body, "Authorization", "DPoP "+s.token, "DPoP", w.proof(s.key, method, path, s.token))
}

// do sends body with these headers and no others; the last of a name counts.
func (w *world) do(method, path string, body any, headers ...string) reply {
	w.t.Helper()
	req, err := http.NewRequest(method, w.url+path, bytes.NewReader(w.bytesOf(body)))
	must(w.t, err)
	req.Header.Set("Accept-Encoding", "identity")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if req.Header.Set(headers[i], headers[i+1]); headers[i+1] == absent {
			req.Header.Del(headers[i])
		}
	}
	res, err := w.client.Do(req)
	must(w.t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	must(w.t, err)
	return reply{res.StatusCode, res.Header, text}
}

// phone is an enrolled device that seals and sends as a phone does.
type phone struct {
	w      *world
	user   string
	device string
	author record.Author
	session
}

// enrol signs user in on a new phone and enrols it.
func (w *world) enrol(user string) *phone {
	w.t.Helper()
	s := w.signIn(user, newKey(w.t))
	r := w.as(s, "POST", "/api/v1/devices/enrol", map[string]any{
		"code": w.code(user), "public_key": base64.RawURLEncoding.EncodeToString(pointOf(w.t, s.key)), "name": "Teléfono de " + user,
	})
	if r.status != http.StatusCreated {
		w.t.Fatalf("enrol: %d %s", r.status, r)
	}
	var got struct {
		Device string
		User   struct {
			ID, Post string
			Agency   struct{ ID string }
		}
	}
	r.into(w.t, &got)
	return &phone{w, user, got.Device, record.Author{User: got.User.ID, Role: got.User.Post, Agency: got.User.Agency.ID}, s}
}

// code is an enrolment code for the agency of user.
func (w *world) code(user string) string {
	w.t.Helper()
	a, _, err := w.store.AccountByName(context.Background(), user)
	must(w.t, err)
	c, err := w.auth.MakeCode(context.Background(), auth.Operator, a.Agency)
	must(w.t, err)
	return c.Code
}

// deviceToken is the phone's own token over a body as it is sent.
func (p *phone) deviceToken(body []byte) string {
	p.w.t.Helper()
	text, err := proof.MakeDevice(p.key, p.device, p.w.proofs.Nonces.Fresh(), body, time.Now())
	must(p.w.t, err)
	return text
}

// send sends a batch with the phone's own token; no session is in it.
func (p *phone) send(body any, headers ...string) reply {
	p.w.t.Helper()
	b := p.w.bytesOf(body)
	return p.w.do("POST", "/api/v1/sync", b, append([]string{"Authorization", "Device " + p.deviceToken(b)}, headers...)...)
}

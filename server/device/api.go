package device

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"umbral/server/ingest"
	"umbral/server/proof"
	"umbral/server/seal"
)

const (
	apiPath = "/api/v1"
	// callTime is for one request: 2 MiB on a slow line. Two of them fit into
	// the time that a server may be away.
	callTime = 15 * time.Second
	// maxReply is in bytes: 100 results and 200 events have 60 KiB.
	maxReply   = 8 << 20
	mediaJSON  = "application/json"
	mediaSync  = "application/vnd.umbral.sync"
	agentName  = "umbral-device"
	maxProblem = 300 // characters of a server's words that are shown
)

// ErrAway is returned when the server cannot be reached or says that it cannot
// answer now.
var ErrAway = errors.New("the server is away")

// Refusal is an answer of the server that asking again would not change.
type Refusal struct {
	Status       int
	RetryAfter   int    // seconds that the server asks to wait; 0: it did not say
	Type         string // of problem+json, its last part: "token-invalid"
	Title, Extra string
}

func (r *Refusal) Error() string {
	text := r.Title
	if r.Extra != "" {
		text += ": " + r.Extra
	}
	if text == "" {
		text = http.StatusText(r.Status)
	}
	return fmt.Sprintf("the server refuses (%d %s): %s", r.Status, r.Type, text)
}

// TooMany is returned by a log-in or an enrolment that the server holds back
// because too many failed. It is not away, and to go on trying would make the
// wait longer.
type TooMany struct{ After int } // seconds; 0: not known

func (t *TooMany) Error() string {
	if t.After <= 0 {
		return "too many attempts; try again later"
	}
	return fmt.Sprintf("too many attempts; try again in %d s", t.After)
}

// heldBack turns an answer of 429 into TooMany.
func heldBack(err error) error {
	var r *Refusal
	if errors.As(err, &r) && r.Status == http.StatusTooManyRequests {
		return &TooMany{After: r.RetryAfter}
	}
	return err
}

// refused says whether err is a Refusal with one of the statuses.
func refused(err error, statuses ...int) bool {
	var r *Refusal
	if !errors.As(err, &r) {
		return false
	}
	for _, s := range statuses {
		if r.Status == s {
			return true
		}
	}
	return false
}

// api calls one server and proves with key what it asks.
type api struct {
	base   string
	client *http.Client
	key    *ecdsa.PrivateKey
	nonce  string // the newest of the server; empty: it will say one
	now    func() time.Time
}

// newAPI checks the address. Redirects are never followed: they would carry
// tokens and passwords to wherever somebody points them.
func newAPI(base string, key *ecdsa.PrivateKey, now func() time.Time) (*api, error) {
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errors.New("--server must be an address such as https://umbral.example.mx")
	}
	return &api{base: u.String(), key: key, now: now, client: &http.Client{
		Timeout:       callTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// IsClear says whether what goes to base can be read on the way: http to
// another machine.
func IsClear(base string) bool {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" {
		return false
	}
	host := u.Hostname()
	return host != "localhost" && host != "127.0.0.1" && host != "::1"
}

type tokens struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	ExpiresIn    int    `json:"expires_in"` // seconds
}

type enrolled struct {
	Device string `json:"device"`
	seal.KeySet
	Agency struct {
		ID string `json:"id"`
	} `json:"agency"`
	User struct {
		ID   string `json:"id"`
		Post string `json:"post"`
	} `json:"user"`
}

type syncReply struct {
	Results []ingest.Result `json:"results"`
	Events  []struct {
		Type string `json:"type"`
	} `json:"events"`
	Cursor string `json:"cursor"`
}

func (a *api) login(ctx context.Context, username, password string) (t tokens, err error) {
	err = a.post(ctx, "/auth/login", "", map[string]string{"username": username, "password": password}, &t)
	return t, heldBack(err)
}

func (a *api) refresh(ctx context.Context, token string) (t tokens, err error) {
	err = a.post(ctx, "/auth/refresh", "", map[string]string{"refresh_token": token}, &t)
	return t, err
}

func (a *api) logout(ctx context.Context, refresh string) error {
	return a.post(ctx, "/auth/logout", "", map[string]string{"refresh_token": refresh}, nil)
}

func (a *api) enrol(ctx context.Context, access, code, publicKey, name string) (e enrolled, err error) {
	err = a.post(ctx, "/devices/enrol", access, map[string]string{"code": code, "public_key": publicKey, "name": name}, &e)
	return e, heldBack(err)
}

// keys fetches the server's keys by way of the manifest.
func (a *api) keys(ctx context.Context, access string) (set seal.KeySet, err error) {
	var manifest []struct{ Kind, SHA256 string }
	if err := a.do(ctx, request{method: http.MethodGet, path: "/manifest", access: access}, &manifest); err != nil {
		return set, err
	}
	for _, m := range manifest {
		if m.Kind == "keys" {
			return set, a.do(ctx, request{method: http.MethodGet, path: "/blobs/" + url.PathEscape(m.SHA256), access: access}, &set)
		}
	}
	return set, errors.New("the server's manifest names no keys")
}

// sync sends a batch as the device id, without anybody's session.
func (a *api) sync(ctx context.Context, device, media string, body []byte, into *syncReply) error {
	return a.do(ctx, request{method: http.MethodPost, path: "/sync", device: device, media: media, body: body}, into)
}

func (a *api) post(ctx context.Context, path, access string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("call %s: %w", path, err)
	}
	return a.do(ctx, request{method: http.MethodPost, path: path, access: access, media: mediaJSON, body: text}, into)
}

// request is one call. It is proved by the key: as the device's own where device
// is set, else as somebody's, with their access token where there is one.
type request struct {
	method, path   string
	access, device string
	media          string
	body           []byte
}

// wantsNonce is the type of the answer that names a nonce to use instead.
const wantsNonce = "use-dpop-nonce"

// do makes one request, and once more where the server only wants its newest
// nonce. ErrAway is returned when no answer came, or 429 or 5xx; a *Refusal for
// any other answer that is not 2xx.
func (a *api) do(ctx context.Context, r request, into any) error {
	err := a.once(ctx, r, into)
	var no *Refusal
	if errors.As(err, &no) && no.Type == wantsNonce {
		err = a.once(ctx, r, into)
	}
	return err
}

func (a *api) once(ctx context.Context, r request, into any) error {
	req, err := http.NewRequestWithContext(ctx, r.method, a.base+apiPath+r.path, bytes.NewReader(r.body))
	if err == nil {
		err = a.prove(req, r)
	}
	if err != nil {
		return fmt.Errorf("call %s: %w", r.path, err)
	}
	res, err := a.client.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	defer res.Body.Close()
	if nonce := res.Header.Get("DPoP-Nonce"); nonce != "" {
		a.nonce = nonce
	}
	reply, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	if res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests {
		return fmt.Errorf("%w: %w", ErrAway, refusalOf(res, reply))
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return refusalOf(res, reply)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(reply, into); err != nil {
		return fmt.Errorf("call %s: the answer is not what an Umbral server says: %w", r.path, err)
	}
	return nil
}

// prove sets the headers of a request.
func (a *api) prove(req *http.Request, r request) error {
	req.Header.Set("User-Agent", agentName)
	req.Header.Set("Accept", mediaJSON)
	if r.media != "" {
		req.Header.Set("Content-Type", r.media)
	}
	if r.device != "" {
		token, err := proof.MakeDevice(a.key, r.device, a.nonce, r.body, a.now())
		req.Header.Set("Authorization", "Device "+token)
		return err
	}
	of := proof.Request{Method: r.method, Path: req.URL.EscapedPath(), Token: r.access}
	text, err := proof.Make(a.key, a.base+apiPath+r.path, a.nonce, of, a.now())
	req.Header.Set("DPoP", text)
	if r.access != "" {
		req.Header.Set("Authorization", "DPoP "+r.access)
	}
	return err
}

func refusalOf(res *http.Response, reply []byte) *Refusal {
	r := &Refusal{Status: res.StatusCode}
	if n, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && n > 0 {
		r.RetryAfter = n
	}
	var p struct{ Type, Title, Detail string }
	if json.Unmarshal(reply, &p) == nil {
		r.Type = p.Type[strings.LastIndexByte(p.Type, '/')+1:]
		r.Title, r.Extra = clip(p.Title), clip(p.Detail)
	}
	return r
}

func clip(s string) string {
	if runes := []rune(s); len(runes) > maxProblem {
		return string(runes[:maxProblem]) + "…"
	}
	return s
}

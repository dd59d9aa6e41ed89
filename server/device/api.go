package device

import (
	"bytes"
	"context"
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

// api calls one server.
type api struct {
	base   string
	client *http.Client
}

// newAPI checks the address. Redirects are never followed: they would carry
// tokens and passwords to wherever somebody points them.
func newAPI(base string) (*api, error) {
	u, err := url.Parse(strings.TrimRight(base, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, errors.New("--server must be an address such as https://umbral.example.mx")
	}
	return &api{base: u.String(), client: &http.Client{
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
	Device string           `json:"device"`
	Keys   []seal.PublicKey `json:"keys"`
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

func (a *api) refresh(ctx context.Context, token, device string) (t tokens, err error) {
	err = a.post(ctx, "/auth/refresh", "", map[string]string{"refresh_token": token, "device": device}, &t)
	return t, err
}

func (a *api) logout(ctx context.Context, access, refresh string) error {
	return a.post(ctx, "/auth/logout", access, map[string]string{"refresh_token": refresh}, nil)
}

func (a *api) enrol(ctx context.Context, access, code, publicKey, name string) (e enrolled, err error) {
	body := map[string]string{"public_key": publicKey, "name": name}
	if code != "" {
		body["code"] = code
	}
	err = a.post(ctx, "/devices/enrol", access, body, &e)
	return e, heldBack(err)
}

// sealKeys fetches the server's keys by way of the manifest.
func (a *api) sealKeys(ctx context.Context, access string) ([]seal.PublicKey, error) {
	var manifest []struct{ Kind, SHA256 string }
	if err := a.do(ctx, http.MethodGet, "/manifest", access, "", nil, &manifest); err != nil {
		return nil, err
	}
	for _, m := range manifest {
		if m.Kind != "keys" {
			continue
		}
		var blob struct{ Keys []seal.PublicKey }
		err := a.do(ctx, http.MethodGet, "/blobs/"+url.PathEscape(m.SHA256), access, "", nil, &blob)
		return blob.Keys, err
	}
	return nil, errors.New("the server's manifest names no keys")
}

func (a *api) post(ctx context.Context, path, access string, body, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("call %s: %w", path, err)
	}
	return a.do(ctx, http.MethodPost, path, access, mediaJSON, text, into)
}

// do makes one request. ErrAway is returned when no answer came, or 429 or 5xx;
// a *Refusal for any other answer that is not 2xx.
func (a *api) do(ctx context.Context, method, path, access, media string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, a.base+apiPath+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("call %s: %w", path, err)
	}
	req.Header.Set("User-Agent", agentName)
	req.Header.Set("Accept", mediaJSON)
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	if access != "" {
		req.Header.Set("Authorization", "Bearer "+access)
	}
	res, err := a.client.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	defer res.Body.Close()
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
		return fmt.Errorf("call %s: the answer is not what an Umbral server says: %w", path, err)
	}
	return nil
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

package device

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"umbral/server/record"
	"umbral/server/seal"
)

// The tests here stand in for a network and a server that misbehave, which the
// real server cannot be made to do; what it does is in server/device_test.go.

// trouble is a server that answers as the test says, in turn; the last answer
// stays. It counts what it was asked.
type trouble struct {
	*httptest.Server
	sync     []http.HandlerFunc
	refresh  http.HandlerFunc
	login    http.HandlerFunc
	syncs    int
	batches  []int // records in each batch that was accepted
	sentAt   []*time.Time
	sessions int // refreshes and log-ins
	keys     seal.KeySet
}

func newTrouble(t *testing.T, sync ...http.HandlerFunc) *trouble {
	tr := &trouble{sync: sync}
	tr.refresh, tr.login = newTokens, newTokens
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/sync", func(w http.ResponseWriter, r *http.Request) {
		do := tr.sync[min(tr.syncs, len(tr.sync)-1)]
		tr.syncs++
		do(w, r)
	})
	mux.HandleFunc("POST /api/v1/auth/refresh", func(w http.ResponseWriter, r *http.Request) {
		tr.sessions++
		tr.refresh(w, r)
	})
	mux.HandleFunc("POST /api/v1/auth/login", func(w http.ResponseWriter, r *http.Request) {
		tr.sessions++
		tr.login(w, r)
	})
	mux.HandleFunc("POST /api/v1/devices/enrol", tooMany("30"))
	mux.HandleFunc("POST /api/v1/auth/logout", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("GET /api/v1/manifest", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `[{"kind":"codebook","sha256":"x"},{"kind":"keys","sha256":"k"}]`)
	})
	mux.HandleFunc("GET /api/v1/blobs/k", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("DPoP") == "" || r.Header.Get("Authorization") != "DPoP new" {
			status(401)(w, r)
			return
		}
		_ = json.NewEncoder(w).Encode(tr.keys)
	})
	tr.Server = httptest.NewServer(mux)
	t.Cleanup(tr.Close)
	return tr
}

func newTokens(w http.ResponseWriter, _ *http.Request) {
	_, _ = io.WriteString(w, `{"access_token":"new","refresh_token":"next","expires_in":900}`)
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = fmt.Fprintf(w, `{"type":"/problems/type-%d","title":"T"}`, code)
	}
}

// tooMany answers as the server does to who guesses passwords.
func tooMany(after string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", after)
		status(http.StatusTooManyRequests)(w, r)
	}
}

// accept answers as the real server does when all is well.
func (tr *trouble) accept(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	b, err := record.DecodeBatch(body)
	if err != nil {
		b, err = record.ParseBatch(body)
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	tr.batches = append(tr.batches, len(b.Records))
	tr.sentAt = append(tr.sentAt, b.SentAt)
	results := []map[string]string{}
	for _, e := range b.Records {
		results = append(results, map[string]string{"id": e.ID, "status": "accepted"})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"results": results, "events": []any{}, "cursor": "c1"})
}

// newSync runs against tr with a clock that waiting moves.
func newSync(t *testing.T, tr *trouble) *Sync {
	s, _ := aState(t)
	now := time.Now()
	s.Server, s.Access, s.Refresh, s.Expires = tr.URL, "old", "r1", now.Add(time.Hour)
	if err := s.save(); err != nil {
		t.Fatal(err)
	}
	return &Sync{
		State: s, Complain: func(string) {},
		now: func() time.Time { return now },
		wait: func(ctx context.Context, d time.Duration) error {
			now = now.Add(d)
			return ctx.Err()
		},
	}
}

func lines(n int) string {
	var b strings.Builder
	for i := range n {
		_, _ = fmt.Fprintf(&b, "{\"id\":\"01936a10-7c2e-7a31-8f00-%012d\"}\n", i)
	}
	return b.String()
}

func TestRun_BatchesOfAHundredInOrder(t *testing.T) {
	tr := newTrouble(t, nil)
	tr.sync[0] = tr.accept
	var out bytes.Buffer
	if bad, err := newSync(t, tr).Run(context.Background(), strings.NewReader(lines(250)), &out); err != nil || bad != 0 {
		t.Fatal(bad, err)
	}
	got := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(got) != 250 {
		t.Fatalf("%d results", len(got))
	}
	for i, line := range got {
		if want := fmt.Sprintf(`{"id":"01936a10-7c2e-7a31-8f00-%012d","status":"accepted","reason":""}`, i); line != want {
			t.Fatalf("line %d: %s", i+1, line)
		}
	}
	for _, n := range tr.batches {
		if n > maxBatch {
			t.Errorf("a batch of %d", n)
		}
	}
}

// Both forms say the device's time, of the try that arrives and not of the first.
func TestRun_SaysItsTime(t *testing.T) {
	for form, in := range map[string]string{
		"binary": lines(1),
		"JSON":   `{"id":"01936a10-7c2e-7a31-8f00-000000000000","kid":"","enc":"","ct":""}` + "\n",
	} {
		tr := newTrouble(t, status(503), nil)
		tr.sync[1] = tr.accept
		s := newSync(t, tr)
		before := s.now()
		if _, err := s.Run(context.Background(), strings.NewReader(in), io.Discard); err != nil {
			t.Fatal(form, err)
		}
		if len(tr.sentAt) != 1 || tr.sentAt[0] == nil || !tr.sentAt[0].Equal(s.now()) || !s.now().After(before) {
			t.Errorf("%s: sent at %v, not %v", form, tr.sentAt, s.now())
		}
	}
}

// Who writes one record and waits gets the answer before writing the next.
func TestRun_AnswersWithoutWaitingForMore(t *testing.T) {
	tr := newTrouble(t, nil)
	tr.sync[0] = tr.accept
	in, write := io.Pipe()
	read, out := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := newSync(t, tr).Run(context.Background(), in, out)
		done <- errors.Join(err, out.Close())
	}()
	answers := json.NewDecoder(read)
	for i := range 2 {
		if _, err := fmt.Fprintf(write, "{\"id\":\"01936a10-7c2e-7a31-8f00-%012d\"}\n", i); err != nil {
			t.Fatal(err)
		}
		var a answer
		if err := answers.Decode(&a); err != nil || a.Status != "accepted" {
			t.Fatal(a, err)
		}
	}
	if err := errors.Join(write.Close(), <-done); err != nil {
		t.Fatal(err)
	}
}

func TestRun_TriesAgainWhileTheServerIsAway(t *testing.T) {
	for name, bad := range map[string]http.HandlerFunc{
		"500": status(500), "503": status(503), "429": status(429),
		"cut": func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = c.Close()
			}
		},
		"half an answer": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "500")
			_, _ = io.WriteString(w, `{"results":[`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTrouble(t, bad, bad, nil)
			tr.sync[2] = tr.accept
			var out bytes.Buffer
			if _, err := newSync(t, tr).Run(context.Background(), strings.NewReader(lines(1)), &out); err != nil {
				t.Fatal(err)
			}
			if tr.syncs != 3 || strings.Count(out.String(), "accepted") != 1 {
				t.Errorf("%d requests, %s", tr.syncs, out.String())
			}
		})
	}
}

// Whoever must wait is told how long. To say that the server is away, and to
// go on trying, would only make the wait longer.
func TestTooManyAttempts(t *testing.T) {
	for name, c := range map[string]struct{ after, want string }{
		"seconds": {"45", "too many attempts; try again in 45 s"},
		"a date":  {"Fri, 20 Nov 2026 18:00:00 GMT", "too many attempts; try again later"},
		"nothing": {"", "too many attempts; try again later"},
		"less":    {"-3", "too many attempts; try again later"},
	} {
		tr := newTrouble(t, nil)
		tr.sync[0] = tr.accept
		tr.login, tr.refresh = tooMany(c.after), status(401)
		in := Enrolment{Server: tr.URL, Username: "inspectora", Password: "x", Name: "n", Path: filepath.Join(t.TempDir(), "s.json")}
		_, err := Enrol(context.Background(), in)
		wantTooMany(t, name+", enrol", err, c.want)
	}
	tr := newTrouble(t, nil)
	path := filepath.Join(t.TempDir(), "s.json")
	_, err := Enrol(context.Background(), Enrolment{Server: tr.URL, Username: "inspectora", Password: "x", Name: "n", Path: path})
	wantTooMany(t, "the enrolment itself", err, "too many attempts; try again in 30 s")
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
}

func wantTooMany(t *testing.T, what string, err error, want string) {
	t.Helper()
	if err == nil || errors.Is(err, ErrAway) || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q", what, err, want)
	}
}

func TestRun_GivesUpAfterThirtySeconds(t *testing.T) {
	tr := newTrouble(t, nil, status(503))
	tr.sync[0] = tr.accept
	s := newSync(t, tr)
	began := s.now()
	var out bytes.Buffer
	_, err := s.Run(context.Background(), strings.NewReader(lines(maxBatch+1)), &out)
	if !errors.Is(err, ErrAway) {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != maxBatch {
		t.Errorf("%d results: those of the batch before must stand", n)
	}
	if waited := s.now().Sub(began); waited < awayTime || waited > awayTime+longWait {
		t.Errorf("waited %v", waited)
	}
	tr.Close()
	if _, err := s.Run(context.Background(), strings.NewReader(lines(1)), &out); !errors.Is(err, ErrAway) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestRun_NobodyPaysForANeighbour(t *testing.T) {
	tr := newTrouble(t, nil)
	tr.sync[0] = func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if b, err := record.DecodeBatch(body); err == nil {
			for _, e := range b.Records {
				if strings.HasSuffix(e.ID, "2") {
					status(413)(w, r)
					return
				}
			}
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		tr.accept(w, r)
	}
	var out bytes.Buffer
	in := lines(2) + `{"id":"big","x":"` + strings.Repeat("x", 70<<10) + "\"}\n" + lines(4)[len(lines(2)):]
	if _, err := newSync(t, tr).Run(context.Background(), strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	want := `{"id":"01936a10-7c2e-7a31-8f00-000000000000","status":"accepted","reason":""}
{"id":"01936a10-7c2e-7a31-8f00-000000000001","status":"accepted","reason":""}
{"id":"big","status":"refused","reason":"too_large"}
{"id":"01936a10-7c2e-7a31-8f00-000000000002","status":"refused","reason":"type-413"}
{"id":"01936a10-7c2e-7a31-8f00-000000000003","status":"accepted","reason":""}
`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

// A line that is no good envelope and names no UUID has no id in the server's
// answer: it is refused under its own, and the lines beside it get their results.
func TestRun_ABrokenEnvelopeIsRefusedAlone(t *testing.T) {
	tr := newTrouble(t, nil)
	tr.sync[0] = func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b, err := record.ParseBatch(body)
		if err != nil {
			t.Errorf("%v: %.200s", err, body)
			return
		}
		results := []map[string]string{}
		for _, e := range b.Records {
			result := map[string]string{"id": e.ID, "status": "accepted"}
			if code := e.Check(); code != "" {
				result = map[string]string{"id": e.ID, "status": "refused", "reason": code}
			}
			results = append(results, result)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"results": results, "events": []any{}, "cursor": ""})
	}
	in := lines(1) + `{"id":"cut","enc":"a","ct":"b"}` + "\n" + lines(2)[len(lines(1)):]
	var out bytes.Buffer
	if _, err := newSync(t, tr).Run(context.Background(), strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	want := `{"id":"01936a10-7c2e-7a31-8f00-000000000000","status":"accepted","reason":""}
{"id":"cut","status":"refused","reason":"not_an_envelope"}
{"id":"01936a10-7c2e-7a31-8f00-000000000001","status":"accepted","reason":""}
`
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

// An answer that does not fit gives no record a wrong receipt.
func TestRun_AnswersMustFit(t *testing.T) {
	for name, reply := range map[string]string{
		"one too few":  `{"results":[]}`,
		"another's":    `{"results":[{"id":"x","status":"accepted"}]}`,
		"nobody's":     `{"results":[{"id":"","status":"accepted"}]}`,
		"not JSON":     `<html>`,
		"no such list": `{}`,
	} {
		tr := newTrouble(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, reply) })
		var out bytes.Buffer
		if _, err := newSync(t, tr).Run(context.Background(), strings.NewReader(lines(1)), &out); err == nil || out.Len() != 0 {
			t.Errorf("%s: %v, %q", name, err, out.String())
		}
	}
}

func TestRun_EndsWhenToldWhileNobodyWrites(t *testing.T) {
	tr := newTrouble(t, status(500))
	in, _ := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newSync(t, tr).Run(ctx, in, io.Discard); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestDo_NeverFollowsARedirect(t *testing.T) {
	asked := false
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer elsewhere.Close()
	tr := newTrouble(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
	})
	if _, err := newSync(t, tr).Run(context.Background(), strings.NewReader(lines(1)), io.Discard); err == nil || asked {
		t.Errorf("%v, asked elsewhere: %v", err, asked)
	}
}

func TestIsClear(t *testing.T) {
	for base, want := range map[string]bool{
		"http://localhost:8080": false, "http://127.0.0.1": false, "http://[::1]:80": false,
		"https://umbral.example.mx": false, "http://umbral.example.mx": true,
	} {
		if IsClear(base) != want {
			t.Errorf("%s", base)
		}
	}
}

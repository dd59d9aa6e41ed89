package device

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"umbral/server/seal"
)

// What is sent needs nobody's session: not a valid one, nor a server that would
// give one.
func TestRun_NeedsNoSession(t *testing.T) {
	tr := newTrouble(t, nil)
	tr.refresh, tr.login = status(401), status(401)
	var seen []string
	tr.sync[0] = func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		tr.accept(w, r)
	}
	s := newSync(t, tr)
	s.State.Expires, s.State.Access, s.State.Refresh = s.now().Add(-time.Hour), "", ""
	if _, err := s.Run(context.Background(), strings.NewReader(lines(maxBatch+1)), io.Discard); err != nil || tr.sessions != 0 {
		t.Fatal(err, tr.sessions)
	}
	if len(seen) != 2 || seen[0] == seen[1] {
		t.Errorf("%d requests, or one token twice", len(seen))
	}
	for _, a := range seen {
		if !strings.HasPrefix(a, "Device ") {
			t.Errorf("sent with %.20q", a)
		}
	}
}

// A new nonce is used at once; a server that always wants another is an error.
func TestRun_TakesTheServersNonce(t *testing.T) {
	tr := newTrouble(t, nil, nil)
	want := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("DPoP-Nonce", "nonce-of-the-server")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"type":"/problems/use-dpop-nonce","title":"T"}`)
	}
	tr.sync[0] = want
	tr.sync[1] = func(w http.ResponseWriter, r *http.Request) {
		if part := strings.Split(r.Header.Get("Authorization"), "."); len(part) != 3 || !bytes.Contains(unbase64(part[1]), []byte("nonce-of-the-server")) {
			t.Error("another nonce")
		}
		tr.accept(w, r)
	}
	if _, err := newSync(t, tr).Run(context.Background(), strings.NewReader(lines(1)), io.Discard); err != nil || tr.syncs != 2 {
		t.Error(err, tr.syncs)
	}
	tr = newTrouble(t, want)
	if _, err := newSync(t, tr).Run(context.Background(), strings.NewReader(lines(1)), io.Discard); !refused(err, 401) || tr.syncs != 2 {
		t.Error(err, tr.syncs)
	}
}

// learns runs against a server that says there are new keys.
func learns(t *testing.T, change func(s *Sync, tr *trouble)) (s *Sync, said string) {
	t.Helper()
	tr := newTrouble(t, nil)
	tr.sync[0] = func(w http.ResponseWriter, r *http.Request) {
		var answer bytes.Buffer
		tr.accept(recorder{w, &answer}, r)
		_, _ = w.Write(bytes.Replace(answer.Bytes(), []byte(`"events":[]`), []byte(`"events":[{"type":"keys"}]`), 1))
	}
	s = newSync(t, tr)
	s.Complain = func(text string) { said += text }
	change(s, tr)
	if err := s.State.save(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(context.Background(), strings.NewReader(lines(1)), io.Discard); err != nil {
		t.Fatal(err)
	}
	disk, err := Load(s.State.path)
	if err != nil {
		t.Fatal(err)
	}
	s.State = disk
	return s, said
}

// recorder keeps what is written.
type recorder struct {
	http.ResponseWriter
	to *bytes.Buffer
}

func (r recorder) Write(b []byte) (int, error) { return r.to.Write(b) }

func unbase64(s string) []byte {
	b, _ := base64.RawURLEncoding.DecodeString(s)
	return b
}

func TestLearn_KeysOfTheKnownRoot(t *testing.T) {
	ring, root := serverKeys(t)
	first := root.Chain()[0].PublicKey
	if err := ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	if err := root.Rotate(); err != nil {
		t.Fatal(err)
	}
	kid, _ := ring.Current()
	s, said := learns(t, func(s *Sync, tr *trouble) {
		s.State.Root, s.State.Expires = first, s.now().Add(-time.Hour) // the session is renewed on the way
		tr.keys = seal.Signed(ring, root, nil)
	})
	got, _, err := s.State.sealKey()
	if said != "" || err != nil || got != kid || s.State.Cursor != "c1" {
		t.Errorf("%q %v: key %s, want %s", said, err, got, kid)
	}
	if s.State.Root != root.Chain()[1].PublicKey {
		t.Error("the newest root is not the one that is known now")
	}
}

// Whoever stands between, or signs nobody in, makes no device seal to their key;
// and the records are delivered all the same.
func TestLearn_RefusesOtherKeys(t *testing.T) {
	ring, root := serverKeys(t)
	strangers, stranger := serverKeys(t)
	for name, c := range map[string]struct {
		says   string
		change func(s *Sync, tr *trouble)
	}{
		"signed by a stranger": {"not signed", func(_ *Sync, tr *trouble) { tr.keys = seal.Signed(strangers, stranger, nil) }},
		"not signed":           {"not signed", func(_ *Sync, tr *trouble) { tr.keys = seal.KeySet{Keys: strangers.Public(), Roots: root.Chain()} }},
		"no keys at all":       {"not signed", func(_ *Sync, tr *trouble) { tr.keys = seal.KeySet{} }},
		"no session": {"UMBRAL_PASSWORD", func(s *Sync, tr *trouble) {
			tr.keys, tr.refresh = seal.Signed(ring, root, nil), status(401)
			s.State.Access = "old"
		}},
	} {
		var before string
		s, said := learns(t, func(s *Sync, tr *trouble) {
			s.State.Root, s.State.Access = root.Chain()[0].PublicKey, "new"
			before, _, _ = s.State.sealKey()
			c.change(s, tr)
		})
		if after, _, _ := s.State.sealKey(); after != before || !strings.Contains(said, c.says) || s.State.Cursor != "" {
			t.Errorf("%s: seals to %s, said %q, cursor %q", name, after, said, s.State.Cursor)
		}
	}
}

func TestLearn_GivenUp(t *testing.T) {
	tr := newTrouble(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"results":[{"id":"01936a10-7c2e-7a31-8f00-000000000000","status":"accepted"}],"events":[{"type":"wipe"}],"cursor":""}`)
	})
	s := newSync(t, tr)
	said := ""
	s.Complain = func(text string) { said += text }
	if _, err := s.Run(context.Background(), strings.NewReader(lines(1)), io.Discard); err != nil || !strings.Contains(said, "given up") {
		t.Error(err, said)
	}
	if _, err := os.Stat(s.State.path); err != nil {
		t.Error("the state is gone before its owner said so")
	}
}

// Two runs on one state: who renewed the session last is not undone.
func TestLearn_KeepsTheSessionOfAnotherRun(t *testing.T) {
	tr := newTrouble(t, nil)
	tr.sync[0] = tr.accept
	s := newSync(t, tr)
	theirs := *s.State
	theirs.Access, theirs.Refresh, theirs.Expires = "theirs", "r2", s.State.Expires.Add(time.Minute)
	if err := theirs.save(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Run(context.Background(), strings.NewReader(lines(1)), io.Discard); err != nil {
		t.Fatal(err)
	}
	if disk, err := Load(s.State.path); err != nil || disk.Refresh != "r2" || disk.Cursor != "c1" {
		t.Errorf("their tokens were undone: %v %+v", err, disk)
	}
}

func TestLoad_SaysWhatIsWrong(t *testing.T) {
	s, _ := aState(t)
	for name, c := range map[string]struct {
		change func(m map[string]any)
		says   string
	}{
		"version 1":      {func(m map[string]any) { m["version"] = 1 }, "enrol again into another file with a code"},
		"a newer one":    {func(m map[string]any) { m["version"] = 3 }, "newer version"},
		"no version":     {func(m map[string]any) { delete(m, "version") }, "not the state of a device"},
		"no key":         {func(m map[string]any) { m["private_key"] = "" }, "private key cannot be read"},
		"a key of noise": {func(m map[string]any) { m["private_key"] = "bm9pc2U" }, "private key cannot be read"},
		"right":          {func(map[string]any) {}, ""},
	} {
		if err := s.save(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(s.path)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatal(err)
		}
		c.change(m)
		text, err = json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "s.json")
		if err := os.WriteFile(path, text, stateMode); err != nil {
			t.Fatal(err)
		}
		_, err = Load(path)
		if (err == nil) != (c.says == "") || err != nil && (!strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "bm9pc2U")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

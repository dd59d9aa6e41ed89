package web_test

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"umbral/server/audit"
	"umbral/server/record"
	"umbral/server/reviewers"
	"umbral/server/seal"
	"umbral/server/web"
)

// identified is a kept detection whose identity is sealed to key.
func (w *world) identified(p *phone, key agencyKey) (record.Detection, record.Envelope) {
	w.t.Helper()
	d := p.detection("coe_debt_bondage")
	e := w.sealInto(&d, key)
	if got := p.sync(p.seal(d.ID, d)); got.Results[0].Status != "accepted" {
		w.t.Fatalf("%+v", got)
	}
	return d, e
}

// sealInto puts an identity into d.
func (w *world) sealInto(d *record.Detection, key agencyKey) record.Envelope {
	w.t.Helper()
	e, err := seal.SealIdentity(key.private.PublicKey().Bytes(), key.kid, d.ID, []byte(`{"v":1,"name":"`+aName+`"}`))
	must(w.t, err)
	d.Identity, err = json.Marshal(e)
	must(w.t, err)
	return e
}

// marks are what would show that an envelope is somewhere: its bytes, as they
// are and in the ways of writing them.
func marks(e record.Envelope) [][]byte {
	var all [][]byte
	for _, b := range [][]byte{e.Enc, e.CT[:48], e.CT[len(e.CT)-48:]} {
		all = append(all, b, []byte(b64std(b[:45])), []byte(b64(b[:45])), []byte(hex.EncodeToString(b)))
	}
	return all
}

func holds(text []byte, e record.Envelope) bool {
	for _, m := range marks(e) {
		if bytes.Contains(text, m) {
			return true
		}
	}
	return false
}

// Everything but the one route that asks for a purpose: the case, its conflicts,
// lists, counts, exports, the quarantine and what phones are told.
func TestIdentity_NoOtherAnswerHoldsIt(t *testing.T) {
	w := newWorld(t, nil)
	key := newAgencyKey(t)
	if got := w.reviewer("revisora").publish(key, nil); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got)
	}
	p := w.enrol("inspectora")
	d, first := w.identified(p, key)
	other := d
	other.PersonLanguage = "en"
	second := w.sealInto(&other, key)
	bad := p.detection("coe_debt_bondage")
	bad.Place.State = "99"
	third := w.sealInto(&bad, key)
	for _, r := range p.sync(p.seal(d.ID, other), p.seal(bad.ID, bad)).Results {
		if r.Status != "conflict" && r.Status != "quarantined" {
			t.Fatalf("%+v", r)
		}
	}
	at := "/api/v1/detections/" + d.ID
	if got := w.send("POST", at+"/identity", "revisora", `{"purpose":"contact_person"}`); !holds(got.body, first) {
		t.Fatalf("the control does not hold it: %d %s", got.status, got)
	}
	for _, path := range []string{at, "/api/v1/detections?limit=25", "/api/v1/quarantine?limit=25", "/api/v1/reviewers", "/api/v1/exports/detections.csv", "/api/v1/stats?by=level"} {
		for _, user := range []string{"supervisora", "revisora", "analista", "admin", "inspectora"} {
			got := w.send("GET", path, user, nil)
			if user == "supervisora" && got.status != http.StatusOK {
				t.Errorf("GET %s: %d %s", path, got.status, got)
			}
			for _, e := range []record.Envelope{first, second, third} {
				if holds(got.body, e) {
					t.Errorf("GET %s as %s holds an identity", path, user)
				}
			}
		}
	}
	var seen struct {
		Conflicts []struct{ Detection json.RawMessage }
	}
	w.send("GET", at, "supervisora", nil).into(t, &seen)
	if len(seen.Conflicts) != 1 || len(seen.Conflicts[0].Detection) == 0 {
		t.Errorf("%d conflicts: the other content is not shown, so nothing was tested", len(seen.Conflicts))
	}
	told, err := json.Marshal(p.sync())
	must(t, err)
	if holds(told, first) {
		t.Error("a phone is told an identity")
	}
}

// Whoever has the whole server, with the master key in hand: its store, a backup
// of it, its log and all its keys. None of the keys opens an identity or a share.
func TestIdentity_NoKeyOfTheServerOpensIt(t *testing.T) {
	w := newWorld(t, nil)
	key := newAgencyKey(t)
	r := w.reviewer("revisora")
	if got := r.publish(key, nil); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got)
	}
	d, e := w.identified(w.enrol("inspectora"), key)
	if got := w.send("POST", "/api/v1/detections/"+d.ID+"/identity", "revisora", `{"purpose":"contact_person"}`); got.status != http.StatusOK {
		t.Fatalf("%d %s", got.status, got)
	}
	c, err := w.store.Case(t.Context(), d.ID)
	must(t, err)
	if !holds(c.Record, e) {
		t.Fatal("the control: the opened store does not hold the envelope")
	}
	_, err = w.store.BackupFile(t.Context(), filepath.Join(w.dir, "backup.db"))
	must(t, err)
	shares, err := w.store.Shares(t.Context(), "uno")
	must(t, err)
	n := 0
	for _, text := range w.files() {
		for _, name := range nameForms {
			if bytes.Contains(text, name) {
				t.Error("a name lies in a file of the server")
			}
		}
		if holds(text, e) {
			t.Error("an identity lies in a file as it came: not under the record's key")
		}
		private := privateKey(text)
		if private == nil {
			continue
		}
		n++
		if _, err := seal.OpenIdentity(private, e); err == nil {
			t.Error("a key of the server opens an identity")
		}
		share, err := base64.RawURLEncoding.DecodeString(shares[0].Sealed)
		must(t, err)
		if _, err := seal.OpenShare(r.own, key.kid, r.id, share); err != nil {
			t.Fatalf("the control: the receiver's own key does not open the share: %v", err)
		}
		if _, err := seal.OpenShare(private, key.kid, r.id, share); err == nil {
			t.Error("a key of the server opens a share")
		}
	}
	if n < 2 {
		t.Errorf("%d private keys of the server found, want seal and root at least", n)
	}
	if bytes.Contains(c.Record, []byte(aName)) || strings.Contains(w.log.String(), aName) {
		t.Error("a name is in the record or the log")
	}
	if _, err := seal.OpenIdentity(key.private, e); err != nil {
		t.Errorf("the control: the reviewers' key does not open it: %v", err)
	}
}

// nameForms are the ways in which aName would lie in a file.
var nameForms = [][]byte{[]byte(aName), []byte("Planted-Name"), []byte("P\x00l\x00a\x00n\x00t\x00e\x00d\x00-\x00N\x00")}

// files are the contents of all files of the server.
func (w *world) files() (all [][]byte) {
	w.t.Helper()
	must(w.t, filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		all = append(all, text)
		return err
	}))
	return all
}

// privateKey is the private key of P-256 in a PEM file, for whatever it was made; or nil.
func privateKey(text []byte) *ecdh.PrivateKey {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil
	}
	switch k := parsed.(type) {
	case *ecdh.PrivateKey:
		return k
	case *ecdsa.PrivateKey:
		if private, err := k.ECDH(); err == nil {
			return private
		}
	}
	return nil
}

// openings counts the lines of opened identities of a record.
func (w *world) openings(id string) (n int) {
	w.t.Helper()
	entries, err := w.store.Audit(context.Background(), 0, 10_000)
	must(w.t, err)
	for _, e := range entries {
		if strings.HasPrefix(e.What, "identity_opened") && e.ID == id {
			n++
		}
	}
	return n
}

// The line stands before the answer leaves: whoever takes the answer and claims
// never to have got it, or cuts the line, stands in the book.
func TestIdentity_WhoHangsUpStandsInTheBook(t *testing.T) {
	w := newWorld(t, nil)
	key := newAgencyKey(t)
	w.reviewer("revisora").publish(key, nil)
	d, _ := w.identified(w.enrol("inspectora"), key)
	path := "/api/v1/detections/" + d.ID + "/identity"
	body := `{"purpose":"contact_person"}`
	s := w.session("revisora")
	req, err := http.NewRequest("POST", w.url+path, strings.NewReader(body))
	must(t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "DPoP "+s.token)
	req.Header.Set("DPoP", w.proof(s.key, "POST", path, s.token))
	conn, err := net.Dial("tcp", req.URL.Host)
	must(t, err)
	must(t, req.Write(conn))
	must(t, conn.(*net.TCPConn).SetLinger(0)) // a reset, not a polite end
	must(t, conn.Close())
	end := time.Now().Add(20 * time.Second)
	for w.openings(d.ID) == 0 {
		if time.Now().After(end) {
			t.Fatal("who hung up is not in the book")
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// brokenBook is the real store whose book takes no line.
type brokenBook struct{ reviewers.Store }

func (brokenBook) Enter(context.Context, audit.Act) error { return errors.New("the disk is full") }

func TestIdentity_WithoutALineInTheBookNothingIsGiven(t *testing.T) {
	w := newWorld(t, func(d *web.Deps) { d.Reviewers.Store = brokenBook{d.Reviewers.Store} })
	key := newAgencyKey(t)
	w.reviewer("revisora").publish(key, nil)
	d, e := w.identified(w.enrol("inspectora"), key)
	got := w.send("POST", "/api/v1/detections/"+d.ID+"/identity", "revisora", `{"purpose":"contact_person"}`)
	if got.status != http.StatusInternalServerError || holds(got.body, e) {
		t.Errorf("%d %s", got.status, got)
	}
}

// A length that tells nothing: who left a name looks like who left a page.
func TestIdentity_ShortAndLongLookAlike(t *testing.T) {
	key := newAgencyKey(t)
	long := make([]byte, 700)
	_, err := rand.Read(long)
	must(t, err)
	for _, plain := range []string{`{"v":1,"name":"A"}`, `{"v":1,"notes":"` + hex.EncodeToString(long) + `"}`} {
		e, err := seal.SealIdentity(key.private.PublicKey().Bytes(), key.kid, "01920000-0000-7000-8000-000000000001", []byte(plain))
		must(t, err)
		if len(e.CT) != record.IdentityCT {
			t.Errorf("%d bytes for %d", len(e.CT), len(plain))
		}
	}
}

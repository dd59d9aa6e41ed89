package web_test

import (
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"umbral/server/auth"
	"umbral/server/record"
	"umbral/server/seal"
)

const aWrapped = `{"v":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA","m":65536,"t":3,"iv":"AAAAAAAAAAAAAAAA","ct":"AAAA"}`

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// reviewer is somebody who opens identities, with the keys that their browser holds.
type reviewer struct {
	w    *world
	name string
	id   string
	own  *ecdh.PrivateKey
}

func (w *world) reviewer(name string) *reviewer {
	w.t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	must(w.t, err)
	w.token(name)
	a, _, err := w.store.AccountByName(context.Background(), name)
	must(w.t, err)
	r := &reviewer{w, name, a.ID, key}
	got := w.send("POST", "/api/v1/reviewers/me", name, `{"public_key":"`+b64(key.PublicKey().Bytes())+`","wrapped":`+aWrapped+`}`)
	if got.status != http.StatusNoContent {
		w.t.Fatalf("own key: %d %s", got.status, got)
	}
	return r
}

// agencyKey is a reviewers' key as a browser makes it.
type agencyKey struct {
	private *ecdh.PrivateKey
	sign    *ecdsa.PrivateKey
	kid     string
}

func newAgencyKey(t *testing.T) agencyKey {
	t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	must(t, err)
	sign, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return agencyKey{private, sign, seal.KID(private.PublicKey().Bytes())}
}

func (k agencyKey) public() string { return b64(k.private.PublicKey().Bytes()) }

func (k agencyKey) verify(t *testing.T) string {
	t.Helper()
	b, err := k.sign.PublicKey.Bytes()
	must(t, err)
	return b64(b)
}

// signature is of statement, as WebCrypto writes it.
func (k agencyKey) signature(t *testing.T, statement string) string {
	t.Helper()
	sum := sha256.Sum256([]byte(statement))
	r, s, err := ecdsa.Sign(rand.Reader, k.sign, sum[:])
	must(t, err)
	out := make([]byte, 64)
	fill := func(n *big.Int, at int) { n.FillBytes(out[at : at+32]) }
	fill(r, 0)
	fill(s, 32)
	return b64(out)
}

// share seals the private half of k to r.
func (k agencyKey) share(r *reviewer) string {
	r.w.t.Helper()
	sealed, err := seal.SealShare(r.own.PublicKey().Bytes(), k.kid, r.id, k.private.Bytes())
	must(r.w.t, err)
	return b64(sealed)
}

// publish sends k as r's new key, after the key before (nil: the first).
func (r *reviewer) publish(k agencyKey, before *agencyKey) reply {
	r.w.t.Helper()
	body := map[string]string{"public_key": k.public(), "verify_key": k.verify(r.w.t), "share": k.share(r), "signed_by": "", "signature": ""}
	if before != nil {
		body["signed_by"] = before.kid
		body["signature"] = before.signature(r.w.t, seal.Statement(seal.SignsReviewers, "uno", k.kid, k.public(), k.verify(r.w.t)))
	}
	return r.w.send("POST", "/api/v1/reviewers/keys", r.name, body)
}

type reviewersView struct {
	Keys    []seal.ReviewersKey
	Shares  []struct{ KID, Sealed string }
	Holders []struct{ User, KID string }
	Pending []struct{ ID, KID, User, By string }
}

func (w *world) look(user string) (v reviewersView) {
	w.t.Helper()
	w.send("GET", "/api/v1/reviewers", user, nil).into(w.t, &v)
	return v
}

// From the first key to an identity that the second reviewer opens: the server
// passes on what it cannot read, and nobody shares alone.
func TestReviewers_TwoPersonsShareAndOneOpens(t *testing.T) {
	w := newWorld(t, nil)
	first, second := w.reviewer("supervisora"), w.reviewer("revisora")
	key := newAgencyKey(t)
	made := first.publish(key, nil)
	var kept seal.ReviewersKey
	made.into(t, &kept)
	if made.status != http.StatusCreated || !seal.Verify(w.root.Chain()[0].PublicKey, kept.Statement(), kept.RootSignature) {
		t.Fatalf("the server's root did not sign the key: %d %s", made.status, made)
	}
	proposed := w.send("POST", "/api/v1/reviewers/shares", "supervisora", map[string]string{"user": second.id, "kid": key.kid, "sealed": key.share(second)})
	var pending struct{ ID string }
	proposed.into(t, &pending)
	if proposed.status != http.StatusCreated || len(w.look("revisora").Shares) != 0 {
		t.Fatalf("a share that nobody approved is given: %d %s", proposed.status, proposed)
	}
	approve := "/api/v1/reviewers/shares/" + pending.ID + "/approve"
	for _, user := range []string{"supervisora", "revisora"} {
		if got := w.send("POST", approve, user, nil); got.problemType() != "share-second-person" {
			t.Errorf("%s approves alone: %d %s", user, got.status, got)
		}
	}
	if got := w.send("POST", approve, "admin", nil); got.status != http.StatusNoContent {
		t.Fatalf("approve: %d %s", got.status, got)
	}
	if got := w.send("POST", approve, "admin", nil); got.problemType() != "share-decided" {
		t.Errorf("twice: %d %s", got.status, got)
	}
	shares := w.look("revisora").Shares
	if len(shares) != 1 {
		t.Fatalf("%d shares", len(shares))
	}
	sealed, err := base64.RawURLEncoding.DecodeString(shares[0].Sealed)
	must(t, err)
	raw, err := seal.OpenShare(second.own, key.kid, second.id, sealed)
	must(t, err)
	opened, err := ecdh.P256().NewPrivateKey(raw)
	must(t, err)
	w.opensAnIdentity(t, key, opened)
}

const aName = "Xóchitl Planted-Name"

// opensAnIdentity lets an agent send one, and a reviewer open it.
func (w *world) opensAnIdentity(t *testing.T, key agencyKey, private *ecdh.PrivateKey) {
	t.Helper()
	phone := w.enrol("inspectora")
	d := phone.detection("coe_debt_bondage")
	plain := []byte(`{"v":1,"name":"` + aName + `"}`)
	e, err := seal.SealIdentity(key.private.PublicKey().Bytes(), key.kid, d.ID, plain)
	must(t, err)
	d.Identity, err = json.Marshal(e)
	must(t, err)
	if got := phone.sync(phone.seal(d.ID, d)); got.Results[0].Status != "accepted" {
		t.Fatalf("%+v", got)
	}
	at := "/api/v1/detections/" + d.ID
	got := w.send("GET", at, "revisora", nil)
	var seen struct {
		HasIdentity bool `json:"has_identity"`
		Detection   struct{ Identity any }
	}
	got.into(t, &seen)
	if !seen.HasIdentity || seen.Detection.Identity != nil || strings.Contains(got.String(), b64std(e.CT)[:40]) {
		t.Errorf("the detail: %+v", seen)
	}
	if got := w.send("POST", at+"/identity", "revisora", `{"purpose":"curiosity"}`); got.problemType() != "identity-purpose" {
		t.Errorf("no purpose: %d %s", got.status, got)
	}
	for _, user := range []string{"inspectora", "admin", "analista", "traductora"} {
		if got := w.send("POST", at+"/identity", user, `{"purpose":"contact_person"}`); got.status != http.StatusForbidden {
			t.Errorf("%s: %d", user, got.status)
		}
	}
	if got := w.send("POST", at+"/identity", "ajena-supervisora", `{"purpose":"contact_person"}`); got.status != http.StatusNotFound {
		t.Errorf("another agency: %d", got.status)
	}
	reply := w.send("POST", at+"/identity", "revisora", `{"purpose":"contact_person"}`)
	var given struct{ Envelope record.Envelope }
	reply.into(t, &given)
	text, err := seal.OpenIdentity(private, given.Envelope)
	if err != nil || string(text) != string(plain) {
		t.Errorf("%v %s", err, text)
	}
	w.openingIsInTheBook(t, d.ID)
	if strings.Contains(w.log.String(), aName) {
		t.Error("a name is in the log")
	}
}

func b64std(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

func (w *world) openingIsInTheBook(t *testing.T, id string) {
	t.Helper()
	entries, err := w.store.Audit(context.Background(), 0, 10_000)
	must(t, err)
	n := 0
	for _, e := range entries {
		if strings.HasPrefix(e.What, "identity_opened") && e.ID == id {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d openings in the audit, want the one that was given", n)
	}
}

func TestReviewers_ANextKeyIsSignedByTheOneBefore(t *testing.T) {
	w := newWorld(t, nil)
	first, second := w.reviewer("supervisora"), w.reviewer("revisora")
	a, b, forged := newAgencyKey(t), newAgencyKey(t), newAgencyKey(t)
	if got := first.publish(a, nil); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got)
	}
	if got := second.publish(b, nil); got.problemType() != "reviewers-key-outdated" {
		t.Errorf("a second first key: %d %s", got.status, got)
	}
	if got := second.publish(b, &agencyKey{forged.private, forged.sign, a.kid}); got.problemType() != "reviewers-key-signature" {
		t.Errorf("signed by another: %d %s", got.status, got)
	}
	if got := first.publish(b, &a); got.status != http.StatusCreated {
		t.Errorf("%d %s", got.status, got)
	}
	keys := w.look("supervisora").Keys
	if len(keys) != 2 || keys[0].Current || !keys[1].Current || keys[1].SignedBy != a.kid {
		t.Errorf("%+v", keys)
	}
}

func TestReviewers_WhoIsGoneIsGivenNothing(t *testing.T) {
	w := newWorld(t, nil)
	first, second := w.reviewer("supervisora"), w.reviewer("revisora")
	key := newAgencyKey(t)
	first.publish(key, nil)
	var pending struct{ ID string }
	w.send("POST", "/api/v1/reviewers/shares", "supervisora", map[string]string{"user": second.id, "kid": key.kid, "sealed": key.share(second)}).into(t, &pending)
	w.send("POST", "/api/v1/reviewers/shares/"+pending.ID+"/approve", "admin", nil)
	if n := len(w.look("admin").Holders); n != 2 {
		t.Fatalf("%d holders", n)
	}
	// Another own key: what was sealed to the one before is of no use.
	w.reviewer("revisora")
	if v := w.look("revisora"); len(v.Shares) != 0 || len(v.Holders) != 1 {
		t.Errorf("%+v", v)
	}
	must(t, w.auth.Disable(context.Background(), auth.Operator, first.id))
	if v := w.look("admin"); len(v.Holders) != 0 {
		t.Errorf("who was disabled still holds: %+v", v.Holders)
	}
	if got := w.send("GET", "/api/v1/reviewers", "ajena-supervisora", nil); strings.Contains(got.String(), key.kid) {
		t.Error("another agency sees the key")
	}
}

func TestReviewers_BadForms(t *testing.T) {
	w := newWorld(t, nil)
	public := newAgencyKey(t).public()
	for name, body := range map[string]string{
		"no key":          `{"public_key":"AA","wrapped":` + aWrapped + `}`,
		"cheap to guess":  `{"public_key":"` + public + `","wrapped":` + strings.Replace(aWrapped, "65536", "1024", 1) + `}`,
		"more than asked": `{"public_key":"` + public + `","wrapped":` + strings.Replace(aWrapped, `{"v"`, `{"name":"x","v"`, 1) + `}`,
		"no object":       `{"public_key":"` + public + `","wrapped":"x"}`,
		"large":           `{"public_key":"` + public + `","wrapped":` + strings.Replace(aWrapped, `"ct":"AAAA"`, `"ct":"`+strings.Repeat("A", 5000)+`"`, 1) + `}`,
	} {
		if got := w.send("POST", "/api/v1/reviewers/me", "supervisora", body); got.problemType() != "reviewers-key-form" {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	if got := w.send("POST", "/api/v1/reviewers/keys", "supervisora", map[string]string{
		"public_key": public, "verify_key": public, "share": "AAAA", "signed_by": "", "signature": ""}); got.problemType() != "reviewers-key-form" {
		t.Errorf("share: %d %s", got.status, got)
	}
}

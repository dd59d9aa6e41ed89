package web_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"umbral/server/record"
)

func (w *world) enrolAs(s session, code string) reply {
	w.t.Helper()
	return w.as(s, "POST", "/api/v1/devices/enrol", map[string]any{
		"code": code, "public_key": base64.RawURLEncoding.EncodeToString(pointOf(w.t, s.key)), "name": "Teléfono",
	})
}

// The supervisor shows a code; the phone enrols with it, once.
func TestEnrol_ByACodeOfTheOffice(t *testing.T) {
	w := newWorld(t, nil)
	var made struct {
		Code, QR          string
		Expires           time.Time `json:"expires_at"`
		ServerFingerprint string    `json:"server_fingerprint"`
	}
	w.send("POST", "/api/v1/devices/codes", "supervisora", map[string]any{}).into(t, &made)
	if made.QR != "UMBRAL:1:"+made.Code+":"+w.root.Fingerprint()+":-" || made.ServerFingerprint != w.root.Fingerprint() {
		t.Errorf("%+v", made)
	}
	if left := time.Until(made.Expires); left < 14*time.Minute || left > 15*time.Minute {
		t.Errorf("it lives %v", left)
	}
	s := w.signIn("inspectora", newKey(t))
	if got := w.enrolAs(s, strings.ToLower(strings.ReplaceAll(made.Code, "-", " "))); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got)
	}
	if got := w.enrolAs(s, made.Code); got.status != http.StatusCreated { // its reply was lost
		t.Errorf("the same phone again: %d %s", got.status, got)
	}
	second := w.signIn("inspectora", newKey(t))
	for name, code := range map[string]string{"used": made.Code, "none": "", "a guess": "AAAAA-AAAAA", "of another agency": w.codeOf("dos")} {
		if got := w.enrolAs(second, code); got.status != http.StatusForbidden || got.problemType() != "enrol-code" {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	late := w.code("inspectora")
	w.clock = func() time.Time { return time.Now().Add(16 * time.Minute) }
	third := w.signIn("inspectora", newKey(t))
	if got := w.enrolAs(third, late); got.problemType() != "enrol-code" {
		t.Errorf("after 16 minutes: %d %s", got.status, got)
	}
	w.clock = time.Now
	other := w.signIn("inspectora", newKey(t))
	if got := w.as(other, "POST", "/api/v1/devices/enrol", map[string]any{"code": w.code("inspectora"), "name": "x",
		"public_key": base64.RawURLEncoding.EncodeToString(pointOf(t, newKey(t)))}); got.problemType() != "enrol-key" {
		t.Errorf("a key that is not the session's: %d %s", got.status, got)
	}
}

func (w *world) codeOf(agency string) string {
	w.t.Helper()
	var made struct{ Code string }
	w.send("POST", "/api/v1/devices/codes", "admin", map[string]any{"agency": agency}).into(w.t, &made)
	return made.Code
}

func TestEnrol_GuessersWait(t *testing.T) {
	w := newWorld(t, nil)
	s := w.signIn("inspectora", newKey(t))
	for range 5 {
		w.enrolAs(s, "AAAAA-AAAAA")
	}
	if got := w.enrolAs(s, w.code("inspectora")); got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", got.status, got)
	}
}

// A given-up phone is heard to the end and told to erase itself.
func TestRevoke_RecordsAreKeptAndThePhoneIsWiped(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	foreign := w.enrol("ajena")
	if got := w.send("POST", "/api/v1/devices/"+foreign.device+"/revoke", "supervisora", nil); got.status != http.StatusNotFound {
		t.Errorf("a supervisor revoked another agency's: %d %s", got.status, got)
	}
	if got := w.send("POST", "/api/v1/devices/"+p.device+"/revoke", "supervisora", nil); got.status != http.StatusNoContent {
		t.Fatalf("revoke: %d %s", got.status, got)
	}
	if got := w.as(p.session, "GET", "/api/v1/manifest", nil); got.status != http.StatusUnauthorized {
		t.Errorf("its session lives: %d", got.status)
	}
	d := p.detection("dan_captive")
	got := p.sync(p.seal(d.ID, d))
	if got.Results[0].Status != "accepted" || len(got.Events) != 1 || got.Events[0]["type"] != "wipe" {
		t.Errorf("%+v", got)
	}
	c, err := w.store.Case(context.Background(), d.ID)
	if err != nil || !slices.Contains(c.Flags, "device_revoked") {
		t.Errorf("flags %v, %v", c.Flags, err)
	}
	for _, form := range []string{"JSON", "binary"} {
		var body any = record.Batch{Device: p.device, Records: []record.Envelope{}, Wiping: true}
		headers := []string{}
		if form == "binary" {
			b, err := record.EncodeBatch(body.(record.Batch))
			must(t, err)
			body, headers = b, []string{"Content-Type", "application/vnd.umbral.sync"}
		}
		if got := p.send(body, headers...); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", form, got.status, got)
		}
	}
	var list struct {
		Items []struct {
			ID    string
			Wiped *time.Time
		}
	}
	w.send("GET", "/api/v1/devices", "supervisora", nil).into(t, &list)
	if len(list.Items) != 1 || list.Items[0].ID != p.device || list.Items[0].Wiped == nil {
		t.Errorf("%+v", list)
	}
	w.account("inspectora")
	if got := w.do("POST", "/api/v1/auth/login", map[string]string{"username": "inspectora", "password": password},
		"DPoP", w.proof(p.key, "POST", "/api/v1/auth/login", "")); got.problemType() != "device-revoked" {
		t.Errorf("signed in again with its key: %d %s", got.status, got)
	}
}

// Only who signed in on a device can be the author of what it made; a colleague
// is from the moment of the log-in.
func TestSync_AuthorsAreWhoSignedInOnTheDevice(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	w.account("supervisora")
	boss, _, err := w.store.AccountByName(context.Background(), "supervisora")
	must(t, err)
	d := p.detection()
	d.Author = &record.Author{User: boss.ID, Role: p.author.Role, Agency: p.author.Agency}
	if got := p.sync(p.seal(d.ID, d)); got.Results[0].Reason != "author_mismatch" {
		t.Errorf("%+v", got)
	}
	w.signIn("supervisora", p.key)
	d = p.detection()
	d.Author = &record.Author{User: boss.ID, Role: p.author.Role, Agency: p.author.Agency}
	if got := p.sync(p.seal(d.ID, d)); got.Results[0].Status != "accepted" {
		t.Errorf("%+v", got)
	}
	d = p.detection() // a colleague's device brings it
	rescue := w.enrol("inspectora")
	if got := rescue.sync(p.seal(d.ID, d)); got.Results[0].Status != "accepted" {
		t.Errorf("a rescue: %+v", got)
	}
}

func TestTrip_GivesAShareOnce(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	var first, second struct {
		Share string
		Until time.Time
	}
	w.as(p.session, "POST", "/api/v1/devices/trip", map[string]any{"days": 30}).into(t, &first)
	w.as(p.session, "POST", "/api/v1/devices/trip", map[string]any{"days": 1}).into(t, &second)
	b, err := base64.RawURLEncoding.DecodeString(first.Share)
	if err != nil || len(b) != 32 || first.Share == second.Share {
		t.Errorf("%q %q %v", first.Share, second.Share, err)
	}
	if left := time.Until(first.Until); left < 30*24*time.Hour-time.Minute || left > 30*24*time.Hour {
		t.Errorf("until %v", first.Until)
	}
	for _, days := range []int{0, -1, 31} {
		if got := w.as(p.session, "POST", "/api/v1/devices/trip", map[string]any{"days": days}); got.problemType() != "trip-days" {
			t.Errorf("%d days: %d %s", days, got.status, got)
		}
	}
	entries, err := w.store.Audit(context.Background(), 0, 1000)
	must(t, err)
	trips := 0
	for _, e := range entries {
		if e.What == "trip_started" && e.ID == p.device {
			trips++
		}
	}
	if trips != 2 {
		t.Errorf("%d trips in the audit", trips)
	}
}

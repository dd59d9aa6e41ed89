package storetest

import (
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"time"

	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/review"
	"umbral/server/shred"
)

func testAccounts(d *desk) {
	a, _ := d.people("agency-a")
	b, _ := d.people("agency-b")
	d.wants(d.AddAgency(d.ctx, "op", d.tick(), auth.Agency{ID: "agency-a"}), problem.Conflict, "agency-exists")
	if g, err := d.ChangeAgency(d.ctx, "op", d.tick(), "agency-a", "police"); err != nil || g.Authority != "police" || g.Name != "Agency agency-a" {
		d.Errorf("%+v %v", g, err)
	}
	if g, err := d.Agency(d.ctx, "agency-a"); err != nil || g.Authority != "police" {
		d.Errorf("%+v %v", g, err)
	}
	_, err := d.ChangeAgency(d.ctx, "op", d.tick(), "agency-none", "police")
	d.wants(err, problem.NotFound, "agency-unknown")
	twice := a
	twice.ID = newID()
	d.wants(d.AddAccount(d.ctx, "op", d.tick(), twice, "h"), problem.Conflict, "username-taken")
	twice.Username, twice.Agency = "new", "nowhere"
	d.wants(d.AddAccount(d.ctx, "op", d.tick(), twice, "h"), problem.NotFound, "agency-unknown")
	_, err = d.Account(d.ctx, twice.ID)
	d.wants(err, problem.NotFound, "account-unknown")

	got, hash, err := d.AccountByName(d.ctx, a.Username)
	d.must(err)
	if !reflect.DeepEqual(got, a) || hash != "hash-of-"+a.ID {
		d.Errorf("%+v %q", got, hash)
	}
	for _, name := range []string{"", "nobody"} {
		_, _, err := d.AccountByName(d.ctx, name)
		d.wants(err, problem.NotFound, "account-unknown")
	}
	for agency, want := range map[string]int{"": 2, "agency-a": 1, "nowhere": 0} {
		list, err := d.Accounts(d.ctx, agency)
		d.must(err)
		if list == nil || len(list) != want {
			d.Errorf("%q: %d accounts", agency, len(list))
		}
	}
	disable := func(a *auth.Account) error { a.Disabled, a.ID, a.Username = true, "other", "other"; return nil }
	d.must(d.ChangeAccount(d.ctx, "op", d.tick(), "account_disabled", b.ID, disable, true))
	got, err = d.Account(d.ctx, b.ID)
	d.must(err)
	if !got.Disabled || got.Username != "user-agency-b" {
		d.Errorf("%+v", got)
	}
	d.wants(d.ChangeAccount(d.ctx, "op", d.tick(), "x", "no", disable, false), problem.NotFound, "account-unknown")
	d.must(d.SetHash(d.ctx, "op", d.tick(), a.ID, "new hash"))
	if _, hash, _ = d.AccountByName(d.ctx, a.Username); hash != "new hash" {
		d.Errorf("hash %q", hash)
	}
	d.wants(d.SetHash(d.ctx, "op", d.tick(), "no", "h"), problem.NotFound, "account-unknown")
	g, err := d.Agency(d.ctx, "agency-a")
	d.must(err)
	if g.Name != "Agency agency-a" {
		d.Errorf("%+v", g)
	}
	if list, _ := d.Agencies(d.ctx); len(list) != 2 {
		d.Errorf("agencies %+v", list)
	}
}

func testSetup(d *desk) {
	_, err := d.SetupHash(d.ctx)
	d.wants(err, problem.NotFound, "setup-done")
	d.must(d.ArmSetup(d.ctx, d.tick(), []byte("first")))
	d.must(d.ArmSetup(d.ctx, d.tick(), []byte("second")))
	g := auth.Agency{ID: "g"}
	a := auth.Account{ID: newID(), Username: "root", Account: "admin", Agency: "g"}
	d.wants(d.FinishSetup(d.ctx, d.tick(), []byte("first"), g, a, "h"), problem.Conflict, "setup-done")
	var wait sync.WaitGroup
	wins := make(chan bool, 4)
	for range 4 {
		at := d.tick()
		wait.Go(func() { wins <- d.FinishSetup(d.ctx, at, []byte("second"), g, a, "h") == nil })
	}
	wait.Wait()
	close(wins)
	n := 0
	for won := range wins {
		if won {
			n++
		}
	}
	if n != 1 {
		d.Errorf("the code worked %d times", n)
	}
	d.wants(d.ArmSetup(d.ctx, d.tick(), []byte("third")), problem.Conflict, "setup-done")
	_, err = d.SetupHash(d.ctx)
	d.wants(err, problem.NotFound, "setup-done")
}

// aKey is a point of P-256, its base, as devices name their keys.
const aKey = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"

func testDevices(d *desk) {
	a, dev := d.people("agency-a")
	enrolling := auth.Device{ID: newID(), Agency: "agency-a", User: a.ID, Users: []string{a.ID}, PublicKey: aKey}
	d.must(d.AddFamily(d.ctx, auth.Family{ID: "s1", User: a.ID, Agency: "agency-a", JKT: enrolling.Thumbprint(), Created: d.clock, Expires: d.clock.Add(time.Hour)}, "t1"))
	second, err := d.AddDevice(d.ctx, a.ID, "", d.tick(), enrolling)
	d.must(err)
	f, err := d.Family(d.ctx, "s1")
	d.must(err)
	if f.Device != second.ID {
		d.Errorf("the session is bound to %q", f.Device)
	}
	for agency, want := range map[string]int{"": 2, "agency-a": 2, "agency-b": 0} {
		if list, err := d.Devices(d.ctx, agency); err != nil || len(list) != want {
			d.Errorf("%q: %d devices, %v", agency, len(list), err)
		}
	}
	seen := d.tick()
	d.must(d.SawDevice(d.ctx, seen, second.ID))
	d.must(d.SawDevice(d.ctx, seen.Add(-time.Hour), second.ID)) // a clock that was set back
	if got, err := d.Device(d.ctx, second.ID); err != nil || !got.Seen.Equal(seen) || got.IsRevoked() {
		d.Errorf("seen %v (%v), want %v", got.Seen, err, seen)
	}
	if got, _ := d.Device(d.ctx, dev.ID); !got.Seen.IsZero() {
		d.Error("another device was seen")
	}
	for id, user := range map[string]string{"unbound": second.User, "of-another": "somebody-else"} {
		d.must(d.AddFamily(d.ctx, auth.Family{ID: id, User: user, Agency: second.Agency, Created: seen, Expires: seen.Add(time.Hour)}, "hash-"+id))
	}
	at := d.tick()
	d.must(d.RevokeDevice(d.ctx, "op", at, second.ID))
	d.must(d.RevokeDevice(d.ctx, "op", d.tick(), second.ID))
	got, err := d.Device(d.ctx, second.ID)
	d.must(err)
	if !got.IsRevoked() || !got.Revoked.Equal(at) {
		d.Errorf("revoked %v, want %v", got.Revoked, at)
	}
	if f, _ = d.Family(d.ctx, "s1"); f.Revoked.IsZero() {
		d.Error("the session of a revoked device lives")
	}
	// It may be on the lost phone: a log-in names no device.
	if f, _ = d.Family(d.ctx, "unbound"); f.Revoked.IsZero() {
		d.Error("a session of the same person without a device lives")
	}
	if f, _ = d.Family(d.ctx, "of-another"); !f.Revoked.IsZero() {
		d.Error("another person's session ended")
	}
	if got, _ = d.Device(d.ctx, dev.ID); got.IsRevoked() {
		d.Error("another device was revoked")
	}
	for _, id := range []string{"", "no"} {
		_, err := d.Device(d.ctx, id)
		d.wants(err, problem.NotFound, "device-unknown")
		d.wants(d.RevokeDevice(d.ctx, "op", d.tick(), id), problem.NotFound, "device-unknown")
		d.wants(d.SawDevice(d.ctx, d.tick(), id), problem.NotFound, "device-unknown")
	}
}

func testTokens(d *desk) {
	f := auth.Family{ID: "s1", User: "u1", Created: d.clock, Expires: d.clock.Add(time.Hour)}
	d.must(d.AddFamily(d.ctx, f, "t0"))
	used, err := d.UseToken(d.ctx, "t0", d.tick(), func(f auth.Family, gen int) auth.Step {
		if gen != 0 {
			d.Errorf("gen %d", gen)
		}
		f.Gen, f.Last = 1, "t0"
		return auth.Step{Family: f, Token: "t1", Gen: 1}
	})
	d.must(err)
	if used.Gen != 1 {
		d.Errorf("%+v", used)
	}
	for token, want := range map[string]int{"t0": 0, "t1": 1} {
		_, err := d.UseToken(d.ctx, token, d.tick(), func(f auth.Family, gen int) auth.Step {
			if gen != want || f.Last != "t0" {
				d.Errorf("%s: gen %d, %+v", token, gen, f)
			}
			return auth.Step{Family: f}
		})
		d.must(err)
	}
	for _, token := range []string{"", "t2"} {
		_, err := d.UseToken(d.ctx, token, d.tick(), func(f auth.Family, _ int) auth.Step {
			d.Error("asked about an unknown token")
			return auth.Step{Family: f}
		})
		d.wants(err, problem.NotFound, "session-unknown")
	}
	at := d.tick()
	d.must(d.EndFamily(d.ctx, "u1", at, "s1"))
	d.must(d.EndFamily(d.ctx, "u1", d.tick(), "s1"))
	if f, err := d.Family(d.ctx, "s1"); err != nil || !f.Revoked.Equal(at) {
		d.Errorf("%+v %v", f, err)
	}
	d.wants(d.EndFamily(d.ctx, "u1", at, "s9"), problem.NotFound, "session-unknown")
}

func testSessionsEnd(d *desk) {
	a, _ := d.people("agency-a")
	b, _ := d.people("agency-b")
	open := func(id, user string) {
		d.must(d.AddFamily(d.ctx, auth.Family{ID: id, User: user, Created: d.clock, Expires: d.clock.Add(time.Hour)}, "t-"+id))
	}
	ended := func(id string) bool {
		f, err := d.Family(d.ctx, id)
		d.must(err)
		return !f.Revoked.IsZero()
	}
	open("a1", a.ID)
	open("a2", a.ID)
	open("b1", b.ID)
	same := func(*auth.Account) error { return nil }
	d.must(d.ChangeAccount(d.ctx, "op", d.tick(), "account_enabled", a.ID, same, false))
	if ended("a1") {
		d.Error("ended by a change that ends none")
	}
	d.must(d.ChangeAccount(d.ctx, "op", d.tick(), "account_disabled", a.ID, same, true))
	if !ended("a1") || !ended("a2") || ended("b1") {
		d.Error("a disabled account keeps sessions, or others lose theirs")
	}
	d.must(d.SetHash(d.ctx, "op", d.tick(), b.ID, "h"))
	if !ended("b1") {
		d.Error("a new password keeps old sessions")
	}
}

func testSweep(d *desk) {
	now := d.clock
	for id, f := range map[string]auth.Family{
		"expired": {Expires: now.Add(-2 * time.Hour)},
		"revoked": {Expires: now.Add(time.Hour), Revoked: now.Add(-2 * time.Hour)},
		"recent":  {Expires: now.Add(time.Hour), Revoked: now.Add(-time.Minute)},
		"alive":   {Expires: now.Add(time.Hour)},
	} {
		f.ID = id
		d.must(d.AddFamily(d.ctx, f, "t-"+id))
	}
	d.must(d.Fail(d.ctx, now.Add(-2*time.Hour), now.Add(-3*time.Hour), "old"))
	d.must(d.Fail(d.ctx, now, now.Add(-time.Hour), "new"))
	n, err := d.Sweep(d.ctx, now.Add(-time.Hour))
	d.must(err)
	if n != 2 {
		d.Errorf("%d sessions went, want 2", n)
	}
	for id, want := range map[string]bool{"expired": false, "revoked": false, "recent": true, "alive": true} {
		_, err := d.UseToken(d.ctx, "t-"+id, now, func(f auth.Family, _ int) auth.Step { return auth.Step{Family: f} })
		if (err == nil) != want {
			d.Errorf("%s: %v", id, err)
		}
	}
	if f, _ := d.Failures(d.ctx, "old"); f.Count != 0 {
		d.Errorf("old failures: %+v", f)
	}
	if f, _ := d.Failures(d.ctx, "new"); f.Count != 1 {
		d.Errorf("new failures: %+v", f)
	}
}

func testFailures(d *desk) {
	now := d.clock
	since := now.Add(-time.Hour)
	if f, err := d.Failures(d.ctx, "k"); err != nil || f.Count != 0 {
		d.Errorf("%+v %v", f, err)
	}
	for range 3 {
		d.must(d.Fail(d.ctx, now, since, "k", "l"))
	}
	if f, _ := d.Failures(d.ctx, "l"); f.Count != 3 || !f.Last.Equal(now) {
		d.Errorf("%+v", f)
	}
	d.must(d.Fail(d.ctx, now.Add(2*time.Hour), since.Add(2*time.Hour), "l"))
	if f, _ := d.Failures(d.ctx, "l"); f.Count != 1 {
		d.Errorf("old failures still count: %+v", f)
	}
	d.must(d.Forgive(d.ctx, "k"))
	d.must(d.Forgive(d.ctx, "never failed"))
	if f, _ := d.Failures(d.ctx, "k"); f.Count != 0 {
		d.Errorf("%+v", f)
	}
}

func testSigningKeys(d *desk) {
	t0 := d.clock
	for i, kid := range []string{"b", "a", "c"} {
		d.must(d.AddSigningKey(d.ctx, "op", auth.SigningKey{KID: kid, Created: t0.Add(time.Duration(i) * time.Hour)}))
	}
	list, err := d.SigningKeys(d.ctx)
	d.must(err)
	if !same(ids(list, func(k auth.SigningKey) string { return k.KID }), []string{"b", "a", "c"}) ||
		!list[0].Retired.Equal(list[1].Created) || !list[1].Retired.Equal(list[2].Created) || !list[2].Retired.IsZero() {
		d.Errorf("%+v", list)
	}
	gone, err := d.DropSigningKeys(d.ctx, t0.Add(90*time.Minute))
	d.must(err)
	if !same(gone, []string{"b"}) {
		d.Errorf("dropped %v", gone)
	}
	if list, _ = d.SigningKeys(d.ctx); len(list) != 2 {
		d.Errorf("%+v", list)
	}
}

func testBackup(d *desk) {
	for range 20 {
		d.keep(ingest.Accepted, d.detection(nil))
	}
	copyDir := d.TempDir()
	path := filepath.Join(copyDir, "umbral.db")
	more := make([]ingest.Kept, 20)
	for i := range more {
		more[i] = d.detection(nil)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for _, k := range more {
			if _, err := d.KeepBatch(d.ctx, []ingest.Kept{k}); err != nil {
				d.Error(err)
			}
		}
	})
	sum, err := d.BackupFile(d.ctx, path)
	d.must(err)
	wait.Wait()
	if text, err := os.ReadFile(path + ".sha256"); err != nil || string(text) != sum+"  umbral.db\n" {
		d.Errorf("%q %v", text, err)
	}
	if _, err := d.BackupFile(d.ctx, path); err == nil {
		d.Error("a backup replaced another file")
	}
	if left, _ := filepath.Glob(filepath.Join(copyDir, ".*")); left != nil {
		d.Errorf("left behind: %v", left)
	}
	keys, err := os.OpenFile(filepath.Join(copyDir, shred.Name), os.O_CREATE|os.O_WRONLY, 0o600)
	d.must(err)
	d.must(d.BackupKeys(d.ctx, keys))
	d.must(keys.Close())
	restored, err := d.open(d.T, copyDir)
	d.must(err)
	if err := restored.Check(d.ctx); err != nil {
		d.Errorf("the copy: %v", err)
	}
	rows, _, err := restored.Rows(d.ctx, review.Filter{Limit: 100})
	d.must(err)
	if len(rows) < 20 {
		d.Errorf("the copy has %d rows", len(rows))
	}
	d.must(restored.Close())
}

// Devices are found by their keys, codes work once, and a device knows who
// signed in on it.
func testEnrolment(d *desk) {
	a, _ := d.people("agency-a")
	b := auth.Account{ID: newID(), Username: "colleague", Account: "agent", Agency: "agency-a", Created: d.tick()}
	d.must(d.AddAccount(d.ctx, "op", d.tick(), b, "h"))
	phone := auth.Device{ID: newID(), Agency: "agency-a", User: a.ID, Users: []string{a.ID}, PublicKey: aKey}
	jkt := phone.Thumbprint()
	_, err := d.DeviceOfKey(d.ctx, jkt)
	d.wants(err, problem.NotFound, "device-unknown")
	_, err = d.DeviceOfKey(d.ctx, "")
	d.wants(err, problem.NotFound, "device-unknown")
	// The colleague signed in on the phone before it was enrolled.
	d.must(d.AddFamily(d.ctx, auth.Family{ID: "early", User: b.ID, Agency: "agency-a", JKT: jkt, Created: d.clock, Expires: d.clock.Add(time.Hour)}, "t-early"))

	until := d.clock.Add(time.Minute)
	d.must(d.AddCode(d.ctx, d.tick(), auth.Code{Hash: "late", Agency: "agency-a", By: "op", Expires: d.clock}))
	d.must(d.AddCode(d.ctx, d.tick(), auth.Code{Hash: "foreign", Agency: "agency-b", By: "op", Expires: until}))
	d.must(d.AddCode(d.ctx, d.tick(), auth.Code{Hash: "good", Agency: "agency-a", By: "op", Expires: until}))
	for _, code := range []string{"late", "foreign", "none"} {
		_, err := d.AddDevice(d.ctx, a.ID, code, d.tick(), phone)
		d.wants(err, problem.Forbidden, "enrol-code")
	}
	kept, err := d.AddDevice(d.ctx, a.ID, "good", d.tick(), phone)
	d.must(err)
	if !same(kept.Users, []string{a.ID, b.ID}) {
		d.Errorf("users %v", kept.Users)
	}
	if f, err := d.Family(d.ctx, "early"); err != nil || f.Device != phone.ID {
		d.Errorf("%+v %v", f, err)
	}
	_, err = d.AddDevice(d.ctx, a.ID, "good", d.tick(), auth.Device{ID: newID(), Agency: "agency-a", User: a.ID})
	d.wants(err, problem.Forbidden, "enrol-code") // it worked once
	phone.ID = newID()
	if again, err := d.AddDevice(d.ctx, a.ID, "none", d.tick(), phone); err != nil || again.ID != kept.ID {
		d.Errorf("the same key again: %+v %v", again, err)
	}

	d.must(d.AddFamily(d.ctx, auth.Family{ID: "s", User: "third", Agency: "agency-a", JKT: jkt, Device: kept.ID, Created: d.clock, Expires: d.clock}, ""))
	d.must(d.AddFamily(d.ctx, auth.Family{ID: "x", User: "foreigner", Agency: "agency-b", JKT: jkt, Device: kept.ID, Created: d.clock, Expires: d.clock}, ""))
	trip, wiped := d.clock.Add(48*time.Hour), d.tick()
	d.must(d.StartTrip(d.ctx, a.ID, d.tick(), kept.ID, trip))
	d.must(d.WipedDevice(d.ctx, wiped, kept.ID))
	d.must(d.WipedDevice(d.ctx, d.tick(), kept.ID))
	d.reopen()
	got, err := d.DeviceOfKey(d.ctx, jkt)
	d.must(err)
	if !same(got.Users, []string{a.ID, b.ID, "third"}) || !got.TripUntil.Equal(trip) || !got.Wiped.Equal(wiped) {
		d.Errorf("%+v", got)
	}
	for _, id := range []string{"", "no"} {
		d.wants(d.StartTrip(d.ctx, "op", d.tick(), id, trip), problem.NotFound, "device-unknown")
		d.wants(d.WipedDevice(d.ctx, d.tick(), id), problem.NotFound, "device-unknown")
	}
	if _, err := d.Sweep(d.ctx, until.Add(time.Second)); err != nil {
		d.Error(err)
	}
	_, err = d.AddDevice(d.ctx, "op", "foreign", d.clock, auth.Device{ID: newID(), Agency: "agency-b"})
	d.wants(err, problem.Forbidden, "enrol-code") // swept
}

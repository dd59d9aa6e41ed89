package auth_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"path/filepath"
	"reflect"
	"strconv"
	"testing"
	"time"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
	"umbral/server/proof"
	"umbral/server/store"
	"umbral/server/store/storetest"
)

const (
	goodPassword = "caballo grapa batería"
	home         = "192.0.2.1"
	desk         = "thumbprint-of-a-desk" // a key that no device is enrolled with
)

// world is a service on a real store, with a clock that the test moves.
type world struct {
	*testing.T
	*auth.Service
	ctx  context.Context
	dir  string
	keys string
	time time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, ctx: t.Context(), dir: t.TempDir(), time: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	w.keys = filepath.Join(w.dir, "keys")
	s, err := store.Open(filepath.Join(w.dir, "umbral.db"), storetest.Master())
	w.must(err)
	t.Cleanup(func() {
		if err := errors.Join(s.Check(context.Background()), s.Close()); err != nil {
			t.Error(err)
		}
	})
	ring, err := auth.OpenKeyring(w.ctx, s, w.keys, w.now)
	w.must(err)
	w.Service = &auth.Service{Store: s, Keys: ring, Issuer: "https://umbral.test", Now: w.now, IsState: func(code string) bool { return code == "25" }}
	_, err = w.CreateAgency(w.ctx, auth.Operator, auth.Agency{ID: "stps", Name: "Inspección del Trabajo", Region: "25"})
	w.must(err)
	_, err = w.CreateAgency(w.ctx, auth.Operator, auth.Agency{ID: "inm", Name: "Migración"})
	w.must(err)
	return w
}

func (w *world) now() time.Time { return w.time }

func (w *world) pass(d time.Duration) { w.time = w.time.Add(d) }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) wants(err error, kind problem.Kind, typ string) {
	w.Helper()
	var p *problem.Error
	if !errors.As(err, &p) || p.Kind != kind || p.Type != typ {
		w.Errorf("error %v, want %s", err, typ)
	}
}

func (w *world) account(username, kind, agency string) auth.Account {
	w.Helper()
	post := ""
	if kind == access.Agent {
		post = "labour_inspector"
	}
	a, err := w.CreateAccount(w.ctx, auth.Operator, auth.NewAccount{
		Username: username, Account: kind, Post: post, Agency: agency, Password: goodPassword})
	w.must(err)
	return a
}

// attempt is a log-in that may fail.
func (w *world) attempt(username, password, address string) (auth.Tokens, error) {
	return w.Login(w.ctx, auth.LoginRequest{Username: username, Password: password, Address: address, JKT: desk})
}

func (w *world) login(username string) auth.Tokens {
	w.Helper()
	t, err := w.attempt(username, goodPassword, home)
	w.must(err)
	return t
}

func (w *world) caller(t auth.Tokens) access.Caller {
	w.Helper()
	who, err := w.Authenticate(w.ctx, t.Access)
	w.must(err)
	return who
}

func publicKey(t *testing.T) string {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, err := k.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func TestLogin_GivesTheCaller(t *testing.T) {
	w := newWorld(t)
	a := w.account("inspectora", access.Agent, "stps")
	got, err := w.attempt("  Inspectora ", goodPassword, home)
	w.must(err)
	if !reflect.DeepEqual(got.Account, a) || got.Agency.Name != "Inspección del Trabajo" || got.ExpiresIn != 15*time.Minute {
		t.Errorf("%+v", got)
	}
	who := w.caller(got)
	if who.User != a.ID || who.Account != access.Agent || who.Post != "labour_inspector" || who.Agency != "stps" || who.Session == "" {
		t.Errorf("%+v", who)
	}
}

func TestLogin_SaysTheSameOfWrongAndUnknown(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	for name, c := range map[string][2]string{
		"wrong password":  {"inspectora", "otra contraseña larga"},
		"empty password":  {"inspectora", ""},
		"unknown account": {"nadie", goodPassword},
		"empty name":      {"", goodPassword},
		"huge password":   {"inspectora", string(make([]byte, 1<<20))},
		"a name of bytes": {"\xff\x00", goodPassword},
	} {
		_, err := w.attempt(c[0], c[1], home)
		var p *problem.Error
		if !errors.As(err, &p) || p.Type != "login-failed" || len(p.Args) != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The two ways to type ñ and accents are one password.
func TestLogin_OneUnicodeForm(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	if _, err := w.attempt("inspectora", "caballo grapa bateri\u0301a", home); err != nil {
		t.Error(err)
	}
}

func TestLogin_TenCorrectOnesAlwaysPass(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	for range 3 {
		if _, err := w.attempt("inspectora", "se me olvidó cuál", home); err == nil {
			t.Fatal("a wrong password passed")
		}
	}
	errs := make(chan error)
	for range 10 {
		go func() {
			_, err := w.attempt("inspectora", goodPassword, home)
			errs <- err
		}()
	}
	for range 10 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestLogin_GuessingByNameWaitsLonger(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	w.account("vecina", access.Agent, "stps")
	guess := func(n int) error {
		_, err := w.attempt("inspectora", "una que no es, seguro", "198.51.100."+string(rune('0'+n%10)))
		return err
	}
	for n := range 5 {
		w.wants(guess(n), problem.Unauthenticated, "login-failed")
	}
	var last int
	for n := range 6 {
		err := guess(n)
		var p *problem.Error
		if !errors.As(err, &p) || p.Type != "too-many-attempts" {
			t.Fatalf("guess %d: %v", n, err)
		}
		wait := p.Args["retry_after"].(int)
		if wait <= last {
			t.Errorf("the wait does not grow: %d after %d", wait, last)
		}
		last = wait
		_, err = w.attempt("inspectora", goodPassword, home)
		w.wants(err, problem.TooMany, "too-many-attempts") // else the wait would tell nothing to a guesser
		w.login("vecina")                                  // others are not held up
		w.pass(time.Duration(wait) * time.Second)
		w.wants(guess(n), problem.Unauthenticated, "login-failed")
	}
	w.pass(15 * time.Minute)
	w.login("inspectora")
	w.wants(guess(1), problem.Unauthenticated, "login-failed") // a success forgave the others
}

func TestLogin_GuessingByAddress(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	names := "abcdefghijklmnopqrstuvwxyz0123456789"
	stopped := 0
	for i := range 33 {
		_, err := w.attempt("user"+names[i:i+1], goodPassword, "2001:db8::"+names[i%6:i%6+1])
		if problem.KindOf(err) == problem.TooMany {
			stopped++
		}
	}
	if stopped != 3 {
		t.Errorf("%d of 33 guesses from one network were stopped, want 3", stopped)
	}
	_, err := w.attempt("inspectora", goodPassword, "2001:db8::9")
	w.wants(err, problem.TooMany, "too-many-attempts")
	if _, err := w.attempt("inspectora", goodPassword, "2001:db8:1::9"); err != nil {
		t.Errorf("another network: %v", err)
	}
	w.pass(6 * time.Second)
	if _, err := w.attempt("inspectora", goodPassword, "2001:db8::9"); err != nil {
		t.Errorf("after the longest wait: %v", err)
	}
}

// Somebody who guesses behind the office's address does not lock out those who
// sign in there every day; what guards a name is its own limit.
func TestLogin_GuessingByAddressSparesWhoIsKnownThere(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	w.login("inspectora")
	for i := range 60 {
		_, _ = w.attempt("user"+strconv.Itoa(i), "no es esta", home)
	}
	_, err := w.attempt("user61", "no es esta", home)
	w.wants(err, problem.TooMany, "too-many-attempts")
	for range 10 {
		if _, err := w.attempt("inspectora", goodPassword, home); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 {
		_, _ = w.attempt("inspectora", "no es esta", home)
	}
	_, err = w.attempt("inspectora", goodPassword, home)
	w.wants(err, problem.TooMany, "too-many-attempts")
	w.pass(24 * time.Hour)
	for i := range 60 {
		_, _ = w.attempt("again"+strconv.Itoa(i), "no es esta", home)
	}
	_, err = w.attempt("inspectora", goodPassword, home)
	w.wants(err, problem.TooMany, "too-many-attempts") // nobody signed in there for long
}

func TestRefresh_RotatesAndLogsOut(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	first := w.login("inspectora")
	w.pass(20 * time.Minute)
	_, err := w.Authenticate(w.ctx, first.Access)
	w.wants(err, problem.Unauthenticated, "token-expired")
	second, err := w.Refresh(w.ctx, first.Refresh, desk)
	w.must(err)
	if second.Refresh == first.Refresh || second.Access == first.Access {
		t.Error("nothing rotated")
	}
	before := w.caller(second)
	w.must(w.Logout(w.ctx, second.Refresh))
	_, err = w.Refresh(w.ctx, second.Refresh, desk)
	w.wants(err, problem.Unauthenticated, "session-ended")
	_, err = w.Authenticate(w.ctx, second.Access)
	w.wants(err, problem.Unauthenticated, "session-ended")
	w.must(w.Logout(w.ctx, second.Refresh))
	w.must(w.Logout(w.ctx, "unknown"))
	if before.Session == "" {
		t.Error("no session")
	}
}

// signIn signs in with a key.
func (w *world) signIn(username, public string) auth.Tokens {
	w.Helper()
	t, err := w.Login(w.ctx, auth.LoginRequest{Username: username, Password: goodPassword, Address: home, JKT: proof.ThumbprintOf(public)})
	w.must(err)
	return t
}

// code is an enrolment code of an agency.
func (w *world) code(agency string) string {
	w.Helper()
	c, err := w.MakeCode(w.ctx, auth.Operator, agency)
	w.must(err)
	return c.Code
}

// field is somebody signed in on a phone that is then enrolled.
func (w *world) field(username string) (auth.Tokens, auth.Device) {
	w.Helper()
	public := publicKey(w.T)
	t := w.signIn(username, public)
	d, err := w.EnrolDevice(w.ctx, w.caller(t), auth.Enrolment{Code: w.code(t.Agency.ID), PublicKey: public, Name: "Moto G"})
	w.must(err)
	return t, d
}

func TestRefresh_LostReply(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	first, d := w.field("inspectora")
	lost, err := w.Refresh(w.ctx, first.Refresh, d.Thumbprint()) // the reply never arrives
	w.must(err)
	var again auth.Tokens
	for range 3 { // nor do the next ones, days later
		w.pass(48 * time.Hour)
		again, err = w.Refresh(w.ctx, first.Refresh, d.Thumbprint())
		w.must(err)
	}
	w.caller(again)
	next, err := w.Refresh(w.ctx, again.Refresh, d.Thumbprint())
	w.must(err)
	w.caller(next)
	// The successor was used: now the first is a stolen copy.
	_, err = w.Refresh(w.ctx, first.Refresh, d.Thumbprint())
	w.wants(err, problem.Unauthenticated, "session-ended")
	for name, token := range map[string]string{"next": next.Refresh, "lost": lost.Refresh} {
		_, err = w.Refresh(w.ctx, token, d.Thumbprint())
		w.wants(err, problem.Unauthenticated, "session-ended")
		if err == nil {
			t.Errorf("%s survives", name)
		}
	}
}

// The reply that was thought lost had arrived: either of the two may go on, and
// once one did the other is a copy.
func TestRefresh_SiblingsOfOneGeneration(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	first, d := w.field("inspectora")
	a, err := w.Refresh(w.ctx, first.Refresh, d.Thumbprint())
	w.must(err)
	b, err := w.Refresh(w.ctx, first.Refresh, d.Thumbprint())
	w.must(err)
	next, err := w.Refresh(w.ctx, a.Refresh, d.Thumbprint())
	w.must(err)
	_, err = w.Refresh(w.ctx, b.Refresh, d.Thumbprint())
	w.wants(err, problem.Unauthenticated, "session-ended")
	_, err = w.Refresh(w.ctx, next.Refresh, d.Thumbprint())
	w.wants(err, problem.Unauthenticated, "session-ended")
}

func TestRefresh_ReuseEndsTheFamily(t *testing.T) {
	for name, key := range map[string]func(w *world) string{
		"another device's":   func(w *world) string { _, d := w.field("colega"); return d.Thumbprint() },
		"of another agency":  func(w *world) string { _, d := w.field("agente"); return d.Thumbprint() },
		"enrolled by nobody": func(*world) string { return desk },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.account("inspectora", access.Agent, "stps")
			w.account("colega", access.Agent, "stps")
			w.account("agente", access.Agent, "inm")
			first, d := w.field("inspectora")
			other := w.login("inspectora")
			second, err := w.Refresh(w.ctx, first.Refresh, d.Thumbprint())
			w.must(err)
			_, err = w.Refresh(w.ctx, first.Refresh, key(w))
			w.wants(err, problem.Unauthenticated, "session-ended")
			_, err = w.Refresh(w.ctx, second.Refresh, d.Thumbprint())
			w.wants(err, problem.Unauthenticated, "session-ended")
			_, err = w.Authenticate(w.ctx, second.Access)
			w.wants(err, problem.Unauthenticated, "session-ended")
			if _, err = w.Refresh(w.ctx, other.Refresh, desk); err != nil {
				t.Errorf("another sign-in of the same person ended too: %v", err)
			}
		})
	}
}

func TestRefresh_Life(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	got := w.login("inspectora")
	for range 3 { // every use gives 30 new days
		w.pass(29 * 24 * time.Hour)
		var err error
		got, err = w.Refresh(w.ctx, got.Refresh, desk)
		w.must(err)
	}
	w.pass(30 * 24 * time.Hour)
	_, err := w.Refresh(w.ctx, got.Refresh, desk)
	w.wants(err, problem.Unauthenticated, "session-ended")
	for _, token := range []string{"", "x", got.Refresh + "A", string(make([]byte, 1<<20))} {
		_, err := w.Refresh(w.ctx, token, desk)
		w.wants(err, problem.Unauthenticated, "session-ended")
	}
	n, err := w.Sweep(w.ctx)
	w.must(err)
	if n != 0 {
		t.Error("swept before a day has passed")
	}
	w.pass(25 * time.Hour)
	if n, err = w.Sweep(w.ctx); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
}

func TestAccounts_DisabledMeansNow(t *testing.T) {
	w := newWorld(t)
	a := w.account("inspectora", access.Agent, "stps")
	got := w.login("inspectora")
	w.must(w.Disable(w.ctx, auth.Operator, a.ID))
	_, err := w.Authenticate(w.ctx, got.Access)
	w.wants(err, problem.Unauthenticated, "session-ended")
	_, err = w.Refresh(w.ctx, got.Refresh, desk)
	w.wants(err, problem.Unauthenticated, "session-ended")
	_, err = w.attempt("inspectora", goodPassword, home)
	w.wants(err, problem.Forbidden, "account-disabled")
	_, err = w.attempt("inspectora", "no la sé, de verdad", home)
	w.wants(err, problem.Unauthenticated, "login-failed")
	w.must(w.Enable(w.ctx, auth.Operator, a.ID))
	w.login("inspectora")
}

// Somebody must be left who can let the others in again.
func TestAccounts_NobodyDisablesThemselves(t *testing.T) {
	w := newWorld(t)
	w.account("jefa", access.Admin, "stps")
	other := w.account("otra", access.Admin, "stps")
	who := w.caller(w.login("jefa"))
	w.wants(w.Disable(w.ctx, who, who.User), problem.Conflict, "account-own")
	w.login("jefa")
	w.must(w.Disable(w.ctx, who, other.ID))
}

func TestAccounts_RoleAndPasswordEndSessions(t *testing.T) {
	w := newWorld(t)
	a := w.account("inspectora", access.Agent, "stps")
	got := w.login("inspectora")
	w.must(w.SetRole(w.ctx, auth.Operator, a.ID, access.Supervisor, "", "inm"))
	_, err := w.Authenticate(w.ctx, got.Access)
	w.wants(err, problem.Unauthenticated, "session-ended")
	got = w.login("inspectora")
	who := w.caller(got)
	if who.Account != access.Supervisor || who.Agency != "inm" || who.Post != "" {
		t.Errorf("%+v", who)
	}
	w.wants(w.ChangePassword(w.ctx, who, "no es ésta, creo", "otra contraseña nueva", home), problem.Forbidden, "password-wrong")
	w.must(w.ChangePassword(w.ctx, who, goodPassword, "otra contraseña nueva", home))
	_, err = w.Authenticate(w.ctx, got.Access)
	w.wants(err, problem.Unauthenticated, "session-ended")
	_, err = w.attempt("inspectora", "otra contraseña nueva", home)
	w.must(err)
	w.must(w.SetPassword(w.ctx, auth.Operator, a.ID, goodPassword))
	w.login("inspectora")
	w.wants(w.SetRole(w.ctx, auth.Operator, a.ID, access.Agent, "", "inm"), problem.Invalid, "account-invalid")
	w.wants(w.SetRole(w.ctx, auth.Operator, a.ID, access.Admin, "", "nowhere"), problem.NotFound, "agency-unknown")
	w.wants(w.Disable(w.ctx, auth.Operator, "nobody"), problem.NotFound, "account-unknown")
}

func TestAccounts_WhatIsRefused(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	good := auth.NewAccount{Username: "nueva", Account: access.Agent, Post: "police_officer", Agency: "stps", Password: goodPassword}
	for name, c := range map[string]struct {
		edit func(*auth.NewAccount)
		typ  string
	}{
		"short password":    {func(n *auth.NewAccount) { n.Password = "once letras" }, "password-length"},
		"long password":     {func(n *auth.NewAccount) { n.Password = string(make([]byte, 129)) }, "password-length"},
		"password of bytes": {func(n *auth.NewAccount) { n.Password = "\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd\xff\xfe\xfd" }, "password-length"},
		"short name":        {func(n *auth.NewAccount) { n.Username = "ab" }, "account-invalid"},
		"name with space":   {func(n *auth.NewAccount) { n.Username = "a b c" }, "account-invalid"},
		"name with ñ":       {func(n *auth.NewAccount) { n.Username = "señora" }, "account-invalid"},
		"unknown kind":      {func(n *auth.NewAccount) { n.Account = "root" }, "account-invalid"},
		"agent, no post":    {func(n *auth.NewAccount) { n.Post = "" }, "account-invalid"},
		"admin with post":   {func(n *auth.NewAccount) { n.Account = access.Admin }, "account-invalid"},
		"control character": {func(n *auth.NewAccount) { n.Display = "a\x1bb" }, "account-invalid"},
		"region":            {func(n *auth.NewAccount) { n.Region = "no way" }, "region-unknown"},
		"region of none":    {func(n *auth.NewAccount) { n.Region = "99" }, "region-unknown"},
		"region by name":    {func(n *auth.NewAccount) { n.Region = "Sinaloa" }, "region-unknown"},
		"taken, any case":   {func(n *auth.NewAccount) { n.Username = "INSPECTORA" }, "username-taken"},
		"no agency":         {func(n *auth.NewAccount) { n.Agency = "" }, "account-invalid"},
		"unknown agency":    {func(n *auth.NewAccount) { n.Agency = "nowhere" }, "agency-unknown"},
	} {
		n := good
		c.edit(&n)
		_, err := w.CreateAccount(w.ctx, auth.Operator, n)
		var p *problem.Error
		if !errors.As(err, &p) || p.Type != c.typ {
			t.Errorf("%s: %v, want %s", name, err, c.typ)
		}
	}
	for name, g := range map[string]auth.Agency{"no name": {ID: "x"}, "an id with a slash": {ID: "a/b", Name: "n"}} {
		if _, err := w.CreateAgency(w.ctx, auth.Operator, g); problem.KindOf(err) != problem.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.CreateAgency(w.ctx, auth.Operator, auth.Agency{Name: "n", Region: "99"})
	if p := new(problem.Error); !errors.As(err, &p) || p.Type != "region-unknown" {
		t.Errorf("an agency of no state: %v", err)
	}
	good.Region = "25"
	if _, err := w.CreateAccount(w.ctx, auth.Operator, good); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

func TestManaging_IsForAdministrators(t *testing.T) {
	w := newWorld(t)
	a := w.account("inspectora", access.Agent, "stps")
	_, d := w.field("inspectora")
	for _, kind := range access.Accounts() {
		who := access.Caller{User: "u", Account: kind, Agency: "stps"}
		want := kind == access.Admin
		for name, err := range map[string]error{
			"create account": second(w.CreateAccount(w.ctx, who, auth.NewAccount{Username: "de-" + kind, Account: access.Analyst, Agency: "stps", Password: goodPassword})),
			"create agency":  second(w.CreateAgency(w.ctx, who, auth.Agency{Name: "n"})),
			"accounts":       second(w.Accounts(w.ctx, who)),
			"agencies":       second(w.Agencies(w.ctx, who)),
			"devices":        second(w.Devices(w.ctx, who)),
			"enable":         w.Enable(w.ctx, who, a.ID),
			"set password":   w.SetPassword(w.ctx, who, a.ID, goodPassword),
			"revoke device":  w.RevokeDevice(w.ctx, who, d.ID),
		} {
			want := want || kind == access.Supervisor && (name == "devices" || name == "revoke device")
			if (err == nil) != want || (err != nil && problem.KindOf(err) != problem.Forbidden) {
				t.Errorf("%s: %s: %v", kind, name, err)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestDevices_EnrolAndRevoke(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	w.account("agente", access.Agent, "inm")
	tokens, d := w.field("inspectora")
	who := w.caller(tokens)
	if d.User != who.User || d.Agency != "stps" || d.Name != "Moto G" {
		t.Errorf("%+v", d)
	}
	if got, err := w.SendingDevice(w.ctx, d.ID); err != nil || got.ID != d.ID {
		t.Errorf("%+v %v", got, err)
	}
	_, err := w.SendingDevice(w.ctx, "no")
	w.wants(err, problem.Unauthenticated, "device-unknown")

	w.must(w.RevokeDevice(w.ctx, auth.Operator, d.ID))
	if got, err := w.SendingDevice(w.ctx, d.ID); err != nil || !got.IsRevoked() {
		t.Errorf("what it holds would be lost: %+v %v", got, err)
	}
	_, err = w.Refresh(w.ctx, tokens.Refresh, d.Thumbprint())
	w.wants(err, problem.Forbidden, "device-revoked")
	_, err = w.Authenticate(w.ctx, tokens.Access)
	w.wants(err, problem.Unauthenticated, "session-ended")
}

func TestDevices_SeenToTheHour(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	_, d := w.field("inspectora")
	begin := w.time
	for _, step := range []struct{ pass, want time.Duration }{{0, 0}, {59 * time.Minute, 0}, {time.Minute, time.Hour}, {-2 * time.Hour, time.Hour}} {
		w.pass(step.pass)
		w.must(w.SawDevice(w.ctx, d, false))
		got, err := w.Store.Device(w.ctx, d.ID)
		w.must(err)
		if !got.Seen.Equal(begin.Add(step.want)) {
			t.Errorf("%v later: seen %v, want %v", step.pass, got.Seen, begin.Add(step.want))
		}
		d = got
	}
	w.wants(w.SawDevice(w.ctx, auth.Device{ID: "no"}, false), problem.NotFound, "device-unknown")
}

func TestEnrol_BadKeys(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	who := w.caller(w.login("inspectora"))
	good, err := base64.RawURLEncoding.DecodeString(publicKey(t))
	w.must(err)
	enc := base64.RawURLEncoding.EncodeToString
	offCurve := append([]byte{}, good...)
	offCurve[64] ^= 1
	for name, key := range map[string]string{
		"empty": "", "not base64": "!!", "short": enc(good[:64]), "long": enc(append(good, 0)),
		"off the curve": enc(offCurve), "compressed": enc(append([]byte{2}, good[1:33]...)),
		"infinity": enc(make([]byte, 65)), "hybrid form": enc(append([]byte{6}, good[1:]...)),
	} {
		_, err := w.EnrolDevice(w.ctx, who, auth.Enrolment{PublicKey: key, Name: "x"})
		w.wants(err, problem.Invalid, "device-key")
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, name := range []string{"", " ", "a\nb", string(make([]byte, 200))} {
		_, err := w.EnrolDevice(w.ctx, who, auth.Enrolment{PublicKey: enc(good), Name: name})
		w.wants(err, problem.Invalid, "device-name")
	}
	if list, err := w.Devices(w.ctx, auth.Operator); err != nil || len(list) != 0 {
		t.Errorf("something was kept: %v %v", list, err)
	}
}

func TestSetup_OnceAndOnlyWithTheCode(t *testing.T) {
	w := newWorld(t)
	old, err := w.ArmSetup(w.ctx)
	w.must(err)
	code, err := w.ArmSetup(w.ctx)
	w.must(err)
	g := auth.Agency{Name: "Fiscalía"}
	n := auth.NewAccount{Username: "jefa", Password: goodPassword, Account: access.Analyst}
	for _, wrong := range []string{"", old, code[:len(code)-1] + "0", "AAAA-AAAA"} {
		if wrong == code {
			continue
		}
		_, err := w.FinishSetup(w.ctx, wrong, g, n, home)
		w.wants(err, problem.Unauthenticated, "setup-code")
	}
	weak := n
	weak.Password = "corta"
	_, err = w.FinishSetup(w.ctx, code, g, weak, home)
	w.wants(err, problem.Invalid, "password-length") // and the code still works
	a, err := w.FinishSetup(w.ctx, " "+code+" ", g, n, home)
	w.must(err)
	if a.Account != access.Admin || a.Agency == "" {
		t.Errorf("%+v", a)
	}
	w.caller(w.login("jefa"))
	_, err = w.FinishSetup(w.ctx, code, g, n, home)
	w.wants(err, problem.Conflict, "setup-done")
	_, err = w.ArmSetup(w.ctx)
	w.wants(err, problem.Conflict, "setup-done")
}

package auth_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
)

// codeOf is what an app shows for a secret.
func (w *world) codeOf(secret string, at time.Time) string {
	w.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	w.must(err)
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1e6)
}

// app sets up an authenticator app and returns its secret and the recovery codes.
func (w *world) app(who access.Caller) (secret string, codes []string) {
	w.Helper()
	secret, _, err := w.StartTOTP(w.ctx, who, goodPassword, home)
	w.must(err)
	codes, err = w.ConfirmTOTP(w.ctx, who, w.codeOf(secret, w.time))
	w.must(err)
	return secret, codes
}

func (w *world) with(username, otp string, passkey json.RawMessage) (auth.Tokens, error) {
	return w.Login(w.ctx, auth.LoginRequest{Username: username, Password: goodPassword, OTP: otp, Passkey: passkey, Address: home, JKT: desk})
}

// refusal is a problem's arguments as a client reads them.
type refusal struct {
	Methods []string
	Ticket  string
	Options any
}

func (w *world) asked(err error, typ string) refusal {
	w.Helper()
	w.wants(err, problem.Unauthenticated, typ)
	var p *problem.Error
	if !errors.As(err, &p) {
		w.Fatal("no problem")
	}
	methods, _ := p.Args["methods"].([]string)
	ticket, _ := p.Args["ticket"].(string)
	return refusal{methods, ticket, p.Args["options"]}
}

// strict is a world as serve makes it, with passkeys.
func strict(t *testing.T) *world {
	w := newWorld(t)
	w.NeedFactor = true
	party, err := auth.NewParty("https://umbral.test")
	w.must(err)
	w.Party = party
	return w
}

func TestFactor_WhoMustHaveOne(t *testing.T) {
	w := strict(t)
	for kind, needs := range map[string]bool{access.Agent: false, access.Analyst: false, access.Supervisor: true, access.Admin: true, access.Translator: true} {
		w.account("la-"+kind, kind, "stps")
		who := w.caller(w.login("la-" + kind))
		if who.Limited != needs {
			t.Errorf("%s: limited %v", kind, who.Limited)
		}
		state, err := w.Factors(w.ctx, who)
		w.must(err)
		if state.Needed != needs || state.Limited != needs || state.TOTP || len(state.Passkeys) != 0 || state.Recovery != 0 {
			t.Errorf("%s: %+v", kind, state)
		}
		if err := access.Check(who, access.ReadDetections, access.Scope{Agency: "stps"}); needs {
			w.wants(err, problem.Forbidden, "second-factor-needed")
		}
	}
}

func TestFactor_ConfirmingLiftsTheLimitAndEndsOtherSessions(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	thief, mine := w.login("jefa"), w.login("jefa")
	_, codes := w.app(w.caller(mine))
	if who := w.caller(mine); who.Limited {
		t.Error("still limited")
	}
	if len(codes) != 10 {
		t.Errorf("%d recovery codes", len(codes))
	}
	_, err := w.Authenticate(w.ctx, thief.Access)
	w.wants(err, problem.Unauthenticated, "session-ended")
	next, err := w.Refresh(w.ctx, mine.Refresh, desk)
	w.must(err)
	if w.caller(next).Limited {
		t.Error("limited again after a refresh")
	}
}

func TestFactor_CodesAtTheDoor(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	secret, codes := w.app(w.caller(w.login("jefa")))
	_, err := w.with("jefa", "", nil)
	if got := w.asked(err, "second-factor"); fmt.Sprint(got.Methods) != "[totp recovery]" || got.Ticket != "" {
		t.Errorf("asked %+v", got)
	}
	used := w.codeOf(secret, w.time)
	_, err = w.with("jefa", used, nil)
	w.asked(err, "second-factor-failed") // it confirmed the secret: that was its one use
	w.pass(30 * time.Second)
	code := w.codeOf(secret, w.time)
	got, err := w.with("jefa", code, nil)
	w.must(err)
	if w.caller(got).Limited {
		t.Error("limited with a factor")
	}
	_, err = w.with("jefa", code, nil)
	w.asked(err, "second-factor-failed") // read over a shoulder
	_, err = w.with("jefa", codes[3], nil)
	w.must(err)
	_, err = w.with("jefa", codes[3], nil)
	w.asked(err, "second-factor-failed") // a code that was used
	state, err := w.Service.Factors(w.ctx, w.caller(got))
	w.must(err)
	if state.Recovery != 9 || !state.TOTP {
		t.Errorf("%+v", state)
	}
}

// Whoever does not know the password learns nothing of factors, with or without a code.
func TestFactor_TellsNothingWithoutThePassword(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	secret, _ := w.app(w.caller(w.login("jefa")))
	w.pass(30 * time.Second)
	for _, otp := range []string{"", "123456", w.codeOf(secret, w.time)} {
		for _, name := range []string{"jefa", "nadie"} {
			_, err := w.Login(w.ctx, auth.LoginRequest{Username: name, Password: "no la sé, de verdad", OTP: otp, Address: "192.0.2." + name[:1], JKT: desk})
			var p *problem.Error
			if !errors.As(err, &p) || p.Type != "login-failed" || len(p.Args) != 0 {
				t.Errorf("%s with %q: %v", name, otp, err)
			}
		}
	}
}

func TestFactor_GuessingWaitsLonger(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	secret, codes := w.app(w.caller(w.login("jefa")))
	w.pass(time.Minute)
	guesses := 0
	for end := w.time.Add(24 * time.Hour); w.time.Before(end); {
		_, err := w.with("jefa", "000000", nil)
		var p *problem.Error
		if errors.As(err, &p) && p.Type == "too-many-attempts" {
			w.pass(time.Duration(p.Args["retry_after"].(int)) * time.Second)
			continue
		}
		w.asked(err, "second-factor-failed")
		guesses++
	}
	if guesses > 45 {
		t.Errorf("%d guesses in a day", guesses)
	}
	_, err := w.with("jefa", "000000", nil)
	if problem.KindOf(err) != problem.TooMany {
		w.asked(err, "second-factor-failed")
		_, err = w.with("jefa", w.codeOf(secret, w.time), nil)
	}
	w.wants(err, problem.TooMany, "too-many-attempts") // the right one waits too, else the wait would tell
	w.pass(time.Hour)
	_, err = w.with("jefa", codes[0], nil)
	w.must(err)
	_, err = w.with("jefa", "000000", nil)
	w.asked(err, "second-factor-failed") // a right one forgave the others
}

// Parallel requests with one code: exactly one gets in.
func TestFactor_ParallelReplayPassesOnce(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	secret, codes := w.app(w.caller(w.login("jefa")))
	w.pass(30 * time.Second)
	for name, otp := range map[string]string{"totp": w.codeOf(secret, w.time), "recovery": codes[0]} {
		var passed atomic.Int32
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if _, err := w.with("jefa", otp, nil); err == nil {
					passed.Add(1)
				}
			})
		}
		wait.Wait()
		if passed.Load() != 1 {
			t.Errorf("%s: %d passed", name, passed.Load())
		}
	}
}

func TestFactor_SecretMustBeConfirmedInTime(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	who := w.caller(w.login("jefa"))
	_, err := w.ConfirmTOTP(w.ctx, who, "123456")
	w.wants(err, problem.Conflict, "factor-not-begun")
	first, uri, err := w.StartTOTP(w.ctx, who, "", home)
	w.must(err)
	if len(first) != 32 || uri == "" {
		t.Errorf("%q %q", first, uri)
	}
	second, _, err := w.StartTOTP(w.ctx, who, "", home)
	w.must(err)
	_, err = w.ConfirmTOTP(w.ctx, who, w.codeOf(first, w.time))
	w.wants(err, problem.Invalid, "otp-wrong")
	if _, err = w.with("jefa", "", nil); err != nil {
		t.Errorf("an unconfirmed secret is asked for: %v", err)
	}
	w.pass(15 * time.Minute)
	_, err = w.ConfirmTOTP(w.ctx, who, w.codeOf(second, w.time))
	w.wants(err, problem.Conflict, "factor-not-begun")
}

func TestFactor_ChangesAskForThePassword(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	who := w.caller(w.login("jefa"))
	old, codes := w.app(who)
	for name, do := range map[string]func(password string) error{
		"replace": func(p string) error { _, _, err := w.StartTOTP(w.ctx, who, p, home); return err },
		"add":     func(p string) error { _, _, err := w.StartPasskey(w.ctx, who, p, home); return err },
		"recover": func(p string) error { _, err := w.NewRecovery(w.ctx, who, p, home); return err },
		"remove":  func(p string) error { return w.RemoveFactor(w.ctx, who, p, auth.MethodTOTP, "", home) },
		"change":  func(p string) error { return w.ChangePassword(w.ctx, who, p, "otra frase muy larga", home) },
	} {
		for _, wrong := range []string{"", "no es ésta, creo"} {
			if err := do(wrong); problem.KindOf(err) != problem.TooMany {
				w.wants(err, problem.Forbidden, "password-wrong")
			} else {
				t.Errorf("%s: throttled too early", name)
			}
		}
		w.pass(2 * time.Hour) // so that the wrong ones are forgotten
	}
	w.wants(w.RemoveFactor(w.ctx, who, goodPassword, auth.MethodTOTP, "", home), problem.Conflict, "factor-last")
	w.wants(w.RemoveFactor(w.ctx, who, goodPassword, "voice", "", home), problem.NotFound, "factor-unknown")
	w.wants(w.RemoveFactor(w.ctx, who, goodPassword, auth.MethodPasskey, "x", home), problem.NotFound, "factor-unknown")

	fresh, err := w.NewRecovery(w.ctx, who, goodPassword, home)
	w.must(err)
	_, err = w.with("jefa", codes[0], nil)
	w.asked(err, "second-factor-failed")
	_, err = w.with("jefa", fresh[0], nil)
	w.must(err)

	secret, left := w.app(who) // in place of the old one
	if len(left) != 0 {
		t.Errorf("%d codes, though some were left", len(left))
	}
	w.pass(time.Minute)
	_, err = w.with("jefa", w.codeOf(old, w.time), nil)
	w.asked(err, "second-factor-failed")
	_, err = w.with("jefa", w.codeOf(secret, w.time), nil)
	w.must(err)
}

func TestFactor_AnAgentMayAndMayStop(t *testing.T) {
	w := strict(t)
	w.account("inspectora", access.Agent, "stps")
	who := w.caller(w.login("inspectora"))
	_, codes := w.app(who)
	_, err := w.with("inspectora", "", nil)
	w.asked(err, "second-factor")
	w.must(w.RemoveFactor(w.ctx, who, goodPassword, auth.MethodTOTP, "", home))
	if _, err := w.with("inspectora", "", nil); err != nil {
		t.Errorf("a removed factor is asked for: %v", err)
	}
	_, err = w.NewRecovery(w.ctx, who, goodPassword, home)
	w.wants(err, problem.Conflict, "factor-none")
	_, fresh := w.app(who)
	_, err = w.with("inspectora", codes[1], nil)
	w.asked(err, "second-factor-failed") // the sheet of before opens nothing
	_, err = w.with("inspectora", fresh[1], nil)
	w.must(err)
}

func TestFactor_ResetByAnAdministrator(t *testing.T) {
	w := strict(t)
	a := w.account("jefa", access.Supervisor, "stps")
	boss := w.account("admin", access.Admin, "stps")
	got := w.login("jefa")
	w.app(w.caller(got))
	admin := w.caller(w.login("admin"))
	w.wants(w.ResetFactors(w.ctx, admin, a.ID), problem.Forbidden, "second-factor-needed")
	w.app(admin)
	admin.Limited = false
	w.wants(w.ResetFactors(w.ctx, w.caller(got), boss.ID), problem.Forbidden, "forbidden")
	w.wants(w.ResetFactors(w.ctx, admin, boss.ID), problem.Conflict, "account-own")
	w.wants(w.ResetFactors(w.ctx, admin, "nobody"), problem.NotFound, "account-unknown")
	w.must(w.ResetFactors(w.ctx, admin, a.ID))
	_, err := w.Authenticate(w.ctx, got.Access)
	w.wants(err, problem.Unauthenticated, "session-ended")
	if who := w.caller(w.login("jefa")); !who.Limited {
		t.Error("after a reset the password alone opens all")
	}
}

func TestPasskey_SetUpAndSignIn(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	who := w.caller(w.login("jefa"))
	key := newAuthenticator(t, "umbral.test", "https://umbral.test")
	ticket, options, err := w.StartPasskey(w.ctx, who, "", home)
	w.must(err)
	codes, err := w.ConfirmPasskey(w.ctx, who, ticket, " Llave azul ", key.create(options))
	w.must(err)
	if len(codes) != 10 || w.caller(w.mustLogin(key, "jefa")).Limited {
		t.Errorf("%d codes", len(codes))
	}
	state, err := w.Factors(w.ctx, who)
	w.must(err)
	if len(state.Passkeys) != 1 || state.Passkeys[0].Name != "Llave azul" || !state.Passkeys[0].Created.Equal(w.time) {
		t.Errorf("%+v", state.Passkeys)
	}
	_, err = w.ConfirmPasskey(w.ctx, who, ticket, "otra", key.create(options))
	w.wants(err, problem.Invalid, "passkey-invalid") // a ticket works once
	w.wants(w.RemoveFactor(w.ctx, who, goodPassword, auth.MethodPasskey, state.Passkeys[0].ID, home), problem.Conflict, "factor-last")
	w.app(who)
	w.must(w.RemoveFactor(w.ctx, who, goodPassword, auth.MethodPasskey, state.Passkeys[0].ID, home))
	_, err = w.with("jefa", "", nil)
	if got := w.asked(err, "second-factor"); fmt.Sprint(got.Methods) != "[totp recovery]" {
		t.Errorf("%+v", got)
	}
}

// mustLogin signs in with a passkey.
func (w *world) mustLogin(key *authenticator, username string) auth.Tokens {
	w.Helper()
	_, err := w.with(username, "", nil)
	got := w.asked(err, "second-factor")
	t, err := w.with(username, "", given(got.Ticket, key.get(got.Options)))
	w.must(err)
	return t
}

func given(ticket string, response json.RawMessage) json.RawMessage {
	text, _ := json.Marshal(map[string]any{"ticket": ticket, "response": response})
	return text
}

func TestPasskey_Attacks(t *testing.T) {
	w := strict(t)
	key := newAuthenticator(t, "umbral.test", "https://umbral.test")
	for _, name := range []string{"jefa", "otra"} {
		w.account(name, access.Supervisor, "stps")
	}
	who, other := w.caller(w.login("jefa")), w.caller(w.login("otra"))
	ticket, options, err := w.StartPasskey(w.ctx, who, "", home)
	w.must(err)
	_, err = w.ConfirmPasskey(w.ctx, other, ticket, "robada", key.create(options))
	w.wants(err, problem.Invalid, "passkey-invalid") // somebody else's ticket
	_, err = w.ConfirmPasskey(w.ctx, who, ticket, "mía", key.create(options))
	w.must(err)
	theirs := newAuthenticator(t, "umbral.test", "https://umbral.test")
	ticket, options, err = w.StartPasskey(w.ctx, other, "", home)
	w.must(err)
	_, err = w.ConfirmPasskey(w.ctx, other, ticket, "suya", theirs.create(options))
	w.must(err)

	edited := func(edit func(*authenticator)) *authenticator {
		copied := *key
		edit(&copied)
		return &copied
	}
	ask := func(name string) refusal {
		_, err := w.with(name, "", nil)
		return w.asked(err, "second-factor")
	}
	jefa := ask("jefa")
	for name, response := range map[string]json.RawMessage{
		"foreign ticket":      given(ask("otra").Ticket, key.get(jefa.Options)),
		"foreign challenge":   given(ask("jefa").Ticket, key.get(ask("otra").Options)),
		"older challenge":     given(ask("jefa").Ticket, key.get(jefa.Options)),
		"no ticket":           given("", key.get(jefa.Options)),
		"no response":         given(ask("jefa").Ticket, nil),
		"no JSON":             json.RawMessage(`"x"`),
		"wrong origin":        fresh(ask, edited(func(a *authenticator) { a.origin = "https://umbral.test.evil.example" })),
		"wrong relying party": fresh(ask, edited(func(a *authenticator) { a.rp = "evil.example" })),
		"another key":         fresh(ask, edited(func(a *authenticator) { a.key = theirs.key })),
		"somebody else's":     fresh(ask, theirs),
		"unasked extension": fresh(ask, edited(func(a *authenticator) {
			a.extensions = map[string]any{"prf": map[string]any{"results": map[string]any{"first": "AAAA"}}}
		})),
		"registration as login": given(ask("jefa").Ticket, key.create(ask("jefa").Options)),
	} {
		if _, err := w.with("jefa", "", response); err == nil {
			t.Errorf("%s passes", name)
		} else if again := w.asked(err, "second-factor-failed"); again.Ticket == "" {
			t.Errorf("%s: no new ticket", name)
		}
	}
	got := ask("jefa")
	key.counter = 50 // the tries above were lost on the way
	once := given(got.Ticket, key.get(got.Options))
	_, err = w.with("jefa", "", once)
	w.must(err)
	_, err = w.with("jefa", "", once)
	w.asked(err, "second-factor-failed") // the same answer again
	w.mustLogin(key, "jefa")             // and the key itself goes on

	key.counter = 1
	got = ask("jefa")
	_, err = w.with("jefa", "", given(got.Ticket, key.get(got.Options)))
	w.asked(err, "second-factor-failed") // a copy of the key, behind in its counter
}

func fresh(ask func(string) refusal, key *authenticator) json.RawMessage {
	got := ask("jefa")
	return given(got.Ticket, key.get(got.Options))
}

func TestPasskey_OnlyWithAnOrigin(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	who := w.caller(w.login("jefa"))
	key := newAuthenticator(t, "umbral.test", "https://umbral.test")
	ticket, options, err := w.StartPasskey(w.ctx, who, "", home)
	w.must(err)
	codes, err := w.ConfirmPasskey(w.ctx, who, ticket, "llave", key.create(options))
	w.must(err)
	w.Party = nil // the origin was taken out of the configuration
	_, _, err = w.StartPasskey(w.ctx, who, goodPassword, home)
	w.wants(err, problem.Unavailable, "passkeys-off")
	_, err = w.with("jefa", "", nil)
	if got := w.asked(err, "second-factor"); fmt.Sprint(got.Methods) != "[recovery]" {
		t.Errorf("%+v", got)
	}
	_, err = w.with("jefa", codes[0], nil)
	w.must(err)
	state, err := w.Factors(w.ctx, who)
	w.must(err)
	if fmt.Sprint(state.Methods) != "[totp]" {
		t.Errorf("%v", state.Methods)
	}
}

func TestPasskey_NamesAndNumber(t *testing.T) {
	w := strict(t)
	w.account("jefa", access.Supervisor, "stps")
	who := w.caller(w.login("jefa"))
	for _, name := range []string{"", "  ", "a\x00b", string(make([]byte, 200)), "\xff"} {
		_, err := w.ConfirmPasskey(w.ctx, who, "x", name, nil)
		w.wants(err, problem.Invalid, "passkey-name")
	}
	for i := range 10 {
		ticket, options, err := w.StartPasskey(w.ctx, who, goodPassword, home)
		w.must(err)
		_, err = w.ConfirmPasskey(w.ctx, who, ticket, fmt.Sprint("llave ", i), newAuthenticator(t, "umbral.test", "https://umbral.test").create(options))
		w.must(err)
	}
	_, _, err := w.StartPasskey(w.ctx, who, goodPassword, home)
	w.wants(err, problem.Conflict, "passkeys-full")
}

func TestSessions_OwnOnly(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	w.account("vecina", access.Agent, "stps")
	first := w.login("inspectora")
	w.pass(100 * time.Minute)
	second, d := w.field("inspectora")
	theirs := w.login("vecina")
	_, err := w.Refresh(w.ctx, first.Refresh, desk)
	w.must(err)
	who := w.caller(second)
	list, err := w.Sessions(w.ctx, who)
	w.must(err)
	if len(list) != 2 || !list[0].Current || list[0].Device != d.Name || list[1].Current || list[1].Device != "" {
		t.Fatalf("%+v", list)
	}
	if used := list[1].Used; !used.Equal(w.time.Truncate(time.Hour)) {
		t.Errorf("used %v", used)
	}
	w.wants(w.EndSession(w.ctx, w.caller(theirs), list[1].ID), problem.NotFound, "session-unknown")
	w.wants(w.EndSession(w.ctx, who, "nothing"), problem.NotFound, "session-unknown")
	w.must(w.EndSession(w.ctx, who, list[1].ID))
	if list, _ = w.Sessions(w.ctx, who); len(list) != 1 {
		t.Errorf("%+v", list)
	}
	w.pass(31 * 24 * time.Hour)
	if list, _ = w.Sessions(w.ctx, who); len(list) != 0 {
		t.Errorf("expired ones are shown: %+v", list)
	}
}

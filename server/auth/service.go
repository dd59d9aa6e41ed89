package auth

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"umbral/server/access"
	"umbral/server/audit"
	"umbral/server/problem"
)

// Operator is who acts at the command line of the server's own machine.
var Operator = access.Caller{User: audit.System, Account: access.Admin}

// Service signs people in and says who a token is. Store, Keys and Issuer must
// be set; Now and NewID may be.
type Service struct {
	Store  Store
	Keys   *Keyring
	Issuer string           // of the tokens, and the only one accepted
	Now    func() time.Time // time.Now where nil
	NewID  func() string    // UUIDv7 where nil
	// IsState says whether a code is a state of the codebook: the only regions
	// that there are. Where nil there are none.
	IsState func(code string) bool
	// Codes has the lists that posts and authorities are of, and AuthorityPosts
	// which posts belong to an authority. Where nil, none is known.
	Codes          Codes
	AuthorityPosts func(authority string) []string
	// MinPassword in characters, the constant where 0. Only a demo has another.
	MinPassword int
	// NeedFactor is set where the kinds of account that read or manage must have
	// a second factor.
	NeedFactor bool
	// Party makes and checks passkeys; nil: there are none.
	Party *Party
	// Common are the passwords that nobody may choose; nil: only their length counts.
	Common PasswordList
	// AllowUnbound lets people sign in without a key, to read. Only a demo does.
	AllowUnbound bool
	// OpenCode enrols any device of any agency, again and again, where it is not
	// empty. Only a demo has one.
	OpenCode string

	once    sync.Once
	hasher  *hasher
	known   known
	tickets tickets
}

func (s *Service) now() time.Time {
	if s.Now == nil {
		return time.Now().UTC()
	}
	return s.Now().UTC()
}

func (s *Service) newID() string {
	if s.NewID == nil {
		return uuid.Must(uuid.NewV7()).String()
	}
	return s.NewID()
}

func (s *Service) hashing() *hasher {
	s.once.Do(func() {
		if s.hasher == nil {
			s.hasher = newHasher()
		}
	})
	return s.hasher
}

func (s *Service) throttle() throttle { return throttle{s.Store, s.now, &s.known} }

// Tokens are what a sign-in or a refresh gives. They are secrets.
type Tokens struct {
	Access    string
	Refresh   string        // empty where the session is bound to no key
	JKT       string        // of the key that it is bound to
	Device    string        // enrolled with this key; empty where none is
	ExpiresIn time.Duration // of Access
	Account   Account
	Agency    Agency
}

// LoginRequest is what somebody signs in with.
type LoginRequest struct {
	Username, Password string
	OTP                string          // a code of the second factor, or a recovery code; may be empty
	Passkey            json.RawMessage // the answer of a passkey; may be empty
	Address            string          // the caller's IP address, as the server or its named proxy sees it
	JKT                string          // thumbprint of the key that proved the request; empty without a proof
}

// Login checks a password and opens a session. Errors: Unauthenticated
// "login-failed" (also for names that do not exist), Forbidden
// "account-disabled" (only with the right password), TooMany
// "too-many-attempts" or "busy"; without a key Unauthenticated "proof-required",
// but where AllowUnbound is set: then the session may only read; with the right
// password as secondFactor's.
func (s *Service) Login(ctx context.Context, in LoginRequest) (Tokens, error) {
	if in.JKT == "" && !s.AllowUnbound {
		return Tokens{}, problem.New(problem.Unauthenticated, "proof-required")
	}
	a, hash, err := s.checkPassword(ctx, foldUsername(in.Username), in.Password, in.Address)
	if err != nil {
		return Tokens{}, err
	}
	strong, err := s.secondFactor(ctx, a, in)
	if err != nil {
		return Tokens{}, err
	}
	t, f, err := s.openSession(ctx, a, strong, in)
	if err != nil {
		return Tokens{}, err
	}
	if err := s.stillHolds(ctx, f, a, hash); err != nil {
		return Tokens{}, orElse(s.Store.EndFamily(ctx, audit.System, s.now(), f.ID), err)
	}
	return t, nil
}

// stillHolds looks once more, now that f is kept, at what its log-in rested on:
// what ends sessions could not end this one before it was there, and whoever
// signs in again and again would get one past it. Errors as Login's.
func (s *Service) stillHolds(ctx context.Context, f Family, a Account, hash string) error {
	a, newest, err := s.Store.AccountByName(ctx, a.Username)
	if err != nil {
		return err
	}
	factors, err := s.Store.Factors(ctx, a.ID)
	if err != nil {
		return err
	}
	if a.Disabled || newest != hash || factors.Any() != f.Strong {
		return problem.New(problem.Unauthenticated, "login-failed")
	}
	_, err = s.deviceOfKey(ctx, f.JKT)
	return err
}

// openSession begins a family for who has shown all that is asked; strong says
// whether a second factor was among it. Forbidden "device-revoked" where the key
// is that of a device that was given up.
func (s *Service) openSession(ctx context.Context, a Account, strong bool, in LoginRequest) (t Tokens, f Family, err error) {
	now := s.now()
	f = Family{ID: s.newID(), User: a.ID, Agency: a.Agency, JKT: in.JKT, Created: now, Strong: strong}
	if in.JKT == "" { // it reads for a quarter of an hour, and is not renewed
		f.Expires = now.Add(AccessLife)
		if err := s.Store.AddFamily(ctx, f, ""); err != nil {
			return t, f, err
		}
		t, err = s.tokens(ctx, f, a, "")
		return t, f, err
	}
	d, err := s.deviceOfKey(ctx, in.JKT)
	if err != nil {
		return t, f, err
	}
	if d.Agency == a.Agency {
		f.Device = d.ID
	}
	refresh, hash := newRefresh()
	f.Expires = now.Add(RefreshLife)
	if err := s.Store.AddFamily(ctx, f, hash); err != nil {
		return t, f, err
	}
	t, err = s.tokens(ctx, f, a, refresh)
	return t, f, err
}

// checkPassword holds its turn at the hash from the check of the throttle until
// the failure is counted: parallel guesses cannot slip in between. hash is what
// the password fits.
func (s *Service) checkPassword(ctx context.Context, username, password, address string) (a Account, hash string, err error) {
	th := s.throttle()
	name, addr := th.keys(username, address)
	if err := th.check(ctx, name, addr); err != nil {
		return Account{}, "", err
	}
	h := s.hashing()
	done, err := h.turn(ctx)
	if err != nil {
		return Account{}, "", err
	}
	defer done()
	if err := th.check(ctx, name, addr); err != nil {
		return Account{}, "", err
	}
	a, hash, err = s.Store.AccountByName(ctx, username)
	absent := problem.KindOf(err) == problem.NotFound
	if err != nil && !absent {
		return Account{}, "", err
	}
	if absent {
		hash = h.dummy
	}
	ok, err := matches(hash, password)
	switch {
	case err != nil:
		return Account{}, "", err
	case !ok || absent:
		failed := problem.New(problem.Unauthenticated, "login-failed")
		return Account{}, "", orElse(errors.Join(th.fail(ctx, name, addr), s.enterFailed(ctx, a, name)), failed)
	case a.Disabled:
		return Account{}, "", problem.New(problem.Forbidden, "account-disabled")
	}
	return a, hash, th.passed(ctx, name, addr)
}

// enterFailed writes a failed log-in into the book: by the account, or by the
// hash of the name where there is none, for people type passwords as names.
func (s *Service) enterFailed(ctx context.Context, a Account, name string) error {
	act := audit.Act{At: s.now(), Who: audit.System, What: "login_failed", ID: a.ID}
	if a.ID == "" {
		act.ID = name
	}
	return s.Store.Enter(ctx, act)
}

// orElse returns err where there is one, else then.
func orElse(err, then error) error {
	if err != nil {
		return err
	}
	return then
}

// Refresh exchanges a refresh token for the next one. jkt is of the key that
// proved the request: only that of the log-in may. It may use its last token
// again until the successor is used: the reply may have been lost. Every other
// second use, and every use by another key, ends the family. Unauthenticated
// "session-ended" then, and for tokens that are unknown or over; Forbidden
// "device-revoked".
func (s *Service) Refresh(ctx context.Context, token, jkt string) (Tokens, error) {
	if len(token) > maxToken || jkt == "" {
		return Tokens{}, errSessionEnded()
	}
	d, err := s.deviceOfKey(ctx, jkt)
	if err != nil {
		return Tokens{}, err
	}
	var next string
	hash, now := refreshHash(token), s.now()
	f, err := s.Store.UseToken(ctx, hash, now, func(f Family, gen int) Step {
		step, issued := use(f, gen, hash, jkt, d, now)
		next = issued
		return step
	})
	switch {
	case problem.KindOf(err) == problem.NotFound:
		return Tokens{}, errSessionEnded().Because(err)
	case err != nil:
		return Tokens{}, err
	case next == "":
		return Tokens{}, errSessionEnded()
	}
	a, err := s.Store.Account(ctx, f.User)
	if err != nil {
		return Tokens{}, err
	}
	if a.Disabled {
		return Tokens{}, orElse(s.Store.EndFamily(ctx, audit.System, now, f.ID), errSessionEnded())
	}
	return s.tokens(ctx, f, a, next)
}

// use decides on one use of a refresh token of generation gen by the key jkt;
// issued is empty where the family gives nothing. A device of another agency
// counts as none.
func use(f Family, gen int, hash, jkt string, d Device, now time.Time) (step Step, issued string) {
	isRepeat := gen == f.Gen-1 && hash == f.Last
	switch {
	case !f.Lives(now):
		return Step{Family: f}, ""
	case jkt != f.JKT, gen != f.Gen && !isRepeat:
		f.Revoked = now
		return Step{Family: f, Act: "session_reused"}, ""
	case gen == f.Gen:
		f.Gen, f.Last = f.Gen+1, hash
	}
	if f.Device = ""; d.Agency == f.Agency {
		f.Device = d.ID
	}
	f.Expires, f.Used = now.Add(RefreshLife), now
	issued, kept := newRefresh()
	return Step{Family: f, Token: kept, Gen: f.Gen}, issued
}

// deviceOfKey returns the device that is enrolled with a key; the zero one where
// none is, so that people can sign in to enrol. Forbidden "device-revoked".
func (s *Service) deviceOfKey(ctx context.Context, jkt string) (Device, error) {
	d, err := s.Store.DeviceOfKey(ctx, jkt)
	switch {
	case problem.KindOf(err) == problem.NotFound:
		return Device{}, nil
	case err == nil && d.IsRevoked():
		return Device{}, problem.New(problem.Forbidden, "device-revoked")
	}
	return d, err
}

func errSessionEnded() *problem.Error { return problem.New(problem.Unauthenticated, "session-ended") }

// tokens signs the access token and looks up what a client shows.
func (s *Service) tokens(ctx context.Context, f Family, a Account, refresh string) (Tokens, error) {
	text, err := s.issue(f)
	if err != nil {
		return Tokens{}, err
	}
	g, err := s.Store.Agency(ctx, a.Agency)
	if err != nil && problem.KindOf(err) != problem.NotFound {
		return Tokens{}, err
	}
	return Tokens{Access: text, Refresh: refresh, JKT: f.JKT, Device: f.Device, ExpiresIn: AccessLife, Account: a, Agency: g}, nil
}

// Logout ends the family that a refresh token belongs to. A token that nobody
// knows is no error: the caller wanted it to be of no use, and it is.
func (s *Service) Logout(ctx context.Context, token string) error {
	if len(token) > maxToken {
		return nil
	}
	now := s.now()
	_, err := s.Store.UseToken(ctx, refreshHash(token), now, func(f Family, _ int) Step {
		if !f.Lives(now) {
			return Step{Family: f}
		}
		f.Revoked = now
		return Step{Family: f, Act: "logout"}
	})
	if problem.KindOf(err) == problem.NotFound {
		return nil
	}
	return err
}

// Authenticate says who holds an access token, as the account is now.
// Unauthenticated "token-expired" (refresh and repeat), "token-invalid" or
// "session-ended" (sign in again). Whether the request is by the key that the
// caller's session is bound to is the border's to check.
func (s *Service) Authenticate(ctx context.Context, token string) (access.Caller, error) {
	c, err := s.parse(token)
	if err != nil {
		return access.Caller{}, err
	}
	f, ferr := s.Store.Family(ctx, c.Session)
	a, aerr := s.Store.Account(ctx, c.Subject)
	if err := errors.Join(ferr, aerr); err != nil {
		if problem.KindOf(err) == problem.NotFound {
			return access.Caller{}, errSessionEnded().Because(err)
		}
		return access.Caller{}, err
	}
	if !f.Revoked.IsZero() || f.User != a.ID || a.Disabled {
		return access.Caller{}, errSessionEnded()
	}
	if c.Confirm.JKT != f.JKT || f.JKT == "" && !s.AllowUnbound {
		return access.Caller{}, problem.New(problem.Unauthenticated, "token-invalid").Because(errKey)
	}
	who, err := s.CallerOf(ctx, a)
	who.Session, who.JKT, who.Limited = f.ID, f.JKT, s.needs(a.Account) && !f.Strong
	return who, err
}

// foldUsername makes names equal that people take for equal.
func foldUsername(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

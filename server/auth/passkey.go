package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"umbral/server/problem"
)

const (
	ticketLife = 5 * time.Minute // a key in another room, a finger that is not read
	ticketSize = 16              // random bytes
	// maxTickets bounds the memory of what was begun; each is some 500 bytes.
	// Only who knows a password can begin.
	maxTickets = 10_000
	// maxPasskeys of one account: a phone, a laptop, two keys in a safe, and room.
	maxPasskeys = 10
)

// Passkey is a WebAuthn credential of an account.
type Passkey struct {
	ID         string              `json:"id"` // base64url of the credential's
	Name       string              `json:"name"`
	Created    time.Time           `json:"created"`
	Credential webauthn.Credential `json:"credential"`
}

// Party is the server as passkeys know it: by the origin that its page has.
type Party struct{ web *webauthn.WebAuthn }

// NewParty makes one of origins, such as https://umbral.example: the first one's
// host is what passkeys are made for, and all must have it.
func NewParty(origins ...string) (*Party, error) {
	if len(origins) == 0 {
		return nil, errors.New("passkeys need an origin")
	}
	host := ""
	for _, origin := range origins {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || (u.Scheme != "https" && u.Hostname() != "localhost") {
			return nil, fmt.Errorf("passkeys need an https origin or localhost, not %q", origin)
		}
		if _, err := netip.ParseAddr(u.Hostname()); err == nil {
			return nil, fmt.Errorf("passkeys need a name, not the address %q", origin)
		}
		if host != "" && host != u.Hostname() {
			return nil, fmt.Errorf("passkeys are made for one host: %q is not %s", origin, host)
		}
		host = u.Hostname()
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: totpIssuer, RPOrigins: origins,
		AttestationPreference: protocol.PreferNoAttestation, // whose key it is, not who made it
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementDiscouraged, UserVerification: protocol.VerificationPreferred,
		},
		Timeouts: webauthn.TimeoutsConfig{
			Login:        webauthn.TimeoutConfig{Enforce: true, Timeout: ticketLife, TimeoutUVD: ticketLife},
			Registration: webauthn.TimeoutConfig{Enforce: true, Timeout: ticketLife, TimeoutUVD: ticketLife},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys for %s: %w", host, err)
	}
	return &Party{w}, nil
}

// holder is an account as the WebAuthn library wants it. Its handle on the
// authenticator is the account's id, which says nothing of who it is.
type holder struct {
	account Account
	keys    []Passkey
}

func (h holder) WebAuthnID() []byte          { return []byte(h.account.ID) }
func (h holder) WebAuthnName() string        { return h.account.Username }
func (h holder) WebAuthnDisplayName() string { return h.account.Display }
func (h holder) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, len(h.keys))
	for i, k := range h.keys {
		out[i] = k.Credential
	}
	return out
}

// What a ticket was given for.
const (
	forLogin        = "login"
	forRegistration = "registration"
)

// ticket is a ceremony that was begun.
type ticket struct {
	user, purpose string
	session       webauthn.SessionData
	until         time.Time
}

// tickets are what was begun and not finished. They live in memory: after a
// restart one begins anew.
type tickets struct {
	mu   sync.Mutex
	open map[string]ticket
}

// put keeps a ticket and returns its number. Where there are too many, some that
// are still good are forgotten: their ceremonies begin anew.
func (t *tickets) put(one ticket, now time.Time) string {
	b := make([]byte, ticketSize)
	rand.Read(b)
	number := base64.RawURLEncoding.EncodeToString(b)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil || len(t.open) >= maxTickets {
		t.clear(now)
	}
	t.open[number] = one
	return number
}

// clear forgets what is over, and half of all where that is not enough.
func (t *tickets) clear(now time.Time) {
	left := map[string]ticket{}
	for number, one := range t.open {
		if now.Before(one.until) && len(left) < maxTickets/2 {
			left[number] = one
		}
	}
	t.open = left
}

// take gives a ticket once, and to nobody else than whom it was given to.
func (t *tickets) take(number, user, purpose string, now time.Time) (ticket, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one, ok := t.open[number]
	if !ok || one.user != user || one.purpose != purpose {
		return ticket{}, false
	}
	delete(t.open, number)
	return one, now.Before(one.until)
}

// passkeyGiven is the passkey of a log-in.
type passkeyGiven struct {
	Ticket   string          `json:"ticket"`
	Response json.RawMessage `json:"response"`
}

func (s *Service) beginPasskeyLogin(a Account, f Factors) (number string, options any, err error) {
	assertion, session, err := s.Party.web.BeginLogin(holder{a, f.Passkeys})
	if err != nil {
		return "", nil, fmt.Errorf("auth: begin passkey log-in: %w", err)
	}
	now := s.now()
	return s.tickets.put(ticket{a.ID, forLogin, *session, now.Add(ticketLife)}, now), assertion.Response, nil
}

var errCloned = errors.New("the passkey's counter did not go on: there may be a copy of it")

// usePasskey holds an assertion against the account's passkeys and counts it.
func (s *Service) usePasskey(ctx context.Context, a Account, given []byte) error {
	var body passkeyGiven
	if err := json.Unmarshal(given, &body); err != nil {
		return errors.Join(errWrongFactor, err)
	}
	now := s.now()
	open, ok := s.tickets.take(body.Ticket, a.ID, forLogin, now)
	if !ok || s.Party == nil {
		return errWrongFactor
	}
	response, err := protocol.ParseCredentialRequestResponseBytes(body.Response)
	if err != nil {
		return errors.Join(errWrongFactor, err)
	}
	var refused error
	err = s.Store.ChangeFactors(ctx, a.ID, now, a.ID, func(f Factors) (FactorStep, error) {
		refused = nil
		credential, err := s.Party.web.ValidateLogin(holder{a, f.Passkeys}, open.session, response)
		if err != nil {
			return FactorStep{}, errors.Join(errWrongFactor, err)
		}
		id := base64.RawURLEncoding.EncodeToString(credential.ID)
		f.Passkeys = slices.Clone(f.Passkeys)
		for i := range f.Passkeys {
			if f.Passkeys[i].ID == id {
				f.Passkeys[i].Credential = *credential
			}
		}
		if credential.Authenticator.CloneWarning {
			refused = errors.Join(errWrongFactor, errCloned)
			return FactorStep{Factors: f, Act: "passkey_counter"}, nil
		}
		f.Failed = Failures{}
		return FactorStep{Factors: f}, nil
	})
	return orElse(err, refused)
}

// errPasskey tells nobody why: the log may know.
func errPasskey(cause error) error {
	return problem.New(problem.Invalid, "passkey-invalid").Because(cause)
}

// cleanName is the name that somebody gives a passkey.
func cleanName(name string) (string, error) {
	if name = strings.TrimSpace(name); !isName(name) {
		return "", problem.New(problem.Invalid, "passkey-name", "max", maxName)
	}
	return name, nil
}

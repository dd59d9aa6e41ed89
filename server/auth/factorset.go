package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"umbral/server/access"
	"umbral/server/problem"
)

// again asks who is signed in for the password once more. Forbidden
// "password-wrong", so that a client does not take it for an ended session;
// TooMany as Login's.
func (s *Service) again(ctx context.Context, who access.Caller, password, address string) (Account, error) {
	a, err := s.Store.Account(ctx, who.User)
	if err != nil {
		return a, err
	}
	a, _, err = s.checkPassword(ctx, a.Username, password, address)
	if err != nil && problem.KindOf(err) == problem.Unauthenticated {
		return a, problem.New(problem.Forbidden, "password-wrong").Because(err)
	}
	return a, err
}

// adding is who wants to add a factor: whoever has one already gives the
// password again, so that an unlocked screen is not enough.
func (s *Service) adding(ctx context.Context, who access.Caller, password, address string) (a Account, f Factors, err error) {
	if f, err = s.Store.Factors(ctx, who.User); err != nil {
		return a, f, err
	}
	if f.Any() {
		a, err = s.again(ctx, who, password, address)
		return a, f, err
	}
	a, err = s.Store.Account(ctx, who.User)
	return a, f, err
}

// StartTOTP makes a secret for who to put into an app and to confirm; one that
// is in use stays until then. Errors as again's.
func (s *Service) StartTOTP(ctx context.Context, who access.Caller, password, address string) (secret, uri string, err error) {
	a, _, err := s.adding(ctx, who, password, address)
	if err != nil {
		return "", "", err
	}
	made, now := newTOTPSecret(), s.now()
	err = s.Store.ChangeFactors(ctx, who.User, now, who.User, func(f Factors) (FactorStep, error) {
		f.Pending = Pending{Secret: made, Until: now.Add(pendingLife)}
		return FactorStep{Factors: f}, nil
	})
	return totpAlphabet.EncodeToString(made), totpURI(a.Username, made), err
}

// ConfirmTOTP takes the secret of StartTOTP into use where otp shows that the
// app has it. Codes are new recovery codes, empty where some are left. Invalid
// "otp-wrong"; Conflict "factor-not-begun" where nothing waits or it waited too long.
func (s *Service) ConfirmTOTP(ctx context.Context, who access.Caller, otp string) (codes []string, err error) {
	now := s.now()
	err = s.Store.ChangeFactors(ctx, who.User, now, who.User, func(f Factors) (FactorStep, error) {
		if len(f.Pending.Secret) == 0 || !now.Before(f.Pending.Until) {
			return FactorStep{}, problem.New(problem.Conflict, "factor-not-begun")
		}
		next := TOTP{Secret: f.Pending.Secret, Confirmed: now}
		step, ok := next.match(otp, now)
		if !ok {
			return FactorStep{}, problem.New(problem.Invalid, "otp-wrong")
		}
		next.Last = step
		first := !f.Any()
		f.TOTP, f.Pending = next, Pending{}
		f, codes = withRecovery(f)
		return added(f, who, first, "totp_set"), nil
	})
	return codes, err
}

// withRecovery gives f new recovery codes where none are left.
func withRecovery(f Factors) (Factors, []string) {
	if len(f.Recovery) > 0 {
		return f, []string{}
	}
	codes, hashes := newRecovery()
	f.Recovery = hashes
	return f, codes
}

// added is the step after a factor was confirmed: the session has one behind it
// now. The first factor ends the sessions that were opened by the password alone.
func added(f Factors, who access.Caller, first bool, act string) FactorStep {
	return FactorStep{Factors: f, Act: act, Strong: who.Session, Others: first}
}

// StartPasskey begins the making of a passkey. Unavailable "passkeys-off" where
// the server knows no origin; Conflict "passkeys-full"; errors as again's.
func (s *Service) StartPasskey(ctx context.Context, who access.Caller, password, address string) (number string, options any, err error) {
	if s.Party == nil {
		return "", nil, problem.New(problem.Unavailable, "passkeys-off")
	}
	a, f, err := s.adding(ctx, who, password, address)
	if err != nil {
		return "", nil, err
	}
	if len(f.Passkeys) >= maxPasskeys {
		return "", nil, problem.New(problem.Conflict, "passkeys-full", "max", maxPasskeys)
	}
	h := holder{a, f.Passkeys}
	creation, session, err := s.Party.web.BeginRegistration(h,
		webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return "", nil, fmt.Errorf("auth: begin passkey: %w", err)
	}
	now := s.now()
	return s.tickets.put(ticket{a.ID, forRegistration, *session, now.Add(ticketLife)}, now), creation.Response, nil
}

// ConfirmPasskey keeps a passkey that StartPasskey's ticket asked for. Codes as
// ConfirmTOTP's. Invalid "passkey-invalid", "passkey-name"; Conflict "passkeys-full".
func (s *Service) ConfirmPasskey(ctx context.Context, who access.Caller, number, name string, response []byte) (codes []string, err error) {
	name, err = cleanName(name)
	if err != nil {
		return nil, err
	}
	now := s.now()
	open, ok := s.tickets.take(number, who.User, forRegistration, now)
	if !ok || s.Party == nil {
		return nil, errPasskey(errors.New("no such ticket"))
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return nil, errPasskey(err)
	}
	credential, err := s.Party.web.CreateCredential(holder{account: Account{ID: who.User}}, open.session, parsed)
	if err != nil {
		return nil, errPasskey(err)
	}
	made := Passkey{ID: base64.RawURLEncoding.EncodeToString(credential.ID), Name: name, Created: now, Credential: *credential}
	err = s.Store.ChangeFactors(ctx, who.User, now, who.User, func(f Factors) (FactorStep, error) {
		switch {
		case len(f.Passkeys) >= maxPasskeys:
			return FactorStep{}, problem.New(problem.Conflict, "passkeys-full", "max", maxPasskeys)
		case slices.ContainsFunc(f.Passkeys, func(p Passkey) bool { return p.ID == made.ID }):
			return FactorStep{}, errPasskey(errors.New("it is there already"))
		}
		first := !f.Any()
		f.Passkeys = append(slices.Clone(f.Passkeys), made)
		f, codes = withRecovery(f)
		return added(f, who, first, "passkey_added"), nil
	})
	return codes, err
}

// NewRecovery gives new recovery codes in place of all others. Conflict
// "factor-none" where there is nothing to recover; errors as again's.
func (s *Service) NewRecovery(ctx context.Context, who access.Caller, password, address string) ([]string, error) {
	if _, err := s.again(ctx, who, password, address); err != nil {
		return nil, err
	}
	codes, hashes := newRecovery()
	err := s.Store.ChangeFactors(ctx, who.User, s.now(), who.User, func(f Factors) (FactorStep, error) {
		if !f.Any() {
			return FactorStep{}, problem.New(problem.Conflict, "factor-none")
		}
		f.Recovery = hashes
		return FactorStep{Factors: f, Act: "recovery_codes_made"}, nil
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// RemoveFactor forgets the TOTP secret or one passkey. NotFound
// "factor-unknown"; Conflict "factor-last" where who must have one and has no
// other; errors as again's.
func (s *Service) RemoveFactor(ctx context.Context, who access.Caller, password, kind, id, address string) error {
	if _, err := s.again(ctx, who, password, address); err != nil {
		return err
	}
	return s.Store.ChangeFactors(ctx, who.User, s.now(), who.User, func(f Factors) (FactorStep, error) {
		at := slices.IndexFunc(f.Passkeys, func(p Passkey) bool { return p.ID == id })
		act := ""
		switch {
		case kind == MethodTOTP && id == "" && f.TOTP.Set():
			f.TOTP, f.Pending, act = TOTP{}, Pending{}, "totp_removed"
		case kind == MethodPasskey && at >= 0:
			f.Passkeys, act = slices.Delete(slices.Clone(f.Passkeys), at, at+1), "passkey_removed"
		default:
			return FactorStep{}, problem.New(problem.NotFound, "factor-unknown")
		}
		if s.needs(who.Account) && !s.usable(f) {
			return FactorStep{}, problem.New(problem.Conflict, "factor-last")
		}
		if !f.Any() {
			f.Recovery = nil // they opened what is no longer locked
		}
		return FactorStep{Factors: f, Act: act}, nil
	})
}

// ResetFactors forgets all factors of an account that who manages and ends its
// sessions: for who lost the phone and the codes. Conflict "account-own":
// nobody takes off their own by this way.
func (s *Service) ResetFactors(ctx context.Context, who access.Caller, id string) error {
	if id == who.User {
		return problem.New(problem.Conflict, "account-own")
	}
	if _, err := s.managed(ctx, who, id); err != nil {
		return err
	}
	return s.Store.ResetFactors(ctx, who.User, s.now(), id)
}

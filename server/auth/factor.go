package auth

import (
	"context"
	"errors"
	"slices"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
)

// Kinds of second factor, as they stand in methods and in what is removed.
const (
	MethodTOTP     = "totp"
	MethodPasskey  = "passkey"
	MethodRecovery = "recovery"
)

// Factors are the second factors of one account. The secret of TOTP must be
// kept as it is; of the recovery codes only hashes are.
type Factors struct {
	TOTP     TOTP      `json:"totp"`
	Pending  Pending   `json:"pending"` // a secret that nobody confirmed yet
	Passkeys []Passkey `json:"passkeys"`
	Recovery []string  `json:"recovery"` // hashes of the codes that are left
	Failed   Failures  `json:"failed"`   // wrong codes since the last right one
}

// Any says whether there is a factor to ask for. Recovery codes alone are none.
func (f Factors) Any() bool { return f.TOTP.Set() || len(f.Passkeys) > 0 }

// usable says whether there is one that this server can check now.
func (s *Service) usable(f Factors) bool {
	return f.TOTP.Set() || len(f.Passkeys) > 0 && s.Party != nil
}

// FactorStep is what a change of somebody's factors leads to.
type FactorStep struct {
	Factors Factors
	Act     string // for the audit book; empty: not worth a line
	Strong  string // a session of the account that the factor stands behind from now on; empty: none
	Others  bool   // all other sessions of the account end
}

// needers are the kinds of account that read what others collected, or say who may.
var needers = []string{access.Supervisor, access.Admin, access.Translator}

// needs says whether an account of this kind must have a second factor.
func (s *Service) needs(kind string) bool { return s.NeedFactor && slices.Contains(needers, kind) }

// FactorState is what somebody may know of their own factors.
type FactorState struct {
	TOTP     bool
	Passkeys []Passkey
	Recovery int      // codes that are left
	Methods  []string // that may be set up on this server
	Needed   bool     // this kind of account must have one
	Limited  bool     // this session reaches nothing else until it has
}

// Factors says which factors who has.
func (s *Service) Factors(ctx context.Context, who access.Caller) (FactorState, error) {
	f, err := s.Store.Factors(ctx, who.User)
	if err != nil {
		return FactorState{}, err
	}
	state := FactorState{TOTP: f.TOTP.Set(), Passkeys: f.Passkeys, Recovery: len(f.Recovery),
		Methods: []string{MethodTOTP}, Needed: s.needs(who.Account), Limited: who.Limited}
	if s.Party != nil {
		state.Methods = append(state.Methods, MethodPasskey)
	}
	return state, nil
}

// methods are those that f can be asked for by now.
func (s *Service) methods(f Factors) []string {
	var list []string
	if f.TOTP.Set() {
		list = append(list, MethodTOTP)
	}
	if len(f.Passkeys) > 0 && s.Party != nil {
		list = append(list, MethodPasskey)
	}
	if len(f.Recovery) > 0 {
		list = append(list, MethodRecovery)
	}
	return list
}

// Wrong codes are counted by account, and forgotten only by a right one, because
// who gets so far knows the password: after the free ones at most 24 guesses a
// day, at three codes of a million. A passkey cannot be guessed and does not wait.
const (
	freeFactors   = 5 // failures: a clock that is off, a code that just ended
	maxFactorWait = time.Hour
)

// errWrongFactor never leaves this package.
var errWrongFactor = errors.New("auth: the second factor is wrong")

// secondFactor lets a log-in through whose password was right; strong says
// whether a factor was given. Unauthenticated "second-factor" where one is asked
// for and none was given, "second-factor-failed" for a wrong one, both with
// methods and, for passkeys, ticket and options; TooMany "too-many-attempts".
func (s *Service) secondFactor(ctx context.Context, a Account, in LoginRequest) (strong bool, err error) {
	f, err := s.Store.Factors(ctx, a.ID)
	if err != nil || !f.Any() {
		return false, err
	}
	switch {
	case len(in.Passkey) > 0:
		err = s.usePasskey(ctx, a, in.Passkey)
	case in.OTP != "":
		err = s.useCode(ctx, a, in.OTP)
	default:
		args, err := s.asked(a, f)
		return false, orElse(err, problem.New(problem.Unauthenticated, "second-factor", args...))
	}
	if errors.Is(err, errWrongFactor) {
		th := s.throttle()
		_, addr := th.keys("", in.Address)
		args, failed := s.asked(a, f)
		failed = orElse(failed, th.fail(ctx, addr))
		return false, orElse(failed, problem.New(problem.Unauthenticated, "second-factor-failed", args...).Because(err))
	}
	return err == nil, err
}

// asked says what a factor may be given with.
func (s *Service) asked(a Account, f Factors) ([]any, error) {
	methods := s.methods(f)
	args := []any{"methods", methods}
	if !slices.Contains(methods, MethodPasskey) {
		return args, nil
	}
	ticket, options, err := s.beginPasskeyLogin(a, f)
	return append(args, "ticket", ticket, "options", options), err
}

// useCode takes a TOTP or a recovery code, once. Check, count and use are one
// transaction: parallel guesses cannot slip in between.
func (s *Service) useCode(ctx context.Context, a Account, otp string) error {
	now := s.now()
	var refused error
	err := s.Store.ChangeFactors(ctx, a.ID, now, a.ID, func(f Factors) (FactorStep, error) {
		if err := errWait(f.Failed.waitAlways(now, freeFactors, maxFactorWait)); err != nil {
			return FactorStep{}, err
		}
		left, isRecovery := useRecovery(f.Recovery, otp)
		step, isTOTP := f.TOTP.match(otp, now)
		refused = nil
		switch {
		case isTOTP:
			f.TOTP.Last, f.Failed = step, Failures{}
			return FactorStep{Factors: f}, nil
		case isRecovery:
			f.Recovery, f.Failed = left, Failures{}
			return FactorStep{Factors: f, Act: "recovery_code_used"}, nil
		}
		refused = errWrongFactor
		f.Failed = Failures{Count: f.Failed.Count + 1, Last: now}
		return FactorStep{Factors: f, Act: "second_factor_failed"}, nil
	})
	return orElse(err, refused)
}

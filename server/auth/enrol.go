package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
)

const (
	// codeLife is how long an enrolment code may be used: the supervisor shows it
	// to somebody in the same room.
	codeLife = 15 * time.Minute
	// codeSize is in bytes: 50 bits, far beyond what the throttle lets anybody
	// try in a code's life, and short enough to be said and typed.
	codeSize = 7
	codeText = 10 // characters of it that are used
	// CodeMinutes is codeLife as people are told it.
	CodeMinutes = int(codeLife / time.Minute)
)

// NewCode is an enrolment code as it is shown, once.
type NewCode struct {
	Code    string
	Agency  string
	Expires time.Time
}

// MakeCode makes a code that enrols one device of an agency (empty: that of
// who). Only its hash is kept. Forbidden; NotFound "agency-unknown" also for an
// agency whose devices who does not manage.
func (s *Service) MakeCode(ctx context.Context, who access.Caller, agency string) (NewCode, error) {
	if agency == "" {
		agency = who.Agency
	}
	if err := access.Check(who, access.ManageDevices, access.Scope{Kind: "agency", Agency: agency}); err != nil {
		return NewCode{}, err
	}
	if _, err := s.Store.Agency(ctx, agency); err != nil {
		return NewCode{}, err
	}
	b := make([]byte, codeSize)
	rand.Read(b)
	text := setupAlphabet.EncodeToString(b)[:codeText]
	now := s.now()
	c := Code{Hash: codeHash(text), Agency: agency, By: who.User, Expires: now.Add(codeLife)}
	if err := s.Store.AddCode(ctx, now, c); err != nil {
		return NewCode{}, err
	}
	return NewCode{grouped(text, codeText/2), agency, c.Expires}, nil
}

// codeHash is of a code as it was typed, read as people mean it.
func codeHash(code string) string { return hex.EncodeToString(setupHash(code)) }

// enrolWith keeps d if code lets it. Failures count against who and their address:
// guessing is as slow as guessing passwords.
func (s *Service) enrolWith(ctx context.Context, who access.Caller, code, address string, d Device) (Device, error) {
	th := s.throttle()
	name, addr := th.keys("enrol "+who.User, address)
	if err := th.check(ctx, name, addr); err != nil {
		return Device{}, err
	}
	hash := codeHash(code)
	if s.OpenCode != "" && subtle.ConstantTimeCompare([]byte(hash), []byte(codeHash(s.OpenCode))) == 1 {
		hash = ""
	}
	kept, err := s.Store.AddDevice(ctx, who.User, hash, s.now(), d)
	if problem.KindOf(err) == problem.Forbidden {
		return Device{}, orElse(th.fail(ctx, name, addr), err)
	}
	if err != nil {
		return Device{}, err
	}
	return kept, s.Store.Forgive(ctx, name)
}

// Limits of a trip, in days: a draft must not wait for longer than a posting.
const (
	minTrip = 1
	maxTrip = 30
	day     = 24 * time.Hour
	// shareSize is in bytes: half of what opens a draft while the trip lasts.
	shareSize = 32
)

// Trip is what a phone is given for a trip. The share is a secret that the
// server does not keep.
type Trip struct {
	Share string // base64url
	Until time.Time
}

// StartTrip notes that the device of who's session is on a trip for some days
// and gives it a share for its vault. Invalid "trip-days"; NotFound
// "device-unknown" where the session is of no enrolled device.
func (s *Service) StartTrip(ctx context.Context, who access.Caller, days int) (Trip, error) {
	if err := access.Check(who, access.EnrolDevice, access.Scope{Agency: who.Agency, Owner: who.User}); err != nil {
		return Trip{}, err
	}
	if days < minTrip || days > maxTrip {
		return Trip{}, problem.New(problem.Invalid, "trip-days", "low", minTrip, "high", maxTrip)
	}
	d, err := s.deviceOfKey(ctx, who.JKT)
	if err != nil {
		return Trip{}, err
	}
	if d.ID == "" || d.Agency != who.Agency {
		return Trip{}, problem.New(problem.NotFound, "device-unknown")
	}
	share := make([]byte, shareSize)
	rand.Read(share)
	now := s.now()
	until := now.Add(time.Duration(days) * day)
	return Trip{base64.RawURLEncoding.EncodeToString(share), until}, s.Store.StartTrip(ctx, who.User, now, d.ID, until)
}

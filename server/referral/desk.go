package referral

import (
	"context"
	"slices"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
)

// How soon the service must act.
const (
	Now      = "now"
	Today    = "today"
	ThisWeek = "this_week"
)

// What an adult said to being referred; NotNeeded is for what the law always
// notifies (child protection). A missing code never counts as a yes.
const (
	ConsentYes       = "yes"
	ConsentNotNeeded = "not_needed"
)

// Directory knows where a person can be sent.
type Directory interface {
	// Service says whether id is a kind of service or a service of the directory.
	Service(id string) bool
	// Authority returns the code of the authority that a service belongs to and
	// that a referral must not reach where it takes part in the case; empty: none.
	Authority(service string) string
}

// Subject is what a referral needs to know of a detection.
type Subject struct {
	Scope  access.Scope
	Status string // of the detection after the referral
	Child  bool   // the child path: child protection is notified whatever was said
}

// Cases gives a detection's Subject. NotFound "detection-unknown" without it;
// Conflict "review-not-now", with the Subject, where it takes no referral.
type Cases interface {
	ForReferral(ctx context.Context, id string) (Subject, error)
}

// Desk hands persons over. Its fields are set once, by main or a test.
type Desk struct {
	Store     Store
	Cases     Cases
	Directory Directory
	NewID     func() string    // UUIDv7
	Now       func() time.Time // server time
}

// Request is what a supervisor asks for.
type Request struct {
	Service, Urgency, Consent string
}

// Refer keeps that the person of detection id is handed to a service. Without
// the person's yes nothing is kept: help is an adult's own decision. Nobody is
// handed to the authority that takes part in what they tell.
func (d *Desk) Refer(ctx context.Context, who access.Caller, id string, q Request) (Referral, error) {
	switch {
	case !d.Directory.Service(q.Service):
		return Referral{}, problem.New(problem.Invalid, "referral-service")
	case !slices.Contains([]string{Now, Today, ThisWeek}, q.Urgency):
		return Referral{}, problem.New(problem.Invalid, "referral-urgency", "urgencies", []string{Now, Today, ThisWeek})
	case q.Consent != ConsentYes && q.Consent != ConsentNotNeeded:
		return Referral{}, problem.New(problem.Invalid, "referral-consent")
	}
	if _, _, err := access.Reach(who, access.Refer); err != nil {
		return Referral{}, err
	}
	on, err := d.subject(ctx, who, id)
	if err != nil {
		return Referral{}, err
	}
	if q.Consent == ConsentNotNeeded && !on.Child {
		return Referral{}, problem.New(problem.Invalid, "referral-consent")
	}
	if slices.Contains(on.Scope.Concerned, d.Directory.Authority(q.Service)) {
		return Referral{}, problem.New(problem.Invalid, "referral-concerned")
	}
	r := Referral{
		ID: d.NewID(), Detection: id, Service: q.Service, Urgency: q.Urgency, Consent: q.Consent,
		Status: on.Status, By: who.User, At: d.Now().UTC(),
	}
	return r, d.Store.AddReferral(ctx, r)
}

// subject checks the right to see before the reason why the case takes no
// referral: a caller of another agency must not learn its status.
func (d *Desk) subject(ctx context.Context, who access.Caller, id string) (Subject, error) {
	on, err := d.Cases.ForReferral(ctx, id)
	if err != nil && problem.KindOf(err) != problem.Conflict {
		return Subject{}, err
	}
	if denied := access.Check(who, access.Refer, on.Scope); denied != nil {
		return Subject{}, denied
	}
	return on, err
}

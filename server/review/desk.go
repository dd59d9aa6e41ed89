package review

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/referral"
)

// Codebook says which codes exist; package protocols has the lists.
type Codebook interface {
	Has(list, code string) bool
}

// Desk is where supervisors work. Its fields are set once, by main or a test.
type Desk struct {
	Store Store
	Codes Codebook
	// Fits says whether a reason of review_reasons may be given for a decision.
	Fits  func(reason, decision string) bool
	NewID func() string    // UUIDv7
	Now   func() time.Time // server time
}

// Decision is what a supervisor asks for.
type Decision struct {
	Decision string
	Reason   string // a code of review_reasons, where it is needed
	Level    string // for Raise and Lower
	Follows  string // the last review that the supervisor saw; empty: none
}

// maxNote is in bytes: two printed pages; what is longer is a file of its own.
const maxNote = 8 << 10

// reasonList is the codebook list of reasons.
const reasonList = "review_reasons"

// Queue returns a page of what who may see, the most urgent first.
func (d *Desk) Queue(ctx context.Context, who access.Caller, f Filter) (Page, error) {
	var err error
	if f, err = Narrow(who, access.ReadDetections, f); err != nil {
		return Page{}, err
	}
	switch {
	case f.Limit == 0:
		f.Limit = DefaultLimit
	case f.Limit < 0 || f.Limit > MaxLimit:
		return Page{}, problem.New(problem.Invalid, "query-number", "parameter", "limit", "low", 1, "high", MaxLimit)
	}
	if err := d.known(f); err != nil {
		return Page{}, err
	}
	p, err := d.Store.Detections(ctx, f)
	by := access.RedactionFor(who)
	for i, r := range p.Items {
		p.Items[i] = r.Redacted(by)
	}
	return p, err
}

// Narrow limits f to what who may see when doing this. Forbidden without the
// right, and "filter-withheld" for a code that is kept from who: a list by it
// would tell of each person in it what the record does not.
func Narrow(who access.Caller, do access.Action, f Filter) (Filter, error) {
	var err error
	if f.View, err = access.ViewOf(who, do); err != nil {
		return f, err
	}
	f.Agency, f.Author = f.View.Agency, f.View.Owner
	if slices.ContainsFunc(f.Danger, access.RedactionFor(who).Hides) {
		return f, problem.New(problem.Forbidden, "filter-withheld", "parameter", "danger")
	}
	return f, nil
}

// known refuses a code that no list has: a filter with a typing error would
// show an empty queue, and an empty queue looks like good news.
func (d *Desk) known(f Filter) error { return KnownCodes(d.Codes, f) }

// KnownCodes returns Invalid "filter-code" for the first code of f that codes
// does not have.
func KnownCodes(codes Codebook, f Filter) error {
	for _, part := range []struct {
		name, list string
		values     []string
	}{
		{"level", "levels", f.Levels}, {"danger", "indicators", f.Danger}, {"setting", "settings", f.Settings},
		{"state", "states", f.States}, {"offence", "offences", f.Offences},
	} {
		for _, code := range part.values {
			if !codes.Has(part.list, code) {
				return problem.New(problem.Invalid, "filter-code", "parameter", part.name)
			}
		}
	}
	for _, status := range f.Statuses {
		if _, ok := next[status]; !ok {
			return problem.New(problem.Invalid, "filter-code", "parameter", "status")
		}
	}
	return nil
}

// Case returns one detection with all that belongs to it. NotFound
// "detection-unknown" where it is absent or who may not see it: the same
// answer, so that ids of other agencies cannot be probed.
func (d *Desk) Case(ctx context.Context, who access.Caller, id string) (Case, error) {
	c, err := d.open(ctx, who, access.ReadDetections, id)
	if err != nil {
		return Case{}, err
	}
	if err := c.withoutIdentity(); err != nil {
		return Case{}, err
	}
	return c, c.redact(access.RedactionFor(who))
}

func (d *Desk) open(ctx context.Context, who access.Caller, do access.Action, id string) (Case, error) {
	if _, _, err := access.Reach(who, do); err != nil {
		return Case{}, err
	}
	c, err := d.Store.Case(ctx, id)
	if err != nil {
		return Case{}, err
	}
	if err := access.Check(who, do, c.Scope()); err != nil {
		return Case{}, err
	}
	return c, nil
}

// Scope says whose detection this is.
func (r Row) Scope() access.Scope {
	return access.Scope{Kind: "detection", Agency: r.Agency, Owner: r.Author, Post: r.Post, Region: r.State,
		Child: r.Child, Sensitive: r.Sensitive, Concerned: r.Concerned}
}

// Decide keeps a decision and moves the detection. Conflict "review-outdated"
// where somebody else decided in between, "review-not-now" where the status
// does not allow the decision; Invalid for what is no decision.
func (d *Desk) Decide(ctx context.Context, who access.Caller, id string, dec Decision) (Review, error) {
	if err := d.validate(dec); err != nil {
		return Review{}, err
	}
	c, err := d.open(ctx, who, access.Review, id)
	if err != nil {
		return Review{}, err
	}
	if last := lastID(c.Reviews); last != dec.Follows {
		return Review{}, problem.New(problem.Conflict, "review-outdated", "last", last)
	}
	status, ok := After(c.Status, dec.Decision)
	if !ok {
		return Review{}, problem.New(problem.Conflict, "review-not-now", "status", c.Status, "decision", dec.Decision)
	}
	if err := levelFits(dec, c.Level); err != nil {
		return Review{}, err
	}
	r := Review{
		ID: d.NewID(), Detection: c.ID, Decision: dec.Decision, Reason: dec.Reason, Level: dec.Level,
		Status: status, Follows: dec.Follows, By: who.User, At: d.Now().UTC(),
	}
	return r, d.Store.AddReview(ctx, r)
}

func lastID(reviews []Review) string {
	if len(reviews) == 0 {
		return ""
	}
	return reviews[len(reviews)-1].ID
}

func (d *Desk) validate(dec Decision) error {
	if _, known := After(StatusNew, dec.Decision); !known && dec.Decision != Close {
		return problem.New(problem.Invalid, "review-decision", "decisions", Decisions())
	}
	moves := dec.Decision == Raise || dec.Decision == Lower
	switch {
	case needsReason[dec.Decision] && dec.Reason == "":
		return problem.New(problem.Invalid, "review-reason-missing", "decision", dec.Decision)
	case dec.Reason != "" && !d.Fits(dec.Reason, dec.Decision):
		return problem.New(problem.Invalid, "review-reason-unknown", "list", reasonList)
	case moves && dec.Level == "":
		return problem.New(problem.Invalid, "review-level-missing", "decision", dec.Decision)
	case !moves && dec.Level != "":
		return problem.New(problem.Invalid, "review-level-unwanted", "decision", dec.Decision)
	case dec.Level != "" && !d.Codes.Has("levels", dec.Level):
		return problem.New(problem.Invalid, "review-level-unknown", "list", "levels")
	}
	return nil
}

// levelFits refuses a raise that does not raise and a lower that does not lower.
func levelFits(dec Decision, level string) error {
	from, to := ranks[level], ranks[dec.Level]
	switch {
	case dec.Decision == Raise && to >= from, dec.Decision == Lower && to <= from:
		return problem.New(problem.Invalid, "review-level-direction", "decision", dec.Decision, "level", level)
	}
	return nil
}

// AddNote keeps a remark on a case.
func (d *Desk) AddNote(ctx context.Context, who access.Caller, id, text string) (Note, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return Note{}, problem.New(problem.Invalid, "note-empty")
	case len(text) > maxNote:
		return Note{}, problem.New(problem.TooLarge, "note-too-long", "limit_bytes", maxNote)
	case !utf8.ValidString(text):
		return Note{}, problem.New(problem.Invalid, "body-not-utf8")
	}
	c, err := d.open(ctx, who, access.Note, id)
	if err != nil {
		return Note{}, err
	}
	n := Note{ID: d.NewID(), Detection: c.ID, Text: text, By: who.User, At: d.Now().UTC()}
	return n, d.Store.AddNote(ctx, n)
}

// ForReferral is what a referral needs to know of a detection; see referral.Cases.
func (d *Desk) ForReferral(ctx context.Context, id string) (referral.Subject, error) {
	c, err := d.Store.Case(ctx, id)
	if err != nil {
		return referral.Subject{}, err
	}
	on := referral.Subject{Scope: c.Scope(), Child: c.Assessment != nil && c.Assessment.Path == childPath}
	var open bool
	if on.Status, open = After(c.Status, Refer); !open {
		return on, problem.New(problem.Conflict, "review-not-now", "status", c.Status, "decision", Refer)
	}
	return on, nil
}

// childPath is screening.Assessment's Path where the law presumes a child.
const childPath = "child"

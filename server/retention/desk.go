package retention

import (
	"context"
	"slices"
	"time"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
	"umbral/server/review"
)

// Desk is where records end. Its fields are set once, by main or a test.
type Desk struct {
	Store    Store
	Codes    review.Codebook
	Agencies interface {
		Agency(ctx context.Context, id string) (auth.Agency, error)
	}
	NewID func() string    // UUIDv7
	Now   func() time.Time // server time
}

const (
	// MaxRecords of one destruction: what a second person can look through in a
	// morning before approving.
	MaxRecords = 500
	// pageSize is how many rows one short view of the store reads.
	pageSize = 500
)

// SetHold puts a legal hold on a detection, or takes it off. Both need a reason.
func (d *Desk) SetHold(ctx context.Context, who access.Caller, id string, on bool, reason string) (Hold, error) {
	if !d.Codes.Has(HoldReasons, reason) {
		return Hold{}, problem.New(problem.Invalid, "hold-reason", "list", HoldReasons)
	}
	if _, err := d.row(ctx, who, access.HoldRecord, id); err != nil {
		return Hold{}, err
	}
	h := Hold{Detection: id, On: on, Reason: reason, By: who.User, At: d.Now().UTC()}
	return h, d.Store.SetHold(ctx, h)
}

func (d *Desk) row(ctx context.Context, who access.Caller, do access.Action, id string) (review.Row, error) {
	if _, _, err := access.Reach(who, do); err != nil {
		return review.Row{}, err
	}
	r, err := d.Store.Row(ctx, id)
	if err != nil {
		return review.Row{}, err
	}
	return r, access.Check(who, do, r.Scope())
}

// Due lists the detections of an agency whose term is over, the oldest first, at
// most MaxRecords, and how many there are.
func (d *Desk) Due(ctx context.Context, who access.Caller, agency string) (list []Due, total int, err error) {
	if agency, err = d.agency(who, access.ReadRetention, agency); err != nil {
		return nil, 0, err
	}
	list = []Due{}
	err = d.eachDue(ctx, agency, func(r review.Row, over time.Time) {
		if access.Check(who, access.ReadRetention, r.Scope()) != nil {
			return
		}
		if total++; len(list) < MaxRecords {
			list = append(list, Due{r.ID, r.Folio, r.Level, r.Status, r.ReceivedAt, over, slices.Contains(r.Flags, FlagHold)})
		}
	})
	return list, total, err
}

// CountDue is how many detections of an agency are due and not held: for the
// server's own housekeeping, which says it and does nothing.
func (d *Desk) CountDue(ctx context.Context, agency string) (n int, err error) {
	err = d.eachDue(ctx, agency, func(r review.Row, _ time.Time) {
		if !slices.Contains(r.Flags, FlagHold) {
			n++
		}
	})
	return n, err
}

func (d *Desk) eachDue(ctx context.Context, agency string, do func(review.Row, time.Time)) error {
	t, err := d.terms(ctx, agency)
	if err != nil || len(t.Levels) == 0 {
		return err
	}
	now, shortest, levels := d.Now(), maxDays, []string{}
	for level, days := range t.Levels {
		shortest, levels = min(shortest, days), append(levels, level)
	}
	slices.Sort(levels) // a cursor belongs to one filter
	f := review.Filter{Agency: agency, Levels: levels, To: now.AddDate(0, 0, -shortest), Limit: pageSize}
	for {
		rows, next, err := d.Store.Rows(ctx, f)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if over := r.ReceivedAt.AddDate(0, 0, t.Levels[r.Level]); over.Before(now) {
				do(r, over)
			}
		}
		if f.Cursor = next; next == "" {
			return nil
		}
	}
}

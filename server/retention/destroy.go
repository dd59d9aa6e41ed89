package retention

import (
	"context"
	"slices"

	"umbral/server/access"
	"umbral/server/problem"
)

// Request is what somebody asks to destroy: these detections, or all of an
// agency that are due and not held.
type Request struct {
	Agency string
	IDs    []string
	Due    bool
	Reason string // a code of DestructionReasons
}

// Ask keeps a request, which another person must approve. Invalid for none or
// too many records, and for those of several agencies; Conflict
// "destruction-held" where one is held.
func (d *Desk) Ask(ctx context.Context, who access.Caller, q Request) (Destruction, error) {
	if !d.Codes.Has(DestructionReasons, q.Reason) {
		return Destruction{}, problem.New(problem.Invalid, "destruction-reason", "list", DestructionReasons)
	}
	if (len(q.IDs) > 0) == q.Due {
		return Destruction{}, problem.New(problem.Invalid, "destruction-which")
	}
	agency, err := d.agency(who, access.AskDestruction, q.Agency)
	if err != nil {
		return Destruction{}, err
	}
	ids, err := d.asked(ctx, who, agency, q)
	if err != nil {
		return Destruction{}, err
	}
	if len(ids) == 0 || len(ids) > MaxRecords {
		return Destruction{}, problem.New(problem.Invalid, "destruction-count", "count", len(ids), "max", MaxRecords)
	}
	r := Destruction{
		ID: d.NewID(), Agency: agency, State: Pending, Reason: q.Reason, Records: ids,
		Asked: Mark{By: who.User, At: d.Now().UTC()},
	}
	return r, d.Store.AddDestruction(ctx, r)
}

func (d *Desk) asked(ctx context.Context, who access.Caller, agency string, q Request) (ids []string, err error) {
	if q.Due {
		list, _, err := d.Due(ctx, who, agency)
		for _, one := range list {
			if !one.Held {
				ids = append(ids, one.ID)
			}
		}
		return ids, err
	}
	if len(q.IDs) > MaxRecords {
		return nil, problem.New(problem.Invalid, "destruction-count", "count", len(q.IDs), "max", MaxRecords)
	}
	for _, id := range q.IDs {
		r, err := d.row(ctx, who, access.AskDestruction, id)
		if err != nil {
			return nil, err
		}
		if r.Agency != agency {
			return nil, problem.New(problem.NotFound, "detection-unknown")
		}
		if slices.Contains(r.Flags, FlagHold) {
			return nil, problem.New(problem.Conflict, "destruction-held", "id", id)
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// List is the report: every request of whom who may see, the newest first.
func (d *Desk) List(ctx context.Context, who access.Caller) ([]Destruction, error) {
	agency, _, err := access.Reach(who, access.ReadRetention)
	if err != nil {
		return nil, err
	}
	return d.Store.Destructions(ctx, agency)
}

// Approve executes a request of another person. Forbidden
// "destruction-same-person" for who asked.
func (d *Desk) Approve(ctx context.Context, who access.Caller, id string) (Destruction, error) {
	r, err := d.one(ctx, who, access.DecideDestruction, id)
	switch {
	case err != nil:
		return r, err
	case r.State != Pending:
		return r, problem.New(problem.Conflict, "destruction-decided")
	case r.Asked.By == who.User:
		return r, problem.New(problem.Forbidden, "destruction-same-person")
	}
	return d.Store.ApproveDestruction(ctx, id, Mark{By: who.User, At: d.Now().UTC()})
}

// Refuse ends a request. Who asked may take it back.
func (d *Desk) Refuse(ctx context.Context, who access.Caller, id string) (Destruction, error) {
	r, err := d.one(ctx, who, access.DecideDestruction, id)
	if err != nil {
		return r, err
	}
	return d.Store.RefuseDestruction(ctx, id, Mark{By: who.User, At: d.Now().UTC()})
}

func (d *Desk) one(ctx context.Context, who access.Caller, do access.Action, id string) (Destruction, error) {
	if _, _, err := access.Reach(who, do); err != nil {
		return Destruction{}, err
	}
	r, err := d.Store.Destruction(ctx, id)
	if err != nil {
		return Destruction{}, err
	}
	return r, access.Check(who, do, access.Scope{Kind: "destruction", Agency: r.Agency})
}

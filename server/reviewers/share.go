package reviewers

import (
	"context"
	"slices"

	"umbral/server/access"
	"umbral/server/problem"
)

// Propose lets a holder of the key kid share it with user: nobody has it before a
// second person approves. Forbidden "share-not-holder"; NotFound
// "account-unknown" for who is no reviewer of the agency; Conflict
// "reviewers-own-missing" where that person has no own key yet, "share-exists".
func (d *Desk) Propose(ctx context.Context, who access.Caller, user, kid, sealed string) (Share, error) {
	if _, _, err := access.Reach(who, access.OpenIdentity); err != nil {
		return Share{}, err
	}
	if err := checkSealed(sealed); err != nil {
		return Share{}, err
	}
	if holds, err := d.holds(ctx, who, kid); err != nil {
		return Share{}, err
	} else if !holds {
		return Share{}, problem.New(problem.Forbidden, "share-not-holder")
	}
	p, err := d.People.Person(ctx, user)
	if err != nil {
		return Share{}, err
	}
	if p.Agency != who.Agency || !p.Reviewer {
		return Share{}, problem.New(problem.NotFound, "account-unknown")
	}
	if err := d.hasOwn(ctx, user); err != nil {
		return Share{}, err
	}
	sh := Share{ID: d.NewID(), Agency: who.Agency, KID: kid, User: user, Sealed: sealed, State: Pending, By: who.User, At: d.Now().UTC()}
	return sh, d.Store.AddShare(ctx, sh)
}

// holds says whether who has an active share of the agency's key kid.
func (d *Desk) holds(ctx context.Context, who access.Caller, kid string) (bool, error) {
	shares, err := d.Store.Shares(ctx, who.Agency)
	return slices.ContainsFunc(shares, func(sh Share) bool {
		return sh.KID == kid && sh.User == who.User && sh.State == Active
	}), err
}

// Approve makes a proposed share one that its receiver is given. The second
// person is another holder of that key or an administrator, and neither who
// proposed nor who receives: Forbidden "share-second-person".
func (d *Desk) Approve(ctx context.Context, who access.Caller, id string) error {
	return d.decide(ctx, who, id, Active)
}

// Refuse ends a proposed share. The second person may, and who proposed it.
func (d *Desk) Refuse(ctx context.Context, who access.Caller, id string) error {
	return d.decide(ctx, who, id, Refused)
}

func (d *Desk) decide(ctx context.Context, who access.Caller, id, state string) error {
	if _, _, err := access.Reach(who, access.ManageReviewers); err != nil {
		return err
	}
	shares, err := d.Store.Shares(ctx, who.Agency)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(shares, func(sh Share) bool { return sh.ID == id })
	if i < 0 {
		return problem.New(problem.NotFound, "share-unknown")
	}
	second, err := d.isSecond(ctx, who, shares[i])
	switch {
	case err != nil:
		return err
	case !second && (state == Active || shares[i].By != who.User):
		return problem.New(problem.Forbidden, "share-second-person")
	}
	return d.Store.DecideShare(ctx, who.User, d.Now().UTC(), id, state)
}

func (d *Desk) isSecond(ctx context.Context, who access.Caller, sh Share) (bool, error) {
	if who.User == sh.By || who.User == sh.User {
		return false, nil
	}
	if who.Account == access.Admin {
		return true, nil
	}
	return d.holds(ctx, who, sh.KID)
}

package interpreters

import (
	"cmp"
	"context"
	"time"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
)

// Desk is where the list is kept. Its fields are set once, by main or a test.
type Desk struct {
	Store Store
	Codes Codebook
	// Listed says whether a kind is of somebody who can be listed: "none was
	// needed" is a kind too.
	Listed    func(kind string) bool
	Languages Languages
	Agencies  Agencies
	NewID     func() string    // UUIDv7
	Now       func() time.Time // server time
}

// Agencies knows which there are.
type Agencies interface {
	// Agency returns one. NotFound "agency-unknown".
	Agency(ctx context.Context, id string) (auth.Agency, error)
}

// kind of a scope: who may not know of an interpreter learns "interpreter-unknown".
const scopeKind = "interpreter"

func scope(agency string) access.Scope { return access.Scope{Kind: scopeKind, Agency: agency} }

// List returns the interpreters of an agency; empty: the caller's own. NotFound
// "agency-unknown" for another's, and where there is none.
func (d *Desk) List(ctx context.Context, who access.Caller, agency string) ([]Interpreter, error) {
	agency = cmp.Or(agency, who.Agency)
	if err := access.Check(who, access.ReadInterpreters, access.Scope{Kind: "agency", Agency: agency}); err != nil {
		return nil, err
	}
	if _, err := d.Agencies.Agency(ctx, agency); err != nil { // what is asked for is entered in the book
		return nil, err
	}
	return d.Store.Interpreters(ctx, agency)
}

// Add lists somebody new in i.Agency; empty: the caller's own. Ids, revision and
// marks of i are made here. The problems of clean, and those of the Store.
func (d *Desk) Add(ctx context.Context, who access.Caller, i Interpreter) (Interpreter, error) {
	i.Agency = cmp.Or(i.Agency, who.Agency)
	if err := access.Check(who, access.ManageInterpreters, access.Scope{Kind: "agency", Agency: i.Agency}); err != nil {
		return i, err
	}
	if _, err := d.Agencies.Agency(ctx, i.Agency); err != nil {
		return i, err
	}
	if err := d.clean(&i); err != nil {
		return i, err
	}
	now := d.Now().UTC()
	i.ID, i.Revision = d.NewID(), 1
	i.AddedBy, i.AddedAt, i.UpdatedBy, i.UpdatedAt = who.User, now, who.User, now
	return i, d.Store.PutInterpreter(ctx, i, MostListed)
}

// Change puts i in the place of the one with its id, of which the caller saw
// i.Revision. The agency stays. The problems of clean, and those of the Store.
func (d *Desk) Change(ctx context.Context, who access.Caller, i Interpreter) (Interpreter, error) {
	old, err := d.reached(ctx, who, i.ID)
	if err != nil {
		return i, err
	}
	if err := d.clean(&i); err != nil {
		return i, err
	}
	if i.Revision != old.Revision {
		return i, problem.New(problem.Conflict, "interpreter-changed")
	}
	i.Agency, i.AddedBy, i.AddedAt, i.Revision = old.Agency, old.AddedBy, old.AddedAt, old.Revision+1
	i.UpdatedBy, i.UpdatedAt = who.User, d.Now().UTC()
	return i, d.Store.PutInterpreter(ctx, i, MostListed)
}

// Remove takes somebody out for good. NotFound "interpreter-unknown".
func (d *Desk) Remove(ctx context.Context, who access.Caller, id string) error {
	if _, err := d.reached(ctx, who, id); err != nil {
		return err
	}
	return d.Store.RemoveInterpreter(ctx, who.User, d.Now().UTC(), id)
}

// reached returns one that the caller may manage.
func (d *Desk) reached(ctx context.Context, who access.Caller, id string) (Interpreter, error) {
	if _, _, err := access.Reach(who, access.ManageInterpreters); err != nil {
		return Interpreter{}, err
	}
	i, err := d.Store.Interpreter(ctx, id)
	if err != nil {
		return Interpreter{}, err
	}
	return i, access.Check(who, access.ManageInterpreters, scope(i.Agency))
}

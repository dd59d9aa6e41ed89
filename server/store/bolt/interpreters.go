package bolt

import (
	"context"
	"slices"
	"strings"
	"time"

	"umbral/server/audit"
	"umbral/server/interpreters"
	"umbral/server/problem"
	"umbral/server/shred"
)

func addInterpreters(tx *txn) error { return makeBuckets(tx, bInterpreter) }

// reasonUnlisted is the reason in tombstones of interpreters who were taken out.
const reasonUnlisted = "interpreter_removed"

// interpreterKey is where somebody stands, and the id of the key that what is
// kept of them is sealed under: it is destroyed when they are taken out. It is made
// of their id under a secret of the store, so that no phone can send a record whose
// id is this one and whose end would be theirs.
func (s *Store) interpreterKey(id string) recordID {
	return idAt(s.safe.name([]byte("interpreter:" + id)))
}

// Interpreters implements interpreters.Store.
func (s *Store) Interpreters(ctx context.Context, agency string) (list []interpreters.Interpreter, err error) {
	err = s.view(ctx, "interpreters", func(tx *txn) error {
		list, err = interpretersOf(tx, agency)
		return err
	})
	return list, err
}

func interpretersOf(tx *txn, agency string) ([]interpreters.Interpreter, error) {
	list, err := allWhere(tx, bInterpreter, func(i interpreters.Interpreter) bool { return i.Agency == agency })
	slices.SortFunc(list, func(a, b interpreters.Interpreter) int { return strings.Compare(a.ID, b.ID) }) // version 7: as they were added
	return list, err
}

// Interpreter implements interpreters.Store.
func (s *Store) Interpreter(ctx context.Context, id string) (i interpreters.Interpreter, err error) {
	key := s.interpreterKey(id)
	err = s.view(ctx, "interpreter", func(tx *txn) error {
		i, err = present[interpreters.Interpreter](tx, bInterpreter, string(key[:]), "interpreter-unknown")
		return err
	})
	return i, err
}

// PutInterpreter implements interpreters.Store.
func (s *Store) PutInterpreter(ctx context.Context, i interpreters.Interpreter, most int) error {
	if err := ctx.Err(); err != nil {
		return wrap("put interpreter", err)
	}
	s.gate.RLock()
	defer s.gate.RUnlock()
	key := s.interpreterKey(i.ID)
	if i.Revision == 1 {
		if err := s.safe.records.Add(shred.ID(key)); err != nil {
			return wrap("put interpreter", err)
		}
	}
	return s.update(ctx, "put interpreter", func(tx *txn) error {
		what, err := follows(tx, key, i, most)
		if err != nil {
			return err
		}
		if err := put(tx, bInterpreter, key[:], i); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: i.UpdatedAt, Who: i.UpdatedBy, What: what, ID: i.ID, Detail: i.Agency})
	})
}

// follows says what keeping i is, or why it cannot be kept.
func follows(tx *txn, key recordID, i interpreters.Interpreter, most int) (what string, err error) {
	old, there, err := get[interpreters.Interpreter](tx, bInterpreter, key[:])
	switch {
	case err != nil:
		return "", err
	case i.Revision > 1 && !there:
		return "", problem.New(problem.NotFound, "interpreter-unknown")
	case there && i.Revision != old.Revision+1:
		return "", problem.New(problem.Conflict, "interpreter-changed")
	case there:
		what = "interpreter_changed"
		return what, nil
	}
	all, err := interpretersOf(tx, i.Agency)
	if err == nil && len(all) >= most {
		err = problem.New(problem.Conflict, "interpreters-full", "limit", most)
	}
	what = "interpreter_added"
	return what, err
}

// RemoveInterpreter implements interpreters.Store. The tombstone is durable before
// the key goes: killed in between, the next start destroys the key. It also keeps
// who comes back with an older copy of the store out of it.
func (s *Store) RemoveInterpreter(ctx context.Context, by string, at time.Time, id string) error {
	s.gate.Lock()
	defer s.gate.Unlock()
	key := s.interpreterKey(id)
	err := s.update(ctx, "remove interpreter", func(tx *txn) error {
		i, err := present[interpreters.Interpreter](tx, bInterpreter, string(key[:]), "interpreter-unknown")
		if err != nil {
			return err
		}
		if err := tx.Bucket(bInterpreter).Delete(key[:]); err != nil {
			return err
		}
		if err := put(tx, bTombstone, key[:], tombstone{At: at, Reason: reasonUnlisted, Asked: by}); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "interpreter_removed", ID: id, Detail: i.Agency})
	})
	if err != nil {
		return err
	}
	return wrap("destroy keys", s.safe.records.Destroy(shred.ID(key)))
}

// checkInterpreters holds each against the place that it has.
func (s *Store) checkInterpreters(tx *txn, f *faults) error {
	return each(tx, bInterpreter, nil, func(key, stored []byte) error {
		i, err := read[interpreters.Interpreter](tx, bInterpreter, key, stored)
		if err == nil && (len(key) != sizeID || s.interpreterKey(i.ID) != idAt(key) || i.Agency == "") {
			f.addf("interpreters", "interpreter %s stands in another's place", i.ID)
		}
		return err
	})
}

package bolt

import (
	"context"
	"slices"
	"time"

	"umbral/server/audit"
	"umbral/server/auth"
)

// Families implements auth.Store.
func (s *Store) Families(ctx context.Context, user string) (list []auth.Family, err error) {
	err = s.view(ctx, "sessions", func(tx *txn) error {
		list, err = allWhere(tx, bFamily, func(f auth.Family) bool { return f.User == user })
		return err
	})
	slices.SortFunc(list, func(a, b auth.Family) int { return a.Created.Compare(b.Created) })
	return list, err
}

// Factors implements auth.Store.
func (s *Store) Factors(ctx context.Context, user string) (f auth.Factors, err error) {
	err = s.view(ctx, "factors", func(tx *txn) error {
		f, err = factorsAt(tx, user)
		return err
	})
	return f, err
}

func factorsAt(tx *txn, user string) (f auth.Factors, err error) {
	if _, err = present[auth.Account](tx, bAccount, user, "account-unknown"); err != nil {
		return f, err
	}
	f, _, err = get[auth.Factors](tx, bFactor, []byte(user))
	return f, err
}

// ChangeFactors implements auth.Store.
func (s *Store) ChangeFactors(ctx context.Context, by string, at time.Time, user string, change func(auth.Factors) (auth.FactorStep, error)) error {
	return s.update(ctx, "change factors", func(tx *txn) error {
		f, err := factorsAt(tx, user)
		if err != nil {
			return err
		}
		step, err := change(f)
		if err != nil {
			return err
		}
		if err := put(tx, bFactor, []byte(user), step.Factors); err != nil {
			return err
		}
		if err := strengthen(tx, user, step.Strong); err != nil {
			return err
		}
		if step.Others {
			if err := endFamilies(tx, at, func(f auth.Family) bool { return f.User == user && f.ID != step.Strong }); err != nil {
				return err
			}
		}
		if step.Act == "" {
			return nil
		}
		return enter(tx, audit.Act{At: at, Who: by, What: step.Act, ID: user})
	})
}

// strengthen notes that a factor stands behind a session of user; empty: none.
func strengthen(tx *txn, user, session string) error {
	if session == "" {
		return nil
	}
	f, err := present[auth.Family](tx, bFamily, session, "session-unknown")
	if err != nil || f.User != user {
		return err
	}
	f.Strong = true
	return put(tx, bFamily, []byte(f.ID), f)
}

// ResetFactors implements auth.Store.
func (s *Store) ResetFactors(ctx context.Context, by string, at time.Time, user string) error {
	return s.update(ctx, "reset factors", func(tx *txn) error {
		if _, err := factorsAt(tx, user); err != nil {
			return err
		}
		if err := tx.Bucket(bFactor).Delete([]byte(user)); err != nil {
			return err
		}
		if err := endFamilies(tx, at, func(f auth.Family) bool { return f.User == user }); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "factors_reset", ID: user})
	})
}

// checkFactors finds factors of nobody.
func checkFactors(tx *txn, f *faults) error {
	return each(tx, bFactor, nil, func(key, stored []byte) error {
		if tx.Bucket(bAccount).Get(key) == nil {
			f.addf("accounts", "second factors of %s, which is not there", key)
		}
		_, err := read[auth.Factors](tx, bFactor, key, stored)
		return err
	})
}

package bolt

import (
	"context"
	"slices"
	"time"

	"umbral/server/audit"
	"umbral/server/auth"
)

// token is where a refresh token belongs; its key is the token's hash.
type token struct {
	Family string `json:"family"`
	Gen    int    `json:"gen"`
}

// endFamilies revokes the living families that which names.
func endFamilies(tx *txn, at time.Time, which func(auth.Family) bool) error {
	list, err := allWhere(tx, bFamily, func(f auth.Family) bool { return f.Revoked.IsZero() && which(f) })
	for _, f := range list {
		f.Revoked = at.UTC()
		if err := put(tx, bFamily, []byte(f.ID), f); err != nil {
			return err
		}
	}
	return err
}

// AddFamily implements auth.Store.
func (s *Store) AddFamily(ctx context.Context, f auth.Family, hash string) error {
	return s.update(ctx, "sign in", func(tx *txn) error {
		if err := put(tx, bFamily, []byte(f.ID), f); err != nil {
			return err
		}
		if hash != "" {
			if err := put(tx, bToken, []byte(hash), token{f.ID, f.Gen}); err != nil {
				return err
			}
		}
		if err := joinDevice(tx, f); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: f.Created, Who: f.User, What: "login", ID: f.ID})
	})
}

// Family implements auth.Store.
func (s *Store) Family(ctx context.Context, id string) (f auth.Family, err error) {
	err = s.view(ctx, "session", func(tx *txn) error {
		f, err = present[auth.Family](tx, bFamily, id, "session-unknown")
		return err
	})
	return f, err
}

// UseToken implements auth.Store.
func (s *Store) UseToken(ctx context.Context, hash string, at time.Time, decide func(auth.Family, int) auth.Step) (f auth.Family, err error) {
	err = s.update(ctx, "use token", func(tx *txn) error {
		t, err := present[token](tx, bToken, hash, "session-unknown")
		if err != nil {
			return err
		}
		if f, err = present[auth.Family](tx, bFamily, t.Family, "session-unknown"); err != nil {
			return err
		}
		step := decide(f, t.Gen)
		f = step.Family
		if err := put(tx, bFamily, []byte(f.ID), f); err != nil {
			return err
		}
		if step.Token != "" {
			if err := joinDevice(tx, f); err != nil {
				return err
			}
			if err := put(tx, bToken, []byte(step.Token), token{f.ID, step.Gen}); err != nil {
				return err
			}
		}
		if step.Act == "" {
			return nil
		}
		return enter(tx, audit.Act{At: at, Who: f.User, What: step.Act, ID: f.ID})
	})
	return f, err
}

// EndFamily implements auth.Store.
func (s *Store) EndFamily(ctx context.Context, by string, at time.Time, id string) error {
	return s.update(ctx, "end session", func(tx *txn) error {
		f, err := present[auth.Family](tx, bFamily, id, "session-unknown")
		if err != nil || !f.Revoked.IsZero() {
			return err
		}
		f.Revoked = at.UTC()
		if err := put(tx, bFamily, []byte(id), f); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "session_ended", ID: id})
	})
}

// Failures implements auth.Store.
func (s *Store) Failures(ctx context.Context, key string) (f auth.Failures, err error) {
	err = s.view(ctx, "failures", func(tx *txn) error {
		f, _, err = get[auth.Failures](tx, bFailure, tx.name(key))
		return err
	})
	return f, err
}

// Fail implements auth.Store.
func (s *Store) Fail(ctx context.Context, at, since time.Time, keys ...string) error {
	return s.update(ctx, "count failure", func(tx *txn) error {
		for _, key := range keys {
			f, _, err := get[auth.Failures](tx, bFailure, tx.name(key))
			if err != nil {
				return err
			}
			if f.Last.Before(since) {
				f.Count = 0
			}
			if err := put(tx, bFailure, tx.name(key), auth.Failures{Count: f.Count + 1, Last: at.UTC()}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Forgive implements auth.Store. Most log-ins have nothing to forgive and cost
// no commit.
func (s *Store) Forgive(ctx context.Context, key string) error {
	f, err := s.Failures(ctx, key)
	if err != nil || f.Count == 0 {
		return err
	}
	return s.update(ctx, "forgive", func(tx *txn) error { return tx.Bucket(bFailure).Delete(tx.name(key)) })
}

// SigningKeys implements auth.Store.
func (s *Store) SigningKeys(ctx context.Context) (list []auth.SigningKey, err error) {
	err = s.view(ctx, "signing keys", func(tx *txn) error {
		list, err = all[auth.SigningKey](tx, bSigning, nil)
		return err
	})
	slices.SortFunc(list, func(a, b auth.SigningKey) int { return a.Created.Compare(b.Created) })
	return list, err
}

// AddSigningKey implements auth.Store.
func (s *Store) AddSigningKey(ctx context.Context, by string, k auth.SigningKey) error {
	return s.update(ctx, "add signing key", func(tx *txn) error {
		old, err := allWhere(tx, bSigning, func(o auth.SigningKey) bool { return o.Retired.IsZero() })
		if err != nil {
			return err
		}
		for _, o := range old {
			o.Retired = k.Created
			if err := put(tx, bSigning, []byte(o.KID), o); err != nil {
				return err
			}
		}
		if err := put(tx, bSigning, []byte(k.KID), k); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: k.Created, Who: by, What: "signing_key_added", ID: k.KID})
	})
}

// DropSigningKeys implements auth.Store.
func (s *Store) DropSigningKeys(ctx context.Context, t time.Time) (kids []string, err error) {
	err = s.update(ctx, "drop signing keys", func(tx *txn) error {
		old, err := allWhere(tx, bSigning, func(o auth.SigningKey) bool { return !o.Retired.IsZero() && o.Retired.Before(t) })
		for _, k := range old {
			if err := tx.Bucket(bSigning).Delete([]byte(k.KID)); err != nil {
				return err
			}
			if err := enter(tx, audit.Act{At: t, Who: audit.System, What: "signing_key_dropped", ID: k.KID}); err != nil {
				return err
			}
			kids = append(kids, k.KID)
		}
		return err
	})
	return kids, err
}

// Sweep implements auth.Store.
func (s *Store) Sweep(ctx context.Context, t time.Time) (int, error) {
	gone := map[string]bool{}
	err := s.update(ctx, "sweep", func(tx *txn) error {
		clear(gone)
		err := deleteWhere(tx, bFamily, func(f auth.Family) bool {
			over := f.Expires.Before(t) || (!f.Revoked.IsZero() && f.Revoked.Before(t))
			if over {
				gone[f.ID] = true
			}
			return over
		})
		if err != nil {
			return err
		}
		if len(gone) > 0 {
			if err := deleteWhere(tx, bToken, func(k token) bool { return gone[k.Family] }); err != nil {
				return err
			}
		}
		if err := deleteWhere(tx, bCode, func(c auth.Code) bool { return c.Expires.Before(t) }); err != nil {
			return err
		}
		return deleteWhere(tx, bFailure, func(f auth.Failures) bool { return f.Last.Before(t) })
	})
	return len(gone), err
}

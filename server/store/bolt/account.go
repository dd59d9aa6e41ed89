package bolt

import (
	"context"
	"time"

	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/problem"
)

// AddAgency implements auth.Store.
func (s *Store) AddAgency(ctx context.Context, by string, at time.Time, a auth.Agency) error {
	return s.update(ctx, "add agency", func(tx *txn) error {
		return addAgency(tx, by, at, a)
	})
}

func addAgency(tx *txn, by string, at time.Time, a auth.Agency) error {
	if tx.Bucket(bAgency).Get([]byte(a.ID)) != nil {
		return problem.New(problem.Conflict, "agency-exists")
	}
	if err := put(tx, bAgency, []byte(a.ID), a); err != nil {
		return err
	}
	return enter(tx, audit.Act{At: at, Who: by, What: "agency_added", ID: a.ID})
}

// ChangeAgency implements auth.Store.
func (s *Store) ChangeAgency(ctx context.Context, by string, at time.Time, id, authority string) (g auth.Agency, err error) {
	err = s.update(ctx, "change agency", func(tx *txn) error {
		if g, err = present[auth.Agency](tx, bAgency, id, "agency-unknown"); err != nil {
			return err
		}
		g.Authority = authority
		if err := put(tx, bAgency, []byte(id), g); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "agency_authority", ID: id, Detail: authority})
	})
	return g, err
}

// Agency implements auth.Store.
func (s *Store) Agency(ctx context.Context, id string) (a auth.Agency, err error) {
	err = s.view(ctx, "agency", func(tx *txn) error {
		a, err = present[auth.Agency](tx, bAgency, id, "agency-unknown")
		return err
	})
	return a, err
}

// present reads the value under id, NotFound typ without it.
func present[T any](tx *txn, bucket []byte, id, typ string) (v T, err error) {
	if id == "" { // bbolt has no empty keys
		return v, problem.New(problem.NotFound, typ)
	}
	v, ok, err := get[T](tx, bucket, []byte(id))
	if err == nil && !ok {
		err = problem.New(problem.NotFound, typ)
	}
	return v, err
}

// Agencies implements auth.Store.
func (s *Store) Agencies(ctx context.Context) (list []auth.Agency, err error) {
	err = s.view(ctx, "agencies", func(tx *txn) error {
		list, err = all[auth.Agency](tx, bAgency, nil)
		return err
	})
	return list, err
}

// AddAccount implements auth.Store.
func (s *Store) AddAccount(ctx context.Context, by string, at time.Time, a auth.Account, hash string) error {
	return s.update(ctx, "add account", func(tx *txn) error {
		return addAccount(tx, by, at, a, hash)
	})
}

func addAccount(tx *txn, by string, at time.Time, a auth.Account, hash string) error {
	if _, err := present[auth.Agency](tx, bAgency, a.Agency, "agency-unknown"); err != nil {
		return err
	}
	names := tx.Bucket(bUsername)
	if names.Get(tx.name(a.Username)) != nil {
		return problem.New(problem.Conflict, "username-taken")
	}
	if err := names.Put(tx.name(a.Username), []byte(a.ID)); err != nil {
		return err
	}
	if err := putBytes(tx, bCredential, []byte(a.ID), []byte(hash)); err != nil {
		return err
	}
	if err := put(tx, bAccount, []byte(a.ID), a); err != nil {
		return err
	}
	return enter(tx, audit.Act{At: at, Who: by, What: "account_added", ID: a.ID})
}

// Account implements auth.Store.
func (s *Store) Account(ctx context.Context, id string) (a auth.Account, err error) {
	err = s.view(ctx, "account", func(tx *txn) error {
		a, err = present[auth.Account](tx, bAccount, id, "account-unknown")
		return err
	})
	return a, err
}

// AccountByName implements auth.Store.
func (s *Store) AccountByName(ctx context.Context, username string) (a auth.Account, hash string, err error) {
	err = s.view(ctx, "account by name", func(tx *txn) error {
		id := tx.Bucket(bUsername).Get(tx.name(username))
		a, err = present[auth.Account](tx, bAccount, string(id), "account-unknown")
		if err != nil {
			return err
		}
		text, err := tx.decode(bCredential, id, tx.Bucket(bCredential).Get(id))
		hash = string(text)
		return err
	})
	return a, hash, err
}

// Accounts implements auth.Store.
func (s *Store) Accounts(ctx context.Context, agency string) (list []auth.Account, err error) {
	err = s.view(ctx, "accounts", func(tx *txn) error {
		list, err = allWhere(tx, bAccount, func(a auth.Account) bool { return agency == "" || a.Agency == agency })
		return err
	})
	return list, err
}

func allWhere[T any](tx *txn, bucket []byte, keep func(T) bool) ([]T, error) {
	list := []T{}
	err := each(tx, bucket, nil, func(key, stored []byte) error {
		v, err := read[T](tx, bucket, key, stored)
		if err == nil && keep(v) {
			list = append(list, v)
		}
		return err
	})
	return list, err
}

// ChangeAccount implements auth.Store.
func (s *Store) ChangeAccount(ctx context.Context, by string, at time.Time, what, id string, edit func(*auth.Account) error, revoke bool) error {
	return s.update(ctx, "change account", func(tx *txn) error {
		old, err := present[auth.Account](tx, bAccount, id, "account-unknown")
		if err != nil {
			return err
		}
		a := old
		if err := edit(&a); err != nil {
			return err
		}
		if _, err := present[auth.Agency](tx, bAgency, a.Agency, "agency-unknown"); err != nil {
			return err
		}
		a.ID, a.Username = old.ID, old.Username
		if err := put(tx, bAccount, []byte(a.ID), a); err != nil {
			return err
		}
		if revoke {
			if err := endFamilies(tx, at, func(f auth.Family) bool { return f.User == a.ID }); err != nil {
				return err
			}
		}
		return enter(tx, audit.Act{At: at, Who: by, What: what, ID: a.ID})
	})
}

// SetHash implements auth.Store.
func (s *Store) SetHash(ctx context.Context, by string, at time.Time, id, hash string) error {
	return s.update(ctx, "set password", func(tx *txn) error {
		if _, err := present[auth.Account](tx, bAccount, id, "account-unknown"); err != nil {
			return err
		}
		if err := putBytes(tx, bCredential, []byte(id), []byte(hash)); err != nil {
			return err
		}
		if err := endFamilies(tx, at, func(f auth.Family) bool { return f.User == id }); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "password_set", ID: id})
	})
}

// ArmSetup implements auth.Store.
func (s *Store) ArmSetup(ctx context.Context, at time.Time, hash []byte) error {
	return s.update(ctx, "arm setup", func(tx *txn) error {
		if hasPrefix(tx, bAccount, nil) {
			return problem.New(problem.Conflict, "setup-done")
		}
		if err := putBytes(tx, bSetup, keySetup, hash); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: audit.System, What: "setup_armed"})
	})
}

// SetupHash implements auth.Store.
func (s *Store) SetupHash(ctx context.Context) (hash []byte, err error) {
	err = s.view(ctx, "setup", func(tx *txn) error {
		hash, err = setupHash(tx)
		return err
	})
	return hash, err
}

func setupHash(tx *txn) ([]byte, error) {
	stored := tx.Bucket(bSetup).Get(keySetup)
	if stored == nil {
		return nil, problem.New(problem.NotFound, "setup-done")
	}
	return tx.decode(bSetup, keySetup, stored)
}

// FinishSetup implements auth.Store.
func (s *Store) FinishSetup(ctx context.Context, at time.Time, hash []byte, g auth.Agency, a auth.Account, password string) error {
	return s.update(ctx, "finish setup", func(tx *txn) error {
		armed, err := setupHash(tx)
		if problem.KindOf(err) == problem.NotFound || (err == nil && (string(armed) != string(hash) || hasPrefix(tx, bAccount, nil))) {
			return problem.New(problem.Conflict, "setup-done")
		}
		if err != nil {
			return err
		}
		if err := tx.Bucket(bSetup).Delete(keySetup); err != nil {
			return err
		}
		if err := addAgency(tx, audit.System, at, g); err != nil {
			return err
		}
		return addAccount(tx, audit.System, at, a, password)
	})
}

package bolt

import (
	"context"
	"slices"
	"time"

	"umbral/server/audit"
	"umbral/server/problem"
	"umbral/server/reviewers"
	"umbral/server/seal"
)

// ReviewersKeys implements reviewers.Store.
func (s *Store) ReviewersKeys(ctx context.Context, agency string) (list []seal.ReviewersKey, err error) {
	err = s.view(ctx, "reviewers' keys", func(tx *txn) error {
		list, err = reviewersKeys(tx, agency)
		return err
	})
	return list, err
}

func reviewersKeys(tx *txn, agency string) ([]seal.ReviewersKey, error) {
	list, err := allWhere(tx, bReviewKey, func(k seal.ReviewersKey) bool { return agency == "" || k.Agency == agency })
	slices.SortFunc(list, func(a, b seal.ReviewersKey) int { return a.Created.Compare(b.Created) })
	return list, err
}

// AddReviewersKey implements reviewers.Store.
func (s *Store) AddReviewersKey(ctx context.Context, by string, at time.Time, k seal.ReviewersKey, own reviewers.Share) error {
	return s.update(ctx, "add reviewers' key", func(tx *txn) error {
		keys, err := reviewersKeys(tx, k.Agency)
		if err != nil {
			return err
		}
		current := ""
		for _, old := range keys {
			if !old.Current {
				continue
			}
			current, old.Current = old.KID, false
			if err := put(tx, bReviewKey, []byte(old.KID), old); err != nil {
				return err
			}
		}
		if current != k.SignedBy || tx.Bucket(bReviewKey).Get([]byte(k.KID)) != nil {
			return problem.New(problem.Conflict, "reviewers-key-outdated")
		}
		if err := put(tx, bReviewKey, []byte(k.KID), k); err != nil {
			return err
		}
		if err := put(tx, bShare, []byte(own.ID), own); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "reviewers_key_added", ID: k.KID})
	})
}

// Owns implements reviewers.Store.
func (s *Store) Owns(ctx context.Context, users []string) (list []reviewers.Own, err error) {
	err = s.view(ctx, "reviewers' own keys", func(tx *txn) error {
		for _, user := range users {
			o, ok, err := get[reviewers.Own](tx, bOwnKey, []byte(user))
			if err != nil {
				return err
			}
			if ok {
				list = append(list, o)
			}
		}
		return nil
	})
	return list, err
}

// PutOwn implements reviewers.Store.
func (s *Store) PutOwn(ctx context.Context, o reviewers.Own) error {
	return s.update(ctx, "put own key", func(tx *txn) error {
		old, ok, err := get[reviewers.Own](tx, bOwnKey, []byte(o.User))
		if err != nil {
			return err
		}
		if ok && old.PublicKey != o.PublicKey {
			if err := endShares(tx, o); err != nil {
				return err
			}
		}
		if err := put(tx, bOwnKey, []byte(o.User), o); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: o.At, Who: o.User, What: "reviewers_own_key_set", ID: o.User})
	})
}

// endShares ends what was sealed to a key that its owner gave up.
func endShares(tx *txn, o reviewers.Own) error {
	list, err := allWhere(tx, bShare, func(sh reviewers.Share) bool {
		return sh.User == o.User && (sh.State == reviewers.Active || sh.State == reviewers.Pending)
	})
	for _, sh := range list {
		sh.State, sh.DecidedBy, sh.DecidedAt = reviewers.Ended, o.User, o.At
		if err := put(tx, bShare, []byte(sh.ID), sh); err != nil {
			return err
		}
	}
	return err
}

// Shares implements reviewers.Store.
func (s *Store) Shares(ctx context.Context, agency string) (list []reviewers.Share, err error) {
	err = s.view(ctx, "shares", func(tx *txn) error {
		list, err = allWhere(tx, bShare, func(sh reviewers.Share) bool { return sh.Agency == agency })
		return err
	})
	return list, err // ids are of version 7: in order of their making
}

// AddShare implements reviewers.Store.
func (s *Store) AddShare(ctx context.Context, sh reviewers.Share) error {
	return s.update(ctx, "add share", func(tx *txn) error {
		same, err := allWhere(tx, bShare, func(o reviewers.Share) bool {
			return o.KID == sh.KID && o.User == sh.User && (o.State == reviewers.Active || o.State == reviewers.Pending)
		})
		if err != nil {
			return err
		}
		if len(same) > 0 {
			return problem.New(problem.Conflict, "share-exists")
		}
		if err := put(tx, bShare, []byte(sh.ID), sh); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: sh.At, Who: sh.By, What: "share_proposed", ID: sh.ID})
	})
}

// DecideShare implements reviewers.Store.
func (s *Store) DecideShare(ctx context.Context, by string, at time.Time, id, state string) error {
	return s.update(ctx, "decide share", func(tx *txn) error {
		sh, err := present[reviewers.Share](tx, bShare, id, "share-unknown")
		if err != nil {
			return err
		}
		if sh.State != reviewers.Pending {
			return problem.New(problem.Conflict, "share-decided")
		}
		sh.State, sh.DecidedBy, sh.DecidedAt = state, by, at.UTC()
		if err := put(tx, bShare, []byte(id), sh); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "share_" + state, ID: id})
	})
}

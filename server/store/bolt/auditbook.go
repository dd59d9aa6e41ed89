package bolt

import (
	"bytes"
	"context"

	bolt "go.etcd.io/bbolt"

	"umbral/server/audit"
)

// auditBook is audit.Book inside one transaction.
type auditBook struct{ tx *txn }

func (b auditBook) Last() (audit.Entry, bool, error) {
	k, v := b.tx.Bucket(bAudit).Cursor().Last()
	if k == nil {
		return audit.Entry{}, false, nil
	}
	e, err := read[audit.Entry](b.tx, bAudit, k, v)
	return e, err == nil, err
}

func (b auditBook) Put(e audit.Entry) error { return put(b.tx, bAudit, number(e.Seq), e) }

// enter writes a line about what the transaction does.
func enter(tx *txn, a audit.Act) error {
	_, err := audit.Append(auditBook{tx}, a)
	return err
}

// Enter writes a line about an act that changes nothing else: an export, the
// reading of a case. Durable on return.
func (s *Store) Enter(ctx context.Context, a audit.Act) error {
	return s.update(ctx, "audit", func(tx *txn) error { return enter(tx, a) })
}

// Audit returns up to limit lines of the book after the one with number seq, in
// order; never nil.
func (s *Store) Audit(ctx context.Context, seq uint64, limit int) ([]audit.Entry, error) {
	return s.lines(ctx, limit, func(c *bolt.Cursor) ([]byte, []byte) { return c.Seek(number(seq + 1)) }, (*bolt.Cursor).Next)
}

// AuditBefore implements audit.Store.
func (s *Store) AuditBefore(ctx context.Context, seq uint64, limit int) ([]audit.Entry, error) {
	return s.lines(ctx, limit, func(c *bolt.Cursor) ([]byte, []byte) {
		if seq > 0 {
			if at, _ := c.Seek(number(seq)); at != nil {
				return c.Prev()
			}
		}
		return c.Last()
	}, (*bolt.Cursor).Prev)
}

// lines reads up to limit entries from where first leads, step by step; never nil.
func (s *Store) lines(ctx context.Context, limit int, first, step func(*bolt.Cursor) ([]byte, []byte)) ([]audit.Entry, error) {
	entries := []audit.Entry{}
	err := s.view(ctx, "read audit", func(tx *txn) error {
		c := tx.Bucket(bAudit).Cursor()
		for k, v := first(c); k != nil && len(entries) < limit; k, v = step(c) {
			e, err := read[audit.Entry](tx, bAudit, k, v)
			if err != nil {
				return err
			}
			entries = append(entries, e)
		}
		return nil
	})
	return entries, err
}

// VerifyAudit implements store.Store: one view, so that the book is of one moment.
func (s *Store) VerifyAudit(ctx context.Context, proof *audit.Proof) (n uint64, err error) {
	err = s.view(ctx, "verify audit", func(tx *txn) error {
		err := eachLine(tx, proof.Next)
		if err != nil {
			return err
		}
		n, err = proof.End()
		return err
	})
	return n, err
}

// checkAudit verifies the whole chain.
func checkAudit(tx *txn) error {
	var chain audit.Chain
	return eachLine(tx, chain.Next)
}

// eachLine calls do for every entry, each of which must stand at its number.
func eachLine(tx *txn, do func(audit.Entry) error) error {
	return each(tx, bAudit, nil, func(key, stored []byte) error {
		e, err := read[audit.Entry](tx, bAudit, key, stored)
		if err != nil {
			return err
		}
		if !bytes.Equal(key, number(e.Seq)) {
			return errAuditPlace
		}
		return do(e)
	})
}

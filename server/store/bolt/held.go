package bolt

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"

	"umbral/server/audit"
	"umbral/server/ingest"
	"umbral/server/problem"
)

// Quarantine implements ingest.Shelf.
func (s *Store) Quarantine(ctx context.Context, agency, cursor string, limit int) (ingest.EntryPage, error) {
	page := ingest.EntryPage{Items: []ingest.Entry{}}
	prefix := heldPrefix(agency)
	from := prefix
	if cursor != "" {
		b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
		if err != nil || len(b) != sizeStamp+sizeID+sizeHash {
			return page, errCursor()
		}
		from = append(bytes.Clone(prefix), b...)
	}
	err := s.view(ctx, "list quarantine", func(tx *txn) error {
		c := tx.Bucket(bHeldQueue).Cursor()
		for k, _ := c.Seek(from); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			if len(page.Items) >= max(limit, 1) {
				page.Next = base64.RawURLEncoding.EncodeToString(k[len(prefix):])
				return nil
			}
			e, ok, err := get[ingest.Entry](tx, bHeld, k[len(k)-sizeID-sizeHash:])
			if err != nil {
				return err
			}
			if ok {
				page.Items = append(page.Items, e)
			}
		}
		return nil
	})
	return page, err
}

// Held implements ingest.Shelf.
func (s *Store) Held(ctx context.Context, key string) (e ingest.Entry, err error) {
	err = s.view(ctx, "held", func(tx *txn) error {
		e, _, err = heldAt(tx, key)
		return err
	})
	return e, err
}

func heldAt(tx *txn, key string) (ingest.Entry, []byte, error) {
	content, ok := parseHeldKey(key)
	if ok {
		e, ok, err := get[ingest.Entry](tx, bHeld, content)
		if ok || err != nil {
			return e, content, err
		}
	}
	return ingest.Entry{}, nil, problem.New(problem.NotFound, "quarantine-unknown")
}

// Release implements ingest.Shelf.
func (s *Store) Release(ctx context.Context, key string, k ingest.Kept, d ingest.Decision) (ingest.Outcome, error) {
	if p := parcelOf(k); !p.ok || len(k.Reasons) > 0 {
		return ingest.Outcome{}, wrap("release", errors.New("only what is found valid leaves the quarantine"))
	}
	s.gate.RLock()
	defer s.gate.RUnlock()
	parcels, err := s.parcels(k)
	if err != nil {
		return ingest.Outcome{}, wrap("release", err)
	}
	var o ingest.Outcome
	err = s.update(ctx, "release", func(tx *txn) error {
		if err := decideHeld(tx, key, d, "quarantine_released"); err != nil {
			return err
		}
		counts := tally{}
		var err error
		if o, err = keepOne(tx, counts, parcels[0]); err != nil {
			return err
		}
		return counts.apply(tx)
	})
	return o, err
}

// Discard implements ingest.Shelf.
func (s *Store) Discard(ctx context.Context, key string, d ingest.Decision) error {
	return s.update(ctx, "discard", func(tx *txn) error {
		return decideHeld(tx, key, d, "quarantine_discarded")
	})
}

// decideHeld keeps a decision and takes the entry out of the queue, never out of
// the quarantine.
func decideHeld(tx *txn, key string, d ingest.Decision, act string) error {
	e, content, err := heldAt(tx, key)
	if err != nil {
		return err
	}
	if e.Decision != nil {
		return problem.New(problem.Conflict, "quarantine-decided")
	}
	for _, k := range heldQueueKeys(e, content) {
		if err := tx.Bucket(bHeldQueue).Delete(k); err != nil {
			return err
		}
	}
	e.Decision = &d
	if err := put(tx, bHeld, content, e); err != nil {
		return err
	}
	return enter(tx, audit.Act{At: d.At, Who: d.By, What: act, ID: e.ID})
}

package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"umbral/screening"
	"umbral/server/audit"
	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/referral"
	"umbral/server/review"
)

// Case implements review.Store.
func (s *Store) Case(ctx context.Context, id string) (c review.Case, err error) {
	err = s.view(ctx, "case", func(tx *txn) error {
		r, key, err := rowAt(tx, id)
		if err != nil {
			return err
		}
		if c.Row, err = withReadFlags(tx, r, key); err != nil {
			return err
		}
		for _, read := range []func(*txn, row, recordID, *review.Case) error{readRecord, readEncounter, readAddenda, readWork, readConflicts} {
			if err := read(tx, r, key, &c); err != nil {
				return err
			}
		}
		return nil
	})
	return c, err
}

func readRecord(tx *txn, _ row, id recordID, c *review.Case) (err error) {
	if c.Record, err = plainAt(tx, id); err != nil {
		return err
	}
	if v := tx.Bucket(bAssessment).Get(id[:]); v != nil {
		a, err := read[screening.Assessment](tx, bAssessment, id[:], v)
		if err != nil {
			return err
		}
		c.Assessment = &a
	}
	return nil
}

func plainAt(tx *txn, id recordID) (json.RawMessage, error) {
	v := tx.Bucket(bPlain).Get(id[:])
	if v == nil {
		return nil, fmt.Errorf("record %s has no text: run \"server check\"", id)
	}
	return tx.decode(bPlain, id[:], v)
}

func readEncounter(tx *txn, r row, _ recordID, c *review.Case) error {
	target, ok := parseID(r.Encounter)
	if !ok {
		return nil
	}
	ids, err := linked(tx, linkEncounter, r.Agency, target)
	if err != nil || len(ids) == 0 {
		return err
	}
	c.Encounter, err = plainAt(tx, ids[len(ids)-1])
	return err
}

func readAddenda(tx *txn, r row, id recordID, c *review.Case) error {
	c.Addenda = []json.RawMessage{}
	ids, err := addendaOf(tx, r, id)
	if err != nil {
		return err
	}
	for _, from := range ids {
		text, err := plainAt(tx, from)
		if err != nil {
			return err
		}
		c.Addenda = append(c.Addenda, text)
	}
	return nil
}

// linked returns the records that speak of these targets, in order of arrival.
// Those of another agency do not count: nobody writes into the cases of others.
func linked(tx *txn, kind byte, agency string, targets ...recordID) (ids []recordID, err error) {
	var arrivals [][]byte // the ends of the links' keys: received, id
	for _, target := range targets {
		prefix := linkPrefix(kind, target)
		err = errors.Join(err, each(tx, bLink, prefix, func(key, _ []byte) error {
			id := linkFrom(key)
			k, ok, err := get[ingest.Kept](tx, bOther, id[:])
			if ok && k.Agency == agency {
				arrivals = append(arrivals, bytes.Clone(key[len(prefix):]))
			}
			return err
		}))
	}
	slices.SortFunc(arrivals, bytes.Compare)
	for _, a := range slices.CompactFunc(arrivals, bytes.Equal) {
		ids = append(ids, idAt(a[sizeStamp:]))
	}
	return ids, err
}

func readWork(tx *txn, _ row, id recordID, c *review.Case) (err error) {
	if c.Reviews, err = all[review.Review](tx, bReview, id[:]); err != nil {
		return err
	}
	if c.Referrals, err = all[referral.Referral](tx, bReferral, id[:]); err != nil {
		return err
	}
	c.Notes, err = all[review.Note](tx, bNote, id[:])
	return err
}

func readConflicts(tx *txn, r row, id recordID, c *review.Case) error {
	c.Conflicts = []review.Conflict{}
	kept, err := all[ingest.Kept](tx, bConflict, id[:])
	for _, k := range kept {
		if k.Agency == r.Agency {
			c.Conflicts = append(c.Conflicts, review.Conflict{SHA256: k.Hash, ReceivedAt: k.ReceivedAt, Detection: k.Plain})
		}
	}
	return err
}

// AddReview implements review.Store.
func (s *Store) AddReview(ctx context.Context, v review.Review) error {
	return s.update(ctx, "add review", func(tx *txn) error {
		from, id, err := rowAt(tx, v.Detection)
		if err != nil {
			return err
		}
		last, err := lastReview(tx, id)
		if err != nil {
			return err
		}
		if last != v.Follows {
			return problem.New(problem.Conflict, "review-outdated")
		}
		if err := appendTo(tx, bReview, id, v); err != nil {
			return err
		}
		to := from
		to.Status = v.Status
		if v.Level != "" {
			to.Level = v.Level
		}
		if err := moveRow(tx, from, to); err != nil {
			return err
		}
		e := event{Type: "review", ID: to.ID, Folio: to.Folio, Decision: v.Decision, Status: to.Status, At: v.At}
		if err := announceRecord(tx, to, id, e); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: v.At, Who: v.By, What: "review_" + v.Decision, ID: to.ID})
	})
}

func lastReview(tx *txn, id recordID) (string, error) {
	k, v := lastKey(tx, bReview, id[:])
	if k == nil {
		return "", nil
	}
	last, err := read[review.Review](tx, bReview, k, v)
	return last.ID, err
}

// appendTo puts v behind what a detection has in bucket.
func appendTo(tx *txn, bucket []byte, id recordID, v any) error {
	seq := uint64(1)
	if k, _ := lastKey(tx, bucket, id[:]); k != nil {
		seq = binary.BigEndian.Uint64(k[sizeID:]) + 1
	}
	return put(tx, bucket, seqKey(id, seq), v)
}

// AddReferral implements referral.Store.
func (s *Store) AddReferral(ctx context.Context, v referral.Referral) error {
	return s.update(ctx, "add referral", func(tx *txn) error {
		from, id, err := rowAt(tx, v.Detection)
		if err != nil {
			return err
		}
		if err := appendTo(tx, bReferral, id, v); err != nil {
			return err
		}
		to := from
		to.Status = v.Status
		if err := moveRow(tx, from, to); err != nil {
			return err
		}
		e := event{Type: "referral", ID: to.ID, Folio: to.Folio, Status: to.Status, At: v.At}
		if err := announceRecord(tx, to, id, e); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: v.At, Who: v.By, What: "referral", ID: to.ID})
	})
}

// AddNote implements review.Store.
func (s *Store) AddNote(ctx context.Context, v review.Note) error {
	return s.update(ctx, "add note", func(tx *txn) error {
		_, id, err := rowAt(tx, v.Detection)
		if err != nil {
			return err
		}
		if err := appendTo(tx, bNote, id, v); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: v.At, Who: v.By, What: "note", ID: v.Detection})
	})
}

// event is what a device should know. It names a record by its id
// and folio, both of which the device that made it had; it says no level.
type event struct {
	Type     string    `json:"type"`
	ID       string    `json:"id,omitempty"`
	Folio    string    `json:"folio,omitempty"`
	Decision string    `json:"decision,omitempty"`
	Status   string    `json:"status,omitempty"`
	At       time.Time `json:"at"`
}

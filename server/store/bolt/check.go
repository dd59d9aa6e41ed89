package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/referral"
	"umbral/server/review"
	"umbral/server/shred"
)

var errAuditPlace = errors.New("audit: an entry stands at another place than its number")

// maxFaults ends a check that finds fault after fault: more say no more.
const maxFaults = 100

// Check reads everything and returns an error that joins what is wrong: pages
// of the file, a value that cannot be read, an index entry without its row or
// a row without its entries, counts, links, heads, the audit chain. It keeps one
// read transaction open for as long as it takes.
func (s *Store) Check(ctx context.Context) error {
	return s.view(ctx, "check", func(tx *txn) error {
		var f faults
		for err := range tx.Check() { // must be read to its end
			f.add("file", err)
		}
		if len(f.list) > 0 {
			return errors.Join(f.list...) // nothing behind broken pages can be trusted
		}
		for _, part := range []struct {
			name string
			do   func(*txn, *faults) error
		}{
			{"keys", s.checkKeys}, {"tombstones", s.checkTombstones}, {"rows", checkRows}, {"index", checkIndex}, {"records", checkRecords}, {"links", checkLinks},
			{"quarantine", checkHeld}, {"accounts", checkAccounts}, {"factors", checkFactors}, {"sessions", checkSessions},
			{"work", checkWork}, {"interpreters", s.checkInterpreters}, {"translations", checkDesk}, {"audit", func(tx *txn, _ *faults) error { return checkAudit(tx) }},
		} {
			if err := ctx.Err(); err != nil {
				return err
			}
			f.add(part.name, part.do(tx, &f))
		}
		return errors.Join(f.list...)
	})
}

// faults gathers what a check finds.
type faults struct{ list []error }

func (f *faults) add(part string, err error) {
	if err != nil && len(f.list) < maxFaults {
		f.list = append(f.list, fmt.Errorf("%s: %w", part, err))
	}
}

func (f *faults) addf(part, format string, args ...any) { f.add(part, fmt.Errorf(format, args...)) }

// checkKeys looks for keys that cannot be opened and records that have none.
func (s *Store) checkKeys(tx *txn, f *faults) error {
	if _, _, damaged := s.safe.records.Counts(); damaged > 0 {
		f.addf("keys", "%d entries of %s cannot be opened", damaged, shred.Name)
	}
	return eachRecord(tx, func(id recordID) {
		if !s.safe.records.Has(shred.ID(id)) {
			f.addf("keys", "record %s has no key", id)
		}
	})
}

// checkRows holds each row against its record, entries and time, and all rows
// against the counts.
func checkRows(tx *txn, f *faults) error {
	counts := tally{}
	rows := 0
	err := each(tx, bRow, nil, func(key, stored []byte) error {
		r, err := read[row](tx, bRow, key, stored)
		if err != nil {
			return err
		}
		id := idAt(key)
		rows++
		counts.add(r, +1)
		if h, ok := headAt(tx, id); !ok || h.kind != 'd' || r.ID != id.String() {
			f.addf("rows", "row %s has no record", id)
		}
		for _, k := range r.entries(id) {
			if v := entryAt(tx, k); len(v) != 1 || v[0] != r.live() {
				f.addf("rows", "row %s lacks its entry in index %q", id, k[0])
			}
		}
		if !hasPrefix(tx, bTime, timeKey(r.ReceivedAt, id)) {
			f.addf("rows", "row %s is missing in the order of arrival", id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n := tx.Bucket(bTime).Stats().KeyN; n != rows {
		f.addf("rows", "the order of arrival has %d entries for %d rows", n, rows)
	}
	return checkCounts(tx, f, counts)
}

func checkCounts(tx *txn, f *faults, counts tally) error {
	want := map[string]uint64{}
	for c, n := range counts {
		want[string(c.key())] = uint64(n)
	}
	err := each(tx, bCount, nil, func(key, v []byte) error {
		if n := binary.BigEndian.Uint64(v); want[string(key)] != n {
			f.addf("counts", "%q counts %d, there are %d", key, n, want[string(key)])
		}
		delete(want, string(key))
		return nil
	})
	for key, n := range want {
		f.addf("counts", "%q is not counted, there are %d", key, n)
	}
	return err
}

// checkIndex looks from each entry back at its row.
func checkIndex(tx *txn, f *faults) error {
	return errors.Join(checkIndexIn(tx, f, bIndex), checkIndexIn(tx, f, bFresh))
}

func checkIndexIn(tx *txn, f *faults, bucket []byte) error {
	return each(tx, bucket, nil, func(key, _ []byte) error {
		if len(key) < sizePlace {
			f.addf("index", "entry %x is too short", key)
			return nil
		}
		id := idAt(key[len(key)-sizeID:])
		r, ok, err := get[row](tx, bRow, id[:])
		if err != nil || !ok {
			f.addf("index", "an entry names row %s, which is not there", id)
			return err
		}
		for _, k := range r.entries(id) {
			if bytes.Equal(k, key) {
				return nil
			}
		}
		f.addf("index", "row %s has an entry %q that is not its own", id, key[0])
		return nil
	})
}

// checkRecords holds each head against what is kept under its id.
func checkRecords(tx *txn, f *faults) error {
	heads := 0
	err := each(tx, bHead, nil, func(key, v []byte) error {
		heads++
		id := idAt(key)
		h, ok := headAt(tx, id)
		if !ok {
			f.addf("records", "head of %s is damaged", id)
			return nil
		}
		if _, err := plainAt(tx, id); err != nil {
			f.add("records", err)
		}
		if _, _, err := get[json.RawMessage](tx, bAssessment, key); err != nil {
			f.add("records", err)
		}
		with := bOther
		if h.kind == 'd' {
			with = bRow
		}
		if tx.Bucket(with).Get(key) == nil {
			f.addf("records", "record %s has no entry in %s", id, with)
		}
		return nil
	})
	for _, b := range [][]byte{bPlain} {
		if n := tx.Bucket(b).Stats().KeyN; n != heads {
			f.addf("records", "%s has %d values for %d records", b, n, heads)
		}
	}
	if n := tx.Bucket(bRow).Stats().KeyN + tx.Bucket(bOther).Stats().KeyN; n != heads {
		f.addf("records", "%d rows and others for %d records", n, heads)
	}
	return errors.Join(err, each(tx, bConflict, nil, func(key, stored []byte) error {
		k, err := read[ingest.Kept](tx, bConflict, key, stored)
		if h, ok := headAt(tx, idAt(key)); !ok || h.hash == hash(key[sizeID:]) || k.Hash != hash(key[sizeID:]).String() {
			f.addf("records", "a conflict of %s conflicts with nothing", idAt(key))
		}
		return err
	}))
}

// checkLinks looks from each link at the record that made it. What a link
// points to may be yet to come.
func checkLinks(tx *txn, f *faults) error {
	return each(tx, bLink, nil, func(key, _ []byte) error {
		if len(key) != sizeLinkKey {
			f.addf("links", "link %x has a wrong length", key)
			return nil
		}
		id := linkFrom(key)
		want := map[byte]byte{linkDetection: 'd', linkEncounter: 'e', linkAddendum: 'a'}[key[0]]
		if h, ok := headAt(tx, id); !ok || h.kind != want {
			f.addf("links", "a link comes from %s, which is not there", id)
		}
		return nil
	})
}

// checkHeld holds the entries that wait against their queue.
func checkHeld(tx *txn, f *faults) error {
	want := 0
	err := each(tx, bHeld, nil, func(key, stored []byte) error {
		e, err := read[ingest.Entry](tx, bHeld, key, stored)
		if err != nil || e.Decision != nil {
			return err
		}
		for _, k := range heldQueueKeys(e, key) {
			want++
			if !hasPrefix(tx, bHeldQueue, k) {
				f.addf("quarantine", "%s waits, but in no queue", e.QuarantineKey())
			}
		}
		return nil
	})
	if n := tx.Bucket(bHeldQueue).Stats().KeyN; n != want {
		f.addf("quarantine", "the queue has %d entries, %d wait", n, want)
	}
	return err
}

func checkAccounts(tx *txn, f *faults) error {
	accounts := 0
	err := each(tx, bAccount, nil, func(key, stored []byte) error {
		a, err := read[auth.Account](tx, bAccount, key, stored)
		if err != nil {
			return err
		}
		accounts++
		if a.ID != string(key) || string(tx.Bucket(bUsername).Get(tx.name(a.Username))) != a.ID {
			f.addf("accounts", "%s is not found by its name", key)
		}
		if tx.Bucket(bCredential).Get(key) == nil || tx.Bucket(bAgency).Get([]byte(a.Agency)) == nil {
			f.addf("accounts", "%s has no password or no agency", key)
		}
		return nil
	})
	for _, b := range [][]byte{bUsername, bCredential} {
		if n := tx.Bucket(b).Stats().KeyN; n != accounts {
			f.addf("accounts", "%s has %d values for %d accounts", b, n, accounts)
		}
	}
	return err
}

func checkSessions(tx *txn, f *faults) error {
	return each(tx, bToken, nil, func(key, stored []byte) error {
		t, err := read[token](tx, bToken, key, stored)
		if err != nil {
			return err
		}
		fam, ok, err := get[auth.Family](tx, bFamily, []byte(t.Family))
		if !ok || t.Gen > fam.Gen {
			f.addf("sessions", "a token belongs to no session")
		}
		return err
	})
}

// checkWork holds reviews, referrals and notes against their detections.
func checkWork(tx *txn, f *faults) error {
	return errors.Join(
		checkWorkIn(tx, f, bReview, func(v review.Review) string { return v.Detection }),
		checkWorkIn(tx, f, bReferral, func(v referral.Referral) string { return v.Detection }),
		checkWorkIn(tx, f, bNote, func(v review.Note) string { return v.Detection }),
	)
}

func checkWorkIn[T any](tx *txn, f *faults, bucket []byte, detection func(T) string) error {
	return each(tx, bucket, nil, func(key, stored []byte) error {
		v, err := read[T](tx, bucket, key, stored)
		if err != nil {
			return err
		}
		if id := idAt(key); detection(v) != id.String() || tx.Bucket(bRow).Get(id[:]) == nil {
			f.addf("work", "%s of %s stands with no detection", bucket, id)
		}
		return nil
	})
}

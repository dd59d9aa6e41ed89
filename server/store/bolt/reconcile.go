package bolt

import (
	"fmt"
	"slices"

	"umbral/server/shred"
)

// reconcile settles what the store and the file of record keys disagree on after
// a restore or a crash:
//   - keys of records that the store knows as destroyed are destroyed (the keys
//     came from an older copy, or a destruction was killed in the middle);
//   - records whose keys the file knows as destroyed are taken out (the store
//     came from an older backup);
//   - records whose keys are nowhere are an error: a newer copy of the keys may
//     exist. With forget they are treated as destroyed.
func (s *Store) reconcile(forget bool) error {
	var gone, lost, purge []recordID
	err := s.db.View(s.with(func(tx *txn) error {
		err := eachRecord(tx, func(id recordID) {
			switch key := shred.ID(id); {
			case s.safe.records.Has(key):
			case s.safe.records.Destroyed(key):
				gone = append(gone, id)
			default:
				lost = append(lost, id)
			}
		})
		if err != nil {
			return err
		}
		return each(tx, bTombstone, nil, func(key, _ []byte) error {
			if !s.safe.records.Destroyed(shred.ID(key)) {
				purge = append(purge, recordID(key))
			}
			return nil
		})
	}))
	if err != nil {
		return err
	}
	if len(lost) > 0 && !forget {
		return fmt.Errorf("store: %d records have no key in %s: that file is older than the store; put the newest copy of it in its place, "+
			"or, where there is none, give them up for lost with: server keys forget-lost", len(lost), shred.Name)
	}
	gone = append(gone, lost...)
	if err := s.safe.records.Destroy(keysOf(append(purge, gone...))...); err != nil {
		return err
	}
	s.forgotten = len(gone)
	if len(gone) == 0 {
		return nil
	}
	return s.db.Update(s.with(func(tx *txn) error { return takeOut(tx, gone, tombstone{Reason: reasonKeyGone}) }))
}

// reasonKeyGone is the reason in tombstones of records that were found without a
// key: why they were destroyed stood in the store that is no more.
const reasonKeyGone = "key_gone"

// eachRecord calls do once for every id that anything is kept under.
func eachRecord(tx *txn, do func(recordID)) error {
	seen := map[recordID]bool{}
	for _, name := range [][]byte{bHead, bHeld, bConflict, bReview, bReferral, bNote, bInterpreter} {
		if tx.Bucket(name) == nil {
			continue // a file of before, while it is brought up
		}
		err := each(tx, name, nil, func(key, _ []byte) error {
			if id := idAt(key); !seen[id] {
				seen[id] = true
				do(id)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func keysOf(ids []recordID) []shred.ID {
	keys := make([]shred.ID, len(ids))
	for i, id := range ids {
		keys[i] = shred.ID(id)
	}
	return slices.Compact(keys)
}

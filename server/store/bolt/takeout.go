package bolt

import "time"

// tombstone remains of a record that was destroyed: that it was, never what it
// said. So what is sent again is known, and a report can say what became of it.
type tombstone struct {
	At          time.Time `json:"at"`
	Reason      string    `json:"reason"`
	Destruction string    `json:"destruction,omitempty"` // id of the request
	Asked       string    `json:"asked,omitempty"`       // account id
	Approved    string    `json:"approved,omitempty"`    // account id, another
}

// takeOut removes all that is kept under ids, with their places in indexes,
// counts and feeds, and leaves a tombstone for each. It reads no value of a
// record, so that it does the same whether the key is still there or not; for
// that it reads all indexes, which a destruction by two persons may cost.
func takeOut(tx *txn, ids []recordID, stone tombstone) error {
	which := map[recordID]bool{}
	for _, id := range ids {
		which[id] = true
	}
	for _, do := range []func(*txn, map[recordID]bool) error{takeEntries, takeLinks, takeEvents, takeValues} {
		if err := do(tx, which); err != nil {
			return err
		}
	}
	for id := range which {
		if err := put(tx, bTombstone, id[:], stone); err != nil {
			return err
		}
	}
	return nil
}

// takeEntries takes rows out of both indexes. What a row counted as stands in
// its entries: agency, status, rank, live.
func takeEntries(tx *txn, which map[recordID]bool) error {
	cells := map[recordID]*cell{}
	for _, name := range [][]byte{bIndex, bFresh} {
		err := deleteKeys(tx, name, func(key, v []byte) bool {
			if len(key) < 2+sizePlace || !which[idAt(key[len(key)-sizeID:])] {
				return false
			}
			at := place(key[len(key)-sizePlace:])
			c := cells[at.id()]
			if c == nil {
				c = &cell{rank: at.rank()}
				cells[at.id()] = c
			}
			if len(v) == 1 {
				c.live = v[0]
			}
			switch value := string(key[1 : len(key)-sizePlace-1]); key[0] {
			case facetAgency:
				c.agency = value
			case facetStatus:
				c.status = value
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	counts := tally{}
	for _, c := range cells {
		counts[*c]--
	}
	return counts.apply(tx)
}

func takeLinks(tx *txn, which map[recordID]bool) error {
	return deleteKeys(tx, bLink, func(key, _ []byte) bool { return len(key) == sizeLinkKey && which[linkFrom(key)] })
}

// takeEvents takes what the feeds say of the records.
func takeEvents(tx *txn, which map[recordID]bool) error {
	return deleteWhere(tx, bEvent, func(e event) bool {
		id, ok := parseID(e.ID)
		return ok && which[id]
	})
}

func takeValues(tx *txn, which map[recordID]bool) error {
	for id := range which {
		if h, ok := headAt(tx, id); ok {
			if err := tx.Bucket(bTime).Delete(timeKey(h.received, id)); err != nil {
				return err
			}
		}
		for _, name := range [][]byte{bHead, bPlain, bAssessment, bOther, bRow, bHold, bConflict, bReview, bReferral, bNote, bHeld, bRecalled, bInterpreter} {
			if tx.Bucket(name) == nil {
				continue // a file of before, while it is brought up
			}
			if err := deletePrefix(tx, name, id[:]); err != nil {
				return err
			}
		}
	}
	return deleteKeys(tx, bHeldQueue, func(key, _ []byte) bool {
		return len(key) > sizeID+sizeHash && which[idAt(key[len(key)-sizeID-sizeHash:])]
	})
}

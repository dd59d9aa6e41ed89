package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/recall"
	"umbral/server/retention"
	"umbral/server/review"
)

// row is a detection as it is indexed: what lists show, and where it belongs.
type row struct {
	review.Row
	Encounter  string `json:"encounter,omitempty"`
	Supersedes string `json:"supersedes,omitempty"`
	Device     string `json:"device"`
}

const statusNew = "new" // of a detection that nobody has looked at

func rowOf(k ingest.Kept) row {
	x := k.Index
	return row{
		Row: review.Row{
			ID: k.ID, Folio: x.Folio, Level: x.Level, DeviceLevel: x.DeviceLevel,
			Danger: notNil(x.Danger), Indicators: notNil(x.Indicators), Offences: notNil(x.Offences),
			Setting: x.Setting, State: x.State, Municipality: x.Municipality,
			Status: statusNew, Mode: x.Mode, Synthetic: x.Synthetic, Flags: notNil(k.Flags),
			Sex: x.Sex, AgeGroup: x.AgeGroup, Nationality: x.Nationality, StateOfOrigin: x.StateOfOrigin,
			Groups: x.Groups, Protocol: x.Protocol, Agency: k.Agency, Post: k.Role, Author: k.Author,
			Child: x.Child, Sensitive: x.Sensitive, Concerned: x.Concerned,
			CapturedAt: k.CapturedAt.UTC(), ReceivedAt: k.ReceivedAt.UTC(), ClockOffsetS: k.ClockOffsetS,
		},
		Encounter: k.Links.Encounter, Supersedes: k.Links.Supersedes, Device: k.Device,
	}
}

func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

// rowAt returns a detection's row. NotFound "detection-unknown".
func rowAt(tx *txn, id string) (row, recordID, error) {
	key, ok := parseID(id)
	if ok {
		r, ok, err := get[row](tx, bRow, key[:])
		if ok || err != nil {
			return r, key, err
		}
	}
	return row{}, key, problem.New(problem.NotFound, "detection-unknown")
}

// Values of an index entry, so that a list can leave rows out unread.
const (
	liveYes = 1
	liveNo  = 0 // synthetic, or a training
)

// guarded says whether not everybody who reads the agency's cases reads this one.
func (r row) guarded() bool { return r.Child || r.Sensitive || len(r.Concerned) > 0 }

func (r row) live() byte {
	if r.Synthetic || r.Mode == "training" {
		return liveNo
	}
	return liveYes
}

// entries are the index keys of r.
func (r row) entries(id recordID) [][]byte {
	p := placeOf(r.Rank(), r.ReceivedAt, id)
	keys := [][]byte{
		indexKey(facetAll, "", p),
		indexKey(facetAgency, r.Agency, p),
		indexKey(facetSetting, r.Setting, p),
		indexKey(facetState, r.State, p),
		indexKey(facetStatus, r.Status, p),
	}
	if r.guarded() {
		keys = append(keys, indexKey(facetGuarded, r.Agency, p))
	}
	for _, v := range r.Danger {
		keys = append(keys, indexKey(facetDanger, v, p))
	}
	for _, v := range r.Offences {
		keys = append(keys, indexKey(facetOffence, v, p))
	}
	return keys
}

// addRow keeps a new row, sealed, with all that points to it; its counts go to t.
func addRow(tx *txn, t tally, r row, sealed []byte) error {
	id, ok := parseID(r.ID)
	if !ok {
		return fmt.Errorf("row has the id %q", r.ID)
	}
	if err := putNew(tx, &r, id, sealed); err != nil {
		return err
	}
	if err := tx.Bucket(bTime).Put(timeKey(r.ReceivedAt, id), nil); err != nil {
		return err
	}
	if target, ok := parseID(r.Encounter); ok {
		if err := tx.Bucket(bLink).Put(linkKey(linkDetection, target, r.ReceivedAt, id), nil); err != nil {
			return err
		}
	}
	t.add(r, +1)
	return putEntries(tx, r, id)
}

// putNew writes a new row as it was sealed, or anew where an addendum that came
// before it narrows who may read it.
func putNew(tx *txn, r *row, id recordID, sealed []byte) error {
	narrower, err := guardLate(tx, r, id)
	if err != nil {
		return err
	}
	if narrower {
		return put(tx, bRow, id[:], *r)
	}
	return tx.Bucket(bRow).Put(id[:], sealed)
}

// freshSize is how many index entries gather in the fresh index before they
// move into the large one. The entries of one row lie far apart there, each in
// a page of its own that a commit must write; in a small index they share
// pages. 8,000 are some 90 pages and 1,000 rows; moving them takes some 50 ms.
const freshSize = 8_000

// putEntries adds to the fresh index, which every list reads beside the other.
func putEntries(tx *txn, r row, id recordID) error {
	fresh := tx.Bucket(bFresh)
	keys := r.entries(id)
	for _, key := range keys {
		if err := fresh.Put(key, []byte{r.live()}); err != nil {
			return err
		}
	}
	meta := tx.Bucket(bMeta)
	n := uint64(len(keys))
	if v := meta.Get(keyFresh); v != nil {
		n += binary.BigEndian.Uint64(v)
	}
	return meta.Put(keyFresh, number(n))
}

// settle moves the fresh index into the large one where it has grown enough.
func settle(tx *txn, size uint64) error {
	v := tx.Bucket(bMeta).Get(keyFresh)
	if v == nil || binary.BigEndian.Uint64(v) < size {
		return nil
	}
	index := tx.Bucket(bIndex)
	index.FillPercent = fill
	if err := each(tx, bFresh, nil, index.Put); err != nil {
		return err
	}
	if err := tx.DeleteBucket(bFresh); err != nil {
		return err
	}
	if _, err := tx.CreateBucket(bFresh); err != nil {
		return err
	}
	return tx.Bucket(bMeta).Put(keyFresh, number(0))
}

// entryAt returns the value of an index entry, nil where there is none.
func entryAt(tx *txn, key []byte) []byte {
	if v := tx.Bucket(bFresh).Get(key); v != nil {
		return v
	}
	return tx.Bucket(bIndex).Get(key)
}

// moveRow replaces a row by what it became and moves its entries and counts.
func moveRow(tx *txn, from, to row) error {
	id, ok := parseID(from.ID)
	if !ok || from.ID != to.ID || !from.ReceivedAt.Equal(to.ReceivedAt) {
		return errors.New("a row never changes its id or time")
	}
	for _, key := range from.entries(id) {
		if err := errors.Join(tx.Bucket(bIndex).Delete(key), tx.Bucket(bFresh).Delete(key)); err != nil {
			return err
		}
	}
	if err := putEntries(tx, to, id); err != nil {
		return err
	}
	counts := tally{}
	counts.add(from, -1)
	counts.add(to, +1)
	if err := counts.apply(tx); err != nil {
		return err
	}
	return put(tx, bRow, id[:], to)
}

// tally gathers changes of the cube of counts, so that a batch writes each cell
// once.
type tally map[cell]int

func cellOf(r row) cell {
	return cell{word(r.Agency), r.live(), r.Rank(), word(r.Status)}
}

func (t tally) add(r row, n int) { t[cellOf(r)] += n }

func (t tally) apply(tx *txn) error {
	b := tx.Bucket(bCount)
	for c, n := range t {
		key := c.key()
		now := int64(n)
		if v := b.Get(key); v != nil {
			now += int64(binary.BigEndian.Uint64(v))
		}
		var err error
		switch {
		case now < 0:
			return errors.New("a count would fall below zero: run \"server check\"")
		case now == 0:
			err = b.Delete(key)
		default:
			err = b.Put(key, number(uint64(now)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// withReadFlags adds the flags that are never stored: a conflict or an
// encounter may come at any time.
func withReadFlags(tx *txn, r row, id recordID) (review.Row, error) {
	out := r.Row
	out.Flags = slices.Clone(r.Flags)
	flag := func(name string, set bool) {
		if set && !slices.Contains(out.Flags, name) {
			out.Flags = append(out.Flags, name)
		}
	}
	held, err := heldByLaw(tx, id)
	if err != nil {
		return out, err
	}
	flag(retention.FlagHold, held)
	flag(ingest.FlagConflict, hasPrefix(tx, bConflict, id[:]))
	flag(recall.Flag, hasPrefix(tx, bRecalled, id[:]))
	if target, ok := parseID(r.Encounter); ok {
		ids, err := linked(tx, linkEncounter, r.Agency, target)
		if err != nil {
			return out, err
		}
		flag(ingest.FlagEncounterMissing, len(ids) == 0)
	}
	return out, nil
}

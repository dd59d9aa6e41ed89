package bolt

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"umbral/server/ingest"
	"umbral/server/record"
	"umbral/server/shred"
)

// Bytes for kinds in heads.
var kindBytes = map[string]byte{record.KindDetection: 'd', record.KindEncounter: 'e', record.KindAddendum: 'a'}

// parcel is one ingest.Kept ready to be written: what takes time is done before
// the one write transaction begins.
type parcel struct {
	ingest.Kept
	id   recordID
	hash hash
	ok   bool // id and hash have their form
	gone bool // its record was destroyed: it has no key and gets none
	// Sealed values; nil where the kind of record has none.
	plain, assessment, row, other []byte
}

func parcelOf(k ingest.Kept) (p parcel) {
	p.Kept = k
	var ok1, ok2 bool
	p.id, ok1 = parseID(k.ID)
	p.hash, ok2 = parseHash(k.Hash)
	p.ok = ok1 && ok2
	return p
}

// parcels makes the keys of a batch, with one fsync, and seals its values. The
// caller holds the gate until the parcels are written.
func (s *Store) parcels(batch ...ingest.Kept) ([]parcel, error) {
	list := make([]parcel, len(batch))
	var ids []shred.ID
	for i, k := range batch {
		list[i] = parcelOf(k)
		if !list[i].ok {
			continue
		}
		if list[i].gone = s.safe.records.Destroyed(shred.ID(list[i].id)); !list[i].gone {
			ids = append(ids, shred.ID(list[i].id))
		}
	}
	if err := s.safe.records.Add(ids...); err != nil {
		return nil, err
	}
	for i := range list {
		if err := list[i].seal(s.safe); err != nil {
			return nil, fmt.Errorf("record %s: %w", list[i].ID, err)
		}
	}
	return list, nil
}

// seal makes the values of a parcel that goes to the records.
func (p *parcel) seal(s *safe) (err error) {
	if !p.ok || p.gone || len(p.Reasons) > 0 {
		return nil
	}
	value := func(bucket, text []byte) (sealed []byte) {
		if err == nil {
			sealed, err = s.seal(bucket, p.id[:], text)
		}
		return sealed
	}
	text := func(v any) []byte {
		b, wrong := json.Marshal(v)
		err = errors.Join(err, wrong)
		return b
	}
	p.plain = value(bPlain, p.Plain)
	if p.Kind != record.KindDetection {
		k := p.Kept
		k.Plain, k.Assessment, k.Envelope = nil, nil, nil
		p.other = value(bOther, text(k))
		return err
	}
	if len(p.Assessment) > 0 {
		p.assessment = value(bAssessment, p.Assessment)
	}
	p.row = value(bRow, text(rowOf(p.Kept)))
	return err
}

// KeepBatch implements ingest.Keeper. What has no UUID or no hash could never be
// found again and is Refused, so that it does not stop the others. A record that
// was destroyed is a Duplicate, and nothing of it is kept.
func (s *Store) KeepBatch(ctx context.Context, batch []ingest.Kept) ([]ingest.Outcome, error) {
	if err := ctx.Err(); err != nil {
		return nil, wrap("keep", err)
	}
	s.gate.RLock()
	defer s.gate.RUnlock()
	parcels, err := s.parcels(batch...)
	if err != nil {
		return nil, wrap("keep", err)
	}
	outcomes := make([]ingest.Outcome, len(batch))
	err = s.update(ctx, "keep", func(tx *txn) error {
		packPages(tx)
		counts := tally{}
		for i, p := range parcels {
			o, err := keepOne(tx, counts, p)
			if err != nil {
				return fmt.Errorf("record %s: %w", p.ID, err)
			}
			outcomes[i] = o
		}
		if err := counts.apply(tx); err != nil {
			return err
		}
		return settle(tx, s.freshSize)
	})
	if err != nil {
		return nil, err
	}
	return outcomes, nil
}

// packPages fills the pages of buckets whose keys come in order.
func packPages(tx *txn) {
	for _, name := range [][]byte{bHead, bPlain, bAssessment, bOther, bRow, bTime, bFresh, bLink} {
		tx.Bucket(name).FillPercent = fill
	}
}

func keepOne(tx *txn, counts tally, p parcel) (ingest.Outcome, error) {
	switch {
	case !p.ok:
		return ingest.Outcome{Status: ingest.Refused}, nil
	case p.gone || tx.Bucket(bTombstone).Get(p.id[:]) != nil:
		return ingest.Outcome{Status: ingest.Duplicate, ReceivedAt: p.ReceivedAt}, nil
	case len(p.Reasons) > 0:
		return hold(tx, p)
	}
	h, exists := headAt(tx, p.id)
	switch {
	case !exists:
		return ingest.Outcome{Status: ingest.Accepted, ReceivedAt: p.ReceivedAt}, accept(tx, counts, p)
	case h.hash == p.hash:
		return ingest.Outcome{Status: ingest.Duplicate, ReceivedAt: h.received}, nil
	}
	return keepConflict(tx, p)
}

// head says which content of an id the lists show.
type head struct {
	kind     byte
	hash     hash
	received time.Time
}

const sizeHead = 1 + sizeHash + sizeStamp

func headAt(tx *txn, id recordID) (head, bool) {
	v := tx.Bucket(bHead).Get(id[:])
	if len(v) != sizeHead {
		return head{}, false
	}
	return head{v[0], hash(v[1 : 1+sizeHash]), timeOf(binary.BigEndian.Uint64(v[1+sizeHash:]))}, true
}

func (h head) bytes() []byte {
	return binary.BigEndian.AppendUint64(append([]byte{h.kind}, h.hash[:]...), stamp(h.received))
}

func accept(tx *txn, counts tally, p parcel) error {
	kind, ok := kindBytes[p.Kind]
	if !ok {
		return fmt.Errorf("kind %q", p.Kind)
	}
	if err := tx.Bucket(bHead).Put(p.id[:], head{kind, p.hash, p.ReceivedAt}.bytes()); err != nil {
		return err
	}
	if err := tx.Bucket(bPlain).Put(p.id[:], p.plain); err != nil {
		return err
	}
	if p.Kind == record.KindDetection {
		if p.assessment != nil {
			if err := tx.Bucket(bAssessment).Put(p.id[:], p.assessment); err != nil {
				return err
			}
		}
		if err := addRow(tx, counts, rowOf(p.Kept), p.row); err != nil {
			return err
		}
		return markLate(tx, p.id, p.Plain)
	}
	return addOther(tx, p)
}

// addOther keeps what speaks of other records, and links it to them; they may
// come later.
func addOther(tx *txn, p parcel) error {
	k := p.Kept
	if err := tx.Bucket(bOther).Put(p.id[:], p.other); err != nil {
		return err
	}
	kind, to := byte(linkEncounter), k.Links.Encounter
	if k.Kind == record.KindAddendum {
		kind, to = linkAddendum, k.Links.About
	}
	target, ok := parseID(to)
	if !ok && k.Kind == record.KindAddendum && k.Links.AboutFolio != "" {
		target, ok = folioTarget(k.Links.AboutFolio), true
	}
	if !ok {
		return nil
	}
	if err := tx.Bucket(bLink).Put(linkKey(kind, target, k.ReceivedAt, p.id), nil); err != nil || k.Kind != record.KindAddendum {
		return err
	}
	return guardByAddendum(tx, k)
}

func keepConflict(tx *txn, p parcel) (ingest.Outcome, error) {
	key := contentKey(p.id, p.hash)
	before, ok, err := get[ingest.Kept](tx, bConflict, key)
	if err != nil {
		return ingest.Outcome{}, err
	}
	if ok {
		return ingest.Outcome{Status: ingest.Conflict, ReceivedAt: before.ReceivedAt}, nil
	}
	if err := put(tx, bConflict, key, p.Kept); err != nil {
		return ingest.Outcome{}, err
	}
	if r, ok, err := get[row](tx, bRow, p.id[:]); err != nil || ok && r.Agency == p.Agency {
		if err = errors.Join(err, markLate(tx, p.id, p.Plain)); err != nil {
			return ingest.Outcome{}, err
		}
	}
	return ingest.Outcome{Status: ingest.Conflict, ReceivedAt: p.ReceivedAt}, guardWith(tx, p.id, p.Kept)
}

// hold puts a parcel into the quarantine.
func hold(tx *txn, p parcel) (ingest.Outcome, error) {
	if h, ok := headAt(tx, p.id); ok && h.hash == p.hash {
		return ingest.Outcome{Status: ingest.Duplicate, ReceivedAt: h.received}, nil
	}
	key := contentKey(p.id, p.hash)
	before, ok, err := get[ingest.Entry](tx, bHeld, key)
	if err != nil {
		return ingest.Outcome{}, err
	}
	if ok {
		return ingest.Outcome{Status: ingest.Quarantined, ReceivedAt: before.ReceivedAt}, nil
	}
	e := ingest.Entry{Kept: p.Kept}
	for _, k := range heldQueueKeys(e, key) {
		if err := tx.Bucket(bHeldQueue).Put(k, nil); err != nil {
			return ingest.Outcome{}, err
		}
	}
	return ingest.Outcome{Status: ingest.Quarantined, ReceivedAt: p.ReceivedAt}, put(tx, bHeld, key, e)
}

// heldQueueKeys are the places of an entry that waits: its agency's and that of
// everybody.
func heldQueueKeys(e ingest.Entry, content []byte) [][]byte {
	keys := [][]byte{heldQueueKey("", e.ReceivedAt, content)}
	if e.Agency != "" {
		keys = append(keys, heldQueueKey(e.Agency, e.ReceivedAt, content))
	}
	return keys
}

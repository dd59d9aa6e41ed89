package bolt

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"umbral/server/audit"
	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/record"
	"umbral/server/retention"
	"umbral/server/review"
)

// Row implements retention.Store.
func (s *Store) Row(ctx context.Context, id string) (out review.Row, err error) {
	err = s.view(ctx, "row", func(tx *txn) error {
		r, key, err := rowAt(tx, id)
		if err == nil {
			out, err = withReadFlags(tx, r, key)
		}
		return err
	})
	return out, err
}

// Terms implements retention.Store.
func (s *Store) Terms(ctx context.Context, agency string) (t retention.Terms, err error) {
	err = s.view(ctx, "terms", func(tx *txn) error {
		t, err = present[retention.Terms](tx, bTerms, agency, "terms-unknown")
		return err
	})
	return t, err
}

// SetTerms implements retention.Store.
func (s *Store) SetTerms(ctx context.Context, t retention.Terms) error {
	return s.update(ctx, "set terms", func(tx *txn) error {
		if err := put(tx, bTerms, []byte(t.Agency), t); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: t.At, Who: t.By, What: "retention_terms_set", ID: t.Agency})
	})
}

// SetHold implements retention.Store.
func (s *Store) SetHold(ctx context.Context, h retention.Hold) error {
	return s.update(ctx, "set hold", func(tx *txn) error {
		_, id, err := rowAt(tx, h.Detection)
		if err != nil {
			return err
		}
		if err := put(tx, bHold, id[:], h); err != nil {
			return err
		}
		what := "hold_set"
		if !h.On {
			what = "hold_lifted"
		}
		return enter(tx, audit.Act{At: h.At, Who: h.By, What: what, ID: h.Detection})
	})
}

func heldByLaw(tx *txn, id recordID) (bool, error) {
	h, ok, err := get[retention.Hold](tx, bHold, id[:])
	return ok && h.On, err
}

// AddDestruction implements retention.Store.
func (s *Store) AddDestruction(ctx context.Context, d retention.Destruction) error {
	return s.update(ctx, "ask destruction", func(tx *txn) error {
		if err := put(tx, bDestruction, []byte(d.ID), d); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: d.Asked.At, Who: d.Asked.By, What: "destruction_asked", ID: d.ID})
	})
}

// Destruction implements retention.Store.
func (s *Store) Destruction(ctx context.Context, id string) (d retention.Destruction, err error) {
	err = s.view(ctx, "destruction", func(tx *txn) error {
		d, err = present[retention.Destruction](tx, bDestruction, id, "destruction-unknown")
		return err
	})
	return d, err
}

// Destructions implements retention.Store. Ids sort by their making.
func (s *Store) Destructions(ctx context.Context, agency string) (list []retention.Destruction, err error) {
	err = s.view(ctx, "destructions", func(tx *txn) error {
		list, err = allWhere(tx, bDestruction, func(d retention.Destruction) bool { return agency == "" || d.Agency == agency })
		return err
	})
	slices.Reverse(list)
	return list, err
}

func pendingDestruction(tx *txn, id string) (retention.Destruction, error) {
	d, err := present[retention.Destruction](tx, bDestruction, id, "destruction-unknown")
	if err == nil && d.State != retention.Pending {
		err = problem.New(problem.Conflict, "destruction-decided")
	}
	return d, err
}

// RefuseDestruction implements retention.Store.
func (s *Store) RefuseDestruction(ctx context.Context, id string, by retention.Mark) (d retention.Destruction, err error) {
	err = s.update(ctx, "refuse destruction", func(tx *txn) error {
		if d, err = pendingDestruction(tx, id); err != nil {
			return err
		}
		d.State, d.Decided = retention.Refused, &by
		if err := put(tx, bDestruction, []byte(id), d); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: by.At, Who: by.By, What: "destruction_refused", ID: id})
	})
	return d, err
}

// ApproveDestruction implements retention.Store. The tombstones are durable
// before the keys go: killed in between, the next start destroys the keys.
func (s *Store) ApproveDestruction(ctx context.Context, id string, by retention.Mark) (d retention.Destruction, err error) {
	s.gate.Lock()
	defer s.gate.Unlock()
	var gone []recordID
	err = s.update(ctx, "destroy", func(tx *txn) error {
		if d, err = pendingDestruction(tx, id); err != nil {
			return err
		}
		if d.Asked.By == by.By {
			return problem.New(problem.Forbidden, "destruction-same-person")
		}
		if gone, err = allOf(tx, d); err != nil {
			return err
		}
		d.State, d.Decided, d.Destroyed = retention.Done, &by, countKinds(tx, gone)
		stone := tombstone{At: by.At, Reason: d.Reason, Destruction: d.ID, Asked: d.Asked.By, Approved: by.By}
		if err := takeOut(tx, gone, stone); err != nil {
			return err
		}
		if err := put(tx, bDestruction, []byte(id), d); err != nil {
			return err
		}
		if err := enter(tx, audit.Act{At: by.At, Who: by.By, What: "destruction_approved", ID: id}); err != nil {
			return err
		}
		for _, one := range gone {
			if err := enter(tx, audit.Act{At: by.At, Who: by.By, What: "record_destroyed", ID: one.String()}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return d, err
	}
	return d, wrap("destroy keys", s.safe.records.Destroy(keysOf(gone)...))
}

// FinishDestructions destroys keys that a full disk or a kill left over.
func (s *Store) FinishDestructions(ctx context.Context) error {
	s.gate.Lock()
	defer s.gate.Unlock()
	var gone []recordID
	err := s.view(ctx, "finish destructions", func(tx *txn) error {
		return each(tx, bTombstone, nil, func(key, _ []byte) error {
			gone = append(gone, recordID(key))
			return nil
		})
	})
	if err != nil {
		return err
	}
	return wrap("destroy keys", s.safe.records.Destroy(keysOf(gone)...))
}

// allOf are the records of a request and what belongs to them: addenda about
// them, what waits in quarantine of that kind, and a visit whose last person
// goes. A record that another request destroyed meanwhile is left out.
func allOf(tx *txn, d retention.Destruction) (gone []recordID, err error) {
	which := map[recordID]bool{}
	var rows []row
	for _, text := range d.Records {
		r, id, err := rowAt(tx, text)
		if err != nil && problem.KindOf(err) == problem.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		held, err := heldByLaw(tx, id)
		if err != nil {
			return nil, err
		}
		if held {
			return nil, problem.New(problem.Conflict, "destruction-held", "id", text)
		}
		which[id], rows, gone = true, append(rows, r), append(gone, id)
	}
	var more []recordID
	for _, r := range rows {
		for _, find := range []func(*txn, row, map[recordID]bool) ([]recordID, error){addendaToGo, visitOf} {
			found, err := find(tx, r, which)
			if err != nil {
				return nil, err
			}
			more = append(more, found...)
		}
	}
	waiting, err := waitingFor(tx, rows, which)
	if err != nil {
		return nil, err
	}
	more = append(more, waiting...)
	for _, id := range more {
		if !which[id] {
			which[id], gone = true, append(gone, id)
		}
	}
	return gone, nil
}

// addendaToGo are the addenda about r. One that names it by its folio alone stays
// where another record that stays has the same folio.
func addendaToGo(tx *txn, r row, which map[recordID]bool) ([]recordID, error) {
	id, _ := parseID(r.ID)
	targets := []recordID{id}
	folio := record.Folio(r.ID)
	if target := folioTarget(folio); hasPrefix(tx, bLink, linkPrefix(linkAddendum, target)) {
		stays, err := folioStays(tx, folio, which)
		if err != nil {
			return nil, err
		}
		if !stays {
			targets = append(targets, target)
		}
	}
	return linked(tx, linkAddendum, r.Agency, targets...)
}

// folioStays says whether another record than those that go has this folio.
func folioStays(tx *txn, folio string, which map[recordID]bool) (stays bool, err error) {
	err = each(tx, bHead, nil, func(key, _ []byte) error {
		other := idAt(key)
		h, _ := headAt(tx, other)
		stays = stays || h.kind == 'd' && !which[other] && record.Folio(other.String()) == folio
		return nil
	})
	return stays, err
}

// visitOf are the records of r's visit where nobody else's stays.
func visitOf(tx *txn, r row, which map[recordID]bool) ([]recordID, error) {
	target, ok := parseID(r.Encounter)
	if !ok {
		return nil, nil
	}
	stays := false
	err := each(tx, bLink, linkPrefix(linkDetection, target), func(key, _ []byte) error {
		stays = stays || !which[linkFrom(key)]
		return nil
	})
	if err != nil || stays {
		return nil, err
	}
	return linked(tx, linkEncounter, r.Agency, target)
}

// waitingFor are the entries of the quarantine that name one of rows, by their
// text: what is in quarantine has no links. Those under a row's own id go with
// it, for they have its key; one under the id of a record stays as long as that
// does. It is one pass: entries are many, and each must be opened.
func waitingFor(tx *txn, rows []row, which map[recordID]bool) (ids []recordID, err error) {
	type name struct{ agency, text string }
	byID, byFolio := map[name]bool{}, map[name]bool{}
	for _, r := range rows {
		byID[name{r.Agency, strings.ToLower(r.ID)}] = true
		byFolio[name{r.Agency, record.Folio(r.ID)}] = true
	}
	err = each(tx, bHeld, nil, func(key, stored []byte) error {
		if _, kept := headAt(tx, idAt(key)); kept {
			return nil
		}
		e, err := read[ingest.Entry](tx, bHeld, key, stored)
		if err != nil {
			return err
		}
		var about struct {
			ID    string `json:"about"`
			Folio string `json:"about_folio"`
		}
		_ = json.Unmarshal(e.Plain, &about) // it need not be JSON, or may be in part
		goes := byID[name{e.Agency, strings.ToLower(about.ID)}]
		if !goes && byFolio[name{e.Agency, about.Folio}] {
			stays, err := folioStays(tx, about.Folio, which)
			if err != nil {
				return err
			}
			goes = !stays
		}
		if goes {
			ids = append(ids, idAt(key))
		}
		return nil
	})
	return ids, err
}

// countKinds counts what goes, before it does.
func countKinds(tx *txn, ids []recordID) map[string]int {
	n := map[string]int{}
	for _, id := range ids {
		switch h, ok := headAt(tx, id); {
		case !ok:
			n["quarantine"]++
		default:
			n[kindNames[h.kind]]++
		}
	}
	return n
}

var kindNames = map[byte]string{'d': record.KindDetection, 'e': record.KindEncounter, 'a': record.KindAddendum}

// checkTombstones looks for what came back, and for keys that should be gone.
func (s *Store) checkTombstones(tx *txn, f *faults) error {
	return each(tx, bTombstone, nil, func(key, stored []byte) error {
		id := idAt(key)
		if _, ok := headAt(tx, id); ok || s.safe.records.Has([sizeID]byte(id)) {
			f.addf("tombstones", "record %s was destroyed, and something of it is there", id)
		}
		_, err := read[tombstone](tx, bTombstone, key, stored)
		return err
	})
}

package bolt

import (
	"encoding/json"
	"fmt"
	"slices"

	"umbral/screening"
	"umbral/server/access"
	"umbral/server/ingest"
	"umbral/server/record"
)

// guardWith narrows who may read the row of id by what an addendum or another
// content of it says. The row may not have come yet; guardLate does it then. It
// never widens: what was taken back later was still said.
func guardWith(tx *txn, id recordID, k ingest.Kept) error {
	from, ok, err := get[row](tx, bRow, id[:])
	if err != nil || !ok || from.Agency != k.Agency {
		return err
	}
	to := from
	to.guardBy(k.Index)
	return moveIfGuarded(tx, from, to)
}

// guardByAddendum is guardWith for what an addendum speaks of. One that knows
// the folio alone is held against every row: only few say who takes part.
func guardByAddendum(tx *txn, k ingest.Kept) error {
	if !k.Index.Sensitive && len(k.Index.Concerned) == 0 {
		return nil
	}
	if id, ok := parseID(k.Links.About); ok {
		return guardWith(tx, id, k)
	}
	ids := []recordID{}
	err := each(tx, bRow, nil, func(key, stored []byte) error {
		if id := idAt(key); record.Folio(id.String()) == k.Links.AboutFolio {
			ids = append(ids, id)
		}
		return nil
	})
	for _, id := range ids {
		if err == nil {
			err = guardWith(tx, id, k)
		}
	}
	return err
}

func moveIfGuarded(tx *txn, from, to row) error {
	if from.readers() == to.readers() {
		return nil
	}
	return moveRow(tx, from, to)
}

// readers is all that guards a row, in one comparable value.
func (r row) readers() string { return fmt.Sprint(r.Child, r.Sensitive, r.Concerned) }

func (r *row) guardBy(x ingest.Index) {
	r.Child = r.Child || x.Child
	r.Sensitive = r.Sensitive || x.Sensitive
	r.Concerned = slices.Compact(slices.Sorted(slices.Values(slices.Concat(r.Concerned, x.Concerned))))
}

// addendaOf are the addenda about a row.
func addendaOf(tx *txn, r row, id recordID) ([]recordID, error) {
	return linked(tx, linkAddendum, r.Agency, id, folioTarget(record.Folio(id.String())))
}

// guardLate narrows a new row by the addenda that came before it, and says
// whether any did.
func guardLate(tx *txn, r *row, id recordID) (bool, error) {
	ids, err := addendaOf(tx, *r, id)
	if err != nil {
		return false, err
	}
	from := *r
	for _, from := range ids {
		k, _, err := get[ingest.Kept](tx, bOther, from[:])
		if err != nil {
			return false, err
		}
		r.guardBy(k.Index)
	}
	return from.readers() != r.readers(), nil
}

// guardRows works out who may read what was kept before anybody asked: no
// protocol of that time named an authority, so that each record in which one
// takes part is sensitive.
func guardRows(tx *txn) error {
	var ids []recordID
	if err := each(tx, bRow, nil, func(key, _ []byte) error {
		ids = append(ids, idAt(key))
		return nil
	}); err != nil {
		return err
	}
	for _, id := range ids {
		from, _, err := get[row](tx, bRow, id[:])
		if err != nil {
			return err
		}
		to := from
		if err := guardOld(tx, &to, id); err != nil {
			return fmt.Errorf("record %s: %w", id, err)
		}
		if err := moveIfGuarded(tx, from, to); err != nil {
			return err
		}
	}
	return settle(tx, 1)
}

// guardOld reads what an old record, its other contents and its addenda say.
func guardOld(tx *txn, r *row, id recordID) error {
	a, ok, err := get[screening.Assessment](tx, bAssessment, id[:])
	if err != nil {
		return err
	}
	x := oldIndex(r.Indicators, a)
	x.Child = x.Child || !ok // nothing says that it is an adult's
	r.guardBy(x)
	conflicts, err := all[ingest.Kept](tx, bConflict, id[:])
	if err != nil {
		return err
	}
	for _, k := range conflicts {
		var a screening.Assessment
		if len(k.Assessment) > 0 {
			if err := json.Unmarshal(k.Assessment, &a); err != nil {
				return err
			}
		}
		r.guardBy(oldIndex(k.Index.Indicators, a))
	}
	addenda, err := addendaOf(tx, *r, id)
	if err != nil {
		return err
	}
	for _, from := range addenda {
		text, err := plainAt(tx, from)
		if err != nil {
			return err
		}
		var a record.Addendum
		if err := json.Unmarshal(text, &a); err != nil {
			return err
		}
		r.guardBy(oldIndex(a.Codes, screening.Assessment{}))
	}
	return nil
}

func oldIndex(indicators []string, a screening.Assessment) (x ingest.Index) {
	x.Child = a.Path == screening.PathChild
	x.Sensitive, x.Concerned = access.Concern(slices.Concat(indicators, a.Indicators), nil)
	return x
}

package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"github.com/google/uuid"

	"umbral/server/audit"
	"umbral/server/ingest"
	"umbral/server/recall"
	"umbral/server/record"
)

func addRecalls(tx *txn) error { return makeBuckets(tx, bRecall, bRecalled) }

// AddRecall implements recall.Store. Every detection is opened once: it is rare,
// and an index of what each person was shown would tell too much of them.
func (s *Store) AddRecall(ctx context.Context, r recall.Recall) (kept recall.Recall, fresh bool, err error) {
	err = s.update(ctx, "recall", func(tx *txn) error {
		all, err := all[recall.Recall](tx, bRecall, nil)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(o recall.Recall) bool {
			return o.Locale == r.Locale && o.Message == r.Message && o.TextHash == r.TextHash && o.AudioSHA256 == r.AudioSHA256
		})
		if kept, fresh = r, at < 0; !fresh {
			kept = all[at]
			return nil
		}
		id, err := uuid.Parse(r.ID)
		if err != nil {
			return err
		}
		if err := put(tx, bRecall, id[:], r); err != nil {
			return err
		}
		if err := markAll(tx, r); err != nil {
			return err
		}
		if err := announce(tx, "", event{Type: "manifest", At: r.At}); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: r.At, Who: r.By, What: "text_recalled", ID: r.ID, Detail: r.Locale})
	})
	return kept, fresh, err
}

// markAll marks what is there: detections, and other contents of them.
func markAll(tx *txn, r recall.Recall) error {
	type content struct {
		id    recordID
		plain []byte
	}
	var ids []recordID
	err := each(tx, bRow, nil, func(key, _ []byte) error {
		ids = append(ids, idAt(key))
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		plain, err := plainAt(tx, id)
		if err != nil {
			return err
		}
		if err := mark(tx, id, plain, r); err != nil {
			return err
		}
	}
	var others []content
	err = each(tx, bConflict, nil, func(key, stored []byte) error {
		k, err := read[ingest.Kept](tx, bConflict, key, stored)
		others = append(others, content{idAt(key), k.Plain})
		return err
	})
	for _, o := range others {
		if err == nil {
			err = mark(tx, o.id, o.plain, r)
		}
	}
	return err
}

// markLate marks a content that came after texts were recalled.
func markLate(tx *txn, id recordID, plain []byte) error {
	if tx.Bucket(bRecall) == nil {
		return nil // a file of before, while it is brought up
	}
	recalls, err := all[recall.Recall](tx, bRecall, nil)
	for _, r := range recalls {
		if err == nil {
			err = mark(tx, id, plain, r)
		}
	}
	return err
}

// mark keeps for which items a content says that the recalled text was shown.
func mark(tx *txn, id recordID, plain []byte, r recall.Recall) error {
	var said struct {
		Shown []record.ShownText `json:"shown"`
	}
	if !bytes.Contains(plain, []byte(`"shown"`)) || json.Unmarshal(plain, &said) != nil {
		return nil
	}
	key := recalledKey(id, r)
	items, _, err := get[[]string](tx, bRecalled, key)
	if err != nil {
		return err
	}
	before := len(items)
	for _, s := range said.Shown {
		if r.Covers(s.Item, s.Locale, s.TextHash, s.AudioSHA256) && !slices.Contains(items, s.Item) {
			items = append(items, s.Item)
		}
	}
	if len(items) == before {
		return nil
	}
	return put(tx, bRecalled, key, items)
}

func recalledKey(id recordID, r recall.Recall) []byte {
	of := uuid.MustParse(r.ID)
	return append(id[:], of[:]...)
}

// Recalls implements recall.Store.
func (s *Store) Recalls(ctx context.Context, locale string) (list []recall.Recall, err error) {
	err = s.view(ctx, "recalls", func(tx *txn) error {
		list, err = all[recall.Recall](tx, bRecall, nil)
		return err
	})
	return slices.DeleteFunc(list, func(r recall.Recall) bool { return locale != "" && r.Locale != locale }), err
}

// Recalled implements recall.Store.
func (s *Store) Recalled(ctx context.Context, of string) (hits []recall.Hit, err error) {
	id, ok := parseID(of)
	if !ok {
		return nil, nil
	}
	err = s.view(ctx, "recalled", func(tx *txn) error {
		return each(tx, bRecalled, nil, func(key, stored []byte) error {
			if !bytes.Equal(key[sizeID:], id[:]) {
				return nil
			}
			items, err := read[[]string](tx, bRecalled, key, stored)
			if err != nil {
				return err
			}
			r, at, err := rowAt(tx, idAt(key).String())
			if err != nil {
				return err
			}
			shown, err := withReadFlags(tx, r, at)
			hits = append(hits, recall.Hit{Row: shown, Items: items})
			return err
		})
	})
	return hits, err
}

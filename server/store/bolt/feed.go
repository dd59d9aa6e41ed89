package bolt

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"time"

	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/problem"
)

// announce appends e to the feed of a device; of all, where it is empty.
func announce(tx *txn, device string, e event) error {
	seq, err := tx.Bucket(bEvent).NextSequence()
	if err != nil {
		return err
	}
	return put(tx, bEvent, eventKey(device, seq), e)
}

// announceRecord tells the devices that made and that brought a record, and no
// other: what became of it is nobody else's.
func announceRecord(tx *txn, r row, id recordID, e event) error {
	devices, err := devicesOf(tx, r, id)
	for _, d := range devices {
		if err := announce(tx, d, e); err != nil {
			return err
		}
	}
	return err
}

// devicesOf are those that brought and that made a record.
func devicesOf(tx *txn, r row, id recordID) ([]string, error) {
	plain, err := plainAt(tx, id)
	if err != nil {
		return nil, err
	}
	var made struct {
		Device string `json:"device"`
	}
	devices := []string{r.Device}
	if json.Unmarshal(plain, &made) == nil && made.Device != "" && made.Device != r.Device {
		devices = append(devices, made.Device)
	}
	return devices, nil
}

// Announce tells a device (empty: all) that something is new: typ is "keys" or
// "manifest", id what it is about (a key id, a hash) or empty.
func (s *Store) Announce(ctx context.Context, by string, at time.Time, device, typ, id string) error {
	return s.update(ctx, "announce", func(tx *txn) error {
		if err := announce(tx, device, event{Type: typ, ID: id, At: at.UTC()}); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "announced_" + typ, ID: id})
	})
}

// Since returns up to limit events that device should know, in order, after
// cursor (empty: from its enrolment on), and the cursor to ask with next.
// Invalid "cursor-invalid"; NotFound "device-unknown".
func (s *Store) Since(ctx context.Context, device, cursor string, limit int) ([]json.RawMessage, string, error) {
	events := []json.RawMessage{}
	err := s.view(ctx, "feed", func(tx *txn) error {
		d, ok, err := get[auth.Device](tx, bDevice, []byte(device))
		if err != nil {
			return err
		}
		if !ok {
			return problem.New(problem.NotFound, "device-unknown")
		}
		if cursor == "" {
			cursor = d.FeedFrom
		}
		at, ok := parseFeedCursor(cursor)
		if !ok {
			return errCursor()
		}
		for len(events) < limit {
			seq, key, stored := nextEvent(tx, d.ID, at)
			if stored == nil {
				break
			}
			text, err := tx.decode(bEvent, key, stored)
			if err != nil {
				return err
			}
			events, at = append(events, text), seq
		}
		cursor = feedCursor(at)
		return nil
	})
	return events, cursor, err
}

// nextEvent returns the first event behind at of a device or of everybody.
func nextEvent(tx *txn, device string, at uint64) (seq uint64, key, stored []byte) {
	for _, a := range []string{device, ""} {
		from := eventKey(a, at+1)
		prefix := from[:len(from)-8]
		k, v := tx.Bucket(bEvent).Cursor().Seek(from)
		if k == nil || !bytes.HasPrefix(k, prefix) {
			continue
		}
		if n := binary.BigEndian.Uint64(k[len(prefix):]); stored == nil || n < seq {
			seq, key, stored = n, k, v
		}
	}
	return seq, key, stored
}

func feedCursor(seq uint64) string { return base64.RawURLEncoding.EncodeToString(number(seq)) }

// parseFeedCursor reads a cursor; the empty one of an old device is the start.
func parseFeedCursor(text string) (uint64, bool) {
	if text == "" {
		return 0, true
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != 8 || b[0] != 0 {
		return 0, false
	}
	return binary.BigEndian.Uint64(b), true
}

package bolt

import (
	"bytes"
	"testing"
	"time"

	"umbral/server/auth"
)

// A store of before devices had users: each is found by its key, has the users
// that are known, and the events of its agency that concern it.
func TestMigrate_BindsDevices(t *testing.T) {
	const public = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"
	path := filled(t, 2)
	var id string
	change(t, path, func(tx *txn) error {
		for _, name := range [][]byte{bDeviceKey, bCode} {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
		}
		key, stored := tx.Bucket(bRow).Cursor().First()
		r, err := read[row](tx, bRow, bytes.Clone(key), stored)
		if err != nil {
			return err
		}
		id, r.Device = r.ID, "old-phone"
		if err := put(tx, bRow, bytes.Clone(key), r); err != nil {
			return err
		}
		d := auth.Device{ID: r.Device, User: "owner", Agency: r.Agency, PublicKey: public, FeedFrom: feedCursor(0)}
		if err := put(tx, bDevice, []byte(d.ID), d); err != nil {
			return err
		}
		for n, user := range []string{"colleague", "owner"} {
			f := auth.Family{ID: user, User: user, Agency: r.Agency, Device: d.ID, Created: time.Unix(int64(n), 0)}
			if err := put(tx, bFamily, []byte(f.ID), f); err != nil {
				return err
			}
		}
		for seq, e := range map[uint64]event{1: {Type: "review", ID: r.ID}, 2: {Type: "review", ID: "01936a10-7c2e-7a31-8f00-000000000000"}} {
			if err := put(tx, bEvent, eventKey(r.Agency, seq), e); err != nil {
				return err
			}
		}
		if err := put(tx, bEvent, eventKey("", 3), event{Type: "keys"}); err != nil {
			return err
		}
		return tx.Bucket(bMeta).Put(keySchema, number(5))
	})
	s := opened(t, path)
	d, err := s.DeviceOfKey(t.Context(), auth.Device{PublicKey: public}.Thumbprint())
	if err != nil || len(d.Users) != 2 || d.Users[0] != "owner" || d.Users[1] != "colleague" {
		t.Fatalf("%+v %v", d, err)
	}
	events, _, err := s.Since(t.Context(), d.ID, "", 10)
	if err != nil || len(events) != 2 || !bytes.Contains(events[0], []byte(id)) || !bytes.Contains(events[1], []byte("keys")) {
		t.Errorf("%s %v", events, err)
	}
}

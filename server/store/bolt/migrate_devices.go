package bolt

import (
	"bytes"
	"slices"

	"umbral/server/auth"
	"umbral/server/problem"
)

// bindDevices finds devices by their keys, gives each its users as far as they
// are known, and moves what the feeds of agencies hold to the devices that it
// concerns.
func bindDevices(tx *txn) error {
	if err := makeBuckets(tx, bDeviceKey, bCode); err != nil {
		return err
	}
	devices, err := all[auth.Device](tx, bDevice, nil)
	if err != nil {
		return err
	}
	families, err := all[auth.Family](tx, bFamily, nil)
	if err != nil {
		return err
	}
	for _, d := range devices {
		d.Users = []string{d.User}
		for _, f := range families {
			if f.Device == d.ID && f.Agency == d.Agency && !slices.Contains(d.Users, f.User) {
				d.Users = append(d.Users, f.User)
			}
		}
		if err := putDevice(tx, d); err != nil {
			return err
		}
	}
	return moveEvents(tx)
}

// moveEvents gives events of an agency the keys of the devices that made and
// brought the record; those of everybody stay.
func moveEvents(tx *txn) error {
	type move struct {
		key []byte
		e   event
	}
	var moves []move
	err := each(tx, bEvent, nil, func(key, stored []byte) error {
		if key[0] == 0 {
			return nil
		}
		e, err := read[event](tx, bEvent, key, stored)
		moves = append(moves, move{bytes.Clone(key), e})
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range moves {
		r, id, err := rowAt(tx, m.e.ID)
		if err != nil && problem.KindOf(err) != problem.NotFound {
			return err
		}
		if err == nil { // else of a record that was destroyed: nobody's news any more
			var to []string
			to, err = devicesOf(tx, r, id)
			for _, d := range to {
				if err := put(tx, bEvent, append(append([]byte(word(d)), 0), m.key[len(m.key)-sizeStamp:]...), m.e); err != nil {
					return err
				}
			}
			if err != nil {
				return err
			}
		}
		if err := tx.Bucket(bEvent).Delete(m.key); err != nil {
			return err
		}
	}
	return nil
}

package bolt

import (
	"context"
	"slices"
	"time"

	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/problem"
)

// AddCode implements auth.Store.
func (s *Store) AddCode(ctx context.Context, at time.Time, c auth.Code) error {
	return s.update(ctx, "add code", func(tx *txn) error {
		if err := put(tx, bCode, []byte(c.Hash), c); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: c.By, What: "enrol_code_made", ID: c.Agency})
	})
}

// AddDevice implements auth.Store.
func (s *Store) AddDevice(ctx context.Context, by, code string, at time.Time, d auth.Device) (auth.Device, error) {
	err := s.update(ctx, "add device", func(tx *txn) error {
		have, err := deviceOfKey(tx, d.Thumbprint())
		if err == nil {
			d = have // another request of the same phone came first
			return nil
		}
		if problem.KindOf(err) != problem.NotFound {
			return err
		}
		if err := useCode(tx, code, at, d.Agency); err != nil {
			return err
		}
		if err := bindFamilies(tx, &d); err != nil {
			return err
		}
		d.FeedFrom = feedCursor(tx.Bucket(bEvent).Sequence())
		if err := putDevice(tx, d); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "device_enrolled", ID: d.ID})
	})
	return d, err
}

// useCode deletes the code with this hash; none is needed where it is empty.
func useCode(tx *txn, hash string, at time.Time, agency string) error {
	if hash == "" {
		return nil
	}
	c, ok, err := get[auth.Code](tx, bCode, []byte(hash))
	if err != nil {
		return err
	}
	if !ok || c.Agency != agency || !at.Before(c.Expires) {
		return problem.New(problem.Forbidden, "enrol-code", "minutes", auth.CodeMinutes)
	}
	return tx.Bucket(bCode).Delete([]byte(hash))
}

// bindFamilies binds to d the living families of its key and agency.
func bindFamilies(tx *txn, d *auth.Device) error {
	jkt := d.Thumbprint()
	list, err := allWhere(tx, bFamily, func(f auth.Family) bool {
		return jkt != "" && f.JKT == jkt && f.Agency == d.Agency && f.Revoked.IsZero()
	})
	for _, f := range list {
		if !slices.Contains(d.Users, f.User) {
			d.Users = append(d.Users, f.User)
		}
		f.Device = d.ID
		if err := put(tx, bFamily, []byte(f.ID), f); err != nil {
			return err
		}
	}
	return err
}

// putDevice keeps d and how its key finds it.
func putDevice(tx *txn, d auth.Device) error {
	if err := put(tx, bDevice, []byte(d.ID), d); err != nil {
		return err
	}
	if jkt := d.Thumbprint(); jkt != "" {
		return putBytes(tx, bDeviceKey, []byte(jkt), []byte(d.ID))
	}
	return nil
}

// joinDevice makes the user of f one of its device's.
func joinDevice(tx *txn, f auth.Family) error {
	if f.Device == "" {
		return nil
	}
	d, ok, err := get[auth.Device](tx, bDevice, []byte(f.Device))
	if err != nil || !ok || d.Agency != f.Agency || slices.Contains(d.Users, f.User) {
		return err
	}
	d.Users = append(d.Users, f.User)
	return put(tx, bDevice, []byte(d.ID), d)
}

func deviceOfKey(tx *txn, jkt string) (auth.Device, error) {
	key := []byte(jkt)
	stored := tx.Bucket(bDeviceKey).Get(key)
	if jkt == "" || stored == nil {
		return auth.Device{}, problem.New(problem.NotFound, "device-unknown")
	}
	id, err := tx.decode(bDeviceKey, key, stored)
	if err != nil {
		return auth.Device{}, err
	}
	return present[auth.Device](tx, bDevice, string(id), "device-unknown")
}

// DeviceOfKey implements auth.Store.
func (s *Store) DeviceOfKey(ctx context.Context, jkt string) (d auth.Device, err error) {
	err = s.view(ctx, "device of key", func(tx *txn) error {
		d, err = deviceOfKey(tx, jkt)
		return err
	})
	return d, err
}

// Device implements auth.Store.
func (s *Store) Device(ctx context.Context, id string) (d auth.Device, err error) {
	err = s.view(ctx, "device", func(tx *txn) error {
		d, err = present[auth.Device](tx, bDevice, id, "device-unknown")
		return err
	})
	return d, err
}

// Devices implements auth.Store.
func (s *Store) Devices(ctx context.Context, agency string) (list []auth.Device, err error) {
	err = s.view(ctx, "devices", func(tx *txn) error {
		list, err = allWhere(tx, bDevice, func(d auth.Device) bool { return agency == "" || d.Agency == agency })
		return err
	})
	return list, err
}

// SawDevice implements auth.Store.
func (s *Store) SawDevice(ctx context.Context, at time.Time, id string) error {
	return s.update(ctx, "saw device", func(tx *txn) error {
		d, err := present[auth.Device](tx, bDevice, id, "device-unknown")
		if err != nil || !d.Seen.Before(at) {
			return err
		}
		d.Seen = at.UTC()
		return put(tx, bDevice, []byte(id), d)
	})
}

// RevokeDevice implements auth.Store.
func (s *Store) RevokeDevice(ctx context.Context, by string, at time.Time, id string) error {
	return s.update(ctx, "revoke device", func(tx *txn) error {
		d, err := present[auth.Device](tx, bDevice, id, "device-unknown")
		if err != nil || d.IsRevoked() {
			return err
		}
		d.Revoked = at.UTC()
		if err := put(tx, bDevice, []byte(id), d); err != nil {
			return err
		}
		if err := endFamilies(tx, at, func(f auth.Family) bool {
			// A session that is bound to no key may be the one on the lost phone.
			return f.Device == id || f.JKT == d.Thumbprint() || f.JKT == "" && f.User == d.User
		}); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "device_revoked", ID: id})
	})
}

// WipedDevice implements auth.Store.
func (s *Store) WipedDevice(ctx context.Context, at time.Time, id string) error {
	return s.update(ctx, "wiped device", func(tx *txn) error {
		d, err := present[auth.Device](tx, bDevice, id, "device-unknown")
		if err != nil || !d.Wiped.IsZero() {
			return err
		}
		d.Wiped = at.UTC()
		if err := put(tx, bDevice, []byte(id), d); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: audit.System, What: "device_wiped", ID: id})
	})
}

// StartTrip implements auth.Store.
func (s *Store) StartTrip(ctx context.Context, by string, at time.Time, id string, until time.Time) error {
	return s.update(ctx, "start trip", func(tx *txn) error {
		d, err := present[auth.Device](tx, bDevice, id, "device-unknown")
		if err != nil {
			return err
		}
		d.TripUntil = until.UTC()
		if err := put(tx, bDevice, []byte(id), d); err != nil {
			return err
		}
		return enter(tx, audit.Act{At: at, Who: by, What: "trip_started", ID: id})
	})
}

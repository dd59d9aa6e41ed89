package bolt

import (
	"bytes"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"umbral/server/shred"
)

// A store of before values were sealed is written anew into another file, value
// by value, and the old file is overwritten: sealed in place, its free pages
// would keep the clear text.

const (
	suffixSealing = ".sealing" // the new file while it is made
	suffixClear   = ".clear"   // the old file from when the new one has its name
	// sealPart is how many bytes of values one transaction writes: enough that
	// commits cost little, few enough for a small machine's memory.
	sealPart = 16 << 20
)

// tidy finishes what a crash left of sealClear.
func tidy(path string) error {
	if err := shred.Settle(path, suffixSealing, suffixClear); err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// sealClear seals the store at path where it is not.
func sealClear(path string, keys keysAt) (err error) {
	db, err := open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	at := 0
	if err := db.View(func(tx *bolt.Tx) (err error) { at, err = schemaOf(tx); return err }); err != nil {
		return err
	}
	if at >= schemaSealed {
		return tooNew(at)
	}
	if at == 0 {
		return fmt.Errorf("store: %s: %w", path, errForeign)
	}
	if err := migrate(db, nil, schemaSealed-1); err != nil {
		return err
	}
	records, err := keys.openOrMake()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, records.Close()) }()
	if err := sealInto(db, path+suffixSealing, records); err != nil {
		return fmt.Errorf("store: seal: %w", err)
	}
	return exchange(path)
}

// exchange gives the sealed file the name of the old one, and overwrites that.
func exchange(path string) error {
	if err := shred.Replace(path, suffixSealing, suffixClear); err != nil {
		return fmt.Errorf("store: seal: %w", err)
	}
	return tidy(path)
}

func sealInto(from *bolt.DB, path string, records *shred.File) error {
	safe, err := newSafe(records)
	if err != nil {
		return err
	}
	return from.View(func(clear *bolt.Tx) error {
		if err := keysForAll(clear, records); err != nil {
			return err
		}
		db, err := open(path)
		if err != nil {
			return err
		}
		db.NoSync = true // one at the end
		err = clear.ForEach(func(name []byte, b *bolt.Bucket) error { return sealBucket(db, safe, name, b) })
		if err == nil {
			err = db.Update(func(tx *bolt.Tx) error { return markSealed(tx, records.FileID()) })
		}
		return errors.Join(err, db.Sync(), db.Close())
	})
}

// keysForAll makes the keys of all records, so that one fsync serves them.
func keysForAll(tx *bolt.Tx, records *shred.File) error {
	var ids []shred.ID
	for name := range ofRecord {
		b := tx.Bucket([]byte(name))
		if b == nil {
			continue
		}
		err := b.ForEach(func(k, _ []byte) error {
			if len(k) < sizeID {
				return fmt.Errorf("%s has a key of %d bytes", name, len(k))
			}
			ids = append(ids, shred.ID(k[:sizeID]))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return records.Add(ids...)
}

// sealBucket copies one bucket, a part of it in each transaction.
func sealBucket(db *bolt.DB, safe *safe, name []byte, from *bolt.Bucket) error {
	name = bytes.Clone(name)
	c := from.Cursor()
	for k, v := c.First(); ; {
		err := db.Update(func(tx *bolt.Tx) error {
			to, err := tx.CreateBucketIfNotExists(name)
			if err != nil {
				return err
			}
			to.FillPercent = fill
			for size := 0; k != nil && size < sealPart; k, v = c.Next() {
				key, value, err := sealed(safe, name, k, v)
				if err == nil {
					err = to.Put(key, value)
				}
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				size += len(key) + len(value)
			}
			return to.SetSequence(from.Sequence())
		})
		if err != nil || k == nil {
			return err
		}
	}
}

// sealed is what becomes of one key and value of a clear store.
func sealed(s *safe, bucket, k, v []byte) (key, value []byte, err error) {
	key, value = bytes.Clone(k), bytes.Clone(v)
	if byName[string(bucket)] {
		key = s.name(key)
	}
	if bare[string(bucket)] {
		return key, value, nil
	}
	text, err := unpack(value)
	if err != nil {
		return nil, nil, err
	}
	value, err = s.seal(bucket, key, text)
	return key, value, err
}

// markSealed says that every value is sealed, and by the keys of which file.
func markSealed(tx *bolt.Tx, keys shred.ID) error {
	meta := tx.Bucket(bMeta)
	return errors.Join(meta.Put(keySchema, number(schemaSealed)), meta.Put(keyKeys, keys[:]))
}

func keysID(tx *bolt.Tx) (id shred.ID, err error) {
	if _, err := schemaOf(tx); err != nil {
		return id, err
	}
	v := tx.Bucket(bMeta).Get(keyKeys)
	if len(v) != len(id) {
		return id, errors.New("store: the file does not say which keys it has: damaged")
	}
	return shred.ID(v), nil
}

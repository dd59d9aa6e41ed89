package bolt

import "bytes"

// hasPrefix says whether any key of a bucket begins with prefix.
func hasPrefix(tx *txn, bucket, prefix []byte) bool {
	k, _ := tx.Bucket(bucket).Cursor().Seek(prefix)
	return k != nil && bytes.HasPrefix(k, prefix)
}

// each calls do for every key with prefix, in order, until it returns an error.
func each(tx *txn, bucket, prefix []byte, do func(key, stored []byte) error) error {
	c := tx.Bucket(bucket).Cursor()
	for k, v := c.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if err := do(k, v); err != nil {
			return err
		}
	}
	return nil
}

// all decodes every value with prefix; never nil.
func all[T any](tx *txn, bucket, prefix []byte) ([]T, error) {
	list := []T{}
	err := each(tx, bucket, prefix, func(key, stored []byte) error {
		v, err := read[T](tx, bucket, key, stored)
		list = append(list, v)
		return err
	})
	return list, err
}

// lastKey returns the last key with prefix, nil where there is none.
func lastKey(tx *txn, bucket, prefix []byte) ([]byte, []byte) {
	c := tx.Bucket(bucket).Cursor()
	var k, v []byte
	if end := behind(prefix); end == nil {
		k, v = c.Last()
	} else if k, _ = c.Seek(end); k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	if k == nil || !bytes.HasPrefix(k, prefix) {
		return nil, nil
	}
	return k, v
}

// behind is the smallest key after all that begin with prefix; nil: none is.
func behind(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
	return nil
}

// deleteWhere deletes every value of a bucket that which names.
func deleteWhere[T any](tx *txn, bucket []byte, which func(T) bool) error {
	return deleteIn(tx, bucket, nil, func(key, stored []byte) (bool, error) {
		v, err := read[T](tx, bucket, key, stored)
		return err == nil && which(v), err
	})
}

// deleteKeys is deleteWhere for what key and stored value tell unopened.
func deleteKeys(tx *txn, bucket []byte, which func(key, stored []byte) bool) error {
	return deleteIn(tx, bucket, nil, func(key, stored []byte) (bool, error) { return which(key, stored), nil })
}

func deletePrefix(tx *txn, bucket, prefix []byte) error {
	return deleteIn(tx, bucket, prefix, func(_, _ []byte) (bool, error) { return true, nil })
}

// deleteIn gathers the keys first: deleting under a cursor skips keys.
func deleteIn(tx *txn, bucket, prefix []byte, which func(key, stored []byte) (bool, error)) error {
	var keys [][]byte
	err := each(tx, bucket, prefix, func(key, stored []byte) error {
		yes, err := which(key, stored)
		if yes {
			keys = append(keys, bytes.Clone(key))
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := tx.Bucket(bucket).Delete(k); err != nil {
			return err
		}
	}
	return nil
}

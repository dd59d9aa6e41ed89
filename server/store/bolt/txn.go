package bolt

import (
	bolt "go.etcd.io/bbolt"
)

// txn is one transaction, with what its values are written and read by. Every
// value passes put, get, read, encode or decode, which know the place it has:
// bucket and key.
type txn struct {
	*bolt.Tx
	safe *safe // nil: a file of before values were sealed, while it is brought up
}

// name is a user's name, or another thing that a person typed, as a key.
func (tx *txn) name(text string) []byte {
	if tx.safe == nil {
		return []byte(text)
	}
	return tx.safe.name([]byte(text))
}

// encode is the one way in for a value.
func (tx *txn) encode(bucket, key, value []byte) ([]byte, error) {
	if tx.safe == nil {
		return pack(value), nil
	}
	return tx.safe.seal(bucket, key, value)
}

// decode is the one way out; what it returns is the caller's own.
func (tx *txn) decode(bucket, key, stored []byte) ([]byte, error) {
	if tx.safe == nil {
		return unpack(stored)
	}
	return tx.safe.open(bucket, key, stored)
}

package bolt

import (
	bolt "go.etcd.io/bbolt"
)

// txn is one transaction, with what its values are written and read by. Every
// value passes put, get, read, encode or decode, which know the place it has:
// bucket and key.
type txn struct {
	*bolt.Tx
}

// name is a user's name, or another thing that a person typed, as a key.
func (tx *txn) name(text string) []byte { return []byte(text) }

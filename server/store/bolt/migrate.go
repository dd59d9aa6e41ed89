package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// migrations bring a file from schema i to i+1, each in a transaction of its
// own. A published one is never edited: what was forgotten is a new one.
var migrations = []func(*txn) error{
	createBuckets,   // 1: everything but the counts
	countRows,       // 2: counts and the order of arrival, made from the rows
	createFactors,   // 3: second factors
	sealedApart,     // 4: every value sealed; see sealing.go
	addRetention,    // 5: holds, tombstones, terms, destructions
	bindDevices,     // 6: devices by key with their users, codes, feeds of devices
	createReviewers, // 7: the keys that identities are sealed to, and their shares
	guardRows,       // 8: who must not read a record
	addRecalls,      // 9: texts that were withdrawn, and whom they were shown to
	addInterpreters, // 10: people who interpret
	addDesk,         // 11: steps of translations, their recordings, languages
}

// schemaSealed is the schema from which on every value is sealed.
const schemaSealed = 4

// schemaRetention is the one from which on there are tombstones.
const schemaRetention = 5

// Schema is the number of the newest schema.
var Schema = len(migrations)

// schemaOf is 0 for a file that was just made.
func schemaOf(tx *bolt.Tx) (int, error) {
	meta := tx.Bucket(bMeta)
	if meta == nil {
		return 0, nil
	}
	v := meta.Get(keySchema)
	if len(v) != 8 {
		return 0, fmt.Errorf("store: the file has no schema number: it is not a store of Umbral, or damaged")
	}
	return int(binary.BigEndian.Uint64(v)), nil
}

// migrate brings db to schema goal, and refuses one that is newer than all: an
// older program would write what the newer cannot find again.
func migrate(db *bolt.DB, s *safe, goal int) error {
	for {
		done := false
		err := db.Update(func(raw *bolt.Tx) error {
			tx := &txn{raw, s}
			at, err := schemaOf(raw)
			if err != nil {
				return err
			}
			if err := tooNew(at); err != nil {
				return err
			}
			if done = at >= goal; done {
				return nil
			}
			if err := migrations[at](tx); err != nil {
				return fmt.Errorf("store: migrate to schema %d: %w", at+1, err)
			}
			return tx.Bucket(bMeta).Put(keySchema, number(uint64(at+1)))
		})
		if done || err != nil {
			return err
		}
	}
}

func tooNew(at int) error {
	if at > Schema {
		return fmt.Errorf("store: the file has schema %d, this program knows %d: start a newer program", at, Schema)
	}
	return nil
}

// laterBuckets are those that a migration after the first makes.
var laterBuckets = [][]byte{bCount, bTime, bFactor, bTombstone, bHold, bTerms, bDestruction, bDeviceKey, bCode, bReviewKey, bOwnKey, bShare, bRecall, bRecalled, bInterpreter, bStep, bVoice, bLanguage, bRaised}

func createBuckets(tx *txn) error {
	first := slices.DeleteFunc(slices.Clone(buckets), func(name []byte) bool {
		return slices.ContainsFunc(laterBuckets, func(later []byte) bool { return bytes.Equal(later, name) })
	})
	return makeBuckets(tx, first...)
}

func makeBuckets(tx *txn, names ...[]byte) error {
	for _, name := range names {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	return nil
}

// countRows makes the cube and the order of arrival anew.
func countRows(tx *txn) error {
	if err := makeBuckets(tx, bCount, bTime); err != nil {
		return err
	}
	counts := tally{}
	err := tx.Bucket(bRow).ForEach(func(key, stored []byte) error {
		r, err := read[row](tx, bRow, key, stored)
		if err != nil {
			return err
		}
		counts.add(r, +1)
		return tx.Bucket(bTime).Put(timeKey(r.ReceivedAt, idAt(key)), nil)
	})
	if err != nil {
		return err
	}
	return counts.apply(tx)
}

func createFactors(tx *txn) error {
	return makeBuckets(tx, bFactor)
}

// sealedApart is never called: a file that is not sealed yet is written anew
// (sealing.go), for its free pages would keep what was in clear.
func sealedApart(*txn) error {
	return errors.New("the store is not sealed, and this is not where it is done")
}

func addRetention(tx *txn) error {
	return makeBuckets(tx, bTombstone, bHold, bTerms, bDestruction)
}

func createReviewers(tx *txn) error {
	return makeBuckets(tx, bReviewKey, bOwnKey, bShare)
}

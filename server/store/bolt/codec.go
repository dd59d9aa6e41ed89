package bolt

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/s2"
)

// Forms of a value, its first byte.
const (
	formPlain = 0
	formS2    = 1 // a quarter of zstd's time, which one committer for all has to spend
	// formSealed: nonce, and sealed a value of one of the forms above; see safe.go.
	formSealed = 2
)

// worthPacking is the size in bytes from which packing pays: a detection's
// answers and trace shrink to a quarter, a review does not shrink.
const worthPacking = 512

// maxValue is what a value may unpack to, in bytes. The largest is a record in
// quarantine (64 KiB, in base64, and its envelope); beyond is damage.
const maxValue = 4 << 20

// pack shrinks a value where that pays: before it is sealed, for cipher text
// does not shrink.
func pack(value []byte) []byte {
	if len(value) < worthPacking {
		return append([]byte{formPlain}, value...)
	}
	return append([]byte{formS2}, s2.Encode(nil, value)...)
}

var errPacked = errors.New("value cannot be unpacked: damaged")

var errForm = errors.New("value has an unknown form: written by a newer version, or damaged")

func unpack(stored []byte) ([]byte, error) {
	if len(stored) == 0 {
		return nil, errForm
	}
	switch stored[0] {
	case formPlain:
		return append([]byte{}, stored[1:]...), nil
	case formS2:
		if n, err := s2.DecodedLen(stored[1:]); err != nil || n > maxValue {
			return nil, errPacked
		}
		b, err := s2.Decode(nil, stored[1:])
		if err != nil {
			return nil, errors.Join(errPacked, err)
		}
		return b, nil
	}
	return nil, errForm
}

// put keeps v as JSON.
func put(tx *txn, bucket, key []byte, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", bucket, err)
	}
	return putBytes(tx, bucket, key, text)
}

// putBytes keeps a value that is no JSON.
func putBytes(tx *txn, bucket, key, value []byte) error {
	stored, err := tx.encode(bucket, key, value)
	if err != nil {
		return fmt.Errorf("encode %s: %w", bucket, err)
	}
	return tx.Bucket(bucket).Put(key, stored)
}

// get reads what put kept; false where there is nothing.
func get[T any](tx *txn, bucket, key []byte) (v T, ok bool, err error) {
	stored := tx.Bucket(bucket).Get(key)
	if stored == nil {
		return v, false, nil
	}
	v, err = read[T](tx, bucket, key, stored)
	return v, err == nil, err
}

// read opens a value that stood at key in bucket.
func read[T any](tx *txn, bucket, key, stored []byte) (v T, err error) {
	text, err := tx.decode(bucket, key, stored)
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		return v, fmt.Errorf("decode %s: %w", bucket, err)
	}
	return v, nil
}

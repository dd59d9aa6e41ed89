package bolt

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/s2"
	bolt "go.etcd.io/bbolt"
)

// Forms of a value, its first byte. Sealing at rest will be one more form,
// made and opened in encode and decode, with bucket and key as what it is
// bound to.
const (
	formPlain = 0
	formS2    = 1 // a quarter of zstd's time, which one committer for all has to spend
)

// worthPacking is the size in bytes from which packing pays: a detection's
// answers and trace shrink to a quarter, a review does not shrink.
const worthPacking = 512

// maxValue is what a value may unpack to, in bytes. The largest is a record in
// quarantine (64 KiB, in base64, and its envelope); beyond is damage.
const maxValue = 4 << 20

// encode is the one way in for a value.
func encode(value []byte) []byte {
	if len(value) < worthPacking {
		return append([]byte{formPlain}, value...)
	}
	return append([]byte{formS2}, s2.Encode(nil, value)...)
}

var errPacked = errors.New("value cannot be unpacked: damaged")

var errForm = errors.New("value has an unknown form: written by a newer version, or damaged")

// decode is the one way out; what it returns is the caller's own.
func decode(stored []byte) ([]byte, error) {
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
func put(tx *bolt.Tx, bucket, key []byte, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %s: %w", bucket, err)
	}
	return tx.Bucket(bucket).Put(key, encode(text))
}

// get reads what put kept; false where there is nothing.
func get[T any](tx *bolt.Tx, bucket, key []byte) (v T, ok bool, err error) {
	stored := tx.Bucket(bucket).Get(key)
	if stored == nil {
		return v, false, nil
	}
	v, err = read[T](bucket, stored)
	return v, err == nil, err
}

func read[T any](bucket, stored []byte) (v T, err error) {
	text, err := decode(stored)
	if err == nil {
		err = json.Unmarshal(text, &v)
	}
	if err != nil {
		return v, fmt.Errorf("decode %s: %w", bucket, err)
	}
	return v, nil
}

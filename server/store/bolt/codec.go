package bolt

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
	bolt "go.etcd.io/bbolt"
)

// Forms of a value, its first byte. Sealing at rest will be one more form,
// made and opened in encode and decode, with bucket and key as what it is
// bound to.
const (
	formPlain = 0
	formZstd  = 1
)

// worthPacking is the size in bytes from which packing pays: a detection's
// answers and trace shrink to a third, a review does not shrink.
const worthPacking = 512

// packWindow is in bytes: records are at most 64 KiB, a larger one is only memory.
const packWindow = 128 << 10

// maxValue is what a value may unpack to, in bytes. The largest is a record in
// quarantine (64 KiB, in base64, and its envelope); beyond is damage.
const maxValue = 4 << 20

var (
	packer   = must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(packWindow)))
	unpacker = must(zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxValue), zstd.WithDecoderConcurrency(0)))
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err) // options that we wrote
	}
	return v
}

// encode is the one way in for a value.
func encode(value []byte) []byte {
	if len(value) < worthPacking {
		return append([]byte{formPlain}, value...)
	}
	return packer.EncodeAll(value, []byte{formZstd})
}

var errForm = errors.New("value has an unknown form: written by a newer version, or damaged")

// decode is the one way out; what it returns is the caller's own.
func decode(stored []byte) ([]byte, error) {
	if len(stored) == 0 {
		return nil, errForm
	}
	switch stored[0] {
	case formPlain:
		return append([]byte{}, stored[1:]...), nil
	case formZstd:
		b, err := unpacker.DecodeAll(stored[1:], nil)
		if err != nil {
			return nil, fmt.Errorf("unpack a value: %w", err)
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

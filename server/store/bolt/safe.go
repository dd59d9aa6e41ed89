package bolt

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"umbral/server/shred"
)

// safe seals and opens values: those of a record under the record's own key,
// all others under the store key. It may be used by many at once.
type safe struct {
	records *shred.File
	store   cipher.AEAD
	names   [sha256.Size]byte // key that names become keys of buckets under
}

func newSafe(records *shred.File) (*safe, error) {
	store, err := shred.Cipher(records.StoreKey(), "umbral/1 store values")
	if err != nil {
		return nil, err
	}
	names, err := shred.Derive(records.StoreKey(), "umbral/1 store names")
	if err != nil {
		return nil, err
	}
	return &safe{records: records, store: store, names: names}, nil
}

// ofRecord are the buckets whose keys begin with the id of a record, or of a person
// who is listed, and whose values are sealed under its key: they end with it.
var ofRecord = set(bPlain, bAssessment, bOther, bRow, bConflict, bReview, bReferral, bNote, bHeld, bRecalled, bInterpreter)

// bare are the buckets whose values are codes, numbers and ids of our own and do
// not pass encode: order, counts, and where things are.
var bare = set(bMeta, bHead, bLink, bIndex, bFresh, bTime, bCount, bHeldQueue, bUsername)

// byName are the buckets whose keys a person typed, or come from an address.
var byName = set(bUsername, bFailure)

func set(buckets ...[]byte) map[string]bool {
	m := map[string]bool{}
	for _, b := range buckets {
		m[string(b)] = true
	}
	return m
}

var (
	// errNoKey is what a value of a record gives whose key is not there: it was
	// destroyed, or the file of record keys is another's.
	errNoKey  = errors.New("the record's key is not there")
	errSealed = errors.New("value cannot be opened: damaged, or put in another place")
	errClear  = errors.New("value is not sealed: it was not this store that wrote it")
)

func (s *safe) cipher(bucket, key []byte) (cipher.AEAD, error) {
	if !ofRecord[string(bucket)] {
		return s.store, nil
	}
	if len(key) < sizeID {
		return nil, errNoKey
	}
	c, ok := s.records.Record(idAt(key))
	if !ok {
		return nil, errNoKey
	}
	return c, nil
}

// seal binds a value to its bucket and key: moved elsewhere it does not open.
func (s *safe) seal(bucket, key, value []byte) ([]byte, error) {
	c, err := s.cipher(bucket, key)
	if err != nil {
		return nil, err
	}
	inner := pack(value)
	out := make([]byte, 1+c.NonceSize(), 1+c.NonceSize()+len(inner)+c.Overhead())
	out[0] = formSealed
	rand.Read(out[1:])
	return c.Seal(out, out[1:], inner, placeIn(bucket, key)), nil
}

func (s *safe) open(bucket, key, stored []byte) ([]byte, error) {
	switch {
	case len(stored) == 0 || stored[0] > formSealed:
		return nil, errForm
	case stored[0] != formSealed:
		return nil, errClear
	}
	c, err := s.cipher(bucket, key)
	if err != nil {
		return nil, err
	}
	if len(stored) < 1+c.NonceSize() {
		return nil, errSealed
	}
	nonce, sealed := stored[1:1+c.NonceSize()], stored[1+c.NonceSize():]
	inner, err := c.Open(nil, nonce, sealed, placeIn(bucket, key))
	if err != nil {
		return nil, errSealed
	}
	return unpack(inner)
}

func placeIn(bucket, key []byte) []byte {
	return append(append(append(make([]byte, 0, len(bucket)+1+len(key)), bucket...), 0), key...)
}

func (s *safe) name(text []byte) []byte {
	h := hmac.New(sha256.New, s.names[:])
	h.Write(text)
	return h.Sum(nil)
}

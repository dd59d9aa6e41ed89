// Package shred holds a key for each record in a file of its own, wrapped by a
// master key, so that a record is destroyed everywhere at once by destroying
// its key. FORMAT.md says how the file is laid out.
//
// It knows nothing of what the keys encrypt, and never logs or returns a key.
package shred

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
)

// KeySize of every key here, in bytes: AES-256.
const KeySize = 32

const (
	nonceSize   = 12
	tagSize     = 16
	wrappedSize = nonceSize + KeySize + tagSize
)

// Master wraps keys.
type Master struct{ aead cipher.AEAD }

// ErrMaster is returned where a master key does not open what it should.
var ErrMaster = errors.New("the master key does not fit the file of record keys: it was made with another one; " +
	"give the right one (--master-key-command, UMBRAL_MASTER_KEY, --master-key-file or keys/master.key)")

// NewMaster takes 32 bytes.
func NewMaster(key []byte) (*Master, error) {
	if len(key) != KeySize {
		return nil, errors.New("a master key has 32 bytes")
	}
	return &Master{gcm([KeySize]byte(key))}, nil
}

// gcm never fails: the key has its size.
func gcm(key [KeySize]byte) cipher.AEAD {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// NewKey is 32 bytes of the system's chance.
func NewKey() (key [KeySize]byte) {
	rand.Read(key[:]) // never fails: the program ends where the system has no chance
	return key
}

func (m *Master) wrap(key [KeySize]byte, boundTo []byte) []byte {
	nonce := make([]byte, nonceSize, wrappedSize)
	rand.Read(nonce)
	return m.aead.Seal(nonce, nonce, key[:], boundTo)
}

func (m *Master) unwrap(wrapped, boundTo []byte) (key [KeySize]byte, err error) {
	b, err := m.aead.Open(nil, wrapped[:nonceSize], wrapped[nonceSize:], boundTo)
	if err != nil {
		return key, ErrMaster
	}
	return [KeySize]byte(b), nil
}

// Derive gives a key of its own for a purpose, from another key (HKDF).
func Derive(from [KeySize]byte, purpose string) (key [KeySize]byte, err error) {
	b, err := hkdf.Key(sha256.New, from[:], nil, purpose, KeySize)
	if err != nil {
		return key, err
	}
	return [KeySize]byte(b), nil
}

// Cipher is AES-256-GCM under the key derived for a purpose.
func Cipher(from [KeySize]byte, purpose string) (cipher.AEAD, error) {
	key, err := Derive(from, purpose)
	if err != nil {
		return nil, err
	}
	return gcm(key), nil
}

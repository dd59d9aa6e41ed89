// Package seal closes and opens the envelopes that records travel in, and keeps
// the server's private keys as files outside the database. HPKE (RFC 9180)
// single shot: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; P-256
// because old Android browsers lack X25519. One encapsulation an envelope, so
// that a lost or late one breaks no other.
//
// It never looks into a record, never logs a key or a text, and never tells why
// an envelope does not open: wrong key and altered text look alike.
package seal

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"

	"umbral/server/record"
)

// What an envelope is bound to: another use of the same key, another kind or
// another id does not open. Equal in static/crypto/seal.js.
const (
	info          = "umbral/1"
	aadStart      = "umbral/1 record "
	identityStart = "umbral/1 identity "        // and the id of its detection
	shareStart    = "umbral/1 reviewers-share " // and kid and account, by a space
	kidBytes      = 8                           // of SHA-256 of the public key: names a key, proves nothing
)

// Errors of opening.
var (
	ErrUnknownKey = errors.New("seal: sealed to a key that this server does not hold")
	ErrOpen       = errors.New("seal: the envelope does not open")
)

// PublicKey is a key that devices seal to, as the `keys` blob lists it.
type PublicKey struct {
	KID       string `json:"kid"`
	PublicKey string `json:"public_key"` // base64url, not padded, of the 65 bytes of the uncompressed point
	Use       string `json:"use"`        // UseSeal
	Current   bool   `json:"current"`    // exactly one: new records are sealed to it
	SignedBy  string `json:"signed_by"`  // kid of the root
	Signature string `json:"signature"`
}

// UseSeal is the use of a key that records are sealed to.
const UseSeal = "seal"

// KID names a public key: the first 8 bytes, in hex, of the SHA-256 of its 65 bytes.
func KID(public []byte) string {
	sum := sha256.Sum256(public)
	return hex.EncodeToString(sum[:kidBytes])
}

// Seal compresses, pads and seals plain to the public key (65 bytes) named kid,
// as the record id. record.ErrTooLarge is returned for what fits no size class.
func Seal(public []byte, kid, id string, plain []byte) (record.Envelope, error) {
	padded, err := record.Pad(plain)
	if err != nil {
		return record.Envelope{}, err
	}
	return sealPadded(public, kid, id, padded)
}

// sealPadded seals bytes that are padded already.
func sealPadded(public []byte, kid, id string, padded []byte) (record.Envelope, error) {
	enc, ct, err := sealTo(public, aadStart+id, padded)
	return record.Envelope{ID: id, KID: kid, Enc: enc, CT: ct}, err
}

// sealTo is one encapsulation, bound to aad.
func sealTo(public []byte, aad string, plain []byte) (enc, ct []byte, err error) {
	point, err := ecdh.P256().NewPublicKey(public)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: public key: %w", err)
	}
	key, err := hpke.NewDHKEMPublicKey(point)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: public key: %w", err)
	}
	enc, sender, err := hpke.NewSender(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info))
	if err != nil {
		return nil, nil, fmt.Errorf("seal: %w", err)
	}
	ct, err = sender.Seal([]byte(aad), plain)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: %w", err)
	}
	return enc, ct, nil
}

// DecodePublic reads PublicKey.PublicKey and checks that it is a point of P-256.
func DecodePublic(text string) ([]byte, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("seal: public key: %w", err)
	}
	if _, err := ecdh.P256().NewPublicKey(b); err != nil {
		return nil, fmt.Errorf("seal: public key: %w", err)
	}
	return b, nil
}

// open undoes sealPadded with the private key of kid.
func open(key hpke.PrivateKey, e record.Envelope) ([]byte, error) {
	return openFrom(key, aadStart+e.ID, e.Enc, e.CT)
}

func openFrom(key hpke.PrivateKey, aad string, enc, ct []byte) ([]byte, error) {
	r, err := hpke.NewRecipient(enc, key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(info))
	if err != nil {
		return nil, ErrOpen
	}
	plain, err := r.Open([]byte(aad), ct)
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

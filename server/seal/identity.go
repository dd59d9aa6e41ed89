package seal

import (
	"crypto/ecdh"
	"crypto/hpke"

	"umbral/server/record"
)

// Identities are sealed on phones and opened in reviewers' browsers. The server
// does neither: what stands here is the same form in Go, for the command-line
// device of who collects no names, for rescue by who holds the key, and so that
// both engines can be held to each other.

// SealIdentity seals plain to a reviewers' public key (65 bytes) named kid, as the
// identity of the detection id. record.ErrTooLarge is returned for what does not
// fit the one length that identities have.
func SealIdentity(public []byte, kid, id string, plain []byte) (record.Envelope, error) {
	padded, err := record.PadIdentity(plain)
	if err != nil {
		return record.Envelope{}, err
	}
	enc, ct, err := sealTo(public, identityStart+id, padded)
	return record.Envelope{ID: id, KID: kid, Enc: enc, CT: ct}, err
}

// OpenIdentity undoes SealIdentity; the errors are those of Keyring.Open.
func OpenIdentity(private *ecdh.PrivateKey, e record.Envelope) ([]byte, error) {
	key, err := hpke.NewDHKEMPrivateKey(private)
	if err != nil {
		return nil, ErrOpen
	}
	padded, err := openFrom(key, identityStart+e.ID, e.Enc, e.CT)
	if err != nil {
		return nil, err
	}
	return record.Unpad(padded)
}

// SealShare seals a reviewers' key kid to the own key of account user: enc and ct,
// one after the other.
func SealShare(public []byte, kid, user string, plain []byte) ([]byte, error) {
	enc, ct, err := sealTo(public, shareStart+kid+" "+user, plain)
	return append(enc, ct...), err
}

// OpenShare undoes SealShare.
func OpenShare(private *ecdh.PrivateKey, kid, user string, sealed []byte) ([]byte, error) {
	key, err := hpke.NewDHKEMPrivateKey(private)
	if err != nil || len(sealed) < record.EncBytes {
		return nil, ErrOpen
	}
	return openFrom(key, shareStart+kid+" "+user, sealed[:record.EncBytes], sealed[record.EncBytes:])
}

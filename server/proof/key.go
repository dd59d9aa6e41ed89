package proof

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
)

// Sizes in bytes.
const (
	coordinateSize = 32
	pointSize      = 1 + 2*coordinateSize
	signatureSize  = 2 * coordinateSize // r and s, as WebCrypto writes them
)

// strict64 takes one form of each value only.
var strict64 = base64.RawURLEncoding.Strict()

func encode64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

var errPoint = errors.New("proof: not a point of P-256")

// Thumbprint is the name of a key by RFC 7638, from the 65 bytes of its point;
// empty for what has another length.
func Thumbprint(point []byte) string {
	if len(point) != pointSize {
		return ""
	}
	x, y := point[1:1+coordinateSize], point[1+coordinateSize:]
	s := sha256.Sum256(fmt.Appendf(nil, `{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}`, encode64(x), encode64(y)))
	return encode64(s[:])
}

// ThumbprintOf is Thumbprint of a point in base64url, as devices are listed.
func ThumbprintOf(public string) string {
	b, err := strict64.DecodeString(public)
	if err != nil {
		return ""
	}
	return Thumbprint(b)
}

func parsePoint(point []byte) (*ecdsa.PublicKey, error) {
	if len(point) != pointSize {
		return nil, errPoint
	}
	k, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return nil, errPoint
	}
	return k, nil
}

// verifies says whether signature (r and s) is of text by key.
func verifies(key *ecdsa.PublicKey, text string, signature []byte) bool {
	if len(signature) != signatureSize {
		return false
	}
	sum := sha256.Sum256([]byte(text))
	r := new(big.Int).SetBytes(signature[:coordinateSize])
	s := new(big.Int).SetBytes(signature[coordinateSize:])
	return ecdsa.Verify(key, sum[:], r, s)
}

// sign is what verifies takes.
func sign(key *ecdsa.PrivateKey, text string) ([]byte, error) {
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		return nil, fmt.Errorf("proof: sign: %w", err)
	}
	out := make([]byte, signatureSize)
	r.FillBytes(out[:coordinateSize])
	s.FillBytes(out[coordinateSize:])
	return out, nil
}

package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"github.com/go-json-experiment/json/jsontext"
)

// Hash is the content identity of a record: SHA-256, in lower case hex, of the
// canonical form (RFC 8785) of its plain text. Sealing a record twice, writing
// its keys in another order or with other white space gives the same Hash.
// What is no JSON has no canonical form: then it is the hash of the bytes.
func Hash(plain []byte) string {
	sum := sha256.Sum256(canonical(plain))
	return hex.EncodeToString(sum[:])
}

func canonical(plain []byte) []byte {
	if _, why := scan(plain); why != nil {
		return plain
	}
	v := jsontext.Value(bytes.Clone(plain))
	if v.Canonicalize() != nil {
		return plain
	}
	return v
}

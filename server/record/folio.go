package record

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// Alphabet of Crockford's base32: without I, L, O and U. The check character
// has five more, as it is a remainder of 37.
const (
	folioAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	folioCheck    = folioAlphabet + "*~$=U"
	folioModulus  = 37
	folioBits     = 40 // of the hash: 8 characters, a million records collide with a chance of 1 in 3 somewhere
)

// Folio is the short code of a record for an official act and the telephone:
// the first 40 bits of the SHA-256 of the id (lower case) in Crockford's
// base32, and a check character: XXXX-XXXX-C. It finds a record, it does not
// prove one: two records may share a folio.
func Folio(id string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(id)))
	n := binary.BigEndian.Uint64(sum[:8]) >> (64 - folioBits)
	var b [11]byte
	b[4], b[9] = '-', '-'
	b[10] = folioCheck[n%folioModulus]
	rest := n
	for i := 8; i >= 0; i-- {
		if i == 4 {
			continue
		}
		b[i] = folioAlphabet[rest&31]
		rest >>= 5
	}
	return string(b[:])
}

// ParseFolio reads a folio as somebody writes or says it: any case, with or
// without hyphens and spaces, O for 0, I and L for 1. It returns the form that
// Folio gives, or false where the check character does not fit: a slip of one
// character or of two neighbours is always found.
func ParseFolio(s string) (string, bool) {
	s = strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(s))
	if len(s) != 9 {
		return "", false
	}
	body := strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(s[:8])
	var n uint64
	for i := range len(body) {
		v := strings.IndexByte(folioAlphabet, body[i])
		if v < 0 {
			return "", false
		}
		n = n<<5 | uint64(v)
	}
	check := strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(s[8:])
	if check != string(folioCheck[n%folioModulus]) {
		return "", false
	}
	return body[:4] + "-" + body[4:] + "-" + check, true
}

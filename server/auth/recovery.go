package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"
)

// Recovery codes are for who lost the phone that the other factor is on.
const (
	recoveryCodes = 10 // a sheet that is printed once
	recoverySize  = 10 // bytes: 80 bits cannot be guessed from their hash
	recoveryGroup = 4  // characters between hyphens
)

// newRecovery makes a sheet of codes and the hashes of them that are kept.
func newRecovery() (codes, hashes []string) {
	for range recoveryCodes {
		b := make([]byte, recoverySize)
		rand.Read(b)
		text := setupAlphabet.EncodeToString(b)
		codes, hashes = append(codes, grouped(text, recoveryGroup)), append(hashes, recoveryHash(text))
	}
	return codes, hashes
}

// grouped puts a hyphen after every n characters, so that a code can be typed.
func grouped(text string, n int) string {
	var groups []string
	for part := range slices.Chunk([]byte(text), n) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, "-")
}

// recoveryHash is of the code as typed; small letters, spaces and look-alikes
// are read as people mean them. It needs no salt: a code is 80 random bits.
func recoveryHash(code string) string {
	h := sha256.Sum256(append([]byte("recovery "), setupHash(code)...))
	return hex.EncodeToString(h[:])
}

// useRecovery gives what is left of the hashes without that of the code.
func useRecovery(hashes []string, code string) (left []string, ok bool) {
	h := []byte(recoveryHash(code))
	for _, kept := range hashes {
		if subtle.ConstantTimeCompare(h, []byte(kept)) == 1 {
			ok = true
			continue
		}
		left = append(left, kept)
	}
	return left, ok
}

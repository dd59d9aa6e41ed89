package reviewers

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
)

// wrapped is a private key under a passphrase, as a browser wraps it. The server
// checks its form and that guessing is dear; it opens nothing.
type wrapped struct {
	Version int    `json:"v"`
	Salt    string `json:"salt"`
	Memory  int    `json:"m"` // KiB of argon2id
	Passes  int    `json:"t"`
	IV      string `json:"iv"`
	CT      string `json:"ct"`
}

// Bounds of what a browser may choose. Who has the disk guesses passphrases
// offline: the least is what a desk computer spends half a second on.
const (
	wrappedVersion = 1
	leastMemory    = 64 << 10 // KiB
	mostMemory     = 1 << 20  // KiB
	leastPasses    = 3
	mostPasses     = 20
	leastSalt      = 16 // bytes
	ivBytes        = 12
)

func checkWrapped(raw json.RawMessage) error {
	var w wrapped
	if len(raw) > maxWrapped {
		return errForm(fmt.Errorf("wrapped key of %d bytes", len(raw)))
	}
	if err := jsonv2.Unmarshal(raw, &w, jsonv2.RejectUnknownMembers(true)); err != nil {
		return errForm(err)
	}
	salt, err1 := base64.RawURLEncoding.Strict().DecodeString(w.Salt)
	iv, err2 := base64.RawURLEncoding.Strict().DecodeString(w.IV)
	ct, err3 := base64.RawURLEncoding.Strict().DecodeString(w.CT)
	whole := err1 == nil && err2 == nil && err3 == nil && len(salt) >= leastSalt && len(iv) == ivBytes && len(ct) > 0
	dear := w.Memory >= leastMemory && w.Memory <= mostMemory && w.Passes >= leastPasses && w.Passes <= mostPasses
	if w.Version != wrappedVersion || !whole || !dear {
		return errForm(nil)
	}
	return nil
}

package seal

import (
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

// KeySet is the `keys` blob: every public key that a phone must believe, with
// the signatures that make it believe them.
type KeySet struct {
	Keys      []PublicKey    `json:"keys"`      // the current one first
	Roots     []RootKey      `json:"roots"`     // the oldest first
	Reviewers []ReviewersKey `json:"reviewers"` // of all agencies
}

// RootKey is the public half of a root.
type RootKey struct {
	KID       string    `json:"kid"`
	PublicKey string    `json:"public_key"`
	Created   time.Time `json:"created"`
	SignedBy  string    `json:"signed_by"` // kid of the root before it; its own for the first
	Signature string    `json:"signature"`
}

// ReviewersKey is the key that identities of an agency are sealed to. Its
// private half was made in a reviewer's browser and is on no server.
type ReviewersKey struct {
	Agency        string    `json:"agency"`
	KID           string    `json:"kid"`
	PublicKey     string    `json:"public_key"`
	VerifyKey     string    `json:"verify_key"` // signs the next one
	Created       time.Time `json:"created"`
	Current       bool      `json:"current"`
	RootKID       string    `json:"root_kid"`
	RootSignature string    `json:"root_signature"`
	SignedBy      string    `json:"signed_by"` // kid of the one before it; empty for the first
	Signature     string    `json:"signature"` // by its verify key
}

// Statement is what is signed of k.
func (k ReviewersKey) Statement() string {
	return Statement(SignsReviewers, k.Agency, k.KID, k.PublicKey, k.VerifyKey)
}

// Fingerprint is what people compare of k; empty where its keys are none.
func (k ReviewersKey) Fingerprint() string {
	a, err1 := base64.RawURLEncoding.DecodeString(k.PublicKey)
	b, err2 := base64.RawURLEncoding.DecodeString(k.VerifyKey)
	if err1 != nil || err2 != nil {
		return ""
	}
	return Fingerprint(a, b)
}

// Signed is the set as devices get it, every seal key signed by the current root.
func Signed(keys *Keyring, root *Root, reviewers []ReviewersKey) KeySet {
	set := KeySet{Keys: keys.Public(), Roots: root.Chain(), Reviewers: append([]ReviewersKey{}, reviewers...)}
	for i, k := range set.Keys {
		set.Keys[i].SignedBy, set.Keys[i].Signature = root.Sign(Statement(SignsSeal, k.KID, k.PublicKey))
	}
	return set
}

// ErrNotTrusted is returned for keys that no pinned root reaches.
var ErrNotTrusted = errors.New("seal: the server's keys are not signed by the key that this device knows: somebody may stand between; ask the administrator for the fingerprint")

// Trusted returns the keys to seal to that a root signed which is pinned (its 65
// bytes in base64url) or is reached from it by signatures, and the newest such
// root. ErrNotTrusted where the pinned root or a current key is not among them.
func (s KeySet) Trusted(pinned string) (keys []PublicKey, newest string, err error) {
	roots := map[string]string{} // kid -> public key, of those that are believed
	for _, r := range s.Roots {
		by, known := roots[r.SignedBy]
		named := r.KID == kidOf(r.PublicKey)
		if named && (r.PublicKey == pinned || known && Verify(by, Statement(SignsRoot, r.KID, r.PublicKey), r.Signature)) {
			roots[r.KID], newest = r.PublicKey, r.PublicKey
		}
	}
	current := false
	for _, k := range s.Keys {
		by, known := roots[k.SignedBy]
		if known && k.KID == kidOf(k.PublicKey) && Verify(by, Statement(SignsSeal, k.KID, k.PublicKey), k.Signature) {
			keys = append(keys, k)
			current = current || k.Current
		}
	}
	if !current {
		return nil, "", fmt.Errorf("%w (%d roots, %d keys)", ErrNotTrusted, len(s.Roots), len(s.Keys))
	}
	return keys, newest, nil
}

func kidOf(public string) string {
	b, err := DecodePublic(public)
	if err != nil {
		return ""
	}
	return KID(b)
}

// Fingerprint is what people compare of the server: that of its newest root.
func (s KeySet) Fingerprint() string {
	if len(s.Roots) == 0 {
		return ""
	}
	b, err := DecodePublic(s.Roots[len(s.Roots)-1].PublicKey)
	if err != nil {
		return ""
	}
	return Fingerprint(b)
}

// ReviewersFingerprint is that of an agency's current key; empty without one.
func (s KeySet) ReviewersFingerprint(agency string) string {
	for _, k := range s.Reviewers {
		if k.Agency == agency && k.Current {
			return k.Fingerprint()
		}
	}
	return ""
}

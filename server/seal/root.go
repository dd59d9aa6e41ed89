package seal

import (
	"cmp"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"time"
)

// rootPrefix begins the name of a root key's file.
const rootPrefix = "root-"

const (
	scalarSize    = 32             // bytes of r and of s
	signatureSize = 2 * scalarSize // r and s, as WebCrypto writes them
)

// Root signs what phones must believe of this server: the keys that records and
// identities are sealed to, and the heads of the audit. Phones pin one root and
// follow signatures to the newest. It is safe for concurrent use.
type Root struct {
	dir string
	now func() time.Time

	mu   sync.RWMutex
	keys []rootKey // oldest first; never empty
}

type rootKey struct {
	created time.Time
	kid     string
	public  []byte // 65 bytes
	private *ecdsa.PrivateKey
}

// OpenRoot reads the root keys in dir (`<data>/keys`), each in its own file
// root-<kid>.pem, and makes the first where there is none; it refuses what
// OpenKeyring refuses.
func OpenRoot(dir string, now func() time.Time) (*Root, error) {
	names, err := keyFiles(dir, rootPrefix)
	if err != nil {
		return nil, fmt.Errorf("open root keys: %w", err)
	}
	r := &Root{dir: dir, now: now}
	for _, name := range names {
		private, created, err := readKey(name, rootPrefix)
		if err != nil {
			return nil, fmt.Errorf("open root keys: %w", err)
		}
		key, err := newRootKey(private, created)
		if err != nil {
			return nil, fmt.Errorf("open root keys: %s: %w", name, err)
		}
		r.keys = append(r.keys, key)
	}
	slices.SortFunc(r.keys, func(a, b rootKey) int { return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.kid, b.kid)) })
	if len(r.keys) == 0 {
		return r, r.Rotate()
	}
	return r, nil
}

func newRootKey(private *ecdh.PrivateKey, created time.Time) (rootKey, error) {
	public := private.PublicKey().Bytes()
	signer, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), private.Bytes())
	return rootKey{created, KID(public), public, signer}, err
}

// Rotate makes a new root, signed by the one before it, durable before it
// returns. The old file stays: phones that pinned it need its signature.
func (r *Root) Rotate() error {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("rotate root key: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	created := r.now().UTC().Round(0)
	if n := len(r.keys); n > 0 && !created.After(r.keys[n-1].created) {
		created = r.keys[n-1].created.Add(time.Nanosecond) // a clock set back must not leave the old root the current one
	}
	key, err := newRootKey(private, created)
	if err == nil {
		err = writeKey(r.dir, rootPrefix, private, created)
	}
	if err != nil {
		return fmt.Errorf("rotate root key: %w", err)
	}
	r.keys = append(r.keys, key)
	return nil
}

func (r *Root) current() rootKey {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys[len(r.keys)-1]
}

// Sign signs a statement with the current root: its kid, and r and s in
// base64url. The same statement has the same signature until the root changes.
func (r *Root) Sign(statement string) (kid, signature string) {
	k := r.current()
	return k.kid, k.sign(statement)
}

// Fingerprint is what people compare: SHA-256, in hex, of the current root's 65 bytes.
func (r *Root) Fingerprint() string { return Fingerprint(r.current().public) }

// Chain lists all roots, the oldest first, each signed by the one before it and
// the first by itself.
func (r *Root) Chain() []RootKey {
	r.mu.RLock()
	defer r.mu.RUnlock()
	list := make([]RootKey, len(r.keys))
	for i, k := range r.keys {
		by, public := r.keys[max(0, i-1)], base64.RawURLEncoding.EncodeToString(k.public)
		list[i] = RootKey{
			KID: k.kid, PublicKey: public, Created: k.created,
			SignedBy: by.kid, Signature: by.sign(Statement(SignsRoot, k.kid, public)),
		}
	}
	return list
}

// sign is deterministic (RFC 6979), so that the list of keys, and with it its
// hash, changes only when a key does.
func (k rootKey) sign(statement string) string {
	sum := sha256.Sum256([]byte(statement))
	der, err := k.private.Sign(nil, sum[:], crypto.SHA256)
	var rs struct{ R, S *big.Int }
	if err == nil {
		_, err = asn1.Unmarshal(der, &rs)
	}
	if err != nil {
		panic(err) // a key that was read signs
	}
	out := make([]byte, signatureSize)
	rs.R.FillBytes(out[:scalarSize])
	rs.S.FillBytes(out[scalarSize:])
	return base64.RawURLEncoding.EncodeToString(out)
}

// Kinds of statement.
const (
	SignsSeal      = "umbral/1 seal-key"      // kid, public key
	SignsRoot      = "umbral/1 root-key"      // kid, public key
	SignsReviewers = "umbral/1 reviewers-key" // agency, kid, public key, verify key
)

// Statement is the text that is signed: a kind and its parts, each a line.
func Statement(kind string, parts ...string) string {
	return kind + "\n" + strings.Join(append(slices.Clone(parts), ""), "\n")
}

// Fingerprint is the SHA-256, in lower case hex, of keys one after the other.
func Fingerprint(keys ...[]byte) string {
	sum := sha256.Sum256(slices.Concat(keys...))
	return hex.EncodeToString(sum[:])
}

// Verify says whether signature (r and s in base64url) is of statement by a
// public key in base64url.
func Verify(public, statement, signature string) bool {
	point, err := base64.RawURLEncoding.Strict().DecodeString(public)
	if err != nil {
		return false
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		return false
	}
	rs, err := base64.RawURLEncoding.Strict().DecodeString(signature)
	if err != nil || len(rs) != signatureSize {
		return false
	}
	sum := sha256.Sum256([]byte(statement))
	return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(rs[:scalarSize]), new(big.Int).SetBytes(rs[scalarSize:]))
}

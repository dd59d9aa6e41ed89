package auth

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"umbral/server/audit"
)

// verifyAfter is how long a retired key still verifies: its last token's life
// and the leeway of both clocks.
const verifyAfter = AccessLife + 2*leeway

// Keyring holds the keys that sign access tokens. Each is a file
// token-<kid>.pem that only its owner may read; the store holds only which keys
// there are and since when.
type Keyring struct {
	dir   string
	store Store
	now   func() time.Time

	mu      sync.RWMutex
	keys    map[string]ringKey
	current string
}

type ringKey struct {
	SigningKey
	private *ecdsa.PrivateKey
}

// OpenKeyring reads the keys in dir that store knows, and makes the first one
// where there is none or its file is gone (then open access tokens end early;
// refresh tokens still work). A key file that others may read is an error.
func OpenKeyring(ctx context.Context, store Store, dir string, now func() time.Time) (*Keyring, error) {
	r := &Keyring{dir: dir, store: store, now: now, keys: map[string]ringKey{}}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("auth: folder of keys: %w", err)
	}
	known, err := store.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range known {
		private, err := readKey(r.path(k.KID))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if kidOf(&private.PublicKey) != k.KID {
			return nil, fmt.Errorf("auth: %s holds another key than its name says: restore it from the backup of keys", r.path(k.KID))
		}
		r.keys[k.KID] = ringKey{k, private}
		if k.Retired.IsZero() {
			r.current = k.KID
		}
	}
	if r.current == "" {
		return r, r.Rotate(ctx, audit.System)
	}
	return r, nil
}

// Rotate makes a new key that signs from now on. Tokens of the old one verify
// until the last has expired; keys beyond that are deleted, files too.
func (r *Keyring) Rotate(ctx context.Context, by string) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fmt.Errorf("auth: new key: %w", err)
	}
	k := SigningKey{KID: kidOf(&private.PublicKey), Created: r.now().UTC()}
	if err := writeKey(r.path(k.KID), private); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.store.AddSigningKey(ctx, by, k); err != nil {
		return errors.Join(err, os.Remove(r.path(k.KID)))
	}
	if old, ok := r.keys[r.current]; ok {
		old.Retired = k.Created
		r.keys[r.current] = old
	}
	r.keys[k.KID], r.current = ringKey{k, private}, k.KID
	dropped, err := r.store.DropSigningKeys(ctx, r.now().Add(-verifyAfter))
	if err != nil {
		return err
	}
	for _, kid := range dropped {
		delete(r.keys, kid)
		if err := os.Remove(r.path(kid)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("auth: delete an old key: %w", err)
		}
	}
	return nil
}

// Age is how old the key is that signs now.
func (r *Keyring) Age() time.Duration {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.now().Sub(r.keys[r.current].Created)
}

// signer returns the key that signs now.
func (r *Keyring) signer() (string, *ecdsa.PrivateKey) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.current, r.keys[r.current].private
}

// verifier returns the public key kid, while tokens of it can still be valid.
func (r *Keyring) verifier(kid string) (*ecdsa.PublicKey, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	k, ok := r.keys[kid]
	if !ok || r.isOver(k) {
		return nil, false
	}
	return &k.private.PublicKey, true
}

func (r *Keyring) isOver(k ringKey) bool {
	return !k.Retired.IsZero() && !r.now().Before(k.Retired.Add(verifyAfter))
}

// JWK is one public key of a JWKS (RFC 7517).
type JWK struct {
	KeyType   string `json:"kty"`
	Curve     string `json:"crv"`
	X         string `json:"x"`
	Y         string `json:"y"`
	KID       string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
}

// JWKS is the set of keys that tokens may be verified with.
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// JWKS returns the public keys that verify now, the one that signs first.
func (r *Keyring) JWKS() JWKS {
	r.mu.RLock()
	defer r.mu.RUnlock()
	set := JWKS{Keys: []JWK{jwkOf(&r.keys[r.current].private.PublicKey)}}
	for kid, k := range r.keys {
		if kid != r.current && !r.isOver(k) {
			set.Keys = append(set.Keys, jwkOf(&k.private.PublicKey))
		}
	}
	return set
}

func jwkOf(k *ecdsa.PublicKey) JWK {
	b := point(k)
	enc := base64.RawURLEncoding.EncodeToString
	return JWK{"EC", "P-256", enc(b[1:33]), enc(b[33:]), kidOf(k), "sig", "ES256"}
}

// kidOf is the RFC 7638 thumbprint.
func kidOf(k *ecdsa.PublicKey) string {
	b := point(k)
	enc := base64.RawURLEncoding.EncodeToString
	s := sha256.Sum256(fmt.Appendf(nil, `{"crv":"P-256","kty":"EC","x":"%s","y":"%s"}`, enc(b[1:33]), enc(b[33:])))
	return enc(s[:])
}

// point is the 65 bytes of a P-256 key.
func point(k *ecdsa.PublicKey) []byte {
	b, err := k.Bytes()
	if err != nil {
		panic(err) // a key we made or parsed is on the curve
	}
	return b
}

func (r *Keyring) path(kid string) string { return filepath.Join(r.dir, "token-"+kid+".pem") }

// readKey reads one key file; anybody else's right to read it is an error.
func readKey(path string) (*ecdsa.PrivateKey, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("auth: key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("auth: %s can be read by others than its owner: chmod 600 it, and rotate the key if others were on this machine", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("auth: key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("auth: %s is not a PEM file: restore it from the backup of keys", path)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("auth: key %s: %w", path, err)
	}
	private, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || private.Curve != elliptic.P256() {
		return nil, fmt.Errorf("auth: %s is not a P-256 key", path)
	}
	return private, nil
}

// writeKey makes the file whole and durable before its name appears.
func writeKey(path string, private *ecdsa.PrivateKey) (err error) {
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return fmt.Errorf("auth: encode key: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".token-*") // mode 0600
	if err != nil {
		return fmt.Errorf("auth: write key: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("auth: write key: %w", err), os.Remove(f.Name()))
		}
	}()
	err = errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

package seal

import (
	"cmp"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hpke"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"umbral/server/record"
)

const (
	keyMode = 0o600 // the owner alone: who reads this file opens every record
	dirMode = 0o700
	// others are the rights that nobody but the owner may have on a key.
	others     = 0o077
	filePrefix = "seal-"
	fileSuffix = ".pem"
	pemType    = "PRIVATE KEY"
	// createdHeader orders the keys: the youngest is the current one. It stands
	// in the same file as its key, so no crash can part them.
	createdHeader = "Created"
)

// Keyring is the server's private keys. It is safe for concurrent use.
type Keyring struct {
	dir string
	now func() time.Time

	mu   sync.RWMutex
	keys []ringKey // youngest first; never empty
}

type ringKey struct {
	kid     string
	created time.Time
	public  []byte
	private hpke.PrivateKey
}

// OpenKeyring reads the keys in dir (`<data>/keys`), each in its own file
// seal-<kid>.pem, and makes the first where there is none. It refuses a key
// that anybody but the owner may read, and one whose name is not its own.
func OpenKeyring(dir string, now func() time.Time) (*Keyring, error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	names, err := filepath.Glob(filepath.Join(escapeGlob(dir), filePrefix+"*"+fileSuffix))
	if err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	k := &Keyring{dir: dir, now: now}
	for _, name := range names {
		key, err := readKey(name)
		if err != nil {
			return nil, fmt.Errorf("open keyring: %w", err)
		}
		k.keys = append(k.keys, key)
	}
	k.sort()
	if len(k.keys) == 0 {
		if err := k.Rotate(); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// escapeGlob makes a folder's name mean itself in a pattern.
func escapeGlob(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

func (k *Keyring) sort() {
	slices.SortFunc(k.keys, func(a, b ringKey) int {
		return cmp.Or(b.created.Compare(a.created), cmp.Compare(a.kid, b.kid))
	})
}

// Current returns the id and the public key (65 bytes) that new records are
// sealed to.
func (k *Keyring) Current() (kid string, public []byte) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys[0].kid, slices.Clone(k.keys[0].public)
}

// Public lists all keys for devices, the current one first.
func (k *Keyring) Public() []PublicKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	list := make([]PublicKey, len(k.keys))
	for i, key := range k.keys {
		list[i] = PublicKey{
			KID:       key.kid,
			PublicKey: base64.RawURLEncoding.EncodeToString(key.public),
			Use:       UseSeal,
			Current:   i == 0,
		}
	}
	return list
}

// Rotate makes a new current key, durable before it returns. Records sealed to
// the keys before it still open: none is ever deleted here.
func (k *Keyring) Rotate() error {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("rotate key: %w", err)
	}
	key, err := newRingKey(private, k.now().UTC().Round(0))
	if err != nil {
		return fmt.Errorf("rotate key: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.keys) > 0 && !key.created.After(k.keys[0].created) {
		// A clock set back must not leave the old key the current one.
		key.created = k.keys[0].created.Add(time.Nanosecond)
	}
	if err := writeKey(k.dir, key, private); err != nil {
		return fmt.Errorf("rotate key: %w", err)
	}
	k.keys = append(k.keys, key)
	k.sort()
	return nil
}

// Open opens e and takes the padding off. ErrUnknownKey is returned when no key
// has its kid, ErrOpen when it was altered or sealed to another key or id, and
// the errors of record.Unpad when what was sealed is not a padded record.
func (k *Keyring) Open(e record.Envelope) ([]byte, error) {
	key, ok := k.private(e.KID)
	if !ok {
		return nil, ErrUnknownKey
	}
	padded, err := open(key, e)
	if err != nil {
		return nil, err
	}
	return record.Unpad(padded)
}

func (k *Keyring) private(kid string) (hpke.PrivateKey, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, key := range k.keys {
		if key.kid == kid {
			return key.private, true
		}
	}
	return nil, false
}

func newRingKey(private *ecdh.PrivateKey, created time.Time) (ringKey, error) {
	p, err := hpke.NewDHKEMPrivateKey(private)
	if err != nil {
		return ringKey{}, err
	}
	public := private.PublicKey().Bytes()
	return ringKey{kid: KID(public), created: created, public: public, private: p}, nil
}

func readKey(name string) (ringKey, error) {
	at, err := os.Lstat(name)
	if err != nil {
		return ringKey{}, err
	}
	if !at.Mode().IsRegular() || at.Mode().Perm()&others != 0 {
		return ringKey{}, fmt.Errorf("%s: others may read this key: chmod 600 it, and rotate it if they could", name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return ringKey{}, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemType {
		return ringKey{}, fmt.Errorf("%s: not a private key in PEM", name)
	}
	created, err := time.Parse(time.RFC3339Nano, block.Headers[createdHeader])
	if err != nil {
		return ringKey{}, fmt.Errorf("%s: header %s: %w", name, createdHeader, err)
	}
	private, err := parsePrivate(block.Bytes)
	if err != nil {
		return ringKey{}, fmt.Errorf("%s: %w", name, err)
	}
	key, err := newRingKey(private, created)
	if err != nil {
		return ringKey{}, fmt.Errorf("%s: %w", name, err)
	}
	if filepath.Base(name) != fileName(key.kid) {
		return ringKey{}, fmt.Errorf("%s: holds the key %s", name, key.kid)
	}
	return key, nil
}

func parsePrivate(der []byte) (*ecdh.PrivateKey, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("not a PKCS #8 key") // the parser's text may repeat key material
	}
	ec, ok := parsed.(*ecdsa.PrivateKey)
	if !ok {
		return nil, errors.New("not an elliptic-curve key")
	}
	private, err := ec.ECDH()
	if err != nil || private.Curve() != ecdh.P256() {
		return nil, errors.New("not a P-256 key")
	}
	return private, nil
}

func fileName(kid string) string { return filePrefix + kid + fileSuffix }

// writeKey writes the whole file under another name first: a crash leaves
// either no key or all of it.
func writeKey(dir string, key ringKey, private *ecdh.PrivateKey) error {
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	text := pem.EncodeToMemory(&pem.Block{
		Type:    pemType,
		Headers: map[string]string{createdHeader: key.created.Format(time.RFC3339Nano)},
		Bytes:   der,
	})
	f, err := os.CreateTemp(dir, ".new-key-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(keyMode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, fileName(key.kid)))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(dir)
}

// syncDir makes the new name durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

package seal

import (
	"cmp"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"sync"
	"time"

	"umbral/server/record"
)

// sealPrefix begins the name of a file with a key that records are sealed to.
const sealPrefix = "seal-"

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
	names, err := keyFiles(dir, sealPrefix)
	if err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	k := &Keyring{dir: dir, now: now}
	for _, name := range names {
		private, created, err := readKey(name, sealPrefix)
		if err != nil {
			return nil, fmt.Errorf("open keyring: %w", err)
		}
		key, err := newRingKey(private, created)
		if err != nil {
			return nil, fmt.Errorf("open keyring: %s: %w", name, err)
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
	if err := writeKey(k.dir, sealPrefix, private, key.created); err != nil {
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

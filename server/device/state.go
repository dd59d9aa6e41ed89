package device

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"umbral/server/record"
	"umbral/server/seal"
)

const (
	stateMode    = 0o600 // it holds a private key and a session
	stateVersion = 2
	others       = 0o077
)

// State is what an enrolment leaves: one file, only the owner's.
type State struct {
	Version    int              `json:"version"`
	Server     string           `json:"server"`      // base address, without a slash at its end
	Device     string           `json:"device"`      // id that the server gave
	PrivateKey string           `json:"private_key"` // base64url of the PKCS #8 form; its public half is enrolled
	Username   string           `json:"username"`
	Author     record.Author    `json:"author"` // always the same: what sealed records carry
	Root       string           `json:"root"`   // public key of the server's root that signs Keys, as seen at the enrolment or reached from there
	Keys       []seal.PublicKey `json:"keys"`
	Access     string           `json:"access_token"`
	Expires    time.Time        `json:"access_expires"`
	Refresh    string           `json:"refresh_token"`
	Cursor     string           `json:"cursor"`

	path string
	key  *ecdsa.PrivateKey
}

// Load reads a state file. It refuses one that others may read.
func Load(path string) (*State, error) {
	at, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s does not exist: enrol first with \"server device enrol\"", path)
	}
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	if at.Mode().Perm()&others != 0 {
		return nil, fmt.Errorf("%s: others may read this file: chmod 600 it, and revoke the device if they could", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	s := &State{path: path}
	err = json.Unmarshal(text, s)
	switch {
	case err != nil || s.Version < 1 || s.Device == "":
		return nil, fmt.Errorf("%s is not the state of a device: enrol again into another file", path)
	case s.Version < stateVersion:
		return nil, fmt.Errorf("%s is of an older version, which knew no signed keys of the server: enrol again into another file with a code; "+
			"what it sealed can be sent by any device of the agency", path)
	case s.Version > stateVersion:
		return nil, fmt.Errorf("%s is of a newer version: use the program that wrote it", path)
	}
	if s.key, err = decodeKey(s.PrivateKey); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// trust takes the server's keys where the root that this device knows, or one
// that it signed, signed them. seal.ErrNotTrusted else, and nothing is taken.
func (s *State) trust(set seal.KeySet) error {
	keys, newest, err := set.Trusted(s.Root)
	if err != nil {
		return err
	}
	s.Keys, s.Root = keys, newest
	return nil
}

// Fingerprint is what the person who enrols compares with what the server's
// administrator says: SHA-256, in hex, of the root key.
func (s *State) Fingerprint() string {
	b, err := seal.DecodePublic(s.Root)
	if err != nil {
		return ""
	}
	return seal.Fingerprint(b)
}

// save replaces the file at once: a crash leaves the old one or the new one.
func (s *State) save() error {
	text, err := json.MarshalIndent(s, "", " ")
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), "."+filepath.Base(s.path)+"-*") // 0600
	if err != nil {
		return fmt.Errorf("save state: %w", err)
	}
	_, err = f.Write(append(text, '\n'))
	err = errors.Join(err, f.Chmod(stateMode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.path)
	}
	if err != nil {
		return fmt.Errorf("save state: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// sealKey returns the key that new records are sealed to.
func (s *State) sealKey() (kid string, public []byte, err error) {
	for _, k := range s.Keys {
		if k.Current && k.Use == seal.UseSeal {
			public, err = seal.DecodePublic(k.PublicKey)
			return k.KID, public, err
		}
	}
	return "", nil, errors.New("the state has no current key of the server: enrol again")
}

// newKey makes the device's own key.
func newKey() (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("device key: %w", err)
	}
	return key, nil
}

// encodeKey gives the private half for the state and the public half for the
// server.
func encodeKey(key *ecdsa.PrivateKey) (private, public string, err error) {
	der, err1 := x509.MarshalPKCS8PrivateKey(key)
	point, err2 := key.PublicKey.Bytes()
	if err := errors.Join(err1, err2); err != nil {
		return "", "", fmt.Errorf("device key: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(der), base64.RawURLEncoding.EncodeToString(point), nil
}

func decodeKey(text string) (*ecdsa.PrivateKey, error) {
	der, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, errors.New("its private key cannot be read") // the parser's text may repeat it
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	key, ok := parsed.(*ecdsa.PrivateKey)
	if err != nil || !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("its private key cannot be read")
	}
	return key, nil
}

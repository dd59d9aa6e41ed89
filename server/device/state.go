package device

import (
	"crypto/ecdh"
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
	stateVersion = 1
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
	Keys       []seal.PublicKey `json:"keys"`
	Access     string           `json:"access_token"`
	Expires    time.Time        `json:"access_expires"`
	Refresh    string           `json:"refresh_token"`
	Cursor     string           `json:"cursor"`

	path string
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
	if err := json.Unmarshal(text, s); err != nil || s.Version != stateVersion || s.Device == "" {
		return nil, fmt.Errorf("%s is not the state of a device: enrol again into another file", path)
	}
	return s, nil
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

// newKey makes the device's own key: the private half for the state, the public
// half for the server.
func newKey() (private, public string, err error) {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return "", "", fmt.Errorf("device key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", fmt.Errorf("device key: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(der), base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), nil
}

package seal

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	keyMode = 0o600 // the owner alone: who reads this file opens every record
	dirMode = 0o700
	// others are the rights that nobody but the owner may have on a key.
	others     = 0o077
	fileSuffix = ".pem"
	pemType    = "PRIVATE KEY"
	// createdHeader orders the keys: the youngest is the current one. It stands
	// in the same file as its key, so no crash can part them.
	createdHeader = "Created"
)

// keyFiles lists the key files in dir whose names begin with prefix, and makes
// the folder where there is none.
func keyFiles(dir, prefix string) ([]string, error) {
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return nil, err
	}
	return filepath.Glob(filepath.Join(escapeGlob(dir), prefix+"*"+fileSuffix))
}

// escapeGlob makes a folder's name mean itself in a pattern.
func escapeGlob(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// readKey reads one key file, whose name must be its key's.
func readKey(name, prefix string) (private *ecdh.PrivateKey, created time.Time, err error) {
	at, err := os.Lstat(name)
	if err != nil {
		return nil, created, err
	}
	if !at.Mode().IsRegular() || at.Mode().Perm()&others != 0 {
		return nil, created, fmt.Errorf("%s: others may read this key: chmod 600 it, and rotate it if they could", name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, created, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemType {
		return nil, created, fmt.Errorf("%s: not a private key in PEM", name)
	}
	created, err = time.Parse(time.RFC3339Nano, block.Headers[createdHeader])
	if err != nil {
		return nil, created, fmt.Errorf("%s: header %s: %w", name, createdHeader, err)
	}
	if private, err = parsePrivate(block.Bytes); err != nil {
		return nil, created, fmt.Errorf("%s: %w", name, err)
	}
	if kid := KID(private.PublicKey().Bytes()); filepath.Base(name) != fileName(prefix, kid) {
		return nil, created, fmt.Errorf("%s: holds the key %s", name, kid)
	}
	return private, created, nil
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

func fileName(prefix, kid string) string { return prefix + kid + fileSuffix }

// writeKey writes the whole file under another name first: a crash leaves
// either no key or all of it.
func writeKey(dir, prefix string, private *ecdh.PrivateKey, created time.Time) error {
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	text := pem.EncodeToMemory(&pem.Block{
		Type:    pemType,
		Headers: map[string]string{createdHeader: created.Format(time.RFC3339Nano)},
		Bytes:   der,
	})
	f, err := os.CreateTemp(dir, ".new-key-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(keyMode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, fileName(prefix, KID(private.PublicKey().Bytes()))))
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

package bolt

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"umbral/server/audit"
	"umbral/server/shred"
)

// Backup writes a whole, consistent copy while others go on reading and writing.
func (s *Store) Backup(ctx context.Context, w io.Writer) (n int64, err error) {
	err = s.view(ctx, "backup", func(tx *txn) error {
		n, err = tx.WriteTo(w)
		return err
	})
	return n, err
}

// BackupKeys writes a whole copy of the file of record keys. It belongs in
// another place than the backups of the store: together they are the records.
func (s *Store) BackupKeys(ctx context.Context, w io.Writer) error {
	return wrap("backup keys", orContext(ctx, func() error {
		_, err := s.safe.records.WriteTo(w)
		return err
	}))
}

// RotateMaster writes the keys anew under another master key. Copies made before
// still need the old one.
func (s *Store) RotateMaster(ctx context.Context, by string, at time.Time, master *shred.Master) error {
	if err := s.safe.records.Rewrap(master); err != nil {
		return wrap("new master key", err)
	}
	return s.Enter(ctx, audit.Act{At: at, Who: by, What: "master_key_rotated"})
}

// sumSuffix is of the file beside a backup that holds its hash, in the form
// that sha256sum -c reads.
const sumSuffix = ".sha256"

// BackupFile writes a backup to path, which appears only when it is whole and
// durable, and its hash beside it. It replaces nothing: a file at path is an
// error. The hash is returned in hex.
func (s *Store) BackupFile(ctx context.Context, path string) (sum string, err error) {
	if _, err := os.Lstat(path); err == nil {
		return "", fmt.Errorf("store: backup: %s exists: choose another name", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return "", fmt.Errorf("store: backup: %w", err)
	}
	defer func() {
		if gone := os.Remove(f.Name()); gone != nil && err == nil {
			err = fmt.Errorf("store: backup: %w", gone)
		}
	}()
	h := sha256.New()
	_, err = s.Backup(ctx, io.MultiWriter(f, h))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", fmt.Errorf("store: backup to %s: %w", path, err)
	}
	sum = hex.EncodeToString(h.Sum(nil))
	if err := writeSum(path, sum); err != nil {
		return "", err
	}
	if err := os.Link(f.Name(), path); err != nil { // unlike Rename it replaces nothing
		return "", errors.Join(fmt.Errorf("store: backup: %w", err), os.Remove(path+sumSuffix))
	}
	return sum, syncDir(filepath.Dir(path))
}

func writeSum(path, sum string) error {
	f, err := os.OpenFile(path+sumSuffix, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s  %s\n", sum, filepath.Base(path))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	return nil
}

// VerifyBackup says whether the file at path is a whole store and has the hash
// beside it.
func VerifyBackup(path string) error {
	want, err := os.ReadFile(path + sumSuffix)
	if err != nil {
		return fmt.Errorf("store: hash of the backup: %w", err)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return fmt.Errorf("store: read backup: %w", err)
	}
	sum, _, _ := strings.Cut(string(want), " ")
	if sum != hex.EncodeToString(h.Sum(nil)) {
		return fmt.Errorf("store: %s is not what was backed up: its hash differs from %s%s", path, path, sumSuffix)
	}
	return inspect(path)
}

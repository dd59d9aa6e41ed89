package shred

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Replace gives the whole, durable file path+fresh the name path. What had the
// name keeps a second one, path+old, until Settle overwrites it: at every moment
// one whole file has the name.
func Replace(path, fresh, old string) error {
	if err := os.Link(path, path+old); err != nil {
		return err
	}
	return os.Rename(path+fresh, path)
}

// Settle ends a Replace, also one that a crash cut short: it drops a fresh file
// that never took the name, and overwrites an old one that lost it. Not before
// that is durable, for until then a crash may give it the name back.
func Settle(path, fresh, old string) error {
	if err := os.Remove(path + fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	before, err := os.Stat(path + old)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	current, err := os.Stat(path)
	if err != nil {
		return err
	}
	if os.SameFile(before, current) { // it got its second name and the fresh one had not taken the first
		return os.Remove(path + old)
	}
	if err := syncDir(path); err != nil {
		return err
	}
	return Wipe(path + old)
}

// Wipe overwrites a file in place with random bytes and removes it. What a file
// system or a disk keeps elsewhere is out of its reach.
func Wipe(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	info, err := f.Stat()
	if err == nil {
		_, err = io.CopyN(f, rand.Reader, info.Size())
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("wipe %s: %w", path, err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("wipe: %w", err)
	}
	return syncDir(path)
}

// syncDir makes the names in the folder of path durable.
func syncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}

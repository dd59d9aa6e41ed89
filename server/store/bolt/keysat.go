package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"umbral/server/shred"
)

// keysAt is where the record keys of a store lie, and what wraps them.
type keysAt struct {
	path   string
	master *shred.Master
}

// keysBeside: the keys lie beside the store, in a file of their own.
func keysBeside(store string, master *shred.Master) keysAt {
	return keysAt{filepath.Join(filepath.Dir(store), shred.Name), master}
}

// open opens the keys of a store that says which they are.
func (k keysAt) open(want shred.ID) (*shred.File, error) {
	f, err := shred.Open(k.path, k.master)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("store: %s is not there, and without it no record can be read: put the newest copy of it in its place (server keys backup makes them)", k.path)
	}
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	if f.FileID() != want {
		return nil, errors.Join(fmt.Errorf("store: %s has the keys of another store: put a copy of this store's in its place", k.path), f.Close())
	}
	return f, nil
}

// fresh is for a store that is not there yet. Keys that lie there already are
// somebody's: only those that a start left which was killed are empty.
func (k keysAt) fresh() (*shred.File, error) {
	f, err := k.openOrMake()
	if err != nil {
		return nil, err
	}
	if keys, destroyed, damaged := f.Counts(); keys+destroyed+damaged > 0 {
		return nil, errors.Join(fmt.Errorf("store: %s has %d keys, but the store that they open is not there: restore it from a backup, or move %[1]s away to begin anew", k.path, keys), f.Close())
	}
	return f, nil
}

func (k keysAt) openOrMake() (*shred.File, error) {
	f, err := shred.Open(k.path, k.master)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = shred.Create(k.path, k.master)
	}
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return f, nil
}

package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"umbral/server/shred"
)

const (
	// lockWait is how long to wait for another process that has the file: long
	// enough for one that is stopping, short enough to tell a person.
	lockWait = 2 * time.Second
	// initialMap is in bytes of address space, not of memory or disk. While the
	// file fits, a long read never makes a commit wait for the map to grow. One
	// GiB holds some 300,000 detections and can be had on a small machine.
	initialMap = 1 << 30
	// fill is how full pages are packed where keys come in order: 5 % are left
	// for what comes late. bbolt's half leaves the file twice as large.
	fill = 0.95

	fileMode = 0o600 // only the server's own user
	dirMode  = 0o700
)

// Store is the bbolt implementation of store.Store.
type Store struct {
	db        *bolt.DB
	safe      *safe
	freshSize uint64 // freshSize; smaller in tests
	// gate: who makes keys or writes records holds it for reading, who destroys
	// keys for writing, so that no record is kept under a key that is going.
	gate      sync.RWMutex
	forgotten int
}

// Open opens the file at path and the file of record keys beside it, makes both
// where there is none, and brings the store to the newest schema. An empty,
// foreign or shortened file, one of a newer schema, one that another process
// holds, a wrong master key, and records whose keys are missing are errors that
// say what to do.
func Open(path string, master *shred.Master) (*Store, error) { return openStore(path, master, false) }

// OpenForgetting is Open for whoever gave up looking for lost keys: records
// without one are treated as destroyed.
func OpenForgetting(path string, master *shred.Master) (*Store, error) {
	return openStore(path, master, true)
}

// Forgotten is how many records the opening treated as destroyed: they came back
// from a backup of the store, and their keys were destroyed after it.
func (s *Store) Forgotten() int { return s.forgotten }

func openStore(path string, master *shred.Master, forget bool) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return nil, fmt.Errorf("store: folder: %w", err)
	}
	keys := keysBeside(path, master)
	err := inspect(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = create(path, keys)
	}
	if err == nil {
		err = tidy(path)
	}
	if err == nil {
		err = sealClear(path, keys)
	}
	if err != nil {
		return nil, err
	}
	db, err := open(path)
	if err != nil {
		return nil, err
	}
	s := &Store{db: db, freshSize: freshSize}
	if err := s.unlock(keys, forget); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// unlock opens the keys, brings the store up and settles what they disagree on.
func (s *Store) unlock(keys keysAt, forget bool) error {
	var want shred.ID
	err := s.db.View(func(tx *bolt.Tx) (err error) {
		want, err = keysID(tx)
		return err
	})
	if err != nil {
		return err
	}
	records, err := keys.open(want)
	if err != nil {
		return err
	}
	if s.safe, err = newSafe(records); err != nil {
		return errors.Join(err, records.Close())
	}
	// Before later migrations read records: some may have no key any more.
	if err := migrate(s.db, s.safe, schemaRetention); err != nil {
		return err
	}
	if err := s.reconcile(forget); err != nil {
		return err
	}
	return migrate(s.db, s.safe, Schema)
}

func open(path string) (*bolt.DB, error) {
	db, err := bolt.Open(path, fileMode, &bolt.Options{
		Timeout: lockWait, FreelistType: bolt.FreelistMapType, InitialMmapSize: initialMap,
	})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, fmt.Errorf("store: %s is in use by another process: stop that one first (a running server makes backups itself): %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", path, err)
	}
	return db, nil
}

// Close waits for running transactions and closes the file.
func (s *Store) Close() error {
	err := s.db.Close()
	if s.safe != nil {
		err = errors.Join(err, s.safe.records.Close())
	}
	if err != nil {
		return fmt.Errorf("store: close: %w", err)
	}
	return nil
}

// Ready returns nil where the store answers.
func (s *Store) Ready(ctx context.Context) error {
	return s.view(ctx, "ready", func(tx *txn) error {
		_, err := schemaOf(tx.Tx)
		return err
	})
}

// create makes a whole store under another name first: a start that is killed
// in the middle leaves no half file that the next start would have to refuse.
func create(path string, keys keysAt) (err error) {
	records, err := keys.fresh()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, records.Close()) }()
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".new-*.db")
	if err != nil {
		return fmt.Errorf("store: create: %w", err)
	}
	temp := f.Name()
	defer func() {
		if gone := os.Remove(temp); gone != nil && err == nil {
			err = fmt.Errorf("store: create: %w", gone)
		}
	}()
	if err := f.Close(); err != nil {
		return fmt.Errorf("store: create: %w", err)
	}
	db, err := open(temp)
	if err != nil {
		return err
	}
	err = migrate(db, nil, schemaSealed-1)
	if err == nil {
		err = db.Update(func(tx *bolt.Tx) error { return markSealed(tx, records.FileID()) })
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	// Link, unlike Rename, never replaces what another process made meanwhile.
	if err := os.Link(temp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("store: create: %w", err)
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("store: sync folder: %w", err)
	}
	return nil
}

// The parts of a bbolt file's two first pages that tell whether it is whole.
const (
	pageHeader = 16
	metaSize   = 64
	metaMagic  = 0xED0CDAED
	metaFormat = 2
	minPage    = 1 << 10
	maxPage    = 64 << 10
)

// inspect looks at a file before bbolt maps it: reading behind the end of a
// mapped file kills the process past any recover, and an empty file would
// become a new, empty store as if nothing had ever been in it.
func inspect(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return fmt.Errorf("store: %w", err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("store: %s is not a file", path)
	case info.Size() == 0:
		return fmt.Errorf("store: %s is empty: restore it from a backup, or delete it and record-keys to begin anew", path)
	}
	need, err := neededSize(f)
	if err != nil {
		return fmt.Errorf("store: %s: %w", path, err)
	}
	if info.Size() < need {
		return fmt.Errorf("store: %s was cut short: it has %d bytes and needs %d: restore it from a backup", path, info.Size(), need)
	}
	return nil
}

var errForeign = errors.New("this is not a store of Umbral, or its first pages are damaged: restore it from a backup")

// neededSize is that of the newer of the two meta pages that are whole.
func neededSize(f io.ReaderAt) (int64, error) {
	var best struct{ txid, need uint64 }
	for size := int64(minPage); size <= maxPage; size *= 2 {
		for _, at := range []int64{0, size} {
			buf := make([]byte, pageHeader+metaSize)
			if _, err := f.ReadAt(buf, at); err != nil {
				continue // the other meta page may be whole
			}
			pageSize, pages, txid, ok := readMeta(buf[pageHeader:])
			if ok && int64(pageSize) == size && txid >= best.txid {
				best.txid, best.need = txid, pages*uint64(pageSize)
			}
		}
	}
	if best.need == 0 {
		return 0, errForeign
	}
	return int64(best.need), nil
}

// readMeta reads one meta page as bbolt v1.5 lays it out, in the machine's
// order of bytes.
func readMeta(m []byte) (pageSize uint32, pages, txid uint64, ok bool) {
	o := binary.NativeEndian
	sum := fnv.New64a()
	sum.Write(m[:metaSize-8])
	ok = o.Uint32(m) == metaMagic && o.Uint32(m[4:]) == metaFormat && o.Uint64(m[metaSize-8:]) == sum.Sum64()
	return o.Uint32(m[8:]), o.Uint64(m[40:]), o.Uint64(m[48:]), ok
}

// view runs one read transaction. It never starts one for a caller who left.
func (s *Store) view(ctx context.Context, what string, do func(*txn) error) error {
	return wrap(what, orContext(ctx, func() error { return s.db.View(s.with(do)) }))
}

// update runs one write transaction, durable when it returns nil.
func (s *Store) update(ctx context.Context, what string, do func(*txn) error) error {
	return wrap(what, orContext(ctx, func() error { return s.db.Update(s.with(do)) }))
}

// with gives a transaction what opens its values.
func (s *Store) with(do func(*txn) error) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error { return do(&txn{tx, s.safe}) }
}

func orContext(ctx context.Context, do func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return do()
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	return nil
}

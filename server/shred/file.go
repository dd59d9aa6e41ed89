package shred

import (
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Name of the file beside the store, and of what a rewriting leaves for a moment.
const (
	Name      = "record-keys"
	suffixNew = ".new"
	suffixOld = ".old"
)

const (
	magic      = "UMBRALK1"
	idSize     = 16
	boundSize  = len(magic) + idSize // what the store key is bound to
	headerSize = boundSize + wrappedSize + 12
	entryHead  = 1 + idSize
	entrySize  = entryHead + wrappedSize

	kindKey       = 'k'
	kindDestroyed = 'd'

	fileMode = 0o600
)

// ID is a record's: the bytes of its UUID.
type ID = [idSize]byte

// File is the open file of record keys. Its methods may be called at once.
type File struct {
	path   string
	id     ID
	master *Master
	store  [KeySize]byte

	mu        sync.RWMutex
	f         *os.File
	size      int64 // of what is whole; behind it the next entry goes
	keys      map[ID][KeySize]byte
	destroyed map[ID]bool
	damaged   int
}

// Create makes a file with a new store key. An error where there is one.
func Create(path string, m *Master) (*File, error) {
	k := &File{path: path, master: m, store: NewKey(), keys: map[ID][KeySize]byte{}, destroyed: map[ID]bool{}}
	random := NewKey()
	k.id = ID(random[:idSize])
	temp := path + suffixNew
	f, err := k.writeTo(temp)
	if err != nil {
		return nil, err
	}
	if err := os.Link(temp, path); err != nil { // unlike Rename it replaces nothing
		return nil, errors.Join(fmt.Errorf("record keys: create: %w", err), f.Close(), os.Remove(temp))
	}
	k.f = f
	return k, errors.Join(os.Remove(temp), syncDir(path))
}

// Open reads the file at path and finishes what a crash left half done.
// fs.ErrNotExist without one; ErrMaster with another master key.
func Open(path string, m *Master) (*File, error) {
	if err := tidy(path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, fileMode)
	if err != nil {
		return nil, fmt.Errorf("record keys: %w", err)
	}
	k := &File{path: path, master: m, f: f}
	if err := k.load(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return k, nil
}

// tidy finishes what a rewriting left half done.
func tidy(path string) error {
	if err := Settle(path, suffixNew, suffixOld); err != nil {
		return fmt.Errorf("record keys: %w", err)
	}
	return nil
}

// load reads all of the file. What cannot be opened is counted, not believed.
func (k *File) load() error {
	info, err := k.f.Stat()
	if err != nil {
		return fmt.Errorf("record keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s can be read by other users of this machine; run: chmod 600 %[1]s", k.path)
	}
	text, err := io.ReadAll(k.f)
	if err != nil {
		return fmt.Errorf("record keys: read %s: %w", k.path, err)
	}
	if err := k.parse(text); err != nil {
		return fmt.Errorf("%s: %w", k.path, err)
	}
	return nil
}

var errForeign = errors.New("this is no file of record keys, or its beginning is damaged: put a copy of it in its place")

// parse reads a whole file; a torn last entry ends it.
func (k *File) parse(text []byte) error {
	k.keys, k.destroyed, k.damaged = map[ID][KeySize]byte{}, map[ID]bool{}, 0
	if len(text) < headerSize || string(text[:len(magic)]) != magic {
		return errForeign
	}
	k.id = ID(text[len(magic):])
	var err error
	if k.store, err = k.master.unwrap(text[boundSize:boundSize+wrappedSize], text[:boundSize]); err != nil {
		return err
	}
	k.size = int64(headerSize)
	for rest := text[headerSize:]; len(rest) >= entrySize; rest = rest[entrySize:] {
		k.take(rest[:entrySize])
		k.size += entrySize
	}
	return nil
}

func (k *File) take(entry []byte) {
	kind, id := entry[0], ID(entry[1:entryHead])
	key, err := k.master.unwrap(entry[entryHead:], k.bound(kind, id))
	switch {
	case err != nil || kind != kindKey && kind != kindDestroyed:
		k.damaged++
	case kind == kindDestroyed:
		k.destroyed[id] = true
		delete(k.keys, id)
	case !k.destroyed[id]:
		// The first one counts: behind it may lie what a failed write left.
		if _, has := k.keys[id]; !has {
			k.keys[id] = key
		}
	}
}

// bound is what an entry's wrapping is bound to.
func (k *File) bound(kind byte, id ID) []byte {
	return append(append([]byte{kind}, id[:]...), k.id[:]...)
}

func (k *File) entry(kind byte, id ID, key [KeySize]byte) []byte {
	head := append([]byte{kind}, id[:]...)
	return append(head, k.master.wrap(key, k.bound(kind, id))...)
}

// FileID is the file's own id.
func (k *File) FileID() ID { return k.id }

// StoreKey encrypts what is no record's own.
func (k *File) StoreKey() [KeySize]byte { return k.store }

// Record gives what encrypts a record; false where it has no key.
func (k *File) Record(id ID) (cipher.AEAD, bool) {
	k.mu.RLock()
	key, ok := k.keys[id]
	k.mu.RUnlock()
	if !ok {
		return nil, false
	}
	return gcm(key), true
}

// Has says whether a record has a key.
func (k *File) Has(id ID) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	_, ok := k.keys[id]
	return ok
}

// Destroyed says whether a record's key was destroyed.
func (k *File) Destroyed(id ID) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.destroyed[id]
}

// Counts are the keys, the destroyed records, and the entries that cannot be opened.
func (k *File) Counts() (keys, destroyed, damaged int) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.keys), len(k.destroyed), k.damaged
}

// Add makes keys for the records that have none, with one write and one fsync;
// durable when it returns nil. A destroyed record gets none.
func (k *File) Add(ids ...ID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	fresh := map[ID][KeySize]byte{}
	var entries []byte
	for _, id := range ids {
		if _, has := k.keys[id]; has || k.destroyed[id] || fresh[id] != [KeySize]byte{} {
			continue
		}
		fresh[id] = NewKey()
		entries = append(entries, k.entry(kindKey, id, fresh[id])...)
	}
	if len(fresh) == 0 {
		return nil
	}
	_, err := k.f.WriteAt(entries, k.size)
	if err == nil {
		err = k.f.Sync()
	}
	if err != nil {
		return errors.Join(fmt.Errorf("record keys: write: %w", err), k.f.Truncate(k.size))
	}
	k.size += int64(len(entries))
	for id, key := range fresh {
		k.keys[id] = key
	}
	return nil
}

// WriteTo writes a whole copy while others go on.
func (k *File) WriteTo(w io.Writer) (int64, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return io.Copy(w, io.NewSectionReader(k.f, 0, k.size))
}

// Close closes the file.
func (k *File) Close() error {
	if err := k.f.Close(); err != nil {
		return fmt.Errorf("record keys: close: %w", err)
	}
	return nil
}

// Fits says whether the file at path is wrapped by m.
func Fits(path string, m *Master) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, headerSize)
	if _, err := io.ReadFull(f, head); err != nil || string(head[:len(magic)]) != magic {
		return false
	}
	_, err = m.unwrap(head[boundSize:boundSize+wrappedSize], head[:boundSize])
	return err == nil
}

package shred

import (
	"bufio"
	"errors"
	"fmt"
	"os"
)

// Destroy takes the keys of records out of the file, so that nothing anywhere
// can open what they encrypted, but for copies of this file made before. It is
// durable when it returns nil; to call it again is no harm. A record that never
// had a key is destroyed too: it gets none any more.
func (k *File) Destroy(ids ...ID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	destroyed, change := map[ID]bool{}, false
	for id := range k.destroyed {
		destroyed[id] = true
	}
	for _, id := range ids {
		change = change || !destroyed[id]
		destroyed[id] = true
	}
	if !change {
		return tidy(k.path) // the time before may have failed behind the rename
	}
	next := &File{path: k.path, id: k.id, master: k.master, store: k.store, keys: map[ID][KeySize]byte{}, destroyed: destroyed}
	for id, key := range k.keys {
		if !destroyed[id] {
			next.keys[id] = key
		}
	}
	return k.become(next)
}

// Rewrap writes the file anew under another master key. All keys stay the same.
func (k *File) Rewrap(m *Master) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.become(&File{path: k.path, id: k.id, master: m, store: k.store, keys: k.keys, destroyed: k.destroyed})
}

// become puts next on the disk in place of what is there, and overwrites that.
// The order is FORMAT.md's: at every moment one whole file has the name.
func (k *File) become(next *File) error {
	if err := tidy(k.path); err != nil { // what failed before, on a full disk perhaps
		return err
	}
	f, err := next.writeTo(k.path + suffixNew)
	if err != nil {
		return err
	}
	if err := Replace(k.path, suffixNew, suffixOld); err != nil {
		return errors.Join(fmt.Errorf("record keys: write anew: %w", err), f.Close())
	}
	old := k.f
	k.f, k.size, k.master, k.keys, k.destroyed, k.damaged = f, next.size, next.master, next.keys, next.destroyed, 0
	return errors.Join(tidy(k.path), old.Close())
}

// writeTo writes a whole, durable file and leaves it open.
func (k *File) writeTo(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return nil, fmt.Errorf("record keys: %w", err)
	}
	w := bufio.NewWriter(f)
	head := append([]byte(magic), k.id[:]...)
	head = append(head, k.master.wrap(k.store, head)...)
	_, err = w.Write(append(head, make([]byte, headerSize-len(head))...))
	k.size = int64(headerSize)
	put := func(entry []byte) {
		if err == nil {
			_, err = w.Write(entry)
			k.size += entrySize
		}
	}
	for id, key := range k.keys {
		put(k.entry(kindKey, id, key))
	}
	for id := range k.destroyed {
		put(k.entry(kindDestroyed, id, [KeySize]byte{}))
	}
	if err = errors.Join(err, w.Flush(), f.Sync()); err != nil {
		return nil, errors.Join(fmt.Errorf("record keys: write: %w", err), f.Close(), os.Remove(path))
	}
	return f, nil
}

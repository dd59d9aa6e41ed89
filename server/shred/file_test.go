package shred

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

func master(t testing.TB, text string) *Master {
	t.Helper()
	m, err := NewMaster(append([]byte(text), make([]byte, KeySize)...)[:KeySize])
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func made(t *testing.T, ids ...ID) (*File, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), Name)
	k, err := Create(path, master(t, "one"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	if err := k.Add(ids...); err != nil {
		t.Fatal(err)
	}
	return k, path
}

func reopened(t *testing.T, path, with string) *File {
	t.Helper()
	k, err := Open(path, master(t, with))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.Close() })
	return k
}

// sealed is what a record's key makes of a text.
func sealed(t *testing.T, k *File, id ID) []byte {
	t.Helper()
	c, ok := k.Record(id)
	if !ok {
		t.Fatalf("%x has no key", id[:2])
	}
	return c.Seal(nil, make([]byte, c.NonceSize()), []byte("text"), nil)
}

func TestFile_KeysSurvive(t *testing.T) {
	k, path := made(t, ID{1}, ID{2}, ID{1})
	want := sealed(t, k, ID{1})
	if bytes.Equal(want, sealed(t, k, ID{2})) {
		t.Error("two records have one key")
	}
	if err := k.Add(ID{1}, ID{3}); err != nil {
		t.Fatal(err)
	}
	again := reopened(t, path, "one")
	if !bytes.Equal(sealed(t, again, ID{1}), want) || again.StoreKey() != k.StoreKey() || again.FileID() != k.FileID() {
		t.Error("opened again the keys are others")
	}
	if keys, destroyed, damaged := again.Counts(); keys != 3 || destroyed != 0 || damaged != 0 {
		t.Errorf("%d keys, %d destroyed, %d damaged", keys, destroyed, damaged)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != fileMode || info.Size() != int64(headerSize+3*entrySize) {
		t.Errorf("%v %v", info, err)
	}
	if _, err := Create(path, master(t, "one")); err == nil {
		t.Error("made over a file that is there")
	}
}

func TestFile_WrongMaster(t *testing.T) {
	_, path := made(t, ID{1})
	if _, err := Open(path, master(t, "two")); !errors.Is(err, ErrMaster) {
		t.Errorf("%v", err)
	}
	if _, err := NewMaster([]byte("short")); err == nil {
		t.Error("a short master key was taken")
	}
	if _, err := Open(filepath.Join(t.TempDir(), Name), master(t, "one")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, master(t, "one")); err == nil {
		t.Error("opened what others may read")
	}
}

func TestFile_TornLastEntry(t *testing.T) {
	_, path := made(t, ID{1}, ID{2})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := 1; cut < entrySize; cut += 7 {
		if err := os.WriteFile(path, whole[:len(whole)-cut], fileMode); err != nil {
			t.Fatal(err)
		}
		k := reopened(t, path, "one")
		if !k.Has(ID{1}) || k.Has(ID{2}) {
			t.Fatalf("cut by %d: %v %v", cut, k.Has(ID{1}), k.Has(ID{2}))
		}
		if err := k.Add(ID{3}); err != nil { // stands where the torn one stood
			t.Fatal(err)
		}
		if again := reopened(t, path, "one"); !again.Has(ID{1}) || !again.Has(ID{3}) {
			t.Errorf("cut by %d: what was added after it is lost", cut)
		}
	}
}

func TestFile_DamagedEntryIsCountedAndNoOtherHurt(t *testing.T) {
	_, path := made(t, ID{1}, ID{2}, ID{3})
	for _, at := range []int{headerSize, headerSize + entrySize + 3, headerSize + 2*entrySize + 40} {
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole[at] ^= 1
		if err := os.WriteFile(path, whole, fileMode); err != nil {
			t.Fatal(err)
		}
	}
	if keys, _, damaged := reopened(t, path, "one").Counts(); keys != 0 || damaged != 3 {
		t.Errorf("%d keys, %d damaged", keys, damaged)
	}
}

// What a failed write left behind the end must not replace a key given since.
func TestFile_FirstKeyOfAnIDCounts(t *testing.T) {
	k, path := made(t, ID{1}, ID{2})
	want := sealed(t, k, ID{1})
	other := reopened(t, path, "one")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(other.entry(kindKey, ID{1}, NewKey())); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(sealed(t, reopened(t, path, "one"), ID{1}), want) {
		t.Error("a later entry replaced the key")
	}
}

func TestDestroy_KeyIsGoneEverywhere(t *testing.T) {
	k, path := made(t, ID{1}, ID{2})
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	old, err := os.Open(path) // the old file, as who recovers a removed file sees it
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	kept := sealed(t, k, ID{2})
	if err := k.Destroy(ID{1}, ID{9}); err != nil {
		t.Fatal(err)
	}
	for _, f := range []*File{k, reopened(t, path, "one")} {
		if f.Has(ID{1}) || !f.Destroyed(ID{1}) || !f.Destroyed(ID{9}) || !bytes.Equal(sealed(t, f, ID{2}), kept) {
			t.Error("the wrong key went")
		}
	}
	if err := k.Add(ID{1}, ID{9}, ID{4}); err != nil {
		t.Fatal(err)
	}
	if k.Has(ID{1}) || k.Has(ID{9}) || !k.Has(ID{4}) {
		t.Error("a destroyed record got a key again")
	}
	wrapped := before[headerSize+entryHead : headerSize+entrySize]
	after, err := os.ReadFile(path)
	if err != nil || bytes.Contains(after, wrapped) {
		t.Errorf("the key is in the new file, %v", err)
	}
	rest := make([]byte, len(before))
	if _, err := old.ReadAt(rest, 0); err != nil || bytes.Contains(rest, wrapped) || bytes.Equal(rest, before) {
		t.Errorf("the old file was not overwritten, %v", err)
	}
	if left, _ := filepath.Glob(path + "*"); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// Each state that a kill during a rewriting can leave opens, and nothing is lost.
func TestRewrite_KilledInTheMiddle(t *testing.T) {
	for name, leave := range map[string]func(path string, whole []byte) error{
		"new half written":    func(path string, whole []byte) error { return os.WriteFile(path+suffixNew, whole[:50], fileMode) },
		"old has two names":   func(path string, _ []byte) error { return os.Link(path, path+suffixOld) },
		"old not overwritten": func(path string, whole []byte) error { return os.WriteFile(path+suffixOld, whole, fileMode) },
	} {
		t.Run(name, func(t *testing.T) {
			k, path := made(t, ID{1}, ID{2})
			whole, err := os.ReadFile(path)
			if err == nil {
				err = leave(path, whole)
			}
			if err != nil {
				t.Fatal(err)
			}
			if f := reopened(t, path, "one"); !f.Has(ID{1}) || !f.Has(ID{2}) {
				t.Error("a key is lost")
			}
			if left, _ := filepath.Glob(path + ".*"); left != nil {
				t.Errorf("left behind: %v", left)
			}
			if err := leave(path, whole); err != nil { // and in a running server
				t.Fatal(err)
			}
			if err := k.Destroy(ID{1}); err != nil {
				t.Error(err)
			}
		})
	}
}

// A folder that cannot be synced, here for want of file descriptors, may still
// name the old file after a crash: it must not have been overwritten by then.
func TestRewrite_OldFileStaysUntilTheNewNameIsDurable(t *testing.T) {
	k, path := made(t, ID{1}, ID{2})
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	few := syscall.Rlimit{Cur: 64, Max: limit.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	var all []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		all = append(all, f)
	}
	all[0].Close() // room for the new file, and for nothing else
	wrong := k.Destroy(ID{1})
	for _, f := range all[1:] {
		f.Close()
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if wrong == nil {
		t.Fatal("nobody said that the folder was not synced")
	}
	if old, err := os.ReadFile(path + suffixOld); err != nil || !bytes.Equal(old, before) {
		t.Errorf("the old file is overwritten: %v", err)
	}
	if err := k.Destroy(ID{1}); err != nil { // it says that it is durable, so the old file must be gone
		t.Fatal(err)
	}
	if _, err := os.Stat(path + suffixOld); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the old file is still there: %v", err)
	}
}

func TestRewrap(t *testing.T) {
	k, path := made(t, ID{1}, ID{2})
	if err := k.Destroy(ID{2}); err != nil {
		t.Fatal(err)
	}
	want, store := sealed(t, k, ID{1}), k.StoreKey()
	if err := k.Rewrap(master(t, "two")); err != nil {
		t.Fatal(err)
	}
	if err := k.Add(ID{3}); err != nil {
		t.Fatal(err)
	}
	f := reopened(t, path, "two")
	if !bytes.Equal(sealed(t, f, ID{1}), want) || f.StoreKey() != store || !f.Destroyed(ID{2}) || !f.Has(ID{3}) {
		t.Error("another master key changed the keys")
	}
	if _, err := Open(path, master(t, "one")); !errors.Is(err, ErrMaster) {
		t.Errorf("the old master key: %v", err)
	}
}

func TestFile_ManyAtOnce(t *testing.T) {
	k, path := made(t)
	var wait sync.WaitGroup
	for g := range 8 {
		wait.Go(func() {
			for i := range 30 {
				if err := k.Add(ID{byte(g), byte(i)}, ID{200, byte(i)}); err != nil {
					t.Error(err)
				}
				k.Has(ID{200, byte(i)})
				if i == 20 {
					if err := k.Destroy(ID{byte(g), 3}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wait.Wait()
	var copied bytes.Buffer
	if _, err := k.WriteTo(&copied); err != nil {
		t.Fatal(err)
	}
	f := reopened(t, path, "one")
	if keys, destroyed, damaged := f.Counts(); keys != 8*29+30 || destroyed != 8 || damaged != 0 {
		t.Errorf("%d keys, %d destroyed, %d damaged", keys, destroyed, damaged)
	}
	if whole, err := os.ReadFile(path); err != nil || !bytes.Equal(whole, copied.Bytes()) {
		t.Errorf("the copy differs, %v", err)
	}
}

func FuzzParse(f *testing.F) {
	k := &File{path: filepath.Join(f.TempDir(), Name), master: master(f, "one"), keys: map[ID][KeySize]byte{{1}: NewKey()}, destroyed: map[ID]bool{{2}: true}}
	file, err := k.writeTo(k.path)
	if err != nil {
		f.Fatal(err)
	}
	file.Close()
	whole, err := os.ReadFile(k.path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:headerSize+5])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, text []byte) {
		got := &File{master: master(t, "one")}
		if err := got.parse(text); err != nil {
			return
		}
		if keys, destroyed, damaged := got.Counts(); int64(keys+destroyed+damaged)*entrySize+int64(headerSize) > int64(len(text)) {
			t.Errorf("%d entries of %d bytes", keys+destroyed+damaged, len(text))
		}
	})
}

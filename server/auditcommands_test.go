package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"umbral/server/audit"
	"umbral/server/store/bolt"
)

// verified runs `server audit verify` and returns what it says, and whether it
// found the book whole.
func verified(t *testing.T, dir, heads string) (said string, whole bool) {
	t.Helper()
	var out bytes.Buffer
	args := []string{"verify", "--data", dir}
	if heads != "" {
		args = append(args, "--heads", heads)
	}
	code := runAudit(t.Context(), args, streams{strings.NewReader(""), &out, &out})
	return out.String(), code == 0
}

// headNow is what `server audit head` prints.
func headNow(t *testing.T, dir string) string {
	t.Helper()
	var out bytes.Buffer
	if code := runAudit(t.Context(), []string{"head", "--data", dir}, streams{strings.NewReader(""), &out, &out}); code != 0 {
		t.Fatal(out.String())
	}
	return out.String()
}

// entered adds n lines to the book of a stopped server.
func entered(t *testing.T, dir string, v values, who string, n int) {
	t.Helper()
	err := withStore(t.Context(), v, func(s *bolt.Store) (err error) {
		for i := range n {
			err = errors.Join(err, s.Enter(t.Context(), audit.Act{At: time.Now(), Who: who, What: "note", ID: fmt.Sprint(i)}))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// copied is a copy of a data folder.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(to, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			err = os.Chmod(path, fileMode)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if said, whole := verified(t, to, ""); !whole {
		t.Fatalf("the copy itself: %s", said)
	}
	return to
}

// inFile changes the entries as they lie in the file of a stopped server.
func inFile(t *testing.T, dir string, edit func(*bbolt.Bucket) error) {
	t.Helper()
	db, err := bbolt.Open(filepath.Join(dir, storeFile), fileMode, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(func(tx *bbolt.Tx) error { return edit(tx.Bucket([]byte("audit"))) }), db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestAuditVerify_FindsWhatWasDoneToAStoppedServer(t *testing.T) {
	dir, v := folder(t)
	entered(t, dir, v, "early", 4)
	headNow(t, dir) // makes the root key
	early := copied(t, dir)
	entered(t, dir, v, "late", 5)
	heads := filepath.Join(t.TempDir(), headsFile)
	if err := os.WriteFile(heads, []byte(headNow(t, dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, whole := verified(t, dir, heads); !whole || !strings.Contains(said, "1 signed heads hold") {
		t.Fatalf("an honest book: %s", said)
	}
	keyAt := func(b *bbolt.Bucket, n int) (key, value []byte) {
		c := b.Cursor()
		key, value = c.First()
		for range n {
			key, value = c.Next()
		}
		return bytes.Clone(key), bytes.Clone(value)
	}
	for name, c := range map[string]struct {
		edit      func(*bbolt.Bucket) error
		needsHead bool // without one kept elsewhere it is not found
	}{
		"a bit": {edit: func(b *bbolt.Bucket) error {
			k, value := keyAt(b, 3)
			value[len(value)-1] ^= 1
			return b.Put(k, value)
		}},
		"one taken out":       {edit: func(b *bbolt.Bucket) error { k, _ := keyAt(b, 3); return b.Delete(k) }},
		"the first taken out": {edit: func(b *bbolt.Bucket) error { k, _ := keyAt(b, 0); return b.Delete(k) }},
		"two exchanged": {edit: func(b *bbolt.Bucket) error {
			k2, v2 := keyAt(b, 2)
			k3, v3 := keyAt(b, 3)
			return errors.Join(b.Put(k2, v3), b.Put(k3, v2))
		}},
		"one put in its place": {edit: func(b *bbolt.Bucket) error {
			k2, _ := keyAt(b, 2)
			_, v3 := keyAt(b, 3)
			return b.Put(k2, v3)
		}},
		"cut": {edit: func(b *bbolt.Bucket) error {
			for range 3 {
				k, _ := b.Cursor().Last()
				if err := b.Delete(k); err != nil {
					return err
				}
			}
			return nil
		}, needsHead: true},
	} {
		tampered := copied(t, dir)
		inFile(t, tampered, c.edit)
		if said, whole := verified(t, tampered, heads); whole || said == "" {
			t.Errorf("%s: not found: %s", name, said)
		}
		if _, whole := verified(t, tampered, ""); whole != c.needsHead {
			t.Errorf("%s: without heads whole is %v", name, whole)
		}
	}
	// Who has the whole folder, keys too, can write another book; not the head.
	if said, whole := verified(t, early, heads); whole || !strings.Contains(said, "cut short") {
		t.Errorf("an old copy in place of the folder: %s", said)
	}
	entered(t, early, settingsOf(t, early), "another", 9)
	if said, whole := verified(t, early, heads); whole || !strings.Contains(said, "written anew") {
		t.Errorf("another book by the same keys: %s", said)
	}
	if said, whole := verified(t, early, ""); !whole {
		t.Errorf("by itself it is a whole book: %s", said)
	}
}

// A crash while the hourly head is written costs that line and no other.
func TestAuditVerify_ATornHeadIsToldAndSkipped(t *testing.T) {
	dir, v := folder(t)
	entered(t, dir, v, "u", 2)
	heads := filepath.Join(dir, headsFile)
	line := []byte(strings.TrimSpace(headNow(t, dir)))
	for _, b := range [][]byte{line, line} {
		if err := appendLine(heads, b); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.OpenFile(heads, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(line[:len(line)/2])
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if said, whole := verified(t, dir, heads); !whole || !strings.Contains(said, "line 3 of the heads breaks off") || !strings.Contains(said, "2 signed heads hold") {
		t.Errorf("%s", said)
	}
	if err := appendLine(heads, line); err != nil {
		t.Fatal(err)
	}
	if said, whole := verified(t, dir, heads); !whole || !strings.Contains(said, "line 3") || !strings.Contains(said, "3 signed heads hold") {
		t.Errorf("after the next hour: %s", said)
	}
	forged := bytes.Replace(line, []byte(`"hash":"`), []byte(`"hash":"0`), 1)
	if err := os.WriteFile(heads, forged, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, whole := verified(t, dir, heads); whole || !strings.Contains(said, "no signature") {
		t.Errorf("a forged head: %s", said)
	}
}

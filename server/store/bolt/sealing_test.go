package bolt

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	bolt "go.etcd.io/bbolt"

	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/record"
	"umbral/server/review"
	"umbral/server/shred"
)

// clearStore is the path of a closed store as programs wrote it before values
// were sealed: schema 2, everything in clear, no file of keys. It has n
// detections, each with a note, and an account.
func clearStore(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "umbral.db")
	db, err := bolt.Open(path, fileMode, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := migrate(db, nil, schemaSealed-1); err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(raw *bolt.Tx) error {
		tx := &txn{raw, nil}
		counts := tally{}
		for i := range n {
			p := clearParcel(t, detection(i))
			if err := accept(tx, counts, p); err != nil {
				return err
			}
			if err := appendTo(tx, bNote, p.id, review.Note{ID: "n", Detection: p.ID, Text: plantedNote}); err != nil {
				return err
			}
		}
		bad := detection(n)
		bad.Reasons, bad.Plain = []record.Reason{{Code: "garbage"}}, []byte(plantedHeld)
		if _, err := hold(tx, clearParcel(t, bad)); err != nil {
			return err
		}
		return orElse(counts.apply(tx), addPeople(tx))
	})
	if err := orElse(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func addPeople(tx *txn) error {
	at := detection(0).ReceivedAt
	return orElse(addAgency(tx, "op", at, auth.Agency{ID: "a"}),
		addAccount(tx, "op", at, auth.Account{ID: "u", Username: plantedName, Agency: "a"}, "h"))
}

// clearParcel is a parcel with its values as they were before sealing.
func clearParcel(t *testing.T, k ingest.Kept) parcel {
	t.Helper()
	p := parcelOf(k)
	text, err := json.Marshal(rowOf(k))
	if err != nil {
		t.Fatal(err)
	}
	p.plain, p.assessment, p.row = pack(k.Plain), pack(k.Assessment), pack(text)
	return p
}

// What is planted and must not be found. The note is long, so that it is packed.
var (
	plantedNote = strings.Repeat("Xochiquetzal Ñuñez espera en la galera. ", 40)
	plantedName = "citlalli.ñuñez"
	plantedHeld = "En cuarentena: Tlacaélel Ibáñez"
	plantedIs   = []string{"Xochiquetzal", "Ñuñez", "galera", "citlalli", "Tlacaélel", "Ibáñez"}
)

// forms are the ways in which text may lie on a disk.
func forms(text string) [][]byte {
	var wide, latin []byte
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for _, r := range text {
		latin = append(latin, byte(r))
	}
	quoted, _ := json.Marshal(text)
	return [][]byte{[]byte(text), wide, latin, bytes.Trim(quoted, `"`)}
}

// findIn says which words lie in any file under dir, in any form.
func findIn(t *testing.T, dir string, words ...string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, w := range words {
			for _, form := range forms(w) {
				if bytes.Contains(text, form) {
					found = append(found, filepath.Base(path)+": "+w)
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestSeal_ClearStoreLeavesNothingInClear(t *testing.T) {
	path := clearStore(t, 30)
	dir := filepath.Dir(path)
	if found := findIn(t, dir, plantedIs...); len(found) < len(plantedIs) {
		t.Fatalf("the control found only %v: what is planted is not where the test looks", found)
	}
	// The old file as somebody who has it open sees it: overwritten, not only unlinked.
	old, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	s := opened(t, path)
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	rows, _, err := s.Rows(t.Context(), allRows)
	if err != nil || len(rows) != 30 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	c, err := s.Case(t.Context(), rows[7].ID)
	if err != nil || len(c.Notes) != 1 || c.Notes[0].Text != plantedNote || c.Assessment == nil {
		t.Errorf("%+v %v", c, err)
	}
	if _, _, err := s.AccountByName(t.Context(), plantedName); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if found := findIn(t, dir, plantedIs...); found != nil {
		t.Errorf("still in clear: %v", found)
	}
	rest := make([]byte, 1<<20)
	n, _ := old.ReadAt(rest, 0)
	if n == 0 || bytes.Contains(rest[:n], []byte("Xochiquetzal")) || bytes.Contains(rest[:n], []byte("sha256")) {
		t.Error("the old file was not overwritten")
	}
	left, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(left) != 2 {
		t.Errorf("left behind: %v", left)
	}
	opened(t, path) // and once more
}

// Killed at each step of the exchange, the next start finishes it.
func TestSeal_KilledInTheMiddle(t *testing.T) {
	for name, stop := range map[string]func(path string) error{
		"keys made":      func(path string) error { return nil },
		"half a copy":    func(path string) error { return os.WriteFile(path+suffixSealing, []byte("half"), fileMode) },
		"old name given": func(path string) error { return os.Link(path, path+suffixClear) },
	} {
		t.Run(name, func(t *testing.T) {
			path := clearStore(t, 5)
			records, err := keysBeside(path, master).openOrMake()
			if err := orElse(err, orElse(records.Close(), stop(path))); err != nil {
				t.Fatal(err)
			}
			checkSealed(t, path)
		})
	}
	t.Run("new name taken", func(t *testing.T) {
		path := clearStore(t, 5)
		clear, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		checkSealed(t, path)
		if err := os.WriteFile(path+suffixClear, clear, fileMode); err != nil {
			t.Fatal(err)
		}
		checkSealed(t, path)
	})
}

func checkSealed(t *testing.T, path string) {
	t.Helper()
	s := opened(t, path)
	if err := orElse(s.Check(t.Context()), s.Close()); err != nil {
		t.Error(err)
	}
	if found := findIn(t, filepath.Dir(path), plantedIs...); found != nil {
		t.Errorf("in clear: %v", found)
	}
	if left, _ := filepath.Glob(path + ".*"); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

// A value moved to another place, put there in clear, or of another record does
// not open: who writes into the file changes nothing unseen.
func TestSealed_BoundToItsPlace(t *testing.T) {
	for name, harm := range map[string]func(tx *txn, a, b []byte) error{
		"another's record": func(tx *txn, a, b []byte) error {
			return tx.Bucket(bPlain).Put(a, bytes.Clone(tx.Bucket(bPlain).Get(b)))
		},
		"another bucket": func(tx *txn, a, _ []byte) error {
			return tx.Bucket(bPlain).Put(a, bytes.Clone(tx.Bucket(bRow).Get(a)))
		},
		"in clear": func(tx *txn, a, _ []byte) error { return tx.Bucket(bPlain).Put(a, pack([]byte("{}"))) },
		"a bit": func(tx *txn, a, _ []byte) error {
			v := bytes.Clone(tx.Bucket(bPlain).Get(a))
			v[len(v)-1] ^= 1
			return tx.Bucket(bPlain).Put(a, v)
		},
		"empty": func(tx *txn, a, _ []byte) error { return tx.Bucket(bPlain).Put(a, []byte{formSealed}) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filled(t, 2)
			var id recordID
			change(t, path, func(tx *txn) error {
				a, _ := tx.Bucket(bPlain).Cursor().First()
				b, _ := tx.Bucket(bPlain).Cursor().Last()
				id = idAt(a)
				return harm(tx, bytes.Clone(a), bytes.Clone(b))
			})
			s := opened(t, path)
			if _, err := s.Case(t.Context(), id.String()); err == nil {
				t.Error("read")
			}
			if s.Check(t.Context()) == nil {
				t.Error("not found by check")
			}
		})
	}
}

func TestOpen_WrongOrMissingKeys(t *testing.T) {
	other, err := shred.NewMaster([]byte("another master key, also 32 bytes"[:32]))
	if err != nil {
		t.Fatal(err)
	}
	path := filled(t, 3)
	keys := filepath.Join(filepath.Dir(path), shred.Name)
	refuses := func(m *shred.Master, says string) {
		t.Helper()
		if s, err := Open(path, m); err == nil {
			s.Close()
			t.Errorf("opened, want %q", says)
		} else if !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	refuses(other, "the master key does not fit")
	if err := os.Rename(keys, keys+".away"); err != nil {
		t.Fatal(err)
	}
	refuses(master, "is not there")
	foreign, err := shred.Create(keys, master)
	if err := orElse(err, foreign.Close()); err != nil {
		t.Fatal(err)
	}
	refuses(master, "of another store")
	if err := orElse(os.Remove(keys), os.Rename(keys+".away", keys)); err != nil {
		t.Fatal(err)
	}
	// An older copy of the keys lacks those of newer records.
	old, err := os.ReadFile(keys)
	if err != nil {
		t.Fatal(err)
	}
	s := opened(t, path)
	keep(t, s, detection(9), detection(10))
	if err := orElse(s.Close(), os.WriteFile(keys, old, fileMode)); err != nil {
		t.Fatal(err)
	}
	refuses(master, "2 records have no key")
	if s, err = OpenForgetting(path, master); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, _, err := s.Rows(t.Context(), allRows)
	if err != nil || len(rows) != 3 || s.Forgotten() != 2 {
		t.Errorf("%d rows, %d forgotten, %v", len(rows), s.Forgotten(), err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

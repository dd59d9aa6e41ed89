package bolt

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"umbral/server/ingest"
	"umbral/server/record"
	"umbral/server/shred"
)

func detection(n int) ingest.Kept {
	id := uuid.Must(uuid.NewV7()).String()
	at := time.Date(2026, 3, 1, 8, 0, n, 0, time.UTC)
	return ingest.Kept{
		ID: id, Kind: record.KindDetection, Hash: hash{byte(n)}.String(), Plain: []byte(`{"id":"` + id + `"}`),
		Assessment: []byte(`{"level":"none_found"}`), Agency: "a", ReceivedAt: at, CapturedAt: at,
		Index: ingest.Index{Level: "possible_victim", Setting: "farm", State: "25", Mode: "live", Offences: []string{"art_12"}},
	}
}

func opened(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(path, master)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func keep(t *testing.T, s *Store, batch ...ingest.Kept) {
	t.Helper()
	if _, err := s.KeepBatch(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
}

// filled is the path of a closed store with n detections.
func filled(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "umbral.db")
	s := opened(t, path)
	for i := range n {
		keep(t, s, detection(i))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestOpen_OnlyTheOwnerMayRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "umbral.db")
	opened(t, path)
	for name, want := range map[string]os.FileMode{path: fileMode, filepath.Dir(path): dirMode} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v, want %v", name, info.Mode(), err, want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func TestOpen_RefusesDamagedFiles(t *testing.T) {
	whole, err := os.ReadFile(filled(t, 30))
	if err != nil {
		t.Fatal(err)
	}
	need, err := neededSize(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	noMeta := append([]byte{}, whole...)
	clear(noMeta[:2*os.Getpagesize()])
	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"empty":              {nil, "is empty"},
		"one byte":           {whole[:1], "not a store"},
		"first page only":    {whole[:os.Getpagesize()], "cut short"},
		"half":               {whole[:need/2], "cut short"},
		"last byte missing":  {whole[:need-1], "cut short"},
		"zeros":              {make([]byte, 1<<16), "not a store"},
		"text":               {[]byte(strings.Repeat("hello ", 10_000)), "not a store"},
		"meta pages wiped":   {noMeta, "not a store"},
		"a store of nothing": {foreign(t), "no schema number"},
		"a store of a newer": {newer(t), "start a newer program"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "umbral.db")
			if err := os.WriteFile(path, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := Open(path, master)
			if err == nil {
				s.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
			if after, _ := os.ReadFile(path); name != "a store of nothing" && len(after) != len(c.content) {
				t.Error("the damaged file was changed")
			}
		})
	}
	if _, err := Open(t.TempDir(), master); err == nil {
		t.Error("a folder opened")
	}
}

// foreign is a bbolt file of another program.
func foreign(t *testing.T) []byte {
	return edited(t, func(tx *txn) error { return tx.Bucket(bMeta).Delete(keySchema) })
}

func newer(t *testing.T) []byte {
	return edited(t, func(tx *txn) error { return tx.Bucket(bMeta).Put(keySchema, number(uint64(Schema+1))) })
}

func edited(t *testing.T, edit func(*txn) error) []byte {
	t.Helper()
	path := filled(t, 1)
	change(t, path, edit)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// master is the key of these tests.
var master = func() *shred.Master {
	m, err := shred.NewMaster([]byte("a master key of 32 bytes, a test"))
	if err != nil {
		panic(err)
	}
	return m
}()

// change edits a closed store behind our back, with its keys where it has some.
func change(t *testing.T, path string, edit func(*txn) error) {
	t.Helper()
	db, err := bolt.Open(path, fileMode, nil)
	if err != nil {
		t.Fatal(err)
	}
	var sealer *safe
	if records, err := shred.Open(filepath.Join(filepath.Dir(path), shred.Name), master); err == nil {
		defer records.Close()
		if sealer, err = newSafe(records); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Update(func(tx *bolt.Tx) error { return edit(&txn{tx, sealer}) }); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpen_TwiceSaysInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "umbral.db")
	opened(t, path)
	if _, err := Open(path, master); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("%v", err)
	}
}

func TestMigrate_FromSchemaOne(t *testing.T) {
	path := clearStore(t, 25)
	change(t, path, func(tx *txn) error { // what schema 1 had: no counts, no order of arrival
		if err := tx.DeleteBucket(bCount); err != nil {
			return err
		}
		if err := tx.DeleteBucket(bTime); err != nil {
			return err
		}
		return tx.Bucket(bMeta).Put(keySchema, number(1))
	})
	s := opened(t, path)
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("after the migration: %v", err)
	}
	rows, _, err := s.Rows(t.Context(), allRows)
	if err != nil || len(rows) != 25 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	p, err := s.Detections(t.Context(), allRows)
	if err != nil || p.Total != 25 {
		t.Errorf("total %d, %v", p.Total, err)
	}
	err = s.view(t.Context(), "", func(tx *txn) error {
		at, err := schemaOf(tx.Tx)
		if at != Schema {
			t.Errorf("schema %d, want %d", at, Schema)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A migration that fails leaves the file at the schema that it had.
func TestMigrate_FailureChangesNothing(t *testing.T) {
	path := clearStore(t, 3)
	change(t, path, func(tx *txn) error {
		if err := tx.DeleteBucket(bCount); err != nil {
			return err
		}
		if err := tx.Bucket(bRow).Put(make([]byte, sizeID), []byte{99}); err != nil {
			return err
		}
		return tx.Bucket(bMeta).Put(keySchema, number(1))
	})
	if _, err := Open(path, master); err == nil || !strings.Contains(err.Error(), "migrate to schema 2") {
		t.Fatalf("%v", err)
	}
	change(t, path, func(tx *txn) error {
		if at, err := schemaOf(tx.Tx); at != 1 || err != nil || tx.Bucket(bCount) != nil {
			t.Errorf("schema %d, %v, counts %v", at, err, tx.Bucket(bCount))
		}
		return tx.Bucket(bRow).Delete(make([]byte, sizeID))
	})
	if err := opened(t, path).Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// killedEnv names the file of the process that TestKill_NothingKeptIsLost kills.
const killedEnv = "UMBRAL_TEST_KILLED_STORE"

func TestMain(m *testing.M) {
	if path := os.Getenv(killedEnv); path != "" {
		keepForEver(path)
	}
	os.Exit(m.Run())
}

// keepForEver prints each id after it is kept, until it is killed.
func keepForEver(path string) {
	s, err := Open(path, master)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for n := 0; ; n++ {
		k := detection(n)
		if _, err := s.KeepBatch(context.Background(), []ingest.Kept{k, detection(n)}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(k.ID)
	}
}

func TestKill_NothingKeptIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "umbral.db")
	var kept []string
	for round := range 4 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), killedEnv+"="+path)
		c.Stderr = os.Stderr
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			kept = append(kept, lines.Text())
			if n == 20+10*round {
				if err := c.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := c.Wait(); err == nil {
			t.Fatal("the process ended by itself")
		}
		s, err := Open(path, master)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(t.Context()); err != nil {
			t.Errorf("round %d: %v", round, err)
		}
		for _, id := range kept {
			if _, err := s.Case(t.Context(), id); err != nil {
				t.Errorf("%s was kept and is lost: %v", id, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(kept) < 100 {
		t.Errorf("only %d kept: the test tested nothing", len(kept))
	}
}

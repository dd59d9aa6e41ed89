package seal

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestKeyring_FirstStartMakesOneKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	ring, err := OpenKeyring(dir, fixedNow)
	if err != nil {
		t.Fatal(err)
	}
	kid, public := ring.Current()
	if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(kid) || kid != KID(public) {
		t.Errorf("kid %q", kid)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "seal-"+kid+".pem" {
		t.Fatalf("%v %v", entries, err)
	}
	at, err := entries[0].Info()
	if err != nil || at.Mode() != 0o600 {
		t.Errorf("mode %v %v", at.Mode(), err)
	}
	list := ring.Public()
	decoded, err := DecodePublic(list[0].PublicKey)
	if err != nil || string(decoded) != string(public) || !list[0].Current || list[0].Use != "seal" {
		t.Errorf("%+v %v", list, err)
	}
	again, err := OpenKeyring(dir, fixedNow)
	if err != nil {
		t.Fatal(err)
	}
	if k, _ := again.Current(); k != kid {
		t.Errorf("a restart made the key %s of %s", k, kid)
	}
}

func TestKeyring_RotateKeepsOldRecordsReadable(t *testing.T) {
	dir := t.TempDir()
	ring, err := OpenKeyring(dir, fixedNow) // a clock that stands still
	if err != nil {
		t.Fatal(err)
	}
	first, public := ring.Current()
	e, err := Seal(public, first, anID, []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := ring.Rotate(); err != nil {
			t.Fatal(err)
		}
	}
	last, _ := ring.Current()
	if last == first {
		t.Fatal("the old key is still the current one")
	}
	for _, k := range []*Keyring{ring, reopen(t, dir)} {
		if got, _ := k.Current(); got != last {
			t.Errorf("current is %s, want %s", got, last)
		}
		if _, err := k.Open(e); err != nil {
			t.Errorf("a record sealed to the first key: %v", err)
		}
		current := 0
		for i, p := range k.Public() {
			if p.Current {
				current++
			}
			if p.Current != (i == 0) {
				t.Errorf("key %d of the list: current %v", i, p.Current)
			}
		}
		if len(k.Public()) != 3 || current != 1 {
			t.Errorf("%d keys, %d current", len(k.Public()), current)
		}
	}
}

func TestKeyring_ClockSetBack(t *testing.T) {
	now := fixedNow()
	ring, err := OpenKeyring(t.TempDir(), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	first, _ := ring.Current()
	now = now.AddDate(-1, 0, 0)
	if err := ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	if k, _ := ring.Current(); k == first {
		t.Error("after a rotation the old key is the current one")
	}
}

func reopen(t *testing.T, dir string) *Keyring {
	t.Helper()
	k, err := OpenKeyring(dir, fixedNow)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestOpenKeyring_Refuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, file string)
		says  string
	}{
		"readable by the group": {func(t *testing.T, f string) { must(t, os.Chmod(f, 0o640)) }, "others may read"},
		"readable by all":       {func(t *testing.T, f string) { must(t, os.Chmod(f, 0o604)) }, "others may read"},
		"a link": {func(t *testing.T, f string) {
			must(t, os.Rename(f, f+".x"))
			must(t, os.Symlink(f+".x", f))
		}, "others may read"},
		"empty":      {func(t *testing.T, f string) { must(t, os.WriteFile(f, nil, 0o600)) }, "not a private key"},
		"other name": {func(t *testing.T, f string) { must(t, os.Rename(f, filepath.Join(filepath.Dir(f), "seal-00.pem"))) }, "holds the key"},
		"no date":    {func(t *testing.T, f string) { rewrite(t, f, func(b *pem.Block) { delete(b.Headers, "Created") }) }, "Created"},
		"cut key":    {func(t *testing.T, f string) { rewrite(t, f, func(b *pem.Block) { b.Bytes = b.Bytes[:20] }) }, "PKCS #8"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			kid, _ := reopen(t, dir).Current()
			c.spoil(t, filepath.Join(dir, "seal-"+kid+".pem"))
			if _, err := OpenKeyring(dir, fixedNow); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
}

func rewrite(t *testing.T, file string, change func(*pem.Block)) {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	block, _ := pem.Decode(text)
	change(block)
	must(t, os.WriteFile(file, pem.EncodeToMemory(block), 0o600))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestOpenKeyring_OddFolderNames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "da[ta]*")
	kid, _ := reopen(t, dir).Current()
	if again, _ := reopen(t, dir).Current(); again != kid {
		t.Error("the key was not found again")
	}
}

package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"umbral/server/auth"
	"umbral/server/shred"
	"umbral/server/store/bolt"
)

// testMaster is the master key of tests that open a node themselves.
func testMaster(t testing.TB) *shred.Master {
	t.Helper()
	m, err := shred.NewMaster([]byte("a master key of 32 bytes, a test"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func FuzzParseMaster(f *testing.F) {
	f.Add([]byte("a master key of 32 bytes, a test"))
	f.Add([]byte(base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"))
	f.Add([]byte(base64.RawURLEncoding.EncodeToString(make([]byte, 32))))
	f.Add([]byte("==="))
	f.Fuzz(func(t *testing.T, text []byte) {
		if key, err := parseMaster(text); err == nil && len(key) != shred.KeySize {
			t.Errorf("%d bytes", len(key))
		}
	})
}

// folder is a data folder with a store of one agency, under the settings of args.
func folder(t *testing.T, args ...string) (dir string, v values) {
	t.Helper()
	dir = t.TempDir()
	v = settingsOf(t, dir, args...)
	master, err := masterOf(t.Context(), v, newLog(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	s, err := bolt.Open(filepath.Join(dir, storeFile), master)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.AddAgency(t.Context(), "op", time.Now(), auth.Agency{ID: "uno"}), s.Close()); err != nil {
		t.Fatal(err)
	}
	return dir, v
}

// settingsOf reads flags without this machine's environment; NAME=VALUE is a variable.
func settingsOf(t *testing.T, dir string, args ...string) values {
	t.Helper()
	env, flags := map[string]string{}, []string{"--data", dir}
	for _, a := range args {
		if name, value, ok := strings.Cut(a, "="); ok && strings.HasPrefix(name, "UMBRAL_") {
			env[name] = value
			continue
		}
		flags = append(flags, a)
	}
	v, _, err := parseSettings("keys", flags, func(name string) (string, bool) { value, ok := env[name]; return value, ok }, 0)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// opens says whether these settings open the store of dir.
func opens(t *testing.T, v values) error {
	t.Helper()
	return withStore(t.Context(), v, func(s *bolt.Store) error {
		_, err := s.Agency(t.Context(), "uno")
		return errors.Join(err, s.Check(t.Context()))
	})
}

func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "master")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	rawKey    = "a master key of 32 bytes, raw ok"
	otherKey  = "another master key of 32 bytes.."
	sameInB64 = "YSBtYXN0ZXIga2V5IG9mIDMyIGJ5dGVzLCByYXcgb2s="
)

func TestMaster_FromEachSource(t *testing.T) {
	file, b64 := secretFile(t, rawKey), secretFile(t, sameInB64+"\n")
	other := secretFile(t, otherKey)
	sources := map[string][]string{
		"file":                 {"--master-key-file", file},
		"base64":               {"--master-key-file", b64},
		"variable":             {masterEnv + "=" + sameInB64},
		"command":              {"--master-key-command", "cat " + file},
		"command before all":   {"--master-key-command", "cat " + b64, masterEnv + "=bad", "--master-key-file", other},
		"variable before file": {masterEnv + "=" + sameInB64, "--master-key-file", other},
	}
	dir, _ := folder(t, sources["file"]...)
	for name, args := range sources {
		if err := opens(t, settingsOf(t, dir, args...)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, args := range map[string][]string{
		"does not fit":               {"--master-key-file", other},
		"no master key is given":     nil,
		"is not 32 bytes":            {masterEnv + "=c2hvcnQ="},
		"exit status":                {"--master-key-command", "false"},
		"no such file":               {"--master-key-file", filepath.Join(dir, "none")},
		"executable file not found":  {"--master-key-command", "no-such-program-here"},
		"--master-key-command is bl": {"--master-key-command", "  "},
	} {
		err := opens(t, settingsOf(t, dir, args...))
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && (strings.Contains(err.Error(), rawKey) || strings.Contains(err.Error(), sameInB64)) {
			t.Errorf("the key stands in %v", err)
		}
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := opens(t, settingsOf(t, dir, "--master-key-file", file)); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("others may read it: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, keysDir, masterFile)); err == nil {
		t.Error("a key was made though one was given")
	}
}

// The data folder's own key is said to protect no disk, at each start.
func TestMaster_OwnFileIsSaid(t *testing.T) {
	dir, v := folder(t)
	info, err := os.Stat(filepath.Join(dir, keysDir, masterFile))
	if err != nil || info.Mode().Perm() != fileMode {
		t.Fatalf("%v %v", info, err)
	}
	var log bytes.Buffer
	if _, err := masterOf(t.Context(), v, newLog(&log)); err != nil || !strings.Contains(log.String(), "not a copy of the disk") {
		t.Errorf("%s %v", &log, err)
	}
	if err := os.Remove(filepath.Join(dir, keysDir, masterFile)); err != nil {
		t.Fatal(err)
	}
	if err := opens(t, v); err == nil || !strings.Contains(err.Error(), "no master key is given") {
		t.Errorf("a lost key: %v", err)
	}
}

func TestRotateMaster(t *testing.T) {
	file, other := secretFile(t, rawKey), secretFile(t, otherKey)
	dir, own := folder(t)
	path := filepath.Join(dir, keysDir, masterFile)
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Own by own.
	if err := errors.Join(rotateMaster(t.Context(), own, io.Discard), opens(t, own)); err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(path); err != nil || bytes.Equal(first, second) {
		t.Errorf("the same key, %v", err)
	}
	// Own by a given one, which leaves none in the folder.
	to := settingsOf(t, dir, "--new-master-key-file", file)
	if err := errors.Join(rotateMaster(t.Context(), to, io.Discard), opens(t, settingsOf(t, dir, "--master-key-file", file))); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the old key is still there")
	}
	// Given by given; without the new one it is refused.
	if err := rotateMaster(t.Context(), settingsOf(t, dir, "--master-key-file", file), io.Discard); !errors.Is(err, errUsage) {
		t.Errorf("without a new one: %v", err)
	}
	both := settingsOf(t, dir, "--master-key-file", file, "--new-master-key-command", "cat "+other)
	if err := errors.Join(rotateMaster(t.Context(), both, io.Discard), opens(t, settingsOf(t, dir, "--master-key-file", other))); err != nil {
		t.Fatal(err)
	}
	if err := opens(t, settingsOf(t, dir, "--master-key-file", file)); err == nil {
		t.Error("the old key still opens")
	}
}

// Killed between making the new key and giving it the name, the next start finds
// which of the two fits.
func TestRotateMaster_KilledInTheMiddle(t *testing.T) {
	for _, rewrapped := range []bool{false, true} {
		dir, v := folder(t)
		next := filepath.Join(dir, keysDir, newMaster)
		text, err := makeMaster(next)
		if err != nil {
			t.Fatal(err)
		}
		if rewrapped {
			key, _ := parseMaster(text)
			m, err := shred.NewMaster(key)
			if err != nil {
				t.Fatal(err)
			}
			if err := withOwnKey(t, dir, func(s *bolt.Store) error { return s.RotateMaster(t.Context(), "op", time.Now(), m) }); err != nil {
				t.Fatal(err)
			}
		}
		if err := opens(t, v); err != nil {
			t.Errorf("rewrapped %v: %v", rewrapped, err)
		}
		if _, err := os.Stat(next); err == nil {
			t.Error("the new key still has its first name")
		}
	}
}

// withOwnKey opens a store by the key that lies in its folder, and tidies nothing.
func withOwnKey(t *testing.T, dir string, do func(*bolt.Store) error) error {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, keysDir, masterFile))
	if err != nil {
		return err
	}
	key, err := parseMaster(text)
	if err != nil {
		return err
	}
	m, err := shred.NewMaster(key)
	if err != nil {
		return err
	}
	s, err := bolt.Open(filepath.Join(dir, storeFile), m)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func TestBackupKeys_DropsItsOldCopies(t *testing.T) {
	dir, v := folder(t)
	to := filepath.Join(t.TempDir(), "copies")
	now := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	foreign := filepath.Join(to, "record-keys-mine")
	for _, days := range []int{0, 20, 40} {
		if err := backupKeys(t.Context(), v, to, now.AddDate(0, 0, days), io.Discard); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(foreign, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	left, err := filepath.Glob(filepath.Join(to, "*"))
	if err != nil || len(left) != 3 || left[0] != filepath.Join(to, "record-keys-20261215T030000Z") || left[2] != foreign {
		t.Errorf("%v %v", left, err)
	}
	same, err := os.ReadFile(left[1])
	keys, err2 := os.ReadFile(filepath.Join(dir, shred.Name))
	if errors.Join(err, err2) != nil || !bytes.Equal(same, keys) {
		t.Errorf("the copy differs: %v %v", err, err2)
	}
	for _, days := range []string{"0", "91", "x"} {
		if err := backupKeys(t.Context(), settingsOf(t, dir, "--keep-days", days), to, now, io.Discard); !errors.Is(err, errUsage) {
			t.Errorf("%s days: %v", days, err)
		}
	}
}

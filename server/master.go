package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"umbral/server/shred"
)

// The master key wraps what opens the records; see docs/operations.md.
const (
	masterFile   = "master.key" // in the folder of keys, where the operator gives none
	newMaster    = masterFile + ".new"
	masterEnv    = "UMBRAL_MASTER_KEY"
	newMasterEnv = "UMBRAL_NEW_MASTER_KEY"
	// masterPatience is how long the command that gives the key may take: a call
	// to a key service on a bad line, before somebody thinks that the start hangs.
	masterPatience = 30 * time.Second
	// maxMasterText is in bytes: 44 are needed, and a line's end.
	maxMasterText = 1 << 10
)

// masterSource is where a master key comes from: the first that is given.
type masterSource struct{ command, text, file string }

func sourceOf(v values) masterSource {
	return masterSource{v["master-key-command"], v[masterEnv], v["master-key-file"]}
}

func newSourceOf(v values) masterSource {
	return masterSource{v["new-master-key-command"], v[newMasterEnv], v["new-master-key-file"]}
}

func (m masterSource) given() bool { return m != masterSource{} }

// master gives the key that was named, nil where none was.
func (m masterSource) master(ctx context.Context) (*shred.Master, error) {
	var text []byte
	var err error
	from := ""
	switch {
	case m.command != "":
		from = "the output of the master key's command"
		text, err = outputOf(ctx, m.command)
	case m.text != "":
		from, text = "the master key in the variable", []byte(m.text)
	case m.file != "":
		from = m.file
		text, err = readSecret(m.file)
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	key, err := masterFrom(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %s %w", errUsage, from, err)
	}
	return key, nil
}

// outputOf runs a program with its words, without a shell, once.
func outputOf(ctx context.Context, command string) ([]byte, error) {
	words := strings.Fields(command)
	if len(words) == 0 {
		return nil, fmt.Errorf("%w: --master-key-command is blank", errUsage)
	}
	ctx, cancel := context.WithTimeout(ctx, masterPatience)
	defer cancel()
	c := exec.CommandContext(ctx, words[0], words[1:]...)
	c.Stderr = os.Stderr // its own complaints; the key is on the other stream
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("--master-key-command: %s: %w", words[0], err)
	}
	return out, nil
}

var errMasterForm = errors.New("is not 32 bytes, raw or in base64; make one with: head -c 32 /dev/urandom | base64")

// parseMaster reads 32 raw bytes, or base64 of 32 bytes with white space around.
func parseMaster(text []byte) ([]byte, error) {
	if len(text) == shred.KeySize {
		return text, nil
	}
	line := strings.TrimRight(strings.TrimSpace(string(bytes.TrimSpace(text))), "=")
	if len(line) > maxMasterText {
		return nil, errMasterForm
	}
	line = strings.NewReplacer("-", "+", "_", "/").Replace(line)
	key, err := base64.RawStdEncoding.DecodeString(line)
	if err != nil || len(key) != shred.KeySize {
		return nil, errMasterForm
	}
	return key, nil
}

// masterFrom is the key that text gives, as parseMaster reads it.
func masterFrom(text []byte) (*shred.Master, error) {
	key, err := parseMaster(text)
	if err != nil {
		return nil, err
	}
	return shred.NewMaster(key)
}

// readSecret reads a file that its owner alone may read.
func readSecret(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s can be read by other users of this machine; run: chmod 600 %[1]s", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	return text, nil
}

// masterOf gives the master key of a data folder. Where the operator names none
// it is a file in the folder, which protects copies of the store and nothing
// that has the whole folder: log says so at each start.
func masterOf(ctx context.Context, v values, log *slog.Logger) (*shred.Master, error) {
	m, err := sourceOf(v).master(ctx)
	if m != nil || err != nil {
		return m, err
	}
	if log != nil {
		log.Warn("the master key lies in the data folder: it protects backups of the store, not a copy of the disk; "+
			"give it from elsewhere with --master-key-command, UMBRAL_MASTER_KEY or --master-key-file", "file", filepath.Join(keysDir, masterFile))
	}
	return ownMaster(v["data"])
}

// ownMaster reads the data folder's own master key and makes it for a new
// folder. With record keys there, a new one could open nothing.
func ownMaster(dir string) (*shred.Master, error) {
	path := filepath.Join(dir, keysDir, masterFile)
	if err := settleMaster(dir); err != nil {
		return nil, err
	}
	text, err := readSecret(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, there := os.Stat(filepath.Join(dir, shred.Name)); there == nil {
			return nil, fmt.Errorf("%w: no master key is given, and %s is not there; records were kept under one: "+
				"give it with --master-key-command, %s or --master-key-file", errUsage, path, masterEnv)
		}
		text, err = makeMaster(path)
	}
	if err != nil {
		return nil, err
	}
	key, err := masterFrom(text)
	if err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	return key, nil
}

// makeMaster writes a new key, durable before anything is wrapped by it.
func makeMaster(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	key := shred.NewKey()
	text := base64.StdEncoding.EncodeToString(key[:]) + "\n"
	if err := writeSecret(path, text); err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	return []byte(text), syncFolder(filepath.Dir(path))
}

// settleMaster finishes a change of the folder's own master key that was killed:
// whichever of the two fits the record keys is the one.
func settleMaster(dir string) error {
	path := filepath.Join(dir, keysDir, masterFile)
	next := filepath.Join(dir, keysDir, newMaster)
	text, err := readSecret(next)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if key, err := masterFrom(text); err == nil && shred.Fits(filepath.Join(dir, shred.Name), key) {
		return takeMaster(path, next)
	}
	return shred.Wipe(next)
}

// takeMaster overwrites the old key and gives the new one its name.
func takeMaster(path, next string) error {
	if err := shred.Wipe(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("master key: %w", err)
	}
	return syncFolder(filepath.Dir(path))
}

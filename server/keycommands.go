package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"umbral/server/audit"
	"umbral/server/shred"
	"umbral/server/store/bolt"
)

// The words after "keys", and how many there are with what follows them.
const keyWords = "rotate, rotate-root, rotate-master, backup DIR or forget-lost"

var keyWordCounts = map[string]int{"rotate": 1, "rotate-root": 1, "rotate-master": 1, "backup": 2, "forget-lost": 1}

// rotations are what the running server is asked for.
var rotations = map[string]string{"rotate": "/rotate-seal-key", "rotate-root": "/rotate-root-key"}

func runKeys(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "keys", args, 2, std, func(v values, words []string) error {
		word := strings.Join(words[:min(1, len(words))], "")
		if want := keyWordCounts[word]; want == 0 || want != len(words) {
			return fmt.Errorf("%w: after keys comes one of: %s", errUsage, keyWords)
		}
		switch word {
		case "rotate-master":
			return rotateMaster(ctx, v, std.out)
		case "backup":
			return backupKeys(ctx, v, words[1], time.Now(), std.out)
		case "forget-lost":
			return forgetLost(ctx, v, std.out)
		}
		res, err := askServer(ctx, v["data"], http.MethodPost, rotations[word])
		return copyAnswer(std.out, res, err)
	})
}

// rotateMaster wraps the record keys under another master key. The server must
// be stopped: it would go on with the old one.
func rotateMaster(ctx context.Context, v values, out io.Writer) error {
	from, to := sourceOf(v), newSourceOf(v)
	if from.given() && !to.given() {
		return fmt.Errorf("%w: name the new master key: --new-master-key-command, %s or --new-master-key-file", errUsage, newMasterEnv)
	}
	next, err := to.master(ctx)
	if err != nil {
		return err
	}
	dir := v["data"]
	path, made := filepath.Join(dir, keysDir, masterFile), filepath.Join(dir, keysDir, newMaster)
	err = withStore(ctx, v, func(s *bolt.Store) error {
		if next == nil { // the folder's own key by another of its own
			text, err := makeMaster(made)
			if err != nil {
				return err
			}
			if next, err = masterFrom(text); err != nil {
				return err
			}
		}
		return s.RotateMaster(ctx, audit.System, time.Now().UTC(), next)
	})
	switch {
	case err != nil:
		return err
	case !to.given():
		err = takeMaster(path, made)
	case !from.given():
		err = shred.Wipe(path)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "the record keys are wrapped by the new master key; copies of them made before still need the old one")
	return err
}

// How long copies of the record keys are kept, in days. A destroyed record can
// be read with a copy made before, so this is how long a destruction is not yet
// one; a disk that died unnoticed over a long holiday is what the default is for.
const (
	defaultKeepDays = 30
	maxKeepDays     = 90
)

// keyCopy is the form of a copy's name: what we made, and nothing else, is removed.
const keyCopy = shred.Name + "-20060102T150405Z"

// backupKeys copies the record keys into a folder and removes older copies there.
func backupKeys(ctx context.Context, v values, to string, now time.Time, out io.Writer) error {
	days, err := strconv.Atoi(v["keep-days"])
	if err != nil || days < 1 || days > maxKeepDays {
		return fmt.Errorf("%w: --keep-days takes 1 to %d: with an older copy a destroyed record could be read again", errUsage, maxKeepDays)
	}
	if err := os.MkdirAll(to, dirMode); err != nil {
		return fmt.Errorf("backup of keys: %w", err)
	}
	path := filepath.Join(to, now.UTC().Format(keyCopy))
	if err := writeNew(path, func(w io.Writer) error { return copyKeys(ctx, v, w) }); err != nil {
		return err
	}
	removed, err := dropOld(to, now.AddDate(0, 0, -days))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\nolder copies removed: %d; keep it apart from the backups of the store: with both and the master key everything can be read\n", path, removed)
	return err
}

// writeNew makes a file that appears only when it is whole and durable.
func writeNew(path string, fill func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".umbral-*") // 0600
	if err != nil {
		return err
	}
	err = fill(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Link(f.Name(), path) // unlike Rename it replaces nothing
	}
	return errors.Join(err, os.Remove(f.Name()), syncFolder(filepath.Dir(path)))
}

// dropOld overwrites and removes the copies from before t.
func dropOld(dir string, t time.Time) (removed int, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return 0, fmt.Errorf("backup of keys: %w", err)
	}
	for _, e := range entries {
		made, err := time.Parse(keyCopy, e.Name())
		if err != nil || !e.Type().IsRegular() || !made.Before(t) {
			continue
		}
		if err := shred.Wipe(filepath.Join(dir, e.Name())); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}

func copyKeys(ctx context.Context, v values, w io.Writer) error {
	return copyFrom(ctx, v, "/backup-keys", w, func(s *bolt.Store) error { return s.BackupKeys(ctx, w) })
}

// forgetLost treats records without a key as destroyed: for whoever looked for a
// newer copy of the keys and found none.
func forgetLost(ctx context.Context, v values, out io.Writer) error {
	return withStoreBy(ctx, v, bolt.OpenForgetting, func(s *bolt.Store) error {
		_, err := fmt.Fprintf(out, "records treated as destroyed: %d\n", s.Forgotten())
		return err
	})
}

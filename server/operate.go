package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"umbral/server/shred"
	"umbral/server/store/bolt"
)

// The commands of whoever operates a server. Each asks the running server by
// its socket; only without one does it open the folder itself.

func runBackup(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "backup", args, 1, std, func(v values, words []string) error {
		if len(words) == 0 {
			return fmt.Errorf("%w: name the file: server backup FILE [--data DIR]", errUsage)
		}
		sum, err := backup(ctx, v, words[0])
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "%s  %s\nkeys are not in it: copy %s apart, and the record keys with \"server keys backup DIR\"; without them nothing can be read\n",
			sum, words[0], filepath.Join(v["data"], keysDir))
		return err
	})
}

func runCheck(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "check", args, 0, std, func(v values, _ []string) error {
		if err := check(ctx, v); err != nil {
			return err
		}
		_, err := fmt.Fprintln(std.out, "the store is whole")
		return err
	})
}

// runHealth is what a container asks: it needs no address and no certificate.
func runHealth(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "health", args, 0, std, func(v values, _ []string) error {
		return errors.Join(running(askServer(ctx, v["data"], http.MethodGet, "/ready")))
	})
}

func operate(ctx context.Context, name string, args []string, words int, std streams, do func(v values, words []string) error) int {
	v, rest, err := parseSettings(name, args, osEnvironment, words)
	if errors.Is(err, flag.ErrHelp) {
		return runHelp(ctx, nil, std)
	}
	if err == nil && v["data"] == "" {
		err = fmt.Errorf("%w: --data is empty", errUsage)
	}
	if err == nil {
		err = do(v, rest)
	}
	if err != nil {
		return usage(std, name, err)
	}
	return exitOK
}

// running reads an answer that has no body of its own.
func running(res *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return refusal(res)
	}
	return nil
}

// maxRefusal is how much of a failed answer is shown.
const maxRefusal = 4 << 10

func refusal(res *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(res.Body, maxRefusal))
	return errors.Join(errors.New(strings.TrimSpace(string(text))), err)
}

// backup writes a whole copy of the store to file, or leaves nothing.
func backup(ctx context.Context, v values, file string) (sum string, err error) {
	if _, err := os.Lstat(file); err == nil {
		return "", fmt.Errorf("%w: %s exists; a backup never replaces another", errUsage, file)
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".umbral-backup-*") // 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if gone := os.Remove(f.Name()); err == nil && gone != nil {
			err = gone
		}
	}()
	hash := sha256.New()
	err = copyStore(ctx, v, io.MultiWriter(f, hash))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	sum = hex.EncodeToString(hash.Sum(nil))
	// Link never replaces a file that appeared meanwhile.
	if err := os.Link(f.Name(), file); err != nil {
		return "", err
	}
	line := fmt.Sprintf("%s  %s\n", sum, filepath.Base(file))
	if err := writeSecret(file+".sha256", line); err != nil {
		return "", err
	}
	return sum, errors.Join(syncFolder(filepath.Dir(file)), bolt.VerifyBackup(file))
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func copyStore(ctx context.Context, v values, w io.Writer) error {
	return copyFrom(ctx, v, "/backup", w, func(s *bolt.Store) error {
		_, err := s.Backup(ctx, w)
		return err
	})
}

// copyFrom copies what the running server gives at path; without one, what do
// reads from the store itself.
func copyFrom(ctx context.Context, v values, path string, w io.Writer, do func(*bolt.Store) error) error {
	res, err := askServer(ctx, v["data"], http.MethodPost, path)
	if errors.Is(err, errNotRunning) {
		return withStore(ctx, v, do)
	}
	return copyAnswer(w, res, err)
}

// copyAnswer copies what a server answered, where it did what it was asked.
func copyAnswer(w io.Writer, res *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return refusal(res)
	}
	_, err = io.Copy(w, res.Body) // breaks off where the server's copy did
	return err
}

func check(ctx context.Context, v values) error {
	err := running(askServer(ctx, v["data"], http.MethodPost, "/check"))
	if !errors.Is(err, errNotRunning) {
		return err
	}
	return withStore(ctx, v, func(s *bolt.Store) error { return s.Check(ctx) })
}

// withStore opens the store of a folder that has one: a command that looks must
// not make a new, empty one.
func withStore(ctx context.Context, v values, do func(*bolt.Store) error) error {
	return withStoreBy(ctx, v, bolt.Open, do)
}

// withStoreBy is withStore with another way to open.
func withStoreBy(ctx context.Context, v values, open func(string, *shred.Master) (*bolt.Store, error), do func(*bolt.Store) error) error {
	path := filepath.Join(v["data"], storeFile)
	if _, err := os.Stat(path); err != nil {
		return errNoStore(v["data"])
	}
	master, err := masterOf(ctx, v, nil)
	if err != nil {
		return err
	}
	s, err := open(path, master)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func errNoStore(dir string) error {
	return fmt.Errorf("%w: there is no store in %s; name its folder with --data", errUsage, dir)
}

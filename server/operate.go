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

	"umbral/server/store/bolt"
)

// The commands of whoever operates a server. Each asks the running server by
// its socket; only without one does it open the folder itself.

func runBackup(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "backup", args, 1, std, func(dir string, words []string) error {
		if len(words) == 0 {
			return fmt.Errorf("%w: name the file: server backup FILE [--data DIR]", errUsage)
		}
		sum, err := backup(ctx, dir, words[0])
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "%s  %s\nkeys are not in it: copy %s apart, or what devices still hold cannot be opened\n",
			sum, words[0], filepath.Join(dir, keysDir))
		return err
	})
}

func runCheck(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "check", args, 0, std, func(dir string, _ []string) error {
		if err := check(ctx, dir); err != nil {
			return err
		}
		_, err := fmt.Fprintln(std.out, "the store is whole")
		return err
	})
}

// runHealth is what a container asks: it needs no address and no certificate.
func runHealth(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "health", args, 0, std, func(dir string, _ []string) error {
		return errors.Join(running(askServer(ctx, dir, http.MethodGet, "/ready")))
	})
}

// rotations are what follows keys, and what the running server is asked for.
var rotations = map[string]string{"rotate": "/rotate-seal-key", "rotate-root": "/rotate-root-key"}

func runKeys(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "keys", args, 1, std, func(dir string, words []string) error {
		path := ""
		if len(words) > 0 {
			path = rotations[words[0]]
		}
		if path == "" {
			return fmt.Errorf("%w: the one word after keys is rotate or rotate-root", errUsage)
		}
		res, err := askServer(ctx, dir, http.MethodPost, path)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return refusal(res)
		}
		_, err = io.Copy(std.out, res.Body)
		return err
	})
}

func operate(ctx context.Context, name string, args []string, words int, std streams, do func(dir string, words []string) error) int {
	v, rest, err := parseSettings(name, args, osEnvironment, words)
	if errors.Is(err, flag.ErrHelp) {
		return runHelp(ctx, nil, std)
	}
	if err == nil && v["data"] == "" {
		err = fmt.Errorf("%w: --data is empty", errUsage)
	}
	if err == nil {
		err = do(v["data"], rest)
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
func backup(ctx context.Context, dir, file string) (sum string, err error) {
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
	err = copyStore(ctx, dir, io.MultiWriter(f, hash))
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

func copyStore(ctx context.Context, dir string, w io.Writer) error {
	res, err := askServer(ctx, dir, http.MethodPost, "/backup")
	if errors.Is(err, errNotRunning) {
		return withStore(dir, func(s *bolt.Store) error {
			_, err := s.Backup(ctx, w)
			return err
		})
	}
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

func check(ctx context.Context, dir string) error {
	err := running(askServer(ctx, dir, http.MethodPost, "/check"))
	if !errors.Is(err, errNotRunning) {
		return err
	}
	return withStore(dir, func(s *bolt.Store) error { return s.Check(ctx) })
}

// withStore opens the store of a folder that has one: a command that looks must
// not make a new, empty one.
func withStore(dir string, do func(*bolt.Store) error) error {
	path := filepath.Join(dir, storeFile)
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("%w: there is no store in %s; name its folder with --data", errUsage, dir)
	}
	s, err := bolt.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

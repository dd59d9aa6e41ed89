package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// adminTimeout is for the headers of a request on the socket or for metrics.
const adminTimeout = 10 * time.Second

// maxSocketPath is what a socket's address may have on Linux, in bytes.
const maxSocketPath = 107

// listenAdmin opens the socket by which the commands of this machine's operator
// reach the running server. Its file rights are its guard: who may read the
// store may use it. The store's lock says that a socket left behind is nobody's.
func (n *node) listenAdmin() (net.Listener, error) {
	path := filepath.Join(n.dir, adminFile)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("admin socket: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("admin socket: %s is another file: move it away, the server needs this name", path)
	default:
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("admin socket: %w", err)
		}
	}
	short, done, err := shortPath(path)
	if err != nil {
		return nil, err
	}
	defer done()
	ln, err := net.Listen("unix", short)
	if err != nil {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	ln.(*net.UnixListener).SetUnlinkOnClose(short == path)
	if err := os.Chmod(path, fileMode); err != nil {
		return nil, errors.Join(fmt.Errorf("admin socket: %w", err), ln.Close())
	}
	return ln, nil
}

// shortPath gives a path that fits a socket's address: through the folder's
// descriptor where the path itself is too long.
func shortPath(path string) (string, func(), error) {
	if len(path) <= maxSocketPath {
		return path, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, fmt.Errorf("admin socket: %w", err)
	}
	short := fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path))
	return short, func() { _ = dir.Close() }, nil
}

func (n *node) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, r *http.Request) {
		if err := n.store.Ready(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("POST /backup", func(w http.ResponseWriter, r *http.Request) {
		out := bufio.NewWriterSize(w, 1<<20)
		_, err := n.store.Backup(r.Context(), out)
		if err := errors.Join(err, out.Flush()); err != nil {
			n.log.Error("backup", "error", err.Error())
			panic(http.ErrAbortHandler) // half a backup must not end like a whole one
		}
	})
	mux.HandleFunc("POST /backup-keys", func(w http.ResponseWriter, r *http.Request) {
		if err := n.store.BackupKeys(r.Context(), w); err != nil {
			n.log.Error("backup of keys", "error", err.Error())
			panic(http.ErrAbortHandler)
		}
	})
	mux.HandleFunc("POST /check", func(w http.ResponseWriter, r *http.Request) {
		if err := n.store.Check(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("POST /reset-factors/{username}", func(w http.ResponseWriter, r *http.Request) {
		if err := n.resetFactors(r.Context(), r.PathValue("username")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("POST /audit-head", n.answerAuditHead)
	mux.HandleFunc("POST /audit-verify", n.answerAuditVerify)
	mux.HandleFunc("POST /rotate-seal-key", rotation(n.rotateSeal))
	mux.HandleFunc("POST /rotate-root-key", rotation(n.rotateRoot))
	return mux
}

// rotation answers with the id of the key that rotate made.
func rotation(rotate func(context.Context) (string, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		kid, err := rotate(r.Context())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"kid": kid})
	}
}

// errNotRunning says that no server has the data folder open.
var errNotRunning = errors.New("no server runs on this data folder")

// askServer sends a request to the server that runs on dir; errNotRunning without one.
func askServer(ctx context.Context, dir, method, path string) (*http.Response, error) {
	return sendServer(ctx, dir, method, path, nil)
}

// sendServer is askServer with a body.
func sendServer(ctx context.Context, dir, method, path string, body io.Reader) (*http.Response, error) {
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			short, done, err := shortPath(filepath.Join(dir, adminFile))
			if err != nil {
				return nil, errNotRunning
			}
			defer done()
			var d net.Dialer
			conn, err := d.DialContext(ctx, "unix", short)
			if err != nil {
				return nil, errNotRunning
			}
			return conn, nil
		},
	}}
	req, err := http.NewRequestWithContext(ctx, method, "http://admin"+path, body)
	if err != nil {
		return nil, err
	}
	return client.Do(req)
}

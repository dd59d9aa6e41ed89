package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/seal"
	"umbral/server/store/bolt"
)

// headsFile has a signed head of each hour. Copies of it belong where this
// machine cannot write.
const headsFile = "audit-heads.ndjson"

// maxHeadsBytes is what the socket takes of a file of heads: a century of hours.
const maxHeadsBytes = 256 << 20

func runAudit(ctx context.Context, args []string, std streams) int {
	return operate(ctx, "audit", args, 1, std, func(v values, words []string) error {
		switch {
		case len(words) == 1 && words[0] == "head" && v["heads"] == "":
			return printHead(ctx, v, std.out)
		case len(words) == 1 && words[0] == "verify":
			return verifyAudit(ctx, v, std.out)
		}
		return fmt.Errorf("%w: after audit comes head, or verify [--heads FILE]", errUsage)
	})
}

func printHead(ctx context.Context, v values, out io.Writer) error {
	return askOrOpen(ctx, v, "/audit-head", nil, out, func(s *bolt.Store, root *seal.Root) error {
		h, err := headOf(ctx, s, root)
		return errors.Join(err, json.NewEncoder(out).Encode(h))
	})
}

func verifyAudit(ctx context.Context, v values, out io.Writer) error {
	var heads []byte
	if name := v["heads"]; name != "" {
		var err error
		if heads, err = os.ReadFile(name); err != nil {
			return err
		}
	}
	return askOrOpen(ctx, v, "/audit-verify", heads, out, func(s *bolt.Store, root *seal.Root) error {
		return verifyBook(ctx, s, root, bytes.NewReader(heads), out)
	})
}

// askOrOpen asks the running server; without one, do works on the folder itself.
func askOrOpen(ctx context.Context, v values, path string, body []byte, out io.Writer, do func(*bolt.Store, *seal.Root) error) error {
	res, err := sendServer(ctx, v["data"], http.MethodPost, path, bytes.NewReader(body))
	if errors.Is(err, errNotRunning) {
		return withStore(ctx, v, func(s *bolt.Store) error {
			root, err := seal.OpenRoot(filepath.Join(v["data"], keysDir), time.Now)
			if err != nil {
				return err
			}
			return do(s, root)
		})
	}
	return copyAnswer(out, res, err)
}

func headOf(ctx context.Context, s *bolt.Store, root *seal.Root) (audit.Head, error) {
	desk := audit.Desk{Store: s, Sign: root.Sign, Now: time.Now}
	return desk.Head(ctx, auth.Operator)
}

// verifyBook holds the whole book against heads and says what it found.
func verifyBook(ctx context.Context, s *bolt.Store, root *seal.Root, heads io.Reader, out io.Writer) error {
	kept, torn, err := audit.ReadHeads(heads)
	if err != nil {
		return err
	}
	for _, n := range torn {
		if _, err := fmt.Fprintf(out, "line %d of the heads breaks off and was skipped\n", n); err != nil {
			return err
		}
	}
	public := map[string]string{}
	for _, k := range root.Chain() {
		public[k.KID] = k.PublicKey
	}
	proof, err := audit.NewProof(kept, func(kid, statement, signature string) bool {
		return public[kid] != "" && seal.Verify(public[kid], statement, signature)
	})
	if err != nil {
		return err
	}
	n, err := s.VerifyAudit(ctx, proof)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "the book is whole: %d entries, %d signed heads hold\n", n, len(kept))
	return err
}

func (n *node) answerAuditHead(w http.ResponseWriter, r *http.Request) {
	h, err := headOf(r.Context(), n.store, n.root)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(h) // who hung up asks again
}

func (n *node) answerAuditVerify(w http.ResponseWriter, r *http.Request) {
	var found bytes.Buffer
	if err := verifyBook(r.Context(), n.store, n.root, io.LimitReader(r.Body, maxHeadsBytes), &found); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(found.Bytes())
}

// keepHead appends the head of now to the file of heads, durably.
func (n *node) keepHead(ctx context.Context) error {
	h, err := headOf(ctx, n.store, n.root)
	if err != nil {
		return err
	}
	line, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return appendLine(filepath.Join(n.dir, headsFile), line)
}

// appendLine adds a line to the file name, durably. After one that broke off it
// begins anew, so that a crash costs no more than the line that it hit.
func appendLine(name string, line []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, fileMode)
	if err != nil {
		return err
	}
	end, err := f.Seek(0, io.SeekEnd)
	last := []byte{'\n'}
	if err == nil && end > 0 {
		_, err = f.ReadAt(last, end-1)
	}
	if last[0] != '\n' {
		line = append([]byte{'\n'}, line...)
	}
	if err == nil {
		_, err = f.Write(append(line, '\n'))
	}
	return errors.Join(err, f.Sync(), f.Close())
}

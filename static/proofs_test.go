package static

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"umbral/server/problem"
	"umbral/server/proof"
	"umbral/server/seal"
)

// staleAfter is how far the clock of nonces is put ahead to make all of them stale.
const staleAfter = 11 * time.Minute

// gate is the far end of what sync/proof.js signs: the server's own checks.
type gate struct {
	check  *proof.Checker
	root   *seal.Root
	others *seal.Root // of somebody else

	mu     sync.Mutex
	ahead  time.Duration
	asked  int        // how often /nonce was asked
	device []byte     // the public key of the device that is enrolled
	signer *seal.Root // of the keys that are published
}

func newGate(t testing.TB) *gate {
	t.Helper()
	root, err := seal.OpenRoot(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	others, err := seal.OpenRoot(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{root: root, others: others, signer: root}
	g.check = &proof.Checker{Nonces: proof.NewNonces(func() time.Time {
		g.mu.Lock()
		defer g.mu.Unlock()
		return time.Now().Add(g.ahead)
	})}
	return g
}

// register makes this the key of the one device.
func (g *gate) register(publicKey string) error {
	point, err := base64.RawURLEncoding.DecodeString(publicKey)
	if err == nil {
		_, err = seal.DecodePublic(publicKey)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.device = point
	return err
}

// newNonce makes the nonces that clients have stale.
func (g *gate) newNonce(w http.ResponseWriter, _ *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ahead += staleAfter
	asked := g.asked
	g.asked = 0
	reply(w, http.StatusOK, asked)
}

func (g *gate) nonceAlone(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("DPoP-Nonce", g.check.Nonces.Fresh())
	g.mu.Lock()
	g.asked++
	g.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// proven lets through what brings a sound proof.
func (g *gate) proven(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "DPoP ")
		_, err := g.check.Check(r.Header.Get("DPoP"), proof.Request{Method: r.Method, Path: r.URL.Path, Token: token})
		g.answer(w, r, err, next)
	}
}

// fromDevice lets through what the device signed, body and all.
func (g *gate) fromDevice(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Device ")
		if !ok || r.Header.Get("DPoP") != "" {
			refuse(w, http.StatusUnauthorized, "proof-invalid", "")
			return
		}
		id, err := g.check.Device(token, body, func(string) ([]byte, error) {
			g.mu.Lock()
			defer g.mu.Unlock()
			return g.device, nil
		})
		if err == nil && id != "d-1" {
			err = problem.New(problem.Unauthenticated, "device-unknown")
		}
		g.answer(w, r, err, next)
	}
}

func (g *gate) answer(w http.ResponseWriter, r *http.Request, err error, next http.HandlerFunc) {
	w.Header().Set("DPoP-Nonce", g.check.Nonces.Fresh())
	if err != nil {
		typ := "unexpected"
		if p := (*problem.Error)(nil); errors.As(err, &p) {
			typ = p.Type
		}
		refuse(w, http.StatusUnauthorized, typ, err.Error())
		return
	}
	next(w, r)
}

// setSigner lets somebody else's root sign what is published, or ours again.
func (g *gate) setSigner(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.signer = g.root
	if r.URL.Query().Get("by") == "others" {
		g.signer = g.others
	}
	reply(w, http.StatusOK, g.signer.Fingerprint())
}

func (g *gate) keySet(keys *seal.Keyring) seal.KeySet {
	g.mu.Lock()
	defer g.mu.Unlock()
	return seal.Signed(keys, g.signer, nil)
}

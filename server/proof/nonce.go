package proof

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"sync"
	"time"

	"umbral/server/problem"
)

const (
	// nonceStep is how long one nonce is given out. It stays good for as long
	// again: a phone on a slow link has 5 to 10 minutes for its request.
	nonceStep = 5 * time.Minute
	nonceSize = 16 // bytes of the HMAC: 128 bits cannot be guessed
	keySize   = 32 // bytes, of one process: nobody else's nonces are good here
	// maxSeen is how many identifiers of one step are remembered: some 10 MB. Who
	// brings more makes all nonces new, and forgetting is safe again.
	maxSeen = 200_000
)

// Nonces gives out nonces and remembers what was proved under them. None is
// kept: a nonce is an HMAC of its time. It is safe for concurrent use.
type Nonces struct {
	now func() time.Time

	mu   sync.Mutex
	key  []byte
	step int64 // of seen[0]
	seen [2]map[mark]struct{}
}

// mark names one proof: a hash of its key and its jti.
type mark [16]byte

// NewNonces makes nonces that no other process knows.
func NewNonces(now func() time.Time) *Nonces {
	n := &Nonces{now: now, step: stepOf(now())}
	n.forget()
	return n
}

func stepOf(t time.Time) int64 { return t.Unix() / int64(nonceStep/time.Second) }

// forget makes every nonce so far worthless, and then what was seen with it.
func (n *Nonces) forget() {
	n.key = make([]byte, keySize)
	rand.Read(n.key)
	n.seen = [2]map[mark]struct{}{{}, {}}
}

// Fresh is the nonce to use now.
func (n *Nonces) Fresh() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.turn()
	return n.at(n.step)
}

// turn lets go of what was seen under nonces that are over.
func (n *Nonces) turn() {
	switch at := stepOf(n.now()); {
	case at == n.step:
	case at == n.step+1:
		n.step, n.seen = at, [2]map[mark]struct{}{{}, n.seen[0]}
	default: // a long pause, or a clock that was set: begin anew
		n.step = at
		n.forget()
	}
}

func (n *Nonces) at(step int64) string {
	h := hmac.New(sha256.New, n.key)
	h.Write(binary.BigEndian.AppendUint64([]byte("umbral/1 nonce "), uint64(step)))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:nonceSize])
}

// use takes a proof named by its key and jti under nonce, once. Unauthenticated
// "use-dpop-nonce" where the nonce is none of this process's, or is over;
// "proof-replayed" where the same was taken before.
func (n *Nonces) use(nonce, key, jti string) error {
	sum := sha256.Sum256([]byte(key + " " + jti))
	m := mark(sum[:])
	n.mu.Lock()
	defer n.mu.Unlock()
	n.turn()
	for age := range n.seen {
		if subtle.ConstantTimeCompare([]byte(nonce), []byte(n.at(n.step-int64(age)))) != 1 {
			continue
		}
		if _, ok := n.seen[age][m]; ok {
			return problem.New(problem.Unauthenticated, "proof-replayed")
		}
		if len(n.seen[age]) >= maxSeen {
			n.forget()
			return errNonce()
		}
		n.seen[age][m] = struct{}{}
		return nil
	}
	return errNonce()
}

func errNonce() error { return problem.New(problem.Unauthenticated, "use-dpop-nonce") }

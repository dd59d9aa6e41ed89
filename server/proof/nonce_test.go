package proof

import (
	"strconv"
	"testing"
	"time"

	"umbral/server/problem"
)

// Memory is bounded: a flood makes all nonces new, and nothing can be repeated.
func TestNonces_FloodForgetsNonces(t *testing.T) {
	now := time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)
	n := NewNonces(func() time.Time { return now })
	nonce := n.Fresh()
	for i := range maxSeen {
		if err := n.use(nonce, "key", strconv.Itoa(i)); err != nil {
			t.Fatalf("%d: %v", i, err)
		}
	}
	for range 2 {
		if err := n.use(nonce, "key", "one more"); problem.KindOf(err) != problem.Unauthenticated {
			t.Errorf("%v, want a new nonce", err)
		}
	}
	if err := n.use(nonce, "key", "0"); err == nil {
		t.Error("what was forgotten can be repeated")
	}
	if len(n.seen[0]) != 0 {
		t.Errorf("%d kept", len(n.seen[0]))
	}
	if err := n.use(n.Fresh(), "key", "0"); err != nil {
		t.Errorf("the fresh nonce: %v", err)
	}
	now = now.Add(nonceStep)
	_ = n.Fresh()
	now = now.Add(nonceStep)
	_ = n.Fresh()
	if len(n.seen[0])+len(n.seen[1]) != 0 {
		t.Error("what is over is still remembered")
	}
}

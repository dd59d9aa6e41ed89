package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"sync"
	"time"

	"umbral/server/problem"
)

// Only failures count, so that an office behind one address can sign in at
// once in the morning. After the free failures each one doubles the wait.
const (
	freeByName    = 5  // failures: a person who mistypes
	freeByAddress = 30 // failures: an office of people who mistype
	firstWait     = time.Second
	maxNameWait   = 15 * time.Minute
	// maxAddressWait lets ten attempts a minute through whatever an address did:
	// who guesses behind it must not lock its whole office out.
	maxAddressWait = 6 * time.Second
	// memory is how long a failure is held against a name or address.
	memory = time.Hour
	// knownFor is how long a name counts as known at an address after it signed
	// in there: a working day and the next morning.
	knownFor = 24 * time.Hour
	// maxKnown bounds the memory of known pairs: some 10 MB.
	maxKnown = 100_000
)

// throttle limits guessing by name and by address. Names are kept as hashes:
// people type passwords into the name field.
type throttle struct {
	store Store
	now   func() time.Time
	known *known
}

// known remembers which name signed in from which address, while the program
// runs. The limit of the address does not stop such a name: its own still does.
type known struct {
	mu    sync.Mutex
	pairs map[string]time.Time // name and address -> the last sign-in
}

func (k *known) add(pair string, now time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pairs == nil || len(k.pairs) >= maxKnown {
		k.pairs = map[string]time.Time{} // forgetting only brings the limit back
	}
	k.pairs[pair] = now
}

func (k *known) has(pair string, now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	at, ok := k.pairs[pair]
	return ok && now.Sub(at) < knownFor
}

// keys returns the two keys of an attempt.
func (t throttle) keys(username, address string) (name, addr string) {
	h := sha256.Sum256([]byte(username))
	return "name:" + hex.EncodeToString(h[:16]), "addr:" + network(address)
}

// network is what one attacker has for himself: an IPv4 address or an IPv6 /64.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return "unknown"
	}
	return p.String()
}

// check returns TooMany "too-many-attempts" with retry_after in seconds where a
// name or an address has to wait.
func (t throttle) check(ctx context.Context, name, addr string) error {
	var wait time.Duration
	for _, k := range []struct {
		key     string
		free    int
		longest time.Duration
	}{{name, freeByName, maxNameWait}, {addr, freeByAddress, maxAddressWait}} {
		if k.key == addr && t.known.has(name+addr, t.now()) {
			continue
		}
		f, err := t.store.Failures(ctx, k.key)
		if err != nil {
			return err
		}
		wait = max(wait, f.wait(t.now(), k.free, k.longest))
	}
	return errWait(wait)
}

// errWait is nil where there is nothing to wait for.
func errWait(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	return problem.New(problem.TooMany, "too-many-attempts", "retry_after", int((wait+time.Second-1)/time.Second))
}

// fail counts a failure of both keys.
func (t throttle) fail(ctx context.Context, keys ...string) error {
	now := t.now()
	return t.store.Fail(ctx, now, now.Add(-memory), keys...)
}

// passed forgives the failures of a name that signed in, and remembers where.
func (t throttle) passed(ctx context.Context, name, addr string) error {
	t.known.add(name+addr, t.now())
	return t.store.Forgive(ctx, name)
}

// wait is how long is left to wait at now, never more than longest.
func (f Failures) wait(now time.Time, free int, longest time.Duration) time.Duration {
	if now.Sub(f.Last) >= memory {
		return 0
	}
	return f.waitAlways(now, free, longest)
}

// waitAlways is wait for failures that time alone does not forgive.
func (f Failures) waitAlways(now time.Time, free int, longest time.Duration) time.Duration {
	if f.Count < free {
		return 0
	}
	wait := longest
	if n := f.Count - free; n < 16 { // 2^16 s is far beyond any longest
		wait = min(longest, firstWait<<n)
	}
	return max(0, f.Last.Add(wait).Sub(now))
}

package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"

	"umbral/server/problem"
)

// Only failures count, so that an office behind one address can sign in at
// once in the morning. After the free failures each one doubles the wait.
const (
	freeByName    = 5  // failures: a person who mistypes
	freeByAddress = 30 // failures: an office of people who mistype
	firstWait     = time.Second
	maxWait       = 15 * time.Minute
	// memory is how long a failure is held against a name or address.
	memory = time.Hour
)

// throttle limits guessing by name and by address. Names are kept as hashes:
// people type passwords into the name field.
type throttle struct {
	store Store
	now   func() time.Time
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
		key  string
		free int
	}{{name, freeByName}, {addr, freeByAddress}} {
		f, err := t.store.Failures(ctx, k.key)
		if err != nil {
			return err
		}
		wait = max(wait, f.wait(t.now(), k.free))
	}
	if wait > 0 {
		return problem.New(problem.TooMany, "too-many-attempts", "retry_after", int((wait+time.Second-1)/time.Second))
	}
	return nil
}

// fail counts a failure of both keys.
func (t throttle) fail(ctx context.Context, keys ...string) error {
	now := t.now()
	return t.store.Fail(ctx, now, now.Add(-memory), keys...)
}

// wait is how long is left to wait at now.
func (f Failures) wait(now time.Time, free int) time.Duration {
	if f.Count < free || now.Sub(f.Last) >= memory {
		return 0
	}
	wait := maxWait
	if n := f.Count - free; n < 16 { // 2^16 s is far beyond maxWait
		wait = min(maxWait, firstWait<<n)
	}
	return max(0, f.Last.Add(wait).Sub(now))
}

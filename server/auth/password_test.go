package auth

import (
	"context"
	"strings"
	"testing"
	"time"

	"umbral/server/problem"
)

func TestMatches(t *testing.T) {
	encoded := encodeHash("una frase bien larga")
	for password, want := range map[string]bool{
		"una frase bien larga": true, "una frase bien larga ": false, "": false, "Una frase bien larga": false,
		strings.Repeat("x", MaxPassword+1): false,
	} {
		if ok, err := matches(encoded, password); ok != want || err != nil {
			t.Errorf("%q: %v %v", password, ok, err)
		}
	}
	if first, second := encodeHash("x"), encodeHash("x"); first == second {
		t.Error("no salt")
	}
	if !strings.HasPrefix(encoded, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%s", encoded)
	}
}

func TestMatches_BadHashes(t *testing.T) {
	good := encodeHash("x")
	for name, encoded := range map[string]string{
		"empty": "", "text": "x", "bcrypt": "$2b$12$abc", "argon2i": strings.Replace(good, "argon2id", "argon2i", 1),
		"huge memory": strings.Replace(good, "m=19456", "m=99999999", 1), "no memory": strings.Replace(good, "m=19456", "m=0", 1),
		"huge time": strings.Replace(good, "t=2", "t=4000000000", 1), "negative": strings.Replace(good, "t=2", "t=-2", 1),
		"other version": strings.Replace(good, "v=19", "v=16", 1), "no key": good[:strings.LastIndex(good, "$")+1],
		"not base64": good + "!", "one more part": good + "$",
	} {
		if ok, err := matches(encoded, "x"); ok || err == nil {
			t.Errorf("%s: %v %v", name, ok, err)
		}
	}
}

func FuzzMatches(f *testing.F) {
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add(encodeHash("x"))
	f.Fuzz(func(t *testing.T, encoded string) {
		if ok, err := matches(encoded, "a password that nobody has"); ok && err != nil {
			t.Error("both a match and an error")
		}
	})
}

func TestHasher_FullQueueIsTooMany(t *testing.T) {
	h := newHasher()
	h.wait = time.Millisecond
	for range cap(h.turns) {
		done, err := h.turn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer done()
	}
	if _, err := h.turn(t.Context()); problem.KindOf(err) != problem.TooMany {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h.wait = time.Hour
	if _, err := h.turn(ctx); err != context.Canceled {
		t.Errorf("%v", err)
	}
}

func TestFailuresWait(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		count int
		ago   time.Duration
		want  time.Duration
	}{
		{0, 0, 0}, {4, 0, 0}, {5, 0, time.Second}, {6, 0, 2 * time.Second}, {8, 3 * time.Second, 5 * time.Second},
		{5, time.Second, 0}, {14, 0, 512 * time.Second}, {15, 0, maxNameWait}, {1000, 0, maxNameWait}, {1000, maxNameWait, 0}, {1000, memory, 0},
	} {
		f := Failures{Count: c.count, Last: now.Add(-c.ago)}
		if got := f.wait(now, 5, maxNameWait); got != c.want {
			t.Errorf("%d failures, the last %v ago: %v, want %v", c.count, c.ago, got, c.want)
		}
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8::1": "2001:db8::/64",
		"2001:db8:0:0:ffff::9": "2001:db8::/64", "fe80::1%eth0": "fe80::/64", "": "unknown", "host": "unknown",
	} {
		if got := network(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

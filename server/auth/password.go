package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"umbral/server/problem"
)

// The rules for passwords are their length and that they are not easily guessed
// (passwords.go): rules on kinds of characters make people write them down (NIST
// SP 800-63B, 3.1.1.2).
const (
	MinPassword = 12  // characters
	MaxPassword = 128 // characters; a passphrase fits, a flood does not
)

// Argon2id with the smallest parameters that OWASP's Password Storage Cheat
// Sheet names first: 34 ms alone on the reference machine.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2         // passes
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
	maxArgonMem  = 64 * 1024
	maxArgonTime = 10
)

// hashWait is how long a log-in waits for its turn to hash; after it the caller
// is told to come back, because a queue that grows helps only an attacker.
const hashWait = 3 * time.Second

// hasher does the slow hashing, never more at once than there are cores:
// crowding quarters the rate for everybody.
type hasher struct {
	turns chan struct{}
	wait  time.Duration
	dummy string // for names that do not exist, so that both take as long
}

func newHasher() *hasher {
	h := &hasher{turns: make(chan struct{}, runtime.NumCPU()), wait: hashWait}
	h.dummy = encodeHash(rand.Text())
	return h
}

// turn waits for a place and returns the function that gives it back. TooMany
// "busy" when none came free in time.
func (h *hasher) turn(ctx context.Context) (func(), error) {
	t := time.NewTimer(h.wait)
	defer t.Stop()
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-t.C:
		return nil, problem.New(problem.TooMany, "busy", "retry_after", int(h.wait/time.Second))
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// hash returns the encoded hash of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return encodeHash(password), nil
}

// CheckPassword says whether a password has the right length. Invalid "password-length".
func (s *Service) CheckPassword(password string) error {
	low := cmp.Or(s.MinPassword, MinPassword)
	n := utf8.RuneCountInString(password)
	if n < low || n > MaxPassword || !utf8.ValidString(password) {
		return problem.New(problem.Invalid, "password-length", "min", low, "max", MaxPassword)
	}
	return nil
}

// hashOf returns the encoded hash of a password that who has these names may choose.
func (s *Service) hashOf(ctx context.Context, password string, names ...string) (string, error) {
	if err := s.checkNew(password, names...); err != nil {
		return "", err
	}
	return s.hashing().hash(ctx, password)
}

// encodeHash is the PHC string of a new salt. The password is brought to one
// Unicode form first: the same keys give other code points on other phones.
func encodeHash(password string) string {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	key := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, argonTime, argonMemory, argonThreads, argonKey)
	enc := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, enc(salt), enc(key))
}

// matches compares in constant time. An error means that the stored hash is
// none of ours. Passwords beyond the rule's length are not hashed.
func matches(encoded, password string) (bool, error) {
	var version, memory, passes, threads int
	rest := strings.Split(strings.TrimPrefix(encoded, "$"), "$")
	if len(rest) != 5 || rest[0] != "argon2id" {
		return false, errors.New("auth: not an argon2id hash")
	}
	if _, err := fmt.Sscanf(rest[1]+" "+rest[2], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &threads); err != nil {
		return false, fmt.Errorf("auth: parameters of a hash: %w", err)
	}
	if version != argon2.Version || memory < 8 || memory > maxArgonMem || passes < 1 || passes > maxArgonTime || threads < 1 || threads > 4 {
		return false, errors.New("auth: parameters of a hash are out of bounds")
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(rest[3])
	want, err2 := base64.RawStdEncoding.DecodeString(rest[4])
	if err := errors.Join(err1, err2); err != nil || len(want) < 16 {
		return false, errors.Join(errors.New("auth: salt or key of a hash"), err)
	}
	if utf8.RuneCountInString(password) > MaxPassword {
		password = ""
	}
	got := argon2.IDKey([]byte(norm.NFKC.String(password)), salt, uint32(passes), uint32(memory), uint8(threads), uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

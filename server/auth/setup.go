package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"strings"

	"umbral/server/access"
	"umbral/server/problem"
)

// The setup code lets whoever reads the server's first output make the first
// administrator, once.
const (
	setupSize  = 16 // bytes: 128 bits cannot be guessed
	setupGroup = 4  // characters between hyphens, so that it can be typed
)

var setupAlphabet = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// ArmSetup makes a setup code in place of any other and returns it; only its
// hash is kept. Conflict "setup-done" where an account exists.
func (s *Service) ArmSetup(ctx context.Context) (string, error) {
	b := make([]byte, setupSize)
	rand.Read(b)
	text := setupAlphabet.EncodeToString(b)
	if err := s.Store.ArmSetup(ctx, s.now(), setupHash(text)); err != nil {
		return "", err
	}
	return grouped(text, setupGroup), nil
}

// FinishSetup makes the first agency and its administrator, if code is the one
// that was armed; it works once. Unauthenticated "setup-code", Conflict
// "setup-done", Invalid as CreateAccount and CreateAgency, TooMany
// "too-many-attempts". n's kind of account and agency are set here.
func (s *Service) FinishSetup(ctx context.Context, code string, g Agency, n NewAccount, address string) (Account, error) {
	th := s.throttle()
	_, addr := th.keys("", address)
	// The address stands for the name too: guessers of the code wait sooner.
	if err := th.check(ctx, addr, addr); err != nil {
		return Account{}, err
	}
	want, err := s.Store.SetupHash(ctx)
	if err != nil {
		return Account{}, errSetupDone(err)
	}
	got := setupHash(code)
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return Account{}, orElse(th.fail(ctx, addr), problem.New(problem.Unauthenticated, "setup-code"))
	}
	if g, err = s.newAgency(g); err != nil {
		return Account{}, err
	}
	n.Account, n.Post, n.Agency, n.agencyName = access.Admin, "", g.ID, g.Name
	a, hash, err := s.newAccount(ctx, n)
	if err != nil {
		return Account{}, err
	}
	return a, s.Store.FinishSetup(ctx, s.now(), got, g, a, hash)
}

func errSetupDone(err error) error {
	if problem.KindOf(err) == problem.NotFound {
		return problem.New(problem.Conflict, "setup-done").Because(err)
	}
	return err
}

// setupHash is of the code as typed: small letters, spaces and the letters that
// the alphabet leaves out are read as people mean them.
func setupHash(code string) []byte {
	code = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(code)))
	h := sha256.Sum256([]byte(code))
	return h[:]
}

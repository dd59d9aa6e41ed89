package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"umbral/server/problem"
)

// Lives and limits of tokens.
const (
	AccessLife  = 15 * time.Minute    // a stolen access token is of use so long
	RefreshLife = 30 * 24 * time.Hour // a phone that stays in the hills for weeks still syncs on return
	leeway      = 30 * time.Second    // between clocks of servers
	maxToken    = 4096                // bytes; ours have 500, a megabyte costs 16 ms to parse
	refreshSize = 32                  // random bytes of a refresh token
	audience    = "api"
)

// claims of an access token. What the caller may do is not in it: the account
// of now decides, not that of a quarter of an hour ago.
type claims struct {
	jwt.RegisteredClaims
	Session string  `json:"sid"`
	Confirm confirm `json:"cnf,omitzero"` // RFC 7800
}

// confirm names the key that must prove each request.
type confirm struct {
	JKT string `json:"jkt"`
}

var (
	errLong   = errors.New("token is too long")
	errKID    = errors.New("token names no key of ours")
	errCrit   = errors.New("token has a crit header")
	errClaims = errors.New("token lacks a claim")
	errKey    = errors.New("token is bound to another key than its session")
)

// issue signs an access token for the family's user.
func (s *Service) issue(f Family) (string, error) {
	now := s.now()
	kid, key := s.Keys.signer()
	t := jwt.NewWithClaims(jwt.SigningMethodES256, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.Issuer, Subject: f.User, Audience: jwt.ClaimStrings{audience}, ID: s.newID(),
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(AccessLife)),
		},
		Session: f.ID, Confirm: confirm{f.JKT},
	})
	t.Header["kid"] = kid
	text, err := t.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("auth: sign token: %w", err)
	}
	return text, nil
}

// parse verifies an access token. Unauthenticated "token-expired" where only
// its time is over (the client refreshes), else "token-invalid".
func (s *Service) parse(text string) (claims, error) {
	if len(text) > maxToken {
		return claims{}, problem.New(problem.Unauthenticated, "token-invalid").Because(errLong)
	}
	p := jwt.NewParser(jwt.WithValidMethods([]string{"ES256"}), jwt.WithIssuer(s.Issuer), jwt.WithAudience(audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(s.now))
	var c claims
	_, err := p.ParseWithClaims(text, &c, s.verifyKey)
	switch {
	case errors.Is(err, jwt.ErrTokenExpired) && !errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return claims{}, problem.New(problem.Unauthenticated, "token-expired").Because(err)
	case err != nil:
		return claims{}, problem.New(problem.Unauthenticated, "token-invalid").Because(err)
	case c.Subject == "" || c.ID == "" || c.Session == "" || c.IssuedAt == nil:
		return claims{}, problem.New(problem.Unauthenticated, "token-invalid").Because(errClaims)
	}
	return c, nil
}

// verifyKey looks the key up in the ring and nowhere else: never in the token.
func (s *Service) verifyKey(t *jwt.Token) (any, error) {
	if _, ok := t.Header["crit"]; ok {
		return nil, errCrit // RFC 7515, 4.1.11: what is critical and not understood is refused
	}
	kid, _ := t.Header["kid"].(string)
	key, ok := s.Keys.verifier(kid)
	if !ok {
		return nil, errKID
	}
	return key, nil
}

// newRefresh makes a refresh token and the hash of it that is kept.
func newRefresh() (token, hash string) {
	b := make([]byte, refreshSize)
	rand.Read(b)
	token = base64.RawURLEncoding.EncodeToString(b)
	return token, refreshHash(token)
}

// refreshHash needs no salt and no slowness: a token is 256 random bits.
func refreshHash(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

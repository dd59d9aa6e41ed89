package proof

import (
	"crypto/subtle"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
)

const (
	typeDevice = "device+jwt"
	audience   = "sync"
)

// deviceClaims are of a device's own token, beside the body that it sends.
type deviceClaims struct {
	Issuer   string   `json:"iss"` // device id
	Audience string   `json:"aud"`
	Nonce    string   `json:"nonce"`
	JTI      string   `json:"jti"`
	IAT      *float64 `json:"iat"`
	Body     string   `json:"body"` // base64url of SHA-256 of the body as it was sent
}

// Device checks a device's token over body, the bytes as they came, and returns
// the id of the device. keyOf gives the 65 bytes of the key that a device was
// enrolled with; its error is returned as it is. Other errors as of Check.
func (c *Checker) Device(text string, body []byte, keyOf func(id string) ([]byte, error)) (id string, err error) {
	p, kid, claims, err := parseDevice(text)
	if err != nil {
		return "", invalid(err)
	}
	point, err := keyOf(claims.Issuer)
	if err != nil {
		return "", err
	}
	key, err := parsePoint(point)
	switch {
	case err != nil:
		return "", invalid(err)
	case kid != Thumbprint(point):
		return "", invalid(errors.New("proof: of another device"))
	case !verifies(key, p.signed, p.signature):
		return "", invalid(errors.New("proof: signature"))
	case subtle.ConstantTimeCompare([]byte(claims.Body), []byte(hash64(body))) != 1:
		return "", invalid(errors.New("proof: of another body"))
	}
	return claims.Issuer, c.Nonces.use(claims.Nonce, kid, claims.JTI)
}

// parseDevice checks the form; the signature needs the device's key.
func parseDevice(text string) (p parts, kid string, claims deviceClaims, err error) {
	p, h, err := split(text)
	if err != nil {
		return p, "", claims, err
	}
	if h.Typ != typeDevice || h.KID == "" || h.JWK != nil {
		return p, "", claims, errors.New("proof: not a device's token")
	}
	if err := json.Unmarshal(p.claims, &claims); err != nil {
		return p, "", claims, fmt.Errorf("proof: claims: %w", err)
	}
	if claims.Audience != audience || claims.Issuer == "" || claims.IAT == nil {
		return p, "", claims, errors.New("proof: claims of a device's token")
	}
	return p, h.KID, claims, checkJTI(claims.JTI)
}

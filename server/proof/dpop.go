package proof

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const typeDPoP = "dpop+jwt"

// Checker checks what comes in. Nonces must be set.
type Checker struct {
	Nonces *Nonces
	// Origins are those that a proof may name, as "https://umbral.example.mx";
	// none: any. The path is always compared.
	Origins []string
}

// Request is what a proof must be of.
type Request struct {
	Method string
	Path   string // as it was sent, without the query
	Token  string // the access token beside it; empty where there is none
}

type jwk struct {
	KTY, CRV, X, Y string
}

type proofClaims struct {
	HTM   string   `json:"htm"`
	HTU   string   `json:"htu"`
	IAT   *float64 `json:"iat"` // must be there; a phone's clock may be years off
	JTI   string   `json:"jti"`
	Nonce string   `json:"nonce"`
	ATH   string   `json:"ath"`
}

// Check takes a proof of request and returns the thumbprint of its key.
// Unauthenticated "use-dpop-nonce", "proof-replayed", or "proof-invalid" for
// everything else.
func (c *Checker) Check(text string, of Request) (jkt string, err error) {
	point, claims, err := parseProof(text)
	if err == nil {
		err = c.fits(claims, of)
	}
	if err != nil {
		return "", invalid(err)
	}
	jkt = Thumbprint(point)
	return jkt, c.Nonces.use(claims.Nonce, jkt, claims.JTI)
}

// parseProof checks all that a proof shows by itself.
func parseProof(text string) (point []byte, claims proofClaims, err error) {
	p, h, err := split(text)
	if err != nil {
		return nil, claims, err
	}
	if h.Typ != typeDPoP || h.KID != "" {
		return nil, claims, errors.New("proof: not a proof")
	}
	if point, err = pointOf(h.JWK); err != nil {
		return nil, claims, err
	}
	key, err := parsePoint(point)
	if err != nil {
		return nil, claims, err
	}
	if !verifies(key, p.signed, p.signature) {
		return nil, claims, errors.New("proof: signature")
	}
	if err := json.Unmarshal(p.claims, &claims); err != nil {
		return nil, claims, fmt.Errorf("proof: claims: %w", err)
	}
	if claims.IAT == nil {
		return nil, claims, errors.New("proof: no iat")
	}
	return point, claims, checkJTI(claims.JTI)
}

// descriptive are the members of a public key that say nothing of the key
// itself; WebCrypto writes some. Any other, as d or k, may be a secret.
var descriptive = map[string]bool{"ext": true, "key_ops": true, "use": true, "alg": true}

// pointOf reads the one kind of key that there is.
func pointOf(value jsontext.Value) ([]byte, error) {
	var members map[string]jsontext.Value
	if err := json.Unmarshal(value, &members); err != nil {
		return nil, fmt.Errorf("proof: jwk: %w", err)
	}
	var k jwk
	for name, v := range members {
		to := map[string]*string{"kty": &k.KTY, "crv": &k.CRV, "x": &k.X, "y": &k.Y}[name]
		if to == nil && descriptive[name] {
			continue
		}
		if to == nil {
			return nil, errors.New("proof: jwk has a member that a public key has not")
		}
		if err := json.Unmarshal(v, to); err != nil {
			return nil, fmt.Errorf("proof: jwk: %w", err)
		}
	}
	if k.KTY != "EC" || k.CRV != "P-256" {
		return nil, errPoint
	}
	point := []byte{4}
	for _, c := range []string{k.X, k.Y} {
		b, err := strict64.DecodeString(c)
		if err != nil || len(b) != coordinateSize {
			return nil, errPoint
		}
		point = append(point, b...)
	}
	return point, nil
}

// fits compares a proof with the request that brought it.
func (c *Checker) fits(claims proofClaims, of Request) error {
	u, err := url.Parse(claims.HTU)
	switch {
	case err != nil:
		return fmt.Errorf("proof: htu: %w", err)
	case claims.HTM != of.Method:
		return errors.New("proof: of another method")
	case u.Host == "" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http":
		return errors.New("proof: htu is no address")
	case u.EscapedPath() != of.Path:
		return errors.New("proof: of another path")
	case !c.isOurs(u):
		return errors.New("proof: of another origin")
	}
	want := ""
	if of.Token != "" {
		want = hash64([]byte(of.Token))
	}
	if subtle.ConstantTimeCompare([]byte(claims.ATH), []byte(want)) != 1 {
		return errors.New("proof: of another token")
	}
	return nil
}

func (c *Checker) isOurs(u *url.URL) bool {
	if len(c.Origins) == 0 {
		return true
	}
	for _, o := range c.Origins {
		if strings.EqualFold(o, u.Scheme+"://"+u.Host) {
			return true
		}
	}
	return false
}

func hash64(b []byte) string {
	s := sha256.Sum256(b)
	return encode64(s[:])
}

package proof

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"umbral/server/problem"
)

// Limits of a token, in bytes. Ours have under 800; a megabyte would cost time
// before anybody is known.
const (
	MaxToken = 2048
	minJTI   = 16 // characters; fewer could meet by chance
	maxJTI   = 64
)

const alg = "ES256"

// parts is a token cut up, nothing of it believed yet.
type parts struct {
	header, claims jsontext.Value
	signed         string // what the signature is of
	signature      []byte
}

// header is what both kinds of token have; a member that is critical and not
// understood, or that names a key elsewhere, is refused by being unknown.
type header struct {
	Typ string         `json:"typ"`
	Alg string         `json:"alg"`
	KID string         `json:"kid"`
	JWK jsontext.Value `json:"jwk"`
}

// split cuts a compact JWS. The parser refuses members that stand twice.
func split(text string) (p parts, h header, err error) {
	if len(text) > MaxToken {
		return p, h, errors.New("proof: token is too long")
	}
	segments := strings.Split(text, ".")
	if len(segments) != 3 {
		return p, h, errors.New("proof: token has not three parts")
	}
	var raw [3][]byte
	for i, s := range segments {
		if raw[i], err = strict64.DecodeString(s); err != nil {
			return p, h, fmt.Errorf("proof: part %d: %w", i+1, err)
		}
	}
	p = parts{raw[0], raw[1], segments[0] + "." + segments[1], raw[2]}
	if err := json.Unmarshal(p.header, &h, json.RejectUnknownMembers(true)); err != nil {
		return p, h, fmt.Errorf("proof: header: %w", err)
	}
	if h.Alg != alg {
		return p, h, errors.New("proof: algorithm is not ES256")
	}
	return p, h, nil
}

func checkJTI(jti string) error {
	if len(jti) < minJTI || len(jti) > maxJTI {
		return errors.New("proof: jti is too short or too long")
	}
	return nil
}

// invalid hides why from who asks; the log may know.
func invalid(err error) error {
	return problem.New(problem.Unauthenticated, "proof-invalid").Because(err)
}

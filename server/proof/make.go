package proof

import (
	"crypto/ecdsa"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
)

// Make is a proof of request by key, for the address htu, under nonce; what the
// command-line device and tests send.
func Make(key *ecdsa.PrivateKey, htu, nonce string, of Request, now time.Time) (string, error) {
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return "", fmt.Errorf("proof: key: %w", err)
	}
	claims := map[string]any{"htm": of.Method, "htu": htu, "iat": now.Unix(), "jti": newJTI(), "nonce": nonce}
	if of.Token != "" {
		claims["ath"] = hash64([]byte(of.Token))
	}
	return compact(key, map[string]any{"typ": typeDPoP, "alg": alg, "jwk": map[string]string{
		"kty": "EC", "crv": "P-256", "x": encode64(point[1 : 1+coordinateSize]), "y": encode64(point[1+coordinateSize:]),
	}}, claims)
}

// MakeDevice is the token of the device id over body.
func MakeDevice(key *ecdsa.PrivateKey, id, nonce string, body []byte, now time.Time) (string, error) {
	point, err := key.PublicKey.Bytes()
	if err != nil {
		return "", fmt.Errorf("proof: key: %w", err)
	}
	return compact(key, map[string]any{"typ": typeDevice, "alg": alg, "kid": Thumbprint(point)}, map[string]any{
		"iss": id, "aud": audience, "nonce": nonce, "jti": newJTI(), "iat": now.Unix(), "body": hash64(body),
	})
}

func newJTI() string {
	b := make([]byte, minJTI)
	rand.Read(b)
	return encode64(b)
}

// compact signs header and claims.
func compact(key *ecdsa.PrivateKey, header, claims map[string]any) (string, error) {
	h, err := json.Marshal(header)
	if err != nil {
		return "", fmt.Errorf("proof: header: %w", err)
	}
	c, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("proof: claims: %w", err)
	}
	text := encode64(h) + "." + encode64(c)
	s, err := sign(key, text)
	if err != nil {
		return "", err
	}
	return text + "." + encode64(s), nil
}

package static

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"

	"umbral/server/record"
	"umbral/server/seal"
)

// identityAsk is what the page lets Go do with an identity or a share: open what
// the browser sealed, or seal what the browser is to open.
type identityAsk struct {
	PrivateKey string          `json:"private_key"` // PKCS #8 in base64url, to open
	Envelope   record.Envelope `json:"envelope"`
	PublicKey  string          `json:"public_key"` // to seal to
	KID        string          `json:"kid"`
	ID         string          `json:"id"`
	User       string          `json:"user"` // a share's receiver; empty: an identity
	Sealed     string          `json:"sealed"`
	Plain      string          `json:"plain"`
}

// identities answers with the plain text, or with what was sealed.
func identities(w http.ResponseWriter, r *http.Request) {
	var ask identityAsk
	err := json.NewDecoder(r.Body).Decode(&ask)
	var answer any
	if err == nil {
		if ask.PrivateKey != "" {
			answer, err = ask.opened()
		} else {
			answer, err = ask.seal()
		}
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	reply(w, http.StatusOK, answer)
}

func (a identityAsk) private() (*ecdh.PrivateKey, error) {
	der, err := base64.RawURLEncoding.DecodeString(a.PrivateKey)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	switch key := parsed.(type) {
	case *ecdh.PrivateKey:
		return key, nil
	case *ecdsa.PrivateKey:
		return key.ECDH()
	}
	return nil, errors.New("no key of an elliptic curve")
}

func (a identityAsk) opened() (any, error) {
	key, err := a.private()
	if err != nil {
		return nil, err
	}
	if a.User == "" {
		plain, err := seal.OpenIdentity(key, a.Envelope)
		return string(plain), err
	}
	sealed, err := base64.RawURLEncoding.DecodeString(a.Sealed)
	if err != nil {
		return nil, err
	}
	plain, err := seal.OpenShare(key, a.KID, a.User, sealed)
	return string(plain), err
}

func (a identityAsk) seal() (any, error) {
	public, err := seal.DecodePublic(a.PublicKey)
	if err != nil {
		return nil, err
	}
	if a.User == "" {
		return seal.SealIdentity(public, a.KID, a.ID, []byte(a.Plain))
	}
	sealed, err := seal.SealShare(public, a.KID, a.User, []byte(a.Plain))
	return base64.RawURLEncoding.EncodeToString(sealed), err
}

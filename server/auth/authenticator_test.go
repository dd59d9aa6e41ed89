package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

var b64 = base64.RawURLEncoding

// authenticator is a security key in software: it answers what the options of
// the server ask, as a browser passes it on (WebAuthn, sections 6 and 7).
type authenticator struct {
	t          *testing.T
	key        *ecdsa.PrivateKey
	id         []byte
	rp, origin string
	counter    uint32
	extensions map[string]any // client extension results
}

func newAuthenticator(t *testing.T, rp, origin string) *authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id := make([]byte, 16)
	rand.Read(id)
	return &authenticator{t: t, key: key, id: id, rp: rp, origin: origin}
}

// Flags of authenticator data.
const (
	userPresent  = 0x01
	userVerified = 0x04
	hasKey       = 0x40
)

func (a *authenticator) data(flags byte) []byte {
	rp := sha256.Sum256([]byte(a.rp))
	a.counter++
	return binary.BigEndian.AppendUint32(append(rp[:], flags), a.counter)
}

func (a *authenticator) client(kind string, options any) []byte {
	a.t.Helper()
	text, err := json.Marshal(options)
	if err != nil {
		a.t.Fatal(err)
	}
	var o struct{ Challenge string }
	if err := json.Unmarshal(text, &o); err != nil || o.Challenge == "" {
		a.t.Fatalf("options without a challenge: %s", text)
	}
	data, err := json.Marshal(map[string]any{"type": kind, "challenge": o.Challenge, "origin": a.origin, "crossOrigin": false})
	if err != nil {
		a.t.Fatal(err)
	}
	return data
}

func (a *authenticator) answer(response map[string]any) json.RawMessage {
	a.t.Helper()
	results := a.extensions
	if results == nil {
		results = map[string]any{}
	}
	text, err := json.Marshal(map[string]any{"id": b64.EncodeToString(a.id), "rawId": b64.EncodeToString(a.id), "type": "public-key",
		"response": response, "clientExtensionResults": results})
	if err != nil {
		a.t.Fatal(err)
	}
	return text
}

// create makes a passkey with attestation none, in CBOR by hand.
func (a *authenticator) create(options any) json.RawMessage {
	point, err := a.key.PublicKey.Bytes()
	if err != nil {
		a.t.Fatal(err)
	}
	cose := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 32), point[33:]...)
	data := a.data(userPresent | userVerified | hasKey)
	data = append(data, make([]byte, 16)...) // AAGUID
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.id)))
	data = append(append(data, a.id...), cose...)
	object := append([]byte{0xa3, 0x63}, "fmt"...)
	object = append(append(object, 0x64), "none"...)
	object = append(append(object, 0x67), "attStmt"...)
	object = append(append(object, 0xa0, 0x68), "authData"...)
	object = append(append(object, 0x58, byte(len(data))), data...)
	return a.answer(map[string]any{"clientDataJSON": b64.EncodeToString(a.client("webauthn.create", options)),
		"attestationObject": b64.EncodeToString(object), "transports": []string{"usb"}})
}

// get proves that the passkey is here.
func (a *authenticator) get(options any) json.RawMessage {
	client, data := a.client("webauthn.get", options), a.data(userPresent|userVerified)
	hash := sha256.Sum256(client)
	signed := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, signed[:])
	if err != nil {
		a.t.Fatal(err)
	}
	return a.answer(map[string]any{"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data),
		"signature": b64.EncodeToString(signature), "userHandle": ""})
}

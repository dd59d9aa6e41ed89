package seal

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha3"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"umbral/server/record"
)

const anID = "01936a10-7c2e-7a31-8f00-0123456789ab"

func fixedNow() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func newRing(t testing.TB) *Keyring {
	t.Helper()
	k, err := OpenKeyring(t.TempDir(), fixedNow)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSeal_RoundTrip(t *testing.T) {
	ring := newRing(t)
	kid, public := ring.Current()
	rapid.Check(t, func(t *rapid.T) {
		plain := []byte(rapid.String().Draw(t, "plain"))
		e, err := Seal(public, kid, anID, plain)
		if err != nil {
			t.Fatal(err)
		}
		if why := e.Check(); why != "" {
			t.Fatal(why)
		}
		if n := len(e.CT); n != 8<<10 {
			t.Fatalf("%d bytes of ciphertext", n)
		}
		got, err := ring.Open(e)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%v %q", err, got)
		}
	})
}

func TestSeal_SameRecordTwiceIsOtherBytes(t *testing.T) {
	ring := newRing(t)
	kid, public := ring.Current()
	a, errA := Seal(public, kid, anID, []byte(`{}`))
	b, errB := Seal(public, kid, anID, []byte(`{}`))
	if err := errors.Join(errA, errB); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(a.Enc, b.Enc) || bytes.Equal(a.CT, b.CT) {
		t.Error("an encapsulation was used twice")
	}
}

func TestOpen_WhatWasAlteredDoesNotOpen(t *testing.T) {
	ring, other := newRing(t), newRing(t)
	kid, public := ring.Current()
	good, err := Seal(public, kid, anID, []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	otherKID, otherPublic := other.Current()
	foreign, err := Seal(otherPublic, kid, anID, []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(e *record.Envelope)
		want   error
	}{
		"not altered":       {func(*record.Envelope) {}, nil},
		"other id":          {func(e *record.Envelope) { e.ID = "01936a10-7c2e-7a31-8f00-0123456789ac" }, ErrOpen},
		"truncated":         {func(e *record.Envelope) { e.CT = e.CT[:len(e.CT)-1] }, ErrOpen},
		"one bit":           {func(e *record.Envelope) { e.CT[5000] ^= 1 }, ErrOpen},
		"other enc":         {func(e *record.Envelope) { e.Enc = otherPublic }, ErrOpen},
		"enc off the curve": {func(e *record.Envelope) { e.Enc[40] ^= 1 }, ErrOpen},
		"enc of zeros":      {func(e *record.Envelope) { e.Enc = make([]byte, 65) }, ErrOpen},
		"unknown key":       {func(e *record.Envelope) { e.KID = otherKID }, ErrUnknownKey},
		"under a wrong kid": {func(e *record.Envelope) { e.Enc, e.CT = foreign.Enc, foreign.CT }, ErrOpen},
	} {
		e := record.Envelope{ID: good.ID, KID: good.KID, Enc: bytes.Clone(good.Enc), CT: bytes.Clone(good.CT)}
		c.change(&e)
		if _, err := ring.Open(e); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestOpen_WhatIsNotPadded(t *testing.T) {
	ring := newRing(t)
	kid, public := ring.Current()
	for name, padded := range map[string][]byte{"text": []byte("Juana"), "zeros": make([]byte, 8<<10-16)} {
		e, err := sealPadded(public, kid, anID, padded)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ring.Open(e); !errors.Is(err, record.ErrPadding) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSeal_Refuses(t *testing.T) {
	kid, public := newRing(t).Current()
	if _, err := Seal(public, kid, anID, make([]byte, record.MaxJSON+1)); !errors.Is(err, record.ErrTooLarge) {
		t.Errorf("large: %v", err)
	}
	if _, err := Seal(public[:64], kid, anID, nil); err == nil {
		t.Error("half a key")
	}
	for _, text := range []string{"", "AA", base64.RawURLEncoding.EncodeToString(make([]byte, 65)), base64.StdEncoding.EncodeToString(public)} {
		if _, err := DecodePublic(text); err == nil {
			t.Errorf("%q is taken for a key", text)
		}
	}
}

// The phone seals with another implementation of HPKE: what it sealed opens
// here, and both say the same folio.
func TestOpen_WhatThePhoneSealed(t *testing.T) {
	text, err := os.ReadFile("testdata/js-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Key     []byte `json:"private_pkcs8"`
		Vectors []struct {
			Plain, Folio string
			Envelope     record.Envelope
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	private, err := parsePrivate(file.Key)
	if err != nil {
		t.Fatal(err)
	}
	key, err := newRingKey(private, fixedNow())
	if err != nil {
		t.Fatal(err)
	}
	ring := &Keyring{keys: []ringKey{key}}
	classes := map[int]bool{}
	for _, v := range file.Vectors {
		got, err := ring.Open(v.Envelope)
		if err != nil || string(got) != v.Plain {
			t.Errorf("%s: %v %.80q", v.Envelope.ID, err, got)
		}
		if f := record.Folio(v.Envelope.ID); f != v.Folio {
			t.Errorf("%s: folio %s, the phone says %s", v.Envelope.ID, f, v.Folio)
		}
		classes[len(v.Envelope.CT)] = true
	}
	if len(file.Vectors) < 3 || len(classes) < 2 {
		t.Errorf("%d vectors in %d size classes", len(file.Vectors), len(classes))
	}
}

// The vector of our suite (kem 16, kdf 1, aead 2, base mode) from the vectors of
// RFC 9180, with the exports accumulated as Go's crypto/hpke does it: a
// SHAKE128 over the thousand exported values, contexts drawn from another.
func TestSuite_RFC9180(t *testing.T) {
	text, err := os.ReadFile("testdata/rfc9180-p256-aes256.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct{ Info, SkRm, PkRm, Enc, ExportsAccumulated string }
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	private, err := ecdh.P256().NewPrivateKey(unhex(t, v.SkRm))
	if err != nil {
		t.Fatal(err)
	}
	if got := private.PublicKey().Bytes(); hex.EncodeToString(got) != v.PkRm {
		t.Fatalf("public key %x", got)
	}
	key, err := newRingKey(private, fixedNow())
	if err != nil {
		t.Fatal(err)
	}
	r, err := hpke.NewRecipient(unhex(t, v.Enc), key.private, hpke.HKDFSHA256(), hpke.AES256GCM(), unhex(t, v.Info))
	if err != nil {
		t.Fatal(err)
	}
	source, sink := sha3.NewSHAKE128(), sha3.NewSHAKE128()
	for n := range 1000 {
		var length [1]byte
		_, _ = source.Read(length[:])
		context := make([]byte, length[0])
		_, _ = source.Read(context)
		value, err := r.Export(string(context), n)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = sink.Write(value)
	}
	sum := make([]byte, 16)
	_, _ = sink.Read(sum)
	if hex.EncodeToString(sum) != v.ExportsAccumulated {
		t.Errorf("exports %x, want %s", sum, v.ExportsAccumulated)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func BenchmarkOpen(b *testing.B) {
	ring := newRing(b)
	kid, public := ring.Current()
	plain := make([]byte, 3000)
	if _, err := rand.Read(plain[:700]); err != nil {
		b.Fatal(err)
	}
	e, err := Seal(public, kid, anID, plain)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := ring.Open(e); err != nil {
			b.Fatal(err)
		}
	}
}

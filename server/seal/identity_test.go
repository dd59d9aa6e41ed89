package seal

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"umbral/server/record"
)

func aKey(t *testing.T) *ecdh.PrivateKey {
	t.Helper()
	k, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestIdentity_OneLengthAndBoundToItsDetection(t *testing.T) {
	key := aKey(t)
	public := key.PublicKey().Bytes()
	for _, text := range []string{`{}`, `{"v":1,"name":"` + strings.Repeat("Ñandú ", 60) + `"}`} {
		e, err := SealIdentity(public, KID(public), anID, []byte(text))
		if err != nil || len(e.CT) != record.IdentityCT {
			t.Fatalf("%d bytes, %v", len(e.CT), err)
		}
		got, err := OpenIdentity(key, e)
		if err != nil || string(got) != text {
			t.Errorf("%v %q", err, got)
		}
		other := e
		other.ID = "01936a10-7c2e-7a31-8f00-0123456789ac"
		if _, err := OpenIdentity(key, other); !errors.Is(err, ErrOpen) {
			t.Errorf("as another detection's: %v", err)
		}
		if _, err := OpenIdentity(aKey(t), e); !errors.Is(err, ErrOpen) {
			t.Errorf("with another key: %v", err)
		}
	}
	random := make([]byte, record.IdentityCT)
	rand.Read(random)
	if _, err := SealIdentity(public, KID(public), anID, random); !errors.Is(err, record.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
}

// An identity's envelope is no record's: the same key and id open only as what
// was sealed.
func TestIdentity_IsNoRecord(t *testing.T) {
	ring := newRing(t)
	kid, public := ring.Current()
	e, err := SealIdentity(public, kid, anID, []byte(`{"name":"Juana"}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ring.Open(e); !errors.Is(err, ErrOpen) {
		t.Errorf("opened as a record: %v", err)
	}
}

func TestShare_BoundToKeyAndReceiver(t *testing.T) {
	key := aKey(t)
	public := key.PublicKey().Bytes()
	sealed, err := SealShare(public, "0011223344556677", "user-1", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenShare(key, "0011223344556677", "user-1", sealed); err != nil || !bytes.Equal(got, []byte("secret")) {
		t.Errorf("%v %q", err, got)
	}
	for name, c := range map[string]struct {
		kid, user string
		sealed    []byte
	}{
		"another key":      {"0011223344556678", "user-1", sealed},
		"another receiver": {"0011223344556677", "user-2", sealed},
		"cut short":        {"0011223344556677", "user-1", sealed[:60]},
		"nothing":          {"0011223344556677", "user-1", nil},
	} {
		if _, err := OpenShare(key, c.kid, c.user, c.sealed); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

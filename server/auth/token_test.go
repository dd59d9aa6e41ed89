package auth_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
)

// theKey is the private key that the world signs with, and its id.
func (w *world) theKey() (*ecdsa.PrivateKey, string) {
	w.Helper()
	kid := w.Keys.JWKS().Keys[0].KID
	text, err := os.ReadFile(filepath.Join(w.keys, "token-"+kid+".pem"))
	w.must(err)
	block, _ := pem.Decode(text)
	k, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	w.must(err)
	return k.(*ecdsa.PrivateKey), kid
}

func TestAuthenticate_Attacks(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	good := w.login("inspectora")
	key, kid := w.theKey()
	who := w.caller(good)
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	w.must(err)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	w.must(err)
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	w.must(err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	w.must(err)

	base := func() jwt.MapClaims {
		return jwt.MapClaims{"iss": "https://umbral.test", "aud": []string{"api"}, "sub": who.User, "sid": who.Session,
			"jti": "j", "iat": w.time.Unix(), "exp": w.time.Add(15 * time.Minute).Unix(),
			"cnf": map[string]string{"jkt": desk}}
	}
	with := func(name string, value any) jwt.MapClaims {
		c := base()
		if value == nil {
			delete(c, name)
		} else {
			c[name] = value
		}
		return c
	}
	make := func(m jwt.SigningMethod, c jwt.MapClaims, k any, header map[string]any) string {
		t := jwt.NewWithClaims(m, c)
		t.Header["kid"] = kid
		for name, v := range header {
			t.Header[name] = v
		}
		text, err := t.SignedString(k)
		w.must(err)
		return text
	}
	es := func(c jwt.MapClaims) string { return make(jwt.SigningMethodES256, c, key, nil) }
	header := func(name string, v any) string {
		return make(jwt.SigningMethodES256, base(), key, map[string]any{name: v})
	}
	parts := strings.Split(es(base()), ".")

	for name, text := range map[string]string{
		"empty":                  "",
		"dots":                   "..",
		"none":                   make(jwt.SigningMethodNone, base(), jwt.UnsafeAllowNoneSignatureType, nil),
		"no signature":           parts[0] + "." + parts[1] + ".",
		"HS256 on the public":    make(jwt.SigningMethodHS256, base(), public, nil),
		"HS256 on nothing":       make(jwt.SigningMethodHS256, base(), []byte{}, nil),
		"EdDSA":                  make(jwt.SigningMethodEdDSA, base(), edKey, nil),
		"ES384":                  make(jwt.SigningMethodES384, base(), p384, nil),
		"another key":            make(jwt.SigningMethodES256, base(), stranger, nil),
		"unknown kid":            header("kid", "other"),
		"no kid":                 header("kid", ""),
		"numeric kid":            header("kid", 1),
		"path as kid":            header("kid", "../token-"+kid),
		"list as kid":            header("kid", []string{kid}),
		"crit":                   header("crit", []string{"exp"}),
		"empty crit":             header("crit", []string{}),
		"own jwk, other key":     make(jwt.SigningMethodES256, base(), stranger, map[string]any{"jwk": w.Keys.JWKS().Keys[0], "kid": ""}),
		"expired by 31 s":        es(with("exp", w.time.Add(-31*time.Second).Unix())),
		"no exp":                 es(with("exp", nil)),
		"exp a text":             es(with("exp", "never")),
		"iat in the future":      es(with("iat", w.time.Add(time.Minute).Unix())),
		"no iat":                 es(with("iat", nil)),
		"nbf in the future":      es(with("nbf", w.time.Add(time.Minute).Unix())),
		"another issuer":         es(with("iss", "https://umbral.test.evil")),
		"no issuer":              es(with("iss", nil)),
		"another audience":       es(with("aud", "devices")),
		"no audience":            es(with("aud", nil)),
		"no subject":             es(with("sub", nil)),
		"empty subject":          es(with("sub", "")),
		"subject of nobody":      es(with("sub", "nobody")),
		"no jti":                 es(with("jti", nil)),
		"no session":             es(with("sid", nil)),
		"session of nobody":      es(with("sid", "s")),
		"changed payload":        parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"x"}`)) + "." + parts[2],
		"trailing bits":          es(base()) + "=",
		"padded":                 parts[0] + "=." + parts[1] + "." + parts[2],
		"four parts":             es(base()) + ".x",
		"beyond the limit":       es(with("pad", strings.Repeat("x", 4096))),
		"a megabyte":             strings.Repeat("a", 1<<20),
		"a refresh token":        good.Refresh,
		"signature in DER":       parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString([]byte{0x30, 6, 2, 1, 1, 2, 1, 1}),
		"signature of zeros":     parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(append([]byte{}, new([64]byte)[:]...)),
		"no key":                 es(with("cnf", nil)),
		"another key's":          es(with("cnf", map[string]string{"jkt": "other"})),
		"another's session":      es(with("sid", w.otherSession())),
		"json garbage in header": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"ES256","kid":`)) + "." + parts[1] + "." + parts[2],
	} {
		if who, err := w.Authenticate(w.ctx, text); problem.KindOf(err) != problem.Unauthenticated || who.User != "" {
			t.Errorf("%s: %+v %v", name, who, err)
		}
	}
	for name, text := range map[string]string{
		"good":              good.Access,
		"made here":         es(base()),
		"expired by 29 s":   es(with("exp", w.time.Add(-29*time.Second).Unix())),
		"an issuer's extra": es(with("extra", "x")),
	} {
		if _, err := w.Authenticate(w.ctx, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The mirrored signature verifies, as ECDSA's does: tokens are told apart
	// by jti, nothing here goes by their bytes.
	if _, err := w.Authenticate(w.ctx, mirrored(t, es(base()))); err != nil {
		t.Logf("the mirrored signature is refused: %v", err)
	}
}

// otherSession is the session of another person.
func (w *world) otherSession() string {
	w.Helper()
	w.account("otra-persona", access.Agent, "stps")
	return w.caller(w.login("otra-persona")).Session
}

func mirrored(t *testing.T, token string) string {
	t.Helper()
	i := strings.LastIndex(token, ".")
	sig, err := base64.RawURLEncoding.DecodeString(token[i+1:])
	if err != nil {
		t.Fatal(err)
	}
	s := new(big.Int).SetBytes(sig[32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(sig[32:])
	return token[:i+1] + base64.RawURLEncoding.EncodeToString(sig)
}

func TestKeyring_RotationKeepsOldTokensValid(t *testing.T) {
	w := newWorld(t)
	w.account("inspectora", access.Agent, "stps")
	old := w.login("inspectora")
	_, oldKID := w.theKey()
	w.must(w.Keys.Rotate(w.ctx, "op"))
	set := w.Keys.JWKS()
	if len(set.Keys) != 2 || set.Keys[0].KID == oldKID || set.Keys[1].KID != oldKID {
		t.Errorf("%+v", set)
	}
	fresh := w.login("inspectora")
	w.caller(old)
	w.caller(fresh)

	// A restart between changes nothing.
	ring, err := auth.OpenKeyring(w.ctx, w.Store, w.keys, w.now)
	w.must(err)
	w.Keys = ring
	w.caller(old)
	w.caller(fresh)
	if age := ring.Age(); age != 0 {
		t.Errorf("age %v", age)
	}

	w.pass(16*time.Minute + time.Second)
	if n := len(w.Keys.JWKS().Keys); n != 1 {
		t.Errorf("%d keys verify after the last token of the old one is over", n)
	}
	w.must(w.Keys.Rotate(w.ctx, "op"))
	if _, err := os.Stat(filepath.Join(w.keys, "token-"+oldKID+".pem")); !os.IsNotExist(err) {
		t.Errorf("the file of the old key: %v", err)
	}
	files, err := filepath.Glob(filepath.Join(w.keys, "*"))
	w.must(err)
	if len(files) != 2 {
		t.Errorf("%v", files)
	}
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", f, info.Mode(), err)
		}
	}
}

func TestKeyring_Files(t *testing.T) {
	for name, c := range map[string]struct {
		harm func(w *world, path string) error
		says string
	}{
		"others may read": {func(_ *world, p string) error { return os.Chmod(p, 0o640) }, "chmod 600"},
		"not PEM":         {func(_ *world, p string) error { return os.WriteFile(p, []byte("x"), 0o600) }, "not a PEM"},
		"not a key": {func(_ *world, p string) error {
			return os.WriteFile(p, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}}), 0o600)
		}, "key"},
		"another key": {func(w *world, p string) error {
			w.must(w.Keys.Rotate(w.ctx, "op"))
			_, kid := w.theKey()
			b, err := os.ReadFile(filepath.Join(w.keys, "token-"+kid+".pem"))
			w.must(err)
			return os.WriteFile(p, b, 0o600)
		}, "another key"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, kid := w.theKey()
			w.must(c.harm(w, filepath.Join(w.keys, "token-"+kid+".pem")))
			if _, err := auth.OpenKeyring(w.ctx, w.Store, w.keys, w.now); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
	t.Run("gone", func(t *testing.T) {
		w := newWorld(t)
		w.account("inspectora", access.Agent, "stps")
		got := w.login("inspectora")
		w.must(os.RemoveAll(w.keys))
		ring, err := auth.OpenKeyring(w.ctx, w.Store, w.keys, w.now)
		w.must(err)
		w.Keys = ring
		_, err = w.Authenticate(w.ctx, got.Access)
		w.wants(err, problem.Unauthenticated, "token-invalid")
		got, err = w.Refresh(w.ctx, got.Refresh, desk)
		w.must(err)
		w.caller(got)
	})
	t.Run("foreign files stay", func(t *testing.T) {
		w := newWorld(t)
		foreign := filepath.Join(w.keys, "token-mine.pem")
		w.must(os.WriteFile(foreign, []byte("not yours"), 0o644))
		_, err := auth.OpenKeyring(w.ctx, w.Store, w.keys, w.now)
		w.must(err)
		if b, err := os.ReadFile(foreign); err != nil || string(b) != "not yours" {
			t.Errorf("%q %v", b, err)
		}
	})
}

func TestJWKS_ThumbprintAndNoSecret(t *testing.T) {
	w := newWorld(t)
	text, err := json.Marshal(w.Keys.JWKS())
	w.must(err)
	var set struct{ Keys []map[string]string }
	w.must(json.Unmarshal(text, &set))
	k := set.Keys[0]
	if k["kty"] != "EC" || k["crv"] != "P-256" || k["alg"] != "ES256" || k["use"] != "sig" || len(k["x"]) != 43 || len(k["y"]) != 43 || len(k["kid"]) != 43 {
		t.Errorf("%s", text)
	}
	if _, ok := k["d"]; ok {
		t.Error("the private part is shown")
	}
}

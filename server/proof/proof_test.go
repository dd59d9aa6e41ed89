package proof_test

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"math/big"
	"strings"
	"testing"
	"time"

	"umbral/server/problem"
	"umbral/server/proof"
)

var enc = base64.RawURLEncoding

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func pointOf(t testing.TB, k *ecdsa.PrivateKey) []byte {
	t.Helper()
	b, err := k.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// signed is a token of any header and claims, by key.
func signed(t testing.TB, k *ecdsa.PrivateKey, header, claims any) string {
	t.Helper()
	h, err1 := json.Marshal(header)
	c, err2 := json.Marshal(claims)
	text := enc.EncodeToString(h) + "." + enc.EncodeToString(c)
	sum := sha256.Sum256([]byte(text))
	r, s, err3 := ecdsa.Sign(rand.Reader, k, sum[:])
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	sig := make([]byte, 64)
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:])
	return text + "." + enc.EncodeToString(sig)
}

func wants(t testing.TB, err error, typ string) {
	t.Helper()
	var p *problem.Error
	switch {
	case typ == "" && err == nil:
	case !errors.As(err, &p) || p.Type != typ || p.Kind != problem.Unauthenticated:
		t.Errorf("error %v, want %q", err, typ)
	}
}

// clock is a time that tests move.
type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

func newChecker() (*proof.Checker, *clock) {
	c := &clock{time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)}
	return &proof.Checker{Nonces: proof.NewNonces(c.now)}, c
}

// RFC 9449, section 4.1 and 6.1: the key of the example and its thumbprint.
func TestThumbprint_OfTheRFC(t *testing.T) {
	x, _ := enc.DecodeString("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs")
	y, _ := enc.DecodeString("9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA")
	point := append(append([]byte{4}, x...), y...)
	if got := proof.Thumbprint(point); got != "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" {
		t.Errorf("thumbprint %s", got)
	}
	if proof.ThumbprintOf(enc.EncodeToString(point)) != proof.Thumbprint(point) {
		t.Error("of the text and of the bytes differ")
	}
	if proof.Thumbprint(point[:64]) != "" || proof.ThumbprintOf("*") != "" {
		t.Error("what is no point has a name")
	}
}

const (
	path = "/api/v1/detections"
	here = "https://umbral.example.mx" + path
)

var get = proof.Request{Method: "GET", Path: path, Token: "header.claims.signature"}

func TestCheck_TakesAProofOnce(t *testing.T) {
	c, at := newChecker()
	k := newKey(t)
	nonce := c.Nonces.Fresh()
	// A phone's clock that is years off says nothing.
	for _, now := range []time.Time{at.t, at.t.AddDate(-7, 0, 0), at.t.AddDate(20, 0, 0)} {
		text, err := proof.Make(k, here, nonce, get, now)
		if err != nil {
			t.Fatal(err)
		}
		jkt, err := c.Check(text, get)
		wants(t, err, "")
		if jkt != proof.Thumbprint(pointOf(t, k)) {
			t.Errorf("jkt %s", jkt)
		}
		_, err = c.Check(text, get)
		wants(t, err, "proof-replayed")
		at.t = at.t.Add(3 * time.Minute)
		_, err = c.Check(text, get)
		wants(t, err, "proof-replayed")
		at.t = at.t.Add(-3 * time.Minute)
	}
}

func TestNonces_LiveFiveToTenMinutes(t *testing.T) {
	c, at := newChecker()
	k := newKey(t)
	start := at.t
	first := c.Nonces.Fresh()
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{
		{0, ""}, {4*time.Minute + 59*time.Second, ""}, {9*time.Minute + 59*time.Second, ""},
		{10 * time.Minute, "use-dpop-nonce"}, {time.Hour, "use-dpop-nonce"}, {24 * time.Hour, "use-dpop-nonce"},
	} {
		at.t = start.Add(tt.after)
		text, err := proof.Make(k, here, first, get, at.t)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Check(text, get)
		wants(t, err, tt.want)
	}
	other, _ := newChecker()
	for name, nonce := range map[string]string{
		"none": "", "another server's": other.Nonces.Fresh(), "longer": c.Nonces.Fresh() + "A", "a word": "nonce",
	} {
		text, err := proof.Make(k, here, nonce, get, at.t)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = c.Check(text, get); err == nil {
			t.Errorf("%s: taken", name)
		}
		wants(t, err, "use-dpop-nonce")
	}
}

// What is wrong with a proof by itself, or with where it was sent.
func TestCheck_Refuses(t *testing.T) {
	c, at := newChecker()
	c.Origins = []string{"https://umbral.example.mx", "https://otro.example.mx:8443"}
	k, other := newKey(t), newKey(t)
	p := pointOf(t, k)
	header := map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": map[string]any{
		"kty": "EC", "crv": "P-256", "x": enc.EncodeToString(p[1:33]), "y": enc.EncodeToString(p[33:]),
	}}
	sum := sha256.Sum256([]byte(get.Token))
	claims := map[string]any{"htm": "GET", "htu": here, "iat": at.t.Unix(), "jti": strings.Repeat("a", 16),
		"nonce": c.Nonces.Fresh(), "ath": enc.EncodeToString(sum[:])}
	with := func(m map[string]any, name string, value any) map[string]any {
		m = maps.Clone(m)
		if m[name] = value; value == nil {
			delete(m, name)
		}
		return m
	}
	jwk := func(name string, value any) map[string]any {
		return with(header, "jwk", with(header["jwk"].(map[string]any), name, value))
	}
	head := func(name string, value any) string { return signed(t, k, with(header, name, value), claims) }
	claim := func(name string, value any) string { return signed(t, k, header, with(claims, name, value)) }
	good := signed(t, k, header, claims)
	cut := strings.Split(good, ".")
	for name, text := range map[string]string{
		"empty": "", "one part": cut[0], "four parts": good + ".", "no signature": cut[0] + "." + cut[1] + ".",
		"a megabyte": strings.Repeat("A", 1<<20), "a megabyte behind": good + strings.Repeat("A", 1<<20),
		"padded": cut[0] + "=." + cut[1] + "." + cut[2], "not base64url": "+" + good[1:],
		"by another key": signed(t, other, header, claims), "of other claims": cut[0] + "." + strings.Split(claim("htm", "POST"), ".")[1] + "." + cut[2],
		"alg none": head("alg", "none"), "alg HS256": head("alg", "HS256"), "alg ES384": head("alg", "ES384"), "no alg": head("alg", nil),
		"alg es256": head("alg", "es256"), "typ JWT": head("typ", "JWT"), "typ device": head("typ", "device+jwt"), "no typ": head("typ", nil),
		"crit": head("crit", []string{"exp"}), "kid": head("kid", "../../keys/token"), "jku": head("jku", "https://evil.example/jwks"),
		"x5u": head("x5u", "https://evil.example"), "no jwk": head("jwk", nil), "jwk null": signed(t, k, map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": nil}, claims),
		"jwk a word": head("jwk", "key"), "private part": signed(t, k, jwk("d", enc.EncodeToString(make([]byte, 32))), claims),
		"symmetric part": signed(t, k, jwk("k", "AA"), claims), "curve P-384": signed(t, k, jwk("crv", "P-384"), claims),
		"kty RSA": signed(t, k, jwk("kty", "RSA"), claims), "short x": signed(t, k, jwk("x", enc.EncodeToString(p[1:32])), claims),
		"off the curve": signed(t, k, jwk("y", enc.EncodeToString(p[1:33])), claims), "x a number": signed(t, k, jwk("x", 7), claims),
		"htm POST": claim("htm", "POST"), "htm get": claim("htm", "get"), "no htm": claim("htm", nil),
		"htu of another path": claim("htu", here+"/x"), "htu with query": claim("htu", here+"?a=1"), "htu with fragment": claim("htu", here+"#a"),
		"htu of another origin": claim("htu", "https://evil.example"+path), "htu without TLS": claim("htu", "http://umbral.example.mx"+path),
		"htu of another port": claim("htu", "https://otro.example.mx"+path), "htu a path": claim("htu", path), "htu with a user": claim("htu", "https://a@umbral.example.mx"+path),
		"no htu": claim("htu", nil), "htu otherwise written": claim("htu", "https://umbral.example.mx/api/v1/%64etections"),
		"no iat": claim("iat", nil), "iat a word": claim("iat", "now"), "no jti": claim("jti", nil), "jti of 15": claim("jti", strings.Repeat("a", 15)),
		"jti of 65": claim("jti", strings.Repeat("a", 65)), "no ath": claim("ath", nil), "ath of another token": claim("ath", enc.EncodeToString(make([]byte, 32))),
		"claims a list": signed(t, k, header, []int{1}),
		"a claim twice": twice(t, k, header),
	} {
		_, err := c.Check(text, get)
		if err == nil {
			t.Errorf("%s: taken", name)
		}
		wants(t, err, "proof-invalid")
	}
	_, err := c.Check(good, proof.Request{Method: "GET", Path: path})
	wants(t, err, "proof-invalid") // names a token where none was sent
	if _, err := c.Check(good, get); err != nil {
		t.Fatalf("what was refused used the good one up: %v", err)
	}
	for name, htu := range map[string]string{"capitals": "HTTPS://UMBRAL.example.mx" + path, "port": "https://otro.example.mx:8443" + path} {
		text := signed(t, k, header, with(with(claims, "htu", htu), "jti", strings.Repeat(name[:1], 20)))
		if _, err := c.Check(text, get); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	text := signed(t, k, jwk("key_ops", []string{"verify"}), with(claims, "jti", strings.Repeat("z", 64)))
	if _, err := c.Check(text, get); err != nil {
		t.Errorf("a key as WebCrypto exports it: %v", err)
	}
}

// twice has htm two times: parsers differ in which of them they read.
func twice(t *testing.T, k *ecdsa.PrivateKey, header any) string {
	t.Helper()
	return signed(t, k, header, json.RawMessage(`{"htm":"POST","htm":"GET"}`))
}

// The mirrored signature is another text of the same proof: its jti stops it.
func TestCheck_MirroredSignatureIsAReplay(t *testing.T) {
	c, at := newChecker()
	text, err := proof.Make(newKey(t), here, c.Nonces.Fresh(), get, at.t)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Check(text, get); err != nil {
		t.Fatal(err)
	}
	cut := strings.LastIndexByte(text, '.')
	sig, err := enc.DecodeString(text[cut+1:])
	if err != nil {
		t.Fatal(err)
	}
	s := new(big.Int).SetBytes(sig[32:])
	s.Sub(elliptic.P256().Params().N, s).FillBytes(sig[32:])
	_, err = c.Check(text[:cut+1]+enc.EncodeToString(sig), get)
	wants(t, err, "proof-replayed")
}

func TestDevice_TakesItsBodyOnce(t *testing.T) {
	c, at := newChecker()
	k, body := newKey(t), []byte("packed bytes")
	keyOf := func(id string) ([]byte, error) {
		if id != "phone" {
			return nil, problem.New(problem.Unauthenticated, "device-unknown")
		}
		return pointOf(t, k), nil
	}
	text, err := proof.MakeDevice(k, "phone", c.Nonces.Fresh(), body, at.t)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Device(text, []byte("packed bytez"), keyOf)
	wants(t, err, "proof-invalid")
	id, err := c.Device(text, body, keyOf)
	if wants(t, err, ""); id != "phone" {
		t.Errorf("device %q", id)
	}
	_, err = c.Device(text, body, keyOf)
	wants(t, err, "proof-replayed")
}

func TestDevice_Refuses(t *testing.T) {
	c, at := newChecker()
	k, other, body := newKey(t), newKey(t), []byte("body")
	keyOf := func(id string) ([]byte, error) {
		switch id {
		case "phone":
			return pointOf(t, k), nil
		case "other":
			return pointOf(t, other), nil
		}
		return nil, problem.New(problem.Unauthenticated, "device-unknown")
	}
	sum := sha256.Sum256(body)
	kid := proof.Thumbprint(pointOf(t, k))
	header := map[string]any{"typ": "device+jwt", "alg": "ES256", "kid": kid}
	claims := map[string]any{"iss": "phone", "aud": "sync", "nonce": c.Nonces.Fresh(), "jti": strings.Repeat("j", 20),
		"iat": at.t.Unix(), "body": enc.EncodeToString(sum[:])}
	with := func(m map[string]any, name string, value any) map[string]any {
		m = maps.Clone(m)
		m[name] = value
		return m
	}
	head := func(name string, value any) string { return signed(t, k, with(header, name, value), claims) }
	claim := func(name string, value any) string { return signed(t, k, header, with(claims, name, value)) }
	for name, c2 := range map[string]struct{ text, want string }{
		"unknown device":        {claim("iss", "nobody"), "device-unknown"},
		"of another device":     {claim("iss", "other"), "proof-invalid"},
		"by another key":        {signed(t, other, header, claims), "proof-invalid"},
		"kid of another":        {head("kid", proof.Thumbprint(pointOf(t, other))), "proof-invalid"},
		"kid a path":            {head("kid", "../../etc/passwd"), "proof-invalid"},
		"kid a URL":             {head("kid", "https://evil.example/key"), "proof-invalid"},
		"kid a number":          {head("kid", 1), "proof-invalid"},
		"no kid":                {head("kid", ""), "proof-invalid"},
		"alg none":              {head("alg", "none"), "proof-invalid"},
		"alg HS256":             {head("alg", "HS256"), "proof-invalid"},
		"typ of a proof":        {head("typ", "dpop+jwt"), "proof-invalid"},
		"crit":                  {head("crit", []string{"body"}), "proof-invalid"},
		"brings its own key":    {head("jwk", map[string]string{"kty": "EC"}), "proof-invalid"},
		"aud api":               {claim("aud", "api"), "proof-invalid"},
		"no iss":                {claim("iss", ""), "proof-invalid"},
		"no iat":                {claim("iat", nil), "proof-invalid"},
		"short jti":             {claim("jti", "j"), "proof-invalid"},
		"no body":               {claim("body", ""), "proof-invalid"},
		"foreign nonce":         {claim("nonce", "AAAAAAAAAAAAAAAAAAAAAA"), "use-dpop-nonce"},
		"no nonce":              {claim("nonce", ""), "use-dpop-nonce"},
		"a megabyte":            {strings.Repeat("a.", 1<<19), "proof-invalid"},
		"a proof of possession": {mustMake(t, k, c, at.t), "proof-invalid"},
	} {
		_, err := c.Device(c2.text, body, keyOf)
		if err == nil {
			t.Errorf("%s: taken", name)
		}
		wants(t, err, c2.want)
	}
	failing := errors.New("store")
	if _, err := c.Device(claim("iss", "phone"), body, func(string) ([]byte, error) { return nil, failing }); !errors.Is(err, failing) {
		t.Errorf("%v, want the store's own", err)
	}
	if _, err := c.Device(signed(t, k, header, claims), body, keyOf); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

func mustMake(t *testing.T, k *ecdsa.PrivateKey, c *proof.Checker, now time.Time) string {
	t.Helper()
	text, err := proof.Make(k, here, c.Nonces.Fresh(), get, now)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func FuzzCheck(f *testing.F) {
	c, at := newChecker()
	k := newKey(f)
	good, err := proof.Make(k, here, c.Nonces.Fresh(), get, at.t)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("e30.e30.")
	f.Add(strings.Repeat("A", 3000))
	f.Fuzz(func(t *testing.T, text string) {
		jkt, err := c.Check(text, get)
		if err == nil && jkt != proof.Thumbprint(pointOf(t, k)) {
			t.Errorf("a proof of nobody passes: %q", text)
		}
		var p *problem.Error
		if err != nil && !errors.As(err, &p) {
			t.Errorf("not a problem: %v", err)
		}
	})
}

func FuzzDevice(f *testing.F) {
	c, at := newChecker()
	k, body := newKey(f), []byte("body")
	good, err := proof.MakeDevice(k, "phone", c.Nonces.Fresh(), body, at.t)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("..")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := c.Device(text, body, func(string) ([]byte, error) { return pointOf(t, k), nil })
		if err == nil && id != "phone" {
			t.Errorf("device %q by %q", id, text)
		}
	})
}

// Both curves' packages agree on what a device key is.
func TestKeys_OfBothPackagesAreTheSame(t *testing.T) {
	k, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), k.Bytes())
	if err != nil || proof.Thumbprint(pointOf(t, signer)) != proof.Thumbprint(k.PublicKey().Bytes()) {
		t.Errorf("%v", err)
	}
}

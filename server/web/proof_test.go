package web_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"umbral/server/proof"
	"umbral/server/record"
)

// A request is of use once, to the key of its session, at its own address.
func TestProof_StolenRequestsAreWorthless(t *testing.T) {
	w := newWorld(t, nil)
	s, thief := w.session("supervisora"), newKey(t)
	const path = "/api/v1/detections"
	other := w.session("admin")
	used := w.proof(s.key, "GET", path, s.token)
	auth := "DPoP " + s.token
	if got := w.do("GET", path, nil, "Authorization", auth, "DPoP", used); got.status != http.StatusOK {
		t.Fatalf("the good one: %d %s", got.status, got)
	}
	foreign, err := proof.Make(s.key, w.url+path, proof.NewNonces(time.Now).Fresh(), proof.Request{Method: "GET", Path: path, Token: s.token}, time.Now())
	must(t, err)
	for name, c := range map[string]struct {
		headers []string
		problem string
	}{
		"no proof":                {[]string{"Authorization", auth}, "proof-required"},
		"as bearer":               {[]string{"Authorization", "Bearer " + s.token}, "proof-required"},
		"the same proof again":    {[]string{"Authorization", auth, "DPoP", used}, "proof-replayed"},
		"by a thief's key":        {[]string{"Authorization", auth, "DPoP", w.proof(thief, "GET", path, s.token)}, "proof-invalid"},
		"of another method":       {[]string{"Authorization", auth, "DPoP", w.proof(s.key, "POST", path, s.token)}, "proof-invalid"},
		"of another path":         {[]string{"Authorization", auth, "DPoP", w.proof(s.key, "GET", path+"/x", s.token)}, "proof-invalid"},
		"of another token":        {[]string{"Authorization", auth, "DPoP", w.proof(s.key, "GET", path, other.token)}, "proof-invalid"},
		"another's token":         {[]string{"Authorization", "DPoP " + other.token, "DPoP", w.proof(s.key, "GET", path, other.token)}, "proof-invalid"},
		"a foreign nonce":         {[]string{"Authorization", auth, "DPoP", foreign}, "use-dpop-nonce"},
		"noise":                   {[]string{"Authorization", auth, "DPoP", "x.y.z"}, "proof-invalid"},
		"a device's scheme":       {[]string{"Authorization", "Device " + s.token}, "token-invalid"},
		"a long proof":            {[]string{"Authorization", auth, "DPoP", strings.Repeat("a", 4000)}, "proof-invalid"},
		"a device's token inside": {[]string{"Authorization", auth, "DPoP", w.enrol("inspectora").deviceToken(nil)}, "proof-invalid"},
	} {
		got := w.do("GET", path, nil, c.headers...)
		if got.status != http.StatusUnauthorized || got.problemType() != c.problem {
			t.Errorf("%s: %d %s, want 401 %s", name, got.status, got, c.problem)
		}
		wanted := got.problemType() == "use-dpop-nonce"
		if asks := strings.Contains(got.header.Get("WWW-Authenticate"), `error="use_dpop_nonce"`); asks != wanted {
			t.Errorf("%s: challenge %q", name, got.header.Get("WWW-Authenticate"))
		}
	}
}

// Two proofs in one request: what one program checks another may not.
func TestProof_TwoHeadersAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	s := w.session("supervisora")
	one, two := w.proof(s.key, "GET", "/api/v1/manifest", s.token), w.proof(s.key, "GET", "/api/v1/manifest", s.token)
	_, body := w.raw("GET /api/v1/manifest HTTP/1.1\r\nHost: x\r\nAuthorization: DPoP " + s.token + "\r\nDPoP: " + one + "\r\nDPoP: " + two + "\r\n\r\n")
	if !strings.Contains(body, "proof-invalid") {
		t.Errorf("%s", body)
	}
}

func TestProof_OriginsAreHeld(t *testing.T) {
	w := newWorld(t, nil)
	w.proofs.Origins = []string{"https://umbral.example.mx"}
	if got := w.send("GET", "/api/v1/manifest", "inspectora", nil); got.problemType() != "proof-invalid" {
		t.Errorf("a proof for another origin: %d %s", got.status, got)
	}
	s := w.session("inspectora")
	text, err := proof.Make(s.key, "https://umbral.example.mx/api/v1/manifest", w.proofs.Nonces.Fresh(),
		proof.Request{Method: "GET", Path: "/api/v1/manifest", Token: s.token}, time.Now())
	must(t, err)
	if got := w.do("GET", "/api/v1/manifest", nil, "Authorization", "DPoP "+s.token, "DPoP", text); got.status != http.StatusOK {
		t.Errorf("a proof for ours: %d %s", got.status, got)
	}
}

// Every answer of the API carries a nonce of our alphabet, whatever was asked:
// nothing of a request can get into the header.
func TestNonce_OnEveryAnswerAndNothingElseInIt(t *testing.T) {
	w := newWorld(t, nil)
	form := regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)
	for _, request := range []string{
		"GET /api/v1/nonce HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /api/v1/nonce?a=%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: x\r\nDPoP-Nonce: evil\r\nDPoP: a%0d%0ab\r\n\r\n",
		"GET /api/v1/nada%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /api/v1/manifest HTTP/1.1\r\nHost: x\r\nAuthorization: DPoP x\r\nDPoP: x\r\n\r\n",
		"BREW /api/v1/manifest HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		res, _ := w.raw(request)
		if nonces := res.Header.Values("DPoP-Nonce"); len(nonces) != 1 || !form.MatchString(nonces[0]) {
			t.Errorf("%q: nonces %q", request, nonces)
		}
		if res.Header.Get("Set-Cookie") != "" || res.Header.Get("X-Evil") != "" {
			t.Errorf("%q: a header of the caller's: %v", request, res.Header)
		}
	}
}

// A body of two lengths ends the connection: what follows is never read as the
// next request.
func TestGuard_NoSmuggling(t *testing.T) {
	w := newWorld(t, nil)
	const next = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, head := range map[string]string{
		"two lengths":         "Content-Length: 2\r\nContent-Length: 90\r\n\r\n{}",
		"length and chunked":  "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"chunked and length":  "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
		"two hosts":           "Host: y\r\nContent-Length: 0\r\n\r\n",
		"a length that is no": "Content-Length: +2\r\n\r\n{}",
	} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
		must(t, err)
		must(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
		_, err = io.WriteString(conn, "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"+head+next)
		must(t, err)
		r := bufio.NewReader(conn)
		res, err := http.ReadResponse(r, nil)
		must(t, err)
		if _, err := io.ReadAll(res.Body); err != nil || res.StatusCode < 400 {
			t.Errorf("%s: %d %v", name, res.StatusCode, err)
		}
		if second, err := http.ReadResponse(r, nil); err == nil {
			t.Errorf("%s: what followed was answered, %d", name, second.StatusCode)
		}
		must(t, conn.Close())
	}
}

// A queue leaves after its author signed out and was disabled.
func TestSync_NeedsNobodySignedIn(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	for _, path := range []string{"/disable", "/enable"} {
		if got := w.send("POST", "/api/v1/accounts/"+p.author.User+path, "admin", nil); got.status != http.StatusNoContent {
			t.Fatalf("%s: %d %s", path, got.status, got)
		}
		if got := w.as(p.session, "GET", "/api/v1/manifest", nil); got.problemType() != "session-ended" {
			t.Errorf("the session lives: %d %s", got.status, got)
		}
		p.keep()
	}
}

func TestSync_Refuses(t *testing.T) {
	w := newWorld(t, nil)
	p, other := w.enrol("inspectora"), w.enrol("ajena")
	body := w.bytesOf(record.Batch{Device: p.device, Records: []record.Envelope{}})
	sync := func(headers ...string) reply { return w.do("POST", "/api/v1/sync", body, headers...) }
	used := "Device " + p.deviceToken(body)
	if got := sync("Authorization", used); got.status != http.StatusOK {
		t.Fatalf("the good one: %d %s", got.status, got)
	}
	stranger := &phone{w: w, device: uuid.NewString(), session: p.session}
	liar := &phone{w: w, device: p.device, session: other.session}
	for name, c := range map[string]struct{ auth, problem string }{
		"nobody":            {absent, "token-missing"},
		"a session":         {"DPoP " + p.token, "token-invalid"},
		"again":             {used, "proof-replayed"},
		"another body":      {"Device " + p.deviceToken([]byte("{}")), "proof-invalid"},
		"another device":    {"Device " + other.deviceToken(body), "proof-invalid"},
		"an unknown device": {"Device " + stranger.deviceToken(body), "device-unknown"},
		"another's key":     {"Device " + liar.deviceToken(body), "proof-invalid"},
		"an access token":   {"Device " + p.token, "proof-invalid"},
	} {
		if got := sync("Authorization", c.auth); got.status != http.StatusUnauthorized || got.problemType() != c.problem {
			t.Errorf("%s: %d %s, want %s", name, got.status, got, c.problem)
		}
	}
	packed := gzipped(t, body)
	if got := w.do("POST", "/api/v1/sync", packed, "Content-Encoding", "gzip", "Authorization", "Device "+p.deviceToken(body)); got.problemType() != "proof-invalid" {
		t.Errorf("the hash is of the body as it is sent: %d %s", got.status, got)
	}
}

// Nothing that opens anything stands in the log.
func TestLog_HasNoSecret(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	code := w.code("inspectora")
	s := w.session("supervisora")
	shown := w.proof(s.key, "GET", "/api/v1/devices", s.token)
	body := w.bytesOf(record.Batch{Device: p.device, Records: []record.Envelope{}})
	sent := p.deviceToken(body)
	for range 2 { // the second is a replay
		w.do("GET", "/api/v1/devices", nil, "Authorization", "DPoP "+s.token, "DPoP", shown)
		w.do("POST", "/api/v1/sync", body, "Authorization", "Device "+sent)
	}
	w.as(p.session, "POST", "/api/v1/devices/enrol", map[string]any{"code": code, "public_key": "x", "name": "y"})
	var trip struct{ Share string }
	w.as(p.session, "POST", "/api/v1/devices/trip", map[string]any{"days": 2}).into(t, &trip)
	var made struct{ Code, QR string }
	w.send("POST", "/api/v1/devices/codes", "supervisora", map[string]any{}).into(t, &made)
	w.do("GET", "/api/v1/manifest", nil, "Authorization", "DPoP "+s.token+"x", "DPoP", "forged-proof")
	log := w.log.String()
	for name, secret := range map[string]string{
		"access token": s.token, "proof": shown, "device token": sent, "nonce": w.proofs.Nonces.Fresh(), "code": code,
		"made code": made.Code, "share": trip.Share, "forged": "forged",
	} {
		if secret == "" || strings.Contains(log, secret) {
			t.Errorf("the log has the %s %q, or there was none", name, secret)
		}
	}
}

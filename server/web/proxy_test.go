package web_test

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"umbral/server/web"
)

// The named proxy's word counts, and only in the one header: what a caller says
// in another, or what is no address, never becomes what guessing is held against;
// then it is the connection's own.
func TestProxy_OneHeaderOfTheNamedProxy(t *testing.T) {
	for name, c := range map[string]struct {
		from    []string
		headers []string
		want    string
	}{
		"the named proxy":               {[]string{"127.0.0.1"}, []string{"X-Real-IP", "203.0.113.9"}, "203.0.113.9"},
		"who is no proxy":               {[]string{"10.0.0.2"}, []string{"X-Real-IP", "203.0.113.9"}, "127.0.0.1"},
		"another header":                {[]string{"127.0.0.1"}, []string{"X-Forwarded-For", "203.0.113.9", "Forwarded", "for=203.0.113.9"}, "127.0.0.1"},
		"no address at all":             {[]string{"127.0.0.1"}, []string{"X-Real-IP", "../../etc/passwd"}, "127.0.0.1"},
		"a header that wants to be two": {[]string{"127.0.0.1"}, []string{"X-Real-IP", "203.0.113.9\tX-Admin: yes"}, "127.0.0.1"},
	} {
		w := newWorld(t, func(d *web.Deps) { d.Proxies, d.ProxyHeader = c.from, "X-Real-IP" })
		const path = "/api/v1/auth/login"
		headers := append([]string{"DPoP", w.proof(newKey(t), "POST", path, "")}, c.headers...)
		if got := w.do("POST", path, `{"username":"nadie","password":"no"}`, append(headers, "Content-Type", "application/json")...); got.problemType() != "login-failed" {
			t.Fatalf("%s: %d %s", name, got.status, got)
		}
		failures, err := w.store.Failures(t.Context(), "addr:"+c.want)
		must(t, err)
		if failures.Count != 1 {
			t.Errorf("%s: the failure was not held against %s", name, c.want)
		}
	}
}

// A body that trickles in does not hold its connection for ever.
func TestGuard_SlowBodyIsCutOff(t *testing.T) {
	const patience = 400 * time.Millisecond
	w := newWorld(t, func(d *web.Deps) { d.ReadTimeout = patience })
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{")
	must(t, err)
	started := time.Now()
	must(t, conn.SetReadDeadline(started.Add(20*patience)))
	reply, err := io.ReadAll(conn)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		t.Fatalf("the connection was still open after %s: %v", time.Since(started), err)
	}
	if len(reply) > 0 && !strings.Contains(string(reply), " 408 ") {
		t.Errorf("answered %.60q", reply)
	}
	if got := w.send("GET", "/healthz", "", nil); got.status != http.StatusOK {
		t.Errorf("others: %d", got.status)
	}
}

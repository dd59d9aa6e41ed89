package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The printed address must be one that a browser can open on this machine.
func TestOfferSetup_NamesAnAddressToOpen(t *testing.T) {
	for _, tt := range []struct{ scheme, listens, open string }{
		{"http", "127.0.0.1:8080", "http://localhost:8080/#/setup"},
		{"http", "[::1]:8080", "http://localhost:8080/#/setup"},
		{"https", "0.0.0.0:443", "https://localhost:443/#/setup"},
		{"https", "[::]:443", "https://localhost:443/#/setup"},
		{"https", "10.0.0.3:8443", "https://10.0.0.3:8443/#/setup"},
		{"https", "[2001:db8::1]:443", "https://[2001:db8::1]:443/#/setup"},
	} {
		addr, err := net.ResolveTCPAddr("tcp", tt.listens)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		offerSetup(streams{out: &out}, tt.scheme, addr, "ABCD-EFGH")
		if !strings.Contains(out.String(), tt.open+" ") || !strings.Contains(out.String(), "ABCD-EFGH\n") {
			t.Errorf("%s %s:\n%s\nwant %s", tt.scheme, tt.listens, &out, tt.open)
		}
	}
}

// A folder is set up once: with the code of the running start, and no other.
func TestServe_FirstAdministrator(t *testing.T) {
	p := &process{t: t, dir: t.TempDir(), out: &lockedBuffer{}}
	code := p.serve(t)
	stale := code
	p.stop(t)
	code = p.serve(t)
	if code == "" || code == stale {
		t.Fatalf("the second start offers %q, the first offered %q", code, stale)
	}
	body := map[string]any{"code": stale, "username": "jefa", "password": demoPassword, "agency": map[string]any{"name": "Inspección"}}
	if status := p.call("POST", "/api/v1/setup", "", body, nil); status != http.StatusUnauthorized {
		t.Errorf("the code of an earlier start: %d", status)
	}
	body["code"] = strings.ToLower(strings.ReplaceAll(code, "-", " "))
	if status := p.call("POST", "/api/v1/setup", "", body, nil); status != http.StatusCreated {
		t.Fatalf("setup: %d", status)
	}
	if status := p.call("GET", "/api/v1/auth/me", p.login("jefa"), nil, nil); status != http.StatusOK {
		t.Errorf("the first administrator gets %d", status)
	}
	p.stop(t)
	if code = p.serve(t); code != "" {
		t.Errorf("a folder with accounts offers the code %s", code)
	}
	p.stop(t)
}

var setupLine = regexp.MustCompile(`(?m)^one-time setup code: (\S+)$`)

// serve starts the real thing and gives the setup code that it printed, or "".
func (p *process) serve(t *testing.T) string {
	t.Helper()
	p.out, p.done = &lockedBuffer{}, make(chan struct{})
	addr := freeAddress(t)
	p.url = "http://" + addr
	p.cmd = exec.Command(program(t), "serve", "--addr", addr, "--metrics-addr", "", "--data", filepath.Join(p.dir, "data"))
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := p.done
	go func() { _ = p.cmd.Wait(); close(done) }()
	t.Cleanup(p.kill)
	for end := time.Now().Add(readyWithin); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		res, err := http.Get(p.url + "/readyz")
		if err != nil {
			continue
		}
		res.Body.Close()
		found := setupLine.FindStringSubmatch(p.out.String())
		if found == nil {
			return ""
		}
		if want := fmt.Sprintf("open %s/#/setup ", p.url); !strings.Contains(p.out.String(), want) {
			t.Errorf("the start does not say %q:\n%s", want, p.out)
		}
		return found[1]
	}
	t.Fatalf("not ready within %v:\n%s", readyWithin, p.out)
	return ""
}

func (p *process) stop(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-p.done
}

package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"umbral/server/proof"
)

// The tests here start the real program and talk to it as a person's phone,
// an operator or a supervisor's browser would.

const (
	demoPassword = "una-frase-larga-para-probar"
	demoCode     = "7QX4-9MRC-2WTP"
	readyWithin  = time.Minute // patience on a loaded machine; alone a start takes 2 s
)

var (
	buildOnce sync.Once
	buildPath string
	buildErr  error
)

// program builds the server once and returns its path.
func program(t *testing.T) string {
	t.Helper()
	buildOnce.Do(func() {
		dir, err := os.MkdirTemp("", "umbral-test-*")
		if err != nil {
			buildErr = err
			return
		}
		buildPath = filepath.Join(dir, "server")
		out, err := exec.Command("go", "build", "-o", buildPath, "umbral/server").CombinedOutput()
		if err != nil {
			buildErr = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if buildErr != nil {
		t.Fatal(buildErr)
	}
	return buildPath
}

// process is a running demo.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	dir  string
	url  string
	out  *lockedBuffer
	done chan struct{}

	key   *ecdsa.PrivateKey // of the test as a client
	nonce string
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// freeAddress is an address nobody listened on a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprintf("localhost:%d", l.Addr().(*net.TCPAddr).Port)
}

// startDemo starts the demo on dir at addr, with more flags, and waits until it answers.
func startDemo(t *testing.T, dir, addr string, more ...string) *process {
	t.Helper()
	p := &process{t: t, dir: dir, url: "http://" + addr, out: &lockedBuffer{}, done: make(chan struct{})}
	p.cmd = exec.Command(program(t), append([]string{"demo", "--addr", addr, "--data", dir}, more...)...)
	p.cmd.Env = append(os.Environ(), "UMBRAL_DEMO_PASSWORD="+demoPassword, "UMBRAL_DEMO_CODE="+demoCode)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.cmd.Wait(); close(p.done) }()
	t.Cleanup(p.kill)
	deadline := time.Now().Add(readyWithin)
	for time.Now().Before(deadline) {
		select {
		case <-p.done:
			t.Fatalf("the demo ended at once:\n%s", p.out)
		case <-time.After(50 * time.Millisecond):
		}
		if res, err := http.Get(p.url + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return p
			}
		}
	}
	t.Fatalf("not ready within %v:\n%s", readyWithin, p.out)
	return nil
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.done
}

// login returns an access token, bound to the key of this test.
func (p *process) login(user string) string {
	p.t.Helper()
	var reply struct {
		AccessToken string `json:"access_token"`
	}
	status := p.call("POST", "/api/v1/auth/login", "", map[string]string{"username": user, "password": demoPassword}, &reply)
	if status != http.StatusOK || reply.AccessToken == "" {
		p.t.Fatalf("log-in of %s: status %d", user, status)
	}
	return reply.AccessToken
}

// call sends JSON with a proof, as a client does that holds a key of its own, and
// decodes the JSON reply; it returns the status.
func (p *process) call(method, path, token string, body, into any) int {
	p.t.Helper()
	if p.key == nil {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			p.t.Fatal(err)
		}
		p.key = key
	}
	var sent []byte
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		sent = b
	}
	status, answer := p.send(method, path, token, sent)
	if status == http.StatusUnauthorized && bytes.Contains(answer, []byte("use-dpop-nonce")) {
		status, answer = p.send(method, path, token, sent)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			p.t.Fatalf("%s %s: status %d, %v: %s", method, path, status, err, answer)
		}
	}
	return status
}

// send is one request with the nonce of the last answer.
func (p *process) send(method, path, token string, body []byte) (status int, answer []byte) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, p.url+path, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	shown, err := proof.Make(p.key, p.url+req.URL.Path, p.nonce, proof.Request{Method: method, Path: req.URL.Path, Token: token}, time.Now())
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("DPoP", shown)
	if token != "" {
		req.Header.Set("Authorization", "DPoP "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	if answer, err = io.ReadAll(res.Body); err != nil {
		p.t.Fatal(err)
	}
	p.nonce = res.Header.Get("DPoP-Nonce")
	return res.StatusCode, answer
}

// server runs the program to its end with standard input and returns its output.
func server(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(program(t), args...)
	cmd.Env = append(os.Environ(), "UMBRAL_PASSWORD="+demoPassword)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

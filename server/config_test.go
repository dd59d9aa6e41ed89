package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"time"
	"umbral/protocols"
	"umbral/screening"
	"umbral/server/ingest"
	"umbral/server/record"
)

// runHere runs a command in this process; it must end by itself.
func runHere(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, streams{strings.NewReader(""), &out, &errs})
	return out.String(), errs.String(), code
}

func TestHelp_ListsEverySettingWithItsDefault(t *testing.T) {
	out, _, code := runHere(t, "help")
	if code != exitOK {
		t.Fatalf("exit %d", code)
	}
	for _, s := range settings {
		for _, want := range []string{s.env, s.fallback, s.help} {
			if !strings.Contains(out, want) {
				t.Errorf("help lacks %q", want)
			}
		}
		if s.flag != "" && !strings.Contains(out, "--"+s.flag) {
			t.Errorf("help lacks --%s", s.flag)
		}
	}
	for _, c := range commands() {
		if !strings.Contains(out, "  "+c.name) {
			t.Errorf("help lacks the command %s", c.name)
		}
	}
}

// What is wrong on the command line ends at once, says what to do, and makes nothing.
func TestCommands_Refuse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args string
		code int
		says string
	}{
		{"nada", exitUsage, "server help"},
		{"serve --puerto 1", exitUsage, "server help"},
		{"serve extra", exitUsage, "one word too many"},
		{"serve --addr 0.0.0.0:8443", exitUsage, "--tls-cert"},
		{"serve --addr example.org:80", exitUsage, "--behind-proxy"},
		{"serve --addr 8080", exitUsage, "HOST:PORT"},
		{"serve --tls-cert a.pem", exitUsage, "belong together"},
		{"serve --tls-cert a.pem --tls-key b.pem", exitFailure, "--tls-cert"},
		{"serve --tls-cert a --tls-key b --behind-proxy 10.0.0.1 --proxy-header X-Real-IP", exitUsage, "not both"},
		{"serve --behind-proxy 10.0.0.1", exitUsage, "--proxy-header"},
		{"serve --behind-proxy 0.0.0.0/0 --proxy-header X-Real-IP", exitUsage, "every caller"},
		{"serve --behind-proxy proxy --proxy-header X-Real-IP", exitUsage, "CIDR"},
		{"serve --behind-proxy 10.0.0.1 --proxy-header X-Forwarded-For", exitUsage, "X-Real-IP"},
		{"serve --metrics-addr 9090", exitUsage, "--metrics-addr"},
		{"demo --addr 0.0.0.0:8080", exitUsage, "this machine only"},
		{"demo --addr [::]:8080", exitUsage, "this machine only"},
		{"demo --addr :8080", exitUsage, "this machine only"},
		{"demo --tls-cert x", exitUsage, "server help"},
		{"backup", exitUsage, "FILE"},
		{"backup " + file, exitUsage, "never replaces"},
		{"backup " + file + ".new", exitUsage, "no store"},
		{"check", exitUsage, "no store"},
		{"health", exitFailure, "no server runs"},
		{"keys", exitUsage, "rotate"},
		{"keys rotate", exitFailure, "no server runs"},
		{"keys rotate-root", exitFailure, "no server runs"},
		{"keys melt", exitUsage, "rotate"},
	} {
		t.Run(tt.args, func(t *testing.T) {
			args := append(strings.Fields(tt.args), "--data", dir)
			if tt.args == "nada" {
				args = []string{"nada"}
			}
			out, errs, code := runHere(t, args...)
			if code != tt.code || !strings.Contains(errs, tt.says) {
				t.Errorf("exit %d, want %d: %s%s", code, tt.code, out, errs)
			}
			if _, err := os.Stat(dir); err == nil {
				t.Error("it made the data folder")
			}
		})
	}
	if _, errs, code := runHere(t, "serve", "--data", file); code != exitUsage || !strings.Contains(errs, "is a file") {
		t.Errorf("a file as data folder: exit %d %s", code, errs)
	}
	if _, errs, code := runHere(t, "serve", "--data", ""); code != exitUsage || !strings.Contains(errs, "--data") {
		t.Errorf("no data folder: exit %d %s", code, errs)
	}
}

func TestParseSettings_FlagOverVariableOverDefault(t *testing.T) {
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"UMBRAL_ADDR": "localhost:1", "UMBRAL_DEMO_PASSWORD": "secreta"}[name]
		return v, ok
	}
	v, _, err := parseSettings("demo", []string{"--addr", "localhost:2"}, env, 0)
	if err != nil || v["addr"] != "localhost:2" || v["data"] != "./data" || v[demoPasswordEnv] != "secreta" {
		t.Errorf("%v %v", v, err)
	}
	if v, _, err = parseSettings("demo", nil, env, 0); err != nil || v["addr"] != "localhost:1" {
		t.Errorf("%v %v", v, err)
	}
	v, rest, err := parseSettings("backup", []string{"copy.db", "--data", "d"}, env, 1)
	if err != nil || v["data"] != "d" || len(rest) != 1 || rest[0] != "copy.db" {
		t.Errorf("flags after words: %v %v %v", v, rest, err)
	}
}

func TestLoopback(t *testing.T) {
	for addr, want := range map[string]bool{
		"localhost:1": true, "127.0.0.1:1": true, "127.9.9.9:1": true, "[::1]:1": true, ":1": false, "0.0.0.0:1": false,
		"[::]:1": false, "192.168.0.1:1": false, "localhost.example:1": false, "1": false,
	} {
		if got := loopback(addr); got != want {
			t.Errorf("%s: %v, want %v", addr, got, want)
		}
	}
}

// localhost answers at 127.0.0.1 and, where the machine has it, at ::1.
func TestListen_Localhost(t *testing.T) {
	listeners, err := listen("localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		for _, ln := range listeners {
			_ = ln.Close()
		}
	}()
	port := listeners[0].Addr().(*net.TCPAddr).Port
	for _, ln := range listeners {
		a := ln.Addr().(*net.TCPAddr)
		if !a.IP.IsLoopback() || a.Port != port {
			t.Errorf("listens on %s", a)
		}
	}
}

// Every invented person can be walked, is valid, and the spread is worth showing.
func TestDemoPeople(t *testing.T) {
	people, err := readDemoPeople()
	if err != nil {
		t.Fatal(err)
	}
	const most = 40 // a queue that can still be read
	if len(people) > most {
		t.Errorf("%d people, at most %d", len(people), most)
	}
	levels, states, children, dangers := map[string]int{}, map[string]int{}, 0, 0
	var all []record.Detection
	for i, p := range people {
		d, err := p.detection(record.Author{User: "u", Role: roleOf(p.agent), Agency: demoAgency}, "d", time.Now())
		if err != nil {
			t.Errorf("person %d: %v", i+1, err)
			continue
		}
		all = append(all, d)
		parsed := record.Record{Detection: &d}
		for _, r := range parsed.Validate(ingest.Shelves{}, protocols.Codebook()) {
			t.Errorf("person %d: %s %s %s", i+1, r.Code, r.Path, r.Detail)
		}
		pub, err := protocols.Get(d.Protocol.ID, d.Protocol.Version)
		if err != nil {
			t.Fatal(err)
		}
		a := screening.Evaluate(&pub.Protocol, d.Input())
		levels[a.Level]++
		states[d.Place.State]++
		if a.Path == "child" {
			children++
		}
		if len(a.Danger) > 0 {
			dangers++
		}
		if a.Level != d.Assessment.Computed.Level || d.Mode != "training" {
			t.Errorf("person %d: the record says %s in mode %s, the engine %s", i+1, d.Assessment.Computed.Level, d.Mode, a.Level)
		}
	}
	visits, err := demoVisits(all)
	if err != nil {
		t.Fatal(err)
	}
	screened := 0
	for _, e := range visits {
		screened += e.Counts.Screened
		for _, r := range (record.Record{Encounter: &e}).Validate(ingest.Shelves{}, protocols.Codebook()) {
			t.Errorf("visit of %s: %s %s %s", e.Place, r.Code, r.Path, r.Detail)
		}
		if !e.EndedAt.Before(time.Now()) || len(e.Observations) == 0 {
			t.Errorf("visit of %s: ends at %s with %d observations", e.Place, e.EndedAt, len(e.Observations))
		}
	}
	if screened != len(people) || len(visits) < 10 {
		t.Errorf("%d visits with %d screenings of %d", len(visits), screened, len(people))
	}
	if len(levels) != 5 || len(states) < 5 || children < 4 || dangers < 5 {
		t.Errorf("levels %v, states %v, %d children, %d in danger", levels, states, children, dangers)
	}
}

func roleOf(username string) string {
	for _, a := range demoAccounts {
		if a.Username == username {
			return a.Post
		}
	}
	return ""
}

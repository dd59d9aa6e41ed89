package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"umbral/locales"
	"umbral/server/record"
)

// The demo keeps everything over a kill, leaves foreign files alone, and its
// operator's commands work beside it and without it.
func TestDemo_RestartBackupCheck(t *testing.T) {
	dir, addr := t.TempDir(), freeAddress(t)
	foreign := filepath.Join(dir, "carta.txt")
	if err := os.WriteFile(foreign, []byte("ajena"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startDemo(t, dir, addr)
	list := func() (total int, text string) {
		var page struct {
			Total int
			Items []struct {
				ID, Mode  string
				Synthetic bool
				Flags     []string
			}
		}
		if status := p.call("GET", "/api/v1/detections?limit=100", p.login("supervisora"), nil, &page); status != http.StatusOK {
			t.Fatalf("list: %d", status)
		}
		for _, d := range page.Items {
			if !d.Synthetic || d.Mode != "training" {
				t.Errorf("%s is not marked as invented: %+v", d.ID, d)
			}
			if len(d.Flags) != 0 {
				t.Errorf("%s has the flags %v", d.ID, d.Flags)
			}
		}
		out, err := json.Marshal(page.Items)
		if err != nil {
			t.Fatal(err)
		}
		return page.Total, string(out)
	}
	total, before := list()
	if total < 10 || total > 40 {
		t.Errorf("%d synthetic detections", total)
	}
	for _, a := range demoAccounts {
		p.login(a.Username)
	}
	var first struct{ Items []struct{ ID string } }
	p.call("GET", "/api/v1/detections?limit=1", p.login("supervisora"), nil, &first)
	var detail struct{ Encounter *record.Encounter }
	p.call("GET", "/api/v1/detections/"+first.Items[0].ID, p.login("supervisora"), nil, &detail)
	if detail.Encounter == nil || detail.Encounter.Counts.Screened == 0 {
		t.Errorf("the encounter of the first detection: %+v", detail.Encounter)
	}
	var other struct{ Total int }
	p.call("GET", "/api/v1/detections", p.login("otra-supervisora"), nil, &other)
	if other.Total != 0 {
		t.Errorf("the other agency sees %d", other.Total)
	}
	copyFile := filepath.Join(t.TempDir(), "copia.db")
	for _, args := range [][]string{
		{"health", "--data", dir}, {"check", "--data", dir}, {"backup", copyFile, "--data", dir}, {"keys", "rotate", "--data", dir},
		{"keys", "rotate-root", "--data", dir},
	} {
		if out, errs, code := server(t, "", args...); code != exitOK {
			t.Errorf("%v beside the server: exit %d: %s%s", args, code, out, errs)
		}
	}
	enrol(t, p, "inspectora") // to the rotated key
	p.kill()
	if _, _, code := server(t, "", "health", "--data", dir); code != exitFailure {
		t.Errorf("health without a server: exit %d", code)
	}
	for _, args := range [][]string{{"check", "--data", dir}, {"backup", copyFile + ".2", "--data", dir}} {
		if out, errs, code := server(t, "", args...); code != exitOK {
			t.Errorf("%v without the server: exit %d: %s%s", args, code, out, errs)
		}
	}
	p = startDemo(t, dir, addr)
	if _, after := list(); after != before {
		t.Errorf("after a kill the list is another:\n%s\n%s", before, after)
	}
	if text, err := os.ReadFile(foreign); err != nil || string(text) != "ajena" {
		t.Errorf("the foreign file: %q %v", text, err)
	}
	for _, name := range []string{demoPasswordFile, demoCodeFile, storeFile, keysDir, adminFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others, or is not there: %v %v", name, info, err)
		}
	}
	p.kill()
	if _, errs, code := server(t, "", "serve", "--data", dir, "--addr", addr, "--metrics-addr", ""); code != exitUsage || !strings.Contains(errs, "--data") {
		t.Errorf("the real server on the demo's folder, with its printed passwords: exit %d: %s", code, errs)
	}
	if !strings.Contains(p.out.String(), "supervisora") || !strings.Contains(p.out.String(), demoPassword) || !strings.Contains(p.out.String(), demoCode) {
		t.Errorf("the accounts are not printed:\n%s", p.out)
	}
}

func TestDemo_PasswordOfItsOwnRule(t *testing.T) {
	for given, want := range map[string]bool{"corta": false, "ochosign": true} {
		t.Run(given, func(t *testing.T) {
			n, err := openNode(t.Context(), t.TempDir(), testMaster(t), nil, locales.Options{}, newLog(io.Discard))
			if err != nil {
				t.Fatal(err)
			}
			defer n.close()
			n.auth.MinPassword = demoMinPassword
			if err := n.auth.CheckPassword(given); (err == nil) != want {
				t.Errorf("%q: %v", given, err)
			}
			if _, err := n.prepareDemo(t.Context(), given, ""); (err == nil) != want {
				t.Errorf("%q: %v", given, err)
			}
		})
	}
}

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

const (
	crashRecords = 1000
	crashes      = 4 // kills while the records come in
)

type syncResult struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Reason string `json:"reason"`
}

// clearRecords makes n detections in clear, as NDJSON, with ids of their own.
func clearRecords(t *testing.T, n int) (lines []string) {
	t.Helper()
	out, errs, code := server(t, "", "protocol", "run", "labour-agriculture",
		"--meets", "coe_debt_bondage,coe_documents_kept,exp_low_or_no_pay", "--detection")
	if code != exitOK {
		t.Fatalf("protocol run: exit %d: %s", code, errs)
	}
	var record map[string]any
	if err := json.Unmarshal([]byte(out), &record); err != nil {
		t.Fatal(err)
	}
	for range n {
		record["id"] = uuid.Must(uuid.NewV7()).String()
		b, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(b))
	}
	return lines
}

func enrol(t *testing.T, p *process, user string) (stateFile string) {
	t.Helper()
	stateFile = filepath.Join(t.TempDir(), user+".json")
	_, errs, code := server(t, "", "device", "enrol", "--server", p.url, "--user", user, "--state", stateFile, "--code", demoCode)
	if code != exitOK {
		t.Fatalf("device enrol: exit %d: %s", code, errs)
	}
	return stateFile
}

// A server killed between accepting a record and acknowledging it must have
// every record that it acknowledged, and take the others again.
func TestSync_KilledServerLosesNothingAcknowledged(t *testing.T) {
	dir, addr := t.TempDir(), freeAddress(t)
	p := startDemo(t, dir, addr)
	state := enrol(t, p, "inspectora")
	sealed, errs, code := server(t, strings.Join(clearRecords(t, crashRecords), "\n"), "device", "seal", "--state", state)
	if code != exitOK {
		t.Fatalf("device seal: exit %d: %s", code, errs)
	}

	device := exec.Command(program(t), "device", "sync", "--state", state)
	device.Env = append(os.Environ(), "UMBRAL_PASSWORD="+demoPassword)
	device.Stdin = strings.NewReader(sealed)
	device.Stderr = os.Stderr
	out, err := device.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := device.Start(); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]string{}
	killed := 0
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var r syncResult
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%v: %s", err, lines.Text())
		}
		acknowledged[r.ID] = r.Status
		if killed < crashes && len(acknowledged) >= (killed+1)*crashRecords/(crashes+1) {
			p.kill()
			killed++
			time.Sleep(time.Duration(killed) * 20 * time.Millisecond)
			p = startDemo(t, dir, addr)
		}
	}
	if err := device.Wait(); err != nil {
		t.Fatalf("device sync: %v", err)
	}
	if killed != crashes {
		t.Fatalf("killed %d times, want %d", killed, crashes)
	}
	if len(acknowledged) != crashRecords {
		t.Fatalf("%d of %d records acknowledged", len(acknowledged), crashRecords)
	}
	p.kill()
	p = startDemo(t, dir, addr)
	kept := liveDetections(p)
	for id, status := range acknowledged {
		if status != "accepted" && status != "duplicate" {
			t.Errorf("%s: %s", id, status)
		}
		if !kept[id] {
			t.Errorf("%s was acknowledged (%s) and is lost", id, status)
		}
	}
	if len(kept) != crashRecords {
		t.Errorf("%d detections kept, want %d", len(kept), crashRecords)
	}
}

// liveDetections reads every page of the supervisor's list.
func liveDetections(p *process) map[string]bool {
	p.t.Helper()
	token := p.login("supervisora")
	kept := map[string]bool{}
	cursor := ""
	for {
		var page struct {
			Items []struct {
				ID   string `json:"id"`
				Mode string `json:"mode"`
			} `json:"items"`
			Next *string `json:"next"`
		}
		status := p.call("GET", fmt.Sprintf("/api/v1/detections?limit=100&cursor=%s", cursor), token, nil, &page)
		if status != http.StatusOK {
			p.t.Fatalf("list: status %d", status)
		}
		for _, d := range page.Items {
			if d.Mode == "live" {
				kept[d.ID] = true
			}
		}
		if page.Next == nil {
			return kept
		}
		cursor = *page.Next
	}
}

package web_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"umbral/server/store/storetest"
)

// Whoever copies the server's files while it runs finds nothing of what phones
// sent, supervisors wrote or people signed in with: not in UTF-8, UTF-16 or
// Latin-1, packed or not, accepted or held in quarantine.
func TestAtRest_CopiedFilesSayNothing(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	id := p.keep("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	note := strings.Repeat("Xochiquetzal Ñuñez duerme en la galera. ", 60)
	for path, body := range map[string]any{
		"/notes":   map[string]any{"text": note},
		"/reviews": map[string]any{"decision": "confirm", "reason": "", "level": "", "follows": nil},
	} {
		if got := w.send("POST", "/api/v1/detections/"+id+path, "supervisora", body); got.status != http.StatusCreated {
			t.Fatalf("%s: %d %s", path, got.status, got)
		}
	}
	if got := p.sync(p.seal(uuid.Must(uuid.NewV7()).String(), "Tlacaélel Ibáñez, sin forma")); got.Results[0].Status != "quarantined" {
		t.Fatalf("%+v", got)
	}
	planted := []string{"Xochiquetzal", "Ñuñez", "galera", "Tlacaélel", "Ibáñez", "inspectora", "supervisora", "labour_inspector", `"answers"`, "argon2id"}
	control := filepath.Join(w.dir, "control")
	must(t, os.WriteFile(control, []byte(strings.Join(planted, "\n")), 0o600))
	found := map[string][]string{}
	must(t, filepath.WalkDir(w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, one := range planted {
			for _, form := range storetest.Forms(one) {
				if bytes.Contains(text, form) {
					found[filepath.Base(path)] = append(found[filepath.Base(path)], one)
					break
				}
			}
		}
		return err
	}))
	if len(found["control"]) != len(planted) {
		t.Errorf("the search finds only %v of what it must", found["control"])
	}
	delete(found, "control")
	if len(found) > 0 {
		t.Errorf("in clear: %v", found)
	}
}

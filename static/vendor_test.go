package static

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var vendorRow = regexp.MustCompile(`(?m)^\| ([a-z0-9./]+\.js) \|.*\| ([0-9a-f]{64}) \|$`)

// The code of others is what VENDOR.md says, byte for byte, and nothing beside it.
func TestVendor_FilesAreWhatVendorMDSays(t *testing.T) {
	page, err := os.ReadFile("vendor/VENDOR.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{}
	for _, row := range vendorRow.FindAllStringSubmatch(string(page), -1) {
		listed[filepath.Join("vendor", row[1])] = row[2]
	}
	found, err := filepath.Glob("vendor/*.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(found, "test/axe.min.js") {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:]); got != listed[name] {
			t.Errorf("%s has sha256 %s; VENDOR.md says %q", name, got, listed[name])
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("VENDOR.md lists %s, which is not there", name)
	}
}

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestDeviceScripts runs the command-line device against a running demo, as an
// operator would type it: testdata/script/device*.txtar.
func TestDeviceScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the real program")
	}
	files, err := filepath.Glob("testdata/script/device*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	// The group ends only when the scripts have, and the demo after it.
	t.Run("scripts", func(t *testing.T) {
		testscript.Run(t, testscript.Params{
			Files: files,
			Setup: func(env *testscript.Env) error {
				env.Setenv("SERVER", demo.url)
				env.Setenv("AWAY", "http://"+freeAddress(t))
				env.Setenv("UMBRAL_PASSWORD", demoPassword)
				env.Setenv("CODE", demoCode)
				env.Setenv("PATH", filepath.Dir(program(t))+string(os.PathListSeparator)+os.Getenv("PATH"))
				return nil
			},
		})
	})
}

package static

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// arrows says which rooms of the page a room may import. Screens get data and
// callbacks: they reach neither the network nor the database. The engine imports
// nothing. What is not here is not allowed.
var arrows = map[string][]string{
	".":      {"sync"}, // sw.js
	"app":    {"app", "views", "parts", "engine", "sync", "store", "crypto", "text", "sound", "vendor"},
	"views":  {"views", "parts", "text", "vendor"},
	"parts":  {"parts", "text", "vendor"},
	"sync":   {"sync", "store", "crypto", "text"},
	"store":  {"store", "crypto", "text", "vendor"},
	"crypto": {"crypto", "text", "vendor"},
	"text":   {"text"},
	"vault":  {"vault", "vendor"}, // the worker's own, in a bundle of its own
	"engine": {"engine"},
	"sound":  {"sound", "vendor"}, // the microphone and the encoder: they know no screen
}

var importLine = regexp.MustCompile(`(?m)^\s*(?:import|export)\b[^;]*?from\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|^import\s+["']([^"']+)["']`)

// withoutComments drops the types that JSDoc imports: they are no code.
func withoutComments(source []byte) string {
	return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(source), "")
}

func TestSource_ImportsGoOneWay(t *testing.T) {
	found := 0
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".js" || strings.HasPrefix(name, "vendor/") {
			return err
		}
		source, err := fs.ReadFile(embedded, name)
		if err != nil {
			return err
		}
		for _, m := range importLine.FindAllStringSubmatch(withoutComments(source), -1) {
			found++
			to := path.Join(path.Dir(name), m[1]+m[2]+m[3])
			if !slices.Contains(arrows[path.Dir(name)], path.Dir(to)) {
				t.Errorf("%s imports %s, against the arrows", name, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 50 {
		t.Errorf("%d imports found: the pattern of this test no longer fits", found)
	}
}

// Only these reach out of the page: views and parts get what they show.
func TestSource_WhoReachesOut(t *testing.T) {
	may := map[string][]string{
		`\bfetch\(`:                {"sync/api.js", "text/messages.js", "sw.js"},
		`\bindexedDB\b|\bopenDB\(`: {"store/db.js"},
		`new Date\(\)|Date\.now\(`: {"app/", "store/", "sync/", "vault/", "crypto/uuid.js"}, // never the engine
		`createSyncAccessHandle`:   {"vault/file.js"},
		`getUserMedia`:             {"app/camera.js", "sound/record.js"},
	}
	for pattern, allowed := range may {
		re := regexp.MustCompile(pattern)
		err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(name) != ".js" || strings.HasPrefix(name, "vendor/") {
				return err
			}
			source, err := fs.ReadFile(embedded, name)
			if err != nil {
				return err
			}
			ours := slices.ContainsFunc(allowed, func(p string) bool { return strings.HasPrefix(name, p) })
			if !ours && re.MatchString(withoutComments(source)) {
				t.Errorf("%s uses %s; only %v may", name, pattern, allowed)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

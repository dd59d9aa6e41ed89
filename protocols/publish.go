package protocols

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrVersionTaken is returned when the version was published with other content.
var ErrVersionTaken = errors.New("this version is published and never changes: raise `version` in the protocol's file")

// LintError carries the findings that stop a publication.
type LintError struct{ Findings []Finding }

func (e *LintError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Publish flattens the protocol id in dir and locks it: it writes
// published/<id>@<n>.json and its line in SHA256SUMS. Publishing the same again
// changes nothing. *LintError when the source has findings, ErrVersionTaken when
// the version exists with other content.
func Publish(dir, id string) (Summary, error) {
	lib := At(dir)
	src, findings := lib.Lint(id)
	if len(findings) > 0 {
		return Summary{}, &LintError{findings}
	}
	raw, err := Canonical(&src.Protocol)
	if err != nil {
		return Summary{}, err
	}
	p := Published{SHA256: HashOf(raw), Bytes: raw, Protocol: src.Protocol}
	sums, err := readSums(os.DirFS(dir))
	if err != nil {
		return Summary{}, err
	}
	name := publishedName(src.Protocol.ID, src.Protocol.Version)
	switch have, taken := sums[name]; {
	case taken && have == p.SHA256:
		return p.Summary(), nil
	case taken:
		return Summary{}, fmt.Errorf("%s: %w", name, ErrVersionTaken)
	}
	sums[name] = p.SHA256
	if err := writeWhole(filepath.Join(dir, publishedDir, name), raw); err != nil {
		return Summary{}, err
	}
	return p.Summary(), writeWhole(filepath.Join(dir, filepath.FromSlash(sumsFile)), sumsText(sums))
}

// CheckPublished lists the protocols of the library whose source no longer
// flattens to the published version that bears its number.
func (l *Library) CheckPublished() ([]Finding, error) {
	published, err := loadPublished(l.fsys)
	if err != nil {
		return nil, err
	}
	var all []Finding
	for _, id := range l.IDs() {
		src, findings := l.Source(id)
		if len(findings) > 0 {
			all = append(all, findings...)
			continue
		}
		raw, err := Canonical(&src.Protocol)
		if err != nil {
			return nil, err
		}
		for _, p := range published {
			if p.Protocol.ID == id && p.Protocol.Version == src.Protocol.Version && p.SHA256 != HashOf(raw) {
				all = append(all, src.head.finding("/version",
					fmt.Sprintf("%s@%d is published with other content", id, src.Protocol.Version), "bump version, then publish"))
			}
		}
	}
	return all, nil
}

// IDs lists the protocols that the library has a source of.
func (l *Library) IDs() []string {
	var ids []string
	for _, name := range globAll(l.fsys, "*.yaml") {
		id := strings.TrimSuffix(name, ".yaml")
		if id != "rules" && id != "actions" && id != "figures" {
			ids = append(ids, id)
		}
	}
	return ids
}

// globAll is fs.Glob over every folder of an overlay.
func globAll(fsys fs.FS, pattern string) []string {
	layers, ok := fsys.(overlay)
	if !ok {
		layers = overlay{fsys}
	}
	found := map[string]bool{}
	for _, layer := range layers {
		names, _ := fs.Glob(layer, pattern) // fails only on a malformed pattern
		for _, n := range names {
			found[n] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func sumsText(sums map[string]string) []byte {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		fmt.Fprintf(&b, "%s  %s\n", sums[name], name)
	}
	return []byte(b.String())
}

// writeWhole replaces a file so that a reader sees the old or the new one.
func writeWhole(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	tmp := name + ".new"
	if err := os.WriteFile(tmp, content, 0o644); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := os.Rename(tmp, name); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

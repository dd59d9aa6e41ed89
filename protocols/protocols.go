// Package protocols holds the questions, as data: protocols, the modules they
// share, the rules that turn answers into an assessment, the codebook and the
// directory of services. It reads, checks and flattens them, and serves the
// published versions, whose bytes never change.
//
// It never decides anything about a person (that is package screening), and it
// never serves a source: only what was published and locked by its sha256.
package protocols

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"umbral/screening"
)

//go:embed *.yaml modules words vignettes codebook schema directory published
var embedded embed.FS

// ErrUnknown is returned when no published protocol has the id and version.
var ErrUnknown = errors.New("unknown protocol")

const (
	publishedDir = "published"
	sumsFile     = publishedDir + "/SHA256SUMS"
)

// Published is one published version: its exact bytes, their hash and what they say.
type Published struct {
	SHA256   string             // of Bytes, lower-case hex
	Bytes    []byte             // canonical JSON (RFC 8785); not to be changed
	Protocol screening.Protocol // not to be changed
	// Withdrawn is set where nothing new may be begun with it.
	Withdrawn *Withdrawal
}

// Summary is a published protocol as lists show it.
type Summary struct {
	ID       string   `json:"id"`
	Version  int      `json:"version"`
	SHA256   string   `json:"sha256"`
	Title    string   `json:"title"`
	Settings []string `json:"settings"`
	Roles    []string `json:"roles"`
	Depth    string   `json:"depth"`
}

// Summary returns what lists show of p.
func (p Published) Summary() Summary {
	q := p.Protocol
	return Summary{q.ID, q.Version, p.SHA256, q.Title, q.Settings, q.Roles, q.Depth}
}

var loadOnce = sync.OnceValues(func() ([]Published, error) { return loadPublished(embedded) })

// All returns every published version, the withdrawn ones too, by id and then by
// version. It fails only when files of the program itself are not what SHA256SUMS
// and WITHDRAWN say; the error then joins everything that is wrong with them.
func All() ([]Published, error) {
	all, err := loadOnce()
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Get returns a published version, withdrawn or not; for version 0 the newest
// that is not withdrawn. ErrUnknown when there is none.
func Get(id string, version int) (Published, error) {
	all, err := All()
	if err != nil {
		return Published{}, err
	}
	found := -1
	for i, p := range all {
		if p.Protocol.ID == id && (p.Protocol.Version == version || version == 0 && p.Withdrawn == nil) {
			found = i // ordered by version: the last is the newest
		}
	}
	if found < 0 {
		return Published{}, fmt.Errorf("%w: %s@%d", ErrUnknown, id, version)
	}
	return all[found], nil
}

// BySHA256 returns the published version whose bytes have this hash; ErrUnknown
// when there is none.
func BySHA256(sum string) (Published, error) {
	all, err := All()
	if err != nil {
		return Published{}, err
	}
	for _, p := range all {
		if p.SHA256 == sum {
			return p, nil
		}
	}
	return Published{}, fmt.Errorf("%w: sha256 %s", ErrUnknown, sum)
}

// Current returns of every protocol the newest version that is not withdrawn, by
// id: what a new screening may be begun with.
func Current() ([]Published, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	return current(all), nil
}

// current is Current of all, which is ordered.
func current(all []Published) []Published {
	list := []Published{}
	for _, p := range all {
		switch last := len(list) - 1; {
		case p.Withdrawn != nil:
		case last >= 0 && list[last].Protocol.ID == p.Protocol.ID:
			list[last] = p
		default:
			list = append(list, p)
		}
	}
	return list
}

// List returns what lists show of Current.
func List() ([]Summary, error) {
	now, err := Current()
	if err != nil {
		return nil, err
	}
	list := make([]Summary, len(now))
	for i, p := range now {
		list[i] = p.Summary()
	}
	return list, nil
}

// loadPublished reads every version. The error joins all that is wrong, so that
// it can be repaired at once; what could be read comes with it.
func loadPublished(fsys fs.FS) ([]Published, error) {
	sums, err := readSums(fsys)
	if err != nil {
		return nil, err
	}
	withdrawn, err := readWithdrawn(fsys, sums)
	errs := []error{err}
	all := make([]Published, 0, len(sums))
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		p, err := readPublished(fsys, name, sums[name])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if w, ok := withdrawn[name]; ok {
			p.Withdrawn = &w
		}
		all = append(all, p)
	}
	files, _ := fs.Glob(fsys, publishedDir+"/*.json") // fails only on a malformed pattern
	for _, file := range files {
		if name := path.Base(file); sums[name] == "" {
			errs = append(errs, fmt.Errorf("published protocol %s has no line in SHA256SUMS; publish it by the command, or take the file away", name))
		}
	}
	slices.SortFunc(all, func(a, b Published) int {
		if c := strings.Compare(a.Protocol.ID, b.Protocol.ID); c != 0 {
			return c
		}
		return a.Protocol.Version - b.Protocol.Version
	})
	return all, errors.Join(errs...)
}

func readPublished(fsys fs.FS, name, sum string) (p Published, err error) {
	if p.Bytes, err = fs.ReadFile(fsys, path.Join(publishedDir, name)); err != nil {
		return p, fmt.Errorf("published protocol: %w", err)
	}
	if p.SHA256 = HashOf(p.Bytes); p.SHA256 != sum {
		return p, fmt.Errorf("published protocol %s was altered: its sha256 is %s, SHA256SUMS says %s; restore it and publish a new version instead", name, p.SHA256, sum)
	}
	dec := json.NewDecoder(bytes.NewReader(p.Bytes))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p.Protocol); err != nil {
		return p, fmt.Errorf("published protocol %s: %w", name, err)
	}
	if want := publishedName(p.Protocol.ID, p.Protocol.Version); want != name {
		return p, fmt.Errorf("published protocol %s says that it is %s", name, want)
	}
	return p, nil
}

// readSums reads SHA256SUMS, in the form of the sha256sum command.
func readSums(fsys fs.FS) (map[string]string, error) {
	raw, err := fs.ReadFile(fsys, sumsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]string{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", sumsFile, err)
	}
	sums := map[string]string{}
	var errs []error
	number := 0
	for line := range strings.Lines(string(raw)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		sum, name, ok := strings.Cut(line, "  ")
		if !ok || len(sum) != hex.EncodedLen(sha256.Size) {
			errs = append(errs, fmt.Errorf("%s:%d: line %q is not a hash, two blanks and a file name", sumsFile, number, line))
			continue
		}
		sums[name] = sum
	}
	return sums, errors.Join(errs...)
}

func publishedName(id string, version int) string {
	return id + "@" + strconv.Itoa(version) + ".json"
}

// HashOf returns the sha256 of what is published, in lower-case hex.
func HashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

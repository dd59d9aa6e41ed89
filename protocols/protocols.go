// Package protocols holds the questions, as data: protocols, the modules they
// share, the rules that turn answers into an assessment, the codebook and the
// directory of services. It reads, checks and flattens them, and serves the
// published versions, whose bytes never change.
//
// It never decides anything about a person (that is package screening), and it
// never serves a source: only what was published and locked by its sha256.
package protocols

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
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

// All returns every published version, by id and then by version. It fails only
// when a file of the program itself is not what SHA256SUMS says.
func All() ([]Published, error) { return loadOnce() }

// Get returns a published version, the newest for version 0; ErrUnknown when
// there is none.
func Get(id string, version int) (Published, error) {
	all, err := All()
	if err != nil {
		return Published{}, err
	}
	found := -1
	for i, p := range all {
		if p.Protocol.ID == id && (version == 0 || p.Protocol.Version == version) {
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

// List returns the newest version of every protocol, by id.
func List() ([]Summary, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	list := []Summary{}
	for i, p := range all {
		if i+1 == len(all) || all[i+1].Protocol.ID != p.Protocol.ID {
			list = append(list, p.Summary())
		}
	}
	return list, nil
}

func loadPublished(fsys fs.FS) ([]Published, error) {
	sums, err := readSums(fsys)
	if err != nil {
		return nil, err
	}
	all := make([]Published, 0, len(sums))
	for name, sum := range sums {
		p, err := readPublished(fsys, name, sum)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Published) int {
		if c := strings.Compare(a.Protocol.ID, b.Protocol.ID); c != 0 {
			return c
		}
		return a.Protocol.Version - b.Protocol.Version
	})
	return all, nil
}

func readPublished(fsys fs.FS, name, sum string) (p Published, err error) {
	if p.Bytes, err = fs.ReadFile(fsys, path.Join(publishedDir, name)); err != nil {
		return p, fmt.Errorf("published protocol: %w", err)
	}
	if p.SHA256 = hashOf(p.Bytes); p.SHA256 != sum {
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
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok || len(sum) != hex.EncodedLen(sha256.Size) {
			return nil, fmt.Errorf("%s: line %q is not a hash, two blanks and a file name", sumsFile, lines.Text())
		}
		sums[name] = sum
	}
	return sums, lines.Err()
}

func publishedName(id string, version int) string {
	return id + "@" + strconv.Itoa(version) + ".json"
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

package locales

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ownFiles are what a folder of a language may hold.
var ownFiles = []string{"messages.json", "protocols.json", "status.json", "revoked.json", "NOTICE"}

// over lays an operator's folder over the embedded languages: its registry adds
// rows, or replaces them, and a file of a language stands in the place of ours of
// that name. The Spanish and the classes are ours alone: every text is judged by
// them. It returns everything that is wrong at once, with what can be read all the
// same, so that the rest is looked at too.
func over(base, dir fs.FS) (fs.FS, error) {
	rows, wrong := overRows(base, dir)
	known := map[string]bool{}
	for _, l := range rows {
		known[l.Code] = true
	}
	top := layered{map[string][]byte{}, dir, base}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case strings.HasPrefix(name, "."), name == "registry.json":
		case !e.IsDir():
			wrong = append(wrong, fmt.Errorf("%s: what stands beside registry.json are the folders of languages; move it away", name))
		case name == Source:
			wrong = append(wrong, fmt.Errorf("%s/: the Spanish is the source of every language and part of the program; move the folder away", name))
		case !known[name]:
			wrong = append(wrong, fmt.Errorf("%s/: the language is in no registry; add it with: server locale add %[1]s --name NAME --dir DIR", name))
		default:
			wrong = append(wrong, overFolder(top.own, dir, name))
		}
	}
	text, err := json.Marshal(rows)
	top.own["registry.json"] = text
	return top, errors.Join(append(wrong, err)...)
}

// overRows merges the registries. A row of the folder may raise our gate, never
// lower it; what else is wrong with a row the registry's own check says.
func overRows(base, dir fs.FS) (rows []Language, wrong []error) {
	ours, err := readRegistry(base)
	if err != nil {
		return nil, []error{err}
	}
	var theirs []Language
	if err := readJSON(dir, "registry.json", &theirs); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = errors.New("registry.json is missing: write [] into it, or add a language with: server locale add TAG --name NAME --dir DIR")
		}
		return ours, []error{err}
	}
	rows = slices.Clone(ours)
	for _, l := range theirs {
		at := slices.IndexFunc(rows, func(o Language) bool { return o.Code == l.Code })
		switch {
		case l.Code == Source:
			wrong = append(wrong, fmt.Errorf("registry.json: %s is part of the program; take the row out", Source))
		case at < 0, at >= len(ours): // new; twice is found with the rest
			rows = append(rows, l)
		case ours[at].Gate == gateCertified && l.Gate != gateCertified:
			wrong = append(wrong, fmt.Errorf("registry.json: %s: gate %q lowers ours; set \"gate\": %q: a gate may be raised, never lowered", l.Code, l.Gate, gateCertified))
		default:
			rows[at] = l
		}
	}
	return rows, wrong
}

// maxOwnFile is in bytes: every text of every protocol, ten times over.
const maxOwnFile = 8 << 20

func overFolder(into map[string][]byte, dir fs.FS, code string) error {
	entries, err := fs.ReadDir(dir, code)
	wrong := []error{err}
	for _, e := range entries {
		name := code + "/" + e.Name()
		info, err := e.Info()
		switch {
		case strings.HasPrefix(e.Name(), "."):
			continue
		case err != nil:
			wrong = append(wrong, err)
			continue
		case e.IsDir() && slices.Contains(mediaFolders, e.Name()):
			wrong = append(wrong, mediaSizes(dir, name))
			continue
		case !slices.Contains(ownFiles, e.Name()) || !info.Mode().IsRegular():
			wrong = append(wrong, fmt.Errorf("%s: a language has %s, and the folders %s; move it away", name, strings.Join(ownFiles, ", "), strings.Join(mediaFolders, " and ")))
			continue
		case info.Size() > maxOwnFile:
			wrong = append(wrong, fmt.Errorf("%s: %d bytes, more than %d", name, info.Size(), maxOwnFile))
			continue
		}
		text, err := fs.ReadFile(dir, name)
		into[name] = bytes.TrimPrefix(text, []byte("\ufeff")) // some editors write one
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// mediaFolders hold recordings: see media.go.
var mediaFolders = []string{"audio", "video"}

// mediaSizes refuses what would be read for nothing.
func mediaSizes(dir fs.FS, folder string) error {
	entries, err := fs.ReadDir(dir, folder)
	wrong := []error{err}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && (!info.Mode().IsRegular() || info.Size() > MaxVideo) {
			err = fmt.Errorf("%s/%s: no recording of at most %d bytes; move it away", folder, e.Name(), MaxVideo)
		}
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}

// layered reads from own what it has, recordings from dir too, else from the rest.
type layered struct {
	own map[string][]byte
	dir fs.FS
	fs.FS
}

func (l layered) ReadFile(name string) ([]byte, error) {
	if text, ok := l.own[name]; ok {
		return text, nil
	}
	if slices.Contains(mediaFolders, path.Base(path.Dir(name))) {
		if content, err := fs.ReadFile(l.dir, name); err == nil {
			return content, nil
		}
	}
	return fs.ReadFile(l.FS, name)
}

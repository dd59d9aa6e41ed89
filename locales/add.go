package locales

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// emptyFiles are those of a language that nobody has translated a word of.
var emptyFiles = map[string]string{"messages.json": "{}\n", "protocols.json": "{}\n", "status.json": "{}\n", "NOTICE": ""}

// ErrThere is returned by Add for a language that is registered already.
var ErrThere = errors.New("the language is registered already")

// Add starts a language in the folder dir, which is made where it is missing: a
// row in its registry.json and a folder with empty files. A language of the
// program that has no folder there gets one, and the same row.
func Add(dir string, l Language) error {
	if l.Code == Source {
		return fmt.Errorf("%s is the source of every language; it is not added", Source)
	}
	l = NewLanguage(l)
	if err := l.check(); err != nil {
		return err
	}
	ours, err := readRegistry(files)
	if err != nil {
		return err
	}
	for _, o := range ours {
		if o.Code == l.Code && o.Gate == gateCertified && l.Gate != gateCertified {
			return fmt.Errorf("%s: gate %q lowers ours; a gate may be raised, never lowered", l.Code, l.Gate)
		}
	}
	var rows []Language
	if err := readJSON(os.DirFS(dir), "registry.json", &rows); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, r := range rows {
		if r.Code == l.Code {
			return fmt.Errorf("%s: %w in %s", l.Code, ErrThere, filepath.Join(dir, "registry.json"))
		}
	}
	text, err := json.MarshalIndent(append(rows, l), "", " ")
	if err != nil {
		return err
	}
	folder := filepath.Join(dir, l.Code)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, content := range emptyFiles {
		if err := create(filepath.Join(folder, name), content); err != nil {
			return err
		}
	}
	return replace(filepath.Join(dir, "registry.json"), append(text, '\n'))
}

// create writes a new file; what is there stays, for it is somebody's work.
func create(name, content string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close())
}

// replace writes a file whole or not at all.
func replace(name string, content []byte) error {
	temporary := name + ".new"
	if err := os.WriteFile(temporary, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, name)
}

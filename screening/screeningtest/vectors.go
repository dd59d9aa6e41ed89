package screeningtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"umbral/screening"
)

// Vectors is one file of testdata/vectors: a protocol and what every engine
// must say of each input. The first test is in screening, the second in static.
type Vectors struct {
	Name     string             `json:"-"`
	Path     string             `json:"-"`
	About    string             `json:"about"`
	Protocol screening.Protocol `json:"protocol"`
	Cases    []Vector           `json:"cases"`
}

// Vector is one input and its outcome.
type Vector struct {
	Name  string          `json:"name"`
	Input screening.Input `json:"input"`
	Want  Outcome         `json:"want"`
}

// ReadVectors reads every file of dir; none at all is an error.
func ReadVectors(dir string) ([]Vectors, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no vectors in %s (%v)", dir, err)
	}
	var files []Vectors
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f := Vectors{Path: path, Name: strings.TrimSuffix(filepath.Base(path), ".json")}
		d := json.NewDecoder(bytes.NewReader(raw))
		d.DisallowUnknownFields()
		if err := d.Decode(&f); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if len(f.Cases) == 0 {
			return nil, fmt.Errorf("%s holds no case", path)
		}
		files = append(files, f)
	}
	return files, nil
}

// Format writes the file back: the protocol indented, to be read; each case on
// three lines, to be compared.
func (v *Vectors) Format() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n\"about\": %s,\n\"protocol\": ", JSON(v.About))
	// Indent fails on no JSON that JSON has just written.
	_ = json.Indent(&b, JSON(v.Protocol), "", " ")
	b.WriteString(",\n\"cases\": [")
	for i, c := range v.Cases {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n{\"name\": %s,\n \"input\": %s,\n \"want\": %s}", JSON(c.Name), JSON(c.Input), JSON(c.Want))
	}
	b.WriteString("\n]\n}\n")
	return b.Bytes()
}

// JSON is v in one line, with <, > and & as they are.
func JSON(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // a test value that is no JSON
	}
	return bytes.TrimSpace(b.Bytes())
}

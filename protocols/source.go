package protocols

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"

	"github.com/gowebpki/jcs"

	"umbral/screening"
)

// Library is a folder of sources. A file that it lacks is taken from the program
// itself, so that one protocol can be written and checked alone.
type Library struct{ fsys fs.FS }

// Embedded returns the sources inside the program.
func Embedded() *Library { return &Library{embedded} }

// At returns the sources in dir.
func At(dir string) *Library { return &Library{overlay{os.DirFS(dir), embedded}} }

// overlay looks in its folders in order.
type overlay []fs.FS

func (o overlay) Open(name string) (f fs.File, err error) {
	for _, fsys := range o {
		if f, err = fsys.Open(name); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
	}
	return nil, err
}

// head is what protocols/<id>.yaml holds itself.
type head struct {
	ID       string           `json:"id"`
	Version  int              `json:"version"`
	Title    string           `json:"title"`
	Depth    string           `json:"depth"`
	Settings []string         `json:"settings"`
	Roles    []string         `json:"roles"`
	Budget   screening.Budget `json:"budget"`
	Words    []string         `json:"words"`   // wordings of this place, the first that has an item wins
	Privacy  string           `json:"privacy"` // the item that must be yes before anything that is not discreet
	Modules  []use            `json:"modules"`
}

// uses reports whether the protocol takes a part of the library: "modules/",
// "words/", or "" for what every protocol takes.
func (h *head) uses(part, name string) bool {
	switch part {
	case "modules/":
		return slices.ContainsFunc(h.Modules, func(u use) bool { return u.Module == name })
	case "words/":
		return slices.Contains(h.Words, name)
	}
	return true
}

// ruleFile is what rules.yaml holds: the rules without the codebook's
// indicators and without the actions.
type ruleFile struct {
	LawText          string                  `json:"law_text"`
	LawSource        string                  `json:"law_source"`
	ReviewedByLawyer bool                    `json:"reviewed_by_lawyer"`
	ChildPath        screening.Condition     `json:"child_path"`
	ChildWords       screening.Condition     `json:"child_words"`
	Levels           []screening.LevelRule   `json:"levels"`
	Offences         []screening.OffenceRule `json:"offences"`
}

type actionFile struct {
	Actions []screening.ActionRule `json:"actions"`
}

type figureFile struct {
	Figures []screening.Figure `json:"figures"`
}

// Source is a protocol as its authors wrote it: flattened, and with the place of
// everything in the files, so that a finding can name file and line.
type Source struct {
	Protocol screening.Protocol
	Book     *Book

	privacy string                    // as head.Privacy
	words   []wording                 // as head.Words
	shared  map[string]screening.Item // every item as its module has it, before any wording

	head    *document
	modules []*document // as Protocol.Modules
	rules   *document
	actions *document
	figures *document
}

// Source reads, checks and flattens the protocol id. With findings the source is
// not whole and must not be used.
func (l *Library) Source(id string) (*Source, []Finding) {
	book, err := readBook(l.fsys)
	if err != nil {
		return nil, []Finding{{"codebook", 0, err.Error(), "repair the codebook"}}
	}
	s := &Source{Book: book, shared: map[string]screening.Item{}}
	var all []Finding
	note := func(f []Finding) { all = append(all, f...) }

	h, doc, f := readYAML[head](l.fsys, id+".yaml", protocolSchema)
	s.head = doc
	note(f)
	rules, doc, f := readYAML[ruleFile](l.fsys, "rules.yaml", rulesSchema)
	s.rules = doc
	note(f)
	actions, doc, f := readYAML[actionFile](l.fsys, "actions.yaml", actionsSchema)
	s.actions = doc
	note(f)
	figures, doc, f := readYAML[figureFile](l.fsys, "figures.yaml", figuresSchema)
	s.figures = doc
	note(f)
	if h.ID != "" && h.ID != id {
		note([]Finding{s.head.finding("/id", fmt.Sprintf("the id is %q, the file name says %q", h.ID, id), "make them equal")})
	}
	s.privacy = h.Privacy
	s.Protocol = screening.Protocol{
		ID: h.ID, Version: h.Version, Title: h.Title, Depth: h.Depth,
		Settings: h.Settings, Roles: h.Roles, Budget: &h.Budget, Figures: figures.Figures,
		Rules: screening.Rules{
			LawText: rules.LawText, LawSource: rules.LawSource, ReviewedByLawyer: rules.ReviewedByLawyer,
			Indicators: book.Indicators(), ChildPath: rules.ChildPath, ChildWords: rules.ChildWords,
			Levels: rules.Levels, Offences: rules.Offences, Actions: actions.Actions,
		},
	}
	s.words, f = readWords(l.fsys, h.Words, s.head)
	note(f)
	for i, u := range h.Modules {
		note(s.addModule(l.fsys, u, "/modules/"+strconv.Itoa(i)))
	}
	return s, all
}

func (s *Source) addModule(fsys fs.FS, u use, pointer string) []Finding {
	m, doc, findings := readYAML[screening.Module](fsys, path.Join("modules", u.Module+".yaml"), moduleSchema)
	if doc == nil {
		return []Finding{s.head.finding(pointer, fmt.Sprintf("there is no modules/%s.yaml", u.Module), "write the module or correct its name")}
	}
	if len(findings) > 0 {
		return findings
	}
	if findings = u.check(&m, s.head, pointer); len(findings) > 0 {
		return findings
	}
	doc = u.apply(&m, doc)
	for i := range m.Items {
		if m.Items[i].Words != "" {
			return []Finding{doc.finding(pointerAt("/items", i)+"/words", "words are named by publication", "write the wording in words/<name>.yaml and name it in the protocol")}
		}
		s.shared[m.Items[i].ID] = m.Items[i]
		say(&m.Items[i], s.words)
	}
	s.Protocol.Modules = append(s.Protocol.Modules, m)
	s.modules = append(s.modules, doc)
	return nil
}

// readYAML reads one file; the document is nil only where there is no file.
func readYAML[T any](fsys fs.FS, name, schema string) (v T, d *document, f []Finding) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return v, nil, []Finding{{name, 0, "cannot be read: " + err.Error(), "check the name and the rights of the file"}}
	}
	d, f = parseYAML(name, raw)
	if len(f) > 0 {
		return v, d, f
	}
	v, f = decode[T](d, schema)
	return v, d, f
}

// pointerAt returns the JSON pointer of the ith value of the list at pointer.
func pointerAt(pointer string, i int) string { return pointer + "/" + strconv.Itoa(i) }

// Canonical returns the bytes that are published: RFC 8785 canonical JSON.
func Canonical(p *screening.Protocol) ([]byte, error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("flatten %s: %w", p.ID, err)
	}
	out, err := jcs.Transform(raw)
	if err != nil {
		return nil, fmt.Errorf("flatten %s: %w", p.ID, err)
	}
	return out, nil
}

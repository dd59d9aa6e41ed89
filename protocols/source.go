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
	"sync"

	"github.com/gowebpki/jcs"

	"umbral/screening"
)

// Library is a folder of sources. A file that it lacks is taken from the program
// itself, so that one protocol can be written and checked alone.
type Library struct {
	fsys fs.FS
	own  fs.FS // of fsys, what is not the program's; nil: all of it is read here

	mu   sync.Mutex
	read map[string]*sourceFile // by name: protocols share most of their files
}

// sourceFile is a file that was read once, and what its schema says of it.
type sourceFile struct {
	doc      *document // nil only where there is no file
	json     []byte    // as JSON, where nothing is found
	findings []Finding
}

func newLibrary(fsys fs.FS) *Library { return &Library{fsys: fsys, read: map[string]*sourceFile{}} }

var embeddedLibrary = newLibrary(embedded)

// Embedded returns the sources inside the program.
func Embedded() *Library { return embeddedLibrary }

// At returns the sources in dir. A file that changes after it was read stays as
// it was: ask At again.
func At(dir string) *Library {
	own := os.DirFS(dir)
	l := newLibrary(overlay{own, embedded})
	l.own = own
	return l
}

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

	every   []screening.ActionRule // as actions.yaml has them
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

	h, doc, f := readYAML[head](l, id+".yaml", protocolSchema)
	s.head = doc
	note(f)
	rules, doc, f := readYAML[ruleFile](l, "rules.yaml", rulesSchema)
	s.rules = doc
	note(f)
	actions, doc, f := readYAML[actionFile](l, "actions.yaml", actionsSchema)
	s.actions = doc
	note(f)
	figures, doc, f := readYAML[figureFile](l, "figures.yaml", figuresSchema)
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
	s.words, f = readWords(l, h.Words, s.head)
	note(f)
	for i, u := range h.Modules {
		note(s.addModule(l, u, "/modules/"+strconv.Itoa(i)))
	}
	if len(all) == 0 {
		s.every = s.Protocol.Rules.Actions
		s.Protocol.Rules.Actions = apt(&s.Protocol, s.every)
	}
	return s, all
}

func (s *Source) addModule(l *Library, u use, pointer string) []Finding {
	m, doc, findings := readYAML[screening.Module](l, path.Join("modules", u.Module+".yaml"), moduleSchema)
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
func readYAML[T any](l *Library, name, schema string) (v T, d *document, f []Finding) {
	file := l.file(name, schema)
	if len(file.findings) > 0 {
		return v, file.doc, file.findings
	}
	v, f = decode[T](file.doc, file.json)
	return v, file.doc, f
}

// file reads and checks a file once.
func (l *Library) file(name, schema string) *sourceFile {
	if l.own != nil {
		if _, err := fs.Stat(l.own, name); errors.Is(err, fs.ErrNotExist) {
			return embeddedLibrary.file(name, schema)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.read[name]; f != nil {
		return f
	}
	f := &sourceFile{}
	l.read[name] = f
	raw, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		f.findings = []Finding{{name, 0, "cannot be read: " + err.Error(), "check the name and the rights of the file"}}
		return f
	}
	if f.doc, f.findings = parseYAML(name, raw); len(f.findings) == 0 {
		f.json, f.findings = checkedJSON(f.doc, schema)
	}
	return f
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

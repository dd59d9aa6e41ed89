package protocols

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"umbral/screening"
)

// Lint reads a protocol and lists everything wrong with it, all at once: what
// the schemas refuse, and when nothing is, what no schema can see. The source is
// whole only when there is no finding.
func (l *Library) Lint(id string) (*Source, []Finding) {
	src, findings := l.Source(id)
	if len(findings) > 0 {
		return nil, ordered(findings)
	}
	c := newLinter(src, l.itemsOfAllModules())
	c.head()
	c.items()
	c.words()
	c.conditions()
	c.reach()
	c.rules()
	if len(c.findings) == 0 { // a walk needs a whole protocol
		c.budget()
		c.privacy()
	}
	if len(c.findings) > 0 {
		return nil, ordered(c.findings)
	}
	return src, nil
}

// LintFile lints the protocol in a file, or every protocol of its folder that
// uses the module or the words in it. A rules, actions or figures file is linted
// with every protocol of its folder.
func LintFile(name string) []Finding {
	dir, file := path.Split(strings.ReplaceAll(name, "\\", "/"))
	id := strings.TrimSuffix(file, ".yaml")
	if id == file {
		return []Finding{{name, 0, "not a .yaml file", "name a protocol or a module"}}
	}
	part := path.Base(dir) + "/"
	if part != "modules/" && part != "words/" {
		part = ""
	} else {
		dir = path.Dir(path.Clean(dir))
	}
	if dir == "" {
		dir = "."
	}
	lib := At(dir)
	shared := slices.Contains([]string{"rules", "actions", "figures"}, id)
	if part == "" && !shared {
		_, findings := lib.Lint(id)
		return findings
	}
	findings := lib.lintShared(part, id)
	for i := range findings {
		findings[i].File = path.Join(dir, findings[i].File)
	}
	return findings
}

// lintShared lints what several protocols share (part: "modules/", "words/", or
// "" for a file of the library itself) through each that uses it, and keeps what
// is found in the file itself.
func (l *Library) lintShared(part, name string) []Finding {
	file, used := part+name+".yaml", false
	var all []Finding
	for _, id := range l.IDs() {
		h, _, f := readYAML[head](l, id+".yaml", protocolSchema)
		if len(f) > 0 || !h.uses(part, name) {
			continue
		}
		used = true
		_, findings := l.Lint(id)
		for _, f := range findings {
			if f.File == file && !slices.Contains(all, f) {
				all = append(all, f)
			}
		}
	}
	if used {
		return all
	}
	if part == "modules/" {
		_, _, all = readYAML[screening.Module](l, file, moduleSchema)
	} else {
		_, _, all = readYAML[wordsFile](l, file, wordsSchema)
	}
	if len(all) > 0 {
		return all
	}
	return []Finding{{file, 0, "no protocol uses it", "name it in a protocol"}}
}

func ordered(f []Finding) []Finding {
	slices.SortStableFunc(f, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return slices.Compact(f)
}

// itemsOfAllModules lists the ids of every module of the library: actions and
// rules are shared, and may name an item that one protocol lacks.
func (l *Library) itemsOfAllModules() map[string]bool {
	ids := map[string]bool{}
	for _, file := range globAll(l.fsys, "modules/*.yaml") {
		m, _, f := readYAML[screening.Module](l, file, moduleSchema)
		if len(f) > 0 {
			continue
		}
		for _, it := range m.Items {
			ids[it.ID] = true
		}
	}
	return ids
}

// place is where something of the source stands.
type place struct {
	doc     *document
	pointer string
}

// linter holds what the checks share.
type linter struct {
	src      *Source
	p        *screening.Protocol
	codebook map[string]screening.Indicator
	order    map[string]int // item id -> its position in the whole protocol
	byID     map[string]*screening.Item
	anywhere map[string]bool // item ids of every module of the library
	findings []Finding
}

func newLinter(src *Source, anywhere map[string]bool) *linter {
	whole := src.Protocol
	whole.Rules.Actions = src.every // those that another protocol leads to are checked too
	c := &linter{src: src, p: &whole, anywhere: anywhere,
		codebook: map[string]screening.Indicator{}, order: map[string]int{}, byID: map[string]*screening.Item{}}
	for _, ind := range src.Book.Indicators() {
		c.codebook[ind.Code] = ind
	}
	n := 0
	for i := range c.p.Modules {
		for j := range c.p.Modules[i].Items {
			it := &c.p.Modules[i].Items[j]
			if _, twice := c.byID[it.ID]; !twice {
				c.byID[it.ID], c.order[it.ID] = it, n
			}
			n++
		}
	}
	return c
}

func (c *linter) add(at place, what, do string) {
	c.findings = append(c.findings, at.doc.finding(at.pointer, what, do))
}

func (p place) in(part string) place { return place{p.doc, p.pointer + "/" + part} }

func (p place) item(list string, i int) place {
	return place{p.doc, pointerAt(p.pointer+"/"+list, i)}
}

func (c *linter) module(i int) place { return place{c.src.modules[i], ""} }

func (c *linter) itemAt(module, item int) place { return c.module(module).item("items", item) }

// code reports a code that its list does not have.
func (c *linter) code(at place, list string, codes ...string) {
	for _, code := range codes {
		if !c.src.Book.Has(list, code) {
			c.add(at, fmt.Sprintf("unknown code %s", code), fmt.Sprintf("use a code of codebook/%s.csv, or add it there with its source", list))
		}
	}
}

func (c *linter) head() {
	at := place{c.src.head, ""}
	c.code(at.in("settings"), ListSettings, c.p.Settings...)
	c.code(at.in("roles"), ListRoles, c.p.Roles...)
	seen := map[string]int{}
	for i, m := range c.p.Modules {
		if first, twice := seen[m.ID]; twice {
			c.add(c.module(i).in("id"), fmt.Sprintf("the module id %s is also that of %s", m.ID, c.src.modules[first].file), "give each module an id of its own")
		}
		seen[m.ID] = i
	}
}

// eachItem calls f with every item and its place.
func (c *linter) eachItem(f func(it *screening.Item, at place)) {
	for i := range c.p.Modules {
		for j := range c.p.Modules[i].Items {
			f(&c.p.Modules[i].Items[j], c.itemAt(i, j))
		}
	}
}

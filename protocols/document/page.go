// Package document writes a protocol for readers on paper: all of it for a
// specialist or a lawyer, and the questions alone as a form to fill in by hand
// where even a phone is a danger.
//
// It shows what the protocol says and what its texts are worth, and adds
// nothing. The same protocol and words give the same bytes.
package document

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"umbral/locales"
	"umbral/protocols"
	"umbral/protocols/phrase"
	"umbral/screening"
)

// Asked is what a document is made of.
type Asked struct {
	Protocol *screening.Protocol
	SHA256   string
	Source   bool              // read from a source, which may change
	Lengths  screening.Lengths // of the protocol; a form shows none
	// Lang is a registered code of Words.
	Lang  string
	Words *locales.Catalog // loaded with the protocol's own Spanish
}

// Words is a text in the document's language.
type Words struct {
	Lang    string // of Text, for the reader's machine: es-MX where nothing else is there
	Text    string
	Mark    string // what the text is worth, in words; empty: it was reviewed, or it is the Spanish
	Spanish string // beside it; empty: nothing to compare with
}

// Page is a document before it has a form.
type Page struct {
	Lang   string // of the frame: es or en
	Name   string // of the texts' language
	Title  Words
	ID     string
	SHA256 string
	Source bool

	Version  int
	Base     bool
	Settings []string
	Roles    []string
	Lengths  string
	Worth    string // how many texts of the language are there, and what they are worth
	Law      string
	LawFrom  string
	Lawyer   bool

	ChildPath  phrase.Clause
	ChildWords phrase.Clause

	Modules  []Module
	Levels   []Level
	Offences []Offence
	Posts    []Post
	Figures  []Figure

	voice    *phrase.Voice
	settings []string // codes
	roles    []string
}

// Module is a group of items opened together.
type Module struct {
	Number string
	ID     string
	Title  Words
	Opens  *phrase.Clause // nil: always
	Items  []Item
	Next   string // number of the module after it; empty: none
}

// Item is a question or an observation.
type Item struct {
	Number  string
	ID      string
	Kind    string // in words
	Code    string // of the kind
	Type    string
	Text    Words
	Child   *Words
	Asked   *phrase.Clause // nil: always
	Answers []Answer
	List    string   // where the answers are too many to be named
	Traits  []string // core, not on the child path, ...
	Notes   []Note
	Law     []string
	Source  string
	Next    string // number of the item after it in its module; empty: it is the last
	Means   bool   // not asked on the child path
	Once    bool   // once a visit
	missing []string
}

// Answer is one that an item has.
type Answer struct {
	Code  string
	Text  Words
	Meets string // the indicator, in words
	Ends  bool
	Mark  string // on the form: that some gate counts it
}

// Note is a line of the concept note.
type Note struct {
	Name string
	Text Words
}

// Level is a rule of the result.
type Level struct {
	Label  string
	Text   Words
	When   phrase.Clause
	Source string
}

// Offence is a suggested offence with its elements.
type Offence struct {
	Code     string
	Label    string
	When     phrase.Clause
	Verified bool
	Elements []Element
}

// Element is one element of an offence.
type Element struct {
	Text      Words
	Shown     []string       // indicators that support it; none: no answer can
	NotNeeded *phrase.Clause // nil: it is always needed
}

// Post is who must act, and how.
type Post struct {
	Label   string // empty: whoever it is
	Actions []Action
}

// Action is something to do, to tell or never to do.
type Action struct {
	Kind   string // in words
	Text   Words
	When   phrase.Clause
	Detail []string // to whom, by when, by which law
}

// Figure is a dated number that texts show.
type Figure struct {
	Code, Value, Unit, Source string
	Year                      int
	Verified                  bool
}

// newPage makes the page of what was asked, for a form where there are marks; an
// error where the language is not registered.
func newPage(a Asked, form *marks) (*Page, error) {
	language, known := a.Words.Language(a.Lang)
	if !known {
		return nil, fmt.Errorf("the language %q is not registered; locales/registry.json lists them", a.Lang)
	}
	b := &builder{Asked: a, voice: phrase.New(a.Lang, a.Protocol), year: newestYear(a.Protocol.Figures), form: form}
	b.voice.Number = numbersOf(a.Protocol)
	b.voice.Text = func(it *screening.Item) string { return b.shown(it) }
	if form != nil {
		b.voice.Counted = func(n *screening.Count) string {
			return b.voice.Say("form.counted", "n", n.Min, "mark", sign(form.number(n)))
		}
	}
	p := a.Protocol
	page := &Page{
		Lang: b.voice.Lang, Name: language.Name, Title: b.words("protocol."+p.ID, p.Title), ID: p.ID, SHA256: a.SHA256, Source: a.Source,
		Version: p.Version, Base: p.Depth != "full",
		Settings: b.labels(protocols.ListSettings, p.Settings), Roles: b.labels(protocols.ListRoles, p.Roles),
		Worth: b.worth(),
		Law:   p.Rules.LawText, LawFrom: p.Rules.LawSource, Lawyer: p.Rules.ReviewedByLawyer,
		ChildPath: b.voice.Condition(&p.Rules.ChildPath), ChildWords: b.voice.Condition(&p.Rules.ChildWords),
		voice: b.voice, settings: p.Settings, roles: p.Roles,
	}
	page.Modules = b.modules()
	if form == nil { // a form has the questions alone
		page.Lengths = b.voice.Lengths(a.Lengths, p.Budget)
		b.rules(page)
	}
	return page, nil
}

// Say returns a phrase in the language of the frame, for the templates.
func (p *Page) Say(id string, args ...any) string { return p.voice.Say(id, args...) }

// builder makes the parts of a page.
type builder struct {
	Asked
	voice *phrase.Voice
	year  int    // of the figures
	form  *marks // nil: no form
}

// numbersOf numbers items by module and place: 7.4.
func numbersOf(p *screening.Protocol) map[string]string {
	numbers := map[string]string{}
	for i, m := range p.Modules {
		for j, it := range m.Items {
			numbers[it.ID] = strconv.Itoa(i+1) + "." + strconv.Itoa(j+1)
		}
	}
	return numbers
}

// newestYear is the year of the newest figure: texts show what was last known.
func newestYear(figures []screening.Figure) int {
	year := 0
	for _, f := range figures {
		for _, v := range f.Values {
			year = max(year, v.Year)
		}
	}
	return year
}

// words returns the text of a message; spanish is its source.
func (b *builder) words(id, spanish string) Words {
	fill := func(text string) string { return screening.Fill(text, b.Protocol.Figures, b.year).Text }
	if b.Lang == locales.Source {
		return Words{Lang: locales.Source, Text: fill(spanish)}
	}
	own, ok := b.Words.Own(b.Lang, id)
	switch {
	case b.form != nil && ok && !own.Served: // a form is put to people: the gates hold
		return Words{Lang: locales.Source, Text: fill(spanish), Mark: b.voice.Say("doc.status.held")}
	case b.form != nil && ok: // and its Spanish stands beside, whatever the text is worth
		return Words{Lang: b.Lang, Text: fill(own.Text), Mark: b.voice.Say("doc.status." + string(own.Status)), Spanish: fill(spanish)}
	case !ok:
		return Words{Lang: locales.Source, Text: fill(spanish), Mark: b.voice.Say("doc.status.missing")}
	case own.Status == locales.Reviewed || own.Status == locales.Certified:
		return Words{Lang: b.Lang, Text: fill(own.Text)}
	}
	return Words{Lang: b.Lang, Text: fill(own.Text), Mark: b.voice.Say("doc.status." + string(own.Status)), Spanish: fill(spanish)}
}

// shown is an item's text as sentences about it quote it.
func (b *builder) shown(it *screening.Item) string { return b.words(it.MessageID(), it.Text).Text }

// worth counts the texts of the language by what they are worth.
func (b *builder) worth() string {
	if b.Lang == locales.Source {
		return b.voice.Say("doc.worth.spanish")
	}
	messages := protocols.Messages(b.Protocol)
	count := map[locales.Status]int{}
	for id := range messages {
		own, ok := b.Words.Own(b.Lang, id)
		if !ok {
			count["missing"]++
			continue
		}
		count[own.Status]++
	}
	var parts []string
	for _, s := range slices.Sorted(maps.Keys(count)) {
		parts = append(parts, fmt.Sprintf("%s: %d", b.voice.Say("doc.status."+string(s)), count[s]))
	}
	return b.voice.Say("doc.worth", "n", len(messages), "parts", b.voice.And(parts))
}

func (b *builder) labels(list string, codes []string) []string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = b.voice.Label(list, c)
	}
	return names
}

// Package phrase says the parts of a protocol in words that a specialist who
// writes no code reads: conditions as sentences, answers and codes by their
// labels, in Spanish and English.
//
// It says what the data say and never what they ought to; a code that no list
// has stands for itself.
package phrase

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"umbral/protocols"
	"umbral/screening"
)

//go:embed words.csv
var wordsFile []byte

// Languages that the words stand in. Any other language is spoken of in Spanish.
const (
	Spanish = "es"
	English = "en"
)

// LanguageOf is the one of them that speaks to readers of a language code
// (es-MX, en, mam ...).
func LanguageOf(code string) string {
	if base, _, _ := strings.Cut(code, "-"); base == English {
		return English
	}
	return Spanish
}

// words are the phrases by id, and then by language.
var words = sync.OnceValue(func() map[string]map[string]string {
	rows, err := csv.NewReader(bytes.NewReader(wordsFile)).ReadAll()
	if err != nil {
		panic("protocols/phrase/words.csv: " + err.Error()) // the program was built with a broken one; its tests do not let that pass
	}
	all := map[string]map[string]string{}
	for _, r := range rows[1:] {
		all[r[0]] = map[string]string{Spanish: r[1], English: r[2]}
	}
	return all
})

// maxQuote is how much of a question a sentence about it repeats, in runes.
const maxQuote = 80

// Voice speaks of protocols in one language. Its fields are set before it speaks.
type Voice struct {
	Lang string // Spanish or English
	// Number comes before the words of an item, by its id ("7.4"); without one
	// the item's id does.
	Number map[string]string
	// Text returns the words of an item in the reader's language; nil: its Spanish.
	Text func(*screening.Item) string
	// Counted may say a count of indicators in other words, as a form does that
	// marks what counts; nil, or an empty answer: in full.
	Counted func(*screening.Count) string

	book  *protocols.Book
	items map[string]*screening.Item
}

// New returns a voice that knows the items of these protocols; of an item that
// stands in several it takes the last.
func New(lang string, all ...*screening.Protocol) *Voice {
	v := &Voice{Lang: LanguageOf(lang), book: protocols.Codebook(), items: map[string]*screening.Item{}}
	for _, p := range all {
		for i := range p.Modules {
			for j := range p.Modules[i].Items {
				v.items[p.Modules[i].Items[j].ID] = &p.Modules[i].Items[j]
			}
		}
	}
	return v
}

// Say returns the phrase id; args are alternating names and values of its
// {name}s. A phrase that there is not stands for its id.
func (v *Voice) Say(id string, args ...any) string {
	text, ok := words()[id][v.Lang]
	if !ok {
		return id
	}
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.ReplaceAll(text, "{"+args[i].(string)+"}", fmt.Sprint(args[i+1]))
	}
	return text
}

// Label returns the words of a code of the codebook.
func (v *Voice) Label(list, code string) string {
	if list == protocols.ListLevels || v.book.Has(list, code) {
		return v.book.Label(list, code, v.Lang)
	}
	return code
}

// Labels joins the words of codes: a, b o c.
func (v *Voice) Labels(list string, codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = v.Label(list, c)
	}
	return v.Or(names)
}

// Or joins names by commas and a last "or".
func (v *Voice) Or(names []string) string { return v.join(names, "or") }

// And joins names by commas and a last "and".
func (v *Voice) And(names []string) string { return v.join(names, "and") }

func (v *Voice) join(names []string, word string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + v.Say(word) + " " + names[last]
}

// Item names an item inside a sentence: its number or id, and its first words.
func (v *Voice) Item(id string) string {
	name := v.Number[id]
	if name == "" {
		name = id
	}
	it := v.items[id]
	if it == nil {
		return name
	}
	text := it.Text
	if v.Text != nil {
		text = v.Text(it)
	}
	return name + " «" + cut(text) + "»"
}

// cut shortens a text at a blank, to maxQuote runes at most.
func cut(text string) string {
	if utf8.RuneCountInString(text) <= maxQuote {
		return text
	}
	short := string([]rune(text)[:maxQuote])
	if i := strings.LastIndexByte(short, ' '); i > 0 {
		short = short[:i]
	}
	return strings.TrimRight(short, " ,;:.") + "…"
}

// Answer says in words what an item is answered with.
func (v *Voice) Answer(item, value string) string {
	switch value {
	case screening.Yes, screening.No, screening.Shown:
		return v.Say("answer." + value)
	}
	if screening.IsMissing(value) {
		return v.Label(protocols.ListMissing, value)
	}
	it := v.items[item]
	if it == nil {
		return value
	}
	for _, o := range it.Options {
		if o.Code == value {
			return o.Text
		}
	}
	return v.Label(it.List, value)
}

// Dimension says in words a dimension of indicators.
func (v *Voice) Dimension(code string) string { return v.orCode("dimension."+code, code) }

// Kind says in words a kind of item.
func (v *Voice) Kind(code string) string { return v.orCode("kind."+code, code) }

// Strength says in words how much an indicator weighs.
func (v *Voice) Strength(code string) string { return v.orCode("strength."+code, code) }

func (v *Voice) orCode(id, code string) string {
	if text := v.Say(id); text != id {
		return text
	}
	return code
}

// Indicator says an indicator of p: its words, its dimension and how much it weighs.
func (v *Voice) Indicator(p *screening.Protocol, code string) string {
	text := v.Label(protocols.ListIndicators, code)
	for _, ind := range p.Rules.Indicators {
		if ind.Code == code {
			text += " (" + v.Dimension(ind.Dimension)
			if ind.Strength != "danger" && ind.Strength != "none" { // the dimension says it
				text += ", " + v.Strength(ind.Strength)
			}
			return text + ")"
		}
	}
	return text
}

// duration is the form of a term that the law gives in hours or days.
var duration = regexp.MustCompile(`^P(?:T(\d+)H|(\d+)D)$`)

// Term says by when an action must be done.
func (v *Voice) Term(by string) string {
	m := duration.FindStringSubmatch(by)
	switch {
	case m == nil:
		return v.orCode("term."+by, by)
	case m[1] != "":
		return v.Say("term.hours", "n", m[1])
	}
	return v.Say("term.days", "n", m[2])
}

// Lengths says how many questions a protocol puts to a person, and what it
// promises where it does; promised may be nil.
func (v *Voice) Lengths(l screening.Lengths, promised *screening.Budget) string {
	text := v.Say("lengths", "shortest", l.Shortest, "negative", l.Negative, "vulnerable", l.Vulnerable,
		"typical", l.Typical, "longest", l.Longest, "registered", l.Registered)
	if promised != nil {
		text += " " + v.Say("lengths.budget", "negative", promised.Negative, "vulnerable", promised.Vulnerable)
	}
	return text
}

package locales

import (
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// Spanish is the source of one message: what a translation is made from.
type Spanish struct {
	Text    string
	Context string // where it stands, for who translates; of a protocol's text empty
	Hash    string // of both: what a translation says it was made from
}

// Spanish returns the sources of a message as they are now. Protocols that say it
// otherwise each have theirs; nearly always there is one. Empty: no such message.
func (c *Catalog) Spanish(id string) (all []Spanish) {
	if s, ok := c.spanish[id]; ok && !isProtocolText(id) {
		return []Spanish{s}
	}
	for _, p := range slices.Sorted(maps.Keys(c.protocols)) {
		text, ok := c.protocols[p][id]
		s := Spanish{Text: text, Hash: sourceHash(text, "")}
		if ok && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// ForPerson are the ids of the interface that a person may see, in order.
func (c *Catalog) ForPerson() []string {
	ids := slices.Sorted(maps.Keys(c.spanish))
	return slices.DeleteFunc(ids, func(id string) bool { return !isForPerson(id) || isProtocolText(id) })
}

// Class is the gate of a message's class, and why it is so.
func (c *Catalog) Class(id string) (gate Status, why string) {
	k := classOf(c.classes, id)
	return k.Gate, k.Why
}

// WorthIn is what the language's own text of a message is worth in a protocol;
// with no protocol, in the one where it is worth the least. False without a text.
func (c *Catalog) WorthIn(code, protocol, id string) (Status, bool) {
	loc := c.codes[code]
	if loc == nil {
		return "", false
	}
	if s, ok := loc.in[protocol][id]; ok {
		return s, true
	}
	s, ok := loc.status[id]
	return s, ok
}

// LookAlike says whether two texts are the same once accents, tones and apostrophes
// are dropped, so that one may be taken for the other. Writings that have none of
// the letters a to z are compared as they are.
func LookAlike(a, b string) bool {
	if fa, fb := folded(a), folded(b); fa != "" && fb != "" {
		return fa == fb
	}
	return strings.EqualFold(a, b)
}

// IsMarkable says whether drafts of a language may be shown beside Spanish.
func IsMarkable(code string) bool { return slices.Contains(markable, code) }

// GateCertified and GateMarked are the gates that an added language may have.
const (
	GateCertified = gateCertified
	GateMarked    = gateMarked
)

// NewLanguage fills in what follows from the code: ISO 639-3, the fallback.
func NewLanguage(l Language) Language {
	l.Chain, l.ISO = []string{Source}, l.Code
	if tag, err := language.Parse(l.Code); err == nil {
		base, _ := tag.Base()
		l.ISO = base.ISO3()
	}
	l.Audio, l.Video = "none", "none"
	return l
}

// IsProtocolText says whether a message is of protocols, and not of the interface.
func IsProtocolText(id string) bool { return isProtocolText(id) }

// CheckAdded says what is wrong with a language that is to be added while the
// server runs: one that is registered is refused, and a row must be as ours are.
func (c *Catalog) CheckAdded(l Language) error {
	if c.codes[l.Code] != nil {
		return ErrThere
	}
	return l.check()
}

// grown is the registry with the languages that were added since, and with the
// gates that were raised. One that a release has brought meanwhile is the
// release's. A gate is never lowered.
func (o Options) grown(langs []Language) []Language {
	out := slices.Clone(langs)
	for _, l := range o.Added {
		if !slices.ContainsFunc(out, func(k Language) bool { return k.Code == l.Code }) {
			out = append(out, l)
		}
	}
	for i := range out {
		if out[i].Gate == gateMarked && slices.Contains(o.Raised, out[i].Code) {
			out[i].Gate = gateCertified
		}
	}
	return out
}

// messagesOf are the texts of a language, of its files and of the desk, whose
// rows it puts in the place of those of the files.
func (c *Catalog) messagesOf(fsys fs.FS, code string, works map[string]Work, rows map[string]Row) (all []*i18n.Message, err error) {
	filed := map[string]string{}
	for _, file := range []string{"messages.json", "protocols.json"} {
		messages, err := readMessages(fsys, code+"/"+file)
		if err != nil {
			return nil, err
		}
		all = append(all, messages...)
		for _, m := range messages {
			filed[m.ID] = m.Other
		}
	}
	stands := map[string]bool{}
	for _, id := range slices.Sorted(maps.Keys(works)) {
		w := works[id]
		text, there := filed[id]
		if stands[id] = c.displaces(w, id, text, rows[id], there); stands[id] {
			w.fromDesk = true
			rows[id] = w.Row
		}
	}
	all = slices.DeleteFunc(all, func(m *i18n.Message) bool { return stands[m.ID] })
	for _, id := range slices.Sorted(maps.Keys(works)) {
		if stands[id] {
			all = append(all, &i18n.Message{ID: id, Other: works[id].Text})
		}
	}
	return all, nil
}

// voiced gives a text of a file the voice that the desk has for these very words.
func voiced(rows map[string]Row, id, text string, voices map[string]Voice) {
	v, heard := voices[id]
	r, there := rows[id]
	if !heard || !there || v.AudioTextHash != TextHash(text) {
		return
	}
	r.Voice = v
	rows[id] = r
}

// current: a text of the desk was made from the Spanish as it is.
func (c *Catalog) current(id string, w Work) bool {
	return slices.ContainsFunc(c.Spanish(id), func(s Spanish) bool { return s.Hash == w.SourceHash })
}

// displaces decides whether a text of the desk stands in the place of what the
// files have: never an outdated one, and never one that is worth less than a
// certified one, which would take a language out of use for a correction.
func (c *Catalog) displaces(w Work, id, text string, r Row, there bool) bool {
	switch {
	case !c.current(id, w):
		return false
	case !there || r.Status != Certified || w.Status == Certified:
		return true
	}
	return effective(r, true, text, w.SourceHash, c.now()) != Certified
}

package locales

import (
	"maps"
	"slices"
	"strings"
)

// Statuses are all that a text can have, from the most to the least trusted and
// then those that are never served.
func Statuses() []Status {
	return []Status{Certified, Reviewed, Draft, Imported, Stale, Tampered, Machine, Revoked}
}

// Report is how far a language is, as authors and translators ask it.
type Report struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Autonym string `json:"autonym"`
	Variant string `json:"variant"`
	Gate    string `json:"gate"`
	// Person are the words that a person may see outside of a screening, a part
	// of Interface, which is all that the page says.
	Person    Progress            `json:"person"`
	Interface Progress            `json:"interface"`
	Protocols map[string]Progress `json:"protocols"`
	// Heard counts the recordings that may be played.
	Heard int `json:"heard"`
	// Screening are the protocols that may be put to a person in the language.
	Screening []string `json:"screening"`
}

// Progress counts the texts of one part.
type Progress struct {
	All      int            `json:"all"` // that the Spanish has
	Statuses map[Status]int `json:"statuses"`
	Missing  int            `json:"missing"`
	// WithoutAudio counts those that are said to a person and have no recording.
	WithoutAudio int `json:"without_audio"`
	// Lacks are the ids that the part still needs before it may be served whole:
	// those that are missing or below the gate, and of a protocol in a language
	// whose drafts are shown only those that are said to a person.
	Lacks []string `json:"lacks"`
}

// Empty reports whether the language has no text at all.
func (r Report) Empty() bool {
	for _, p := range r.Protocols {
		if p.Missing < p.All {
			return false
		}
	}
	return r.Interface.Missing == r.Interface.All
}

// Reports counts every language, or one, in the registry's order.
func (c *Catalog) Reports(code string) []Report {
	list := []Report{}
	for _, v := range c.Coverage() {
		if code != "" && v.Code != code {
			continue
		}
		loc := c.codes[v.Code]
		said := slices.Sorted(maps.Keys(c.codes[Source].texts))
		r := Report{Code: v.Code, Name: v.Name, Autonym: v.Autonym, Variant: v.Variant, Gate: v.Gate,
			Interface: c.progress(loc, said, loc.status), Protocols: map[string]Progress{}, Heard: v.Heard, Screening: v.Screening}
		r.Person = c.progress(loc, slices.DeleteFunc(said, func(id string) bool { return !isForPerson(id) }), loc.status)
		for id, p := range c.protocols {
			if v.Code != Source { // its Spanish is the protocol itself
				r.Protocols[id] = c.progress(loc, slices.Sorted(maps.Keys(p)), loc.in[id])
			}
		}
		list = append(list, r)
	}
	return list
}

func (c *Catalog) progress(loc *locale, ids []string, worth map[string]Status) Progress {
	p := Progress{All: len(ids), Statuses: map[Status]int{}, Lacks: []string{}}
	for _, id := range ids {
		s, there := worth[id]
		if there {
			p.Statuses[s]++
		} else {
			p.Missing++
		}
		if isSaid(id) && !loc.sounds(id) {
			p.WithoutAudio++
		}
		if needed(loc, id) && (!there || !s.atLeast(c.gateOf(loc, id))) {
			p.Lacks = append(p.Lacks, id)
		}
	}
	return p
}

// needed: the language may not be without the text; see mayScreen.
func needed(loc *locale, id string) bool {
	return loc.lang.Gate == gateCertified || !isProtocolText(id) || isSaid(id)
}

// gateOf is the status from which on the language's text of a message counts.
func (c *Catalog) gateOf(loc *locale, id string) Status {
	switch {
	case loc.lang.Gate != gateCertified:
		return Imported
	case isProtocolText(id):
		return Certified
	}
	return classOf(c.classes, id).Gate
}

func isForPerson(id string) bool {
	return slices.ContainsFunc(personPrefixes, func(prefix string) bool { return strings.HasPrefix(id, prefix) })
}

// isSaid: the message is put to a person, who may not read.
func isSaid(id string) bool {
	if isNote(id) {
		return false
	}
	return isForPerson(id) || strings.HasPrefix(id, "item.") || strings.HasPrefix(id, "option.")
}

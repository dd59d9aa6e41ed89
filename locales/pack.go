package locales

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Served is a text that a device may show in this language, and its status.
type Served struct {
	Text   string `json:"text"`
	Status Status `json:"status"`
}

// Pack is what a device gets of one language: only what passes the gates. What
// is not in it the device takes from es-MX, and marks.
type Pack struct {
	Language
	Messages  map[string]Served            `json:"messages"`
	Protocols map[string]map[string]Served `json:"protocols"` // protocol id -> message id; empty in es-MX: its Spanish is in the protocol
}

// Pack returns the pack of a registered code.
func (c *Catalog) Pack(code string) (Pack, error) {
	loc := c.codes[code]
	if loc == nil {
		return Pack{}, fmt.Errorf("locales: no language %q; registry.json lists them", code)
	}
	p := Pack{loc.lang, map[string]Served{}, map[string]map[string]Served{}}
	for id, text := range loc.texts {
		if c.serves(loc, id) && !isProtocolText(id) {
			p.Messages[id] = Served{text, loc.status[id]}
		}
	}
	for protocol, ids := range c.protocols {
		if !c.mayScreen(loc, protocol) {
			continue
		}
		texts := map[string]Served{}
		for id := range ids {
			if text, ok := loc.texts[id]; ok && c.servesIn(loc, protocol, id) {
				texts[id] = Served{text, loc.in[protocol][id]}
			}
		}
		if len(texts) > 0 {
			p.Protocols[protocol] = texts
		}
	}
	return p, nil
}

// Empty reports whether the language has nothing to show: it need not be fetched.
func (p Pack) Empty() bool { return len(p.Messages) == 0 && len(p.Protocols) == 0 }

// Listed is what a choice of language needs to name one, text or none.
type Listed struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Autonym string   `json:"autonym,omitempty"`
	Variant string   `json:"variant,omitempty"`
	States  []string `json:"states,omitempty"`
}

// List returns every language in the registry's order. It is one small piece for
// a device, where a hundred languages have no text to fetch.
func (c *Catalog) List() []Listed {
	list := make([]Listed, len(c.langs))
	for i, l := range c.langs {
		list[i] = Listed{l.Code, l.Name, l.Autonym, l.Variant, l.States}
	}
	return list
}

// pageLanguages are the ones whose interface words are part of the page.
var pageLanguages = []string{Source, "en"}

// personPrefixes are the messages that a person may see in their own language;
// all others are for who works with the page.
var personPrefixes = []string{"chrome.", "greeting.", "answer.", "hand.go_on", "hand.not_saved", "hand.over", "hand.stop"}

// DevicePack is the Pack without what a device has already: the interface words
// of a language that is part of the page (PageMessages).
func (c *Catalog) DevicePack(code string) (Pack, error) {
	p, err := c.Pack(code)
	if err != nil || !slices.Contains(pageLanguages, code) {
		return p, err
	}
	maps.DeleteFunc(p.Messages, func(id string, _ Served) bool { return !isForPerson(id) })
	return p, nil
}

// protocolPrefixes are the ids that speak of protocols.
var protocolPrefixes = []string{"item.", "module.", "option.", "action.", "rule.", "element.", "protocol."}

func isProtocolText(id string) bool {
	return slices.ContainsFunc(protocolPrefixes, func(p string) bool { return strings.HasPrefix(id, p) })
}

// PageMessages is the part of the page that must be readable before anybody
// signed in: the interface of es-MX and en as {id: text}, in JSON, by code.
func (c *Catalog) PageMessages() (map[string][]byte, error) {
	page := map[string][]byte{}
	for _, code := range pageLanguages {
		loc := c.codes[code]
		texts := maps.Clone(loc.texts)
		maps.DeleteFunc(texts, func(id, _ string) bool { return isProtocolText(id) || !c.serves(loc, id) })
		b, err := json.Marshal(texts)
		if err != nil {
			return nil, fmt.Errorf("locales: page messages of %s: %w", code, err)
		}
		page[code] = b
	}
	return page, nil
}

// Coverage counts the texts of a language by effective status.
type Coverage struct {
	Language
	Interface map[Status]int            `json:"interface"`
	Protocols map[string]map[Status]int `json:"protocols"`
	Missing   map[string]int            `json:"missing"`   // "interface", or a protocol id
	Screening []string                  `json:"screening"` // protocols that may be put to a person in it
	Heard     int                       `json:"heard"`     // recordings that may be played
}

// Coverage reports every language in the registry's order.
func (c *Catalog) Coverage() []Coverage {
	source := c.codes[Source]
	report := make([]Coverage, 0, len(c.langs))
	for _, l := range c.langs {
		loc := c.codes[l.Code]
		v := Coverage{l, map[Status]int{}, map[string]map[Status]int{}, map[string]int{}, []string{}, len(c.Recordings(l.Code))}
		for id := range source.texts {
			if s, ok := loc.status[id]; ok {
				v.Interface[s]++
			} else {
				v.Missing["interface"]++
			}
		}
		for _, p := range slices.Sorted(maps.Keys(c.protocols)) {
			v.Protocols[p] = map[Status]int{}
			for id := range c.protocols[p] {
				if s, ok := loc.in[p][id]; ok {
					v.Protocols[p][s]++
				} else if l.Code != Source {
					v.Missing[p]++
				}
			}
			if l.Code == Source || c.mayScreen(loc, p) {
				v.Screening = append(v.Screening, p)
			}
		}
		report = append(report, v)
	}
	return report
}

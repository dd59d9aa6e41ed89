// Package compare says where two protocols differ, and how much they share, in
// words that a specialist reads: not as lines of files, but as items that were
// added, moved or said otherwise, and conditions as sentences.
package compare

import (
	"umbral/protocols/phrase"
	"umbral/screening"
)

// What became of a part.
const (
	Added   = "added"
	Removed = "removed"
	Moved   = "moved"
	Changed = "changed"
)

// Parts of a protocol that changes are about.
const (
	PartProtocol  = "protocol"
	PartModule    = "module"
	PartItem      = "item"
	PartIndicator = "indicator"
	PartLevel     = "level"
	PartOffence   = "offence"
	PartAction    = "action"
	PartFigure    = "figure"
)

// Change is one difference from the old to the new.
type Change struct {
	Part string `json:"part"`
	// ID is of the part; the second rule of one offence or action is CODE#2.
	ID    string `json:"id"`
	In    string `json:"in,omitempty"` // the module of an item
	What  string `json:"what"`
	Field string `json:"field,omitempty"` // what of it changed: text, ask_if, note.asks ...
	Old   string `json:"old,omitempty"`   // as a reader reads it; a condition is a sentence
	New   string `json:"new,omitempty"`
}

// Changes lists every difference between two protocols, in the order of the new
// one, what was removed after it. None: they say the same. lang is that of the
// sentences.
func Changes(old, now *screening.Protocol, lang string) []Change {
	c := &comparer{old: side{old, phrase.New(lang, old)}, now: side{now, phrase.New(lang, now)}, changes: []Change{}}
	c.one(PartProtocol, now.ID, headOf(c.old), headOf(c.now))
	c.lists(PartModule, modulesOf(c.old), modulesOf(c.now))
	c.lists(PartItem, itemsOf(c.old), itemsOf(c.now))
	c.lists(PartIndicator, indicatorsOf(c.old), indicatorsOf(c.now))
	c.lists(PartLevel, levelsOf(c.old), levelsOf(c.now))
	c.lists(PartOffence, offencesOf(c.old), offencesOf(c.now))
	c.lists(PartAction, actionsOf(c.old), actionsOf(c.now))
	c.lists(PartFigure, figuresOf(c.old), figuresOf(c.now))
	return c.changes
}

// side is one of the two, and the voice that knows its items.
type side struct {
	p     *screening.Protocol
	voice *phrase.Voice
}

// field is a part of an entry: key decides whether it changed, words say it.
type field struct{ name, key, words string }

// entry is a thing with an id that stands in a list.
type entry struct {
	id, in, title string
	fields        []field
}

type comparer struct {
	old, now side
	changes  []Change
}

func (c *comparer) add(ch Change) { c.changes = append(c.changes, ch) }

// lists compares two lists of entries: what came, went, changed place or changed.
func (c *comparer) lists(part string, old, now []entry) {
	before, after := byID(old), byID(now)
	moved := movedOf(old, now)
	for i, e := range now {
		was, ok := before[e.id]
		if !ok {
			c.add(Change{Part: part, ID: e.id, In: e.in, What: Added, New: e.title})
			continue
		}
		if was.entry.in != e.in {
			c.add(Change{Part: part, ID: e.id, In: e.in, What: Moved, Field: "module", Old: was.entry.in, New: e.in})
		} else if moved[e.id] {
			c.add(Change{Part: part, ID: e.id, In: e.in, What: Moved, Field: "after", Old: idBefore(old, was.at), New: idBefore(now, i)})
		}
		c.fields(part, e, was.entry.fields, e.fields)
	}
	for _, e := range old {
		if _, ok := after[e.id]; !ok {
			c.add(Change{Part: part, ID: e.id, In: e.in, What: Removed, Old: e.title})
		}
	}
}

// one compares what there is one of.
func (c *comparer) one(part, id string, old, now []field) {
	c.fields(part, entry{id: id}, old, now)
}

// fields compares the fields of an entry by name; both have them in one order.
func (c *comparer) fields(part string, e entry, old, now []field) {
	had := map[string]field{}
	for _, f := range old {
		had[f.name] = f
	}
	seen := map[string]bool{}
	change := func(old, now field, name string) {
		if old.key == now.key {
			return
		}
		if old.words == now.words { // both are said alike: then the data tell
			old.words, now.words = old.key, now.key
		}
		c.add(Change{Part: part, ID: e.id, In: e.in, What: Changed, Field: name, Old: old.words, New: now.words})
	}
	for _, f := range now {
		seen[f.name] = true
		change(had[f.name], f, f.name)
	}
	for _, f := range old {
		if !seen[f.name] {
			change(f, field{}, f.name)
		}
	}
}

// placed is an entry and where it stands.
type placed struct {
	entry entry
	at    int
}

func byID(list []entry) map[string]placed {
	m := make(map[string]placed, len(list))
	for i, e := range list {
		m[e.id] = placed{e, i}
	}
	return m
}

// idBefore is the id of the entry before the one at i, empty for the first.
func idBefore(list []entry, i int) string {
	if i == 0 {
		return ""
	}
	return list[i-1].id
}

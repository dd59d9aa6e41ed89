package protocols

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"umbral/screening"
)

// use is how a protocol takes a module: whole, or with less of it, opened
// otherwise. A short protocol so asks a shared item only where a question of its
// own points to it.
type use struct {
	Module string `json:"module"`
	// OpenIf takes the place of the module's own.
	OpenIf *screening.Condition `json:"open_if"`
	// OnlyIf is asked besides the item's own ask_if.
	OnlyIf map[string]screening.Condition `json:"only_if"`
	// Without are items that this protocol does not have.
	Without []string `json:"without"`
	// Discreet are items that in this place anybody may overhear and learn
	// nothing: in a clinic everybody is asked how old they are.
	Discreet []string `json:"discreet"`
}

// UnmarshalJSON reads the name of a module alone, or the whole form.
func (u *use) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, &u.Module) == nil {
		return nil
	}
	type plain use
	return json.Unmarshal(raw, (*plain)(u))
}

// check finds items that the module does not have.
func (u *use) check(m *screening.Module, head *document, pointer string) (findings []Finding) {
	has := func(id string) bool {
		return slices.ContainsFunc(m.Items, func(it screening.Item) bool { return it.ID == id })
	}
	for _, id := range slices.Sorted(maps.Keys(u.OnlyIf)) {
		if !has(id) || slices.Contains(u.Without, id) {
			findings = append(findings, head.finding(pointer+"/only_if/"+escapePointer(id),
				fmt.Sprintf("%s is no item that this protocol takes of the module %s", id, u.Module), "correct the id or take it out"))
		}
	}
	for i, id := range u.Without {
		if !has(id) {
			findings = append(findings, head.finding(pointerAt(pointer+"/without", i),
				fmt.Sprintf("the module %s has no item %s", u.Module, id), "correct the id or take it out"))
		}
	}
	for i, id := range u.Discreet {
		if !has(id) || slices.Contains(u.Without, id) {
			findings = append(findings, head.finding(pointerAt(pointer+"/discreet", i),
				fmt.Sprintf("%s is no item that this protocol takes of the module %s", id, u.Module), "correct the id or take it out"))
		}
	}
	if len(u.Without) >= len(m.Items) && len(findings) == 0 {
		findings = append(findings, head.finding(pointer+"/without", "nothing is left of the module "+u.Module, "take the module out"))
	}
	return findings
}

// apply changes m, read from doc, and returns the places of what is left.
func (u *use) apply(m *screening.Module, doc *document) *document {
	if u.OpenIf != nil {
		m.OpenIf = u.OpenIf
	}
	left, from := []screening.Item{}, []int{}
	for i, it := range m.Items {
		if slices.Contains(u.Without, it.ID) {
			continue
		}
		if only, ok := u.OnlyIf[it.ID]; ok {
			if it.AskIf != nil {
				only = screening.Condition{All: []screening.Condition{only, *it.AskIf}}
			}
			it.AskIf = &only
		}
		it.Discreet = it.Discreet || slices.Contains(u.Discreet, it.ID)
		left, from = append(left, it), append(from, i)
	}
	m.Items = left
	return doc.only("items", from)
}

// only is d where the list at the top has just the values at from.
func (d *document) only(list string, from []int) *document {
	lines := map[string]int{}
	for pointer, line := range d.lines {
		lines[pointer] = line
	}
	for now, was := range from {
		old, moved := pointerAt("/"+list, was), pointerAt("/"+list, now)
		if old == moved {
			continue
		}
		for pointer, line := range d.lines {
			if rest, ok := strings.CutPrefix(pointer+"/", old+"/"); ok {
				lines[strings.TrimSuffix(moved+"/"+rest, "/")] = line
			}
		}
	}
	return &document{d.file, d.value, lines}
}

package protocols

import (
	"fmt"
	"path"
	"slices"

	"umbral/screening"
)

// wordsFile holds how a place says shared items, where it must say them in words
// of its own: protocols/words/<name>.yaml.
type wordsFile struct {
	ID    string      `json:"id"`
	Title string      `json:"title"`
	Items []otherWord `json:"items"`
}

// otherWord is an item said otherwise; its rule stays the module's.
type otherWord struct {
	ID        string          `json:"id"`
	Text      string          `json:"text"`
	ChildText string          `json:"child_text"`
	Note      *screening.Note `json:"note"`
	Law       []string        `json:"law"` // of the place's own chapter, in place of the general one
}

// wording is a words file in use, and where it stands.
type wording struct {
	wordsFile
	doc *document
}

// readWords reads the wordings that a protocol names.
func readWords(l *Library, names []string, head *document) (all []wording, findings []Finding) {
	for i, name := range names {
		w, doc, f := readYAML[wordsFile](l, path.Join("words", name+".yaml"), wordsSchema)
		switch {
		case doc == nil:
			findings = append(findings, head.finding(pointerAt("/words", i), fmt.Sprintf("there is no words/%s.yaml", name), "write it or correct its name"))
		case len(f) > 0:
			findings = append(findings, f...)
		case w.ID != name:
			findings = append(findings, doc.finding("/id", fmt.Sprintf("the id is %q, the file name says %q", w.ID, name), "make them equal"))
		default:
			all = append(all, wording{w, doc})
		}
	}
	return all, findings
}

// say gives it the words of the first wording that has it.
func say(it *screening.Item, words []wording) {
	for _, w := range words {
		i := slices.IndexFunc(w.Items, func(o otherWord) bool { return o.ID == it.ID })
		if i < 0 {
			continue
		}
		other := w.Items[i]
		it.Text, it.ChildText, it.Words = other.Text, other.ChildText, w.ID
		if other.Note != nil {
			note := *other.Note
			note.Words = w.ID
			it.Note = &note
		}
		if len(other.Law) > 0 {
			it.Law = other.Law
		}
		return
	}
}

// words checks that the wordings of the protocol speak of items that exist, and
// leave out nothing that the item has.
func (c *linter) words() {
	for _, w := range c.src.words {
		for i, other := range w.Items {
			at := place{w.doc, pointerAt("/items", i)}
			it, here := c.src.shared[other.ID]
			switch {
			case !here && !c.anywhere[other.ID]:
				c.add(at.in("id"), "there is no item "+other.ID, "correct the id")
			case here && it.ChildText != "" && other.ChildText == "":
				c.add(at, other.ID+" has words for a child, and this wording has none", "add child_text")
			}
		}
	}
}

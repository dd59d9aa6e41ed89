package locales

import "strings"

// Texts are served texts by their status and message id: most of a language has
// one status, and a phone pays for every byte.
type Texts map[Status]map[string]string

func (t Texts) put(id string, s Served) {
	if t[s.Status] == nil {
		t[s.Status] = map[string]string{}
	}
	t[s.Status][id] = s.Text
}

// Parts is a Pack as devices fetch it, in pieces: what protocols share is carried
// once, and what explains the items to who asks comes apart from what is asked.
type Parts struct {
	Locale LocalePart
	// Words are by protocol what it alone says. A protocol that may be put to a
	// person in the language has its piece, empty or not; without the piece
	// nothing of Shared or Notes may be used for it.
	Words map[string]WordsPart
	Notes NotesPart
	// Media are the recordings; nil where there is none. Its bytes are MediaJSON.
	Media     *MediaPart
	MediaJSON []byte
}

// LocalePart is what a device needs of a language first.
type LocalePart struct {
	Language
	Messages map[string]Served `json:"messages"`
	Shared   Texts             `json:"shared"` // texts of several protocols
	// Media says what there is to hear and how much it is; nil: nothing.
	Media *MediaSum `json:"media,omitempty"`
}

// WordsPart is what one protocol alone says.
type WordsPart struct {
	Code     string `json:"code"`
	Protocol string `json:"protocol"`
	Texts    Texts  `json:"texts"`
}

// NotesPart are the concept notes of the items of every protocol in Words.
type NotesPart struct {
	Code  string `json:"code"`
	Texts Texts  `json:"texts"`
}

// sharedFrom is how many protocols must have a text for it to be carried once.
// Whoever fetches one protocol fetches all that is shared: with two, the first
// load would grow by 2 KB of what that protocol does not say, and the whole of
// English would shrink by 3.
const sharedFrom = 3

// Parts takes the pack apart. A text is shared where several protocols have it, or
// all that there are, and all that have it have it alike: who merges the parts of a protocol gets
// exactly the pack's texts of it, whatever the others are worth. protocols are
// the sources that the pack was made for.
func (c *Catalog) Parts(p Pack) Parts {
	out := Parts{
		Locale: LocalePart{Language: p.Language, Messages: p.Messages, Shared: Texts{}},
		Words:  map[string]WordsPart{},
		Notes:  NotesPart{p.Code, Texts{}},
	}
	c.addMedia(&out)
	for protocol, texts := range p.Protocols {
		own := Texts{}
		for id, s := range texts {
			switch {
			case !c.alike(p, id, s):
				own.put(id, s)
			case isNote(id):
				out.Notes.Texts.put(id, s)
			case shared(c.having(p, id), len(p.Protocols)):
				out.Locale.Shared.put(id, s)
			default:
				own.put(id, s)
			}
		}
		out.Words[protocol] = WordsPart{p.Code, protocol, own}
	}
	return out
}

// alike: every protocol of the pack that has the message says this.
func (c *Catalog) alike(p Pack, id string, s Served) bool {
	for protocol, texts := range p.Protocols {
		if _, has := c.protocols[protocol][id]; has && texts[id] != s {
			return false
		}
	}
	return true
}

// shared: n of all protocols have the text.
func shared(n, all int) bool {
	return n >= sharedFrom || n > 1 && n == all
}

// having counts the protocols of the pack that have the message.
func (c *Catalog) having(p Pack, id string) (n int) {
	for _, texts := range p.Protocols {
		if _, has := texts[id]; has {
			n++
		}
	}
	return n
}

// noteEnds end the ids of what explains an item to who asks it (protocols.Messages).
var noteEnds = []string{".asks", ".not", ".avoid", ".threshold"}

func isNote(id string) bool {
	_, ok := CutNote(id)
	return ok
}

// CutNote returns the message of the item that a note explains; false for what is
// no note.
func CutNote(id string) (item string, ok bool) {
	if !strings.HasPrefix(id, "item.") {
		return "", false
	}
	for _, end := range noteEnds {
		if item, ok := strings.CutSuffix(id, end); ok {
			return item, true
		}
	}
	return "", false
}

package static

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// officeSuffix is in the name of the words that only screens of the office say:
// /text/<code>-office.json, fetched with the first of them.
const officeSuffix = "-office"

// problemPrefix begins the messages of problems. The server says its own in the
// answer; the page needs those alone that it makes itself.
const problemPrefix = "problem."

// said finds every literal of a script that may be the id of a message, or the
// beginning of one: "encounter.mode_" + mode.
var said = regexp.MustCompile("[\"'`]([a-z][a-z0-9_.-]*)")

// fieldWords are the words that the scripts of a phone in the field can say.
type fieldWords struct {
	whole  map[string]bool
	begins []string
}

// wordsOf reads the scripts that are not of the office.
func wordsOf(b *bundle) fieldWords {
	w := fieldWords{whole: map[string]bool{}}
	for name, body := range b.outputs {
		if !strings.HasSuffix(name, ".js") || slices.Contains(b.online, name) {
			continue
		}
		for _, m := range said.FindAllSubmatch(body, -1) {
			id := string(m[1])
			begins := strings.Contains(id, ".") && (strings.HasSuffix(id, ".") || strings.HasSuffix(id, "_"))
			switch {
			case id == problemPrefix:
			case begins:
				w.begins = append(w.begins, id)
			default:
				w.whole[id] = true
			}
		}
	}
	return w
}

// has says whether a phone in the field may need this message.
func (w fieldWords) has(id string) bool {
	if kind, ok := strings.CutPrefix(id, problemPrefix); ok && w.whole[kind] {
		return true
	}
	return w.whole[id] || slices.ContainsFunc(w.begins, func(p string) bool { return strings.HasPrefix(id, p) })
}

// split parts the messages of a language: those of the field, and those that
// come with the screens of the office.
func (w fieldWords) split(code string, body []byte) (field, office []byte, err error) {
	var all map[string]string
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, nil, fmt.Errorf("static: words of %s: %w", code, err)
	}
	parts := [2]map[string]string{{}, {}}
	for id, text := range all {
		part := 1
		if w.has(id) {
			part = 0
		}
		parts[part][id] = text
	}
	if field, err = json.Marshal(parts[0]); err == nil {
		office, err = json.Marshal(parts[1])
	}
	return field, office, err
}

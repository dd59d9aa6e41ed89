package static

import (
	"encoding/json"
	"fmt"
	"maps"
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

// sourceLanguage is the one whose files name each message. The others are lists
// of texts in the order of its ids: they say no id twice.
const sourceLanguage = "es-MX"

func textsOf(code string, body []byte) (texts map[string]string, err error) {
	if err := json.Unmarshal(body, &texts); err != nil {
		return nil, fmt.Errorf("static: words of %s: %w", code, err)
	}
	return texts, nil
}

// split parts the messages of a language: those of the field, and those that
// come with the screens of the office. A message that a language lacks is empty.
func (w fieldWords) split(code string, body []byte, source map[string]string) (field, office []byte, err error) {
	all, err := textsOf(code, body)
	if err != nil {
		return nil, nil, err
	}
	named := [2]map[string]string{{}, {}}
	var listed [2][]string
	for _, id := range slices.Sorted(maps.Keys(source)) {
		part := 1
		if w.has(id) {
			part = 0
		}
		named[part][id] = all[id]
		listed[part] = append(listed[part], all[id])
	}
	if code == sourceLanguage {
		return marshalBoth(named[0], named[1])
	}
	return marshalBoth(listed[0], listed[1])
}

func marshalBoth(a, b any) (first, second []byte, err error) {
	if first, err = json.Marshal(a); err == nil {
		second, err = json.Marshal(b)
	}
	return first, second, err
}

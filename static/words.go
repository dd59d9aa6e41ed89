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

// laterSuffix is in the name of the words that only the screens say which a phone
// fetches behind its first load.
const laterSuffix = "-later"

// problemPrefix begins the messages of problems. The server says its own in the
// answer; the page needs those alone that it makes itself.
const problemPrefix = "problem."

// said finds every literal of a script that may be the id of a message, or the
// beginning of one: "encounter.mode_" + mode.
var said = regexp.MustCompile("[\"'`]([a-z][a-z0-9_.-]*)")

// saidWords are the words that some scripts can say.
type saidWords struct {
	whole  map[string]bool
	begins []string
}

// wordsOf reads the scripts of the first load, or those that come behind it; none
// of the office.
func wordsOf(b *bundle, later bool) saidWords {
	w := saidWords{whole: map[string]bool{}}
	for name, body := range b.outputs {
		if !strings.HasSuffix(name, ".js") || slices.Contains(b.online, name) || slices.Contains(b.later, name) != later {
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

// has says whether these scripts may say this message.
func (w saidWords) has(id string) bool {
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

// split parts the messages of a language, by the suffix of the file: those of the
// first load (none), those that come behind it, and those of the office. A message
// that a language lacks is empty.
func split(code string, body []byte, source map[string]string, field, later saidWords) (map[string][]byte, error) {
	all, err := textsOf(code, body)
	if err != nil {
		return nil, err
	}
	named, listed := map[string]map[string]string{"": {}, laterSuffix: {}, officeSuffix: {}}, map[string][]string{}
	for _, id := range slices.Sorted(maps.Keys(source)) {
		part := officeSuffix
		switch {
		case field.has(id):
			part = ""
		case later.has(id):
			part = laterSuffix
		}
		named[part][id] = all[id]
		listed[part] = append(listed[part], all[id])
	}
	parts := map[string][]byte{}
	for part, texts := range named {
		var form any = texts
		if code != sourceLanguage {
			form = append([]string{}, listed[part]...)
		}
		if parts[part], err = json.Marshal(form); err != nil {
			return nil, fmt.Errorf("static: words of %s: %w", code, err)
		}
	}
	return parts, nil
}

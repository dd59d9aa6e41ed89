package access

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// JSON returns a record without what is kept back: the one function for a
// detection, an encounter, an addendum and an assessment alike. It looks at
// codes and not at fields, so that a form it does not know leaks nothing.
// An element of a list that speaks of a code goes whole; a single value becomes
// Withheld. Lists named danger say Withheld where one was taken out, and lists
// named needs always, so that the mark itself tells nothing of the person.
func (r Redaction) JSON(raw json.RawMessage) (json.RawMessage, error) {
	if !r.Any() || len(raw) == 0 {
		return raw, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // numbers stay as the device wrote them
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("access: redact: %w", err)
	}
	out, err := json.Marshal(r.value("", v))
	if err != nil {
		return nil, fmt.Errorf("access: redact: %w", err)
	}
	return out, nil
}

func (r Redaction) value(name string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if r.codes[key] {
				delete(v, key)
				continue
			}
			v[key] = r.value(key, inner)
		}
		return v
	case []any:
		return r.list(name, v)
	case string:
		return r.text(v)
	}
	return v
}

func (r Redaction) list(name string, list []any) []any {
	kept := make([]any, 0, len(list)+1)
	for _, v := range list {
		if !r.speaksOf(v) {
			kept = append(kept, r.value("", v))
		}
	}
	if name == "needs" || name == "danger" && len(kept) < len(list) {
		kept = append(kept, Withheld)
	}
	return kept
}

// speaksOf says whether an element of a list is a code that is kept back, or an
// object about one.
func (r Redaction) speaksOf(v any) bool {
	switch v := v.(type) {
	case string:
		return r.codes[v]
	case map[string]any:
		for _, inner := range v {
			if text, ok := inner.(string); ok && r.codes[text] {
				return true
			}
		}
	}
	return false
}

// text is a single value: a code, or the codes of an answer by commas.
func (r Redaction) text(s string) string {
	parts := strings.Split(s, ",")
	if kept := r.Codes(parts); len(kept) < len(parts) {
		return strings.Join(append(kept, Withheld), ",")
	}
	return s
}

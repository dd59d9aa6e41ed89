package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Limits of the plain text of a record.
const (
	MaxJSON    = 64 << 10 // bytes: 20 times a long screening; also the largest size class
	MaxDepth   = 32       // nested objects and lists: a record has 5
	maxReasons = 100      // reasons kept of one record: more help nobody repair it
)

// Record is one parsed record: exactly one of the three is set.
type Record struct {
	Detection *Detection
	Encounter *Encounter
	Addendum  *Addendum
}

// Head is what all kinds of record have in common.
type Head struct {
	Kind       string
	ID         string
	Author     *Author
	Device     *string
	CapturedAt time.Time
}

// Head returns the common part of r.
func (r Record) Head() Head {
	switch {
	case r.Detection != nil:
		d := r.Detection
		return Head{d.Kind, d.ID, d.Author, d.Device, d.CapturedAt}
	case r.Encounter != nil:
		e := r.Encounter
		return Head{e.Kind, e.ID, e.Author, e.Device, e.CapturedAt}
	case r.Addendum != nil:
		a := r.Addendum
		return Head{a.Kind, a.ID, a.Author, a.Device, a.CapturedAt}
	}
	return Head{}
}

// Parse reads a record strictly: UTF-8, one JSON object of known kind and
// schema, no repeated key, no unknown or missing field, no wrong type. All
// that is wrong with its form is reported; with reasons the Record is empty.
// What its values mean is Validate's.
func Parse(plain []byte) (Record, []Reason) {
	top, why := scan(plain)
	if why != nil {
		return Record{}, []Reason{*why}
	}
	var r Record
	var into any
	switch top.kind {
	case KindDetection:
		r.Detection = new(Detection)
		into = r.Detection
	case KindEncounter:
		r.Encounter = new(Encounter)
		into = r.Encounter
	case KindAddendum:
		r.Addendum = new(Addendum)
		into = r.Addendum
	default:
		return Record{}, []Reason{{Code: "unknown_kind", Path: "/kind", Detail: "detection, encounter or addendum"}}
	}
	if top.schema != fmt.Sprint(Schema) {
		return Record{}, []Reason{{Code: "unknown_schema", Path: "/schema", Detail: fmt.Sprintf("this server reads schema %d", Schema)}}
	}
	if reasons := checkShape(plain, shapes[top.kind]); len(reasons) > 0 {
		return Record{}, reasons
	}
	if err := json.Unmarshal(plain, into, json.RejectUnknownMembers(true), scanned); err != nil {
		return Record{}, []Reason{{Code: "bad_json", Path: pointerOf(err)}}
	}
	return r, nil
}

// PeekID returns the id that plain names, if it is a JSON object with one.
// Nothing else about plain is checked.
func PeekID(plain []byte) string {
	top, why := scan(plain)
	if why != nil {
		return ""
	}
	return top.id
}

// top is what a first look at the outermost object tells.
type top struct{ kind, schema, id string }

// scan reads all tokens once: the caps, the encoding and the grammar of JSON.
func scan(plain []byte) (top, *Reason) {
	var t top
	if len(plain) > MaxJSON {
		return t, &Reason{Code: "too_large", Detail: fmt.Sprintf("at most %d bytes", MaxJSON)}
	}
	if !utf8.Valid(plain) {
		return t, &Reason{Code: "bad_utf8", Detail: "the text must be UTF-8"}
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(plain))
	if dec.PeekKind() != '{' {
		if err := nextError(dec); err != nil {
			return t, err
		}
		return t, &Reason{Code: "not_an_object", Detail: "a record is one JSON object"}
	}
	name, depth1 := "", false
	for {
		tok, err := dec.ReadToken()
		if err == io.EOF {
			return t, nil
		}
		if err != nil {
			return t, syntaxReason(err)
		}
		if dec.StackDepth() > MaxDepth {
			return t, &Reason{Code: "too_deep", Detail: fmt.Sprintf("at most %d levels", MaxDepth)}
		}
		if dec.StackDepth() == 0 { // the object has ended: only white space may follow
			if _, err := dec.ReadToken(); err != io.EOF {
				return t, &Reason{Code: "trailing_data", Detail: "one record and nothing after it"}
			}
			return t, nil
		}
		if dec.StackDepth() != 1 {
			depth1 = false
			continue
		}
		if _, n := dec.StackIndex(1); n%2 == 1 { // a name was read: its value is next
			name, depth1 = tok.String(), true
			continue
		}
		if depth1 {
			t.note(name, tok)
		}
	}
}

func (t *top) note(name string, tok jsontext.Token) {
	switch {
	case name == "kind" && tok.Kind() == '"':
		t.kind = tok.String()
	case name == "id" && tok.Kind() == '"':
		t.id = tok.String()
	case name == "schema" && tok.Kind() == '0':
		t.schema = tok.String()
	}
}

func nextError(dec *jsontext.Decoder) *Reason {
	if err := dec.SkipValue(); err != nil {
		return syntaxReason(err)
	}
	return nil
}

// syntaxReason turns a decoder's error into a reason without the text it met.
func syntaxReason(err error) *Reason {
	r := &Reason{Code: "bad_json", Path: pointerOf(err)}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		r.Code = "duplicate_key"
		return r
	}
	var s *jsontext.SyntacticError
	switch {
	case errors.As(err, &s):
		r.Detail = fmt.Sprintf("at byte %d", s.ByteOffset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		r.Detail = "the text ends too early"
	}
	return r
}

// pointerOf returns the JSON pointer that err carries, cut to a length that a
// list of reasons can show.
func pointerOf(err error) string {
	var syn *jsontext.SyntacticError
	var sem *json.SemanticError
	p := ""
	if errors.As(err, &syn) {
		p = string(syn.JSONPointer)
	} else if errors.As(err, &sem) {
		p = string(sem.JSONPointer)
	}
	return cutPath(p)
}

const maxPath = 120 // bytes: the longest path of a real record has 60

func cutPath(p string) string {
	if len(p) <= maxPath {
		return p
	}
	return strings.ToValidUTF8(p[:maxPath], "") + "…"
}

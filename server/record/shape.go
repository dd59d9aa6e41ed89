package record

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// shape is the form that a Go type has in JSON, so that everything wrong with
// the form of a record can be told at once and with its path; a decoder stops
// at the first error and takes an absent field for an empty one.
type shape struct {
	want     jsontext.Kind // '"', '0' (a whole number), '{', '['; 0: anything
	time     bool          // a string with a time
	null     bool          // null is allowed
	fields   map[string]*field
	required []string // at the place that field.must says
	elem     *shape   // of a list, or of an object used as a map
}

// field is one member of an object.
type field struct {
	*shape
	must int // place in required, -1 where it may be absent
}

// maxRequired is how many fields an object may require: one bit each.
const maxRequired = 64

var shapes = map[string]*shape{
	KindDetection: shapeOf(reflect.TypeFor[Detection]()),
	KindEncounter: shapeOf(reflect.TypeFor[Encounter]()),
	KindAddendum:  shapeOf(reflect.TypeFor[Addendum]()),
}

func shapeOf(t reflect.Type) *shape {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return &shape{want: '"', time: true}
	case t == reflect.TypeFor[json.RawMessage]():
		return &shape{null: true}
	}
	switch t.Kind() {
	case reflect.Pointer:
		s := *shapeOf(t.Elem())
		s.null = true
		return &s
	case reflect.String:
		return &shape{want: '"'}
	case reflect.Int:
		return &shape{want: '0'}
	case reflect.Slice:
		return &shape{want: '[', elem: shapeOf(t.Elem())}
	case reflect.Map:
		return &shape{want: '{', elem: shapeOf(t.Elem())}
	case reflect.Struct:
		s := &shape{want: '{', fields: map[string]*field{}}
		s.addFields(t)
		if len(s.required) > maxRequired {
			panic("record: too many required fields in " + t.String())
		}
		return s
	}
	panic("record: no JSON shape for " + t.String()) // a new kind of field: found by the first test
}

func (s *shape) addFields(t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			s.addFields(f.Type)
			continue
		}
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		s.fields[name] = &field{shapeOf(f.Type), -1}
		if opts != "omitempty" {
			s.fields[name].must = len(s.required)
			s.required = append(s.required, name)
		}
	}
}

// scanned tells a decoder that scan has found repeated names already.
var scanned = jsontext.AllowDuplicateNames(true)

// checkShape reports where plain (already scanned, so it is good JSON) has not
// the shape s.
func checkShape(plain []byte, s *shape) []Reason {
	c := &shapeCheck{dec: jsontext.NewDecoder(bytes.NewBuffer(plain), scanned)}
	c.value(s)
	return c.reasons
}

type shapeCheck struct {
	dec     *jsontext.Decoder
	reasons []Reason
}

func (c *shapeCheck) report(code, path, detail string) {
	if len(c.reasons) < maxReasons {
		c.reasons = append(c.reasons, Reason{code, cutPath(path), detail})
	}
}

func (c *shapeCheck) value(s *shape) {
	kind := c.dec.PeekKind()
	switch {
	case s.want == 0 || kind == 'n' && s.null:
		c.skip()
	case kind != s.want:
		c.skip()
		c.report("wrong_type", c.here(), kindName[s.want])
	case kind == '{':
		c.object(s)
	case kind == '[':
		c.list(s)
	default:
		c.scalar(s)
	}
}

var kindName = map[jsontext.Kind]string{'"': "a string", '0': "a whole number", '{': "an object", '[': "a list"}

func (c *shapeCheck) here() string { return string(c.dec.StackPointer()) }

// skip passes over one value. The text was scanned: an error cannot happen.
func (c *shapeCheck) skip() { _ = c.dec.SkipValue() }

func (c *shapeCheck) scalar(s *shape) {
	tok, err := c.dec.ReadToken()
	if err != nil {
		return
	}
	if s.want == '0' {
		if _, err := strconv.ParseInt(tok.String(), 10, 32); err != nil {
			c.report("wrong_type", c.here(), kindName['0'])
		}
		return
	}
	if s.time {
		var t time.Time
		if t.UnmarshalText([]byte(tok.String())) != nil {
			c.report("bad_time", c.here(), "RFC 3339 with offset")
		}
	}
}

func (c *shapeCheck) list(s *shape) {
	c.token()
	for c.dec.PeekKind() != ']' && c.dec.PeekKind() != 0 {
		c.value(s.elem)
	}
	c.token()
}

func (c *shapeCheck) object(s *shape) {
	c.token()
	seen := uint64(0)
	for c.dec.PeekKind() == '"' {
		name := c.token().String()
		inner := s.elem
		if s.fields != nil {
			inner = nil
			if f := s.fields[name]; f != nil {
				inner = f.shape
				seen |= f.bit()
			}
		}
		if inner == nil {
			c.skip()
			c.report("unknown_field", c.here(), "")
			continue
		}
		c.value(inner)
	}
	c.token()
	if seen == 1<<len(s.required)-1 {
		return
	}
	at := c.here() // of the object, now that it is closed
	for i, name := range s.required {
		if seen&(1<<i) == 0 {
			c.report("missing_field", at+"/"+name, "")
		}
	}
}

func (f *field) bit() uint64 {
	if f.must < 0 {
		return 0
	}
	return 1 << f.must
}

func (c *shapeCheck) token() jsontext.Token {
	tok, err := c.dec.ReadToken()
	if err != nil {
		return jsontext.Null
	}
	return tok
}

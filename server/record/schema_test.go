package record_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"umbral/server/record"
)

var kinds = map[string]reflect.Type{
	"detection": reflect.TypeFor[record.Detection](),
	"encounter": reflect.TypeFor[record.Encounter](),
	"addendum":  reflect.TypeFor[record.Addendum](),
	"envelope":  reflect.TypeFor[record.Envelope](),
}

func compiled(t *testing.T, kind string) (*jsonschema.Schema, map[string]any) {
	t.Helper()
	text, ok := record.SchemaOf(kind)
	if !ok {
		t.Fatalf("no schema of %s", kind)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:test:"+kind, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:test:" + kind)
	if err != nil {
		t.Fatal(err)
	}
	return s, doc.(map[string]any)
}

// A field that one of type and schema has and the other not is found here.
func TestSchemas_HoldTheTypes(t *testing.T) {
	for kind, typ := range kinds {
		_, doc := compiled(t, kind)
		defs, _ := doc["$defs"].(map[string]any)
		compare(t, kind, typ, doc, defs)
	}
}

func compare(t *testing.T, at string, typ reflect.Type, s, defs map[string]any) {
	t.Helper()
	if ref, ok := s["$ref"].(string); ok {
		s = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
	}
	null := typ.Kind() == reflect.Pointer
	if null {
		typ = typ.Elem()
	}
	if typ == reflect.TypeFor[json.RawMessage]() {
		return
	}
	want := map[reflect.Kind]string{reflect.String: "string", reflect.Int: "integer", reflect.Slice: "array", reflect.Map: "object", reflect.Struct: "object"}[typ.Kind()]
	if typ == reflect.TypeFor[time.Time]() || typ == reflect.TypeFor[[]byte]() {
		want = "string"
	}
	types, isList := s["type"].([]any)
	if !isList {
		types = []any{s["type"]}
	}
	if !slices.Contains(types, any(want)) || slices.Contains(types, any("null")) != null {
		t.Errorf("%s: type %v for a Go %s (null %v)", at, types, typ, null)
	}
	switch {
	case want == "array":
		compare(t, at+"[]", typ.Elem(), s["items"].(map[string]any), defs)
	case want == "object" && typ.Kind() == reflect.Struct:
		compareFields(t, at, typ, s, defs)
	}
}

func compareFields(t *testing.T, at string, typ reflect.Type, s, defs map[string]any) {
	t.Helper()
	props := s["properties"].(map[string]any)
	if s["additionalProperties"] != false {
		t.Errorf("%s: takes unknown fields", at)
	}
	var names, required []string
	var walk func(reflect.Type)
	walk = func(typ reflect.Type) {
		for i := range typ.NumField() {
			f := typ.Field(i)
			if f.Anonymous {
				walk(f.Type)
				continue
			}
			if !f.IsExported() {
				continue
			}
			name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, name)
			if opts == "" {
				required = append(required, name)
			}
			if p, ok := props[name].(map[string]any); ok {
				compare(t, at+"."+name, f.Type, p, defs)
			} else {
				t.Errorf("%s: no property %s", at, name)
			}
		}
	}
	walk(typ)
	var listed []string
	for _, r := range s["required"].([]any) {
		listed = append(listed, r.(string))
	}
	slices.Sort(required)
	slices.Sort(listed)
	if !slices.Equal(required, listed) {
		t.Errorf("%s: required %v, the type says %v", at, listed, required)
	}
	for p := range props {
		if !slices.Contains(names, p) {
			t.Errorf("%s: property %s has no field", at, p)
		}
	}
}

func valid(t *testing.T, s *jsonschema.Schema, text string) bool {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v) == nil
}

// What the schema takes the parser takes, and what it refuses the parser or
// Validate refuses too: the schema is never the stricter.
func TestSchemas_AgreeWithTheParser(t *testing.T) {
	if s, _ := compiled(t, "addendum"); !valid(t, s, aboutFolioText) || len(reasonsOf(aboutFolioText)) > 0 {
		t.Errorf("an addendum by folio: schema %v, parser %v", valid(t, s, aboutFolioText), reasonsOf(aboutFolioText))
	}
	for kind, text := range goodTexts {
		s, _ := compiled(t, kind)
		if !valid(t, s, text) {
			v, _ := jsonschema.UnmarshalJSON(strings.NewReader(text))
			t.Errorf("%s: %v", kind, s.Validate(v))
		}
	}
	for _, c := range []struct{ text, path, value string }{
		{detectionText, "name", `"x"`}, {detectionText, "id", `"x"`}, {detectionText, "schema", `2`},
		{detectionText, "kind", `"encounter"`}, {detectionText, "needs", `null`}, {detectionText, "place", ``},
		{detectionText, "occurred_at", `"2026-11-20"`}, {detectionText, "subject.age", `-1`},
		{detectionText, "answers.0.value", ``}, {detectionText, "answers.1.from", `"x"`},
		{detectionText, "consent.talk", `"sure"`}, {detectionText, "identity", `{"name":"x"}`},
		{detectionText, "shown.0.text_hash", `"zz"`}, {detectionText, "shown.0.said_back", `"no"`}, {detectionText, "person_language", `"A B"`},
		{detectionText, "protocol.version", `0`}, {detectionText, "author.user", `""`},
		{encounterText, "counts.seen", `-1`}, {encounterText, "counts.seen", `"1"`}, {encounterText, "encounter", `null`},
		{addendumText, "about", `1`}, {addendumText, "about_folio", `"x"`}, {addendumText, "about_folio", `1`}, {addendumText, "codes", `{}`},
	} {
		text := with(t, c.text, c.path, c.value)
		var head struct{ Kind string }
		if err := json.Unmarshal([]byte(c.text), &head); err != nil {
			t.Fatal(err)
		}
		s, _ := compiled(t, head.Kind)
		if valid(t, s, text) {
			t.Errorf("%s = %s: the schema takes it", c.path, c.value)
		}
		if len(reasonsOf(text)) == 0 && c.path != "kind" {
			t.Errorf("%s = %s: the parser takes it", c.path, c.value)
		}
	}
}

func TestSchemas_Envelope(t *testing.T) {
	s, _ := compiled(t, "envelope")
	good, err := json.Marshal(anEnvelope(anID))
	if err != nil {
		t.Fatal(err)
	}
	if !valid(t, s, string(good)) {
		t.Error("a good envelope")
	}
	for _, c := range [][2]string{{"id", `"x"`}, {"kid", `""`}, {"enc", `"AA=="`}, {"ct", `""`}, {"name", `"x"`}} {
		if valid(t, s, with(t, string(good), c[0], c[1])) {
			t.Errorf("%s = %s", c[0], c[1])
		}
	}
	if _, ok := record.SchemaOf("identity"); ok {
		t.Error("a schema of what is not collected yet")
	}
}

package protocols

import (
	"reflect"
	"strings"
	"testing"

	"umbral/screening"
)

func TestParseYAML_Values(t *testing.T) {
	for in, want := range map[string]any{
		"a: 13_17":          map[string]any{"a": "13_17"}, // an age band, not 1317
		"a: 07":             map[string]any{"a": "07"},    // a state, not 7
		"a: 0x10":           map[string]any{"a": "0x10"},
		"a: 12":             map[string]any{"a": 12},
		"a: yes":            map[string]any{"a": "yes"}, // YAML 1.1 would say true
		"a: no":             map[string]any{"a": "no"},
		"a: true":           map[string]any{"a": true},
		"a: 315.04":         map[string]any{"a": "315.04"},
		"a: 2026-01-02":     map[string]any{"a": "2026-01-02"},
		"no: [x, {y: [1]}]": map[string]any{"no": []any{"x", map[string]any{"y": []any{1}}}},
	} {
		d, findings := parseYAML("x.yaml", []byte(in))
		if len(findings) > 0 || !reflect.DeepEqual(d.value, want) {
			t.Errorf("%s: %#v %v, want %#v", in, d.value, findings, want)
		}
	}
}

func TestParseYAML_Refuses(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"empty":           {"", "the file is empty"},
		"two documents":   {"a: 1\n---\nb: 2", "a second YAML document"},
		"null":            {"a: ~", "a field without a value"},
		"merge":           {"a: &x {b: 1}\nc:\n  <<: *x", "a key that is not a plain word"},
		"binary":          {"a: !!binary aGk=", "a value of the type"},
		"list as key":     {"[a]: b", "a key that is not a plain word"},
		"too deep":        {"a: " + strings.Repeat("[", 60) + strings.Repeat("]", 60), "nested deeper"},
		"too long":        {"a: " + strings.Repeat("x", maxSourceBytes), "more than"},
		"tabs":            {"a:\n\t- b", "not readable as YAML"},
		"billion laughs":  {"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]", "an alias"},
		"unbalanced":      {"a: {b: 1", "not readable as YAML"},
		"duplicate below": {"a:\n  b: 1\n  b: 2", `"b" stands twice`},
	} {
		_, findings := parseYAML("x.yaml", []byte(c.in))
		if len(findings) == 0 || !strings.Contains(findings[0].String(), c.want) {
			t.Errorf("%s: %v, want %q", name, findings, c.want)
		}
	}
}

func TestDocument_NearestLine(t *testing.T) {
	d, _ := parseYAML("x.yaml", []byte("a:\n  - b: 1\n  - b/c: 2\n"))
	for pointer, want := range map[string]int{"/a": 1, "/a/0/b": 2, "/a/1/b~1c": 3, "/a/1/none": 3, "/none": 1} {
		if got := d.at(pointer); got != want {
			t.Errorf("%s: line %d, want %d", pointer, got, want)
		}
	}
}

// Whatever is in a file, reading it must end with values or with findings.
func FuzzParseModule(f *testing.F) {
	f.Add("id: a\ntitle: b\nitems: []")
	f.Add("a: &x [*x]")
	f.Add("{")
	f.Add("id: debt\ntitle: D\nopen_if: {item: c, is: [\"yes\"]}\nitems:\n  - {id: x, kind: question, type: yes_no, text: ¿?, note: {asks: a, not: b}}")
	f.Fuzz(func(t *testing.T, in string) {
		d, findings := parseYAML("x.yaml", []byte(in))
		if len(findings) > 0 {
			return
		}
		raw, findings := checkedJSON(d, moduleSchema)
		if len(findings) > 0 {
			return
		}
		if m, findings := decode[screening.Module](d, raw); len(findings) == 0 && (m.ID == "" || len(m.Items) == 0) {
			t.Errorf("a module without id or items passed the schema: %q", in)
		}
	})
}

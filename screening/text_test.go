package screening_test

import (
	"reflect"
	"testing"

	"umbral/screening"
)

func TestText(t *testing.T) {
	both := &screening.Item{Text: "adult", ChildText: "child"}
	one := &screening.Item{Text: "adult"}
	for _, tt := range []struct {
		it    *screening.Item
		child bool
		want  string
	}{{both, false, "adult"}, {both, true, "child"}, {one, true, "adult"}} {
		if got := screening.Text(tt.it, tt.child); got != tt.want {
			t.Errorf("child words %v of %+v: %q, want %q", tt.child, tt.it, got, tt.want)
		}
	}
}

func TestFill(t *testing.T) {
	figures := []screening.Figure{
		{Code: "wage", Values: []screening.FigureValue{{Year: 2025, Value: "278.80"}, {Year: 2026, Value: "315.04"}}},
		{Code: "empty"},
	}
	no := []string{}
	for _, tt := range []struct {
		text string
		year int
		want screening.Filled
	}{
		{"pays {{.wage}} a day", 2025, screening.Filled{Text: "pays 278.80 a day", Dated: no, Unknown: no}},
		{"pays {{.wage}} a day", 2026, screening.Filled{Text: "pays 315.04 a day", Dated: no, Unknown: no}},
		{"{{.wage}}{{.wage}}", 2027, screening.Filled{Text: "315.04315.04", Dated: []string{"wage"}, Unknown: no}},
		{"{{.wage}}", 2020, screening.Filled{Text: "278.80", Dated: no, Unknown: no}},
		{"{{.hours}} {{.empty}}", 2026, screening.Filled{Text: "{{.hours}} {{.empty}}", Dated: no, Unknown: []string{"hours", "empty"}}},
		{"{{wage}} {{ .wage }} {.wage}", 2026, screening.Filled{Text: "{{wage}} {{ .wage }} {.wage}", Dated: no, Unknown: no}},
		{"", 2026, screening.Filled{Text: "", Dated: no, Unknown: no}},
	} {
		if got := screening.Fill(tt.text, figures, tt.year); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%q in %d: %+v, want %+v", tt.text, tt.year, got, tt.want)
		}
	}
}

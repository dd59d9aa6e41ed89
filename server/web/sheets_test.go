package web_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"umbral/locales"
)

type sheetRead struct {
	Taken []struct {
		Row               int
		ID, Before, After string
	}
	Unchanged, Empty, Comments int
	Stale, Conflicts           []struct {
		Row               int
		ID, Yours, Theirs string
	}
	Refused []struct {
		Row                int
		ID, Reason, Detail string
	}
}

// edited is a workbook as somebody outside of the tool gives it back.
func edited(t *testing.T, content []byte, change func(f *excelize.File)) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(content))
	must(t, err)
	change(f)
	b, err := f.WriteToBuffer()
	must(t, err)
	must(t, f.Close())
	return b.Bytes()
}

func set(t *testing.T, f *excelize.File, cells ...string) {
	t.Helper()
	for i := 0; i+1 < len(cells); i += 2 {
		must(t, f.SetCellStr("textos", cells[i], cells[i+1]))
	}
}

const sheetPath = "/api/v1/locales/mam/sheet"

func (w *world) exported(user string) []byte {
	w.t.Helper()
	got := w.send("GET", sheetPath+".xlsx?protocol=p", user, nil)
	if got.status != http.StatusOK || !strings.Contains(got.header.Get("Content-Disposition"), `"mam-p-`) {
		w.t.Fatalf("%d %s", got.status, got)
	}
	return got.body
}

func (w *world) imported(user, query string, content []byte) (r sheetRead, got reply) {
	w.t.Helper()
	got = w.send("POST", sheetPath+query, user, content, "Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.contract().check(w.t, "POST", "/api/v1/locales/{tag}/sheet", got)
	if got.status == http.StatusOK {
		got.into(w.t, &r)
	}
	return r, got
}

// Columns: A id, G translation, H back translation, J comment, K source_hash, L
// text_hash. Rows: 2 item.debt, 3 option.debt.yes, 4 option.debt.no.
func TestSheet_RoundTrip(t *testing.T) {
	w := newWorld(t, nil)
	filled := edited(t, w.exported("traductora"), func(f *excelize.File) {
		if head, err := f.GetCellValue("textos", "G1"); err != nil || head != "traducción" {
			t.Fatalf("%q %v", head, err)
		}
		set(t, f, "G2", "ꞌaʼ b´ 'c {{.wage}}", "J2", "hay dos palabras", "G3", "ja", "G4", "miin")
	})
	r, got := w.imported("traductora", "?protocol=p&dry=yes", filled)
	if got.status != http.StatusOK || len(r.Taken) != 3 || r.Comments != 1 {
		t.Fatalf("%d %s", got.status, got)
	}
	if steps := w.send("GET", deskPath+"/item.debt/steps", "traductora", nil); steps.String() != `{"items":[]}` {
		t.Errorf("a dry run kept something: %s", steps)
	}
	if r, got = w.imported("traductora", "?protocol=p&dry=no", filled); len(r.Taken) != 3 || r.Taken[0].After != "ꞌaʼ b´ 'c {{.wage}}" || r.Taken[0].Row != 2 {
		t.Fatalf("%d %s", got.status, got)
	}
	// The same file again: what is there already is no conflict.
	if r, got = w.imported("traductora", "?protocol=p&dry=no", filled); len(r.Taken) != 0 || r.Unchanged != 3 || len(r.Refused) != 0 || len(r.Conflicts) != 1 {
		t.Errorf("again: %s", got) // the comment stands in a row whose text is another since
	}
	// The back translation is by another; what the first exported is old by then.
	backs := edited(t, w.exported("segunda-traductora"), func(f *excelize.File) { set(t, f, "H2", "¿debe?", "G3", "jaja") })
	if r, got = w.imported("traductora", "?protocol=p&dry=yes", backs); len(r.Taken) != 1 || len(r.Refused) != 1 || r.Refused[0].Reason != "translation-own" || r.Refused[0].Detail == "" {
		t.Errorf("one's own: %s", got)
	}
	if r, got = w.imported("segunda-traductora", "?protocol=p&dry=no", backs); len(r.Taken) != 2 || len(r.Refused) != 0 || r.Unchanged != 2 {
		t.Errorf("%s", got)
	}
	old := edited(t, backs, func(f *excelize.File) { set(t, f, "G3", "je", "H2", "") })
	if r, got = w.imported("traductora", "?protocol=p&dry=no", old); len(r.Conflicts) != 1 || r.Conflicts[0].Yours != "je" || r.Conflicts[0].Theirs != "jaja" || len(r.Taken) != 0 {
		t.Errorf("a conflict: %s", got)
	}
	// A row that nobody touched is no conflict, though the desk went on.
	if r, got = w.imported("traductora", "?protocol=p&dry=no", edited(t, backs, func(f *excelize.File) { set(t, f, "G3", "ja", "H2", "") })); len(r.Conflicts) != 0 || r.Unchanged != 3 {
		t.Errorf("untouched: %s", got)
	}
	got = w.send("GET", deskPath+"/item.debt/steps", "traductora", nil)
	if n := strings.Count(got.String(), `"do":`); n != 3 {
		t.Errorf("%d steps: %s", n, got)
	}
}

func TestSheet_RowsThatAreNotTaken(t *testing.T) {
	w := newWorld(t, nil)
	base := w.exported("traductora")
	for name, tc := range map[string]struct {
		cells  []string
		reason string // empty: stale
	}{
		"an unknown id":         {[]string{"A2", "item.none", "G2", "x"}, "message-unknown"},
		"an id twice":           {[]string{"A4", "option.debt.yes", "G3", "x", "G4", "y"}, "sheet-twice"},
		"another Spanish":       {[]string{"K3", locales.TextHash("x"), "G3", "x"}, ""},
		"no placeholder":        {[]string{"G2", "x"}, "translation-placeholders"},
		"a formula as text":     {[]string{"G3", "=HYPERLINK(1)"}, "sheet-looks-formula"},
		"a call":                {[]string{"G3", "-2+3+cmd|' /C calc'!A0"}, "sheet-looks-formula"},
		"an address":            {[]string{"J3", "@SUM(1)"}, "sheet-looks-formula"},
		"damaged letters":       {[]string{"G3", "s\ufffd"}, "translation-characters"},
		"another direction":     {[]string{"G3", "a\u202eb"}, "translation-characters"},
		"Spanish":               {[]string{"G3", "Sí"}, "translation-same"},
		"like the other answer": {[]string{"G3", "míin", "G4", "Miin"}, "translation-alike"},
	} {
		r, got := w.imported("traductora", "?protocol=p&dry=yes", edited(t, base, func(f *excelize.File) { set(t, f, tc.cells...) }))
		switch {
		case got.status != http.StatusOK:
			t.Errorf("%s: %d %s", name, got.status, got)
		case tc.reason == "" && (len(r.Stale) != 1 || len(r.Refused) != 0):
			t.Errorf("%s: %s", name, got)
		case tc.reason != "" && (len(r.Refused) != 1 || r.Refused[0].Reason != tc.reason || r.Refused[0].Detail == "problem."+tc.reason):
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestSheet_FilesThatAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	base := w.exported("admin")
	with := func(change func(f *excelize.File) error) []byte {
		return edited(t, base, func(f *excelize.File) { must(t, change(f)) })
	}
	for name, tc := range map[string]struct {
		content []byte
		typ     string
	}{
		"a CSV":            {[]byte("id,traducción\n"), "sheet-not-xlsx"},
		"a CSV in Latin-1": {[]byte("id,traducci\xf3n\n"), "sheet-not-xlsx"},
		"a formula":        {with(func(f *excelize.File) error { return f.SetCellFormula("textos", "G3", "1+1") }), "sheet-formula"},
		"a far cell":       {with(func(f *excelize.File) error { return f.SetCellStr("textos", "A9999", "x") }), "sheet-many"},
		"no column":        {with(func(f *excelize.File) error { return f.SetCellStr("textos", "L1", "x") }), "sheet-columns"},
		"no guide":         {with(func(f *excelize.File) error { return f.DeleteSheet("guia") }), "sheet-columns"},
		"another language": {with(func(f *excelize.File) error { return f.SetCellStr("guia", "B1", "quc") }), "sheet-other"},
		"another protocol": {with(func(f *excelize.File) error { return f.SetCellStr("guia", "B2", "x") }), "sheet-other"},
		"empty":            {[]byte{}, "sheet-not-xlsx"},
	} {
		if _, got := w.imported("traductora", "?protocol=p&dry=no", tc.content); got.status != http.StatusBadRequest || got.problemType() != tc.typ {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	if _, got := w.imported("traductora", "?protocol=p", base); got.problemType() != "sheet-dry" {
		t.Errorf("neither dry nor not: %d %s", got.status, got)
	}
}

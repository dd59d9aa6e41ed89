package record_test

import (
	"slices"
	"strings"
	"testing"

	"umbral/server/record"
)

func TestParse_GoodRecords(t *testing.T) {
	for kind, text := range goodTexts {
		rec, reasons := record.Parse([]byte(text))
		if len(reasons) > 0 {
			t.Fatalf("%s: %v", kind, reasons)
		}
		h := rec.Head()
		if h.Kind != kind || h.Author.User != "u1" || *h.Device != "d1" || h.CapturedAt.IsZero() {
			t.Errorf("%s: head %+v", kind, h)
		}
	}
}

func TestParse_Form(t *testing.T) {
	deep := strings.Repeat("[", 40) + strings.Repeat("]", 40)
	for name, c := range map[string]struct{ text, want string }{
		"empty":                {``, "bad_json "},
		"not JSON":             {`Juana Pérez`, "bad_json "},
		"a list":               {`[]`, "not_an_object "},
		"null":                 {`null`, "not_an_object "},
		"cut":                  {detectionText[:500], "bad_json *"},
		"trailing data":        {addendumText + `{}`, "trailing_data "},
		"trailing space":       {addendumText + " \n\t", ""},
		"not UTF-8":            {strings.Replace(addendumText, "d1", "d\xff", 1), "bad_utf8 "},
		"lone surrogate":       {strings.Replace(addendumText, "d1", `\ud800`, 1), "bad_json *"},
		"too large":            {addendumText + strings.Repeat(" ", record.MaxJSON), "too_large "},
		"too deep":             {with(t, addendumText, "codes", deep), "too_deep "},
		"repeated key":         {strings.Replace(addendumText, `"schema":1`, `"schema":1,"schema":1`, 1), "duplicate_key /schema"},
		"repeated deep":        {strings.Replace(detectionText, `"talk":"yes"`, `"talk":"yes","talk":"no"`, 1), "duplicate_key /consent/talk"},
		"unknown kind":         {with(t, addendumText, "kind", `"identity"`), "unknown_kind /kind"},
		"kind in other case":   {with(t, addendumText, "kind", `"Addendum"`), "unknown_kind /kind"},
		"no kind":              {with(t, addendumText, "kind", ``), "unknown_kind /kind"},
		"other schema":         {with(t, addendumText, "schema", `2`), "unknown_schema /schema"},
		"unknown field":        {with(t, detectionText, "name", `"Juana"`), "unknown_field /name"},
		"unknown deep":         {with(t, detectionText, "subject.name", `"Juana"`), "unknown_field /subject/name"},
		"key in other case":    {strings.Replace(addendumText, `"about"`, `"About"`, 1), "missing_field /about unknown_field /About"},
		"missing field":        {with(t, detectionText, "place", ``), "missing_field /place"},
		"missing deep":         {with(t, detectionText, "answers.1.value", ``), "missing_field /answers/1/value"},
		"text for a number":    {with(t, encounterText, "counts.seen", `"200"`), "wrong_type /counts/seen"},
		"fraction":             {with(t, encounterText, "counts.seen", `1.5`), "wrong_type /counts/seen"},
		"huge number":          {with(t, encounterText, "counts.seen", `1e99`), "wrong_type /counts/seen"},
		"null for a list":      {with(t, detectionText, "needs", `null`), "wrong_type /needs"},
		"list for an object":   {with(t, detectionText, "subject.groups", `[]`), "wrong_type /subject/groups"},
		"local time":           {with(t, detectionText, "occurred_at", `"2026-11-20T09:00:00"`), "bad_time /occurred_at"},
		"30 February":          {with(t, detectionText, "occurred_at", `"2026-02-30T09:00:00Z"`), "bad_time /occurred_at"},
		"time in an answer":    {with(t, detectionText, "answers.0.at", `"yesterday"`), "bad_time /answers/0/at"},
		"null author":          {with(t, addendumText, "author", `null`), ""},
		"several at once":      {with(t, with(t, addendumText, "codes", `"x"`), "who", `1`), "unknown_field /who wrong_type /codes"},
		"age null":             {with(t, detectionText, "subject.age", `null`), ""},
		"group not a text":     {with(t, detectionText, "subject.groups.indigenous", `true`), "wrong_type /subject/groups/indigenous"},
		"identity of any kind": {with(t, detectionText, "identity", `{"x":1}`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, reasons := record.Parse([]byte(c.text))
			got := codesOf(reasons)
			slices.Sort(got)
			all := strings.Join(got, " ")
			if prefix, anyPath := strings.CutSuffix(c.want, "*"); anyPath {
				if !strings.HasPrefix(all, prefix) {
					t.Errorf("got %q, want %q", all, c.want)
				}
			} else if all != c.want {
				t.Errorf("got %q, want %q", all, c.want)
			}
		})
	}
}

// A reason is read by supervisors and may stand in a log: nothing of what the
// person said may be in it.
func TestParse_ReasonsRepeatNoValue(t *testing.T) {
	const secret = "Juana-Perez-5551234567"
	for _, path := range []string{"device", "kind", "occurred_at", "setting", "subject.sex", "answers.0.value", "place", "consent.talk", "person_language"} {
		for _, r := range reasonsOf(with(t, detectionText, path, `"`+secret+`"`)) {
			if strings.Contains(r.Code+r.Path+r.Detail, secret) {
				t.Errorf("%s: %+v", path, r)
			}
		}
	}
}

func TestParse_ManyFaultsAreCapped(t *testing.T) {
	list := strings.TrimSuffix(strings.Repeat(`"x",`, 5000), ",")
	if n := len(reasonsOf(with(t, detectionText, "needs", "["+list+"]"))); n != 100 {
		t.Errorf("%d reasons", n)
	}
}

func TestPeekID(t *testing.T) {
	for text, want := range map[string]string{
		addendumText:                  anID,
		`{"id":"x"}`:                  "x",
		`{"a":{"id":"x"}}`:            "",
		`{"a":["id","x"],"id":"y"}`:   "y",
		`{"id":5}`:                    "",
		`{"id":"x"`:                   "",
		`[{"id":"x"}]`:                "",
		`{"b":"id","c":"x","id":"z"}`: "z",
	} {
		if got := record.PeekID([]byte(text)); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range goodTexts {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		rec, reasons := record.Parse(b)
		if len(reasons) == 0 {
			if rec.Head().Kind == "" {
				t.Fatal("neither a record nor a reason")
			}
			rec.Validate(library{}, codes)
		}
		if first, second := record.Hash(b), record.Hash(b); first != second {
			t.Fatal("one text has two hashes")
		}
	})
}

package interpreters

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
)

// kept is a store of one.
type kept struct{ one *Interpreter }

func (k kept) Interpreters(context.Context, string) ([]Interpreter, error) {
	return []Interpreter{*k.one}, nil
}

func (k kept) Interpreter(_ context.Context, id string) (Interpreter, error) {
	if k.one.ID != id {
		return Interpreter{}, problem.New(problem.NotFound, "interpreter-unknown")
	}
	return *k.one, nil
}
func (k kept) PutInterpreter(_ context.Context, i Interpreter, _ int) error { *k.one = i; return nil }
func (k kept) RemoveInterpreter(context.Context, string, time.Time, string) error {
	*k.one = Interpreter{}
	return nil
}

type codes struct{}

func (codes) Has(list, code string) bool {
	return list == listKinds && (code == "phone" || code == "refused") || list == listStates && (code == "20" || code == "12")
}
func (codes) Known(code string) bool   { return code == "mxv" || code == "tzh" }
func (codes) Variant(name string) bool { return name == "mixteco de Metlatónoc" }
func (codes) Agency(_ context.Context, id string) (auth.Agency, error) {
	if id != "A" && id != "B" {
		return auth.Agency{}, problem.New(problem.NotFound, "agency-unknown")
	}
	return auth.Agency{ID: id}, nil
}

func newDesk() (*Desk, *Interpreter) {
	one := &Interpreter{}
	return &Desk{Store: kept{one}, Codes: codes{}, Languages: codes{}, Agencies: codes{}, Listed: func(kind string) bool { return kind == "phone" },
		NewID: func() string { return "new" }, Now: func() time.Time { return time.Unix(1, 0) }}, one
}

func caller(account, agency string) access.Caller {
	return access.Caller{User: "u", Account: account, Agency: agency}
}

func valid() Interpreter {
	return Interpreter{Name: "Ana", Phone: "951 123-4567", Kind: "phone", Languages: []Language{{Code: "mxv"}}, Consent: true}
}

// wants fails unless err is a problem of typ, or none where typ is empty.
func wants(t *testing.T, err error, typ, field string) {
	t.Helper()
	var p *problem.Error
	switch {
	case typ == "" && err == nil:
	case typ == "" || !errors.As(err, &p) || p.Type != typ:
		t.Errorf("%v, want %q", err, typ)
	case field != "" && p.Args["field"] != field:
		t.Errorf("%s names the field %v, want %s", typ, p.Args["field"], field)
	}
}

func TestAdd_ChecksWhatWasTyped(t *testing.T) {
	for name, c := range map[string]struct {
		edit       func(*Interpreter)
		typ, field string
	}{
		"as it should be":            {func(*Interpreter) {}, "", ""},
		"from abroad":                {func(i *Interpreter) { i.Phone = "+1 (213) 555-0123" }, "", ""},
		"a variant without a code":   {func(i *Interpreter) { i.Languages = []Language{{Variant: "mixteco de Metlatónoc"}} }, "", ""},
		"both":                       {func(i *Interpreter) { i.Languages = []Language{{"mxv", "mixteco de Metlatónoc"}, {Code: "tzh"}} }, "", ""},
		"with states":                {func(i *Interpreter) { i.States = []string{"20", "12"} }, "", ""},
		"no consent":                 {func(i *Interpreter) { i.Consent = false }, "interpreter-consent", "consent"},
		"no name":                    {func(i *Interpreter) { i.Name = " \t" }, "interpreter-text", "name"},
		"a name of a page":           {func(i *Interpreter) { i.Name = strings.Repeat("ñ", maxName+1) }, "interpreter-text", "name"},
		"a name that fills the line": {func(i *Interpreter) { i.Name = strings.Repeat("ñ", maxName) }, "", ""},
		"a name with a line break":   {func(i *Interpreter) { i.Name = "Ana\nLuz" }, "interpreter-text", "name"},
		"long hours":                 {func(i *Interpreter) { i.Hours = strings.Repeat("x", maxHours+1) }, "interpreter-text", "hours"},
		"a long note":                {func(i *Interpreter) { i.Note = strings.Repeat("x", maxNote+1) }, "interpreter-text", "note"},
		"no number":                  {func(i *Interpreter) { i.Phone = "" }, "interpreter-phone", "phone"},
		"nine digits":                {func(i *Interpreter) { i.Phone = "951123456" }, "interpreter-phone", "phone"},
		"a number with letters":      {func(i *Interpreter) { i.Phone = "951 CALL NOW" }, "interpreter-phone", "phone"},
		"a dialling code":            {func(i *Interpreter) { i.Phone = "*21*9511234567#" }, "interpreter-phone", "phone"},
		"sixteen digits":             {func(i *Interpreter) { i.Phone = "+1234567890123456" }, "interpreter-phone", "phone"},
		"no language":                {func(i *Interpreter) { i.Languages = nil }, "interpreter-languages", "languages"},
		"an empty language":          {func(i *Interpreter) { i.Languages = []Language{{}} }, "interpreter-languages", "languages"},
		"a language of nobody":       {func(i *Interpreter) { i.Languages = []Language{{Code: "xx"}} }, "interpreter-languages", "languages"},
		"a variant of nobody":        {func(i *Interpreter) { i.Languages = []Language{{Variant: "mixteco"}} }, "interpreter-languages", "languages"},
		"a language twice":           {func(i *Interpreter) { i.Languages = []Language{{Code: "mxv"}, {Code: "mxv"}} }, "interpreter-languages", "languages"},
		"no kind":                    {func(i *Interpreter) { i.Kind = "" }, "interpreter-kind", "kind"},
		"a kind that is nobody":      {func(i *Interpreter) { i.Kind = "refused" }, "interpreter-kind", "kind"},
		"a state that is none":       {func(i *Interpreter) { i.States = []string{"33"} }, "interpreter-states", "states"},
		"a state twice":              {func(i *Interpreter) { i.States = []string{"20", "20"} }, "interpreter-states", "states"},
	} {
		t.Run(name, func(t *testing.T) {
			d, one := newDesk()
			i := valid()
			c.edit(&i)
			got, err := d.Add(t.Context(), caller(access.Supervisor, "A"), i)
			wants(t, err, c.typ, c.field)
			if err != nil && one.ID != "" {
				t.Errorf("kept in spite of it: %+v", one)
			}
			if err == nil && (got.Agency != "A" || got.Revision != 1 || got.AddedBy != "u" || got.States == nil || strings.ContainsAny(got.Phone, " -()")) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestDesk_WhoMay(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct{ account, agency, list, add, touch string }{
		{access.Agent, "A", "", "forbidden", "forbidden"},
		{access.Agent, "B", "agency-unknown", "forbidden", "forbidden"},
		{access.Supervisor, "A", "", "", ""},
		{access.Supervisor, "B", "agency-unknown", "agency-unknown", "interpreter-unknown"},
		{access.Admin, "B", "", "", ""},
		{access.Translator, "A", "forbidden", "forbidden", "forbidden"},
		{access.Analyst, "A", "forbidden", "forbidden", "forbidden"},
	} {
		t.Run(c.account+" of "+c.agency, func(t *testing.T) {
			d, one := newDesk()
			who := caller(c.account, c.agency)
			i := valid()
			i.Agency = "A"
			_, err := d.Add(ctx, who, i)
			wants(t, err, c.add, "")
			_, err = d.List(ctx, who, "A")
			wants(t, err, c.list, "")
			*one = valid()
			one.ID, one.Agency, one.Revision = "x", "A", 3
			next := valid()
			next.ID, next.Revision, next.Agency, next.Name = "x", 3, "B", "Luz"
			got, err := d.Change(ctx, who, next)
			wants(t, err, c.touch, "")
			if err == nil && (got.Revision != 4 || one.Name != "Luz" || one.Agency != "A") {
				t.Errorf("%+v", got)
			}
			wants(t, d.Remove(ctx, who, "x"), c.touch, "")
			if (one.ID == "") != (c.touch == "") {
				t.Errorf("after the removal: %+v", one)
			}
		})
	}
}

func TestChange_OnlyOfWhatWasSeen(t *testing.T) {
	d, one := newDesk()
	*one = valid()
	one.ID, one.Agency, one.Revision = "x", "A", 3
	who, i := caller(access.Supervisor, "A"), valid()
	for _, revision := range []int{0, 2, 4} {
		i.ID, i.Revision = "x", revision
		_, err := d.Change(t.Context(), who, i)
		wants(t, err, "interpreter-changed", "")
	}
	i.ID = "y"
	_, err := d.Change(t.Context(), who, i)
	wants(t, err, "interpreter-unknown", "")
	_, err = d.List(t.Context(), caller(access.Admin, "A"), "C")
	wants(t, err, "agency-unknown", "")
	i.Agency = "C"
	_, err = d.Add(t.Context(), caller(access.Admin, "A"), i)
	wants(t, err, "agency-unknown", "")
}

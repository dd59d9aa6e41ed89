package figures

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/review"
)

// shelf is rows in memory, given out in pages as a store does.
type shelf struct {
	rows  []review.Row
	asked []review.Filter
}

func (s *shelf) Rows(_ context.Context, f review.Filter) ([]review.Row, string, error) {
	s.asked = append(s.asked, f)
	start := 0
	if f.Cursor != "" {
		if _, err := fmt.Sscan(f.Cursor, &start); err != nil {
			return nil, "", err
		}
	}
	end := min(start+f.Limit, len(s.rows))
	var out []review.Row
	for _, r := range s.rows[start:end] {
		if f.Keeps(r) {
			out = append(out, r)
		}
	}
	if end == len(s.rows) {
		return out, "", nil
	}
	return out, fmt.Sprint(end), nil
}

type anyCode struct{}

func (anyCode) Has(list, code string) bool { return code != "nada" }

var (
	anywhere   = []string{access.Any}
	supervisor = access.Caller{User: "s", Account: access.Supervisor, Agency: "uno", Posts: anywhere, Regions: anywhere}
	analyst    = access.Caller{User: "a", Account: access.Analyst, Agency: "uno", Posts: anywhere, Regions: anywhere}
	agent      = access.Caller{User: "g", Account: access.Agent, Agency: "uno"}
)

func someone(sex string, offences ...string) review.Row {
	return review.Row{ID: "id-" + sex, Folio: "F", Agency: "uno", Sex: sex, AgeGroup: "18_29", Nationality: "MEX", State: "25",
		Level: "possible_victim", Offences: offences, Mode: "live", Groups: map[string]string{"indigenous": "yes", "disability": "declined"},
		ReceivedAt: time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)}
}

func times(n int, r review.Row) []review.Row {
	out := make([]review.Row, n)
	for i := range out {
		out[i] = r
	}
	return out
}

func (t Table) String() string {
	text, _ := json.Marshal(t)
	return string(text)
}

func TestCount(t *testing.T) {
	rows := append(times(12, someone("female", "o1", "o2")), times(3, someone("male"))...)
	for _, tt := range []struct {
		name string
		who  access.Caller
		by   string
		want string
	}{
		{"a total", supervisor, "", `{"by":[],"cells":[{"key":[],"count":15}],"total":15,"withheld":false,"narrowed":true}`},
		{"two offences count in both", supervisor, "offence", `{"by":["offence"],"cells":[{"key":["none"],"count":3},{"key":["o1"],"count":12},{"key":["o2"],"count":12}],"total":15,"withheld":false,"narrowed":true}`},
		{"a small cell", analyst, "sex", `{"by":["sex"],"cells":[{"key":["female"],"count":12},{"key":["male"],"count":null}],"total":null,"withheld":true,"narrowed":true}`},
		{"no small cell", analyst, "state", `{"by":["state"],"cells":[{"key":["25"],"count":15}],"total":15,"withheld":false,"narrowed":true}`},
		{"a group only by yes", supervisor, "group,month", `{"by":["group","month"],"cells":[{"key":["indigenous","2026-11"],"count":15}],"total":15,"withheld":false,"narrowed":true}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var by []string
			if tt.by != "" {
				by = strings.Split(tt.by, ",")
			}
			d := &Desk{Store: &shelf{rows: rows}, Codes: anyCode{}}
			got, err := d.Count(context.Background(), tt.who, by, review.Filter{})
			if err != nil || got.String() != tt.want {
				t.Errorf("%v\n%s, want\n%s", err, got, tt.want)
			}
		})
	}
}

// Nothing is no small count: nobody can be found in it.
func TestCount_Nothing(t *testing.T) {
	for n, want := range map[int]string{
		0:                `{"by":["sex"],"cells":[],"total":0,"withheld":false,"narrowed":true}`,
		1:                `{"by":["sex"],"cells":[{"key":["female"],"count":null}],"total":null,"withheld":true,"narrowed":true}`,
		SmallestCell - 1: `{"by":["sex"],"cells":[{"key":["female"],"count":null}],"total":null,"withheld":true,"narrowed":true}`,
	} {
		d := &Desk{Store: &shelf{rows: times(n, someone("female"))}, Codes: anyCode{}}
		got, err := d.Count(context.Background(), analyst, []string{"sex"}, review.Filter{})
		if err != nil || got.String() != want {
			t.Errorf("%d: %v\n%s, want\n%s", n, err, got, want)
		}
	}
}

// Who may not count everything is told so, whether or not anything was left out.
func TestCount_WhoIsNarrowedIsTold(t *testing.T) {
	all := []string{access.Children, access.Sensitive}
	for name, c := range map[string]struct {
		change func(*access.Caller)
		want   bool
	}{
		"named for all":         {func(who *access.Caller) {}, false},
		"not for children":      {func(who *access.Caller) { who.Tasks = all[1:] }, true},
		"not for the sensitive": {func(who *access.Caller) { who.Tasks = all[:1] }, true},
		"of an authority":       {func(who *access.Caller) { who.Authority = "police" }, true},
		"one post":              {func(who *access.Caller) { who.Posts = []string{"health_worker"} }, true},
		"one region":            {func(who *access.Caller) { who.Regions = []string{"25"} }, true},
	} {
		for _, who := range []access.Caller{supervisor, analyst} {
			who.Tasks = all
			c.change(&who)
			for _, rows := range [][]review.Row{nil, times(12, someone("female"))} {
				d := &Desk{Store: &shelf{rows: rows}, Codes: anyCode{}}
				got, err := d.Count(context.Background(), who, nil, review.Filter{})
				if err != nil || got.Narrowed != c.want {
					t.Errorf("%s, %s: narrowed %v %v, want %v", who.Account, name, got.Narrowed, err, c.want)
				}
			}
		}
	}
}

// Ten are withheld, eleven are shown.
func TestCount_SmallestCell(t *testing.T) {
	for n, shown := range map[int]bool{1: false, SmallestCell - 1: false, SmallestCell: true} {
		d := &Desk{Store: &shelf{rows: times(n, someone("female"))}, Codes: anyCode{}}
		got, err := d.Count(context.Background(), analyst, []string{"sex"}, review.Filter{})
		if err != nil || (got.Cells[0].Count != nil) != shown || (got.Total != nil) != shown {
			t.Errorf("%d: %v %s", n, err, got)
		}
	}
}

func TestCount_Refuses(t *testing.T) {
	d := &Desk{Store: &shelf{}, Codes: anyCode{}}
	for name, tt := range map[string]struct {
		who  access.Caller
		by   []string
		f    review.Filter
		kind problem.Kind
	}{
		"an agent":          {agent, nil, review.Filter{}, problem.Forbidden},
		"nobody":            {access.Caller{}, nil, review.Filter{}, problem.Forbidden},
		"an unknown name":   {supervisor, []string{"name"}, review.Filter{}, problem.Invalid},
		"a name twice":      {supervisor, []string{"sex", "sex"}, review.Filter{}, problem.Invalid},
		"an unknown code":   {supervisor, nil, review.Filter{States: []string{"nada"}}, problem.Invalid},
		"an unknown status": {supervisor, nil, review.Filter{Statuses: []string{"x"}}, problem.Invalid},
	} {
		if _, err := d.Count(context.Background(), tt.who, tt.by, tt.f); problem.KindOf(err) != tt.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a caller writes into the filter never widens what they see.
func TestCount_ScopeIsNotTheCallers(t *testing.T) {
	s := &shelf{}
	d := &Desk{Store: s, Codes: anyCode{}}
	if _, err := d.Count(context.Background(), supervisor, nil, review.Filter{Agency: "dos", Cursor: "9"}); err != nil {
		t.Fatal(err)
	}
	if f := s.asked[0]; f.Agency != "uno" || f.Cursor != "" {
		t.Errorf("asked for %+v", f)
	}
}

func export(t *testing.T, who access.Caller, format string, rows []review.Row) []byte {
	t.Helper()
	d := &Desk{Store: &shelf{rows: rows}, Codes: anyCode{}}
	e, err := d.Export(who, format, review.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := e.Write(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestExport_FormatsAgree(t *testing.T) {
	rows := append(times(pageSize+5, someone("female", "o1")), someone("=HYPERLINK(\"http://x\")"))
	table, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(export(t, supervisor, CSV, rows), []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(export(t, supervisor, XLSX, rows)))
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := book.GetRows("detections")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(export(t, supervisor, NDJSON, rows))), "\n")
	if len(table) != 1+len(rows) || len(sheet) != 1+len(rows) || len(lines) != len(rows) {
		t.Fatalf("csv %d, xlsx %d, ndjson %d, want %d rows", len(table), len(sheet), len(lines), len(rows))
	}
	for i, line := range lines {
		var object map[string]string
		if err := json.Unmarshal([]byte(line), &object); err != nil {
			t.Fatalf("line %d: %v", i, err)
		}
		for j, name := range table[0] {
			cell := table[1+i][j]
			inSheet := ""
			if j < len(sheet[1+i]) { // excelize leaves empty cells at the end out
				inSheet = sheet[1+i][j]
			}
			if want := object[name]; strings.TrimPrefix(cell, "'") != want || inSheet != want {
				t.Fatalf("row %d %s: csv %q, xlsx %q, ndjson %q", i, name, cell, inSheet, want)
			}
		}
	}
	last := strings.Join(table[len(table)-1], "|")
	if !strings.Contains(last, `|'=HYPERLINK`) {
		t.Errorf("a formula is not made harmless: %s", last)
	}
	formula, err := book.GetCellFormula("detections", "O507")
	if err != nil || formula != "" {
		t.Errorf("the workbook has a formula: %q %v", formula, err)
	}
}

// Who may not read the cases learns neither which case nor who, where few are alike.
func TestExport_Analyst(t *testing.T) {
	text := string(export(t, analyst, NDJSON, append(times(11, someone("female")), someone("male"))))
	for _, must := range []string{`"sex":"female"`, `"sex":"masked","age_group":"masked"`, `"month":"2026-11"`} {
		if !strings.Contains(text, must) {
			t.Errorf("lacks %s", must)
		}
	}
	for _, leak := range []string{`"male"`, "folio", `"id"`, "municipality", "2026-11-30", `"agency"`} {
		if strings.Contains(text, leak) {
			t.Errorf("tells %s", leak)
		}
	}
}

// A filter would tell what is masked or left out: the day, and where a person is
// whose state is masked.
func TestFilter_TellsWhoMayNotReadNoMoreThanTheAnswer(t *testing.T) {
	d := &Desk{Store: &shelf{rows: times(12, someone("female"))}, Codes: anyCode{}}
	first, second := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		f             review.Filter
		count, export bool
	}{
		"none":                {review.Filter{}, true, true},
		"a month":             {review.Filter{From: first, To: second}, true, true},
		"a month, elsewhere":  {review.Filter{From: first.In(time.FixedZone("", 3600))}, true, true},
		"from a day":          {review.Filter{From: first.AddDate(0, 0, 1)}, false, false},
		"to an hour":          {review.Filter{From: first, To: second.Add(time.Hour)}, false, false},
		"the hour of a month": {review.Filter{From: first.In(time.FixedZone("", 3600)).Add(-time.Hour)}, false, false},
		"a state":             {review.Filter{States: []string{"25"}}, true, false},
	} {
		for who, all := range map[*access.Caller]bool{&supervisor: true, &analyst: false} {
			_, err := d.Count(context.Background(), *who, nil, c.f)
			if (err == nil) != (all || c.count) {
				t.Errorf("%s counts by %s: %v", who.Account, name, err)
			}
			_, err = d.Export(*who, CSV, c.f)
			if (err == nil) != (all || c.export) {
				t.Errorf("%s exports by %s: %v", who.Account, name, err)
			}
		}
	}
}

func TestExport_Refuses(t *testing.T) {
	d := &Desk{Store: &shelf{}, Codes: anyCode{}}
	if _, err := d.Export(agent, CSV, review.Filter{}); problem.KindOf(err) != problem.Forbidden {
		t.Errorf("an agent exports: %v", err)
	}
	if _, err := d.Export(supervisor, "pdf", review.Filter{}); problem.KindOf(err) != problem.NotFound {
		t.Errorf("an unknown format: %v", err)
	}
}

func TestHarmless(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "25": "25", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "a=b": "a=b",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}

// An export that fails says so, and does not end like a whole one.
func TestExport_FailureIsSeen(t *testing.T) {
	d := &Desk{Store: &shelf{rows: times(3, someone("female"))}, Codes: anyCode{}}
	e, err := d.Export(supervisor, XLSX, review.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := e.Write(ctx, &bytes.Buffer{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

package figures

import (
	"context"
	"io"
	"strconv"
	"strings"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/review"
)

// Formats of an export.
const (
	CSV    = "csv"
	XLSX   = "xlsx"
	NDJSON = "ndjson"
)

// column is one of an export. Guarded columns are left out for who may not
// read the cases; quasi ones are masked there where few share them.
type column struct {
	name    string
	guarded bool
	quasi   bool
	value   func(review.Row) string
}

// columns never include an identity, a note or a reason in words.
var columns = []column{
	{name: "id", guarded: true, value: func(r review.Row) string { return r.ID }},
	{name: "folio", guarded: true, value: func(r review.Row) string { return r.Folio }},
	{name: "month", value: monthOf},
	{name: "received_on", guarded: true, value: func(r review.Row) string { return day(r.ReceivedAt) }},
	{name: "captured_on", guarded: true, value: func(r review.Row) string { return day(r.CapturedAt) }},
	{name: "level", value: func(r review.Row) string { return r.Level }},
	{name: "device_level", guarded: true, value: func(r review.Row) string { return r.DeviceLevel }},
	{name: "status", value: func(r review.Row) string { return r.Status }},
	{name: "danger", value: func(r review.Row) string { return list(r.Danger) }},
	{name: "indicators", value: func(r review.Row) string { return list(r.Indicators) }},
	{name: "offences", value: func(r review.Row) string { return list(r.Offences) }},
	{name: "setting", value: func(r review.Row) string { return r.Setting }},
	{name: "state", quasi: true, value: func(r review.Row) string { return r.State }},
	{name: "municipality", guarded: true, value: func(r review.Row) string { return r.Municipality }},
	{name: "sex", quasi: true, value: func(r review.Row) string { return r.Sex }},
	{name: "age_group", quasi: true, value: func(r review.Row) string { return r.AgeGroup }},
	{name: "nationality", quasi: true, value: func(r review.Row) string { return r.Nationality }},
	{name: "state_of_origin", quasi: true, value: func(r review.Row) string { return r.StateOfOrigin }},
	{name: "groups", quasi: true, value: func(r review.Row) string { return list(groupsOf(r)) }},
	{name: "mode", value: func(r review.Row) string { return r.Mode }},
	{name: "synthetic", value: func(r review.Row) string { return strconv.FormatBool(r.Synthetic) }},
	{name: "protocol", value: func(r review.Row) string { return r.Protocol.ID }},
	{name: "protocol_version", value: func(r review.Row) string { return strconv.Itoa(r.Protocol.Version) }},
	{name: "agency", guarded: true, value: func(r review.Row) string { return r.Agency }},
	{name: "post", guarded: true, value: func(r review.Row) string { return r.Post }},
	{name: "flags", guarded: true, value: func(r review.Row) string { return list(r.Flags) }},
}

// Masked stands in an export where fewer than SmallestCell rows share what the
// row says of who the person is.
const Masked = "masked"

func list(codes []string) string { return strings.Join(codes, ";") }

// sheet writes rows of an export in one format.
type sheet interface {
	row(cells []string) error
	close() error
}

// Export is one that may begin: the right and the filter were checked.
type Export struct {
	desk    *Desk
	filter  review.Filter
	format  string
	protect bool
	by      access.Redaction
}

// Export checks the right and the filter; Export.Write then does the work,
// which may take long after the first bytes were answered.
func (d *Desk) Export(who access.Caller, format string, f review.Filter) (Export, error) {
	f, err := d.narrow(who, access.Export, f)
	if err != nil {
		return Export{}, err
	}
	if protected(who) && len(f.States) > 0 { // every row of such a list has the state, masked or not
		return Export{}, errWithheld("state")
	}
	if format != CSV && format != XLSX && format != NDJSON {
		return Export{}, problem.New(problem.NotFound, "path-unknown")
	}
	return Export{desk: d, filter: f, format: format, protect: protected(who), by: access.RedactionFor(who)}, nil
}

// Write writes the whole export. A detection received while it runs may be in it.
func (e Export) Write(ctx context.Context, w io.Writer) error {
	var shown []column
	for _, c := range columns {
		if !e.protect || !c.guarded {
			shown = append(shown, c)
		}
	}
	few, err := e.few(ctx)
	if err != nil {
		return err
	}
	s, err := newSheet(e.format, w, names(shown))
	if err != nil {
		return err
	}
	cells := make([]string, len(shown))
	err = e.desk.each(ctx, e.by, e.filter, func(r review.Row) error {
		mask := e.protect && few(r)
		for i, c := range shown {
			cells[i] = c.value(r)
			if mask && c.quasi {
				cells[i] = Masked
			}
		}
		return s.row(cells)
	})
	if err != nil {
		return err
	}
	return s.close()
}

func names(columns []column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.name
	}
	return out
}

// few counts first who shares what, so that the second pass can mask. A row
// that came in between is unknown, thus few.
func (e Export) few(ctx context.Context) (func(review.Row) bool, error) {
	if !e.protect {
		return nil, nil
	}
	counts := map[string]int{}
	err := e.desk.each(ctx, e.by, e.filter, func(r review.Row) error {
		counts[person(r)]++
		return nil
	})
	return func(r review.Row) bool { return counts[person(r)] < SmallestCell }, err
}

// person joins what an export says of who the person is.
func person(r review.Row) string {
	var b strings.Builder
	for _, c := range columns {
		if c.quasi {
			b.WriteString(c.value(r))
			b.WriteString(separator)
		}
	}
	return b.String()
}

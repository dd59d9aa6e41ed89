// Package figures counts detections and exports them for statistics: codes
// only, never an identity or a free text. Who may not read the cases gets no
// figure so small that it points to a person, and no row that does.
package figures

import (
	"context"
	"slices"
	"strings"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/review"
)

// Store is what figures are made of.
type Store interface {
	// Rows returns up to f.Limit rows that fit f, in the order in which they
	// were received, from f.Cursor on; next is empty after the last. It counts
	// no total and holds no transaction between calls, so that an export of
	// years never keeps the writers waiting.
	Rows(ctx context.Context, f review.Filter) (rows []review.Row, next string, err error)
}

// Desk answers those who need figures. Its fields are set once.
type Desk struct {
	Store Store
	Codes review.Codebook
}

const (
	// SmallestCell is the smallest count that is shown to who may not read the
	// cases: 1 to 10 are withheld, as in the cell size suppression policy of
	// the U.S. Centers for Medicare & Medicaid Services. Counts of two tables
	// can still be subtracted from each other: figures for the public need a
	// statistician's eye, and the documentation says so.
	SmallestCell = 11
	// maxCells bounds the memory of one table: some 20 MB.
	maxCells = 100_000
	// pageSize is how many rows one short view of the store reads.
	pageSize = 500
)

// None stands where a detection has no offence or belongs to no group.
const None = "none"

// Table is the answer to a count.
type Table struct {
	By    []string `json:"by"`
	Cells []Cell   `json:"cells"` // sorted by key, never nil
	// Total is the number of detections, each counted once even where it stands
	// in several cells (two offences). Nil where a cell is withheld, for the
	// difference would tell it.
	Total *int `json:"total"`
	// Withheld says that a cell's count is too small to be shown.
	Withheld bool `json:"withheld"`
	// Narrowed says that who asks may not count everything; it follows from the
	// caller alone, so that it never tells whether there is anything left out.
	Narrowed bool `json:"narrowed"`
}

// Cell is one combination of codes with its count; nil: withheld.
type Cell struct {
	Key   []string `json:"key"` // in the order of Table.By
	Count *int     `json:"count"`
}

// dimensions are what can be counted by; each gives the codes of a row.
var dimensions = map[string]func(review.Row) []string{
	"offence":     func(r review.Row) []string { return orNone(r.Offences) },
	"sex":         func(r review.Row) []string { return []string{r.Sex} },
	"age_group":   func(r review.Row) []string { return []string{r.AgeGroup} },
	"nationality": func(r review.Row) []string { return []string{r.Nationality} },
	"state":       func(r review.Row) []string { return []string{r.State} },
	"group":       func(r review.Row) []string { return orNone(groupsOf(r)) },
	"setting":     func(r review.Row) []string { return []string{r.Setting} },
	"level":       func(r review.Row) []string { return []string{r.Level} },
	"month":       func(r review.Row) []string { return []string{monthOf(r)} },
}

// monthOf is that of the server's receipt in UTC: a phone's clock may be days off.
func monthOf(r review.Row) string { return r.ReceivedAt.UTC().Format("2006-01") }

// groupsOf are the groups that the person belongs to; a missing code is no yes.
func groupsOf(r review.Row) []string {
	var yes []string
	for code, answer := range r.Groups {
		if answer == "yes" {
			yes = append(yes, code)
		}
	}
	slices.Sort(yes)
	return yes
}

func orNone(codes []string) []string {
	if len(codes) == 0 {
		return []string{None}
	}
	return codes
}

// Dimensions are the names that can be counted by, sorted.
func Dimensions() []string {
	names := make([]string, 0, len(dimensions))
	for name := range dimensions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// narrow sets what who may count, and refuses codes that no list has.
func (d *Desk) narrow(who access.Caller, do access.Action, f review.Filter) (review.Filter, error) {
	f, err := review.Narrow(who, do, f)
	if err != nil {
		return f, err
	}
	f.Cursor, f.Limit = "", pageSize
	if protected(who) {
		for name, t := range map[string]time.Time{"from": f.From, "to": f.To} {
			if !monthBegins(t) {
				return f, errWithheld(name)
			}
		}
	}
	return f, review.KnownCodes(d.Codes, f)
}

// monthBegins keeps a filter from telling more than the month that figures have:
// an hour with anything in it would be the hour of one screening. Zero: open.
func monthBegins(t time.Time) bool {
	t = t.UTC()
	return t.IsZero() || t.Equal(time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
}

func errWithheld(parameter string) error {
	return problem.New(problem.Forbidden, "filter-withheld", "parameter", parameter)
}

// protected says whether small cells are withheld from who: from everybody who
// may not open the cases themselves.
func protected(who access.Caller) bool {
	return access.Fields(who, access.ReadDetections) == ""
}

// each calls do with every row that fits f, as its reader may see it, in short views.
func (d *Desk) each(ctx context.Context, by access.Redaction, f review.Filter, do func(review.Row) error) error {
	for {
		rows, next, err := d.Store.Rows(ctx, f)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := do(r.Redacted(by)); err != nil {
				return err
			}
		}
		if next == "" {
			return ctx.Err()
		}
		f.Cursor = next
	}
}

// Count counts detections that fit f by the named dimensions. Training and
// synthetic ones count only if f.OnlyLive is false.
func (d *Desk) Count(ctx context.Context, who access.Caller, by []string, f review.Filter) (Table, error) {
	f, err := d.narrow(who, access.ReadStats, f)
	if err != nil {
		return Table{}, err
	}
	for i, name := range by {
		if dimensions[name] == nil || slices.Contains(by[:i], name) {
			return Table{}, problem.New(problem.Invalid, "stats-by", "dimensions", Dimensions())
		}
	}
	counts, total := map[string]int{}, 0
	err = d.each(ctx, access.RedactionFor(who), f, func(r review.Row) error {
		total++
		for _, key := range keys(r, by) {
			counts[key]++
		}
		if len(counts) > maxCells {
			return problem.New(problem.TooLarge, "stats-too-many-cells", "limit", maxCells)
		}
		return nil
	})
	if err != nil {
		return Table{}, err
	}
	t := table(by, counts, total, protected(who))
	t.Narrowed = !f.View.Whole()
	return t, nil
}

// separator joins the codes of a key; no code has it.
const separator = "\x1f"

// keys are the cells that r counts in: one for each combination of its codes.
func keys(r review.Row, by []string) []string {
	keys := []string{""}
	for i, name := range by {
		var longer []string
		for _, key := range keys {
			for _, code := range dimensions[name](r) {
				if i > 0 {
					code = key + separator + code
				}
				longer = append(longer, code)
			}
		}
		keys = longer
	}
	return keys
}

func table(by []string, counts map[string]int, total int, protect bool) Table {
	t := Table{By: by, Cells: make([]Cell, 0, len(counts)), Total: &total}
	if t.By == nil {
		t.By = []string{}
	}
	names := make([]string, 0, len(counts))
	for key := range counts {
		names = append(names, key)
	}
	slices.Sort(names)
	for _, key := range names {
		count := counts[key]
		cell := Cell{Key: []string{}, Count: &count}
		if len(by) > 0 {
			cell.Key = strings.Split(key, separator)
		}
		if protect && count < SmallestCell {
			cell.Count, t.Withheld = nil, true
		}
		t.Cells = append(t.Cells, cell)
	}
	if protect && (t.Withheld || total > 0 && total < SmallestCell) {
		t.Total, t.Withheld = nil, true
	}
	return t
}

// day is how dates stand in exports: the hour could point to one visit.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

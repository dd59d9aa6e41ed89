package translation

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/workbook"
)

// MaxSheet is how large a sheet may be that is brought back, in bytes.
const MaxSheet = workbook.MaxFile

// Taken is a row that changed a text.
type Taken struct {
	Row           int
	ID            string
	Before, After string
}

// Left is a row that was not taken, and in a conflict what both say.
type Left struct {
	Row    int
	ID     string
	Yours  string
	Theirs string
	Reason string         // type of a problem
	Args   map[string]any // of the problem
}

// Report says what became of a sheet, row by row.
type Report struct {
	Taken     []Taken
	Unchanged int
	Empty     int
	Stale     []Left // the Spanish is another since
	Conflicts []Left // somebody else changed the text since
	Refused   []Left
	Comments  int
}

// Import takes a sheet that somebody filled in, or says what it would take (dry).
// Each row stands by itself; all that is taken is kept at once. Invalid "sheet-..."
// for a file that is not read.
func (d *Desk) Import(ctx context.Context, who access.Caller, content []byte, locale, part string, dry bool, words Words) (r Report, err error) {
	if err := access.Check(who, access.Translate, access.Scope{}); err != nil {
		return r, err
	}
	if err := d.checkLocale(locale); err != nil {
		return r, err
	}
	ids, ok := d.Texts.Messages(part)
	if !ok {
		return r, problem.New(problem.NotFound, "protocol-unknown")
	}
	rows, err := readSheet(content, locale, part, words)
	if err != nil {
		return r, err
	}
	for range attempts {
		b := &batch{Desk: d, who: who, locale: locale, part: part, known: map[string]bool{}, seen: map[string]bool{}, after: map[string]uint64{}}
		for _, id := range ids {
			b.known[id] = true
		}
		if r, err = b.run(ctx, rows, dry); !isMoved(err) {
			return r, err
		}
	}
	return r, err
}

func whyNot(err error) error {
	var r *workbook.Refusal
	if errors.As(err, &r) && sheetProblems[r.Reason] != nil {
		return sheetProblems[r.Reason](r.Cell)
	}
	return err
}

// batch is one reading of a sheet against the desk as it is.
type batch struct {
	*Desk
	who          access.Caller
	locale, part string
	known, seen  map[string]bool
	steps        map[string][]Step // by message, as kept
	after        map[string]uint64
	write        []Step
	changed      bool
	report       Report
}

func (b *batch) run(ctx context.Context, rows []filled, dry bool) (Report, error) {
	all, err := b.Store.Steps(ctx, b.locale, "")
	if err != nil {
		return Report{}, err
	}
	b.steps = byMessage(all)
	for _, f := range rows {
		b.row(f)
	}
	if dry || len(b.write) == 0 {
		return b.report, nil
	}
	if err := b.Store.AddSteps(ctx, b.locale, Write{Steps: b.write, After: b.after}); err != nil {
		return Report{}, err
	}
	if b.changed {
		b.Changed()
	}
	return b.report, nil
}

func (b *batch) refused(f filled, err error) {
	left := Left{Row: f.row, ID: f.id, Reason: "internal"}
	var p *problem.Error
	if errors.As(err, &p) {
		left.Reason, left.Args = p.Type, p.Args
	}
	b.report.Refused = append(b.report.Refused, left)
}

// row judges one row. Who left a row as it was is told of no conflict in it.
func (b *batch) row(f filled) {
	switch {
	case !b.known[f.id]:
		f.id = clip(f.id)
		b.refused(f, problem.New(problem.NotFound, "message-unknown"))
		return
	case b.seen[f.id]:
		b.refused(f, problem.New(problem.Invalid, "sheet-twice"))
		return
	}
	b.seen[f.id] = true
	item, ok := b.item(b.locale, b.part, f.id, b.steps[f.id])
	if !ok {
		b.refused(f, problem.New(problem.NotFound, "message-unknown"))
		return
	}
	f.text, f.back, f.comment = lines(f.text), lines(f.back), lines(f.comment)
	switch f.text {
	case "":
		b.report.Empty++
	case item.Text:
		b.report.Unchanged++
	default:
		if TextHash(f.text) == f.textHash { // theirs is as it was; ours went on
			b.report.Unchanged++
			f.text = ""
		}
	}
	changes := f.text != "" && f.text != item.Text
	backs := f.back != "" && f.back != item.Version.Back
	switch {
	case !changes && !backs && f.comment == "":
		return
	case f.sourceHash != item.Source.Hash:
		b.report.Stale = append(b.report.Stale, Left{Row: f.row, ID: f.id, Yours: f.text, Theirs: item.Text})
		return
	case f.textHash != item.TextHash:
		b.report.Conflicts = append(b.report.Conflicts, Left{Row: f.row, ID: f.id, Yours: f.text, Theirs: item.Text})
		return
	}
	b.take(f, item, changes, backs)
}

// take makes the steps of a row that fits.
func (b *batch) take(f filled, item Item, changes, backs bool) {
	if changes {
		after, err := b.step(item, f.text, Asked{Do: Translate, Text: f.text, TextHash: f.textHash, SourceHash: f.sourceHash})
		if err != nil {
			b.refused(f, err)
			return
		}
		b.report.Taken = append(b.report.Taken, Taken{f.row, f.id, item.Text, after.Text})
		item = after
	}
	if backs {
		after, err := b.step(item, f.back, Asked{Do: BackTranslate, Text: f.back, TextHash: item.TextHash, SourceHash: f.sourceHash})
		if err != nil {
			b.refused(f, err)
		} else {
			b.report.Taken = append(b.report.Taken, Taken{f.row, f.id, item.Version.Back, f.back})
			item = after
		}
	}
	if f.comment != "" {
		if _, err := b.step(item, f.comment, Asked{Do: Comment, Text: f.comment}); err != nil {
			b.refused(f, err)
			return
		}
		b.report.Comments++
	}
}

// step does one step of a row, if it may be done.
func (b *batch) step(item Item, text string, a Asked) (Item, error) {
	if looksLikeFormula(text) {
		return item, problem.New(problem.Invalid, "sheet-looks-formula")
	}
	if len(b.steps[item.ID]) >= MaxSteps {
		return item, problem.New(problem.Conflict, "translation-steps", "limit", MaxSteps)
	}
	var neighbours map[string]string
	if a.Do == Translate {
		neighbours = b.neighbours(item.ID)
	}
	step, err := b.checked(b.who, item, neighbours, a)
	if err != nil {
		return item, err
	}
	step.Locale = b.locale
	if _, begun := b.after[item.ID]; !begun {
		b.after[item.ID] = item.Last
	}
	b.steps[item.ID] = append(slices.Clone(b.steps[item.ID]), step)
	b.write = append(b.write, step)
	after, _ := b.item(b.locale, b.part, item.ID, b.steps[item.ID])
	b.changed = b.changed || out(item.State) != out(after.State)
	return after, nil
}

// neighbours are the desk's, with what this sheet brings of them.
func (b *batch) neighbours(message string) map[string]string {
	texts := map[string]string{}
	for _, id := range b.Texts.Neighbours(message) {
		if item, ok := b.item(b.locale, "", id, b.steps[id]); ok && item.Text != "" {
			texts[id] = item.Text
		}
	}
	maps.DeleteFunc(texts, func(id, _ string) bool { return id == message })
	return texts
}

// lines is the text of a cell: some programs end lines with two signs.
func lines(cell string) string { return normal(strings.ReplaceAll(cell, "\r\n", "\n")) }

// looksLikeFormula: spreadsheets take what begins so for a formula, or did; what
// came from outside must not become one in the next export of anybody. A text may
// begin with a dash or a plus, but then it calls nothing.
func looksLikeFormula(text string) bool {
	if text == "" {
		return false
	}
	switch text[0] {
	case '=', '@':
		return true
	case '+', '-':
		return strings.ContainsAny(text, "(|!")
	}
	return false
}

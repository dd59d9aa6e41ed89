package translation

import (
	"context"
	"io"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/workbook"
)

// columns of a sheet for people who work outside of the tool, in order; their
// titles, as all words, come from the languages: "sheet.column_<name>".
var columns = []string{"id", "spanish", "context", "asks", "not", "avoid", "text", "back", "state", "comment", "source_hash", "text_hash"}

// needed are those without which a row cannot be judged. The rest may be deleted.
var needed = []string{"id", "text", "source_hash", "text_hash"}

// howTo are how many sentences say how to fill it in.
var howTo = []string{"how_1", "how_2", "how_3", "how_4"}

// Words gives the text of a message "sheet.<name>" in a language: the titles are
// Spanish, the guide Spanish and English.
type Words func(lang, name string) string

// Languages of the guide; the titles of columns are in the first.
var guideLanguages = []string{"es-MX", "en"}

// Export writes the texts of a part as a workbook. The second sheet says what it is
// and how to fill it in; an import is held against it.
func (d *Desk) Export(ctx context.Context, who access.Caller, w io.Writer, locale, part string, words Words) error {
	items, err := d.List(ctx, who, locale, part)
	if err != nil {
		return err
	}
	title := func(name string) string { return words(guideLanguages[0], name) }
	book, err := workbook.New(w, title("texts"), title("guide"))
	if err != nil {
		return err
	}
	if err := book.Next(); err != nil {
		return err
	}
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = title("column_" + c)
	}
	rows := [][]string{head}
	for _, item := range items {
		n := Note{}
		if item.Source.Note != nil {
			n = *item.Source.Note
		}
		rows = append(rows, []string{item.ID, item.Source.Text, item.Source.Context, n.Asks, n.Not, n.Avoid, item.Text, item.Version.Back,
			item.State.State, "", item.Source.Hash, item.TextHash})
	}
	guide := [][]string{{title("language"), locale}, {title("protocol"), part}, {title("when"), d.Now().UTC().Format(time.RFC3339)}}
	for _, lang := range guideLanguages {
		for _, how := range howTo {
			guide = append(guide, []string{words(lang, how)})
		}
	}
	return writeSheets(book, rows, guide)
}

// writeSheets writes both; the first is open. Every cell is a text and no formula,
// whatever it begins with.
func writeSheets(book *workbook.Writer, first, second [][]string) error {
	for i, rows := range [][][]string{first, second} {
		if i > 0 {
			if err := book.Next(); err != nil {
				return err
			}
		}
		for _, row := range rows {
			if err := book.Row(row); err != nil {
				return err
			}
		}
	}
	return book.Close()
}

// filled is one row that somebody outside filled in.
type filled struct {
	row                     int // as spreadsheets number it
	id, text, back, comment string
	sourceHash, textHash    string
}

// sheetProblems are why a file is not read at all.
var sheetProblems = map[string]func(cell string) error{
	workbook.NotXLSX:  func(string) error { return problem.New(problem.Invalid, "sheet-not-xlsx") },
	workbook.Encoding: func(string) error { return problem.New(problem.Invalid, "sheet-encoding") },
	workbook.TooLarge: func(string) error { return problem.New(problem.Invalid, "sheet-large") },
	workbook.TooMany:  func(string) error { return problem.New(problem.Invalid, "sheet-many") },
	workbook.Formula:  func(cell string) error { return problem.New(problem.Invalid, "sheet-formula", "cell", cell) },
}

// readSheet takes the rows out of a workbook that was made by Export for this part.
func readSheet(content []byte, locale, part string, words Words) ([]filled, error) {
	sheets, err := workbook.Read(content)
	if err != nil {
		return nil, whyNot(err)
	}
	title := func(name string) string { return words(guideLanguages[0], name) }
	byName := map[string][][]string{}
	for _, s := range sheets {
		byName[s.Name] = s.Rows
	}
	for _, name := range []string{title("texts"), title("guide")} {
		if len(byName[name]) == 0 {
			return nil, problem.New(problem.Invalid, "sheet-columns", "missing", name)
		}
	}
	said := map[string]string{}
	for _, row := range byName[title("guide")] {
		said[at(row, 0)] = normal(at(row, 1))
	}
	if language, protocol := said[title("language")], said[title("protocol")]; language != locale || protocol != part {
		return nil, problem.New(problem.Invalid, "sheet-other", "language", clip(language), "protocol", clip(protocol))
	}
	return rowsOf(byName[title("texts")], title)
}

// rowsOf finds the columns by their titles, so that they may be moved.
func rowsOf(rows [][]string, title func(string) string) ([]filled, error) {
	where := map[string]int{}
	for i, cell := range rows[0] {
		if _, twice := where[normal(cell)]; !twice {
			where[normal(cell)] = i
		}
	}
	for _, c := range needed {
		if _, ok := where[title("column_"+c)]; !ok {
			return nil, problem.New(problem.Invalid, "sheet-columns", "missing", title("column_"+c))
		}
	}
	var out []filled
	for i, row := range rows[1:] {
		cell := func(name string) string {
			column, ok := where[title("column_"+name)]
			if !ok {
				return ""
			}
			return at(row, column)
		}
		f := filled{i + 2, normal(cell("id")), cell("text"), cell("back"), cell("comment"), normal(cell("source_hash")), normal(cell("text_hash"))}
		if f.id != "" || f.text+f.back+f.comment != "" {
			out = append(out, f)
		}
	}
	return out, nil
}

func at(row []string, i int) string {
	if i >= len(row) {
		return ""
	}
	return row[i]
}

// maxEcho is how much of what a file says is repeated in a problem, in bytes.
const maxEcho = 40

func clip(s string) string {
	if len(s) <= maxEcho {
		return s
	}
	cut := maxEcho
	for cut > 0 && s[cut]&0xc0 == 0x80 { // not within a letter
		cut--
	}
	return s[:cut] + "…"
}

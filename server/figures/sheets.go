package figures

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"umbral/server/problem"
	"umbral/server/workbook"
)

func newSheet(format string, w io.Writer, header []string) (sheet, error) {
	switch format {
	case CSV:
		// The mark makes a spreadsheet read UTF-8; without it "Nariño" breaks.
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
		s := csvSheet{csv.NewWriter(w)}
		return s, s.row(header)
	case XLSX:
		return newXLSX(w, header)
	default:
		return &ndjsonSheet{w: bufio.NewWriter(w), header: header}, nil
	}
}

type csvSheet struct{ w *csv.Writer }

func (s csvSheet) row(cells []string) error {
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = harmless(c)
	}
	return s.w.Write(safe)
}

func (s csvSheet) close() error {
	s.w.Flush()
	return s.w.Error()
}

// harmless keeps a spreadsheet from running a cell as a formula: what begins
// as one gets an apostrophe (OWASP, CSV injection).
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// ndjsonSheet writes one object a line, its fields in the order of the columns.
type ndjsonSheet struct {
	w      *bufio.Writer
	header []string
}

func (s *ndjsonSheet) row(cells []string) error {
	for i, c := range cells {
		name, err := json.Marshal(s.header[i])
		if err != nil {
			return err
		}
		value, err := json.Marshal(c)
		if err != nil {
			return err
		}
		open := ","
		if i == 0 {
			open = "{"
		}
		if _, err := fmt.Fprintf(s.w, "%s%s:%s", open, name, value); err != nil {
			return err
		}
	}
	_, err := s.w.WriteString("}\n")
	return err
}

func (s *ndjsonSheet) close() error { return s.w.Flush() }

// maxSheetRows is what a worksheet holds, less the header.
const maxSheetRows = workbook.MaxRows - 1

// xlsxSheet is a workbook of one sheet.
type xlsxSheet struct{ w *workbook.Writer }

func newXLSX(w io.Writer, header []string) (sheet, error) {
	out, err := workbook.New(w, "detections")
	if err == nil {
		err = out.Next()
	}
	if err != nil {
		return nil, err
	}
	s := xlsxSheet{out}
	return s, s.row(header)
}

func (s xlsxSheet) row(cells []string) error {
	err := s.w.Row(cells)
	if errors.Is(err, workbook.ErrTooManyRows) {
		return problem.New(problem.TooLarge, "export-too-many-rows", "limit", maxSheetRows)
	}
	return err
}

func (s xlsxSheet) close() error { return s.w.Close() }

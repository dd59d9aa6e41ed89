package figures

import (
	"archive/zip"
	"bufio"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"umbral/server/problem"
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

// maxSheetRows is what a worksheet holds (ECMA-376), less the header.
const maxSheetRows = 1<<20 - 1

// The parts of a workbook of one sheet that do not change (ECMA-376). It is
// written here, row by row, because a library would spill rows in clear into a
// temporary file.
var workbook = [][2]string{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
		`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="detections" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
}

const (
	sheetOpen  = xml.Header + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetClose = `</sheetData></worksheet>`
)

type xlsxSheet struct {
	zip  *zip.Writer
	w    *bufio.Writer
	rows int
}

func newXLSX(w io.Writer, header []string) (sheet, error) {
	s := &xlsxSheet{zip: zip.NewWriter(w)}
	for _, part := range workbook {
		p, err := s.zip.Create(part[0])
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(p, xml.Header+part[1]); err != nil {
			return nil, err
		}
	}
	p, err := s.zip.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	s.w = bufio.NewWriter(p)
	if _, err := s.w.WriteString(sheetOpen); err != nil {
		return nil, err
	}
	return s, s.row(header)
}

// row writes every cell as an inline string, which is never a formula.
func (s *xlsxSheet) row(cells []string) error {
	if s.rows > maxSheetRows {
		return problem.New(problem.TooLarge, "export-too-many-rows", "limit", maxSheetRows)
	}
	s.rows++
	if _, err := s.w.WriteString("<row>"); err != nil {
		return err
	}
	for _, c := range cells {
		if _, err := s.w.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">`); err != nil {
			return err
		}
		if err := xml.EscapeText(s.w, []byte(c)); err != nil {
			return err
		}
		if _, err := s.w.WriteString(`</t></is></c>`); err != nil {
			return err
		}
	}
	_, err := s.w.WriteString("</row>")
	return err
}

func (s *xlsxSheet) close() error {
	if _, err := s.w.WriteString(sheetClose); err != nil {
		return err
	}
	if err := s.w.Flush(); err != nil {
		return err
	}
	return s.zip.Close()
}

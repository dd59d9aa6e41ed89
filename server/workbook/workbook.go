// Package workbook writes .xlsx files of plain text, row by row (ECMA-376). It is
// written here because a library would spill rows in clear into a temporary
// file. Every cell is an inline string, which is never a formula.
package workbook

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MaxRows is what a worksheet holds (ECMA-376).
const MaxRows = 1 << 20

// ErrTooManyRows is returned for a row that a worksheet does not hold.
var ErrTooManyRows = errors.New("the worksheet is full")

const (
	contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>%s</Types>`
	contentType = `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`
	rootRels    = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	workbook = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ` +
		`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>%s</sheets></workbook>`
	sheetEntry = `<sheet name="%s" sheetId="%d" r:id="rId%[2]d"/>`
	rels       = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`
	rel        = `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%[1]d.xml"/>`
	sheetOpen  = xml.Header + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetClose = `</sheetData></worksheet>`
)

// Writer writes one workbook. Its sheets come in the order of their names: Next
// opens each, Row adds to it, Close ends the file.
type Writer struct {
	zip    *zip.Writer
	sheets int
	opened int
	sheet  *bufio.Writer // nil before the first Next
	rows   int
}

// New begins a workbook with these sheets; a name has no quotes or markup.
func New(w io.Writer, sheets ...string) (*Writer, error) {
	out := &Writer{zip: zip.NewWriter(w), sheets: len(sheets)}
	var types, entries, links strings.Builder
	for i, name := range sheets {
		fmt.Fprintf(&types, contentType, i+1)
		fmt.Fprintf(&entries, sheetEntry, name, i+1)
		fmt.Fprintf(&links, rel, i+1)
	}
	for _, part := range [][2]string{
		{"[Content_Types].xml", fmt.Sprintf(contentTypes, &types)}, {"_rels/.rels", rootRels},
		{"xl/workbook.xml", fmt.Sprintf(workbook, &entries)}, {"xl/_rels/workbook.xml.rels", fmt.Sprintf(rels, &links)},
	} {
		p, err := out.zip.Create(part[0])
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(p, xml.Header+part[1]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Next ends the sheet that is open and opens the one after it.
func (w *Writer) Next() error {
	if w.opened == w.sheets {
		return fmt.Errorf("workbook: it has %d sheets and no more", w.sheets)
	}
	if err := w.end(); err != nil {
		return err
	}
	w.opened++
	w.rows = 0
	p, err := w.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", w.opened))
	if err != nil {
		return err
	}
	w.sheet = bufio.NewWriter(p)
	_, err = w.sheet.WriteString(sheetOpen)
	return err
}

// Row adds a row to the open sheet; ErrTooManyRows when it is full.
func (w *Writer) Row(cells []string) error {
	if w.rows == MaxRows {
		return ErrTooManyRows
	}
	w.rows++
	if _, err := w.sheet.WriteString("<row>"); err != nil {
		return err
	}
	for _, c := range cells {
		if _, err := w.sheet.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">`); err != nil {
			return err
		}
		if err := xml.EscapeText(w.sheet, []byte(c)); err != nil {
			return err
		}
		if _, err := w.sheet.WriteString(`</t></is></c>`); err != nil {
			return err
		}
	}
	_, err := w.sheet.WriteString("</row>")
	return err
}

// Close ends the workbook. Each of its sheets must have been opened.
func (w *Writer) Close() error {
	if w.opened < w.sheets {
		return fmt.Errorf("workbook: %d of %d sheets were written", w.opened, w.sheets)
	}
	if err := w.end(); err != nil {
		return err
	}
	return w.zip.Close()
}

func (w *Writer) end() error {
	if w.sheet == nil {
		return nil
	}
	if _, err := w.sheet.WriteString(sheetClose); err != nil {
		return err
	}
	return w.sheet.Flush()
}

package workbook

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Limits of a file that is read. It comes from outside: whatever it says of itself
// is counted first, and nothing of it is ever written to a disk.
const (
	// MaxFile is in bytes. A protocol with its notes and translations is 300 KB.
	MaxFile = 4 << 20
	// MaxUnzipped is of all parts together, in bytes: what office programs add to
	// such a file (themes, styles, a picture) is a few hundred KB.
	MaxUnzipped = 32 << 20
	maxParts    = 500
	// MaxReadRows and MaxReadColumns are twice what the longest protocol needs.
	MaxReadRows    = 5000
	MaxReadColumns = 40
	maxCells       = MaxReadRows * MaxReadColumns
)

// Reasons of a Refusal.
const (
	NotXLSX  = "not_xlsx" // a CSV, an old .xls, one with a password, a damaged one
	Encoding = "encoding" // its text is no UTF-8
	TooLarge = "too_large"
	TooMany  = "too_many" // rows or columns
	Formula  = "formula"
)

// Refusal says why a file is not read.
type Refusal struct {
	Reason string
	Cell   string // where that is known
	cause  error
}

func (r *Refusal) Error() string { return "workbook: " + r.Reason + " " + r.Cell }

// Unwrap returns the cause.
func (r *Refusal) Unwrap() error { return r.cause }

func refuse(reason, cell string, cause error) error { return &Refusal{reason, cell, cause} }

// Sheet is a worksheet that was read: rows of text, cut behind the last filled cell.
type Sheet struct {
	Name string
	Rows [][]string
}

// Read reads every sheet of an .xlsx file, or refuses it with a *Refusal. A formula
// anywhere is a reason: what it shows is not what is in the file, and it runs in the
// program of whoever opens it next.
func Read(content []byte) (sheets []Sheet, err error) {
	defer func() {
		if v := recover(); v != nil { // the library met a file that nobody thought of
			sheets, err = nil, refuse(NotXLSX, "", errors.New("panic"))
		}
	}()
	if err := scan(content); err != nil {
		return nil, err
	}
	// Equal limits: what is larger is an error, where it would go to a temporary file.
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true, UnzipSizeLimit: MaxUnzipped, UnzipXMLSizeLimit: MaxUnzipped})
	if err != nil {
		return nil, refuse(NotXLSX, "", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			return nil, refuse(NotXLSX, "", err)
		}
		if len(rows) > MaxReadRows { // rows that gave no number, behind the last one
			return nil, refuse(TooMany, "", nil)
		}
		for _, row := range rows {
			if len(row) > MaxReadColumns {
				return nil, refuse(TooMany, "", nil)
			}
			for _, cell := range row {
				if !utf8.ValidString(cell) {
					return nil, refuse(Encoding, "", nil)
				}
			}
		}
		sheets = append(sheets, Sheet{name, rows})
	}
	return sheets, nil
}

// scan looks through every part before the library does.
func scan(content []byte) error {
	if len(content) > MaxFile {
		return refuse(TooLarge, "", nil)
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return refuse(NotXLSX, "", err)
	}
	if len(z.File) > maxParts {
		return refuse(TooLarge, "", nil)
	}
	left := int64(MaxUnzipped)
	for _, part := range z.File {
		text, err := unzip(part, left)
		if err != nil {
			return err
		}
		left -= int64(len(text))
		if looksLikeXML(text) {
			if err := scanXML(text); err != nil {
				return err
			}
		}
	}
	return nil
}

// unzip reads a part, whatever size it claims.
func unzip(part *zip.File, left int64) ([]byte, error) {
	r, err := part.Open()
	if err != nil {
		return nil, refuse(NotXLSX, "", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, left+1))
	switch err = errors.Join(err, r.Close()); {
	case int64(len(text)) > left:
		return nil, refuse(TooLarge, "", nil)
	case err != nil:
		return nil, refuse(NotXLSX, "", err)
	}
	return text, nil
}

const byteOrderMark = "\ufeff"

// looksLikeXML: a part that a program might read as XML, in whatever encoding.
func looksLikeXML(text []byte) bool {
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte(byteOrderMark)), " \t\r\n\x00\xfe\xff")
	return len(text) > 0 && text[0] == '<'
}

// scanXML refuses formulas wherever they stand, other encodings, entities, and
// places that would make the library fill a sheet with nothing.
func scanXML(text []byte) error {
	text = bytes.TrimPrefix(text, []byte(byteOrderMark))
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return refuse(Encoding, "", nil)
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, refuse(Encoding, "", nil) }
	rows, cells, cell := 0, 0, ""
	for {
		token, err := d.Token()
		var wrong *Refusal
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &wrong):
			return wrong
		case err != nil:
			return refuse(NotXLSX, "", err)
		}
		switch token := token.(type) {
		case xml.Directive: // a document type: entities
			return refuse(NotXLSX, "", nil)
		case xml.StartElement:
			switch token.Name.Local {
			case "row":
				rows++
				cell = ""
				if at, given := attribute(token, "r"); rows > MaxReadRows || given && !fits(at) {
					return refuse(TooMany, "", nil)
				}
			case "c":
				cells++
				at, given := attribute(token, "r")
				if cell = at; cells > maxCells || given && !inSheet(at) {
					return refuse(TooMany, "", nil)
				}
			case "f":
				return refuse(Formula, cell, nil)
			}
		}
	}
}

func attribute(e xml.StartElement, name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// fits: a row's number is one that is read.
func fits(number string) bool {
	n, err := strconv.Atoi(number)
	return err == nil && n >= 1 && n <= MaxReadRows
}

// inSheet: a cell's name, as B12, is within what is read.
func inSheet(name string) bool {
	row := strings.TrimLeft(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	letters := name[:len(name)-len(row)]
	column := 0
	for i := range len(letters) {
		if column = column*26 + int(letters[i]-'A') + 1; column > MaxReadColumns {
			return false
		}
	}
	return column > 0 && fits(row)
}

package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// made is a workbook of ours.
func made(t testing.TB, rows ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := New(&b, "textos", "guia")
	for range 2 {
		if err == nil {
			err = w.Next()
		}
		for _, row := range rows {
			if err == nil {
				err = w.Row(row)
			}
		}
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// altered is a workbook with a part put in the place of another, or beside it.
func altered(t testing.TB, base []byte, name, text string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(base), int64(len(base)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	to := zip.NewWriter(&b)
	for _, part := range from.File {
		if part.Name != name {
			if err := to.Copy(part); err != nil {
				t.Fatal(err)
			}
		}
	}
	w, err := to.Create(name)
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err = errors.Join(err, to.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const sheetName = "xl/worksheets/sheet1.xml"

func sheetOf(inner string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + inner + `</sheetData></worksheet>`
}

func TestRead_WhatWeWriteAndWhatOthersWrite(t *testing.T) {
	glottal := []string{"ꞌaʼ b´ 'c", "", "a\nb", "=1+1", "ñandú"}
	sheets, err := Read(made(t, glottal))
	if err != nil || len(sheets) != 2 || sheets[0].Name != "textos" || strings.Join(sheets[0].Rows[0], "|") != strings.Join(glottal, "|") {
		t.Fatalf("%+v %v", sheets, err)
	}
	f := excelize.NewFile()
	for cell, v := range map[string]any{"A1": "ꞌuno", "B1": 2, "C2": true} {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	sheets, err = Read(b.Bytes())
	if err != nil || len(sheets) != 1 || sheets[0].Rows[0][0] != "ꞌuno" || sheets[0].Rows[0][1] != "2" || len(sheets[0].Rows) != 2 {
		t.Errorf("%+v %v", sheets, err)
	}
}

func TestRead_RefusesHostileFiles(t *testing.T) {
	base := made(t, []string{"a", "b"})
	formula := excelize.NewFile()
	if err := formula.SetCellFormula("Sheet1", "C3", "HYPERLINK(\"http://x\")"); err != nil {
		t.Fatal(err)
	}
	b, err := formula.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	utf16 := "\xff\xfe"
	for _, r := range sheetOf("") {
		utf16 += string([]byte{byte(r), 0})
	}
	for name, tc := range map[string]struct {
		content      []byte
		reason, cell string
	}{
		"nothing":               {nil, NotXLSX, ""},
		"a CSV":                 {[]byte("id,texto\n1,hola\n"), NotXLSX, ""},
		"a CSV in Latin-1":      {[]byte("id,espa\xf1ol\n"), NotXLSX, ""},
		"an old .xls":           {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 4096)...), NotXLSX, ""},
		"a zip of other things": {altered(t, emptyZip(t), "hola.txt", "hola"), NotXLSX, ""},
		"cut short":             {base[:len(base)/2], NotXLSX, ""},
		"a zip bomb":            {altered(t, base, sheetName, sheetOf(strings.Repeat(" ", MaxUnzipped))), TooLarge, ""},
		"a bomb beside it":      {altered(t, base, "xl/media/x.png", strings.Repeat("\x00", MaxUnzipped+1)), TooLarge, ""},
		"a large file":          {make([]byte, MaxFile+1), TooLarge, ""},
		"a formula":             {b.Bytes(), Formula, "C3"},
		"a formula by name":     {altered(t, base, sheetName, sheetOf(`<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>`)), Formula, "A1"},
		"with a prefix":         {altered(t, base, sheetName, `<x:worksheet xmlns:x="u"><x:c r="B2"><x:f/></x:c></x:worksheet>`), Formula, "B2"},
		"in another part":       {altered(t, base, "other/place", sheetOf(`<row r="1"><c r="A1"><f>1</f></c></row>`)), Formula, "A1"},
		"Latin-1 inside":        {altered(t, base, sheetName, strings.Replace(sheetOf("\xf1"), "UTF-8", "ISO-8859-1", 1)), Encoding, ""},
		"another encoding":      {altered(t, base, sheetName, strings.Replace(sheetOf(""), "UTF-8", "ISO-8859-1", 1)), Encoding, ""},
		"UTF-16 inside":         {altered(t, base, sheetName, utf16), Encoding, ""},
		"entities":              {altered(t, base, sheetName, `<!DOCTYPE x [<!ENTITY a "b">]>`+sheetOf("&a;")), NotXLSX, ""},
		"a far row":             {altered(t, base, sheetName, sheetOf(`<row r="1048576"><c r="A1048576"><v>1</v></c></row>`)), TooMany, ""},
		"a far column":          {altered(t, base, sheetName, sheetOf(`<row r="1"><c r="XFD1"><v>1</v></c></row>`)), TooMany, ""},
		"a far cell, no row":    {altered(t, base, sheetName, sheetOf(`<row><c r="A999999"><v>1</v></c></row>`)), TooMany, ""},
		"no cell's name":        {altered(t, base, sheetName, sheetOf(`<row><c r="-1"><v>1</v></c></row>`)), TooMany, ""},
		"many rows":             {altered(t, base, sheetName, sheetOf(strings.Repeat("<row/>", MaxReadRows+1))), TooMany, ""},
		"broken XML":            {altered(t, base, sheetName, "<worksheet><row>"), NotXLSX, ""},
	} {
		sheets, err := Read(tc.content)
		var r *Refusal
		if !errors.As(err, &r) || r.Reason != tc.reason || r.Cell != tc.cell || sheets != nil {
			t.Errorf("%s: %v, want %s %s", name, err, tc.reason, tc.cell)
		}
	}
}

func emptyZip(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := zip.NewWriter(&b).Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead_NothingOnTheDisk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	long := strings.Repeat("palabra ", 1000)
	rows := make([][]string, 1500) // 12 MB in clear
	for i := range rows {
		rows[i] = []string{long}
	}
	if _, err := Read(made(t, rows[:1200]...)); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v %v", left, err)
	}
}

// FuzzRead: whatever comes, it is read or refused, and never more than the limits.
func FuzzRead(f *testing.F) {
	base := made(f, []string{"id", "traducción"}, []string{"item.a", "ꞌ"})
	f.Add(base, "")
	f.Add(base, sheetOf(`<row r="2"><c r="B2" t="s"><v>0</v></c></row>`))
	f.Add(base, sheetOf(`<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r></is></c><c t="d"><v>x</v></c></row>`))
	f.Add(base[:40], "x")
	f.Fuzz(func(t *testing.T, content []byte, sheet string) {
		for _, c := range [][]byte{content, altered(t, base, sheetName, sheet)} {
			sheets, err := Read(c)
			var r *Refusal
			if err != nil && !errors.As(err, &r) {
				t.Fatalf("%v is no refusal", err)
			}
			for _, s := range sheets {
				if len(s.Rows) > MaxReadRows {
					t.Fatalf("%d rows", len(s.Rows))
				}
				for _, row := range s.Rows {
					if len(row) > MaxReadColumns {
						t.Fatalf("%d cells", len(row))
					}
				}
			}
		}
	})
}

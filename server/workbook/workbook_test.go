package workbook

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestWriter_IsReadBack(t *testing.T) {
	var out bytes.Buffer
	w, err := New(&out, "survey", "choices")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][][]string{
		"survey":  {{"type", "label"}, {"note", "=1+1 <b> & \"ñ\" 'x'"}, {"", "two\nlines"}},
		"choices": {{"only"}},
	}
	for _, name := range []string{"survey", "choices"} {
		if err := w.Next(); err != nil {
			t.Fatal(err)
		}
		for _, row := range want[name] {
			if err := w.Row(row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if w.Next() == nil {
		t.Error("a third sheet of two")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); !slices.Equal(got, []string{"survey", "choices"}) {
		t.Errorf("sheets %v", got)
	}
	for name, rows := range want {
		got, err := f.GetRows(name)
		if err != nil || len(got) != len(rows) {
			t.Fatalf("%s: %v, %v", name, got, err)
		}
		for i := range rows {
			if !slices.Equal(got[i], rows[i]) {
				t.Errorf("%s row %d: %q, want %q", name, i, got[i], rows[i])
			}
		}
	}
}

func TestWriter_Limits(t *testing.T) {
	w, err := New(io.Discard, "one", "two")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Next(); err != nil {
		t.Fatal(err)
	}
	w.rows = MaxRows - 1
	if err := w.Row(nil); err != nil {
		t.Errorf("the last row: %v", err)
	}
	if err := w.Row(nil); !errors.Is(err, ErrTooManyRows) {
		t.Errorf("a row too many: %v", err)
	}
	if w.Close() == nil {
		t.Error("closed with a sheet missing")
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"umbral/protocols"
)

// The file is a workbook with the sheets of an XLSForm, and what it lacks is said.
func TestProtocolXLSForm(t *testing.T) {
	file := filepath.Join(t.TempDir(), "form.xlsx")
	protocolCall{"xlsform labour-agriculture@2 --out " + file, exitOK, `wrote .*form\.xlsx: \d+ rows, \d+ choices`,
		"rules levels: El formulario no da resultado.*rules offences: .*form validator: "}.check(t)
	book, err := excelize.OpenFile(file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := book.GetSheetList(); !slices.Equal(got, []string{"survey", "choices", "settings", "report"}) {
		t.Errorf("sheets %v", got)
	}
	settings, err := book.GetRows("settings")
	if err != nil || len(settings) != 2 || !slices.Equal(settings[1][:3], []string{"Campo agrícola", "labour-agriculture", "2"}) {
		t.Errorf("settings %v, %v", settings, err)
	}
	survey, err := book.GetRows("survey")
	if err != nil || len(survey) < 150 || survey[0][0] != "type" {
		t.Errorf("survey of %d rows, %v", len(survey), err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Size() > 1<<20 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestProtocolDiff_JSON(t *testing.T) {
	var got diffJSON
	if err := json.Unmarshal(protocolOutput(t, "diff", "labour-agriculture@1", "labour-agriculture@2", "--json"), &got); err != nil {
		t.Fatal(err)
	}
	if got.A.Version != 1 || got.B.Version != 2 || len(got.B.SHA256) != 64 || got.Overlap != nil || len(got.Changes) != 3 || got.Changes[0].What != "added" {
		t.Errorf("%+v", got)
	}
}

func TestProtocolLint_LengthsOfTheProgram(t *testing.T) {
	var out bytes.Buffer
	if code := printLengths(streams{nil, &out, &out}, nil); code != exitOK {
		t.Errorf("exit %d", code)
	}
	if got, want := strings.Count(out.String(), "Preguntas a la persona"), len(protocols.Embedded().IDs()); got != want {
		t.Errorf("%d lengths for %d protocols:\n%s", got, want, out.String())
	}
}

func TestProtocolSimulate_JSON(t *testing.T) {
	simulate := func(args ...string) (s simulatedJSON) {
		t.Helper()
		if err := json.Unmarshal(protocolOutput(t, append([]string{"simulate", "labour-agriculture", "--json", "--sample", "60"}, args...)...), &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	one, again, other := simulate(), simulate(), simulate("--seed", "2")
	if !reflect.DeepEqual(one, again) || reflect.DeepEqual(one.Levels, other.Levels) && reflect.DeepEqual(one.Modules, other.Modules) {
		t.Error("the seed does not decide what is walked")
	}
	if one.Exhaustive || one.Walks != 60 || one.Paths < 10 || one.Lengths.Longest == 0 || len(one.SHA256) != 64 || len(one.DeadEnds) != 0 {
		t.Errorf("%+v", one)
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"umbral/protocols"
)

// The page of the library is what the command writes of what is published now.
func TestProtocolList_LibraryPage(t *testing.T) {
	page, err := os.ReadFile("../docs/library.md")
	if err != nil {
		t.Fatal(err)
	}
	if got := protocolOutput(t, "list", "--matrix", "--markdown"); !bytes.Equal(got, page) {
		t.Errorf("docs/library.md is not what is published; write it again: go run ./server protocol list --matrix --markdown > docs/library.md\n%s", got)
	}
}

func TestProtocolList_MatrixJSON(t *testing.T) {
	var got matrix
	if err := json.Unmarshal(protocolOutput(t, "list", "--matrix", "--json"), &got); err != nil {
		t.Fatal(err)
	}
	settings := map[string]bool{}
	for _, r := range got.Rows {
		settings[r.Setting] = true
		if r.Lengths.Shortest > r.Lengths.Negative || r.Lengths.Typical > r.Lengths.Longest || r.Items == 0 || len(r.Roles) == 0 {
			t.Errorf("%+v", r)
		}
	}
	for _, s := range got.Without {
		if settings[s] {
			t.Errorf("%s has a protocol and is named as without", s)
		}
	}
	if all := protocols.Codebook().List(protocols.ListSettings).Codes(); len(settings)+len(got.Without) != len(all) {
		t.Errorf("%d places with and %d without, of %d", len(settings), len(got.Without), len(all))
	}
}

func TestProtocolList_JSON(t *testing.T) {
	var list []protocols.Summary
	if err := json.Unmarshal(protocolOutput(t, "list", "--json"), &list); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(p protocols.Summary) bool { return p.ID == "labour-agriculture" })
	if i < 0 || list[i].Version < 1 || len(list[i].SHA256) != 64 || !slices.Contains(list[i].Settings, "agriculture") || len(list[i].Roles) == 0 {
		t.Errorf("list %+v", list)
	}
}

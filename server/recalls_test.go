package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"umbral/locales"
	"umbral/server/access"
	"umbral/server/recall"
)

// A withdrawn text leaves what phones fetch at once, stays away after a start,
// and nothing of it is served by the hash of what had it.
func TestRecall_LeavesWhatPhonesFetch(t *testing.T) {
	dir := t.TempDir()
	n, err := openNode(t.Context(), dir, testMaster(t), nil, locales.Options{}, newLog(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	const code, id = "cak", "chrome.back"
	own, ok := n.catalog.Load().Own(code, id)
	if !ok || !own.Served {
		t.Fatalf("%s has no %s to withdraw: %+v", code, id, own)
	}
	packed := func(n *node) bool {
		t.Helper()
		pack, err := n.catalog.Load().Pack(code)
		if err != nil {
			t.Fatal(err)
		}
		_, there := pack.Messages[id]
		return there
	}
	desk := &recall.Desk{Store: n.store, Texts: texts{&n.catalog}, Codes: everyCode{}, Withdrawn: n.renewed, NewID: newID, Now: time.Now}
	who := access.Caller{User: "t", Account: access.Translator, Agency: "a"}
	before := manifestOf(t, n)
	if !packed(n) {
		t.Fatal("not packed before")
	}
	r, fresh, err := desk.Recall(t.Context(), who, code, recall.Asked{Message: id, Reason: "wrong_meaning"})
	if err != nil || !fresh || r.TextHash != locales.TextHash(own.Text) {
		t.Fatalf("%+v %v %v", r, fresh, err)
	}
	after := manifestOf(t, n)
	if packed(n) {
		t.Error("packed after it was withdrawn")
	}
	for name, hash := range before {
		if changed := after[name] != hash; changed != (name == "locale/"+code) {
			t.Errorf("%s changed: %v", name, changed)
		}
	}
	if n.content.Has(before["locale/"+code]) || !n.content.Has(after["locale/"+code]) || !n.content.Has(before["codebook/codebook"]) {
		t.Error("what had the text is still served by its hash, or what has it not is not")
	}
	if r, fresh, err := desk.Recall(t.Context(), who, code, recall.Asked{Message: id, Reason: "harmful"}); err != nil || fresh || r.Reason != "wrong_meaning" {
		t.Errorf("again: %+v %v %v", r, fresh, err)
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
	if n, err = openNode(t.Context(), dir, testMaster(t), nil, locales.Options{}, newLog(io.Discard)); err != nil {
		t.Fatal(err)
	}
	if packed(n) || manifestOf(t, n)["locale/"+code] != after["locale/"+code] {
		t.Error("it came back with the next start")
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
}

// What a file withdraws is a recall too, once.
func TestRecall_OfAFile(t *testing.T) {
	ours, data := t.TempDir(), t.TempDir()
	own, _ := mustLocales(t).Own("cak", "chrome.back")
	for name, v := range map[string]any{"registry.json": []any{}, "cak/revoked.json": []locales.Revocation{{ID: "chrome.back", TextHash: locales.TextHash(own.Text), Reason: "wrong_meaning", Date: "2026-11-25"}}} {
		text, err := json.Marshal(v)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(ours, name)), 0o700)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(ours, name), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		n, err := openNode(t.Context(), data, testMaster(t), nil, locales.Options{Dir: os.DirFS(ours)}, newLog(io.Discard))
		if err != nil {
			t.Fatal(err)
		}
		all, err := n.store.Recalls(t.Context(), "cak")
		if err != nil || len(all) != 1 || all[0].Message != "chrome.back" || all[0].By != "system" {
			t.Errorf("%+v %v", all, err)
		}
		if got, _ := n.catalog.Load().Own("cak", "chrome.back"); got.Served || got.Status != locales.Revoked {
			t.Errorf("%+v", got)
		}
		if err := n.close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A record names the text as it was shown, with its figures.
func TestRecall_HashesOfATextWithFigures(t *testing.T) {
	n := &node{}
	n.catalog.Store(mustLocales(t))
	spanish, err := spanishOf()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for id, text := range spanish["labour-agriculture"] {
		own, ok := n.catalog.Load().Own("en", id)
		if !ok || !strings.HasPrefix(id, "item.") || !strings.Contains(text, "{{.minimum_wage_farm}}") {
			continue
		}
		found = true
		hash, shown, ok := texts{&n.catalog}.Hashes("en", id)
		if !ok || hash != locales.TextHash(own.Text) || len(shown) < 2 || !slices.Contains(shown, hash) {
			t.Errorf("%s: %v %v", id, shown, ok)
		}
	}
	if !found {
		t.Error("no item has a figure: the test looks for nothing")
	}
	if _, _, ok := (texts{&n.catalog}).Hashes("en", "item.none"); ok {
		t.Error("a text that is not there has hashes")
	}
}

func mustLocales(t *testing.T) *locales.Catalog {
	t.Helper()
	c, err := loadLocales(locales.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// manifestOf is the manifest, hash by kind and id.
func manifestOf(t *testing.T, n *node) map[string]string {
	t.Helper()
	var entries []struct{ Kind, ID, SHA256 string }
	if err := json.Unmarshal(n.content.Manifest(), &entries); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		all[e.Kind+"/"+e.ID] = e.SHA256
	}
	return all
}

type everyCode struct{}

func (everyCode) Has(string, string) bool { return true }

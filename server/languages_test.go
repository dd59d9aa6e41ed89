package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"umbral/locales"
	"umbral/protocols"
	"umbral/server/web"
)

// What devices fetch of the languages, as published: a protocol's words exist
// where it may be screened in the language, and nowhere else.
func TestLanguageBlobs_WordsWhereAScreeningMayBePut(t *testing.T) {
	spanish, err := spanishOf()
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := locales.Load(spanish)
	if err != nil {
		t.Fatal(err)
	}
	blobs, packs, err := languageBlobs(catalog)
	if err != nil {
		t.Fatal(err)
	}
	list, err := protocols.List()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string][]string{} // language -> protocols with words
	kinds := map[string]int{}
	for _, b := range blobs {
		kinds[b.Kind]++
		if code, protocol, _ := strings.Cut(b.ID, "/"); b.Kind == web.KindWords {
			have[code] = append(have[code], protocol)
		}
	}
	if n := len(catalog.Languages()); kinds[web.KindLocale] != n || len(packs) != n {
		t.Errorf("%d locales and %d packs of %d languages", kinds[web.KindLocale], len(packs), n)
	}
	for _, l := range catalog.Languages() {
		var whole locales.Pack
		if err := json.Unmarshal(packs[l.Code], &whole); err != nil {
			t.Fatal(err)
		}
		var want []string
		if l.Code == "en" {
			for _, p := range list {
				want = append(want, p.ID)
			}
		}
		if got := have[l.Code]; !slices.Equal(got, want) || len(whole.Protocols) != len(want) {
			t.Errorf("%s has words of %v and whole of %d protocols, want %v", l.Code, got, len(whole.Protocols), want)
		}
	}
	if kinds[web.KindNotes] != 1 {
		t.Errorf("%d languages have notes, want English alone", kinds[web.KindNotes])
	}
}

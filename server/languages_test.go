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

// maxListed is what the list of languages may take of one, in bytes, not compressed.
const maxListed = 120

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
	pieces := map[string]bool{} // languages with something to fetch
	for _, b := range blobs {
		kinds[b.Kind]++
		if b.Kind == web.KindLocale {
			pieces[b.ID] = true
		}
		if b.Kind == web.KindLanguages && len(b.Bytes) > maxListed*len(catalog.Languages()) {
			t.Errorf("the list of languages takes %d bytes", len(b.Bytes))
		}
		if code, protocol, _ := strings.Cut(b.ID, "/"); b.Kind == web.KindWords {
			have[code] = append(have[code], protocol)
		}
	}
	if n := len(catalog.Languages()); kinds[web.KindLanguages] != 1 || len(packs) != n {
		t.Errorf("%d lists and %d packs of %d languages", kinds[web.KindLanguages], len(packs), n)
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
		if pieces[l.Code] == whole.Empty() {
			t.Errorf("%s has a piece: %v, and texts: %v", l.Code, pieces[l.Code], !whole.Empty())
		}
		if got := have[l.Code]; !slices.Equal(got, want) || len(whole.Protocols) != len(want) {
			t.Errorf("%s has words of %v and whole of %d protocols, want %v", l.Code, got, len(whole.Protocols), want)
		}
	}
	if kinds[web.KindNotes] != 1 {
		t.Errorf("%d languages have notes, want English alone", kinds[web.KindNotes])
	}
}

package main

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"umbral/locales"
	"umbral/protocols"
	"umbral/server/web"
)

// maxListed is what the list of languages may take of one, in bytes, not compressed.
const maxListed = 120

// inPart are the languages in which some protocols may be put to a person: all that
// is said is there. Whoever completes another adds it.
var inPart = map[string][]string{
	"fr":    {"clinic", "consulate", "migration-checkpoint", "travel-transport"},
	"pt-BR": {"clinic", "consulate", "migration-checkpoint", "travel-transport"},
	"ht":    {"clinic", "consulate", "migration-checkpoint", "travel-transport"},
}

// What devices fetch of the languages, as published: a protocol's words exist
// where it may be screened in the language, and nowhere else.
func TestLanguageBlobs_WordsWhereAScreeningMayBePut(t *testing.T) {
	catalog, err := loadLocales(locales.Options{})
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
		want := inPart[l.Code]
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
	if kinds[web.KindNotes] != 1 { // elsewhere who asks reads the Spanish notes
		t.Errorf("%d languages have notes, want English alone", kinds[web.KindNotes])
	}
}

// A translation that drops a figure, repeats the Spanish or says two answers alike
// is not one.
func TestLanguageTexts_FillLikeTheSpanishAndTellAnswersApart(t *testing.T) {
	spanish, err := spanishOf()
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := locales.Load(spanish)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range catalog.Languages() {
		if l.Code == locales.Source {
			continue
		}
		for _, p := range spanish {
			said := map[string]string{} // item and folded text of an answer -> its id
			for _, id := range slices.Sorted(maps.Keys(p)) {
				own, ok := catalog.Own(l.Code, id)
				if !ok {
					continue
				}
				if got, want := figuresIn(own.Text), figuresIn(p[id]); !slices.Equal(got, want) {
					t.Errorf("%s %s: figures %v, the Spanish has %v", l.Code, id, got, want)
				}
				if strings.Contains(own.Text, " ") && own.Text == p[id] {
					t.Errorf("%s %s: the Spanish itself: %q", l.Code, id, own.Text)
				}
				if !strings.HasPrefix(id, "option.") {
					continue
				}
				key := id[:strings.LastIndex(id, ".")] + "\x00" + letters(own.Text)
				if other := said[key]; other != "" {
					t.Errorf("%s: %s and %s are said alike: %q", l.Code, other, id, own.Text)
				}
				said[key] = id
			}
		}
		answers := map[string]string{}
		for _, id := range []string{"answer.yes", "answer.no", "answer.unknown", "answer.declined", "answer.not_applicable", "answer.none_of_these"} {
			own, ok := catalog.Own(l.Code, id)
			if other := answers[letters(own.Text)]; ok && other != "" {
				t.Errorf("%s: %s and %s are said alike: %q", l.Code, other, id, own.Text)
			}
			answers[letters(own.Text)] = id
		}
	}
}

var figure = regexp.MustCompile(`\{\{.*?\}\}`)

func figuresIn(text string) []string {
	all := figure.FindAllString(text, -1)
	slices.Sort(all)
	return all
}

// letters drops case, accents and all that is no letter.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, norm.NFD.String(strings.ToLower(text)))
}

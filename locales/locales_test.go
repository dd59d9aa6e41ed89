package locales

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/text/unicode/norm"
)

var farm = map[string]Protocol{"farm": {"item.q1": "¿Puede irse?", "item.q2": "¿Le pagan?"}}

func clock() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// pack makes a file system of languages; files are "code/name.json" -> value.
func world(t *testing.T, langs []Language, more map[string]any) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	put := func(name string, v any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: b}
	}
	spanish := Language{Code: "es-MX", Gate: "source"}
	put("registry.json", append([]Language{spanish}, langs...))
	put("classes.json", []class{{"chrome.", Imported, ""}, {"item.", Certified, ""}, {"", Reviewed, ""}})
	put("es-MX/messages.json", messages("chrome.next", "Siguiente", "help.a", "Ayuda {{.n}}"))
	for name, v := range more {
		put(name, v)
	}
	return fsys
}

func messages(pairs ...string) map[string]map[string]string {
	m := map[string]map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = map[string]string{"other": pairs[i+1]}
	}
	return m
}

func vouched(s Status, spanish, text string) Row {
	return Row{Status: s, SourceHash: sourceHash(spanish, ""), TextHash: TextHash(text)}
}

func mustLoad(t *testing.T, fsys fs.FS) *Catalog {
	t.Helper()
	c, err := load(fsys, farm, clock)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestGet_NeverServesASibling(t *testing.T) {
	langs := []Language{}
	more := map[string]any{}
	// Codes that go-i18n or x/text would mix: variants, a macrolanguage, no plural rules.
	for _, code := range []string{"nhe", "nhn", "zai", "zap", "tar", "mxv", "ht"} {
		langs = append(langs, Language{Code: code, Gate: "certified", Chain: []string{"es-MX"}})
		if code != "nhn" && code != "zai" {
			text := code + "-next"
			more[code+"/messages.json"] = messages("chrome.next", text)
			more[code+"/status.json"] = map[string]Row{"chrome.next": vouched(Imported, "Siguiente", text)}
		}
	}
	c := mustLoad(t, world(t, langs, more))
	for _, l := range langs {
		got, err := c.Get(l.Code, "chrome.next", nil)
		if err != nil {
			t.Fatal(err)
		}
		want := Text{l.Code + "-next", l.Code, Imported}
		if l.Code == "nhn" || l.Code == "zai" {
			want = Text{"Siguiente", "es-MX", Draft}
		}
		if got != want {
			t.Errorf("%s: got %+v, want %+v", l.Code, got, want)
		}
	}
}

func TestGet_ComputedStatus(t *testing.T) {
	mam := []Language{{Code: "mam", Gate: "certified", Chain: []string{"es-MX"}}}
	good := vouched(Imported, "Siguiente", "mam-next")
	with := func(change func(*Row)) Row { r := good; change(&r); return r }
	for name, tc := range map[string]struct {
		rows map[string]Row
		want Status
		own  bool
	}{
		"imported chrome is served": {map[string]Row{"chrome.next": good}, Imported, true},
		"no row: a draft":           {map[string]Row{}, Draft, true},
		"text edited on disk":       {map[string]Row{"chrome.next": with(func(r *Row) { r.TextHash = TextHash("other") })}, Tampered, false},
		"the Spanish changed":       {map[string]Row{"chrome.next": with(func(r *Row) { r.SourceHash = sourceHash("Sigue", "") })}, Stale, false},
		"expired":                   {map[string]Row{"chrome.next": with(func(r *Row) { r.Expires = "2026-11-22" })}, Stale, false},
		"last day":                  {map[string]Row{"chrome.next": with(func(r *Row) { r.Expires = "2026-11-23" })}, Imported, true},
		"made by a machine":         {map[string]Row{"chrome.next": with(func(r *Row) { r.Status = Machine })}, Machine, false},
		"a file cannot say stale":   {map[string]Row{"chrome.next": with(func(r *Row) { r.Status = "invented" })}, Draft, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := mustLoad(t, world(t, mam, map[string]any{
				"mam/messages.json": messages("chrome.next", "mam-next"), "mam/status.json": tc.rows}))
			if got := c.codes["mam"].status["chrome.next"]; got != tc.want {
				t.Errorf("status %s, want %s", got, tc.want)
			}
			got, err := c.Get("mam", "chrome.next", nil)
			if err != nil || (got.Locale == "mam") != tc.own {
				t.Errorf("served %+v, %v; own text: %v", got, err, tc.own)
			}
		})
	}
}

func TestScreening_CertifiedWholeOrNotAtAll(t *testing.T) {
	langs := []Language{{Code: "mam", Gate: "certified", Chain: []string{"es-MX"}}, {Code: "fr", Gate: "marked", Chain: []string{"es-MX"}}}
	texts := messages("item.q1", "m1", "item.q2", "m2")
	rows := map[string]Row{"item.q1": vouched(Certified, farm["farm"]["item.q1"], "m1")}
	files := map[string]any{"mam/protocols.json": texts, "mam/status.json": rows, "fr/protocols.json": texts}
	c := mustLoad(t, world(t, langs, files))
	if p, _ := c.Pack("mam"); len(p.Protocols) != 0 {
		t.Errorf("half certified, yet packed: %v", p.Protocols)
	}
	if _, err := c.Get("mam", "item.q1", nil); !errors.Is(err, ErrNoText) {
		t.Errorf("half certified, yet served: %v", err)
	}
	if p, _ := c.Pack("fr"); p.Protocols["farm"]["item.q1"] != (Served{"m1", Draft}) {
		t.Errorf("a marked draft is not packed: %v", p.Protocols)
	}
	rows["item.q2"] = vouched(Certified, farm["farm"]["item.q2"], "m2")
	c = mustLoad(t, world(t, langs, files))
	if p, _ := c.Pack("mam"); len(p.Protocols["farm"]) != 2 {
		t.Errorf("certified whole, not packed: %v", p.Protocols)
	}
}

func TestGet_FillsPlaceholdersAndSaysWhatIsMissing(t *testing.T) {
	c := mustLoad(t, world(t, nil, nil))
	got, err := c.Get("unregistered", "help.a", map[string]any{"n": 3})
	if err != nil || got.Text != "Ayuda 3" || got.Locale != "es-MX" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := c.Get("es-MX", "no.such", nil); !errors.Is(err, ErrNoText) {
		t.Errorf("a missing message: %v", err)
	}
}

func TestLoad_RefusesABrokenRegistry(t *testing.T) {
	chain := []string{"es-MX"}
	row := func(code, gate string, chain []string) Language {
		return Language{Code: code, Gate: gate, Chain: chain}
	}
	for name, tc := range map[string]struct {
		langs []Language
		says  []string
	}{
		"retired code":         {[]Language{row("tzc", "certified", chain)}, []string{`"tzc"`, "retired"}},
		"not a code":           {[]Language{row("náhuatl", "certified", chain)}, []string{"malformed", "ISO 639-3"}},
		"private use":          {[]Language{row("art-x-tar", "certified", chain)}, []string{"malformed"}},
		"undetermined":         {[]Language{row("und", "certified", chain)}, []string{`"und"`}},
		"written otherwise":    {[]Language{row("spa", "certified", chain)}, []string{`"spa"`, `"es"`}},
		"twice":                {[]Language{row("mam", "certified", chain), row("mam", "certified", chain)}, []string{"mam is there twice"}},
		"gate unknown":         {[]Language{row("mam", "open", chain)}, []string{`gate "open"`, "certified"}},
		"gate lowered":         {[]Language{row("mam", "marked", chain)}, []string{"registry.json", "mam", "below", `"gate": "certified"`}},
		"gate of signs":        {[]Language{row("mfs", "marked", chain)}, []string{"mfs", "below"}},
		"a second source":      {[]Language{row("mam", "source", chain)}, []string{`gate "source"`}},
		"chain to nobody":      {[]Language{row("mam", "certified", []string{"quc"})}, []string{"[quc]", "sibling"}},
		"chain to a sibling":   {[]Language{row("nhe", "certified", chain), row("nch", "certified", []string{"nhe", "es-MX"})}, []string{"nch", "sibling"}},
		"no chain":             {[]Language{row("mam", "certified", nil)}, []string{"mam", "falls back"}},
		"French for Haitians":  {[]Language{row("fr", "marked", chain), row("ht", "marked", []string{"fr", "es-MX"})}, []string{"ht", "[fr es-MX]"}},
		"writing of no script": {[]Language{{Code: "mam", Gate: "certified", Chain: chain, Writing: "latin letters"}}, []string{"mam", "latin letters"}},
		"all at once":          {[]Language{row("tzc", "certified", chain), row("mam", "open", nil)}, []string{"tzc", `gate "open"`, "falls back"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(world(t, tc.langs, nil), farm, clock)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range tc.says {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

// An administrator may ask more of a language than we do.
func TestLoad_AGateMayBeRaised(t *testing.T) {
	c := mustLoad(t, world(t, []Language{{Code: "fr", Gate: "certified", Chain: []string{"es-MX"}}}, map[string]any{"fr/protocols.json": messages("item.q1", "a", "item.q2", "b")}))
	if p, err := c.Pack("fr"); err != nil || !p.Empty() {
		t.Errorf("drafts of a raised gate: %v, %v", p.Protocols, err)
	}
}

// The codebook is what records name; the registry is what is spoken to. What one
// says of a code the other must not contradict.
func TestEmbedded_HasEveryCodeOfTheCodebook(t *testing.T) {
	f, err := os.Open("../protocols/codebook/languages.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	variants := map[string][]string{}
	for _, row := range rows[1:] {
		variants[row[0]] = append(variants[row[0]], row[2])
	}
	ours := map[string]string{"hat": "ht", "spa": "es-MX", "fra": "fr", "por": "pt-BR", "eng": "en"} // short tags
	c := embedded(t)
	for code, names := range variants {
		if code == "" {
			continue // INALI's variants that have no code of their own
		}
		l, ok := c.Language(cmp.Or(ours[code], code))
		switch {
		case !ok:
			t.Errorf("%s is not in registry.json", code)
		case len(names) == 1 && l.Variant != names[0]:
			t.Errorf("%s: variant %q, the codebook says %q", code, l.Variant, names[0])
		case len(names) > 1 && l.Variant != "":
			t.Errorf("%s: variant %q, and the code has %d of them", code, l.Variant, len(names))
		case ours[code] == "" && l.Gate != gateCertified:
			t.Errorf("%s: gate %s", code, l.Gate)
		}
	}
	names := map[string]string{}
	for _, l := range c.Languages() {
		if l.Name == "" || names[l.Name] != "" {
			t.Errorf("%s: its name %q is empty or that of %s", l.Code, l.Name, names[l.Name])
		}
		names[l.Name] = l.Code
		if l.Writing == "" || l.Audio != "none" || l.Video != "none" {
			t.Errorf("%s: writing %q, audio %q, video %q", l.Code, l.Writing, l.Audio, l.Video)
		}
		if !norm.NFC.IsNormalString(l.Autonym + l.Name + l.Variant) {
			t.Errorf("%s: names not in NFC", l.Code)
		}
	}
}

func TestList_NamesEveryLanguage(t *testing.T) {
	c := embedded(t)
	list := c.List()
	if len(list) != len(c.Languages()) || list[0].Code != Source || list[2].Code != "mxv" {
		t.Errorf("%d of %d languages, %v first", len(list), len(c.Languages()), list[:3])
	}
}

// The embedded languages.

func embedded(t *testing.T) *Catalog {
	t.Helper()
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEmbedded_EveryCodeEveryMessage(t *testing.T) {
	c := embedded(t)
	if len(c.Languages()) < 169 {
		t.Fatalf("only %d languages", len(c.Languages()))
	}
	for _, l := range c.Languages() {
		own := c.codes[l.Code]
		for id := range c.codes[Source].texts {
			got, err := c.Get(l.Code, id, sample(c.codes[Source].texts[id]))
			if err != nil {
				t.Errorf("%s %s: %v", l.Code, id, err)
				continue
			}
			if got.Locale != l.Code && got.Locale != Source {
				t.Errorf("%s %s: served in %s", l.Code, id, got.Locale)
			}
			if got.Locale == l.Code && !strings.Contains(own.texts[id], "{{") && got.Text != own.texts[id] {
				t.Errorf("%s %s: %q is not its own text", l.Code, id, got.Text)
			}
		}
	}
}

// sample gives every placeholder of a text a value.
func sample(text string) map[string]any {
	data := map[string]any{}
	for _, name := range placeholders(text) {
		data[name] = "1"
	}
	return data
}

func placeholders(text string) []string {
	var names []string
	for _, part := range strings.Split(text, "{{.")[1:] {
		if name, _, ok := strings.Cut(part, "}}"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestEmbedded_EnglishIsComplete(t *testing.T) {
	c := embedded(t)
	es, en := c.codes[Source].texts, c.codes["en"].texts
	for id, text := range es {
		if en[id] == "" {
			t.Errorf("en has no %s", id)
		} else if !slices.Equal(placeholders(text), placeholders(en[id])) {
			t.Errorf("%s: placeholders differ: %q, %q", id, text, en[id])
		}
	}
	for id := range en {
		if _, ok := es[id]; !ok && !isProtocolText(id) {
			t.Errorf("en has %s, es-MX does not", id)
		}
	}
}

func TestEmbedded_ImportedTextsAreAttributed(t *testing.T) {
	c := embedded(t)
	for _, l := range c.Languages() {
		loc := c.codes[l.Code]
		if l.Gate != gateCertified || len(loc.texts) == 0 {
			continue
		}
		if _, err := fs.Stat(files, l.Code+"/NOTICE"); err != nil {
			t.Errorf("%s: texts without a NOTICE: %v", l.Code, err)
		}
		rows := map[string]Row{}
		if err := readJSON(files, l.Code+"/status.json", &rows); err != nil {
			t.Fatal(err)
		}
		for id, text := range loc.texts {
			r := rows[id]
			if r.Origin == "" || r.Licence == "" {
				t.Errorf("%s %s: no origin or licence", l.Code, id)
			}
			if loc.status[id] != Imported && loc.status[id] != Reviewed && loc.status[id] != Certified {
				t.Errorf("%s %s: %s", l.Code, id, loc.status[id])
			}
			if !norm.NFC.IsNormalString(text) {
				t.Errorf("%s %s: not NFC", l.Code, id)
			}
		}
	}
}

// Volunteer words were found inverted: two messages of a language that differ
// in Spanish must not look alike once accents and apostrophes are dropped.
func TestEmbedded_NoTwoMessagesLookAlike(t *testing.T) {
	c := embedded(t)
	fold := func(s string) string {
		var b strings.Builder
		for _, r := range norm.NFD.String(strings.ToLower(s)) {
			if r >= 'a' && r <= 'z' {
				b.WriteRune(r)
			}
		}
		return b.String()
	}
	for _, l := range c.Languages() {
		if l.Gate != gateCertified {
			continue
		}
		seen := map[string]string{}
		for _, id := range slices.Sorted(maps.Keys(c.codes[l.Code].texts)) {
			key := fold(c.codes[l.Code].texts[id])
			if other := seen[key]; other != "" {
				t.Errorf("%s: %s and %s look alike: %q", l.Code, other, id, c.codes[l.Code].texts[id])
			}
			seen[key] = id
		}
	}
}

func TestEmbedded_IndigenousScreeningIsNotServed(t *testing.T) {
	c := embedded(t)
	real := 0
	for _, l := range c.Languages() {
		if l.Gate != gateCertified {
			continue
		}
		p, err := c.Pack(l.Code)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Protocols) != 0 {
			t.Errorf("%s: a screening is packed, and none is certified", l.Code)
		}
		if len(p.Messages) > 0 {
			real++
		}
	}
	if real < 3 {
		t.Errorf("%d languages with real words, want at least 3", real)
	}
}

func TestPageMessages_HasBothLanguagesAndNoProtocol(t *testing.T) {
	page, err := embedded(t).PageMessages()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{Source, "en"} {
		var texts map[string]string
		if err := json.Unmarshal(page[code], &texts); err != nil {
			t.Fatal(err)
		}
		if texts["chrome.next"] == "" {
			t.Errorf("%s: chrome.next is missing", code)
		}
		for id := range texts {
			if isProtocolText(id) {
				t.Errorf("%s: %s belongs to a protocol", code, id)
			}
		}
	}
}

func TestDevicePack_LeavesOutWhatThePageHas(t *testing.T) {
	c := embedded(t)
	for _, code := range []string{Source, "en"} {
		p, err := c.DevicePack(code)
		if err != nil {
			t.Fatal(err)
		}
		if p.Messages["chrome.next"].Text == "" || p.Messages["greeting.udhr4"].Text == "" {
			t.Errorf("%s: a word for the person is missing", code)
		}
		if len(p.Messages) > 40 {
			t.Errorf("%s: %d messages; the page has them", code, len(p.Messages))
		}
	}
	whole, _ := c.Pack("tsz")
	if p, err := c.DevicePack("tsz"); err != nil || len(p.Messages) != len(whole.Messages) {
		t.Errorf("tsz: %d of %d messages, %v", len(p.Messages), len(whole.Messages), err)
	}
}

func TestCoverage_CountsByStatus(t *testing.T) {
	c := mustLoad(t, world(t, []Language{{Code: "fr", Gate: "marked", Chain: []string{"es-MX"}}},
		map[string]any{"fr/messages.json": messages("chrome.next", "Suivant")}))
	report := c.Coverage()
	fr := report[1]
	if len(fr.Screening) != 0 || !slices.Equal(report[0].Screening, []string{"farm"}) {
		t.Errorf("a screening without its questions is offered: %v; in Spanish: %v", fr.Screening, report[0].Screening)
	}
	if fr.Code != "fr" || fr.Interface[Draft] != 1 || fr.Missing["interface"] != 1 || fr.Missing["farm"] != 2 {
		t.Errorf("%+v", fr)
	}
}

// library is two protocols that share an item, which the road says otherwise in Spanish than the clinic where changed is set.
func library(changed bool) map[string]Protocol {
	shared := "¿Puede irse?"
	road := shared
	if changed {
		road = "¿Se puede ir?"
	}
	return map[string]Protocol{
		"clinic": {"item.q1": shared, "item.q1.asks": "Si puede irse.", "item.clinic": "¿Le atienden?"},
		"road":   {"item.q1": road, "item.q1.asks": "Si puede irse.", "item.road": "¿Viaja con alguien?"},
	}
}

// merged is what a device makes of the parts for a protocol; static/store/content.js does the same.
func merged(p Parts, protocol string) map[string]Served {
	out := map[string]Served{}
	own, may := p.Words[protocol]
	if !may {
		return out
	}
	for _, texts := range []Texts{p.Locale.Shared, p.Notes.Texts, own.Texts} {
		for status, byID := range texts {
			for id, text := range byID {
				out[id] = Served{text, status}
			}
		}
	}
	return out
}

// held drops what the protocol has not: another one's texts do no harm.
func held(texts map[string]Served, p Protocol) map[string]Served {
	maps.DeleteFunc(texts, func(id string, _ Served) bool { _, has := p[id]; return !has })
	return texts
}

func TestParts_AreThePackAgainAndCarryWhatIsSharedOnce(t *testing.T) {
	langs := []Language{{Code: "fr", Gate: "marked", Chain: []string{"es-MX"}}, {Code: "mam", Gate: "certified", Chain: []string{"es-MX"}}}
	all := []string{"item.q1", "item.q1.asks", "item.clinic", "item.road"}
	clinic := all[:3]
	for name, tc := range map[string]struct {
		code      string
		changed   bool
		vouched   []string // ids with a row, by the clinic's Spanish
		missing   string
		words     []string // protocols that the language has words of
		shared    []string
		ownOfRoad []string
	}{
		"drafts are marked and shared":                    {code: "fr", words: []string{"clinic", "road"}, shared: []string{"item.q1"}, ownOfRoad: []string{"item.road"}},
		"a language lacks a question of both":             {code: "fr", missing: "item.q1"},
		"a language lacks a question of one":              {code: "fr", missing: "item.clinic", words: []string{"road"}, ownOfRoad: []string{"item.q1", "item.road"}},
		"a language lacks a note":                         {code: "fr", missing: "item.q1.asks", words: []string{"clinic", "road"}, shared: []string{"item.q1"}, ownOfRoad: []string{"item.road"}},
		"stale in one protocol, not in the other":         {code: "fr", changed: true, vouched: []string{"item.q1"}, words: []string{"clinic", "road"}, ownOfRoad: []string{"item.road"}},
		"gated: both certified":                           {code: "mam", vouched: all, words: []string{"clinic", "road"}, shared: []string{"item.q1"}, ownOfRoad: []string{"item.road"}},
		"gated: one certified, the other lacks one":       {code: "mam", vouched: clinic, words: []string{"clinic"}},
		"gated: certified for the Spanish of one alone":   {code: "mam", changed: true, vouched: all, words: []string{"clinic"}},
		"gated: what they share is certified and no more": {code: "mam", vouched: all[:2]},
	} {
		t.Run(name, func(t *testing.T) {
			lib := library(tc.changed)
			rows, texts := map[string]Row{}, map[string]map[string]string{}
			for _, id := range all {
				if id != tc.missing {
					texts[id] = map[string]string{"other": "t-" + id}
				}
				spanish := lib["clinic"][id] + map[bool]string{true: lib["road"][id]}[lib["clinic"][id] == ""]
				if slices.Contains(tc.vouched, id) {
					rows[id] = vouched(Certified, spanish, "t-"+id)
				}
			}
			c, err := load(world(t, langs, map[string]any{tc.code + "/protocols.json": texts, tc.code + "/status.json": rows}), lib, clock)
			if err != nil {
				t.Fatal(err)
			}
			pack, err := c.Pack(tc.code)
			if err != nil {
				t.Fatal(err)
			}
			parts := c.Parts(pack)
			if got := slices.Sorted(maps.Keys(parts.Words)); !slices.Equal(got, tc.words) {
				t.Fatalf("words of %v, want %v", got, tc.words)
			}
			for id, p := range lib {
				got := held(merged(parts, id), p)
				if !maps.Equal(got, pack.Protocols[id]) && len(got)+len(pack.Protocols[id]) > 0 {
					t.Errorf("%s: the parts give %v, the pack has %v", id, got, pack.Protocols[id])
				}
				if tc.code == "mam" && len(got) != 0 && len(got) != len(p) {
					t.Errorf("%s: half of a gated language: %v", id, got)
				}
			}
			if got := idsOf(parts.Locale.Shared); !slices.Equal(got, tc.shared) {
				t.Errorf("shared %v, want %v", got, tc.shared)
			}
			if got := idsOf(parts.Words["road"].Texts); !slices.Equal(got, tc.ownOfRoad) && !tc.changed {
				t.Errorf("the road's own are %v, want %v", got, tc.ownOfRoad)
			}
			for id := range lib {
				for _, own := range idsOf(parts.Words[id].Texts) {
					if isNote(own) {
						t.Errorf("%s carries the note %s, which both have", id, own)
					}
				}
			}
		})
	}
}

func idsOf(t Texts) (ids []string) {
	for _, byID := range t {
		ids = slices.AppendSeq(ids, maps.Keys(byID))
	}
	slices.Sort(ids)
	return ids
}

func TestShared_IsWhatManyHaveOrAll(t *testing.T) {
	for _, c := range []struct {
		n, all int
		want   bool
	}{{1, 1, false}, {1, 2, false}, {2, 2, true}, {2, 3, false}, {3, 3, true}, {2, 18, false}, {3, 18, true}, {18, 18, true}} {
		if got := shared(c.n, c.all); got != c.want {
			t.Errorf("%d of %d protocols: %v", c.n, c.all, got)
		}
	}
}

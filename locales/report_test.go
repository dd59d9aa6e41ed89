package locales

import (
	"maps"
	"slices"
	"testing"
	"testing/fstest"
)

func TestReports_CountEveryStatus(t *testing.T) {
	spanish := map[string]Protocol{"farm": {"item.a": "¿A?", "item.b": "¿B?", "item.c": "¿C?", "item.d": "¿D?", "item.e": "¿E?", "item.f": "¿F?", "item.g": "¿G?", "item.h": "¿H?", "item.a.asks": "Si A.", "item.none": "¿?"}}
	texts, rows := []string{}, map[string]Row{}
	for id, s := range map[string]Status{"item.a": Certified, "item.b": Reviewed, "item.c": Draft, "item.d": Imported, "item.e": Machine, "item.f": Stale, "item.g": Tampered, "item.h": Revoked, "item.a.asks": Certified} {
		texts = append(texts, id, "t-"+id)
		r := vouched(Certified, spanish["farm"][id], "t-"+id)
		switch s {
		case Stale:
			r.SourceHash = sourceHash("antes", "")
		case Tampered:
			r.TextHash = TextHash("other")
		case Revoked:
		default:
			r.Status = s
		}
		rows[id] = r
	}
	heard := rows["item.a"]
	heard.AudioSHA256 = shaOf(mp3("voice a"))
	rows["item.a"] = heard
	files := map[string]any{"mam/protocols.json": messages(texts...), "mam/status.json": rows,
		"mam/revoked.json": []Revocation{{ID: "item.h", TextHash: TextHash("t-item.h"), Reason: "wrong", Date: "2026-11-20"}}}
	langs := []Language{{Code: "mam", Gate: "certified", Chain: []string{"es-MX"}}, {Code: "quc", Gate: "certified", Chain: []string{"es-MX"}}}
	fsys := world(t, langs, files)
	fsys["mam/audio/item.a."+heard.AudioSHA256[:8]+".mp3"] = &fstest.MapFile{Data: mp3("voice a")}
	c, err := load(fsys, spanish, clock)
	if err != nil {
		t.Fatal(err)
	}
	all := c.Reports("")
	if len(all) != 3 || all[0].Code != Source || len(all[0].Protocols) != 0 || !all[2].Empty() || all[1].Empty() {
		t.Fatalf("%+v", all)
	}
	mam := c.Reports("mam")
	if len(mam) != 1 || len(mam[0].Screening) != 0 {
		t.Fatalf("%+v", mam)
	}
	farm := mam[0].Protocols["farm"]
	want := map[Status]int{Certified: 2, Reviewed: 1, Draft: 1, Imported: 1, Machine: 1, Stale: 1, Tampered: 1, Revoked: 1}
	if !maps.Equal(farm.Statuses, want) || farm.All != 10 || farm.Missing != 1 {
		t.Errorf("%+v", farm)
	}
	if lacks := []string{"item.b", "item.c", "item.d", "item.e", "item.f", "item.g", "item.h", "item.none"}; !slices.Equal(farm.Lacks, lacks) {
		t.Errorf("lacks %v, want %v", farm.Lacks, lacks)
	}
	if farm.WithoutAudio != 8 { // of nine that are said, one has a recording; the note is read by the agent
		t.Errorf("%d without audio", farm.WithoutAudio)
	}
	if mam[0].Interface.Missing != 2 || mam[0].Person.All != 1 {
		t.Errorf("%+v", mam[0])
	}
}

// What is said to a person is whole or the screening is not put in the language;
// what who asks reads is no part of that, and a text that went stale falls back alone.
func TestCoverage_AMarkedScreeningIsWholeInWhatIsSaid(t *testing.T) {
	farm := map[string]Protocol{"farm": {"item.a": "¿A?", "item.a.child": "¿A?", "item.a.asks": "Si A.", "option.a.x": "X", "action.b": "Haga B."}}
	fr := []Language{{Code: "fr", Gate: "marked", Chain: []string{"es-MX"}}}
	for name, tc := range map[string]struct {
		texts []string
		stale bool
		lacks []string
	}{
		"all that is said":     {texts: []string{"item.a", "A", "item.a.child", "a", "option.a.x", "x"}},
		"one of them is stale": {texts: []string{"item.a", "A", "item.a.child", "a", "option.a.x", "x"}, stale: true, lacks: []string{"item.a"}},
		"not to a child":       {texts: []string{"item.a", "A", "option.a.x", "x"}, lacks: []string{"item.a.child"}},
		"not an answer":        {texts: []string{"item.a", "A", "item.a.child", "a", "item.a.asks", "n"}, lacks: []string{"option.a.x"}},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]any{"fr/protocols.json": messages(tc.texts...)}
			if tc.stale {
				files["fr/status.json"] = map[string]Row{"item.a": vouched(Draft, "antes", "A")}
			}
			c, err := load(world(t, fr, files), farm, clock)
			if err != nil {
				t.Fatal(err)
			}
			r := c.Reports("fr")[0]
			whole := len(tc.lacks) == 0 || tc.stale
			if p, err := c.Pack("fr"); err != nil || (len(p.Protocols) == 1) != whole || (len(r.Screening) == 1) != whole {
				t.Errorf("packed %v, reported %v, whole %v, %v", p.Protocols, r.Screening, whole, err)
			}
			if got := r.Protocols["farm"].Lacks; !slices.Equal(got, tc.lacks) {
				t.Errorf("lacks %v, want %v", got, tc.lacks)
			}
		})
	}
}

func TestRevoked_IsServedNowhereUnlessTheWordsChange(t *testing.T) {
	mam := []Language{{Code: "mam", Gate: "certified", Chain: []string{"es-MX"}}}
	const id, spanish = "chrome.next", "Siguiente"
	hash := TextHash("m-next")
	good := Revocation{ID: id, TextHash: hash, Reason: "wrong", Date: "2026-11-20"}
	for name, tc := range map[string]struct {
		file  []Revocation
		since []Revocation
		text  string
		want  Status
	}{
		"nothing withdrawn":             {text: "m-next", want: Certified},
		"by its file":                   {file: []Revocation{good}, text: "m-next", want: Revoked},
		"since the start":               {since: []Revocation{good}, text: "m-next", want: Revoked},
		"by its hash, under any id":     {since: []Revocation{{TextHash: hash}}, text: "m-next", want: Revoked},
		"another id":                    {since: []Revocation{{ID: "chrome.back", TextHash: hash}}, text: "m-next", want: Certified},
		"other words under the same id": {file: []Revocation{good}, text: "m-adelante", want: Certified},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]any{"mam/messages.json": messages(id, tc.text), "mam/status.json": map[string]Row{id: vouched(Certified, spanish, tc.text)}}
			if tc.file != nil {
				files["mam/revoked.json"] = tc.file
			}
			c, err := Options{Revoked: map[string][]Revocation{"mam": tc.since}}.load(world(t, mam, files), farm, clock)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.codes["mam"].status[id]; got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			got, err := c.Get("mam", id, nil)
			if own := tc.want == Certified; err != nil || (got.Locale == "mam") != own {
				t.Errorf("served %+v, %v", got, err)
			}
			p, err := c.Pack("mam")
			if _, there := p.Messages[id]; err != nil || there != (tc.want == Certified) {
				t.Errorf("packed: %v, %v", p.Messages, err)
			}
		})
	}
}

// One withdrawn text takes the whole screening with it: never half.
func TestRevoked_EndsAScreening(t *testing.T) {
	mam := []Language{{Code: "mam", Gate: "certified", Chain: []string{"es-MX"}}}
	rows := map[string]Row{"item.q1": vouched(Certified, farm["farm"]["item.q1"], "m1"), "item.q2": vouched(Certified, farm["farm"]["item.q2"], "m2")}
	files := map[string]any{"mam/protocols.json": messages("item.q1", "m1", "item.q2", "m2"), "mam/status.json": rows}
	if p, err := mustLoad(t, world(t, mam, files)).Pack("mam"); err != nil || len(p.Protocols) != 1 {
		t.Fatalf("%v %v", p.Protocols, err)
	}
	c, err := Options{Revoked: map[string][]Revocation{"mam": {{ID: "item.q2", TextHash: TextHash("m2")}}}}.load(world(t, mam, files), farm, clock)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := c.Pack("mam"); err != nil || !p.Empty() {
		t.Errorf("%v %v", p.Protocols, err)
	}
}

func TestLoad_RefusesABrokenRevocation(t *testing.T) {
	mam := []Language{{Code: "mam", Gate: "certified", Chain: []string{"es-MX"}}}
	hash := TextHash("x")
	for name, files := range map[string]map[string]any{
		"no hash":    {"mam/revoked.json": []Revocation{{ID: "item.q1", TextHash: "", Reason: "wrong", Date: "2026-11-20"}}},
		"short hash": {"mam/revoked.json": []Revocation{{ID: "item.q1", TextHash: hash[:16], Reason: "wrong", Date: "2026-11-20"}}},
		"no reason":  {"mam/revoked.json": []Revocation{{ID: "item.q1", TextHash: hash, Reason: "", Date: "2026-11-20"}}},
		"no date":    {"mam/revoked.json": []Revocation{{ID: "item.q1", TextHash: hash, Reason: "wrong", Date: "yesterday"}}},
		"Spanish":    {"es-MX/revoked.json": []Revocation{{ID: "chrome.next", TextHash: hash, Reason: "wrong", Date: "2026-11-20"}}},
	} {
		if _, err := load(world(t, mam, files), farm, clock); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

package locales

import (
	"slices"
	"testing"
)

func TestWorks_StandInThePlaceOfFilesButNeverForLess(t *testing.T) {
	mam := Language{Code: "mam", Gate: gateCertified, Chain: []string{Source}}
	work := func(s Status, spanish, text string) Work { return Work{Text: text, Row: vouched(s, spanish, text)} }
	for name, tc := range map[string]struct {
		filed Row
		work  Work
		want  string
	}{
		"over an imported text":      {vouched(Imported, "¿Puede irse?", "old"), work(Reviewed, "¿Puede irse?", "new"), "new"},
		"certified over a certified": {vouched(Certified, "¿Puede irse?", "old"), work(Certified, "¿Puede irse?", "new"), "new"},
		"reviewed over a certified":  {vouched(Certified, "¿Puede irse?", "old"), work(Reviewed, "¿Puede irse?", "new"), "old"},
		"reviewed over a stale one":  {vouched(Certified, "¿Se puede ir?", "old"), work(Reviewed, "¿Puede irse?", "new"), "new"},
		"made from another Spanish":  {vouched(Imported, "¿Puede irse?", "old"), work(Certified, "¿Se puede ir?", "new"), "old"},
		"over one that was tampered": {vouched(Certified, "¿Puede irse?", "before"), work(Reviewed, "¿Puede irse?", "new"), "new"},
	} {
		fsys := world(t, []Language{mam}, map[string]any{
			"mam/protocols.json": messages("item.q1", "old"), "mam/status.json": map[string]Row{"item.q1": tc.filed}})
		c, err := Options{Works: map[string]map[string]Work{"mam": {"item.q1": tc.work}}}.load(fsys, farm, clock)
		if err != nil {
			t.Fatal(err)
		}
		own, _ := c.Own("mam", "item.q1")
		if worth, there := c.WorthIn("mam", "farm", "item.q1"); own.Text != tc.want || !there || worth != own.Status || own.Text == "new" && worth != tc.work.Status {
			t.Errorf("%s: %+v, worth %s", name, own, worth)
		}
	}
}

func TestSpanish_IsEachWayInWhichItIsSaid(t *testing.T) {
	two := map[string]Protocol{"a": {"item.q1": "¿Puede irse?"}, "b": {"item.q1": "¿Puede salir?"}, "c": {"item.q1": "¿Puede irse?"}}
	c, err := load(world(t, nil, nil), two, clock)
	if err != nil {
		t.Fatal(err)
	}
	if all := c.Spanish("item.q1"); len(all) != 2 || all[0].Hash != sourceHash("¿Puede irse?", "") || all[1].Text != "¿Puede salir?" {
		t.Errorf("%+v", all)
	}
	if all := c.Spanish("chrome.next"); len(all) != 1 || all[0].Text != "Siguiente" {
		t.Errorf("%+v", all)
	}
	if all := c.Spanish("item.none"); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	if ids := c.ForPerson(); !slices.Equal(ids, []string{"chrome.next"}) {
		t.Errorf("%v", ids)
	}
}

func TestAdded_AreCheckedAsOurs(t *testing.T) {
	fr := Language{Code: "fr", Gate: gateMarked, Chain: []string{Source}}
	mam := NewLanguage(Language{Code: "mam", Name: "mam", Gate: gateCertified})
	o := Options{Added: []Language{mam, {Code: "fr", Gate: gateCertified, Chain: []string{Source}}}}
	c, err := o.load(world(t, []Language{fr}, nil), farm, clock)
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := c.Language("mam"); !ok || l.ISO != "mam" || !slices.Equal(l.Chain, []string{Source}) {
		t.Errorf("%+v %v", l, ok)
	}
	if l, _ := c.Language("fr"); l.Gate != gateMarked || len(c.Languages()) != 3 {
		t.Errorf("one of ours was replaced: %+v", l)
	}
	o.Raised = []string{"fr"}
	if c, err = o.load(world(t, []Language{fr}, nil), farm, clock); err != nil {
		t.Fatal(err)
	}
	if l, _ := c.Language("fr"); l.Gate != gateCertified {
		t.Errorf("not raised: %+v", l)
	}
	if err := c.CheckAdded(mam); err == nil {
		t.Error("a language is added twice")
	}
	for name, wrong := range map[string]Language{"no code": {Code: "zzzz"}, "a lower gate": {Code: "tzo", Gate: gateMarked}} {
		wrong = NewLanguage(wrong)
		if c.CheckAdded(wrong) == nil {
			t.Errorf("%s: taken", name)
		}
		if _, err := (Options{Added: []Language{wrong}}).load(world(t, nil, nil), farm, clock); err == nil {
			t.Errorf("%s: loaded", name)
		}
	}
}

func TestLookAlike(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{{"mii'n", "Míin", true}, {"ja", "jaja", false}, {"да", "нет", false}, {"да", "Да", true}, {"ja", "да", false}} {
		if got := LookAlike(tc.a, tc.b); got != tc.want {
			t.Errorf("%q %q: %v", tc.a, tc.b, got)
		}
	}
}

// What the desk took never stops a start, whatever lies in the operator's folder.
func TestWorks_StopNoStart(t *testing.T) {
	dir := folder(t, []Language{{Code: "mim", Name: "mim", Gate: gateCertified, Chain: []string{Source}}}, map[string]any{"mim/messages.json": messages()})
	works := map[string]Work{}
	for _, id := range []string{"chrome.back", "chrome.next"} {
		s := embedded(t).Spanish(id)[0]
		works[id] = Work{Text: "the same", Row: Row{Status: Reviewed, SourceHash: s.Hash, TextHash: TextHash("the same")}}
	}
	c, err := Options{Dir: dir, Works: map[string]map[string]Work{"mim": works}}.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if own, ok := c.Own("mim", "chrome.next"); !ok || own.Status != Reviewed {
		t.Errorf("%+v %v", own, ok)
	}
}

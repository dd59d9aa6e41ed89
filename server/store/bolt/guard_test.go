package bolt

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"umbral/screening"
	"umbral/server/access"
	"umbral/server/ingest"
	"umbral/server/record"
	"umbral/server/review"
)

// A store of before anybody asked who may read what: each record that was kept
// then is read by nobody who would not read it if it came today.
func TestMigrate_GuardsOldRows(t *testing.T) {
	path := filled(t, 0)
	s := opened(t, path)
	assessed := func(path string, indicators ...string) func(*ingest.Kept) {
		return func(k *ingest.Kept) {
			text, err := json.Marshal(screening.Assessment{Level: "possible_victim", Path: path, Indicators: indicators})
			if err != nil {
				t.Fatal(err)
			}
			k.Assessment, k.Index.Indicators = text, indicators
		}
	}
	said := func(ingest.Kept) *ingest.Kept { return nil }
	old := map[string]struct {
		edit func(*ingest.Kept)
		more func(ingest.Kept) *ingest.Kept // what came about it
		sees string                         // which of the readers below
	}{
		"adult":     {assessed("adult"), said, "all children sensitive police"},
		"child":     {assessed(screening.PathChild), said, "all children"},
		"no path":   {func(k *ingest.Kept) { k.Assessment = nil }, said, "all children"},
		"crime":     {assessed("adult", "ctx_organised_crime"), said, "all sensitive"},
		"authority": {assessed("adult", "ctx_public_servant"), said, "all sensitive"},
		"addendum": {assessed("adult"), func(about ingest.Kept) *ingest.Kept {
			return &ingest.Kept{Kind: record.KindAddendum, Links: ingest.Links{About: about.ID}, Plain: []byte(`{"codes":["ctx_public_servant"]}`)}
		}, "all sensitive"},
		"addendum by folio": {assessed("adult"), func(about ingest.Kept) *ingest.Kept {
			return &ingest.Kept{Kind: record.KindAddendum, Links: ingest.Links{AboutFolio: record.Folio(about.ID)}, Plain: []byte(`{"codes":["ctx_organised_crime"]}`)}
		}, "all sensitive"},
		"conflict": {assessed("adult"), func(about ingest.Kept) *ingest.Kept {
			k := about
			assessed(screening.PathChild)(&k)
			k.Hash, k.Plain = hash{99}.String(), []byte(`{"id":"another"}`)
			return &k
		}, "all children"},
	}
	names, n := map[string]string{}, 0
	for name, c := range old {
		n += 2
		k := detection(n)
		c.edit(&k)
		names[k.ID] = name
		keep(t, s, k)
		if more := c.more(k); more != nil {
			if m := detection(n + 1); more.ID == "" {
				more.ID, more.Hash, more.Agency, more.ReceivedAt, more.CapturedAt = m.ID, m.Hash, m.Agency, m.ReceivedAt, m.CapturedAt
			}
			keep(t, s, *more)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	change(t, path, func(tx *txn) error { return tx.Bucket(bMeta).Put(keySchema, number(7)) })
	s = opened(t, path)
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	for reader, view := range map[string]access.View{
		"all":       {Children: true, Sensitive: true},
		"children":  {Children: true},
		"sensitive": {Sensitive: true},
		"police":    {Authority: "police"},
	} {
		view.Agency, view.ByRecord, view.ByPost = "a", true, true
		view.Posts, view.Regions = []string{access.Any}, []string{access.Any}
		page, err := s.Detections(t.Context(), review.Filter{Agency: "a", View: view, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, r := range page.Items {
			got[names[r.ID]] = true
		}
		want := 0
		for name, c := range old {
			sees := slices.Contains(strings.Fields(c.sees), reader)
			if got[name] != sees {
				t.Errorf("%s: %s is shown: %v", reader, name, got[name])
			}
			if sees {
				want++
			}
		}
		if page.Total != want {
			t.Errorf("%s: total %d, want %d", reader, page.Total, want)
		}
	}
}

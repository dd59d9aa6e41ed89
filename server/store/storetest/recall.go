package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"umbral/server/ingest"
	"umbral/server/recall"
	"umbral/server/record"
	"umbral/server/retention"
)

// showing is a detection whose record says that these texts were shown.
func (d *desk) showing(id string, texts ...record.ShownText) ingest.Kept {
	k := d.detection(nil)
	if id != "" {
		k.ID = id
	}
	plain, err := json.Marshal(map[string]any{"kind": k.Kind, "id": k.ID, "shown": texts})
	d.must(err)
	k.Plain, k.Hash = plain, hashOf(plain)
	return k
}

func (d *desk) recalled(of string) (ids []string) {
	hits, err := d.Recalled(d.ctx, of)
	d.must(err)
	for _, h := range hits {
		if !slices.Contains(h.Flags, recall.Flag) {
			d.Errorf("%s has the flags %v", h.ID, h.Flags)
		}
		ids = append(ids, h.ID+" "+strings.Join(h.Items, ","))
	}
	slices.Sort(ids)
	return ids
}

func testRecalls(d *desk) {
	wrong, fine := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	shown := func(item, locale, hash string) record.ShownText {
		return record.ShownText{Item: item, Locale: locale, Status: "certified", TextHash: hash}
	}
	before := d.showing("", shown("q1", "mam", wrong), shown("q2", "mam", fine))
	d.keep(ingest.Accepted, before, d.showing("", shown("q1", "mam", fine)), d.showing("", shown("q1", "quc", wrong)),
		d.showing("", shown("q2", "mam", wrong)), d.detection(nil), d.showing(""))
	clash := d.showing("", shown("q1", "mam", fine))
	d.keep(ingest.Accepted, clash)
	d.keep(ingest.Conflict, d.showing(clash.ID, shown("q1", "mam", wrong[:16])))

	r := recall.Recall{ID: newID(), Locale: "mam", Message: "item.q1", TextHash: wrong, Shown: []string{wrong}, Reason: "inverted", By: "t", At: d.tick()}
	got, fresh, err := d.AddRecall(d.ctx, r)
	if err != nil || !fresh || got.ID != r.ID {
		d.Errorf("%+v %v %v", got, fresh, err)
	}
	events, err := d.Audit(d.ctx, 0, 1000)
	d.must(err)
	again := r
	again.ID, again.By = newID(), "another"
	if got, fresh, err := d.AddRecall(d.ctx, again); err != nil || fresh || got.ID != r.ID || got.By != "t" {
		d.Errorf("a second recall: %+v %v %v", got, fresh, err)
	}
	if after, err := d.Audit(d.ctx, 0, 1000); err != nil || len(after) != len(events) || events[len(events)-1].What != "text_recalled" || events[len(events)-1].ID != r.ID {
		d.Errorf("%d lines after a second recall, %d before: %+v %v", len(after), len(events), events[len(events)-1], err)
	}

	// What comes later is marked as it comes, and a destroyed one goes whole.
	late := d.showing("", shown("q1", "mam", wrong))
	d.keep(ingest.Accepted, late, d.showing("", shown("q1", "mam", fine)))
	lateClash := d.showing("", shown("q3", "mam", fine))
	d.keep(ingest.Accepted, lateClash)
	d.keep(ingest.Conflict, d.showing(lateClash.ID, shown("q1", "mam", wrong)))
	want := []string{before.ID + " q1", clash.ID + " q1", late.ID + " q1", lateClash.ID + " q1"}
	slices.Sort(want)
	d.reopen()
	if got := d.recalled(r.ID); !slices.Equal(got, want) {
		d.Errorf("recalled %v, want %v", got, want)
	}
	if got := d.recalled(newID()); len(got) != 0 {
		d.Errorf("no such recall, yet %v", got)
	}
	any := recall.Recall{ID: newID(), Locale: "mam", TextHash: fine, Shown: []string{fine}, Reason: "harmful", By: "t", At: d.tick()}
	if _, _, err := d.AddRecall(d.ctx, any); err != nil {
		d.Fatal(err)
	}
	if got := d.recalled(any.ID); len(got) != 5 {
		d.Errorf("wherever the language says it: %v", got)
	}
	if list, err := d.Recalls(d.ctx, "mam"); err != nil || len(list) != 2 || fmt.Sprint(list[0]) != fmt.Sprint(r) {
		d.Errorf("%+v %v", list, err)
	}
	if list, err := d.Recalls(d.ctx, "quc"); err != nil || len(list) != 0 {
		d.Errorf("%+v %v", list, err)
	}
	_, err = d.ApproveDestruction(d.ctx, d.ask(before.ID).ID, retention.Mark{By: "two", At: d.tick()})
	d.must(err)
	if got := d.recalled(r.ID); len(got) != 3 || slices.Contains(got, before.ID+" q1") {
		d.Errorf("after a destruction %v", got)
	}
}

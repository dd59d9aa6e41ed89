package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/record"
	"umbral/server/review"
)

func testOutcomes(d *desk) {
	first := d.detection(nil)
	d.keep(ingest.Accepted, first)

	again := first
	again.ReceivedAt = d.tick()
	if o := d.keep(ingest.Duplicate, again); !o[0].ReceivedAt.Equal(first.ReceivedAt) {
		d.Errorf("the duplicate's receipt says %v, the first said %v", o[0].ReceivedAt, first.ReceivedAt)
	}

	other := d.kept(record.KindDetection, first.ID, "other content")
	d.keep(ingest.Conflict, other)
	repeat := other
	repeat.ReceivedAt = d.tick()
	if o := d.keep(ingest.Conflict, repeat); !o[0].ReceivedAt.Equal(other.ReceivedAt) {
		d.Errorf("the conflict sent again has another receipt: %v", o[0].ReceivedAt)
	}
	d.keep(ingest.Duplicate, again)

	bad := quarantined(d.kept(record.KindDetection, first.ID, "bad"), "unknown_code")
	d.keep(ingest.Quarantined, bad)
	d.keep(ingest.Quarantined, bad)

	c, err := d.Case(d.ctx, first.ID)
	d.must(err)
	if !bytes.Equal(c.Record, first.Plain) {
		d.Errorf("the first content is not the one shown: %s", c.Record)
	}
	if len(c.Conflicts) != 1 || c.Conflicts[0].SHA256 != other.Hash || !bytes.Equal(c.Conflicts[0].Detection, other.Plain) {
		d.Errorf("conflicts = %+v", c.Conflicts)
	}
	if !slices.Contains(c.Flags, ingest.FlagConflict) {
		d.Errorf("flags = %v", c.Flags)
	}
	if c.Assessment == nil || c.Assessment.Level != "none_found" {
		d.Errorf("assessment = %+v", c.Assessment)
	}
}

func testSameBatch(d *desk) {
	a := d.detection(nil)
	b := d.kept(record.KindDetection, a.ID, "other")
	bad := quarantined(d.kept(record.KindDetection, newID(), ""), "garbage")
	got, err := d.KeepBatch(d.ctx, []ingest.Kept{a, a, b, bad, b, bad})
	d.must(err)
	want := []ingest.Status{ingest.Accepted, ingest.Duplicate, ingest.Conflict, ingest.Quarantined, ingest.Conflict, ingest.Quarantined}
	for i, o := range got {
		if o.Status != want[i] {
			d.Errorf("record %d: %s, want %s", i, o.Status, want[i])
		}
	}
	p, err := d.Detections(d.ctx, review.Filter{Limit: 10})
	d.must(err)
	if len(p.Items) != 1 || p.Total != 1 {
		d.Errorf("one record is listed %d times, counted %d", len(p.Items), p.Total)
	}
}

func testFormless(d *desk) {
	good := d.detection(nil)
	for name, edit := range map[string]func(*ingest.Kept){
		"no id":          func(k *ingest.Kept) { k.ID = "" },
		"no uuid":        func(k *ingest.Kept) { k.ID = "../../etc/passwd" },
		"upper case":     func(k *ingest.Kept) { k.ID = "0192F0C0-0000-7000-8000-0000000000AA" },
		"braces":         func(k *ingest.Kept) { k.ID = "{" + k.ID + "}" },
		"no hash":        func(k *ingest.Kept) { k.Hash = "" },
		"short hash":     func(k *ingest.Kept) { k.Hash = k.Hash[:62] },
		"hash not hex":   func(k *ingest.Kept) { k.Hash = "zz" + k.Hash[2:] },
		"hash uppercase": func(k *ingest.Kept) { k.Hash = "AB" + k.Hash[2:] },
	} {
		k := d.detection(edit)
		got, err := d.KeepBatch(d.ctx, []ingest.Kept{k, good})
		d.must(err)
		if got[0].Status != ingest.Refused {
			d.Errorf("%s: %s", name, got[0].Status)
		}
		if got[1].Status != ingest.Accepted && got[1].Status != ingest.Duplicate {
			d.Errorf("%s: its neighbour: %s", name, got[1].Status)
		}
	}
}

func testConcurrentKeep(d *desk) {
	const senders, batches, size = 8, 5, 10
	shared := d.detection(nil)
	work := make([][][]ingest.Kept, senders)
	for i := range work {
		for range batches {
			batch := []ingest.Kept{shared}
			for range size {
				batch = append(batch, d.detection(nil))
			}
			work[i] = append(work[i], batch)
		}
	}
	accepted := make([]int, senders)
	var wait sync.WaitGroup
	for i := range senders {
		wait.Go(func() {
			for _, batch := range work[i] {
				got, err := d.KeepBatch(d.ctx, batch)
				if err != nil {
					d.Error(err)
					return
				}
				for _, o := range got {
					if o.Status == ingest.Accepted {
						accepted[i]++
					}
				}
			}
		})
	}
	wait.Wait()
	total := 0
	for _, n := range accepted {
		total += n
	}
	if want := senders*batches*size + 1; total != want {
		d.Errorf("%d accepted, want %d: the shared one once", total, want)
	}
	for _, batches := range work {
		for _, batch := range batches {
			d.keep(ingest.Duplicate, batch...)
		}
	}
}

func testReopen(d *desk) {
	k := d.detection(nil)
	d.keep(ingest.Accepted, k)
	d.must(d.AddReview(d.ctx, review.Review{ID: newID(), Detection: k.ID, Decision: "confirm", Status: "confirmed", By: "s", At: d.tick()}))
	d.reopen()
	d.keep(ingest.Duplicate, k)
	c, err := d.Case(d.ctx, k.ID)
	d.must(err)
	if c.Status != "confirmed" || len(c.Reviews) != 1 {
		d.Errorf("status %s, %d reviews", c.Status, len(c.Reviews))
	}
}

func testDoneContext(d *desk) {
	ctx, cancel := context.WithCancel(d.ctx)
	cancel()
	k := d.detection(nil)
	if _, err := d.KeepBatch(ctx, []ingest.Kept{k}); !errors.Is(err, context.Canceled) {
		d.Errorf("error %v", err)
	}
	_, err := d.Case(d.ctx, k.ID)
	d.wants(err, problem.NotFound, "detection-unknown")
	d.keep(ingest.Accepted, k)
}

// An encounter and its parts in every order give the same case.
func testArrival(d *desk) {
	for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 3, 1, 4}, {1, 4, 3, 0, 2}} {
		visit := newID()
		det := d.detection(func(k *ingest.Kept) { k.Links.Encounter = visit })
		enc := d.kept(record.KindEncounter, visit, "visit")
		enc.Links.Encounter = visit
		add := d.kept(record.KindAddendum, newID(), "later fact")
		add.Links.About = det.ID
		byFolio := d.kept(record.KindAddendum, newID(), "later fact, by folio")
		byFolio.Links.AboutFolio = record.Folio(det.ID)
		later := d.kept(record.KindEncounter, newID(), "visit, changed")
		later.Links.Encounter = visit
		later.ReceivedAt = d.tick().Add(1000)
		batch := []ingest.Kept{det, enc, add, later, byFolio}
		for _, i := range order {
			d.keep(ingest.Accepted, batch[i])
			c, err := d.Case(d.ctx, det.ID)
			if problem.KindOf(err) == problem.NotFound {
				continue
			}
			d.must(err)
			if missing := slices.Contains(c.Flags, ingest.FlagEncounterMissing); missing != (c.Encounter == nil) {
				d.Errorf("order %v: flags %v, encounter %s", order, c.Flags, c.Encounter)
			}
		}
		c, err := d.Case(d.ctx, det.ID)
		d.must(err)
		if string(c.Encounter) != string(later.Plain) {
			d.Errorf("order %v: encounter %s, want the newest", order, c.Encounter)
		}
		got := []string{}
		for _, a := range c.Addenda {
			got = append(got, string(a))
		}
		if !slices.Equal(got, []string{string(add.Plain), string(byFolio.Plain)}) { // as received, whichever link leads to it
			d.Errorf("order %v: addenda %s", order, got)
		}
	}
}

func testForeignRecords(d *desk) {
	visit := newID()
	det := d.detection(func(k *ingest.Kept) { k.Links.Encounter = visit })
	add := d.kept(record.KindAddendum, newID(), "consent withdrawn")
	add.Agency, add.Links.About = "agency-b", det.ID
	folio := d.kept(record.KindAddendum, newID(), "consent withdrawn, by folio")
	folio.Agency, folio.Links.AboutFolio = "agency-b", record.Folio(det.ID)
	enc := d.kept(record.KindEncounter, newID(), "visit of others")
	enc.Agency, enc.Links.Encounter = "agency-b", visit
	clash := d.kept(record.KindDetection, det.ID, "of others")
	clash.Agency = "agency-b"
	d.keep(ingest.Accepted, det, add, enc, folio)
	d.keep(ingest.Conflict, clash)
	c, err := d.Case(d.ctx, det.ID)
	d.must(err)
	if len(c.Addenda) != 0 || c.Encounter != nil || len(c.Conflicts) != 0 {
		d.Errorf("another agency's records are shown: %+v", c)
	}
	if !slices.Contains(c.Flags, ingest.FlagEncounterMissing) {
		d.Errorf("flags = %v", c.Flags)
	}
}

func testCopy(d *desk) {
	k := d.detection(nil)
	d.keep(ingest.Accepted, k)
	c, err := d.Case(d.ctx, k.ID)
	d.must(err)
	clear(c.Record)
	c.Flags = append(c.Flags, "mine")
	again, err := d.Case(d.ctx, k.ID)
	d.must(err)
	if !json.Valid(again.Record) || len(again.Flags) != 0 {
		d.Errorf("what was returned is not a copy: %s %v", again.Record, again.Flags)
	}
}

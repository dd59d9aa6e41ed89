package storetest

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"
	"sync/atomic"

	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/record"
	"umbral/server/referral"
	"umbral/server/review"
)

func (d *desk) review(k ingest.Kept, follows, status string) review.Review {
	return review.Review{ID: newID(), Detection: k.ID, Decision: "confirm", Status: status, Follows: follows, By: "sup", At: d.tick()}
}

func testReviews(d *desk) {
	k := d.detection(nil)
	d.wants(d.AddReview(d.ctx, d.review(k, "", "confirmed")), problem.NotFound, "detection-unknown")
	d.wants(d.AddReview(d.ctx, review.Review{Detection: "no id"}), problem.NotFound, "detection-unknown")
	d.keep(ingest.Accepted, k)
	first := d.review(k, "", "confirmed")
	d.must(d.AddReview(d.ctx, first))
	d.wants(d.AddReview(d.ctx, d.review(k, "", "dismissed")), problem.Conflict, "review-outdated")
	d.wants(d.AddReview(d.ctx, d.review(k, newID(), "dismissed")), problem.Conflict, "review-outdated")
	second := d.review(k, first.ID, "needs_more")
	d.must(d.AddReview(d.ctx, second))
	d.wants(d.AddReview(d.ctx, d.review(k, first.ID, "dismissed")), problem.Conflict, "review-outdated")
	c, err := d.Case(d.ctx, k.ID)
	d.must(err)
	if !same(ids(c.Reviews, func(r review.Review) string { return r.ID }), []string{first.ID, second.ID}) || c.Status != "needs_more" {
		d.Errorf("reviews %+v, status %s", c.Reviews, c.Status)
	}
}

func testReviewMoves(d *desk) {
	low := d.detection(func(k *ingest.Kept) { k.Index.Level = "none_found" })
	high := d.detection(func(k *ingest.Kept) { k.Index.Level = "possible_victim" })
	d.keep(ingest.Accepted, low, high)
	raise := d.review(low, "", "in_review")
	raise.Level = "presumed_victim"
	d.must(d.AddReview(d.ctx, raise))
	for _, c := range []struct {
		f    review.Filter
		want []string
	}{
		{review.Filter{}, []string{low.ID, high.ID}},
		{review.Filter{Levels: []string{"presumed_victim"}}, []string{low.ID}},
		{review.Filter{Levels: []string{"none_found"}}, nil},
		{review.Filter{Statuses: []string{"new"}}, []string{high.ID}},
		{review.Filter{Statuses: []string{"in_review"}}, []string{low.ID}},
	} {
		c.f.Limit = 10
		if got, total := d.walkQueue(c.f); !same(got, c.want) || total != len(c.want) {
			d.Errorf("%+v: %v (%d), want %v", c.f, got, total, c.want)
		}
	}
	got, err := d.Case(d.ctx, low.ID)
	d.must(err)
	if got.Level != "presumed_victim" || got.DeviceLevel != "none_found" || got.Assessment.Level != "none_found" {
		d.Errorf("a review changes only the level in force: %+v", got.Row)
	}
}

func testReviewRace(d *desk) {
	k := d.detection(nil)
	d.keep(ingest.Accepted, k)
	var won atomic.Int32
	var wait sync.WaitGroup
	for range 8 {
		v := d.review(k, "", "confirmed")
		wait.Go(func() {
			switch err := d.AddReview(d.ctx, v); {
			case err == nil:
				won.Add(1)
			case problem.KindOf(err) != problem.Conflict:
				d.Error(err)
			}
		})
	}
	wait.Wait()
	if won.Load() != 1 {
		d.Errorf("%d of 8 reviews on the same state were kept", won.Load())
	}
}

func testWork(d *desk) {
	k := d.detection(nil)
	ref := referral.Referral{ID: newID(), Detection: k.ID, Service: "shelter", Urgency: "now", Consent: "yes", Status: "referred", By: "s", At: d.tick()}
	note := review.Note{ID: newID(), Detection: k.ID, Text: "llamar mañana", By: "s", At: d.tick()}
	d.wants(d.AddReferral(d.ctx, ref), problem.NotFound, "detection-unknown")
	d.wants(d.AddNote(d.ctx, note), problem.NotFound, "detection-unknown")
	d.keep(ingest.Accepted, k)
	empty, err := d.Case(d.ctx, k.ID)
	d.must(err)
	if empty.Reviews == nil || empty.Referrals == nil || empty.Notes == nil || empty.Addenda == nil || empty.Conflicts == nil {
		d.Error("a list of a case is nil")
	}
	d.must(d.AddReferral(d.ctx, ref))
	d.must(d.AddNote(d.ctx, note))
	note.ID = newID()
	d.must(d.AddNote(d.ctx, note))
	c, err := d.Case(d.ctx, k.ID)
	d.must(err)
	if len(c.Referrals) != 1 || c.Referrals[0] != ref || len(c.Notes) != 2 || c.Notes[1] != note || c.Status != "referred" {
		d.Errorf("%+v %+v %s", c.Referrals, c.Notes, c.Status)
	}
}

func testQuarantine(d *desk) {
	var waiting []string
	for i := range 5 {
		k := quarantined(d.kept("", newID(), "x"), "unreadable")
		if i == 2 {
			k.Agency = "agency-b"
		} else {
			waiting = append(waiting, k.QuarantineKey())
		}
		d.keep(ingest.Quarantined, k)
	}
	list := func(agency string, limit int) (keys []string) {
		for cursor := ""; ; {
			p, err := d.Quarantine(d.ctx, agency, cursor, limit)
			d.must(err)
			keys = append(keys, ids(p.Items, func(e ingest.Entry) string { return e.QuarantineKey() })...)
			if cursor = p.Next; cursor == "" {
				return keys
			}
		}
	}
	for _, limit := range []int{1, 3, 10} {
		if got := list("agency-a", limit); !same(got, waiting) {
			d.Errorf("limit %d: %v, want %v", limit, got, waiting)
		}
	}
	if n := len(list("", 2)); n != 5 {
		d.Errorf("%d of all agencies, want 5", n)
	}
	_, err := d.Quarantine(d.ctx, "agency-a", "zzz", 5)
	d.wants(err, problem.Invalid, "cursor-invalid")

	gone := ingest.Decision{By: "sup", At: d.tick(), Decision: ingest.Discard, Reason: "test"}
	d.must(d.Discard(d.ctx, waiting[0], gone))
	d.wants(d.Discard(d.ctx, waiting[0], gone), problem.Conflict, "quarantine-decided")
	if got := list("agency-a", 10); !same(got, waiting[1:]) {
		d.Errorf("after a decision: %v", got)
	}
	e, err := d.Held(d.ctx, waiting[0])
	d.must(err)
	if e.Decision == nil || *e.Decision != gone || len(e.Envelope) == 0 || e.Reasons[0].Code != "unreadable" {
		d.Errorf("nothing is deleted by a decision: %+v", e)
	}
	for _, key := range []string{"", ".", waiting[0][1:], waiting[0] + "0", newID() + "." + hashOf(nil)} {
		_, err := d.Held(d.ctx, key)
		d.wants(err, problem.NotFound, "quarantine-unknown")
		d.wants(d.Discard(d.ctx, key, gone), problem.NotFound, "quarantine-unknown")
	}
}

func testRelease(d *desk) {
	k := d.detection(nil)
	bad := quarantined(k, "protocol_unknown")
	d.keep(ingest.Quarantined, bad)
	_, err := d.Case(d.ctx, k.ID)
	d.wants(err, problem.NotFound, "detection-unknown")
	yes := ingest.Decision{By: "sup", At: d.tick(), Decision: ingest.Release, Reason: "known_now"}
	if _, err := d.Release(d.ctx, bad.QuarantineKey(), bad, yes); err == nil {
		d.Error("what still has reasons was released")
	}
	o, err := d.Release(d.ctx, bad.QuarantineKey(), k, yes)
	d.must(err)
	if o.Status != ingest.Accepted {
		d.Errorf("outcome %s", o.Status)
	}
	c, err := d.Case(d.ctx, k.ID)
	d.must(err)
	if !bytes.Equal(c.Record, k.Plain) {
		d.Errorf("record %s", c.Record)
	}
	_, err = d.Release(d.ctx, bad.QuarantineKey(), k, yes)
	d.wants(err, problem.Conflict, "quarantine-decided")
	d.keep(ingest.Duplicate, k)
	d.keep(ingest.Duplicate, bad) // it was released before
}

func testFeed(d *desk) {
	_, phone := d.people("agency-a")
	_, other := d.people("agency-b")
	colleague, err := d.AddDevice(d.ctx, "op", "", d.tick(), auth.Device{ID: newID(), Name: "next desk", Agency: "agency-a"})
	d.must(err)
	mine := d.detection(func(k *ingest.Kept) { k.Device = phone.ID })
	theirs := d.detection(func(k *ingest.Kept) { k.Agency, k.Device = "agency-b", other.ID })
	rescued := d.detection(func(k *ingest.Kept) { // made on one device, brought by another
		k.Device = colleague.ID
		k.Plain = []byte(`{"device":"` + phone.ID + `"}`)
		k.Hash = hashOf(k.Plain)
	})
	d.keep(ingest.Accepted, mine, theirs, rescued)
	d.must(d.AddReview(d.ctx, d.review(mine, "", "confirmed")))
	d.must(d.AddReview(d.ctx, d.review(rescued, "", "confirmed")))
	d.must(d.AddReview(d.ctx, d.review(theirs, "", "dismissed")))
	d.must(d.Announce(d.ctx, "op", d.tick(), "", "keys", "kid-2"))
	d.must(d.AddReferral(d.ctx, referral.Referral{ID: newID(), Detection: mine.ID, Status: "referred", At: d.tick()}))

	read := func(device, cursor string, limit int) (types []string, last string) {
		for {
			events, next, err := d.Since(d.ctx, device, cursor, limit)
			d.must(err)
			if len(events) > limit {
				d.Errorf("%d events, limit %d", len(events), limit)
			}
			for _, raw := range events {
				var e struct{ Type, ID, Status string }
				d.must(json.Unmarshal(raw, &e))
				types = append(types, e.Type+" "+e.Status)
				if e.ID == theirs.ID && device == phone.ID {
					d.Error("an event of another agency")
				}
			}
			if cursor = next; len(events) == 0 {
				return types, cursor
			}
		}
	}
	for _, limit := range []int{1, 2, 200} {
		if got, _ := read(phone.ID, "", limit); !same(got, []string{"review confirmed", "review confirmed", "keys ", "referral referred"}) {
			d.Errorf("limit %d: %v", limit, got)
		}
	}
	_, cursor := read(phone.ID, "", 10)
	if got, _ := read(phone.ID, cursor, 10); got != nil {
		d.Errorf("nothing new, got %v", got)
	}
	if got, _ := read(other.ID, "", 10); !same(got, []string{"review dismissed", "keys "}) {
		d.Errorf("the other agency: %v", got)
	}
	if got, _ := read(colleague.ID, "", 10); !same(got, []string{"review confirmed", "keys "}) {
		d.Errorf("who brought one record hears of that one: %v", got)
	}
	_, newer := d.people("agency-c")
	newer.Agency = "agency-c"
	if got, _ := read(newer.ID, "", 10); got != nil {
		d.Errorf("a new device begins at its enrolment, got %v", got)
	}
	for _, bad := range []string{"x", "////////////", cursor + "AA"} {
		_, _, err := d.Since(d.ctx, phone.ID, bad, 10)
		d.wants(err, problem.Invalid, "cursor-invalid")
	}
	_, _, err = d.Since(d.ctx, newID(), "", 10)
	d.wants(err, problem.NotFound, "device-unknown")
}

func testAudit(d *desk) {
	d.people("agency-a")
	k := d.detection(nil)
	d.keep(ingest.Accepted, k)
	d.must(d.AddReview(d.ctx, d.review(k, "", "confirmed")))
	d.must(d.AddNote(d.ctx, review.Note{ID: newID(), Detection: k.ID, Text: "secret words", By: "sup", At: d.tick()}))
	bad := quarantined(d.kept(record.KindDetection, newID(), ""), "garbage")
	d.keep(ingest.Quarantined, bad)
	d.must(d.Discard(d.ctx, bad.QuarantineKey(), ingest.Decision{By: "sup", At: d.tick(), Decision: ingest.Discard}))
	before, err := d.Audit(d.ctx, 0, 1000)
	d.must(err)
	if err := d.AddReview(d.ctx, d.review(k, "", "dismissed")); err == nil {
		d.Fatal("an outdated review was kept")
	}
	entries, err := d.Audit(d.ctx, 0, 1000)
	d.must(err)
	if len(entries) != len(before) {
		d.Error("what did not happen is in the book")
	}
	var acts []string
	for _, e := range entries {
		acts = append(acts, e.What)
		text, err := json.Marshal(e)
		d.must(err)
		if bytes.Contains(text, []byte("secret words")) {
			d.Errorf("the book holds a text: %s", text)
		}
	}
	for _, want := range []string{"agency_added", "account_added", "device_enrolled", "review_confirm", "note", "quarantine_discarded"} {
		if !slices.Contains(acts, want) {
			d.Errorf("%s is not in the book: %v", want, acts)
		}
	}
	rest, err := d.Audit(d.ctx, 2, 2)
	d.must(err)
	if len(rest) != 2 || rest[0].Seq != 3 || rest[1].Prev != rest[0].Hash {
		d.Errorf("paging: %+v", rest)
	}
}

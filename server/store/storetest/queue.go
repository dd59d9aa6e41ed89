package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/review"
)

var (
	levels   = []string{"presumed_victim", "possible_victim", "inconclusive", "labour_violation", "none_found"}
	settings = []string{"farm", "maquila", "street"}
	states   = []string{"25", "02", "07"}
	offences = []string{"art_12", "art_21", "art_22"}
	dangers  = []string{"dan_captive", "dan_injury_now"}
	statuses = []string{"new", "in_review", "confirmed", "dismissed"}
	agencies = []string{"agency-a", "agency-b"}
)

func pick(r *rand.Rand, of []string) string { return of[r.IntN(len(of))] }

// some returns none, one or more of a list.
func some(r *rand.Rand, of []string) (out []string) {
	for _, v := range of {
		if r.IntN(3) == 0 {
			out = append(out, v)
		}
	}
	return out
}

// fillQueue keeps n detections of all kinds and decides on some.
func (d *desk) fillQueue(r *rand.Rand, n int) {
	d.Helper()
	var batch []ingest.Kept
	for range n {
		batch = append(batch, d.detection(func(k *ingest.Kept) {
			k.Agency, k.Author = pick(r, agencies), fmt.Sprint("agent-", r.IntN(3))
			k.Index.Level, k.Index.Setting, k.Index.State = pick(r, levels), pick(r, settings), pick(r, states)
			k.Index.Danger, k.Index.Offences = some(r, dangers), some(r, offences)
			k.Index.Synthetic = r.IntN(5) == 0
			if r.IntN(5) == 0 {
				k.Index.Mode = "training"
			}
		}))
	}
	d.keep(ingest.Accepted, batch...)
	for _, k := range batch {
		if r.IntN(3) == 0 {
			d.must(d.AddReview(d.ctx, review.Review{ID: newID(), Detection: k.ID, Decision: "confirm",
				Status: pick(r, statuses[1:]), By: "s", At: d.tick()}))
		}
	}
}

// everything returns all rows by the walk that uses no index.
func (d *desk) everything() (rows []review.Row) {
	d.Helper()
	f := review.Filter{Limit: 7}
	for {
		part, next, err := d.Rows(d.ctx, f)
		d.must(err)
		rows = append(rows, part...)
		if f.Cursor = next; next == "" {
			return rows
		}
	}
}

func byQueue(a, b review.Row) int {
	if a.Rank() != b.Rank() {
		return int(a.Rank()) - int(b.Rank())
	}
	return b.ReceivedAt.Compare(a.ReceivedAt)
}

func rowID(r review.Row) string { return r.ID }

func testQueueOrder(d *desk) {
	mk := func(level string, danger ...string) ingest.Kept {
		return d.detection(func(k *ingest.Kept) { k.Index.Level, k.Index.Danger = level, danger })
	}
	old := mk("presumed_victim")
	batch := []ingest.Kept{mk("none_found"), mk("labour_violation"), mk("inconclusive"), mk("possible_victim"), mk("presumed_victim"),
		mk("none_found", "dan_injury_now"), mk("presumed_victim", "dan_captive"), mk("a level of the future")}
	d.keep(ingest.Accepted, append(batch, old)...)
	p, err := d.Detections(d.ctx, review.Filter{Limit: 100})
	d.must(err)
	var got []string
	for _, r := range p.Items {
		got = append(got, fmt.Sprint(r.Level, len(r.Danger)))
	}
	want := []string{"presumed_victim1", "none_found1", "presumed_victim0", "presumed_victim0", "possible_victim0",
		"inconclusive0", "labour_violation0", "none_found0", "a level of the future0"}
	if !same(got, want) {
		d.Errorf("order\n%v, want\n%v", got, want)
	}
	if p.Items[3].ID != old.ID {
		d.Error("within a rank the newest comes first")
	}
}

func testFilters(d *desk) {
	r := rand.New(rand.NewPCG(1, 2))
	d.fillQueue(r, 120)
	rows := d.everything()
	slices.SortStableFunc(rows, byQueue)
	for i := range 300 {
		f := review.Filter{Limit: review.MaxLimit, OnlyLive: r.IntN(3) == 0}
		if r.IntN(2) == 0 {
			f.Agency = pick(r, agencies)
		}
		if r.IntN(4) == 0 {
			f.Author = fmt.Sprint("agent-", r.IntN(3))
		}
		f.Levels, f.Settings, f.States = some(r, levels), some(r, settings), some(r, states)
		f.Statuses = some(r, statuses)
		if r.IntN(2) == 0 {
			f.Offences, f.Danger = some(r, offences), some(r, dangers)
		}
		if r.IntN(3) == 0 {
			f.From = rows[r.IntN(len(rows))].ReceivedAt
			f.To = rows[r.IntN(len(rows))].ReceivedAt
		}
		var want []string
		for _, row := range rows {
			if f.Keeps(row) {
				want = append(want, row.ID)
			}
		}
		got, total := d.walkQueue(f)
		if !same(got, want) || total != len(want) {
			d.Fatalf("filter %d %+v:\ngot  %d %v (total %d)\nwant %d %v", i, f, len(got), got, total, len(want), want)
		}
	}
}

// walkQueue pages through the whole queue.
func (d *desk) walkQueue(f review.Filter) (got []string, total int) {
	d.Helper()
	for i := 0; ; i++ {
		p, err := d.Detections(d.ctx, f)
		d.must(err)
		if i > 0 && p.Total != total {
			d.Errorf("the total changes from %d to %d between pages", total, p.Total)
		}
		total = p.Total
		got = append(got, ids(p.Items, rowID)...)
		if f.Cursor = p.Next; p.Next == "" {
			return got, total
		}
	}
}

func testPaging(d *desk) {
	d.fillQueue(rand.New(rand.NewPCG(3, 4)), 50)
	all, _ := d.walkQueue(review.Filter{Limit: 100})
	for _, limit := range []int{1, 3, 49, 50, 51} {
		got, total := d.walkQueue(review.Filter{Limit: limit})
		if !same(got, all) || total != 50 {
			d.Errorf("limit %d: %d rows, total %d", limit, len(got), total)
		}
	}
	p, err := d.Detections(d.ctx, review.Filter{Limit: 1 << 20})
	d.must(err)
	if len(p.Items) > review.MaxLimit {
		d.Errorf("a page of %d rows", len(p.Items))
	}
}

func testCursor(d *desk) {
	d.fillQueue(rand.New(rand.NewPCG(5, 6)), 20)
	p, err := d.Detections(d.ctx, review.Filter{Limit: 5})
	d.must(err)
	for name, f := range map[string]review.Filter{
		"other filter":  {Cursor: p.Next, Agency: "agency-a", Limit: 5},
		"not base64":    {Cursor: "a b", Limit: 5},
		"too short":     {Cursor: p.Next[:10], Limit: 5},
		"too long":      {Cursor: p.Next + "AAAA", Limit: 5},
		"another form":  {Cursor: "_" + p.Next[1:], Limit: 5},
		"trailing bits": {Cursor: p.Next[:len(p.Next)-1] + "_", Limit: 5},
	} {
		if _, err := d.Detections(d.ctx, f); problem.KindOf(err) != problem.Invalid {
			if name != "trailing bits" || err != nil { // the last character may carry no spare bits
				d.Errorf("%s: %v", name, err)
			}
		}
	}
	_, _, err = d.Rows(d.ctx, review.Filter{Cursor: p.Next, Limit: 5})
	d.wants(err, problem.Invalid, "cursor-invalid")
	if _, err := d.Detections(d.ctx, review.Filter{Cursor: p.Next, Limit: 7}); err != nil {
		d.Errorf("the page size is no part of the filter: %v", err)
	}
}

func testTimeBounds(d *desk) {
	a, b, c := d.detection(nil), d.detection(nil), d.detection(nil)
	d.keep(ingest.Accepted, a, b, c)
	for name, f := range map[string]struct {
		from, to time.Time
		want     []string
	}{
		"from is in":   {b.ReceivedAt, time.Time{}, []string{c.ID, b.ID}},
		"to is out":    {time.Time{}, b.ReceivedAt, []string{a.ID}},
		"one":          {b.ReceivedAt, b.ReceivedAt.Add(1), []string{b.ID}},
		"empty":        {b.ReceivedAt, b.ReceivedAt, nil},
		"turned round": {c.ReceivedAt, a.ReceivedAt, nil},
	} {
		got, total := d.walkQueue(review.Filter{From: f.from, To: f.to, Limit: 10})
		if !same(got, f.want) || total != len(f.want) {
			d.Errorf("%s: %v (%d), want %v", name, got, total, f.want)
		}
	}
}

func testRows(d *desk) {
	d.fillQueue(rand.New(rand.NewPCG(7, 8)), 40)
	rows := d.everything()
	if len(rows) != 40 || !slices.IsSortedFunc(rows, func(a, b review.Row) int { return a.ReceivedAt.Compare(b.ReceivedAt) }) {
		d.Errorf("%d rows, not in the order of arrival", len(rows))
	}
	f := review.Filter{From: rows[10].ReceivedAt, To: rows[20].ReceivedAt, Limit: 3}
	var got []string
	for {
		part, next, err := d.Rows(d.ctx, f)
		d.must(err)
		got = append(got, ids(part, rowID)...)
		if f.Cursor = next; next == "" {
			break
		}
	}
	if !same(got, ids(rows[10:20], rowID)) {
		d.Errorf("bounds: %d rows, want 10", len(got))
	}
}

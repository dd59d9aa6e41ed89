package storetest

import (
	"math/rand/v2"
	"slices"

	"umbral/server/access"
	"umbral/server/audit"
	"umbral/server/ingest"
	"umbral/server/record"
	"umbral/server/review"
)

// views are readers, each narrower than all by one limit.
func views() map[string]access.View {
	anywhere := []string{access.Any}
	all := access.View{ByPost: true, ByRecord: true, Posts: anywhere, Regions: anywhere, Children: true, Sensitive: true}
	list := map[string]access.View{"all": all}
	for name, narrow := range map[string]func(*access.View){
		"no children":    func(v *access.View) { v.Children = false },
		"not sensitive":  func(v *access.View) { v.Sensitive = false },
		"police":         func(v *access.View) { v.Authority = "police" },
		"police, plain":  func(v *access.View) { v.Authority, v.Children, v.Sensitive = "police", false, false },
		"one post":       func(v *access.View) { v.Posts = []string{"police_officer"} },
		"one region":     func(v *access.View) { v.Regions = []string{"02"} },
		"two regions":    func(v *access.View) { v.Regions = []string{"02", "07"}; v.Children = false },
		"no post at all": func(v *access.View) { v.Posts = nil },
	} {
		v := all
		narrow(&v)
		list[name] = v
	}
	return list
}

// Totals and lists leave out exactly what the reader may not see, with every
// other filter on top, and count nothing of it.
func testGuardedTotals(d *desk) {
	r := rand.New(rand.NewPCG(11, 12))
	var batch []ingest.Kept
	for range 120 {
		batch = append(batch, d.detection(func(k *ingest.Kept) {
			k.Agency, k.Role = pick(r, agencies), pick(r, []string{"labour_inspector", "police_officer"})
			k.Index.Level, k.Index.State, k.Index.Danger = pick(r, levels), pick(r, states), some(r, dangers)
			k.Index.Child, k.Index.Sensitive = r.IntN(4) == 0, r.IntN(4) == 0
			k.Index.Concerned = some(r, []string{"police", "migration"})
		}))
	}
	d.keep(ingest.Accepted, batch...)
	rows := d.everything()
	for i := range 10 {
		for name, v := range views() {
			f := review.Filter{Limit: 1 + r.IntN(review.MaxLimit), View: v}
			if i%2 == 0 {
				f.Agency, f.View.Agency = agencies[i/2%2], agencies[i/2%2]
			}
			if i%3 == 0 {
				f.States, f.Levels = some(r, states), some(r, levels)
			}
			want := map[string]bool{}
			for _, row := range rows {
				if f.Keeps(row) {
					want[row.ID] = true
				}
			}
			got, total := d.walkQueue(f)
			if total != len(want) || len(got) != len(want) {
				d.Errorf("%s %+v: %d rows, total %d, want %d", name, f, len(got), total, len(want))
			}
			for _, id := range got {
				if !want[id] {
					d.Errorf("%s: %s is shown", name, id)
				}
			}
		}
	}
}

// seenBy says whether a reader's list and total have the one record.
func (d *desk) seenBy(v access.View) bool {
	d.Helper()
	got, total := d.walkQueue(review.Filter{Limit: 10, Agency: "agency-a", View: v})
	if total != len(got) || total > 1 {
		d.Errorf("%d rows, total %d", len(got), total)
	}
	return total == 1
}

// What an addendum says narrows who reads the record, by its id and by its
// folio, before it and after it; another agency's narrows nothing.
func testGuardedByAddenda(d *desk) {
	police, plain := views()["police"], views()["not sensitive"]
	police.Agency, plain.Agency = "agency-a", "agency-a"
	for name, how := range map[string]struct {
		link    func(*ingest.Kept, string)
		agency  string
		narrows bool
	}{
		"by id":             {func(k *ingest.Kept, id string) { k.Links.About = id }, "agency-a", true},
		"by folio":          {func(k *ingest.Kept, id string) { k.Links.AboutFolio = record.Folio(id) }, "agency-a", true},
		"of another agency": {func(k *ingest.Kept, id string) { k.Links.About = id }, "agency-b", false},
	} {
		for _, addendumFirst := range []bool{false, true} {
			det := d.detection(func(k *ingest.Kept) { k.Agency = "agency-a" })
			add := d.kept(record.KindAddendum, newID(), "who takes part")
			add.Agency, add.Index.Sensitive, add.Index.Concerned = how.agency, true, []string{"police"}
			how.link(&add, det.ID)
			all := views()["all"]
			all.Agency = "agency-a"
			if addendumFirst {
				d.keep(ingest.Accepted, add)
				d.keep(ingest.Accepted, det)
			} else {
				d.keep(ingest.Accepted, det)
				if !d.seenBy(police) || !d.seenBy(plain) {
					d.Errorf("%s: hidden before anybody said anything", name)
				}
				d.keep(ingest.Accepted, add)
			}
			if !d.seenBy(all) || d.seenBy(police) == how.narrows || d.seenBy(plain) == how.narrows {
				d.Errorf("%s, addendum first %v: narrowed is not %v", name, addendumFirst, how.narrows)
			}
			d.mustCheck()
			d.reopenEmpty()
		}
	}
}

// reopenEmpty goes on with a new store.
func (d *desk) reopenEmpty() {
	d.Helper()
	d.must(d.Close())
	d.Store, d.dir = nil, d.TempDir()
	d.reopen()
}

func testAuditBefore(d *desk) {
	for range 7 {
		d.must(d.Enter(d.ctx, audit.Act{At: d.tick(), Who: "u", What: "note", ID: newID(), Detail: "code"}))
	}
	seqs := func(seq uint64, limit int) (got []uint64) {
		list, err := d.AuditBefore(d.ctx, seq, limit)
		d.must(err)
		if list == nil {
			d.Error("nil for none")
		}
		for _, e := range list {
			got = append(got, e.Seq)
		}
		return got
	}
	for _, c := range []struct {
		before uint64
		limit  int
		want   []uint64
	}{
		{0, 3, []uint64{7, 6, 5}}, {5, 2, []uint64{4, 3}}, {2, 9, []uint64{1}}, {1, 9, nil}, {0, 0, nil},
		{8, 2, []uint64{7, 6}}, {1 << 60, 1, []uint64{7}}, {0, 100, []uint64{7, 6, 5, 4, 3, 2, 1}},
	} {
		if got := seqs(c.before, c.limit); !slices.Equal(got, c.want) {
			d.Errorf("before %d, %d: %v, want %v", c.before, c.limit, got, c.want)
		}
	}
}

// A whole book holds against each head that was kept of it, and against none
// that another book gave.
func testVerifyAudit(d *desk) {
	sign := func(string) (string, string) { return "k", "s" }
	verify := func(heads ...audit.Head) (uint64, error) {
		p, err := audit.NewProof(heads, func(_, _, signature string) bool { return signature == "s" })
		d.must(err)
		return d.VerifyAudit(d.ctx, p)
	}
	heads := []audit.Head{audit.Sign(audit.Entry{}, d.clock, sign)}
	for range 5 {
		d.must(d.Enter(d.ctx, audit.Act{At: d.tick(), Who: "u", What: "note", ID: newID()}))
		last, err := d.AuditBefore(d.ctx, 0, 1)
		d.must(err)
		heads = append(heads, audit.Sign(last[0], d.clock, sign))
	}
	if n, err := verify(heads...); n != 5 || err != nil {
		d.Errorf("%d %v", n, err)
	}
	d.reopen()
	if n, err := verify(heads...); n != 5 || err != nil {
		d.Errorf("opened again: %d %v", n, err)
	}
	longer := heads[5]
	longer.Seq = 6
	if _, err := verify(longer); err == nil {
		d.Error("a book that was cut short is whole")
	}
	other := heads[3]
	other.Hash = heads[4].Hash
	if _, err := verify(other); err == nil {
		d.Error("a book that was written anew is whole")
	}
}

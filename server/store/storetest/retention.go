package storetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/record"
	"umbral/server/retention"
	"umbral/server/review"
	"umbral/server/shred"
)

func testTermsAndHolds(d *desk) {
	_, err := d.Terms(d.ctx, "agency-a")
	d.wants(err, problem.NotFound, "terms-unknown")
	want := retention.Terms{Agency: "agency-a", Levels: map[string]int{"none_found": 30}, By: "admin", At: d.tick()}
	d.must(d.SetTerms(d.ctx, want))
	d.reopen()
	if got, err := d.Terms(d.ctx, "agency-a"); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		d.Errorf("%+v %v", got, err)
	}
	det := d.detection(nil)
	d.keep(ingest.Accepted, det)
	d.wants(d.SetHold(d.ctx, retention.Hold{Detection: newID(), On: true, At: d.tick()}), problem.NotFound, "detection-unknown")
	for _, on := range []bool{true, false} {
		d.must(d.SetHold(d.ctx, retention.Hold{Detection: det.ID, On: on, Reason: "court_order", By: "s", At: d.tick()}))
		r, err := d.Row(d.ctx, det.ID)
		d.must(err)
		if has := fmt.Sprint(r.Flags) == "["+retention.FlagHold+"]"; has != on {
			d.Errorf("held %v: flags %v", on, r.Flags)
		}
	}
}

// family is a visit with two persons, an addendum to each, work on the first,
// another content of it, and what waits in quarantine about it.
type family struct {
	visit, one, two, addOne, addTwo, folio, clash, held, heldFolio ingest.Kept
}

// saying is an addendum with this text.
func (d *desk) saying(id string, v map[string]any) ingest.Kept {
	k := d.kept(record.KindAddendum, id, "")
	plain, err := json.Marshal(v)
	d.must(err)
	k.Plain, k.Hash = plain, hashOf(plain)
	return k
}

func (d *desk) family() (f family) {
	f.visit = d.kept(record.KindEncounter, newID(), "the visit")
	f.visit.Links.Encounter = f.visit.ID
	with := func(k *ingest.Kept) { k.Links.Encounter = f.visit.ID }
	f.one, f.two = d.detection(with), d.detection(with)
	f.addOne, f.addTwo = d.kept(record.KindAddendum, newID(), "of one"), d.kept(record.KindAddendum, newID(), "of two")
	f.addOne.Links.About, f.addTwo.Links.About = f.one.ID, f.two.ID
	f.folio = d.kept(record.KindAddendum, newID(), "by folio")
	f.folio.Links.AboutFolio = record.Folio(f.one.ID)
	d.keep(ingest.Accepted, f.visit, f.one, f.two, f.addOne, f.addTwo, f.folio)
	f.clash = d.kept(record.KindDetection, f.one.ID, "another content")
	d.keep(ingest.Conflict, f.clash)
	f.held = quarantined(d.saying(newID(), map[string]any{"about": f.one.ID, "codes": 1, "note": "unreadable"}), "schema")
	f.heldFolio = quarantined(d.saying(newID(), map[string]any{"about_folio": record.Folio(f.one.ID)}), "schema")
	// What names the first person under the id of the second takes nothing of hers along.
	d.keep(ingest.Quarantined, f.held, f.heldFolio, quarantined(d.saying(f.two.ID, map[string]any{"about": f.one.ID}), "schema"))
	at := d.tick()
	d.must(d.AddReview(d.ctx, review.Review{ID: newID(), Detection: f.one.ID, Decision: "confirm", Status: "confirmed", By: "s", At: at}))
	d.must(d.AddNote(d.ctx, review.Note{ID: newID(), Detection: f.one.ID, Text: "a note", By: "s", At: at}))
	return f
}

func (d *desk) ask(ids ...string) retention.Destruction {
	r := retention.Destruction{ID: newID(), Agency: "agency-a", State: retention.Pending, Reason: "term_over", Records: ids, Asked: retention.Mark{By: "one", At: d.tick()}}
	d.must(d.AddDestruction(d.ctx, r))
	return r
}

func testDestruction(d *desk) {
	f := d.family()
	r := d.ask(f.one.ID)
	_, err := d.ApproveDestruction(d.ctx, r.ID, retention.Mark{By: "one", At: d.tick()})
	d.wants(err, problem.Forbidden, "destruction-same-person")
	d.must(d.SetHold(d.ctx, retention.Hold{Detection: f.one.ID, On: true, Reason: "court_order", By: "s", At: d.tick()}))
	_, err = d.ApproveDestruction(d.ctx, r.ID, retention.Mark{By: "two", At: d.tick()})
	d.wants(err, problem.Conflict, "destruction-held")
	if _, err := d.Case(d.ctx, f.one.ID); err != nil {
		d.Errorf("held and destroyed: %v", err)
	}
	d.must(d.SetHold(d.ctx, retention.Hold{Detection: f.one.ID, Reason: "reason_ended", By: "s", At: d.tick()}))
	done, err := d.ApproveDestruction(d.ctx, r.ID, retention.Mark{By: "two", At: d.tick()})
	d.must(err)
	if got := fmt.Sprint(done.Destroyed); got != "map[addendum:2 detection:1 quarantine:2]" || done.State != retention.Done || done.Decided.By != "two" {
		d.Errorf("%+v", done)
	}
	_, err = d.ApproveDestruction(d.ctx, r.ID, retention.Mark{By: "two", At: d.tick()})
	d.wants(err, problem.Conflict, "destruction-decided")
	_, err = d.RefuseDestruction(d.ctx, r.ID, retention.Mark{By: "two", At: d.tick()})
	d.wants(err, problem.Conflict, "destruction-decided")
	for range 2 {
		d.checkDestroyed(f)
		d.must(d.FinishDestructions(d.ctx))
		d.reopen()
	}
	// The last person of the visit takes the visit along.
	r = d.ask(f.two.ID, f.one.ID)
	done, err = d.ApproveDestruction(d.ctx, r.ID, retention.Mark{By: "two", At: d.tick()})
	d.must(err)
	if got := fmt.Sprint(done.Destroyed); got != "map[addendum:1 detection:1 encounter:1]" {
		d.Errorf("the last of the visit: %s", got)
	}
	list, err := d.Destructions(d.ctx, "agency-a")
	d.must(err)
	if len(list) != 2 || list[0].ID != r.ID {
		d.Errorf("%+v", list)
	}
	if list, err = d.Destructions(d.ctx, "agency-b"); err != nil || len(list) != 0 {
		d.Errorf("of another agency: %+v %v", list, err)
	}
}

// checkDestroyed: nothing of the first person is there, all of the second is,
// and what is sent again stays away.
func (d *desk) checkDestroyed(f family) {
	d.Helper()
	_, err := d.Case(d.ctx, f.one.ID)
	d.wants(err, problem.NotFound, "detection-unknown")
	for _, k := range []ingest.Kept{f.held, f.heldFolio} {
		_, err = d.Held(d.ctx, k.QuarantineKey())
		d.wants(err, problem.NotFound, "quarantine-unknown")
	}
	c, err := d.Case(d.ctx, f.two.ID)
	d.must(err)
	if len(c.Addenda) != 1 || string(c.Encounter) != string(f.visit.Plain) {
		d.Errorf("the other person lost something: %d addenda, visit %s", len(c.Addenda), c.Encounter)
	}
	page, err := d.Detections(d.ctx, review.Filter{Limit: 10})
	d.must(err)
	if page.Total != 1 || len(page.Items) != 1 || page.Items[0].ID != f.two.ID {
		d.Errorf("list: %d of %d", len(page.Items), page.Total)
	}
	rows, _, err := d.Rows(d.ctx, review.Filter{Limit: 10})
	d.must(err)
	if len(rows) != 1 {
		d.Errorf("%d rows", len(rows))
	}
	d.keep(ingest.Duplicate, f.one, f.addOne, f.held, f.clash)
	d.mustCheck()
}

func testRefusedDestruction(d *desk) {
	f := d.family()
	r := d.ask(f.one.ID)
	got, err := d.RefuseDestruction(d.ctx, r.ID, retention.Mark{By: "one", At: d.tick()})
	d.must(err)
	if got.State != retention.Refused {
		d.Errorf("%+v", got)
	}
	if _, err := d.Case(d.ctx, f.one.ID); err != nil {
		d.Error(err)
	}
	_, err = d.Destruction(d.ctx, newID())
	d.wants(err, problem.NotFound, "destruction-unknown")
}

// A backup of the store from before a destruction does not bring the record
// back: its key is gone. Nor does an older copy of the keys beside today's store.
func testRestoredBackups(d *desk) {
	f := d.family()
	yesterday, again := d.TempDir(), d.TempDir()
	for _, dir := range []string{yesterday, again} {
		_, err := d.BackupFile(d.ctx, filepath.Join(dir, "umbral.db"))
		d.must(err)
	}
	oldKeys, err := os.ReadFile(filepath.Join(d.dir, shred.Name))
	d.must(err)
	r := d.ask(f.one.ID)
	_, err = d.ApproveDestruction(d.ctx, r.ID, retention.Mark{By: "two", At: d.tick()})
	d.must(err)
	after := d.detection(nil)
	d.keep(ingest.Accepted, after)

	newKeys, err := os.ReadFile(filepath.Join(d.dir, shred.Name))
	d.must(err)
	d.checkRestored(yesterday, newKeys, f)

	// The other way round: the old keys come back, today's store has the tombstone.
	d.must(d.Close())
	d.must(appendKeys(filepath.Join(d.dir, shred.Name), oldKeys, newKeys))
	d.Store = nil
	d.reopen()
	_, err = d.Case(d.ctx, f.one.ID)
	d.wants(err, problem.NotFound, "detection-unknown")
	if _, err := d.Case(d.ctx, after.ID); err != nil {
		d.Error(err)
	}
	settled, err := os.ReadFile(filepath.Join(d.dir, shred.Name))
	d.must(err)
	d.checkRestored(again, settled, f)
}

// checkRestored puts keys beside a backup of the store and opens both.
func (d *desk) checkRestored(dir string, keys []byte, f family) {
	d.Helper()
	d.must(os.WriteFile(filepath.Join(dir, shred.Name), keys, 0o600))
	here, store := d.dir, d.Store
	d.dir, d.Store = dir, nil
	d.reopen()
	d.checkDestroyed(f)
	d.must(d.Close())
	d.dir, d.Store = here, store
}

// appendKeys makes a copy of the keys from before the destruction, with the key
// of the record that came after it: the last entry of the newer file.
func appendKeys(path string, old, newer []byte) error {
	const entry = 77 // bytes; FORMAT.md
	return os.WriteFile(path, append(append([]byte{}, old...), newer[len(newer)-entry:]...), 0o600)
}

// Nothing that a person said or typed lies in any file in clear.
func testNothingInClear(d *desk) {
	const note = "Xochiquetzal espera en la galera"
	a, _ := d.people("agency-a")
	f := d.family()
	d.must(d.AddNote(d.ctx, review.Note{ID: newID(), Detection: f.two.ID, Text: strings.Repeat(note+". ", 60), By: a.ID, At: d.tick()}))
	d.must(d.Close())
	d.Store = nil
	defer d.reopen()
	planted := []string{note, "of two", "another content", "unreadable", "the visit", a.Username, "hash-of-"}
	control := filepath.Join(d.dir, "control")
	d.must(os.WriteFile(control, []byte(fmt.Sprint(planted)), 0o600))
	found := map[string]int{}
	d.must(filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, p := range planted {
			for _, form := range Forms(p) {
				if bytes.Contains(text, form) {
					found[filepath.Base(path)]++
				}
			}
		}
		return err
	}))
	if found["control"] < len(planted) {
		d.Errorf("the control was not found: %v", found)
	}
	delete(found, "control")
	if len(found) != 0 {
		d.Errorf("in clear: %v", found)
	}
	d.must(os.Remove(control))
}

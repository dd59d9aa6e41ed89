package storetest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"

	"umbral/server/interpreters"
	"umbral/server/problem"
	"umbral/server/shred"
)

// Planted where no file may have them in clear.
const (
	interpreterName  = "Citlali Ometeotl"
	interpreterPhone = "9511234567"
)

func (d *desk) interpreter(agency, name string) interpreters.Interpreter {
	at := d.tick()
	return interpreters.Interpreter{ID: newID(), Agency: agency, Name: name, Phone: interpreterPhone, Kind: "phone", Consent: true,
		Languages: []interpreters.Language{{Code: "mxv"}}, States: []string{"20"}, Hours: "de 8 a 20", Note: "habla despacio",
		Revision: 1, AddedBy: "s", AddedAt: at, UpdatedBy: "s", UpdatedAt: at}
}

const mostInterpreters = 2

func (d *desk) list(agency string) []string {
	d.Helper()
	all, err := d.Interpreters(d.ctx, agency)
	d.must(err)
	if all == nil {
		d.Error("a list of none is nil")
	}
	return ids(all, func(i interpreters.Interpreter) string { return i.Name })
}

func testInterpreters(d *desk) {
	put := func(i interpreters.Interpreter) error { return d.PutInterpreter(d.ctx, i, mostInterpreters) }
	d.list("a")
	one, two, foreign := d.interpreter("a", "one"), d.interpreter("a", "two"), d.interpreter("b", "foreign")
	d.must(put(one))
	d.must(put(two))
	d.must(put(foreign))
	d.wants(put(d.interpreter("a", "three")), problem.Conflict, "interpreters-full")
	d.wants(put(one), problem.Conflict, "interpreter-changed")
	next := one
	next.Name, next.Revision, next.UpdatedAt = "first", 2, d.tick()
	d.must(put(next))
	d.wants(put(next), problem.Conflict, "interpreter-changed")
	nobody := d.interpreter("a", "nobody")
	nobody.Revision = 2
	d.wants(put(nobody), problem.NotFound, "interpreter-unknown")
	d.reopen()
	if got := d.list("a"); !same(got, []string{"first", "two"}) {
		d.Errorf("%v", got)
	}
	if got := d.list("b"); !same(got, []string{"foreign"}) {
		d.Errorf("of another agency: %v", got)
	}
	got, err := d.Interpreter(d.ctx, one.ID)
	d.must(err)
	if got.Revision != 2 || got.Phone != interpreterPhone || got.Languages[0].Code != "mxv" || !got.Consent {
		d.Errorf("%+v", got)
	}

	d.must(d.RemoveInterpreter(d.ctx, "s", d.tick(), one.ID))
	d.wants(d.RemoveInterpreter(d.ctx, "s", d.tick(), one.ID), problem.NotFound, "interpreter-unknown")
	_, err = d.Interpreter(d.ctx, one.ID)
	d.wants(err, problem.NotFound, "interpreter-unknown")
	next.Revision = 3
	d.wants(put(next), problem.NotFound, "interpreter-unknown")
	d.must(put(d.interpreter("a", "three")))
	lines, err := d.Audit(d.ctx, 0, 100)
	d.must(err)
	var acts []string
	for _, l := range lines {
		if l.ID == one.ID {
			acts = append(acts, l.What)
		}
	}
	if !same(acts, []string{"interpreter_added", "interpreter_changed", "interpreter_removed"}) {
		d.Errorf("in the book: %v", acts)
	}
}

// Who was taken out stays out: an older copy of the store no longer opens what it
// has of them, and an older copy of the keys does not bring their key back.
func testInterpretersGone(d *desk) {
	gone, stays := d.interpreter("a", "gone"), d.interpreter("a", "stays")
	for _, i := range []interpreters.Interpreter{gone, stays} {
		d.must(d.PutInterpreter(d.ctx, i, mostInterpreters))
	}
	before := d.TempDir()
	_, err := d.BackupFile(d.ctx, filepath.Join(before, "umbral.db"))
	d.must(err)
	keysBefore, err := os.ReadFile(filepath.Join(d.dir, shred.Name))
	d.must(err)
	d.must(d.RemoveInterpreter(d.ctx, "s", d.tick(), gone.ID))
	keysAfter, err := os.ReadFile(filepath.Join(d.dir, shred.Name))
	d.must(err)

	d.must(d.Close())
	d.Store = nil
	d.must(os.WriteFile(filepath.Join(d.dir, shred.Name), keysBefore, 0o600))
	d.reopen() // today's store, the keys of before
	if got := d.list("a"); !same(got, []string{"stays"}) {
		d.Errorf("with older keys: %v", got)
	}
	d.must(os.WriteFile(filepath.Join(before, shred.Name), keysAfter, 0o600))
	here, store := d.dir, d.Store
	d.dir, d.Store = before, nil
	d.reopen() // the store of before, today's keys
	if got := d.list("a"); !same(got, []string{"stays"}) {
		d.Errorf("from an older store: %v", got)
	}
	d.mustCheck()
	d.must(d.Close())
	d.dir, d.Store = here, store
}

// What is kept of an interpreter lies in no file in clear, while the test of the
// search itself finds it.
func testInterpretersSealed(d *desk) {
	d.must(d.PutInterpreter(d.ctx, d.interpreter("a", interpreterName), mostInterpreters))
	d.must(d.Close())
	d.Store = nil
	defer d.reopen()
	planted := []string{interpreterName, interpreterPhone, "habla despacio", "de 8 a 20"}
	holds := func(text []byte) (found []string) {
		for _, p := range planted {
			for _, form := range Forms(p) {
				if bytes.Contains(text, form) {
					found = append(found, p)
					break
				}
			}
		}
		return found
	}
	if got := holds([]byte(interpreterName + interpreterPhone + "habla despacio, de 8 a 20")); !same(got, planted) {
		d.Errorf("the search finds only %v", got)
	}
	files := 0
	d.must(filepath.WalkDir(d.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		if found := holds(text); found != nil {
			d.Errorf("%s has in clear: %v", filepath.Base(path), found)
		}
		return err
	}))
	if files < 2 {
		d.Errorf("only %d files were searched", files)
	}
}

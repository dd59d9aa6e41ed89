package web_test

import (
	"bytes"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/uuid"

	"umbral/server/audit"
	"umbral/server/store/storetest"
)

type interpreterRead struct {
	ID, Agency, Name, Phone, Kind, Hours, Note string
	Languages                                  []struct{ Code, Variant string }
	States                                     []string
	Revision                                   int
}

func anInterpreter(change map[string]any) map[string]any {
	body := map[string]any{"name": "Doña Ofelia", "phone": "951 123 4567", "kind": "phone", "consent": true, "hours": "de 8 a 20 horas",
		"languages": []any{map[string]any{"code": "mxv", "variant": ""}, map[string]any{"code": "", "variant": "tarahumara del sur"}}, "states": []string{"20"}}
	maps.Copy(body, change)
	return body
}

func (w *world) interpreters(user string) (names []string) {
	w.t.Helper()
	got := w.send("GET", "/api/v1/interpreters", user, nil)
	if got.status != http.StatusOK {
		w.t.Fatalf("%s: %d %s", user, got.status, got)
	}
	var list struct{ Items []interpreterRead }
	got.into(w.t, &list)
	names = []string{}
	for _, i := range list.Items {
		names = append(names, i.Name)
	}
	return names
}

func TestInterpreters_AddChangeRemove(t *testing.T) {
	w := newWorld(t, nil)
	const path = "/api/v1/interpreters"
	added := w.send("POST", path, "supervisora", anInterpreter(nil))
	var one, two interpreterRead
	added.into(t, &one)
	if added.status != http.StatusCreated || one.Phone != "9511234567" || one.Agency != "uno" || one.Revision != 1 || len(one.Languages) != 2 {
		t.Fatalf("%d %s", added.status, added)
	}
	for _, user := range []string{"inspectora", "supervisora", "admin"} {
		if got := w.interpreters(user); !slices.Equal(got, []string{"Doña Ofelia"}) {
			t.Errorf("%s sees %v", user, got)
		}
	}
	if got := w.interpreters("ajena"); len(got) != 0 {
		t.Errorf("another agency sees %v", got)
	}

	changed := w.send("POST", path+"/"+one.ID, "admin", anInterpreter(map[string]any{"name": "Ofelia", "revision": 1}))
	changed.into(t, &two)
	if changed.status != http.StatusOK || two.Revision != 2 || two.Name != "Ofelia" || two.ID != one.ID {
		t.Errorf("%d %s", changed.status, changed)
	}
	late := w.send("POST", path+"/"+one.ID, "supervisora", anInterpreter(map[string]any{"name": "Ofe", "revision": 1}))
	if late.status != http.StatusConflict || late.problemType() != "interpreter-changed" {
		t.Errorf("a change of what was changed meanwhile: %d %s", late.status, late)
	}
	// Another agency learns not even that there is such a person.
	for _, end := range []string{"", "/remove"} {
		body := anInterpreter(map[string]any{"revision": 2})
		foreign := w.send("POST", path+"/"+one.ID+end, "ajena-supervisora", body)
		none := w.send("POST", path+"/"+uuid.Must(uuid.NewV7()).String()+end, "ajena-supervisora", body)
		if foreign.status != http.StatusNotFound || blank(foreign) != blank(none) {
			t.Errorf("%q: foreign %s, absent %s", end, foreign, none)
		}
	}
	if got := w.send("POST", path, "ajena-supervisora", anInterpreter(map[string]any{"agency": "uno"})); got.status != http.StatusNotFound {
		t.Errorf("into another agency: %d %s", got.status, got)
	}
	if got := w.send("POST", path, "admin", anInterpreter(map[string]any{"agency": "dos", "name": "Luz"})); got.status != http.StatusCreated {
		t.Errorf("an administrator for another agency: %d %s", got.status, got)
	}
	if got := w.interpreters("ajena"); !slices.Equal(got, []string{"Luz"}) {
		t.Errorf("the other agency sees %v", got)
	}
	if got := w.send("POST", path+"/"+one.ID+"/remove", "supervisora", nil); got.status != http.StatusNoContent {
		t.Errorf("removing: %d %s", got.status, got)
	}
	if got := w.send("POST", path+"/"+one.ID+"/remove", "supervisora", nil); got.status != http.StatusNotFound {
		t.Errorf("removing again: %d %s", got.status, got)
	}
	if got := w.interpreters("inspectora"); len(got) != 0 {
		t.Errorf("after the removal: %v", got)
	}
	w.checkInterpretersBook(one.ID)
}

// checkInterpretersBook: who changed the list and who read it stands in the book,
// and nothing of the person.
func (w *world) checkInterpretersBook(id string) {
	w.t.Helper()
	var acts []string
	reads := 0
	for _, e := range w.book() {
		if e.ID == id {
			acts = append(acts, e.What)
		}
		if e.What == "read_interpreters" {
			reads++
		}
		for _, text := range []string{"Ofelia", "9511234567", "951 123 4567"} {
			if bytes.Contains([]byte(e.ID+e.Detail), []byte(text)) {
				w.t.Errorf("the book says %s", text)
			}
		}
	}
	if !slices.Equal(acts, []string{"interpreter_added", "interpreter_changed", "interpreter_removed"}) || reads != 6 {
		w.t.Errorf("in the book: %v, read %d times", acts, reads)
	}
	if err := audit.Verify(w.book()); err != nil {
		w.t.Error(err)
	}
}

func TestInterpreters_SayWhichFieldIsWrong(t *testing.T) {
	w := newWorld(t, nil)
	for name, c := range map[string]struct {
		change     map[string]any
		typ, field string
	}{
		"consent":   {map[string]any{"consent": false}, "interpreter-consent", "consent"},
		"phone":     {map[string]any{"phone": "tel 12"}, "interpreter-phone", "phone"},
		"name":      {map[string]any{"name": ""}, "interpreter-text", "name"},
		"kind":      {map[string]any{"kind": "refused"}, "interpreter-kind", "kind"},
		"a child":   {map[string]any{"kind": "child"}, "interpreter-kind", "kind"},
		"states":    {map[string]any{"states": []string{"99"}}, "interpreter-states", "states"},
		"languages": {map[string]any{"languages": []any{map[string]any{"code": "xx", "variant": ""}}}, "interpreter-languages", "languages"},
		"variant":   {map[string]any{"languages": []any{map[string]any{"code": "", "variant": "mixteco"}}}, "interpreter-languages", "languages"},
	} {
		got := w.send("POST", "/api/v1/interpreters", "supervisora", anInterpreter(c.change))
		var p struct{ Field string }
		got.into(t, &p)
		if got.status != http.StatusBadRequest || got.problemType() != c.typ || p.Field != c.field {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	if got := w.send("GET", "/api/v1/interpreters?agency=dos", "supervisora", nil); got.status != http.StatusNotFound {
		t.Errorf("the list of another agency: %d %s", got.status, got)
	}
	if got := w.send("GET", "/api/v1/interpreters?agency=dos", "admin", nil); got.status != http.StatusOK {
		t.Errorf("an administrator: %d %s", got.status, got)
	}
	if got := w.send("GET", "/api/v1/interpreters?name=Ofelia", "supervisora", nil); got.status != http.StatusBadRequest {
		t.Errorf("an unknown filter: %d %s", got.status, got)
	}
}

// Whoever copies the server's files finds no name and no number, nor does the log.
func TestInterpreters_AtRest(t *testing.T) {
	w := newWorld(t, nil)
	if got := w.send("POST", "/api/v1/interpreters", "supervisora", anInterpreter(map[string]any{"name": "Citlali Ometeotl"})); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got)
	}
	must(t, filepath.WalkDir(w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, planted := range []string{"Citlali Ometeotl", "9511234567", "tarahumara del sur"} {
			for _, form := range storetest.Forms(planted) {
				if bytes.Contains(text, form) || bytes.Contains([]byte(w.log.String()), form) {
					t.Errorf("%s, or the log, has %s in clear", filepath.Base(path), planted)
				}
			}
		}
		return err
	}))
}

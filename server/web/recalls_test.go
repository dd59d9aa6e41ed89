package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"umbral/locales"
	"umbral/server/audit"
	"umbral/server/record"
)

type recallRead struct {
	ID, Message, Reason string
	Total               int
	Detections          *[]struct {
		Detection struct {
			ID    string
			Flags []string
		}
		Items []string
	}
}

// keepShown keeps a detection whose record says that this text was shown.
func (p *phone) keepShown(item, locale, text string) string {
	p.w.t.Helper()
	d := p.detection("coe_debt_bondage")
	d.PersonLanguage = locale
	d.Shown = []record.ShownText{{Item: item, Locale: locale, Status: "certified", TextHash: locales.TextHash(text)}}
	if got := p.sync(p.seal(d.ID, d)); got.Results[0].Status != "accepted" {
		p.w.t.Fatalf("%+v", got)
	}
	return d.ID
}

const recallPath = "/api/v1/locales/mam/recalls"

func TestRecalls_ListExactlyTheDetections(t *testing.T) {
	w := newWorld(t, nil)
	mine, foreign := w.enrol("inspectora"), w.enrol("ajena")
	touched := mine.keepShown(mamItem, "mam", mamText)
	mine.keepShown(mamItem, "mam", "otra pregunta")
	mine.keepShown(mamItem, "quc", mamText)
	mine.keepShown("obs_weapon", "mam", mamText)
	mine.keep("coe_debt_bondage")
	foreign.keepShown(mamItem, "mam", mamText)

	body := map[string]any{"id": "item." + mamItem, "reason": "inverted"}
	first := w.send("POST", recallPath, "traductora", body)
	if first.status != http.StatusCreated || w.texts.withdrawn != 1 {
		t.Fatalf("%d %s; content made anew %d times", first.status, first, w.texts.withdrawn)
	}
	var one, two recallRead
	first.into(t, &one)
	entered := func() (lines []audit.Entry) {
		return slices.DeleteFunc(w.book(), func(e audit.Entry) bool { return e.What != "text_recalled" })
	}
	second := w.send("POST", recallPath, "admin", body)
	second.into(t, &two)
	if second.status != http.StatusOK || two.ID != one.ID {
		t.Errorf("a second recall: %d %s", second.status, second)
	}
	late := mine.keepShown(mamItem, "mam", mamText)

	read := func(user string) recallRead {
		t.Helper()
		got := w.send("GET", recallPath, user, nil)
		var list struct{ Items []recallRead }
		got.into(t, &list)
		if got.status != http.StatusOK || len(list.Items) != 1 || list.Items[0].ID != one.ID || list.Items[0].Reason != "inverted" {
			t.Fatalf("%s: %d %s", user, got.status, got)
		}
		return list.Items[0]
	}
	own := read("supervisora")
	if own.Detections == nil || own.Total != 2 || len(*own.Detections) != 2 {
		t.Fatalf("%+v", own)
	}
	for _, d := range *own.Detections {
		if d.Detection.ID != touched && d.Detection.ID != late || !slices.Contains(d.Detection.Flags, "text_recalled") || !slices.Equal(d.Items, []string{mamItem}) {
			t.Errorf("%+v", d)
		}
	}
	if theirs := read("ajena-supervisora"); theirs.Total != 1 {
		t.Errorf("of another agency: %+v", theirs)
	}
	for _, user := range []string{"admin", "traductora"} {
		if got := w.send("GET", recallPath, user, nil); strings.Contains(got.String(), touched) || read(user).Total != 3 || read(user).Detections != nil {
			t.Errorf("%s learns more than how many: %s", user, got)
		}
	}
	var page struct {
		Items []struct {
			ID    string
			Flags []string
		}
	}
	w.send("GET", "/api/v1/detections", "supervisora", nil).into(t, &page)
	for _, d := range page.Items {
		if has, want := slices.Contains(d.Flags, "text_recalled"), d.ID == touched || d.ID == late; has != want {
			t.Errorf("%s: flags %v", d.ID, d.Flags)
		}
	}
	if lines := entered(); len(lines) != 1 || lines[0].ID != one.ID || lines[0].Detail != "mam" {
		t.Errorf("the book says %+v", lines)
	}
}

func TestRecalls_RefuseWhatIsNone(t *testing.T) {
	w := newWorld(t, nil)
	hash := strings.Repeat("ab", 32)
	for name, tc := range map[string]struct {
		user, tag string
		body      any
		status    int
		problem   string
	}{
		"nobody":           {"", "mam", map[string]any{"text_hash": hash, "reason": "inverted"}, http.StatusUnauthorized, "token-missing"},
		"an agent":         {"inspectora", "mam", map[string]any{"text_hash": hash, "reason": "inverted"}, http.StatusForbidden, "forbidden"},
		"a supervisor":     {"supervisora", "mam", map[string]any{"text_hash": hash, "reason": "inverted"}, http.StatusForbidden, "forbidden"},
		"an analyst":       {"analista", "mam", map[string]any{"text_hash": hash, "reason": "inverted"}, http.StatusForbidden, "forbidden"},
		"no such language": {"admin", "tzc", map[string]any{"text_hash": hash, "reason": "inverted"}, http.StatusNotFound, "locale-unknown"},
		"Spanish":          {"admin", "es-MX", map[string]any{"text_hash": hash, "reason": "inverted"}, http.StatusBadRequest, "recall-source"},
		"no such text":     {"admin", "mam", map[string]any{"id": "item.none", "reason": "inverted"}, http.StatusNotFound, "text-unknown"},
		"nothing named":    {"admin", "mam", map[string]any{"reason": "inverted"}, http.StatusBadRequest, "recall-what"},
		"both named":       {"admin", "mam", map[string]any{"id": "item." + mamItem, "text_hash": hash, "reason": "inverted"}, http.StatusBadRequest, "recall-what"},
		"half a hash":      {"admin", "mam", map[string]any{"text_hash": hash[:16], "reason": "inverted"}, http.StatusBadRequest, "recall-what"},
		"no id":            {"admin", "mam", map[string]any{"id": "<b>", "reason": "inverted"}, http.StatusBadRequest, "recall-what"},
		"no reason":        {"admin", "mam", map[string]any{"text_hash": hash}, http.StatusBadRequest, "recall-reason"},
		"another reason":   {"admin", "mam", map[string]any{"text_hash": hash, "reason": "because"}, http.StatusBadRequest, "recall-reason"},
		"another field":    {"admin", "mam", map[string]any{"text_hash": hash, "reason": "inverted", "why": "x"}, http.StatusBadRequest, ""},
	} {
		got := w.send("POST", "/api/v1/locales/"+tc.tag+"/recalls", tc.user, tc.body)
		if got.status != tc.status || tc.problem != "" && got.problemType() != tc.problem {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	if got := w.send("GET", "/api/v1/locales/tzc/recalls", "supervisora", nil); got.status != http.StatusNotFound {
		t.Errorf("recalls of no language: %d", got.status)
	}
	if w.texts.withdrawn != 0 {
		t.Errorf("content was made anew %d times", w.texts.withdrawn)
	}
}

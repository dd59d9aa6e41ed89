package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

type destruction struct {
	ID, State string
	Mine      bool
	Records   []struct{ ID, Folio string }
	Destroyed map[string]int
}

func TestDestruction_TakesTwoPersons(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	id := p.keep("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	other := p.keep("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	var d destruction
	ask := map[string]any{"ids": []string{id}, "reason": "person_asked"}
	got := w.send("POST", "/api/v1/destructions", "supervisora", ask)
	got.into(t, &d)
	if got.status != http.StatusCreated || d.State != "pending" || !d.Mine || len(d.Records) != 1 {
		t.Fatalf("%d %s", got.status, got)
	}
	path := "/api/v1/destructions/" + d.ID
	for _, tt := range []struct {
		user, do string
		status   int
		problem  string
	}{
		{"supervisora", "approve", http.StatusForbidden, "destruction-same-person"},
		{"inspectora", "approve", http.StatusForbidden, "forbidden"},
		{"ajena-supervisora", "approve", http.StatusNotFound, "destruction-unknown"},
		{"ajena-supervisora", "refuse", http.StatusNotFound, "destruction-unknown"},
	} {
		if got := w.send("POST", path+"/"+tt.do, tt.user, nil); got.status != tt.status || got.problemType() != tt.problem {
			t.Errorf("%s by %s: %d %s", tt.do, tt.user, got.status, got)
		}
	}
	if got := w.send("GET", "/api/v1/detections/"+id, "supervisora", nil); got.status != http.StatusOK {
		t.Fatalf("it is gone before anybody approved: %d", got.status)
	}
	got = w.send("POST", path+"/approve", "segunda", nil)
	got.into(t, &d)
	if got.status != http.StatusOK || d.State != "done" || d.Destroyed["detection"] != 1 {
		t.Fatalf("%d %s", got.status, got)
	}
	for _, tt := range []struct {
		path   string
		status int
	}{{id, http.StatusNotFound}, {other, http.StatusOK}} {
		if got := w.send("GET", "/api/v1/detections/"+tt.path, "supervisora", nil); got.status != tt.status {
			t.Errorf("%s: %d, want %d", tt.path, got.status, tt.status)
		}
	}
	report := w.send("GET", "/api/v1/destructions", "supervisora", nil)
	if !strings.Contains(report.String(), d.ID) || strings.Contains(report.String(), "coe_") {
		t.Errorf("the report: %s", report)
	}
}

func TestDestruction_Refuses(t *testing.T) {
	w := newWorld(t, nil)
	id := w.enrol("inspectora").keep("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	foreign := w.enrol("ajena").keep("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	for name, tt := range map[string]struct {
		body    map[string]any
		problem string
	}{
		"no reason":         {map[string]any{"ids": []string{id}}, "destruction-reason"},
		"nothing":           {map[string]any{"reason": "term_over"}, "destruction-which"},
		"both":              {map[string]any{"ids": []string{id}, "due": true, "reason": "term_over"}, "destruction-which"},
		"nothing is due":    {map[string]any{"due": true, "reason": "term_over"}, "destruction-count"},
		"another's":         {map[string]any{"ids": []string{foreign}, "reason": "term_over"}, "detection-unknown"},
		"another's beside":  {map[string]any{"ids": []string{id, foreign}, "reason": "term_over"}, "detection-unknown"},
		"too many":          {map[string]any{"ids": make([]string, 501), "reason": "term_over"}, "destruction-count"},
		"of another agency": {map[string]any{"agency": "dos", "ids": []string{foreign}, "reason": "term_over"}, "agency-unknown"},
	} {
		if got := w.send("POST", "/api/v1/destructions", "supervisora", tt.body); got.problemType() != tt.problem {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	// A hold that is set between asking and approving holds.
	var d destruction
	w.send("POST", "/api/v1/destructions", "supervisora", map[string]any{"ids": []string{id}, "reason": "term_over"}).into(t, &d)
	hold := map[string]any{"on": true, "reason": "court_order"}
	if got := w.send("POST", "/api/v1/detections/"+id+"/hold", "supervisora", hold); got.status != http.StatusOK {
		t.Fatalf("hold: %d %s", got.status, got)
	}
	if got := w.send("POST", "/api/v1/destructions/"+d.ID+"/approve", "segunda", nil); got.problemType() != "destruction-held" {
		t.Errorf("approved what is held: %d %s", got.status, got)
	}
	if got := w.send("GET", "/api/v1/detections/"+id, "supervisora", nil); !strings.Contains(got.String(), `"legal_hold"`) {
		t.Errorf("the hold is not shown: %s", got)
	}
	if got := w.send("POST", "/api/v1/detections/"+id+"/hold", "supervisora", map[string]any{"on": false, "reason": "because"}); got.problemType() != "hold-reason" {
		t.Errorf("a reason of no list: %d %s", got.status, got)
	}
}

// Time alone destroys nothing: what is due is listed, by terms that an
// administrator sets.
func TestRetention_DueIsOnlyListed(t *testing.T) {
	w := newWorld(t, nil)
	id := w.enrol("inspectora").keep("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	var row struct{ Level string }
	w.send("GET", "/api/v1/detections/"+id, "supervisora", nil).into(t, &row)
	if got := w.send("POST", "/api/v1/retention", "supervisora", map[string]any{"terms": map[string]int{row.Level: 30}}); got.status != http.StatusForbidden {
		t.Errorf("a supervisor set terms: %d", got.status)
	}
	for days, typ := range map[int]string{29: "retention-days", 36501: "retention-days", 30: ""} {
		if got := w.send("POST", "/api/v1/retention", "admin", map[string]any{"terms": map[string]int{row.Level: days}}); got.problemType() != typ {
			t.Errorf("%d days: %d %s", days, got.status, got)
		}
	}
	if got := w.send("POST", "/api/v1/retention", "admin", map[string]any{"agency": "tres", "terms": map[string]int{}}); got.status != http.StatusNotFound {
		t.Errorf("terms of no agency: %d %s", got.status, got)
	}
	due := func() (n int) {
		var list struct {
			Items []struct{ ID string }
			Total int
		}
		w.send("GET", "/api/v1/destructions/due", "supervisora", nil).into(t, &list)
		if len(list.Items) != list.Total {
			t.Errorf("%+v", list)
		}
		return list.Total
	}
	if n := due(); n != 0 {
		t.Errorf("%d due at once", n)
	}
	later := time.Now().AddDate(0, 0, 31)
	w.clock = func() time.Time { return later }
	w.sessions = map[string]session{} // those of a month ago are over
	if n := due(); n != 1 {
		t.Fatalf("%d due after the term", n)
	}
	if got := w.send("GET", "/api/v1/detections/"+id, "supervisora", nil); got.status != http.StatusOK {
		t.Errorf("time destroyed it: %d", got.status)
	}
	var d destruction
	w.send("POST", "/api/v1/destructions", "supervisora", map[string]any{"due": true, "reason": "term_over"}).into(t, &d)
	if len(d.Records) != 1 || d.Records[0].ID != id {
		t.Errorf("%+v", d)
	}
	var terms struct{ Terms map[string]int }
	w.send("GET", "/api/v1/retention", "supervisora", nil).into(t, &terms)
	if fmt.Sprint(terms.Terms) != fmt.Sprint(map[string]int{row.Level: 30}) {
		t.Errorf("%+v", terms)
	}
}

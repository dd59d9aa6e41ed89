package web_test

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"umbral/server/record"
	"umbral/server/web"
)

func TestContent_ManifestAndBlobs(t *testing.T) {
	w := newWorld(t, nil)
	first := w.send("GET", "/api/v1/manifest", "inspectora", nil)
	var manifest []struct {
		Kind, ID, SHA256 string
		Version, Bytes   int
	}
	first.into(t, &manifest)
	for _, e := range manifest {
		got := w.send("GET", "/api/v1/blobs/"+e.SHA256, "inspectora", nil)
		sum := sha256.Sum256(got.body)
		if hex.EncodeToString(sum[:]) != e.SHA256 || len(got.body) != e.Bytes {
			t.Errorf("%s %s: %d bytes that do not have the hash", e.Kind, e.ID, len(got.body))
		}
		if cache := got.header.Get("Cache-Control"); !strings.Contains(cache, "immutable") {
			t.Errorf("%s: Cache-Control %q", e.Kind, cache)
		}
	}
	blob := "/api/v1/blobs/" + manifest[0].SHA256
	for _, path := range []string{"/api/v1/manifest", blob, "/api/v1/protocols/labour-agriculture", "/api/v1/locales/en"} {
		for _, coding := range []string{"identity", "gzip", "br", "gzip, br", "br;q=0, gzip", "*"} {
			got := w.send("GET", path, "inspectora", nil, "Accept-Encoding", coding)
			used := got.header.Get("Content-Encoding")
			if used != "" && !strings.Contains(coding, used) || strings.Contains(coding, "br;q=0") && used == "br" {
				t.Errorf("%s: asked for %q, got %q", path, coding, used)
			}
			if !strings.Contains(got.header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("%s: Vary is %q", path, got.header.Get("Vary"))
			}
			tag := got.header.Get("ETag")
			again := w.send("GET", path, "inspectora", nil, "Accept-Encoding", coding, "If-None-Match", `"other", W/`+tag)
			if again.status != http.StatusNotModified || len(again.body) != 0 || again.header.Get("ETag") != tag {
				t.Errorf("%s %s: %d with %d bytes, want 304 and the tag", path, coding, again.status, len(again.body))
			}
			if other := w.send("GET", path, "inspectora", nil, "Accept-Encoding", coding, "If-None-Match", `"other"`); other.status != http.StatusOK {
				t.Errorf("%s: another tag gives %d", path, other.status)
			}
		}
	}
	if got := w.send("GET", blob, "", nil, "If-None-Match", "*"); got.status != http.StatusUnauthorized {
		t.Errorf("a blob without a token: %d", got.status)
	}
}

// A cursor that says nothing to the store (of another server, or cut) must not
// keep a device from ever hearing again.
func TestSync_CursorOfAnotherServer(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	id := p.keep()
	w.send("POST", "/api/v1/detections/"+id+"/reviews", "supervisora", map[string]any{"decision": "confirm", "follows": nil})
	for _, cursor := range []string{"", "zzz", strings.Repeat("A", 2000)} {
		var got syncReply
		p.send(map[string]any{"device": p.device, "cursor": cursor, "records": []any{}}).into(t, &got)
		if len(got.Events) != 1 || got.Cursor == cursor {
			t.Errorf("cursor %.9q: %d events and the cursor %.9q", cursor, len(got.Events), got.Cursor)
		}
	}
}

// Rotated keys change the manifest, and the old blob can still be fetched.
func TestContent_PutKeepsTheOldHash(t *testing.T) {
	c, err := web.NewContent([]web.Blob{{Kind: web.KindKeys, ID: "keys", Version: 1, Bytes: []byte(`{"keys":["a"]}`)}}, web.Languages{List: json.RawMessage(`{}`)})
	must(t, err)
	w := newWorld(t, func(d *web.Deps) { d.Content = c })
	read := func() (tag, hash string) {
		got := w.send("GET", "/api/v1/manifest", "inspectora", nil)
		var m []struct{ SHA256 string }
		got.into(t, &m)
		if len(m) != 1 {
			t.Fatalf("%d entries", len(m))
		}
		return got.header.Get("ETag"), m[0].SHA256
	}
	tag, old := read()
	must(t, c.Put(web.Blob{Kind: web.KindKeys, ID: "keys", Version: 1, Bytes: []byte(`{"keys":["b"]}`)}))
	newTag, hash := read()
	if tag == newTag || old == hash {
		t.Error("the manifest did not change")
	}
	for _, h := range []string{old, hash} {
		if got := w.send("GET", "/api/v1/blobs/"+h, "inspectora", nil); got.status != http.StatusOK {
			t.Errorf("blob %s: %d", h, got.status)
		}
	}
}

type caseReply struct {
	ID, Folio, Level, Status string
	DeviceLevel              string `json:"device_level"`
	Flags                    []string
	Assessment               struct {
		Level string
		Trace []any
	}
	Detection map[string]any
	Encounter map[string]any
	Addenda   []map[string]any
	Reviews   []struct{ ID, Decision, Status string }
	Notes     []struct{ Text string }
	Referrals []struct{ Service string }
	Conflicts []struct{ SHA256 string }
}

func TestDetections_QueueDetailDecisions(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	nothing := p.keep()
	labour := p.keep("lab_no_contract", "lab_housing")
	captive := p.keep("dan_captive")
	presumed := p.keep("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	var page struct {
		Items []struct{ ID, Level string }
		Next  *string
		Total int
	}
	var ids []string
	cursor := ""
	for {
		w.send("GET", "/api/v1/detections?limit=1"+cursor, "supervisora", nil).into(t, &page)
		for _, r := range page.Items {
			ids = append(ids, r.ID)
		}
		if page.Next == nil {
			break
		}
		cursor = "&cursor=" + *page.Next
	}
	want := []string{captive, presumed, labour, nothing}
	if strings.Join(ids, " ") != strings.Join(want, " ") || page.Total != 4 {
		t.Errorf("the queue is %v (%d), want %v", ids, page.Total, want)
	}
	w.send("GET", "/api/v1/detections?level=presumed_victim,labour_violation&state=25&from=2020-01-01", "supervisora", nil).into(t, &page)
	if page.Total != 2 {
		t.Errorf("the filter keeps %d, want 2", page.Total)
	}

	decide := func(body map[string]any) reply {
		return w.send("POST", "/api/v1/detections/"+presumed+"/reviews", "supervisora", body)
	}
	for problem, body := range map[string]map[string]any{
		"review-decision":        {"decision": "approve"},
		"review-reason-missing":  {"decision": "dismiss"},
		"review-reason-unknown":  {"decision": "dismiss", "reason": "porque si"},
		"review-level-missing":   {"decision": "lower", "reason": "new_information"},
		"review-level-unwanted":  {"decision": "confirm", "level": "none_found"},
		"review-level-unknown":   {"decision": "lower", "reason": "new_information", "level": "x"},
		"review-level-direction": {"decision": "raise", "reason": "new_information", "level": "none_found"},
		"review-not-now":         {"decision": "close"},
		"review-outdated":        {"decision": "confirm", "follows": uuid.NewString()},
		"json-unknown-field":     {"decision": "confirm", "status": "closed"},
	} {
		if got := decide(body); got.problemType() != problem {
			t.Errorf("%v: %d %s, want %s", body, got.status, got, problem)
		}
	}
	var r struct{ ID, Status string }
	decide(map[string]any{"decision": "lower", "reason": "new_information", "level": "possible_victim"}).into(t, &r)
	decide(map[string]any{"decision": "confirm", "follows": r.ID}).into(t, &r)
	if got := decide(map[string]any{"decision": "needs_more"}); got.problemType() != "review-outdated" {
		t.Errorf("a decision on an old view: %d %s", got.status, got)
	}
	w.send("POST", "/api/v1/detections/"+presumed+"/notes", "supervisora", map[string]any{"text": " Se habló con ella. "})
	if got := w.send("POST", "/api/v1/detections/"+presumed+"/notes", "supervisora", map[string]any{"text": " "}); got.problemType() != "note-empty" {
		t.Errorf("an empty note: %s", got)
	}
	referral := func(service, urgency, consent string) reply {
		return w.send("POST", "/api/v1/detections/"+presumed+"/referrals", "supervisora",
			map[string]any{"service": service, "urgency": urgency, "consent": consent})
	}
	for problem, got := range map[string]reply{
		"referral-service": referral("nada", "now", "yes"), "referral-urgency": referral("shelter", "luego", "yes"),
		"referral-consent": referral("shelter", "now", "no"),
	} {
		if got.problemType() != problem {
			t.Errorf("%s, want %s", got, problem)
		}
	}
	if got := referral("shelter", "now", "not_needed"); got.problemType() != "referral-consent" {
		t.Errorf("an adult referred without a yes: %d %s", got.status, got)
	}
	if got := referral("shelter", "now", "yes"); got.status != http.StatusCreated {
		t.Errorf("referral: %d %s", got.status, got)
	}
	var c caseReply
	w.send("GET", "/api/v1/detections/"+presumed, "supervisora", nil).into(t, &c)
	if c.Level != "possible_victim" || c.DeviceLevel != "presumed_victim" || c.Assessment.Level != "presumed_victim" ||
		c.Status != "referred" || len(c.Reviews) != 2 || len(c.Notes) != 1 || c.Notes[0].Text != "Se habló con ella." ||
		len(c.Referrals) != 1 || len(c.Assessment.Trace) == 0 || c.Detection["id"] != presumed || c.Folio != record.Folio(presumed) {
		t.Errorf("%+v", c)
	}
}

// What belongs to a detection may come before or after it, and is shown with it.
func TestDetections_EncounterAddendumConflict(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	d := p.detection()
	meeting := uuid.Must(uuid.NewV7()).String()
	d.Encounter = &meeting
	p.sync(p.seal(d.ID, d))
	var c caseReply
	read := func() {
		c = caseReply{}
		w.send("GET", "/api/v1/detections/"+d.ID, "supervisora", nil).into(t, &c)
	}
	read()
	if c.Encounter != nil || !strings.Contains(strings.Join(c.Flags, " "), "encounter_missing") {
		t.Errorf("before the encounter: %v %v", c.Encounter, c.Flags)
	}
	now := time.Now()
	e := record.Encounter{Kind: record.KindEncounter, Schema: record.Schema, ID: meeting, Encounter: meeting, Author: &p.author,
		Device: &p.device, Mode: "live", Setting: d.Setting, Place: d.Place, StartedAt: now, EndedAt: now, CapturedAt: now,
		Protocol: d.Protocol, Observations: []record.Answer{}, Counts: record.Counts{Seen: 5, Screened: 1, Refused: 1, NotReached: 3}}
	a := record.Addendum{Kind: record.KindAddendum, Schema: record.Schema, ID: uuid.Must(uuid.NewV7()).String(), Author: &p.author,
		Device: &p.device, CapturedAt: now, About: &d.ID, What: "error", Codes: []string{}, Answers: []record.Answer{}}
	other := d
	other.Needs = []string{"medical"}
	got := p.sync(p.seal(meeting, e), p.seal(a.ID, a), p.seal(d.ID, d), p.seal(d.ID, other))
	for i, want := range []string{"accepted", "accepted", "duplicate", "conflict"} {
		if got.Results[i].Status != want {
			t.Errorf("result %d: %+v, want %s", i, got.Results[i], want)
		}
	}
	read()
	if c.Encounter["id"] != meeting || len(c.Addenda) != 1 || len(c.Conflicts) != 1 || !strings.Contains(strings.Join(c.Flags, " "), "conflict") ||
		strings.Contains(strings.Join(c.Flags, " "), "encounter_missing") {
		t.Errorf("after: %+v", c)
	}
}

func TestFigures_StatsAndExports(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	for range 3 {
		p.keep("lab_no_contract")
	}
	training := p.detection("lab_no_contract")
	training.Mode = "training"
	p.sync(p.seal(training.ID, training))
	var table struct {
		Cells []struct {
			Key   []string
			Count *int
		}
		Total    *int
		Withheld bool
	}
	w.send("GET", "/api/v1/stats?by=level,state", "supervisora", nil).into(t, &table)
	if len(table.Cells) != 1 || *table.Cells[0].Count != 3 || *table.Total != 3 || strings.Join(table.Cells[0].Key, " ") != "labour_violation 25" {
		t.Errorf("supervisor: %+v", table)
	}
	w.send("GET", "/api/v1/stats?training=true", "supervisora", nil).into(t, &table)
	if *table.Total != 4 {
		t.Errorf("with training: %d, want 4", *table.Total)
	}
	table.Total = nil
	w.send("GET", "/api/v1/stats?by=level", "analista", nil).into(t, &table)
	if len(table.Cells) != 1 || table.Cells[0].Count != nil || table.Total != nil || !table.Withheld {
		t.Errorf("an analyst is told a count under 11: %+v", table)
	}
	for user, want := range map[string]struct{ rows, ids int }{"supervisora": {3, 1}, "analista": {3, 0}} {
		got := w.send("GET", "/api/v1/exports/detections.csv", user, nil)
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.String(), "\ufeff"))).ReadAll()
		must(t, err)
		if len(rows) != 1+want.rows || !strings.Contains(got.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d rows, %v", user, len(rows), got.header)
		}
		if named := strings.Count(strings.Join(rows[0], " "), "folio"); named != want.ids {
			t.Errorf("%s: the columns are %v", user, rows[0])
		}
	}
}

// What a phone says of its clock comes back in the detail; what cannot be read
// costs nobody a record.
func TestSync_ClockOffset(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	for name, c := range map[string]struct {
		said    any
		low, up int64
		known   bool
	}{
		"three days behind": {time.Now().Add(-72 * time.Hour).Format(time.RFC3339), -259_300, -259_199, true},
		"no time":           {"ayer", 0, 0, false},
		"no text":           {map[string]any{"at": 3}, 0, 0, false},
	} {
		d := p.detection()
		var got syncReply
		p.send(map[string]any{
			"device": p.device, "cursor": "", "sent_at": c.said, "records": []any{p.seal(d.ID, d)},
		}).into(t, &got)
		if len(got.Results) != 1 || got.Results[0].Status != "accepted" {
			t.Fatalf("%s: %+v", name, got)
		}
		var detail struct {
			Offset *int64 `json:"clock_offset_s"`
			Flags  []string
		}
		w.send("GET", "/api/v1/detections/"+d.ID, "supervisora", nil).into(t, &detail)
		if (detail.Offset != nil) != c.known || c.known && (*detail.Offset < c.low || *detail.Offset > c.up) {
			t.Errorf("%s: offset %v", name, detail.Offset)
		}
		if slices.Contains(detail.Flags, "clock_off") != c.known {
			t.Errorf("%s: flags %v", name, detail.Flags)
		}
	}
}

// A stop in the middle of syncs answers all that it took, and keeps it.
func TestShutdown_FinishesCommits(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	const batches, each = 6, 20
	type outcome struct {
		ids []string
		err error
	}
	done := make(chan outcome, batches)
	for range batches {
		var envelopes []record.Envelope
		var ids []string
		for range each {
			d := p.detection()
			ids = append(ids, d.ID)
			envelopes = append(envelopes, p.seal(d.ID, d))
		}
		body := mustJSON(t, record.Batch{Device: p.device, Records: envelopes})
		token := p.deviceToken(body)
		go func() {
			req, err := http.NewRequest("POST", w.url+"/api/v1/sync", strings.NewReader(string(body)))
			if err != nil {
				done <- outcome{err: err}
				return
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Device "+token)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				done <- outcome{err: err} // not taken: the phone keeps them
				return
			}
			defer res.Body.Close()
			var got syncReply
			err = json.NewDecoder(res.Body).Decode(&got)
			for _, r := range got.Results {
				if r.Status != "accepted" {
					ids = nil
				}
			}
			done <- outcome{ids, err}
		}()
	}
	first := <-done // at least one is on its way through
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	must(t, w.api.Shutdown(ctx))
	acknowledged := first.ids
	for range batches - 1 {
		if o := <-done; o.err == nil {
			acknowledged = append(acknowledged, o.ids...)
		}
	}
	if len(acknowledged) == 0 {
		t.Fatal("nothing was acknowledged")
	}
	for _, id := range acknowledged {
		if _, err := w.store.Case(context.Background(), id); err != nil {
			t.Errorf("%s was acknowledged and is lost: %v", id, err)
		}
	}
}

// A device that asks before the start is over gets the same bytes as later, and
// every one that asks at once.
func TestContent_AskedForWhileItIsCompressed(t *testing.T) {
	text := []byte(`{"words":"` + strings.Repeat("una palabra y otra; ", 20_000) + `"}`)
	c, err := web.NewContent([]web.Blob{{Kind: web.KindCodebook, ID: "codebook", Version: 1, Bytes: text}}, web.Languages{List: json.RawMessage(`{}`)})
	must(t, err)
	w := newWorld(t, func(d *web.Deps) { d.Content = c })
	w.account("inspectora")
	sum := sha256.Sum256(text)
	path := "/api/v1/blobs/" + hex.EncodeToString(sum[:])
	var wg sync.WaitGroup
	sizes := make([]int, 8)
	for i := range sizes {
		wg.Go(func() {
			got := w.send("GET", path, "inspectora", nil, "Accept-Encoding", "br")
			if got.status == http.StatusOK && got.header.Get("Content-Encoding") == "br" {
				sizes[i] = len(got.body)
			}
		})
	}
	wg.Wait()
	for _, n := range sizes {
		if n == 0 || n != sizes[0] || n > len(text)/100 {
			t.Errorf("compressed sizes %v of %d bytes", sizes, len(text))
		}
	}
}

package record_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"umbral/screening"
	"umbral/server/record"
)

const (
	anID        = "01936a10-7c2e-7a31-8f00-0123456789ab"
	aSum        = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	encounterID = "01936a10-0000-7000-8000-00000000000e"
)

// codebook is a few codes of each list, enough to tell a known from an unknown.
type codebook map[string]string

func (c codebook) Has(list, code string) bool {
	return code != "" && slices.Contains(strings.Fields(c[list]), code)
}

var codes = codebook{
	"roles": "labour_inspector nurse", "modes": "live training paper", "ended": "completed interrupted",
	"settings": "agriculture", "states": "12 20", "municipalities": "12001 20002", "interpreters": "none_needed",
	"subject_kinds": "direct", "sexes": "female male", "countries": "MEX", "age_groups": "13_17 18_29",
	"groups": "indigenous", "levels": "none_found inconclusive labour_violation possible_victim presumed_victim",
	"indicators": "coe_debt_bondage dan_injury_now", "offences": "art12", "raise_reasons": "seen_signs",
	"needs": "medical", "services": "emergency", "consents": "talk record", "relations": "child_of",
	"addendum_kinds": "new_fact consent_withdrawn", "review_reasons": "new_information",
}

// library has one protocol, farm@1.
type library struct{}

func (library) Published(id string, version int) (*screening.Protocol, string, bool) {
	return &farm, aSum, id == "farm" && version == 1
}

var farm = screening.Protocol{
	ID: "farm", Version: 1,
	Modules: []screening.Module{{ID: "all", Items: []screening.Item{
		{ID: "doors_locked", Kind: screening.Observation, Type: screening.YesNo, Scope: screening.ScopeEncounter},
		{ID: "housing", Kind: screening.Question, Type: screening.YesNo, Group: true},
		{ID: "debt", Kind: screening.Question, Type: screening.YesNo, Meets: map[string]string{"yes": "coe_debt_bondage"}},
		{ID: "needs_now", Kind: screening.Question, Type: screening.Multi, List: "needs"},
		{ID: "sex", Kind: screening.Registration, Type: screening.Choice, List: "sexes", Field: "sex"},
		{ID: "indigenous", Kind: screening.Registration, Type: screening.YesNo, Field: "groups.indigenous"},
	}}},
	Rules: screening.Rules{
		Levels: []screening.LevelRule{{Level: "presumed_victim"}, {Level: "possible_victim"}, {Level: "inconclusive"},
			{Level: "labour_violation"}, {Level: "none_found"}},
		Actions: []screening.ActionRule{{Code: "call_emergency"}},
	},
}

const detectionText = `{
 "kind":"detection","schema":1,"id":"` + anID + `",
 "author":{"user":"u1","role":"labour_inspector","agency":"a1"},"device":"d1",
 "occurred_at":"2026-11-20T09:00:00-06:00","captured_at":"2026-11-20T09:20:00.123-06:00",
 "mode":"live","ended":"completed","encounter":"` + encounterID + `","setting":"agriculture",
 "place":{"state":"12","municipality":"12001"},
 "protocol":{"id":"farm","version":1,"sha256":"` + aSum + `"},
 "person_language":"mxv","agent_language":"es-MX",
 "shown":[{"item":"debt","locale":"es-MX","status":"draft","text_hash":"` + aSum + `","said_back":"yes"}],
 "interpreter":"none_needed",
 "answers":[{"item":"debt","value":"yes","at":"2026-11-20T09:10:00-06:00"},
  {"item":"doors_locked","value":"no","from":"encounter","at":"2026-11-20T09:00:00-06:00"},
  {"item":"needs_now","value":"medical","at":"2026-11-20T09:11:00-06:00"}],
 "subject":{"kind":"direct","age":30,"sex":"female","nationality":"MEX","state_of_origin":"20","groups":{"indigenous":"yes"}},
 "assessment":{"computed":{"level":"possible_victim","danger":[],"indicators":["coe_debt_bondage"],"offences":["art12"],"actions":["call_emergency"]},
  "raised":{"level":"presumed_victim","reason":"seen_signs"}},
 "needs":["medical"],"consent":{"talk":"yes","record":"declined"},"referrals":["emergency"],
 "others":[{"relation":"child_of","age_group":"13_17","sex":"declined","needs":[]}],
 "linked":[],"supersedes":null,"identity":null}`

const encounterText = `{
 "kind":"encounter","schema":1,"id":"` + encounterID + `","encounter":"` + encounterID + `",
 "author":{"user":"u1","role":"labour_inspector","agency":"a1"},"device":"d1","mode":"live","setting":"agriculture",
 "place":{"state":"12"},"started_at":"2026-11-20T08:00:00-06:00","ended_at":"2026-11-20T12:00:00-06:00",
 "captured_at":"2026-11-20T12:00:00-06:00","protocol":{"id":"farm","version":1,"sha256":"` + aSum + `"},
 "observations":[{"item":"doors_locked","value":"no","at":"2026-11-20T09:00:00-06:00"}],
 "counts":{"seen":200,"screened":3,"refused":2,"not_reached":195},"supersedes":null}`

const addendumText = `{
 "kind":"addendum","schema":1,"id":"` + anID + `",
 "author":{"user":"u1","role":"labour_inspector","agency":"a1"},"device":"d1",
 "captured_at":"2026-11-21T12:00:00-06:00","about":"` + encounterID + `","what":"new_fact",
 "codes":["dan_injury_now","new_information"],"answers":[]}`

// aboutFolioText is an addendum by folio: the phone that wrote it no longer has the id.
var aboutFolioText = strings.Replace(addendumText, `"about":"`+encounterID+`"`, `"about":null,"about_folio":"`+record.Folio(encounterID)+`"`, 1)

var goodTexts = map[string]string{"detection": detectionText, "encounter": encounterText, "addendum": addendumText}

// with returns text with the value at path (a.b.0.c) replaced by the JSON
// value, or taken out where value is empty.
func with(t testing.TB, text, path, value string) string {
	t.Helper()
	var root any
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(path, ".")
	at := root
	for _, p := range parts[:len(parts)-1] {
		if list, ok := at.([]any); ok {
			at = list[p[0]-'0']
		} else {
			at = at.(map[string]any)[p]
		}
	}
	last := parts[len(parts)-1]
	switch in := at.(type) {
	case map[string]any:
		if value == "" {
			delete(in, last)
		} else {
			in[last] = json.RawMessage(value)
		}
	case []any:
		in[last[0]-'0'] = json.RawMessage(value)
	}
	out, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// reasonsOf parses and validates text.
func reasonsOf(text string) []record.Reason {
	rec, reasons := record.Parse([]byte(text))
	if len(reasons) > 0 {
		return reasons
	}
	return rec.Validate(library{}, codes)
}

// codesOf joins "code path" of each reason.
func codesOf(reasons []record.Reason) []string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = r.Code + " " + r.Path
	}
	return out
}

package recall

import (
	"context"
	"slices"
	"strings"
	"testing"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/review"
)

func TestRecall_CoversWhatRecordsName(t *testing.T) {
	full, filled := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	for name, tc := range map[string]struct {
		message, item, locale, hash string
		want                        bool
	}{
		"the item's question":         {"item.q1", "q1", "mam", full, true},
		"filled with its figures":     {"item.q1", "q1", "mam", filled, true},
		"the words for a child":       {"item.q1.child", "q1", "mam", full, true},
		"a place's own words":         {"item.q1~house", "q1", "mam", full, true},
		"and those for a child there": {"item.q1~house.child", "q1", "mam", full, true},
		"the start of its hash":       {"item.q1", "q1", "mam", full[:16], true},
		"another item, same text":     {"item.q1", "q2", "mam", full, false},
		"another language":            {"item.q1", "q1", "quc", full, false},
		"another text":                {"item.q1", "q1", "mam", strings.Repeat("0", 64), false},
		"no hash":                     {"item.q1", "q1", "mam", "", false},
		"any message":                 {"", "q2", "mam", full, true},
		"a message that is no item":   {"chrome.next", "q1", "mam", full, false},
	} {
		r := Recall{Locale: "mam", Message: tc.message, TextHash: full, Shown: []string{full, filled}}
		if got := r.Covers(tc.item, tc.locale, tc.hash, full); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRecall_OfARecordingLeavesItsText(t *testing.T) {
	voice := strings.Repeat("ef", 32)
	r := Recall{Locale: "mam", AudioSHA256: voice, Shown: []string{""}}
	text := strings.Repeat("ab", 32)
	for name, tc := range map[string]struct {
		locale, audio string
		want          bool
	}{
		"played":             {"mam", voice, true},
		"read and not heard": {"mam", "", false},
		"another recording":  {"mam", text, false},
		"another language":   {"quc", voice, false},
	} {
		if got := r.Covers("q1", tc.locale, text, tc.audio); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// kept is a store with one recall and what it touches.
type kept []Hit

func (kept) AddRecall(_ context.Context, r Recall) (Recall, bool, error) { return r, true, nil }
func (kept) Recalls(context.Context, string) ([]Recall, error)           { return []Recall{{ID: "r"}}, nil }
func (k kept) Recalled(context.Context, string) ([]Hit, error)           { return k, nil }

type mam struct{}

func (mam) Known(locale string) bool                       { return locale == "mam" }
func (mam) Source(string) bool                             { return false }
func (mam) Hashes(string, string) (string, []string, bool) { return "", nil, false }

// The list shows nobody a detection, or an item, that they may not read elsewhere.
func TestList_IsLimitedAsTheQueueIs(t *testing.T) {
	hit := func(id, agency string, child bool) Hit {
		return Hit{review.Row{ID: id, Agency: agency, Post: "police_officer", State: "25", Child: child}, []string{"nee_injury", "reg_sex"}}
	}
	store := kept{hit("adult", "A", false), hit("child", "A", true), hit("foreign", "B", false)}
	caller := func(account, authority string, tasks ...string) access.Caller {
		return access.Caller{User: "u", Account: account, Agency: "A", Authority: authority, Posts: []string{access.Any}, Regions: []string{access.Any}, Tasks: tasks}
	}
	for name, tc := range map[string]struct {
		who   access.Caller
		total int
		ids   []string // nil: no more than how many
		items []string
	}{
		"a supervisor":                   {caller(access.Supervisor, "labour"), 1, []string{"adult"}, []string{"nee_injury", "reg_sex"}},
		"one who is named for children":  {caller(access.Supervisor, "labour", access.Children), 2, []string{"adult", "child"}, []string{"nee_injury", "reg_sex"}},
		"police learn nothing of health": {caller(access.Supervisor, "police"), 1, []string{"adult"}, []string{"reg_sex"}},
		"a translator":                   {caller(access.Translator, ""), 3, nil, nil},
		"an administrator":               {caller(access.Admin, ""), 3, nil, nil},
	} {
		d := &Desk{Store: store, Texts: mam{}}
		list, err := d.List(t.Context(), tc.who, "mam")
		if err != nil || len(list) != 1 || list[0].Total != tc.total || (list[0].Hits == nil) != (tc.ids == nil) {
			t.Errorf("%s: %+v %v", name, list, err)
			continue
		}
		var ids []string
		for _, h := range list[0].Hits {
			ids = append(ids, h.ID)
			if !slices.Equal(h.Items, tc.items) {
				t.Errorf("%s: items %v", name, h.Items)
			}
		}
		if !slices.Equal(ids, tc.ids) {
			t.Errorf("%s: %v", name, ids)
		}
	}
	for _, account := range []string{access.Agent, access.Analyst} {
		if _, err := (&Desk{Store: store, Texts: mam{}}).List(t.Context(), caller(account, "labour"), "mam"); problem.KindOf(err) != problem.Forbidden {
			t.Errorf("%s: %v", account, err)
		}
	}
}

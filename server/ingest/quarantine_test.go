package ingest_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/record"
)

// wantProblem checks the type of an error that a caller learns.
func wantProblem(t *testing.T, what string, err error, typ string) {
	t.Helper()
	var p *problem.Error
	if !errors.As(err, &p) || p.Type != typ {
		t.Errorf("%s: %v, want %s", what, err, typ)
	}
}

// held sends a record that is quarantined and returns its entry.
func (o *office) held(want string, send func() ingest.Result) ingest.Entry {
	o.t.Helper()
	if r := send(); r.Status != ingest.Quarantined || r.Reason != want {
		o.t.Fatalf("%+v, want quarantined %s", r, want)
	}
	page, err := o.desk.Quarantine(context.Background(), chief, "", 0)
	if err != nil || len(page.Items) == 0 {
		o.t.Fatalf("%v %+v", err, page)
	}
	return page.Items[len(page.Items)-1]
}

func TestDecide_ReleaseWhatWasRepaired(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	newcomer := newID()
	d := o.detection("coe_debt_bondage")
	d.Author.User = newcomer // enrolled on the phone, not yet known here
	e := o.sealed(d)
	behind := today.Add(-72 * time.Hour)
	entry := o.held("author_mismatch", func() ingest.Result {
		results, err := o.desk.Accept(ctx, o.dev(phone), record.Batch{Device: phone, SentAt: &behind, Records: []record.Envelope{e}})
		if err != nil {
			t.Fatal(err)
		}
		return results[0]
	})
	key := entry.QuarantineKey()
	o.now = o.now.Add(48 * time.Hour)

	_, err := o.desk.Decide(ctx, chief, key, ingest.Release, "repaired")
	wantProblem(t, "not repaired yet", err, "quarantine-invalid")
	if err := o.store.AddAccount(ctx, "system", o.now, auth.Account{ID: newcomer, Username: "nueva", Account: access.Agent, Post: "labour_inspector", Agency: ours}, "x"); err != nil {
		t.Fatal(err)
	}
	_, err = o.desk.Decide(ctx, chief, key, ingest.Release, "repaired")
	wantProblem(t, "known, but never signed in on the phone", err, "quarantine-invalid")
	if err := o.store.AddFamily(ctx, auth.Family{ID: newID(), User: newcomer, Agency: ours, Device: phone, Created: o.now, Expires: o.now}, ""); err != nil {
		t.Fatal(err)
	}
	r, err := o.desk.Decide(ctx, chief, key, ingest.Release, "repaired")
	if err != nil || r.Status != ingest.Accepted || r.ID != d.ID {
		t.Fatalf("%+v %v", r, err)
	}
	c := o.kase(d.ID)
	if c.Level == "none_found" || !c.ReceivedAt.Equal(today) || !slices.Equal(c.Flags, []string{ingest.FlagClockOff}) || c.ClockOffsetS == nil || *c.ClockOffsetS != -259_200 {
		t.Errorf("level %s, received %v, flags %v, or the clock: it must be as on the day it came", c.Level, c.ReceivedAt, c.Flags)
	}
	o.want("duplicate", e) // the phone never had its receipt
	_, err = o.desk.Decide(ctx, chief, key, ingest.Discard, "unreadable")
	wantProblem(t, "decided twice", err, "quarantine-decided")
	if page, err := o.desk.Quarantine(ctx, chief, "", 0); err != nil || len(page.Items) != 0 {
		t.Errorf("%v: %d entries still wait", err, len(page.Items))
	}
}

func TestDecide_DiscardDeletesNothing(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	e := o.seal(newID(), []byte("garbage"))
	key := o.held("bad_json", func() ingest.Result { return o.send(e)[0] }).QuarantineKey()
	_, err := o.desk.Decide(ctx, chief, key, ingest.Discard, "")
	wantProblem(t, "without a reason", err, "reason-required")
	_, err = o.desk.Decide(ctx, chief, key, "burn", "unreadable")
	wantProblem(t, "an unknown decision", err, "decision-unknown")
	if _, err := o.desk.Decide(ctx, chief, key, ingest.Discard, "unreadable"); err != nil {
		t.Fatal(err)
	}
	entry, err := o.desk.Held(ctx, chief, key)
	if err != nil || string(entry.Plain) != "garbage" || len(entry.Envelope) == 0 {
		t.Fatalf("%v %+v", err, entry)
	}
	if entry.Decision == nil || entry.Decision.By != boss || entry.Decision.Reason != "unreadable" {
		t.Errorf("%+v", entry.Decision)
	}
	o.want("quarantined bad_json", e)
	if page, err := o.desk.Quarantine(ctx, chief, "", 0); err != nil || len(page.Items) != 0 {
		t.Errorf("%v: sent again it waits again", err)
	}
}

func TestQuarantine_OnlyOnesOwnAgency(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	key := o.held("bad_json", func() ingest.Result { return o.send(o.seal(newID(), nil))[0] }).QuarantineKey()
	stranger := access.Caller{User: other, Account: access.Supervisor, Agency: theirs, Posts: []string{access.Any}}
	if page, err := o.desk.Quarantine(ctx, stranger, "", 0); err != nil || len(page.Items) != 0 {
		t.Errorf("%v: %d entries", err, len(page.Items))
	}
	_, err := o.desk.Held(ctx, stranger, key)
	wantProblem(t, "read", err, "quarantine-unknown")
	_, err = o.desk.Decide(ctx, stranger, key, ingest.Discard, "unreadable")
	wantProblem(t, "decide", err, "quarantine-unknown")
	_, err = o.desk.Held(ctx, caller, key)
	wantProblem(t, "an agent reads", err, "forbidden")
	_, err = o.desk.Quarantine(ctx, caller, "", 0)
	wantProblem(t, "an agent lists", err, "forbidden")
	_, err = o.desk.Held(ctx, chief, strings.Repeat("0", 40))
	wantProblem(t, "no such entry", err, "quarantine-unknown")
}

func TestQuarantine_Pages(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	var sent []string
	for range 5 {
		id := newID()
		o.want("quarantined bad_json", o.seal(id, nil))
		sent = append(sent, id)
		o.now = o.now.Add(time.Minute)
	}
	var got []string
	for cursor, more := "", true; more; {
		page, err := o.desk.Quarantine(ctx, chief, cursor, 2)
		if err != nil || len(page.Items) > 2 {
			t.Fatalf("%v, %d entries", err, len(page.Items))
		}
		for _, e := range page.Items {
			got = append(got, e.ID)
		}
		cursor, more = page.Next, page.Next != ""
	}
	if strings.Join(got, " ") != strings.Join(sent, " ") {
		t.Errorf("got %v, sent %v", got, sent)
	}
	for _, limit := range []int{-1, ingest.MaxLimit + 1} {
		_, err := o.desk.Quarantine(ctx, chief, "", limit)
		wantProblem(t, "limit", err, "query-number")
	}
}

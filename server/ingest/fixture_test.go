package ingest_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"umbral/protocols"
	"umbral/screening"
	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/record"
	"umbral/server/seal"
	"umbral/server/store/bolt"
	"umbral/server/store/storetest"
)

const (
	ours   = "01936a10-0000-7000-8000-00000000a001" // agencies
	theirs = "01936a10-0000-7000-8000-00000000a002"
	agent  = "01936a10-0000-7000-8000-00000000b001" // accounts
	other  = "01936a10-0000-7000-8000-00000000b002" // of theirs
	boss   = "01936a10-0000-7000-8000-00000000b003"
	phone  = "01936a10-0000-7000-8000-00000000c001" // devices
	spare  = "01936a10-0000-7000-8000-00000000c002"
	lost   = "01936a10-0000-7000-8000-00000000c003" // revoked
	alien  = "01936a10-0000-7000-8000-00000000c004" // of theirs
)

var (
	today  = time.Date(2026, 11, 20, 18, 0, 0, 0, time.UTC)
	caller = access.Caller{User: agent, Account: access.Agent, Post: "labour_inspector", Agency: ours}
	chief  = access.Caller{User: boss, Account: access.Supervisor, Agency: ours, Posts: []string{access.Any}, Regions: []string{access.Any}}
)

// office is a desk on a real store with real keys, and a phone that seals.
type office struct {
	t     testing.TB
	store *bolt.Store
	ring  *seal.Keyring
	desk  *ingest.Desk
	now   time.Time
}

func newOffice(t testing.TB) *office {
	t.Helper()
	dir := t.TempDir()
	o := &office{t: t, now: today}
	var err error
	if o.store, err = bolt.Open(filepath.Join(dir, "umbral.db"), storetest.Master()); err != nil {
		t.Fatal(err)
	}
	if o.ring, err = seal.OpenKeyring(filepath.Join(dir, "keys"), func() time.Time { return o.now }); err != nil {
		t.Fatal(err)
	}
	o.people()
	keep := ingest.NewCommitter(o.store)
	o.desk = &ingest.Desk{
		Opener: o.ring, Registry: o.store, Library: ingest.Shelves{}, Codes: protocols.Codebook(),
		Keep: keep, Shelf: o.store, Now: func() time.Time { return o.now },
	}
	t.Cleanup(func() {
		keep.Stop()
		if err := o.store.Check(context.Background()); err != nil {
			t.Errorf("the store after the test: %v", err)
		}
		if err := o.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

func (o *office) people() {
	o.t.Helper()
	ctx, enrolled := context.Background(), today.AddDate(0, -1, 0)
	must := func(err error) {
		o.t.Helper()
		if err != nil {
			o.t.Fatal(err)
		}
	}
	for id, name := range map[string]string{ours: "Inspección", theirs: "Otra"} {
		must(o.store.AddAgency(ctx, "system", enrolled, auth.Agency{ID: id, Name: name}))
	}
	for _, a := range []auth.Account{
		{ID: agent, Username: "inspectora", Account: access.Agent, Post: "labour_inspector", Agency: ours},
		{ID: other, Username: "ajena", Account: access.Agent, Post: "police_officer", Agency: theirs},
		{ID: boss, Username: "supervisora", Account: access.Supervisor, Agency: ours, Posts: []string{access.Any}, Regions: []string{access.Any}},
	} {
		must(o.store.AddAccount(ctx, "system", enrolled, a, "x"))
	}
	for id, agency := range map[string]string{phone: ours, spare: ours, lost: ours, alien: theirs} {
		user := agent
		if agency == theirs {
			user = other
		}
		_, err := o.store.AddDevice(ctx, user, "", enrolled, auth.Device{ID: id, Name: id, User: user, Users: []string{user, boss}, Agency: agency, Enrolled: enrolled})
		must(err)
	}
	must(o.store.RevokeDevice(ctx, boss, today, lost))
}

// detection is what the phone makes of a walk that meets these indicators.
func (o *office) detection(meets ...string) record.Detection {
	o.t.Helper()
	p, err := protocols.Get("labour-agriculture", 0)
	if err != nil {
		o.t.Fatal(err)
	}
	w, err := screening.Walk(&p.Protocol, screening.Want{Meets: meets})
	if err != nil {
		o.t.Fatal(err)
	}
	at := o.now.Add(-time.Hour)
	user, dev := agent, phone
	d := record.Detection{
		Kind: record.KindDetection, Schema: record.Schema, ID: newID(),
		Author: &record.Author{User: user, Role: "labour_inspector", Agency: ours}, Device: &dev,
		OccurredAt: at, CapturedAt: at.Add(20 * time.Minute), Mode: "live", Ended: w.Input.Ended,
		Setting: "agriculture", Place: record.Place{State: "12", Municipality: "12001"},
		Protocol:       record.ProtocolRef{ID: p.Protocol.ID, Version: p.Protocol.Version, SHA256: p.SHA256},
		PersonLanguage: "mxv", AgentLanguage: "es-MX", Shown: []record.ShownText{}, Interpreter: "none_needed",
		Answers: []record.Answer{}, Subject: record.Subject{Kind: "direct", Person: whole(&p.Protocol, w.Input.Person)},
		Needs: []string{}, Consent: map[string]string{"talk": "yes"}, Referrals: []string{}, Others: []record.Other{}, Linked: []string{},
		Identity: json.RawMessage("null"),
	}
	for _, a := range w.Input.Answers {
		d.Answers = append(d.Answers, record.Answer{Answer: a, At: at})
	}
	compute(&p.Protocol, &d)
	return d
}

// compute fills in what the phone's engine says.
func compute(p *screening.Protocol, d *record.Detection) {
	a := screening.Evaluate(p, d.Input())
	d.Assessment.Computed = record.Computed{Level: a.Level, Danger: a.Danger, Indicators: a.Indicators, Offences: []string{}, Actions: a.Actions}
	for _, off := range a.Offences {
		d.Assessment.Computed.Offences = append(d.Assessment.Computed.Offences, off.Code)
	}
}

// whole gives every minimum variable a value.
func whole(p *screening.Protocol, who screening.Person) screening.Person {
	groups := map[string]string{}
	for _, m := range p.Modules {
		for _, it := range m.Items {
			if g, ok := strings.CutPrefix(it.Field, "groups."); ok {
				if groups[g] = who.Groups[g]; groups[g] == "" {
					groups[g] = screening.NotApplicable
				}
			}
		}
	}
	who.Groups = groups
	for _, f := range []*string{&who.Sex, &who.Nationality, &who.StateOfOrigin} {
		if *f == "" {
			*f = screening.NoInformation
		}
	}
	if who.Age == nil && who.AgeGroup == "" {
		who.AgeGroup = screening.NoInformation
	}
	return who
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func text(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// seal seals plain as the phone does.
func (o *office) seal(id string, plain []byte) record.Envelope {
	o.t.Helper()
	kid, public := o.ring.Current()
	e, err := seal.Seal(public, kid, id, plain)
	if err != nil {
		o.t.Fatal(err)
	}
	return e
}

func (o *office) sealed(d record.Detection) record.Envelope { return o.seal(d.ID, text(o.t, d)) }

// dev is a device as it is enrolled.
func (o *office) dev(id string) auth.Device {
	o.t.Helper()
	d, err := o.store.Device(context.Background(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

// send sends a batch from the phone.
func (o *office) send(batch ...record.Envelope) []ingest.Result {
	o.t.Helper()
	results, err := o.desk.Accept(context.Background(), o.dev(phone), record.Batch{Device: phone, Records: batch})
	if err != nil {
		o.t.Fatal(err)
	}
	if len(results) != len(batch) {
		o.t.Fatalf("%d results for %d records", len(results), len(batch))
	}
	return results
}

// want checks the answer to one envelope: "accepted", "quarantined bad_json".
func (o *office) want(want string, e record.Envelope) {
	o.t.Helper()
	r := o.send(e)[0]
	if got := strings.TrimSpace(string(r.Status) + " " + r.Reason); got != want || r.ID != e.ID {
		o.t.Errorf("%+v, want %q for %s", r, want, e.ID)
	}
}

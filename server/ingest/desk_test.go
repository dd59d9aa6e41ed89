package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/binary"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/record"
	"umbral/server/review"
)

func (o *office) kase(id string) review.Case {
	o.t.Helper()
	c, err := o.store.Case(context.Background(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func (o *office) flags(d record.Detection) []string {
	o.t.Helper()
	o.want("accepted", o.sealed(d))
	return slices.DeleteFunc(o.kase(d.ID).Flags, func(f string) bool { return f == ingest.FlagEncounterMissing })
}

func TestAccept_WhatIsReceiptedIsInTheLists(t *testing.T) {
	o := newOffice(t)
	d := o.detection("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	o.want("accepted", o.sealed(d))
	page, err := o.store.Detections(context.Background(), review.Filter{Limit: 10})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%v %+v", err, page)
	}
	r := page.Items[0]
	want := review.Row{ID: d.ID, Folio: record.Folio(d.ID), Level: "presumed_victim", DeviceLevel: "presumed_victim",
		Setting: "agriculture", State: "12", Municipality: "12001", Mode: "live", Agency: ours, Post: "labour_inspector", Author: agent,
		AgeGroup: "18_29"}
	if d.Subject.Age != nil && *d.Subject.Age >= 30 {
		want.AgeGroup = "30_60"
	}
	for name, pair := range map[string][2]any{
		"id": {r.ID, want.ID}, "folio": {r.Folio, want.Folio}, "level": {r.Level, want.Level}, "device level": {r.DeviceLevel, want.DeviceLevel},
		"setting": {r.Setting, want.Setting}, "state": {r.State, want.State}, "municipality": {r.Municipality, want.Municipality},
		"mode": {r.Mode, want.Mode}, "agency": {r.Agency, want.Agency}, "post": {r.Post, want.Post}, "author": {r.Author, want.Author},
		"age group": {r.AgeGroup, want.AgeGroup}, "flags": {len(r.Flags), 0}, "synthetic": {r.Synthetic, false},
		"received": {r.ReceivedAt.Equal(today), true},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	if !slices.Contains(r.Offences, "art12") || !slices.Contains(r.Indicators, "coe_debt_bondage") {
		t.Errorf("offences %v, indicators %v", r.Offences, r.Indicators)
	}
	c := o.kase(d.ID)
	if string(c.Record) != string(text(t, d)) {
		t.Error("the record is not what the device sealed")
	}
	if c.Assessment == nil || len(c.Assessment.Trace) == 0 {
		t.Error("no trace")
	}
}

func TestAccept_LostReceiptGivesTheSameReceipt(t *testing.T) {
	o := newOffice(t)
	d := o.detection()
	e := o.sealed(d)
	o.want("accepted", e)
	o.now = o.now.Add(time.Hour)
	o.want("duplicate", e)
	o.want("duplicate", o.sealed(d)) // sealed again: other bytes, the same record
	spaced := strings.Replace(string(text(t, d)), "{", "{ \n", 1)
	o.want("duplicate", o.seal(d.ID, []byte(spaced)))
	if got := o.kase(d.ID); !got.ReceivedAt.Equal(today) || len(got.Conflicts) != 0 {
		t.Errorf("received %v, %d conflicts", got.ReceivedAt, len(got.Conflicts))
	}
}

func TestAccept_SameIDOtherContentKeepsBoth(t *testing.T) {
	o := newOffice(t)
	d := o.detection("coe_debt_bondage")
	o.want("accepted", o.sealed(d))
	second := o.detection()
	second.ID = d.ID
	for range 2 {
		o.want("conflict", o.sealed(second))
	}
	o.want("duplicate", o.sealed(d))
	c := o.kase(d.ID)
	if len(c.Conflicts) != 1 || string(c.Conflicts[0].Detection) != string(text(t, second)) || string(c.Record) != string(text(t, d)) {
		t.Errorf("%d conflicts", len(c.Conflicts))
	}
	if !slices.Contains(c.Flags, ingest.FlagConflict) {
		t.Errorf("flags %v", c.Flags)
	}
}

func TestAccept_TwiceInOneBatch(t *testing.T) {
	o := newOffice(t)
	d, clash := o.detection(), o.detection("exp_slavery")
	clash.ID = d.ID
	var got []string
	for _, r := range o.send(o.sealed(d), o.sealed(d), o.sealed(clash)) {
		got = append(got, string(r.Status))
	}
	if !slices.Equal(got, []string{"accepted", "duplicate", "conflict"}) {
		t.Errorf("%v", got)
	}
}

// encounterOf is the encounter that d names.
func encounterOf(d record.Detection, id string) record.Encounter {
	return record.Encounter{
		Kind: record.KindEncounter, Schema: record.Schema, ID: id, Encounter: id, Author: d.Author, Device: d.Device,
		Mode: "live", Setting: "agriculture", Place: d.Place, StartedAt: d.OccurredAt, EndedAt: d.CapturedAt, CapturedAt: d.CapturedAt,
		Protocol: d.Protocol, Observations: []record.Answer{}, Counts: record.Counts{Seen: 3, Screened: 1, Refused: 1, NotReached: 1},
	}
}

func TestAccept_OutOfOrder(t *testing.T) {
	o := newOffice(t)
	d, enc := o.detection(), newID()
	d.Encounter = &enc
	a := record.Addendum{Kind: record.KindAddendum, Schema: record.Schema, ID: newID(), Author: d.Author, Device: d.Device,
		CapturedAt: d.CapturedAt, About: &d.ID, What: "consent_withdrawn", Codes: []string{}, Answers: []record.Answer{}}
	o.want("accepted", o.seal(a.ID, text(t, a)))
	o.want("accepted", o.sealed(d))
	if !slices.Contains(o.kase(d.ID).Flags, ingest.FlagEncounterMissing) {
		t.Error("an encounter that did not arrive is not flagged")
	}
	e := encounterOf(d, enc)
	o.want("accepted", o.seal(e.ID, text(t, e)))
	c := o.kase(d.ID)
	if slices.Contains(c.Flags, ingest.FlagEncounterMissing) || len(c.Addenda) != 1 || string(c.Encounter) != string(text(t, e)) {
		t.Errorf("flags %v, %d addenda, encounter %s", c.Flags, len(c.Addenda), c.Encounter)
	}
}

func TestAccept_Clocks(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *record.Detection)
		want   []string
	}{
		"right":             {func(*record.Detection) {}, []string{}},
		"nine minutes":      {func(d *record.Detection) { d.CapturedAt = today.Add(9 * time.Minute) }, []string{}},
		"eleven minutes":    {func(d *record.Detection) { d.CapturedAt = today.Add(11 * time.Minute) }, []string{"clock_ahead"}},
		"three days":        {func(d *record.Detection) { shift(d, 72*time.Hour) }, []string{"clock_ahead"}},
		"one answer ahead":  {func(d *record.Detection) { d.Answers[0].At = today.Add(time.Hour) }, []string{"clock_ahead"}},
		"1970":              {func(d *record.Detection) { shift(d, -56*365*24*time.Hour) }, []string{"clock_off"}},
		"before enrolment":  {func(d *record.Detection) { shift(d, -40*24*time.Hour) }, []string{"clock_off"}},
		"paper, days later": {func(d *record.Detection) { d.Mode = "paper"; d.OccurredAt = today.AddDate(0, -3, 0) }, []string{}},
		"ended before":      {func(d *record.Detection) { d.OccurredAt = d.CapturedAt.Add(11 * time.Minute) }, []string{"clock_off"}},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			d := o.detection()
			c.change(&d)
			if got := o.flags(d); !slices.Equal(got, c.want) {
				t.Errorf("flags %v, want %v", got, c.want)
			}
			if row := o.kase(d.ID).Row; !row.ReceivedAt.Equal(today) || !row.CapturedAt.Equal(d.CapturedAt) {
				t.Errorf("received %v, captured %v", row.ReceivedAt, row.CapturedAt)
			}
		})
	}
}

// A phone that says its time when it sends can be told from one that was
// offline: the offset is kept, and more than MaxAhead either way is flagged.
func TestAccept_ClockOffset(t *testing.T) {
	off := func(by time.Duration) *time.Time { at := today.Add(by); return &at }
	far := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	for name, c := range map[string]struct {
		sent *time.Time
		want int64
		flag bool
	}{
		"does not say":       {nil, 0, false},
		"right":              {off(0), 0, false},
		"ten minutes behind": {off(-10 * time.Minute), -600, false},
		"eleven behind":      {off(-11 * time.Minute), -660, true},
		"eleven ahead":       {off(11 * time.Minute), 660, true},
		"three days behind":  {off(-72 * time.Hour), -259_200, true},
		"the year 9999":      {&far, far.Unix() - today.Unix(), true},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			d := o.detection()
			results, err := o.desk.Accept(context.Background(), o.dev(phone), record.Batch{Device: phone, SentAt: c.sent, Records: []record.Envelope{o.sealed(d)}})
			if err != nil || results[0].Status != ingest.Accepted {
				t.Fatalf("%+v %v", results, err)
			}
			row := o.kase(d.ID).Row
			if (row.ClockOffsetS == nil) != (c.sent == nil) || row.ClockOffsetS != nil && *row.ClockOffsetS != c.want {
				t.Errorf("offset %v, want %d", row.ClockOffsetS, c.want)
			}
			if slices.Contains(row.Flags, ingest.FlagClockOff) != c.flag {
				t.Errorf("flags %v", row.Flags)
			}
		})
	}
}

// The clock of who brings a record says nothing of the clock it was made by.
func TestAccept_ClockOffsetOfAnotherDevice(t *testing.T) {
	o := newOffice(t)
	d, at := o.detection(), today.Add(-72*time.Hour)
	_, err := o.desk.Accept(context.Background(), o.dev(spare), record.Batch{Device: spare, SentAt: &at, Records: []record.Envelope{o.sealed(d)}})
	if err != nil {
		t.Fatal(err)
	}
	if row := o.kase(d.ID).Row; row.ClockOffsetS != nil || !slices.Equal(row.Flags, []string{ingest.FlagOtherDevice}) {
		t.Errorf("offset %v, flags %v", row.ClockOffsetS, row.Flags)
	}
}

func shift(d *record.Detection, by time.Duration) {
	d.OccurredAt, d.CapturedAt = d.OccurredAt.Add(by), d.CapturedAt.Add(by)
	for i := range d.Answers {
		d.Answers[i].At = d.Answers[i].At.Add(by)
	}
}

func TestAccept_TheServersEngineNeverOverwrites(t *testing.T) {
	o := newOffice(t)
	d := o.detection("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	d.Assessment.Computed.Level = "none_found"
	d.Assessment.Computed.Indicators = []string{}
	if got := o.flags(d); !slices.Equal(got, []string{"assessment_differs"}) {
		t.Errorf("flags %v", got)
	}
	c := o.kase(d.ID)
	if c.Level != "presumed_victim" || c.DeviceLevel != "none_found" || string(c.Record) != string(text(t, d)) {
		t.Errorf("level %s, device %s", c.Level, c.DeviceLevel)
	}
}

func TestAccept_RaisedByTheAgent(t *testing.T) {
	o := newOffice(t)
	d := o.detection()
	d.Assessment.Raised = &record.Raised{Level: "possible_victim", Reason: "seen_signs"}
	if got := o.flags(d); len(got) != 0 {
		t.Errorf("flags %v", got)
	}
	if c := o.kase(d.ID); c.Level != "possible_victim" || c.DeviceLevel != "none_found" {
		t.Errorf("level %s, device %s", c.Level, c.DeviceLevel)
	}
}

func TestAccept_Origin(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *record.Detection)
		want   string
		flags  []string
	}{
		"as enrolled":             {func(*record.Detection) {}, "accepted", nil},
		"another of our phones":   {func(d *record.Detection) { *d.Device = spare }, "accepted", []string{"other_device"}},
		"a phone lost since":      {func(d *record.Detection) { *d.Device = lost }, "accepted", []string{"device_revoked", "other_device"}},
		"a phone of others":       {func(d *record.Detection) { *d.Device = alien }, "quarantined device_mismatch", nil},
		"a phone nobody enrolled": {func(d *record.Detection) { *d.Device = newID() }, "quarantined device_mismatch", nil},
		"no device":               {func(d *record.Detection) { d.Device = nil }, "quarantined missing_value", nil},
		"another agency":          {func(d *record.Detection) { d.Author.Agency = theirs }, "quarantined agency_mismatch", nil},
		"an agent of others":      {func(d *record.Detection) { d.Author.User = other }, "quarantined author_mismatch", nil},
		"nobody":                  {func(d *record.Detection) { d.Author.User = newID() }, "quarantined author_mismatch", nil},
		"a post changed since":    {func(d *record.Detection) { d.Author.Role = "health_worker" }, "accepted", []string{"role_differs"}},
		"another id inside":       {func(d *record.Detection) { d.ID = newID() }, "quarantined id_mismatch", nil},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			d := o.detection("coe_debt_bondage")
			id := d.ID
			c.change(&d)
			if d.Author.Role != "labour_inspector" { // the actions follow the post
				p, _, _ := ingest.Shelves{}.Published(d.Protocol.ID, d.Protocol.Version)
				compute(p, &d)
			}
			o.want(c.want, o.seal(id, text(t, d)))
			if c.want == "accepted" {
				if got := slices.Sorted(slices.Values(o.kase(id).Flags)); !slices.Equal(got, c.flags) {
					t.Errorf("flags %v, want %v", got, c.flags)
				}
			}
		})
	}
}

// sealRaw seals bytes as they are, without padding.
func (o *office) sealRaw(id string, padded []byte) record.Envelope {
	o.t.Helper()
	kid, public := o.ring.Current()
	point, err := ecdh.P256().NewPublicKey(public)
	if err != nil {
		o.t.Fatal(err)
	}
	key, err := hpke.NewDHKEMPublicKey(point)
	if err != nil {
		o.t.Fatal(err)
	}
	enc, s, err := hpke.NewSender(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte("umbral/1"))
	if err != nil {
		o.t.Fatal(err)
	}
	ct, err := s.Seal([]byte("umbral/1 record "+id), padded)
	if err != nil {
		o.t.Fatal(err)
	}
	return record.Envelope{ID: id, KID: kid, Enc: enc, CT: ct}
}

// framed is gzip of plain in the padded form, however long plain is.
func framed(t *testing.T, plain []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	b.Write([]byte{0, 0, 0, 0})
	w := gzip.NewWriter(&b)
	_, err := w.Write(plain)
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	out := append(b.Bytes(), make([]byte, 8<<10)...)
	binary.BigEndian.PutUint32(out, uint32(b.Len()-4))
	return out
}

func TestAccept_BadContentIsQuarantinedAndKept(t *testing.T) {
	o := newOffice(t)
	d := o.detection()
	good := text(t, d)
	with := func(old, new string) []byte { return []byte(strings.Replace(string(good), old, new, 1)) }
	cases := map[string]struct {
		e    record.Envelope
		want string
	}{
		"garbage":          {o.seal(newID(), []byte("ola k ase")), "bad_json"},
		"empty":            {o.seal(newID(), nil), "bad_json"},
		"binary":           {o.seal(newID(), []byte{0, 1, 2, 255}), "bad_utf8"},
		"too deep":         {o.seal(newID(), []byte(`{"a":`+strings.Repeat("[", 50)+strings.Repeat("]", 50)+`}`)), "too_deep"},
		"not padded":       {o.sealRaw(newID(), []byte("{}")), "bad_padding"},
		"bomb":             {o.sealRaw(newID(), framed(t, make([]byte, 20<<20))), "too_large"},
		"unknown protocol": {o.seal(d.ID, with(`"labour-agriculture"`, `"labour-moon"`)), "unknown_protocol"},
		"altered protocol": {o.seal(d.ID, with(d.Protocol.SHA256, strings.Repeat("0", 64))), "protocol_altered"},
		"unknown setting":  {o.seal(d.ID, with(`"agriculture"`, `"moon"`)), "unknown_code"},
		"a name added":     {o.seal(d.ID, with(`{`, `{"name":"Juana",`)), "unknown_field"},
	}
	for name, c := range cases {
		r := o.send(c.e)[0]
		if r.Status != ingest.Quarantined || r.Reason != c.want {
			t.Errorf("%s: %+v, want %s", name, r, c.want)
		}
		if again := o.send(c.e)[0]; again != r {
			t.Errorf("%s: sent again it is %+v", name, again)
		}
	}
	page, err := o.desk.Quarantine(context.Background(), chief, "", 0)
	if err != nil || len(page.Items) != len(cases) {
		t.Fatalf("%v, %d entries for %d records", err, len(page.Items), len(cases))
	}
	for _, entry := range page.Items {
		env, err := record.DecodeEnvelope(entry.Envelope)
		if err != nil || env.ID != entry.ID || entry.Device != phone || entry.Agency != ours || len(entry.Reasons) == 0 {
			t.Errorf("%v %+v", err, entry.Reasons)
		}
	}
}

func TestAccept_WhatDoesNotOpenIsQuarantined(t *testing.T) {
	o := newOffice(t)
	cut, unknown, moved := o.sealed(o.detection()), o.sealed(o.detection()), o.sealed(o.detection())
	cut.CT = cut.CT[:len(cut.CT)-100]
	unknown.KID = "0000000000000000"
	moved.ID = newID()
	o.want("quarantined does_not_open", cut)
	o.want("quarantined unknown_key", unknown)
	o.want("quarantined does_not_open", moved)
}

func TestAccept_OldKeysStillOpen(t *testing.T) {
	o := newOffice(t)
	e := o.sealed(o.detection())
	if err := o.ring.Rotate(); err != nil {
		t.Fatal(err)
	}
	o.want("accepted", e)
	o.want("accepted", o.sealed(o.detection()))
}

func TestAccept_OneBadAmongTwentyFive(t *testing.T) {
	for name, spoil := range map[string]func(e *record.Envelope){
		"truncated": func(e *record.Envelope) { e.CT = e.CT[:100] },
		"no form":   func(e *record.Envelope) { e.Enc = nil },
		"too large": func(e *record.Envelope) { e.CT = make([]byte, record.MaxCT+1) },
		"no id":     func(e *record.Envelope) { e.ID = "x" },
	} {
		o := newOffice(t)
		batch := make([]record.Envelope, 25)
		for i := range batch {
			batch[i] = o.sealed(o.detection())
		}
		spoil(&batch[11])
		for i, r := range o.send(batch...) {
			if r.ID != batch[i].ID || (r.Status == ingest.Accepted) == (i == 11) {
				t.Errorf("%s: record %d: %+v", name, i, r)
			}
		}
	}
}

func TestAccept_Refusals(t *testing.T) {
	o := newOffice(t)
	e := o.sealed(o.detection())
	ctx := context.Background()
	_, err := o.desk.Accept(ctx, o.dev(phone), record.Batch{Device: phone, Records: make([]record.Envelope, record.MaxBatch+1)})
	var p *problem.Error
	if !errors.As(err, &p) || p.Kind != problem.TooLarge || p.Type != "batch-too-many" || p.Args["max"] != record.MaxBatch {
		t.Errorf("201 records: %v", err)
	}
	o.want("accepted", e) // none of the refusals kept anything
	if results := o.send(); len(results) != 0 {
		t.Errorf("an empty batch: %v", results)
	}
}

// brokenRegistry cannot read accounts: a disk that fails, say.
type brokenRegistry struct{ ingest.Registry }

var errDisk = errors.New("disk")

func (brokenRegistry) Account(context.Context, string) (auth.Account, error) {
	return auth.Account{}, errDisk
}

func TestAccept_ARegistryThatFailsQuarantinesNobody(t *testing.T) {
	o := newOffice(t)
	e := o.sealed(o.detection())
	whole := o.desk.Registry
	o.desk.Registry = brokenRegistry{whole}
	if _, err := o.desk.Accept(context.Background(), o.dev(phone), record.Batch{Device: phone, Records: []record.Envelope{e}}); !errors.Is(err, errDisk) {
		t.Errorf("%v", err)
	}
	o.desk.Registry = whole
	o.want("accepted", e)
}

// panics stands for a fault of our own on one record.
type panics struct {
	ingest.Opener
	id string
}

func (p panics) Open(e record.Envelope) ([]byte, error) {
	if e.ID == p.id {
		panic("fault")
	}
	return p.Opener.Open(e)
}

func TestAccept_OurOwnFaultOnOneRecord(t *testing.T) {
	o := newOffice(t)
	a, b := o.sealed(o.detection()), o.sealed(o.detection())
	o.desk.Opener = panics{o.ring, b.ID}
	got := o.send(a, b)
	want := []ingest.Result{{ID: a.ID, Status: ingest.Accepted}, {ID: b.ID, Status: ingest.Quarantined, Reason: "server_fault"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestAccept_SyntheticDevices(t *testing.T) {
	o := newOffice(t)
	o.desk.Synthetic = func(device string) bool { return device == phone }
	d := o.detection()
	o.want("accepted", o.sealed(d))
	if !o.kase(d.ID).Synthetic {
		t.Error("a record of the demo's device is not marked")
	}
}

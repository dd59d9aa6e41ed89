// Package storetest is the one suite that every implementation of store.Store
// passes. Each test ends with the store's own Check, so that a lost index entry
// is found where it was lost.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/record"
	"umbral/server/shred"
	"umbral/server/store"
)

// Master is the master key of tests.
func Master() *shred.Master {
	m, err := shred.NewMaster([]byte("a master key of 32 bytes, a test"))
	if err != nil {
		panic(err)
	}
	return m
}

// Opener opens the store that lives in dir; called again it opens the same one.
type Opener func(t *testing.T, dir string) (store.Store, error)

// Run runs the whole suite.
func Run(t *testing.T, open Opener) {
	for _, c := range []struct {
		name string
		test func(*desk)
	}{
		{"Keep_OutcomesByIDAndContent", testOutcomes},
		{"Keep_OneBatchDecidesAmongItself", testSameBatch},
		{"Keep_FormlessIsRefusedAlone", testFormless},
		{"Keep_ManyAtOnceLoseNothing", testConcurrentKeep},
		{"Keep_SurvivesReopen", testReopen},
		{"Keep_DoneContextKeepsNothing", testDoneContext},
		{"Case_AnyOrderOfArrival", testArrival},
		{"Case_ForeignAgencyWritesNothingIn", testForeignRecords},
		{"Case_ReturnsACopy", testCopy},
		{"Queue_Order", testQueueOrder},
		{"Queue_FiltersAgreeWithKeeps", testFilters},
		{"Queue_CursorBelongsToItsFilter", testCursor},
		{"Queue_PagesMeetEveryRowOnce", testPaging},
		{"Queue_TimeBounds", testTimeBounds},
		{"Rows_InOrderOfArrival", testRows},
		{"Review_FollowsTheLast", testReviews},
		{"Review_MovesTheRow", testReviewMoves},
		{"Review_OneOfManyWins", testReviewRace},
		{"Work_ReferralsAndNotes", testWork},
		{"Quarantine_ListHoldDecide", testQuarantine},
		{"Quarantine_ReleasedIsARecord", testRelease},
		{"Reviewers_KeysFollowEachOther", testReviewersKeys},
		{"Reviewers_Shares", testShares},
		{"Accounts", testAccounts},
		{"Accounts_Setup", testSetup},
		{"Accounts_Factors", testFactors},
		{"Accounts_FactorsOneAfterAnother", testFactorsRace},
		{"Devices", testDevices},
		{"Devices_Enrolment", testEnrolment},
		{"Sessions_Tokens", testTokens},
		{"Sessions_EndedWithAccountAndDevice", testSessionsEnd},
		{"Sessions_Sweep", testSweep},
		{"Failures", testFailures},
		{"SigningKeys", testSigningKeys},
		{"Feed_ByDevice", testFeed},
		{"Audit_ChainOfEveryAct", testAudit},
		{"Queue_GuardedTotals", testGuardedTotals},
		{"Queue_GuardedByAddenda", testGuardedByAddenda},
		{"Audit_Before", testAuditBefore},
		{"Audit_VerifyAgainstHeads", testVerifyAudit},
		{"Backup_WhileWriting", testBackup},
		{"Retention_TermsAndHolds", testTermsAndHolds},
		{"Retention_Destruction", testDestruction},
		{"Retention_Refused", testRefusedDestruction},
		{"Retention_RestoredBackups", testRestoredBackups},
		{"Recalls_MarkWhatWasShown", testRecalls},
		{"Interpreters_AddChangeRemove", testInterpreters},
		{"Interpreters_RemovedForGood", testInterpretersGone},
		{"Interpreters_Sealed", testInterpretersSealed},
		{"Translations_StepsInOrder", testTranslationSteps},
		{"Translations_Recordings", testTranslationRecordings},
		{"Translations_AddedLanguages", testAddedLanguages},
		{"AtRest_NothingInClear", testNothingInClear},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := &desk{T: t, open: open, dir: t.TempDir(), ctx: t.Context(), clock: time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)}
			d.reopen()
			c.test(d)
			d.mustCheck()
			if err := d.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
}

// desk is one test with its store.
type desk struct {
	*testing.T
	store.Store
	open  Opener
	dir   string
	ctx   context.Context
	clock time.Time
}

func (d *desk) reopen() {
	d.Helper()
	if d.Store != nil {
		if err := d.Close(); err != nil {
			d.Fatal(err)
		}
	}
	s, err := d.open(d.T, d.dir)
	if err != nil {
		d.Fatal(err)
	}
	d.Store = s
}

func (d *desk) mustCheck() {
	d.Helper()
	if err := d.Check(context.Background()); err != nil {
		d.Errorf("check: %v", err)
	}
}

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// wants fails unless err is a problem of kind and type.
func (d *desk) wants(err error, kind problem.Kind, typ string) {
	d.Helper()
	var p *problem.Error
	if !errors.As(err, &p) || p.Kind != kind || p.Type != typ {
		d.Errorf("error %v, want %s", err, typ)
	}
}

// tick is the next moment of the server's clock.
func (d *desk) tick() time.Time {
	d.clock = d.clock.Add(time.Second)
	return d.clock
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func hashOf(plain []byte) string {
	h := sha256.Sum256(plain)
	return hex.EncodeToString(h[:])
}

// kept makes one record of kind that says note.
func (d *desk) kept(kind, id, note string) ingest.Kept {
	plain, err := json.Marshal(map[string]string{"kind": kind, "id": id, "note": note})
	d.must(err)
	at := d.tick()
	return ingest.Kept{
		ID: id, Kind: kind, Hash: hashOf(plain), Plain: plain, Flags: []string{}, Reasons: []record.Reason{},
		Device: "dev-1", Agency: "agency-a", Author: "agent-1", Role: "labour_inspector",
		ReceivedAt: at, CapturedAt: at.Add(-time.Hour),
	}
}

// detection makes one detection; edit changes what matters to the test.
func (d *desk) detection(edit func(*ingest.Kept)) ingest.Kept {
	k := d.kept(record.KindDetection, newID(), "")
	k.Assessment = []byte(`{"level":"none_found","path":"adult","danger":[],"indicators":[],"offences":[],"actions":[],"trace":[]}`)
	k.Index = ingest.Index{
		Level: "none_found", DeviceLevel: "none_found", Danger: []string{}, Indicators: []string{}, Offences: []string{},
		Setting: "farm", State: "25", Mode: "live", Ended: "completed", Sex: "f", AgeGroup: "18_29",
		Nationality: "MX", StateOfOrigin: "20", Folio: "AAAA-BBBB-C", Protocol: record.ProtocolRef{ID: "labour-agriculture", Version: 1},
	}
	if edit != nil {
		edit(&k)
	}
	return k
}

// keep keeps batch and checks the outcomes.
func (d *desk) keep(want ingest.Status, batch ...ingest.Kept) []ingest.Outcome {
	d.Helper()
	outcomes, err := d.KeepBatch(d.ctx, batch)
	d.must(err)
	if len(outcomes) != len(batch) {
		d.Fatalf("%d outcomes for %d records", len(outcomes), len(batch))
	}
	for i, o := range outcomes {
		if o.Status != want {
			d.Errorf("record %d: %s, want %s", i, o.Status, want)
		}
	}
	return outcomes
}

// people adds an agency, an account in it and a device.
func (d *desk) people(agency string) (auth.Account, auth.Device) {
	d.Helper()
	at := d.tick()
	d.must(d.AddAgency(d.ctx, "op", at, auth.Agency{ID: agency, Name: "Agency " + agency}))
	a := auth.Account{ID: newID(), Username: "user-" + agency, Display: "U", Account: "agent", Post: "labour_inspector", Agency: agency, Created: at}
	d.must(d.AddAccount(d.ctx, "op", at, a, "hash-of-"+a.ID))
	dev, err := d.AddDevice(d.ctx, a.ID, "", at, auth.Device{ID: newID(), Name: "phone", User: a.ID, Agency: agency, Enrolled: at})
	d.must(err)
	return a, dev
}

func quarantined(k ingest.Kept, code string) ingest.Kept {
	k.Reasons = []record.Reason{{Code: code, Path: "/kind"}}
	k.Envelope = []byte("sealed " + k.ID)
	k.Index, k.Links = ingest.Index{}, ingest.Links{} // as the desk does
	return k
}

func ids[T any](list []T, id func(T) string) (out []string) {
	for _, v := range list {
		out = append(out, id(v))
	}
	return out
}

func same(a, b []string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

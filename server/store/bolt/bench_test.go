package bolt

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	bolt "go.etcd.io/bbolt"

	"umbral/server/ingest"
	"umbral/server/record"
	"umbral/server/review"
)

// fieldRecord is as large and as varied as a real one: 50 answers with times.
func fieldRecord(r *rand.Rand, at time.Time) ingest.Kept {
	id := uuid.Must(uuid.NewV7()).String()
	var answers, trace strings.Builder
	for i := range 50 {
		fmt.Fprintf(&answers, `{"item":"item_%d_of_the_protocol","value":%q,"at":%q},`, i, []string{"yes", "no", "declined"}[r.IntN(3)], at.Add(time.Duration(r.IntN(1e9))).Format(time.RFC3339Nano))
		fmt.Fprintf(&trace, `{"kind":"indicator","code":"coe_code_%d","items":["item_%d"]},`, r.IntN(80), i)
	}
	plain := []byte(`{"kind":"detection","id":"` + id + `","answers":[` + strings.TrimSuffix(answers.String(), ",") + `]}`)
	sum := sha256.Sum256(plain)
	return ingest.Kept{
		ID: id, Kind: record.KindDetection, Hash: hex.EncodeToString(sum[:]), Plain: plain,
		Assessment: []byte(`{"trace":[` + strings.TrimSuffix(trace.String(), ",") + `]}`),
		Flags:      []string{}, Device: "d", Agency: fmt.Sprint("agency-", r.IntN(5)), Author: "u", Role: "labour_inspector",
		ReceivedAt: at, CapturedAt: at,
		Index: ingest.Index{
			Level:   []string{"presumed_victim", "possible_victim", "inconclusive", "labour_violation", "none_found"}[r.IntN(5)],
			Setting: fmt.Sprint("setting_", r.IntN(18)), State: fmt.Sprintf("%02d", 1+r.IntN(32)), Mode: "live",
			Danger: []string{"dan_captive"}[:r.IntN(2)], Offences: []string{"art_12", "art_21"}[:r.IntN(3)],
			Indicators: []string{"coe_debt_bondage"}, Folio: "AAAA-BBBB-C",
		},
	}
}

// BenchmarkKeepBatch keeps batches, and in the same run puts the same bytes into
// a bare bbolt file with one index, in transactions of 500. Only the ratio says
// something: the machine's own speed wanders.
func BenchmarkKeepBatch(b *testing.B) {
	for _, size := range []int{1, 25, 100, 500} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s, err := Open(filepath.Join(b.TempDir(), "umbral.db"), master)
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			raw, err := bolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, InitialMmapSize: initialMap})
			if err != nil {
				b.Fatal(err)
			}
			defer raw.Close()
			r := rand.New(rand.NewPCG(1, 1))
			at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			var ours, bare time.Duration
			records, ballast := 0, 0
			for b.Loop() {
				b.StopTimer()
				batch := make([]ingest.Kept, size)
				for i := range batch {
					at = at.Add(time.Millisecond)
					batch[i] = fieldRecord(r, at)
				}
				b.StartTimer()
				start := time.Now()
				if _, err := s.KeepBatch(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
				ours += time.Since(start)
				records += size
				b.StopTimer()
				for ballast+500 <= records {
					bare += putRaw(b, raw, r, at)
					ballast += 500
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(records)/ours.Seconds(), "rec/s")
			if ballast > 0 {
				rawRate := float64(ballast) / bare.Seconds()
				b.ReportMetric(rawRate, "raw500-rec/s")
				b.ReportMetric(float64(records)/ours.Seconds()/rawRate, "ratio")
			}
			if err := s.view(b.Context(), "", func(tx *txn) error {
				b.ReportMetric(float64(tx.Size())/float64(records), "bytes/rec")
				return nil
			}); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// putRaw puts 500 records as plain values with one index entry each.
func putRaw(b *testing.B, db *bolt.DB, r *rand.Rand, at time.Time) time.Duration {
	b.Helper()
	batch := make([]ingest.Kept, 500)
	for i := range batch {
		batch[i] = fieldRecord(r, at)
	}
	start := time.Now()
	err := db.Update(func(tx *bolt.Tx) error {
		values, err1 := tx.CreateBucketIfNotExists([]byte("v"))
		index, err2 := tx.CreateBucketIfNotExists([]byte("i"))
		if err := orElse(err1, err2); err != nil {
			return err
		}
		for _, k := range batch {
			id, _ := parseID(k.ID)
			if err := orElse(values.Put(id[:], k.Plain), index.Put(timeKey(at, id), nil)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// BenchmarkDetections lists a page of 100 from a full store.
func BenchmarkDetections(b *testing.B) {
	const rows = 100_000
	s, err := Open(filepath.Join(b.TempDir(), "umbral.db"), master)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	r := rand.New(rand.NewPCG(1, 1))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for range rows / 1000 {
		batch := make([]ingest.Kept, 1000)
		for i := range batch {
			at = at.Add(time.Millisecond)
			batch[i] = fieldRecord(r, at)
			batch[i].Plain, batch[i].Assessment = []byte("{}"), []byte("{}")
		}
		if _, err := s.KeepBatch(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	for name, f := range map[string]review.Filter{
		"all":             {},
		"agency new":      {Agency: "agency-1", Statuses: []string{"new"}},
		"three facets":    {Agency: "agency-1", Settings: []string{"setting_3"}, States: []string{"07"}},
		"offence counted": {Agency: "agency-1", Offences: []string{"art_21"}},
		"level":           {Levels: []string{"none_found"}, OnlyLive: true},
	} {
		f.Limit = 100
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Detections(b.Context(), f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

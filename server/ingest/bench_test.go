package ingest_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"umbral/server/record"
)

// What raw bbolt is measured with: a transaction near the best of the disk, and
// values as large as a detection.
const (
	rawPerTx  = 500
	rawValue  = 3072 // bytes
	rawTime   = 700 * time.Millisecond
	callers   = 16 // requests at the same time
	poolBatch = 40 // batches sealed before the clock starts, per round
)

// BenchmarkIngest measures Desk.Accept, from sealed batches to durable
// receipts, against raw bbolt in the same run: rec/s, and the ratio of both.
// Sealing is the phone's work and not measured.
func BenchmarkIngest(b *testing.B) {
	for _, size := range []int{1, 25, 100} {
		b.Run(fmt.Sprintf("batch=%d", size), func(b *testing.B) {
			var took time.Duration
			records, raw := 0, 0.0
			for range b.N {
				o := newOffice(b)
				batches := make([][]record.Envelope, poolBatch)
				d := o.detection("coe_debt_bondage", "exp_low_or_no_pay")
				for i := range batches {
					for range size {
						d.ID = newID()
						batches[i] = append(batches[i], o.sealed(d))
					}
				}
				raw += rawRate(b)
				began := time.Now()
				o.acceptAll(batches)
				took += time.Since(began)
				records += poolBatch * size
			}
			rate := float64(records) / took.Seconds()
			b.ReportMetric(rate, "rec/s")
			b.ReportMetric(rate/(raw/float64(b.N)), "of-raw")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func (o *office) acceptAll(batches [][]record.Envelope) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range callers {
		wait.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(batches); i = next.Add(1) - 1 {
				results, err := o.desk.Accept(context.Background(), o.dev(phone), record.Batch{Device: phone, Records: batches[i]})
				if err != nil {
					o.t.Error(err)
					return
				}
				for _, r := range results {
					if r.Status != "accepted" {
						o.t.Errorf("%+v", r)
					}
				}
			}
		})
	}
	wait.Wait()
}

// rawRate is how many records a second bbolt writes alone on this disk.
func rawRate(b *testing.B) float64 {
	b.Helper()
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "raw.db"), 0o600, &bbolt.Options{FreelistType: bbolt.FreelistMapType, InitialMmapSize: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	value := make([]byte, rawValue)
	n := uint64(0)
	began := time.Now()
	for time.Since(began) < rawTime {
		err := db.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("r"))
			for range rawPerTx {
				n++
				if err == nil {
					err = bucket.Put(binary.BigEndian.AppendUint64(nil, n), value)
				}
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return float64(n) / time.Since(began).Seconds()
}

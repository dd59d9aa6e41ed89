package ingest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"umbral/server/auth"
	"umbral/server/problem"
	"umbral/server/record"
)

// Registry knows who and what was enrolled. Both return problem.NotFound for
// what never was.
type Registry interface {
	Device(ctx context.Context, id string) (auth.Device, error)
	Account(ctx context.Context, id string) (auth.Account, error)
}

// Opener opens envelopes: seal.Keyring, with its errors.
type Opener interface {
	Open(e record.Envelope) ([]byte, error)
}

// Desk takes what devices send. Its fields are set once, by main or a test.
type Desk struct {
	Opener   Opener
	Registry Registry
	Library  record.Library
	Codes    record.Codebook
	Keep     *Committer
	Shelf    Shelf
	Now      func() time.Time // server time
	// IdentityKey says whether kid is a reviewers' key of agency; nil: not asked.
	IdentityKey func(ctx context.Context, agency, kid string) (bool, error)
	// Withdrawn says whether the protocol was withdrawn by a time; nil: none ever is.
	Withdrawn func(p record.ProtocolRef, by time.Time) bool
	// Synthetic says whether a device belongs to the demo's invented people;
	// nil: none does.
	Synthetic func(device string) bool

	once    sync.Once
	workers chan struct{} // one token a core: opening is arithmetic, more at once is slower
}

// Accept takes a batch from the device that proved that it sends it, and answers
// each envelope on its own, in order. What is not Refused is durable when Accept
// returns. An error means that nothing of the batch has a receipt: it may be
// sent again, whole. A device that was given up is heard to the end: what it
// holds may be all there is of somebody.
//
// TooLarge "batch-too-many" is returned for more than record.MaxBatch records,
// Unavailable "stopping" while the server stops.
func (d *Desk) Accept(ctx context.Context, dev auth.Device, batch record.Batch) ([]Result, error) {
	if n := len(batch.Records); n > record.MaxBatch {
		return nil, problem.New(problem.TooLarge, "batch-too-many", "count", n, "max", record.MaxBatch)
	}
	results := make([]Result, len(batch.Records))
	kept, places, err := d.assessAll(ctx, dev, batch, results)
	if err != nil {
		return nil, err
	}
	if len(kept) == 0 {
		return results, nil
	}
	outcomes, err := d.Keep.Keep(ctx, kept)
	if err != nil {
		return nil, err
	}
	for i, o := range outcomes {
		results[places[i]] = Result{ID: kept[i].ID, Status: o.Status, Reason: reasonOf(o, kept[i])}
	}
	return results, nil
}

// reasonOf tells the device the first thing that is wrong: a code, no value.
func reasonOf(o Outcome, k Kept) string {
	if o.Status == Quarantined && len(k.Reasons) > 0 {
		return k.Reasons[0].Code
	}
	return ""
}

// assessAll fills in the refusals and returns what must be kept, with the
// place of each in the batch. All cores open envelopes at the same time.
func (d *Desk) assessAll(ctx context.Context, dev auth.Device, batch record.Batch, results []Result) ([]Kept, []int, error) {
	now := d.Now().UTC()
	b := d.newBench(dev, now, offsetOf(batch.SentAt, now))
	slots := make([]*Kept, len(batch.Records))
	errs := make([]error, len(batch.Records))
	var wait sync.WaitGroup
	for i, e := range batch.Records {
		if code := e.Check(); code != "" {
			results[i] = Result{ID: e.ID, Status: Refused, Reason: code}
			continue
		}
		release := d.core()
		wait.Go(func() {
			defer release()
			k, err := b.assess(ctx, e)
			slots[i], errs[i] = &k, err
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, nil, fmt.Errorf("assess batch: %w", err)
	}
	kept := make([]Kept, 0, len(batch.Records))
	places := make([]int, 0, len(batch.Records))
	for i, k := range slots {
		if k != nil {
			kept = append(kept, *k)
			places = append(places, i)
		}
	}
	return kept, places, nil
}

// core waits for a free core and returns how to give it back.
func (d *Desk) core() (release func()) {
	d.once.Do(func() { d.workers = make(chan struct{}, runtime.NumCPU()) })
	d.workers <- struct{}{}
	return func() { <-d.workers }
}

package ingest

import (
	"context"
	"fmt"
	"sync"

	"umbral/server/problem"
)

// Limits of the committer.
const (
	// queueLength is in waiting requests. A full queue makes callers wait, so
	// memory is bounded by it: 64 batches of 200 records of 8 KiB are 100 MiB.
	queueLength = 64
	// maxCommit is in records of one commit: beyond it a commit gains nothing
	// (500 a transaction is near the best of the disk, see the benchmark) and others wait.
	maxCommit = 1000
)

// Committer lets all requests that wait at the same time share one durable
// commit. While one commit runs the next gathers: nobody waits for a timer,
// and one fsync serves everyone.
type Committer struct {
	store Keeper
	queue chan *request
	done  chan struct{} // closed when the loop has ended

	mu       sync.RWMutex
	stopping bool
}

// request is one caller's records and the place for its own answer.
type request struct {
	kept     []Kept
	outcomes []Outcome
	err      error
	ready    chan struct{}
}

// NewCommitter starts the one goroutine that writes records to store. Stop ends it.
func NewCommitter(store Keeper) *Committer {
	c := &Committer{store: store, queue: make(chan *request, queueLength), done: make(chan struct{})}
	go c.run()
	return c
}

// Keep returns when kept is durable, with an outcome for each, in order; an
// error means that none of it has a receipt. When ctx ends first, the error is
// its own and the records may still be kept: sent again they are duplicates.
// Unavailable "stopping" is returned after Stop.
func (c *Committer) Keep(ctx context.Context, kept []Kept) ([]Outcome, error) {
	r := &request{kept: kept, ready: make(chan struct{})}
	if err := c.enqueue(ctx, r); err != nil {
		return nil, err
	}
	select {
	case <-r.ready:
		return r.outcomes, r.err
	case <-ctx.Done():
		return nil, fmt.Errorf("keep: %w", context.Cause(ctx))
	}
}

// enqueue holds the read lock while it waits for a place, so that Stop closes
// the queue only when nobody is about to write to it.
func (c *Committer) enqueue(ctx context.Context, r *request) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.stopping {
		return problem.New(problem.Unavailable, "stopping")
	}
	select {
	case c.queue <- r:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("keep: %w", context.Cause(ctx))
	}
}

// Stop takes no more records, commits all that wait and returns when their
// callers have their answers. It may be called twice.
func (c *Committer) Stop() {
	c.mu.Lock()
	if !c.stopping {
		c.stopping = true
		close(c.queue)
	}
	c.mu.Unlock()
	<-c.done
}

func (c *Committer) run() {
	defer close(c.done)
	for first := range c.queue {
		c.commit(c.gather(first))
	}
}

// gather takes everything that waits now, up to maxCommit records.
func (c *Committer) gather(first *request) []*request {
	together, records := []*request{first}, len(first.kept)
	for records < maxCommit {
		select {
		case r, open := <-c.queue:
			if !open {
				return together
			}
			together = append(together, r)
			records += len(r.kept)
		default:
			return together
		}
	}
	return together
}

// commit keeps what all of together brought, in one transaction. Where that
// fails each is tried alone, so that nobody pays for a neighbour.
func (c *Committer) commit(together []*request) {
	var all []Kept
	for _, r := range together {
		all = append(all, r.kept...)
	}
	outcomes, err := c.keep(all)
	if err != nil && len(together) > 1 {
		for _, r := range together {
			c.commit([]*request{r})
		}
		return
	}
	for _, r := range together {
		if err != nil {
			r.err = err
		} else {
			r.outcomes, outcomes = outcomes[:len(r.kept):len(r.kept)], outcomes[len(r.kept):]
		}
		close(r.ready)
	}
}

// keep has no caller's context: a commit that began is finished, whoever left.
func (c *Committer) keep(all []Kept) (outcomes []Outcome, err error) {
	defer func() {
		// A panic in a transaction rolls it back; the callers must still hear.
		if p := recover(); p != nil {
			err = fmt.Errorf("keep: panic: %v", p)
		}
	}()
	outcomes, err = c.store.KeepBatch(context.Background(), all)
	if err == nil && len(outcomes) != len(all) {
		err = fmt.Errorf("keep: %d outcomes for %d records", len(outcomes), len(all))
	}
	if err != nil {
		return nil, fmt.Errorf("keep: %w", err)
	}
	return outcomes, nil
}

// Waiting is how many requests wait for a commit now; for metrics.
func (c *Committer) Waiting() int { return len(c.queue) }

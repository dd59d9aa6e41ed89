package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/record"
)

// gate is a store whose commits wait until they are let through, and that
// counts them.
type gate struct {
	ingest.Keeper
	entered chan int // the size of a commit that has begun
	let     chan struct{}
}

func newGate(k ingest.Keeper) *gate {
	return &gate{Keeper: k, entered: make(chan int, 100), let: make(chan struct{}, 100)}
}

func (g *gate) KeepBatch(ctx context.Context, batch []ingest.Kept) ([]ingest.Outcome, error) {
	g.entered <- len(batch)
	<-g.let
	return g.Keeper.KeepBatch(ctx, batch)
}

// kept is something that the store takes.
func kept(id string) ingest.Kept {
	plain := []byte(`{"id":"` + id + `"}`)
	return ingest.Kept{ID: id, Kind: record.KindAddendum, Hash: record.Hash(plain), Plain: plain, Flags: []string{}, Reasons: []record.Reason{},
		Device: phone, Agency: ours, Author: agent, ReceivedAt: today, CapturedAt: today}
}

type answered struct {
	outcomes []ingest.Outcome
	err      error
}

func keep(ctx context.Context, c *ingest.Committer, batch ...ingest.Kept) <-chan answered {
	done := make(chan answered, 1)
	go func() {
		o, err := c.Keep(ctx, batch)
		done <- answered{o, err}
	}()
	return done
}

func TestCommitter_WaitingCallersShareACommit(t *testing.T) {
	o := newOffice(t)
	g := newGate(o.store)
	c := ingest.NewCommitter(g)
	defer c.Stop()
	ctx := context.Background()
	first := keep(ctx, c, kept(newID()))
	<-g.entered
	same := kept(newID())
	waiting := []<-chan answered{keep(ctx, c, same)}
	waitQueued(t, c, 1)
	waiting = append(waiting, keep(ctx, c, kept(newID()), same))
	waitQueued(t, c, 2)
	waiting = append(waiting, keep(ctx, c, kept(newID())))
	waitQueued(t, c, 3)
	g.let <- struct{}{}
	if a := <-first; a.err != nil || a.outcomes[0].Status != ingest.Accepted {
		t.Fatalf("%+v", a)
	}
	if n := <-g.entered; n != 4 {
		t.Errorf("%d records in the second commit, want 4", n)
	}
	g.let <- struct{}{}
	var got []string
	for _, w := range waiting {
		a := <-w
		if a.err != nil {
			t.Fatal(a.err)
		}
		for _, x := range a.outcomes {
			got = append(got, string(x.Status))
		}
	}
	if !slices.Equal(got, []string{"accepted", "accepted", "duplicate", "accepted"}) {
		t.Errorf("%v", got)
	}
}

// waitQueued waits until n requests stand in the queue.
func waitQueued(t *testing.T, c *ingest.Committer, n int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); c.Waiting() != n; {
		if time.Now().After(end) {
			t.Fatalf("%d wait, want %d", c.Waiting(), n)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestCommitter_ACallerWhoLeavesLosesNothing(t *testing.T) {
	o := newOffice(t)
	g := newGate(o.store)
	c := ingest.NewCommitter(g)
	defer c.Stop()
	ctx, leave := context.WithCancel(context.Background())
	k := kept(newID())
	done := keep(ctx, c, k)
	<-g.entered
	leave()
	if a := <-done; !errors.Is(a.err, context.Canceled) {
		t.Fatalf("%+v", a)
	}
	g.let <- struct{}{}
	g.let <- struct{}{}
	again, err := c.Keep(context.Background(), []ingest.Kept{k})
	if err != nil || again[0].Status != ingest.Duplicate {
		t.Errorf("%v %+v: what was committed has no receipt the second time", err, again)
	}
}

func TestCommitter_StopCommitsWhatWaits(t *testing.T) {
	o := newOffice(t)
	g := newGate(o.store)
	c := ingest.NewCommitter(g)
	ctx := context.Background()
	first := keep(ctx, c, kept(newID()))
	<-g.entered
	second := keep(ctx, c, kept(newID()))
	waitQueued(t, c, 1)
	stopped := make(chan struct{})
	go func() { c.Stop(); close(stopped) }()
	g.let <- struct{}{}
	g.let <- struct{}{}
	<-stopped
	for i, w := range []<-chan answered{first, second} {
		if a := <-w; a.err != nil || a.outcomes[0].Status != ingest.Accepted {
			t.Errorf("caller %d: %+v", i, a)
		}
	}
	_, err := c.Keep(ctx, []ingest.Kept{kept(newID())})
	var p *problem.Error
	if !errors.As(err, &p) || p.Kind != problem.Unavailable || p.Type != "stopping" {
		t.Errorf("after the stop: %v", err)
	}
	c.Stop() // twice is once
}

// moody fails or panics on one record's id, and on nothing else.
type moody struct {
	ingest.Keeper
	id    string
	panic bool
}

var errMood = errors.New("mood")

func (m moody) KeepBatch(ctx context.Context, batch []ingest.Kept) ([]ingest.Outcome, error) {
	if slices.ContainsFunc(batch, func(k ingest.Kept) bool { return k.ID == m.id }) {
		if m.panic {
			panic("mood")
		}
		return nil, errMood
	}
	return m.Keeper.KeepBatch(ctx, batch)
}

func TestCommitter_NobodyPaysForANeighbour(t *testing.T) {
	for _, panics := range []bool{false, true} {
		t.Run(fmt.Sprint(panics), func(t *testing.T) {
			o := newOffice(t)
			bad := kept(newID())
			g := newGate(moody{o.store, bad.ID, panics})
			c := ingest.NewCommitter(g)
			defer c.Stop()
			for range 10 {
				g.let <- struct{}{}
			}
			ctx := context.Background()
			var all [3]answered
			var wait sync.WaitGroup
			for i, k := range []ingest.Kept{kept(newID()), bad, kept(newID())} {
				wait.Go(func() { all[i] = <-keep(ctx, c, k) })
			}
			wait.Wait()
			if all[1].err == nil || all[1].outcomes != nil {
				t.Errorf("the bad one: %+v", all[1])
			}
			for _, i := range []int{0, 2} {
				if all[i].err != nil || all[i].outcomes[0].Status != ingest.Accepted {
					t.Errorf("neighbour: %+v", all[i])
				}
			}
		})
	}
}

// short answers one record too few: a receipt must never go to the wrong one.
type short struct{ ingest.Keeper }

func (s short) KeepBatch(ctx context.Context, batch []ingest.Kept) ([]ingest.Outcome, error) {
	o, err := s.Keeper.KeepBatch(ctx, batch)
	return o[1:], err
}

func TestCommitter_OutcomesMustFit(t *testing.T) {
	o := newOffice(t)
	c := ingest.NewCommitter(short{o.store})
	defer c.Stop()
	if got, err := c.Keep(context.Background(), []ingest.Kept{kept(newID()), kept(newID())}); err == nil {
		t.Errorf("%+v", got)
	}
}

func TestCommitter_ManyAtOnce(t *testing.T) {
	o := newOffice(t)
	var wait sync.WaitGroup
	for range 40 {
		wait.Go(func() {
			batch := []ingest.Kept{kept(newID()), kept(newID()), kept(newID())}
			for _, want := range []ingest.Status{ingest.Accepted, ingest.Duplicate} {
				got, err := o.desk.Keep.Keep(context.Background(), batch)
				if err != nil {
					t.Error(err)
					return
				}
				for _, g := range got {
					if g.Status != want {
						t.Errorf("%s, want %s", g.Status, want)
					}
				}
			}
		})
	}
	wait.Wait()
}

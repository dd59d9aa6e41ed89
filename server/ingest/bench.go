package ingest

import (
	"context"
	"sync"
	"time"

	"umbral/server/auth"
	"umbral/server/problem"
)

// bench is one batch at work: what its records share. The registry is asked
// once a batch, not once a record.
type bench struct {
	desk     *Desk
	dev      auth.Device // that brought the batch
	received time.Time
	offset   *int64 // Kept.ClockOffsetS, of dev

	mu       sync.Mutex
	accounts map[string]found[auth.Account]
	devices  map[string]found[auth.Device]
}

// found is an answer of the registry: known is false where there is none such.
type found[T any] struct {
	it    T
	known bool
}

func (d *Desk) newBench(dev auth.Device, received time.Time, offset *int64) *bench {
	return &bench{
		desk:     d,
		dev:      dev,
		received: received,
		offset:   offset,
		accounts: map[string]found[auth.Account]{},
		devices:  map[string]found[auth.Device]{dev.ID: {dev, true}},
	}
}

func (b *bench) account(ctx context.Context, id string) (found[auth.Account], error) {
	return lookUp(ctx, b, b.accounts, id, b.desk.Registry.Account)
}

func (b *bench) device(ctx context.Context, id string) (found[auth.Device], error) {
	return lookUp(ctx, b, b.devices, id, b.desk.Registry.Device)
}

// lookUp keeps what the registry said. A registry that fails is an error and
// never "unknown": that would put good records into the quarantine.
func lookUp[T any](ctx context.Context, b *bench, kept map[string]found[T], id string, ask func(context.Context, string) (T, error)) (found[T], error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if f, ok := kept[id]; ok {
		return f, nil
	}
	it, err := ask(ctx, id)
	f := found[T]{it, err == nil}
	if err != nil && problem.KindOf(err) != problem.NotFound {
		return f, err
	}
	kept[id] = f
	return f, nil
}

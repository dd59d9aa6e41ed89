package ingest

import (
	"context"
	"fmt"
	"slices"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/record"
)

// Limits of one page of the quarantine.
const (
	DefaultLimit = 50
	MaxLimit     = 100 // entries; each may be 130 KiB
)

// reasonList is the codebook list that Decision.Reason is of.
const reasonList = "review_reasons"

// Quarantine lists what waits for somebody like who, the longest waiting first.
func (d *Desk) Quarantine(ctx context.Context, who access.Caller, cursor string, limit int) (EntryPage, error) {
	view, err := access.ViewOf(who, access.ReadQuarantine)
	if err != nil {
		return EntryPage{}, err
	}
	if limit == 0 {
		limit = DefaultLimit
	}
	if limit < 0 || limit > MaxLimit {
		return EntryPage{}, problem.New(problem.Invalid, "query-number", "parameter", "limit", "low", 1, "high", MaxLimit)
	}
	page, err := d.Shelf.Quarantine(ctx, view.Agency, cursor, limit)
	page.Items = slices.DeleteFunc(page.Items, func(e Entry) bool { return !view.Keeps(e.scope()) })
	return page, err
}

// scope is whose an entry is. What it says could not be read, so that no more
// than its author's post is known of it.
func (e Entry) scope() access.Scope {
	return access.Scope{Kind: "quarantine", Agency: e.Agency, Owner: e.Author, Post: e.Role}
}

// Held returns one entry of the quarantine. NotFound "quarantine-unknown" also
// where it belongs to another agency.
func (d *Desk) Held(ctx context.Context, who access.Caller, key string) (Entry, error) {
	return d.held(ctx, who, access.ReadQuarantine, key)
}

func (d *Desk) held(ctx context.Context, who access.Caller, do access.Action, key string) (Entry, error) {
	e, err := d.Shelf.Held(ctx, key)
	if err != nil {
		return Entry{}, err
	}
	if err := access.Check(who, do, e.scope()); err != nil {
		return Entry{}, err
	}
	return e, nil
}

// Decide releases or discards an entry. To release is to open, check and
// evaluate its envelope again, as on the day it came: with a key, a protocol or
// an account that was missing then it passes now. To discard needs a reason of
// the codebook (Invalid "reason-required"). Conflict "quarantine-invalid"
// with the first reason where it still does not; Conflict "quarantine-decided"
// where somebody decided before.
func (d *Desk) Decide(ctx context.Context, who access.Caller, key, decision, reason string) (Result, error) {
	if decision != Release && decision != Discard {
		return Result{}, problem.New(problem.Invalid, "decision-unknown")
	}
	if (decision == Discard || reason != "") && !d.Codes.Has(reasonList, reason) {
		return Result{}, problem.New(problem.Invalid, "reason-required")
	}
	e, err := d.held(ctx, who, access.DecideQuarantine, key)
	if err != nil {
		return Result{}, err
	}
	if e.Decision != nil {
		return Result{}, problem.New(problem.Conflict, "quarantine-decided")
	}
	done := Decision{By: who.User, At: d.Now().UTC(), Decision: decision, Reason: reason}
	if decision == Discard {
		return Result{ID: e.ID, Status: Quarantined}, d.Shelf.Discard(ctx, key, done)
	}
	k, err := d.again(ctx, e.Kept)
	if err != nil {
		return Result{}, err
	}
	o, err := d.Shelf.Release(ctx, key, k, done)
	if err != nil {
		return Result{}, err
	}
	return Result{ID: k.ID, Status: o.Status}, nil
}

// again assesses what the quarantine holds as if it came from its device, at
// the time it did.
func (d *Desk) again(ctx context.Context, held Kept) (Kept, error) {
	env, err := record.DecodeEnvelope(held.Envelope)
	if err != nil {
		return Kept{}, fmt.Errorf("release: %w", err)
	}
	dev, err := d.Registry.Device(ctx, held.Device)
	if err != nil {
		return Kept{}, fmt.Errorf("release: %w", err)
	}
	k, err := d.newBench(dev, held.ReceivedAt, held.ClockOffsetS).assess(ctx, env)
	if err != nil {
		return Kept{}, fmt.Errorf("release: %w", err)
	}
	if len(k.Reasons) > 0 {
		first := k.Reasons[0]
		return Kept{}, problem.New(problem.Conflict, "quarantine-invalid", "code", first.Code, "path", first.Path)
	}
	return k, nil
}

package auth_test

import (
	"context"
	"testing"
	"time"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
)

// meanwhile is a store in which something else happens, once, right before a
// session is kept.
type meanwhile struct {
	auth.Store
	happens func()
}

func (m *meanwhile) AddFamily(ctx context.Context, f auth.Family, token string) error {
	if do := m.happens; do != nil {
		m.happens = nil
		do()
	}
	return m.Store.AddFamily(ctx, f, token)
}

func TestLogin_WhatEndsSessionsEndsTheOneThatIsBegun(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(w *world, a auth.Account, d auth.Device, who access.Caller)
		kind    problem.Kind
		typ     string
	}{
		"a new password": {func(w *world, a auth.Account, _ auth.Device, _ access.Caller) {
			w.must(w.SetPassword(w.ctx, auth.Operator, a.ID, goodPassword+" nueva"))
		}, problem.Unauthenticated, "login-failed"},
		"disabled": {func(w *world, a auth.Account, _ auth.Device, _ access.Caller) {
			w.must(w.Disable(w.ctx, auth.Operator, a.ID))
		}, problem.Unauthenticated, "login-failed"},
		"the first second factor": {func(w *world, _ auth.Account, _ auth.Device, who access.Caller) {
			w.app(who)
		}, problem.Unauthenticated, "login-failed"},
		"the device is given up": {func(w *world, _ auth.Account, d auth.Device, _ access.Caller) {
			w.must(w.RevokeDevice(w.ctx, auth.Operator, d.ID))
		}, problem.Forbidden, "device-revoked"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			a := w.account("lupita", access.Agent, "stps")
			_, d := w.field("lupita")
			m := &meanwhile{Store: w.Store}
			who := w.caller(w.login("lupita"))
			w.Store = m
			m.happens = func() { c.happens(w, a, d, who) }
			begun := w.time.Add(time.Second)
			w.pass(time.Second)
			_, err := w.Login(w.ctx, auth.LoginRequest{Username: "lupita", Password: goodPassword, Address: home, JKT: d.Thumbprint()})
			w.wants(err, c.kind, c.typ)
			families, err := w.Store.Families(w.ctx, a.ID)
			w.must(err)
			for _, f := range families {
				if !f.Created.Before(begun) && f.Lives(w.time) {
					t.Error("the session that was begun lives on")
				}
			}
		})
	}
}

// ChangeAccount of meanwhile, as AddFamily.
func (m *meanwhile) ChangeAccount(ctx context.Context, by string, at time.Time, what, id string, edit func(*auth.Account) error, revoke bool) error {
	if do := m.happens; do != nil {
		m.happens = nil
		do()
	}
	return m.Store.ChangeAccount(ctx, by, at, what, id, edit, revoke)
}

func TestAccount_OneChangeDoesNotUndoAnother(t *testing.T) {
	w := newWorld(t)
	a := w.account("lupita", access.Supervisor, "stps")
	m := &meanwhile{Store: w.Store}
	w.Store = m
	m.happens = func() { w.must(w.Disable(w.ctx, auth.Operator, a.ID)) }
	w.must(w.SetReading(w.ctx, auth.Operator, a.ID, auth.Reading{Regions: []string{"25"}}))
	got, err := w.Store.Account(w.ctx, a.ID)
	w.must(err)
	if !got.Disabled || len(got.Regions) != 1 {
		t.Errorf("%+v: one of two changes at the same time is lost", got)
	}
}

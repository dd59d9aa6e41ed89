package storetest

import (
	"errors"
	"sync"
	"time"

	"umbral/server/auth"
	"umbral/server/problem"
)

var errChange = errors.New("nothing of this is kept")

func testFactors(d *desk) {
	a, _ := d.people("agency-a")
	b, _ := d.people("agency-b")
	f, err := d.Factors(d.ctx, a.ID)
	d.must(err)
	if f.Any() || len(f.Recovery) != 0 {
		d.Errorf("%+v", f)
	}
	_, err = d.Factors(d.ctx, "nobody")
	d.wants(err, problem.NotFound, "account-unknown")
	set := func(user, session string, others bool, fail error) error {
		return d.ChangeFactors(d.ctx, user, d.tick(), user, func(f auth.Factors) (auth.FactorStep, error) {
			f.TOTP = auth.TOTP{Secret: []byte("secret"), Last: f.TOTP.Last + 1}
			f.Recovery = append(f.Recovery, "hash")
			return auth.FactorStep{Factors: f, Act: "totp_set", Strong: session, Others: others}, fail
		})
	}
	d.wants(set("nobody", "", false, nil), problem.NotFound, "account-unknown")
	if err := set(a.ID, "", true, errChange); !errors.Is(err, errChange) {
		d.Errorf("%v", err)
	}
	if f, _ = d.Factors(d.ctx, a.ID); f.Any() {
		d.Errorf("kept though change failed: %+v", f)
	}

	now := d.tick()
	mine, other, theirs := newID(), newID(), newID()
	for id, user := range map[string]string{mine: a.ID, other: a.ID, theirs: b.ID} {
		d.must(d.AddFamily(d.ctx, auth.Family{ID: id, User: user, Created: now, Expires: now.Add(time.Hour)}, "token-"+id))
	}
	d.wants(set(a.ID, "none", true, nil), problem.NotFound, "session-unknown")
	if f, _ = d.Factors(d.ctx, a.ID); f.Any() {
		d.Errorf("kept without its session: %+v", f)
	}
	d.must(set(a.ID, theirs, false, nil)) // a foreign session gains nothing
	d.must(set(a.ID, mine, true, nil))
	for id, want := range map[string][2]bool{mine: {true, true}, other: {false, false}, theirs: {false, true}} {
		f, err := d.Family(d.ctx, id)
		d.must(err)
		if f.Strong != want[0] || f.Lives(now) != want[1] {
			d.Errorf("%s: strong %v, lives %v; want %v", id, f.Strong, f.Lives(now), want)
		}
	}
	list, err := d.Families(d.ctx, a.ID)
	d.must(err)
	if len(list) != 2 {
		d.Errorf("families %+v", list)
	}
	if f, _ = d.Factors(d.ctx, a.ID); string(f.TOTP.Secret) != "secret" || f.TOTP.Last != 2 || len(f.Recovery) != 2 {
		d.Errorf("%+v", f)
	}

	d.wants(d.ResetFactors(d.ctx, "op", d.tick(), "nobody"), problem.NotFound, "account-unknown")
	d.must(d.ResetFactors(d.ctx, "op", d.tick(), a.ID))
	if f, _ = d.Factors(d.ctx, a.ID); f.Any() {
		d.Errorf("%+v", f)
	}
	if f, _ := d.Family(d.ctx, mine); f.Lives(now) {
		d.Error("a session outlives the reset")
	}
	if f, _ := d.Family(d.ctx, theirs); !f.Lives(now) {
		d.Error("a reset ended somebody else's session")
	}
}

// Each change sees the one before it: a code can be used once.
func testFactorsRace(d *desk) {
	a, _ := d.people("agency-a")
	const many = 20
	var wait sync.WaitGroup
	for range many {
		at := d.tick()
		wait.Go(func() {
			if err := d.ChangeFactors(d.ctx, a.ID, at, a.ID, func(f auth.Factors) (auth.FactorStep, error) {
				f.Failed.Count++
				return auth.FactorStep{Factors: f}, nil
			}); err != nil {
				d.Error(err)
			}
		})
	}
	wait.Wait()
	f, err := d.Factors(d.ctx, a.ID)
	d.must(err)
	if f.Failed.Count != many {
		d.Errorf("%d changes kept of %d", f.Failed.Count, many)
	}
}

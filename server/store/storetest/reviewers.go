package storetest

import (
	"umbral/server/problem"
	"umbral/server/reviewers"
	"umbral/server/seal"
)

func aShare(d *desk, kid, user, state string) reviewers.Share {
	return reviewers.Share{ID: newID(), Agency: "a", KID: kid, User: user, Sealed: "s", State: state, By: "u", At: d.tick()}
}

func testReviewersKeys(d *desk) {
	key := func(kid, before string) seal.ReviewersKey {
		return seal.ReviewersKey{Agency: "a", KID: kid, PublicKey: "p", VerifyKey: "v", Created: d.tick(), Current: true, SignedBy: before}
	}
	add := func(k seal.ReviewersKey) error {
		return d.AddReviewersKey(d.ctx, "u", k.Created, k, aShare(d, k.KID, "u", reviewers.Active))
	}
	d.wants(add(key("k1", "k0")), problem.Conflict, "reviewers-key-outdated")
	d.must(add(key("k1", "")))
	d.wants(add(key("k2", "")), problem.Conflict, "reviewers-key-outdated")
	d.must(add(key("k2", "k1")))
	d.wants(add(key("k1", "k2")), problem.Conflict, "reviewers-key-outdated")
	d.reopen()
	keys, err := d.ReviewersKeys(d.ctx, "a")
	d.must(err)
	if len(keys) != 2 || keys[0].Current || !keys[1].Current || keys[1].KID != "k2" {
		d.Errorf("%+v", keys)
	}
	if other, err := d.ReviewersKeys(d.ctx, "b"); err != nil || len(other) != 0 {
		d.Errorf("of another agency: %+v %v", other, err)
	}
	if all, err := d.ReviewersKeys(d.ctx, ""); err != nil || len(all) != 2 {
		d.Errorf("of all: %+v %v", all, err)
	}
}

func testShares(d *desk) {
	d.must(d.PutOwn(d.ctx, reviewers.Own{User: "u", PublicKey: "p1", Wrapped: []byte(`{}`), At: d.tick()}))
	sh := aShare(d, "k1", "u", reviewers.Pending)
	d.must(d.AddShare(d.ctx, sh))
	d.wants(d.AddShare(d.ctx, aShare(d, "k1", "u", reviewers.Pending)), problem.Conflict, "share-exists")
	d.must(d.DecideShare(d.ctx, "x", d.tick(), sh.ID, reviewers.Active))
	d.wants(d.DecideShare(d.ctx, "x", d.tick(), sh.ID, reviewers.Refused), problem.Conflict, "share-decided")
	d.wants(d.DecideShare(d.ctx, "x", d.tick(), newID(), reviewers.Active), problem.NotFound, "share-unknown")
	other := aShare(d, "k1", "v", reviewers.Pending)
	d.must(d.AddShare(d.ctx, other))
	d.must(d.PutOwn(d.ctx, reviewers.Own{User: "u", PublicKey: "p2", Wrapped: []byte(`{}`), At: d.tick()}))
	list, err := d.Shares(d.ctx, "a")
	d.must(err)
	if len(list) != 2 || list[0].State != reviewers.Ended || list[1].State != reviewers.Pending {
		d.Errorf("%+v", list)
	}
	owns, err := d.Owns(d.ctx, []string{"u", "nobody"})
	d.must(err)
	if len(owns) != 1 || owns[0].PublicKey != "p2" {
		d.Errorf("%+v", owns)
	}
	d.must(d.AddShare(d.ctx, aShare(d, "k1", "u", reviewers.Pending)))
}

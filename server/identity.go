package main

import (
	"context"

	"umbral/protocols"
	"umbral/server/access"
	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/review"
	"umbral/server/reviewers"
	"umbral/server/seal"
)

// newReviewers wires who may open identities.
func (n *node) newReviewers(cases *review.Desk) *reviewers.Desk {
	return &reviewers.Desk{
		Store: n.store, People: people{n.auth}, Cases: cases, Codes: protocols.Codebook(),
		Sign: n.root.Sign, NewID: newID, Now: cases.Now,
		Changed: func(ctx context.Context, _, kid string) error { return n.publishKeys(ctx, audit.System, kid) },
	}
}

// reviewersKeys are the keys that identities are sealed to, of all agencies, each
// signed by the root of now: a phone that pinned it believes no older one.
func (n *node) reviewersKeys(ctx context.Context) ([]seal.ReviewersKey, error) {
	keys, err := n.store.ReviewersKeys(ctx, "")
	for i, k := range keys {
		keys[i].RootKID, keys[i].RootSignature = n.root.Sign(k.Statement())
	}
	return keys, err
}

// people is package auth as reviewers ask it.
type people struct{ auth *auth.Service }

func (p people) Person(ctx context.Context, id string) (reviewers.Person, error) {
	a, err := p.auth.Store.Account(ctx, id)
	return personOf(a), err
}

func (p people) People(ctx context.Context, agency string) ([]reviewers.Person, error) {
	all, err := p.auth.Store.Accounts(ctx, agency)
	list := []reviewers.Person{}
	for _, a := range all {
		if one := personOf(a); one.Reviewer {
			list = append(list, one)
		}
	}
	return list, err
}

// personOf asks the policy what an account may do now.
func personOf(a auth.Account) reviewers.Person {
	who := access.Caller{User: a.ID, Account: a.Account, Post: a.Post, Agency: a.Agency, Tasks: a.Tasks}
	_, _, err := access.Reach(who, access.OpenIdentity)
	return reviewers.Person{ID: a.ID, Display: a.Display, Agency: a.Agency, Reviewer: err == nil && !a.Disabled}
}

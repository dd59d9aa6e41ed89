package auth

import (
	"context"
	"slices"

	"umbral/server/access"
	"umbral/server/problem"
)

// Codes says which codes exist; package protocols has the lists.
type Codes interface {
	Has(list, code string) bool
}

// Lists that what an account reads is of.
const (
	listAuthorities = "authorities"
	listPosts       = "roles"
)

// maxReading is how many posts, regions or tasks one account may have: the
// longest list has 32 states.
const maxReading = 64

// Reading is whose records an account reads, and for what it was named.
type Reading struct {
	Posts, Regions, Tasks []string
}

func (s *Service) knows(list, code string) bool { return s.Codes != nil && s.Codes.Has(list, code) }

// checkReading holds a's region, posts, regions and tasks against the codebook,
// and puts each list in order. Only who reads has them. Invalid
// "region-unknown", "reading-invalid" (field says which).
func (s *Service) checkReading(a *Account) error {
	if err := s.checkRegion(a.Region); err != nil {
		return err
	}
	reads := a.Account == access.Supervisor || a.Account == access.Analyst
	for _, part := range []struct {
		name  string
		codes *[]string
		known func(string) bool
	}{
		{"posts", &a.Posts, func(c string) bool { return c == access.Any || s.knows(listPosts, c) }},
		{"regions", &a.Regions, func(c string) bool { return c == access.Any || s.IsState != nil && s.IsState(c) }},
		{"tasks", &a.Tasks, func(c string) bool { return slices.Contains(access.Tasks(), c) }},
	} {
		given := *part.codes
		wrong := slices.ContainsFunc(given, func(c string) bool { return !part.known(c) })
		if wrong || len(given) > maxReading || len(given) > 0 && !reads {
			return problem.New(problem.Invalid, "reading-invalid", "field", part.name)
		}
		given = slices.Clone(given)
		slices.Sort(given)
		*part.codes = slices.Compact(given)
	}
	return nil
}

// CallerOf is who a is when they ask, without a session. NotFound
// "agency-unknown".
func (s *Service) CallerOf(ctx context.Context, a Account) (access.Caller, error) {
	g, err := s.Store.Agency(ctx, a.Agency)
	if err != nil {
		return access.Caller{}, err
	}
	who := access.Caller{User: a.ID, Account: a.Account, Post: a.Post, Agency: a.Agency,
		Authority: g.Authority, Tasks: a.Tasks}
	who.Posts, who.Regions = s.reads(a, g)
	return who, nil
}

// reads is whose records an account reads. Where nobody said, the posts of its
// authority (all of the agency, where that has none of its own) in its region,
// where it has one. Who sees figures of all agencies is bound to no post.
func (s *Service) reads(a Account, g Agency) (posts, regions []string) {
	posts, regions = a.Posts, a.Regions
	if len(posts) == 0 && a.Account == access.Supervisor && s.AuthorityPosts != nil {
		posts = s.AuthorityPosts(g.Authority)
	}
	if len(regions) == 0 && a.Region != "" {
		regions = []string{a.Region}
	}
	if len(posts) == 0 {
		posts = []string{access.Any}
	}
	if len(regions) == 0 {
		regions = []string{access.Any}
	}
	return posts, regions
}

// SetReading changes whose records an account reads and what it was named for;
// its sessions end, so that none reads on with what it had. Invalid as
// CreateAccount.
func (s *Service) SetReading(ctx context.Context, who access.Caller, id string, r Reading) error {
	if _, err := s.managed(ctx, who, id); err != nil {
		return err
	}
	return s.Store.ChangeAccount(ctx, who.User, s.now(), "account_reading", id, func(a *Account) error {
		a.Posts, a.Regions, a.Tasks = r.Posts, r.Regions, r.Tasks
		return s.checkReading(a)
	}, true)
}

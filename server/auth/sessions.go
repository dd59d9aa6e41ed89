package auth

import (
	"context"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
)

// Session is a living sign-in as its owner sees it: never a token.
type Session struct {
	ID      string
	Created time.Time
	Used    time.Time // to the hour
	Device  string    // name of the device it is bound to; empty where there is none
	Current bool
}

// usedTo is how exactly the owner is told when a session was last used: enough
// to know a strange one by, and no diary of a person's days.
const usedTo = time.Hour

// Sessions returns the living sessions of who, the newest first.
func (s *Service) Sessions(ctx context.Context, who access.Caller) ([]Session, error) {
	families, err := s.Store.Families(ctx, who.User)
	if err != nil {
		return nil, err
	}
	list, now := []Session{}, s.now()
	for i := len(families) - 1; i >= 0; i-- {
		f := families[i]
		if !f.Lives(now) {
			continue
		}
		one := Session{ID: f.ID, Created: f.Created, Used: f.lastUse().Truncate(usedTo), Current: f.ID == who.Session}
		if f.Device != "" {
			d, err := s.Store.Device(ctx, f.Device)
			if err != nil && problem.KindOf(err) != problem.NotFound {
				return nil, err
			}
			one.Device = d.Name
		}
		list = append(list, one)
	}
	return list, nil
}

// lastUse is the log-in where nothing came after it.
func (f Family) lastUse() time.Time {
	if f.Used.After(f.Created) {
		return f.Used
	}
	return f.Created
}

// EndSession ends a session of who's own. NotFound "session-unknown" also for
// those of others.
func (s *Service) EndSession(ctx context.Context, who access.Caller, id string) error {
	f, err := s.Store.Family(ctx, id)
	if err != nil {
		return err
	}
	if f.User != who.User {
		return problem.New(problem.NotFound, "session-unknown")
	}
	return s.Store.EndFamily(ctx, who.User, s.now(), id)
}

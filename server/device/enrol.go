package device

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"umbral/server/record"
)

// Enrolment is what Enrol needs.
type Enrolment struct {
	Server, Username, Password string
	Code                       string // that a supervisor gave
	Name                       string // how the agency's list shows the device
	Path                       string // of the state file, which must not exist
}

// cleanTime is what is spent on taking back a log-in whose enrolment failed.
const cleanTime = 5 * time.Second

// Enrol signs in, makes the device's key, enrols it and writes the state file.
// Where any of it fails there is no file, and the log-in is taken back.
func Enrol(ctx context.Context, in Enrolment) (*State, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	a, err := newAPI(in.Server, key, time.Now)
	if err != nil {
		return nil, err
	}
	if err := freePath(in.Path); err != nil {
		return nil, err
	}
	private, public, err := encodeKey(key)
	if err != nil {
		return nil, err
	}
	t, err := a.login(ctx, in.Username, in.Password)
	if err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	e, err := a.enrol(ctx, t.AccessToken, in.Code, public, in.Name)
	if err == nil && (e.Device == "" || e.User.ID == "" || len(e.Roots) == 0) {
		err = errors.New("the answer is not what an Umbral server says")
	}
	if err != nil {
		return nil, fmt.Errorf("enrol: %w", errors.Join(err, a.takeBack(t)))
	}
	s := &State{
		Version: stateVersion, Server: a.base, Device: e.Device, PrivateKey: private,
		Username: in.Username,
		Author:   record.Author{User: e.User.ID, Role: e.User.Post, Agency: e.Agency.ID},
		Root:     e.Roots[len(e.Roots)-1].PublicKey,
		path:     in.Path, key: key,
	}
	s.take(t, time.Now())
	if err = s.trust(e.KeySet); err == nil {
		err = s.save()
	}
	if err != nil {
		return nil, errors.Join(err, a.takeBack(t))
	}
	return s, nil
}

// freePath finds out before the server is asked whether the file can be written.
func freePath(path string) error {
	if path == "" {
		return errors.New("--state is missing")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return fmt.Errorf("state: %w", err)
		}
		return fmt.Errorf("%s exists: it may hold an enrolment; choose another name, or move it away", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".umbral-enrol-*")
	if err != nil {
		return fmt.Errorf("state: %w", err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// takeBack ends the session of t; nil where that cannot be done: it ends by itself.
func (a *api) takeBack(t tokens) error {
	ctx, cancel := context.WithTimeout(context.Background(), cleanTime)
	defer cancel()
	if err := a.logout(ctx, t.RefreshToken); err != nil && !errors.Is(err, ErrAway) && !refused(err, 401) {
		return fmt.Errorf("sign out: %w", err)
	}
	return nil
}

// expirySlack is how long before its end an access token is not used any more.
const expirySlack = 10 * time.Second

// take puts the tokens into the state; save makes them last.
func (s *State) take(t tokens, now time.Time) {
	s.Access, s.Refresh = t.AccessToken, t.RefreshToken
	s.Expires = now.Add(time.Duration(t.ExpiresIn)*time.Second - expirySlack).UTC()
}

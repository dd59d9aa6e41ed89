package device

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"umbral/server/ingest"
	"umbral/server/record"
)

// Limits of a batch and of patience.
const (
	maxBatch = 100 // records; half of what the server takes
	// maxBatchBytes keeps a batch sendable on a slow line; a phone's full day
	// of records of the smallest size class fits.
	maxBatchBytes = 2 << 20
	// idle is how long a batch that is not full waits for another line: who
	// writes one record and waits for its answer gets it.
	idle      = 250 * time.Millisecond
	awayTime  = 30 * time.Second // how long the server may be away
	firstWait = 200 * time.Millisecond
	longWait  = 4 * time.Second
)

// errSignIn says that the session ended and no password is at hand.
var errSignIn = errors.New("the session has ended: set UMBRAL_PASSWORD and run this again")

// ErrProtocol is returned when an answer leaves a record without a result.
var ErrProtocol = errors.New("the server's answer does not fit what was sent")

// Sync is one run of sending.
type Sync struct {
	State    *State
	Password string       // signs in where new keys must be fetched and the session ended; may be empty
	Complain func(string) // told of lines that cannot be sent and of waiting

	api      *api
	toldWipe bool
	now      func() time.Time
	// wait sleeps, or returns early with the context's error.
	wait func(ctx context.Context, d time.Duration) error
}

// entry is one line on its way: an envelope, or already its result.
type entry struct {
	raw    []byte // of a line that was sealed already: sent as it is
	env    record.Envelope
	result *ingest.Result // known without the server
}

// Run reads lines, clear records or envelopes, sends them in batches and writes
// a result a line, in order, as each batch is answered. It needs nobody's session:
// the device signs what it sends. ErrAway is returned when the server was away
// for too long; lines without a result were not received, or may have been: send
// them again.
// Bad counts lines that are no JSON object and have no result.
func (s *Sync) Run(ctx context.Context, in io.Reader, out io.Writer) (bad int, err error) {
	if s.now == nil {
		s.now, s.wait = time.Now, sleep
	}
	if s.api, err = newAPI(s.State.Server, s.State.key, s.now); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := make(chan numbered)
	go readLines(ctx, in, lines)
	w := bufio.NewWriter(out)
	for {
		batch, more, err := s.gather(ctx, lines, &bad)
		if err == nil && len(batch) > 0 {
			err = s.send(ctx, batch, w)
		}
		if err != nil || !more {
			return bad, errors.Join(err, w.Flush())
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// numbered is a line with its number, or why there is none.
type numbered struct {
	n    int
	text []byte
	err  error
}

func readLines(ctx context.Context, in io.Reader, to chan<- numbered) {
	defer close(to)
	r := bufio.NewReaderSize(in, 64<<10)
	for n := 1; ; n++ {
		text, err := readLine(r)
		if errors.Is(err, io.EOF) {
			return
		}
		select {
		case to <- numbered{n, text, err}:
		case <-ctx.Done():
			return
		}
		if err != nil && !errors.Is(err, errLongLine) {
			return
		}
	}
}

// gather collects a batch: until it is full, the input ends, or nothing comes.
func (s *Sync) gather(ctx context.Context, lines <-chan numbered, bad *int) (batch []entry, more bool, err error) {
	size := 0
	for len(batch) < maxBatch && size < maxBatchBytes {
		var quiet <-chan time.Time
		if len(batch) > 0 {
			quiet = time.After(idle)
		}
		select {
		case <-ctx.Done():
			return batch, false, context.Cause(ctx)
		case <-quiet:
			return batch, true, nil
		case l, open := <-lines:
			if !open {
				return batch, false, nil
			}
			e, err := s.entryOf(l)
			switch {
			case errors.Is(err, errNotObject), errors.Is(err, errLongLine):
				*bad++
				s.Complain(fmt.Sprintf("line %d: %v", l.n, err))
			case err != nil:
				return batch, false, err
			case e != nil:
				batch = append(batch, *e)
				size += len(e.env.CT)
			}
		}
	}
	return batch, true, nil
}

// entryOf seals a clear line and reads a sealed one; nil for an empty line.
func (s *Sync) entryOf(l numbered) (*entry, error) {
	if l.err != nil || len(l.text) == 0 {
		return nil, l.err
	}
	list, err := members(l.text)
	if err != nil {
		return nil, err
	}
	if isEnvelope(list) {
		e := &entry{raw: l.text}
		if e.env.UnmarshalJSON(l.text) != nil {
			e.env = record.Envelope{ID: idOf(list)} // the server says what is wrong with it
		}
		return e, nil
	}
	env, err := s.State.seal(list)
	if errors.Is(err, record.ErrTooLarge) {
		return &entry{result: &ingest.Result{ID: idOf(list), Status: ingest.Refused, Reason: "too_large"}}, nil
	}
	if err != nil {
		return nil, err
	}
	return &entry{env: env}, nil
}

// send gets a result for each entry and writes them in order.
func (s *Sync) send(ctx context.Context, batch []entry, w *bufio.Writer) error {
	var waiting []*entry
	for i := range batch {
		if batch[i].result == nil {
			waiting = append(waiting, &batch[i])
		}
	}
	if err := s.deliver(ctx, waiting); err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, e := range batch {
		if err := enc.Encode(answer{e.result.ID, e.result.Status, e.result.Reason}); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return w.Flush()
}

// answer is a line of the output: reason is always there.
type answer struct {
	ID     string        `json:"id"`
	Status ingest.Status `json:"status"`
	Reason string        `json:"reason"`
}

// deliver sends entries and fills their results in. A batch that the server
// refuses for its form is sent again one by one: nobody pays for a neighbour.
func (s *Sync) deliver(ctx context.Context, entries []*entry) error {
	if len(entries) == 0 {
		return nil
	}
	var reply syncReply
	err := s.call(ctx, func(ctx context.Context) error {
		media, body, err := s.body(entries)
		if err != nil {
			return err
		}
		reply = syncReply{}
		return s.api.sync(ctx, s.State.Device, media, body, &reply)
	})
	switch {
	case refused(err, 400, 413, 415) && len(entries) > 1:
		for i := range entries {
			if err := s.deliver(ctx, entries[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	case refused(err, 400, 413, 415):
		var r *Refusal
		errors.As(err, &r)
		entries[0].result = &ingest.Result{ID: entries[0].env.ID, Status: ingest.Refused, Reason: r.Type}
		return nil
	case err != nil:
		return err
	case len(reply.Results) != len(entries):
		return fmt.Errorf("%w: %d results for %d records", ErrProtocol, len(reply.Results), len(entries))
	}
	for i, r := range reply.Results {
		// What is no envelope and names no UUID is refused without an id.
		isNameless := r.ID == "" && r.Status == ingest.Refused
		if r.ID != entries[i].env.ID && !isNameless {
			return fmt.Errorf("%w: the result of another record", ErrProtocol)
		}
		r.ID = entries[i].env.ID
		entries[i].result = &r
	}
	return s.learn(ctx, reply)
}

// body encodes the batch: binary, or JSON where a line that was sealed already
// is not a good envelope and must reach the server as it is.
func (s *Sync) body(entries []*entry) (media string, body []byte, err error) {
	now := s.now().UTC()
	b := record.Batch{Device: s.State.Device, Cursor: s.State.Cursor, SentAt: &now}
	raw := make([]json.RawMessage, len(entries))
	binary := true
	for i, e := range entries {
		b.Records = append(b.Records, e.env)
		binary = binary && e.env.Check() == ""
		if raw[i] = e.raw; e.raw == nil {
			if raw[i], err = json.Marshal(e.env); err != nil {
				return "", nil, fmt.Errorf("encode envelope: %w", err)
			}
		}
	}
	if binary {
		body, err = record.EncodeBatch(b)
		return mediaSync, body, err
	}
	body, err = json.Marshal(map[string]any{"device": b.Device, "cursor": b.Cursor, "sent_at": b.SentAt, "records": raw})
	if err != nil {
		return "", nil, fmt.Errorf("encode batch: %w", err)
	}
	return mediaJSON, body, nil
}

// Types of event that this device acts on.
const (
	eventKeys = "keys"
	eventWipe = "wipe"
)

// learn keeps the cursor, and new keys where the server says that it has some.
func (s *Sync) learn(ctx context.Context, reply syncReply) error {
	for _, e := range reply.Events {
		if e.Type == eventWipe && !s.toldWipe {
			s.toldWipe = true
			s.Complain(fmt.Sprintf("this device was given up; what it sends is still kept; delete %s when nothing is left to send", s.State.path))
		}
	}
	if reply.Cursor == s.State.Cursor {
		return nil
	}
	for _, e := range reply.Events {
		if e.Type != eventKeys {
			continue
		}
		if err := s.renewKeys(ctx); err != nil {
			s.Complain(fmt.Sprintf("new keys of the server were not taken, the old ones still work: %v", err))
			return nil // the cursor stays: the next run is told again
		}
		break
	}
	s.adopt()
	s.State.Cursor = reply.Cursor
	return s.State.save()
}

// renewKeys fetches the server's keys; unlike sending it needs a session.
func (s *Sync) renewKeys(ctx context.Context) error {
	if !s.now().Before(s.State.Expires) {
		if err := s.renew(ctx); err != nil {
			return err
		}
	}
	set, err := s.api.keys(ctx, s.State.Access)
	if refused(err, 401) {
		if err := s.renew(ctx); err != nil {
			return err
		}
		set, err = s.api.keys(ctx, s.State.Access)
	}
	if err != nil {
		return err
	}
	return s.State.trust(set)
}

// call does what, again and again while the server is away, for at most awayTime.
func (s *Sync) call(ctx context.Context, what func(context.Context) error) error {
	deadline := s.now().Add(awayTime)
	pause := firstWait
	for told := false; ; {
		err := what(ctx)
		if !errors.Is(err, ErrAway) || ctx.Err() != nil {
			return err
		}
		left := deadline.Sub(s.now())
		if left <= 0 {
			return err
		}
		if !told {
			s.Complain("the server is away; trying again for 30 seconds")
			told = true
		}
		// Many devices come back at the same moment: spread them.
		if err := s.wait(ctx, min(left, pause/2+rand.N(pause))); err != nil {
			return err
		}
		pause = min(2*pause, longWait)
	}
}

// renew gets new tokens: those that another run wrote into the file meanwhile,
// or by refresh, or with the password.
func (s *Sync) renew(ctx context.Context) error {
	if s.adopt() && s.now().Before(s.State.Expires) {
		return nil
	}
	t, err := s.api.refresh(ctx, s.State.Refresh)
	if refused(err, 400, 401, 403) {
		if s.Password == "" {
			return errSignIn
		}
		t, err = s.api.login(ctx, s.State.Username, s.Password)
		if refused(err, 401, 403) {
			return fmt.Errorf("%w (%w)", errSignIn, err)
		}
	}
	if err != nil {
		return err
	}
	s.State.take(t, s.now())
	return s.State.save()
}

// adopt takes the tokens of another run that renewed them in the file, so that
// two runs on one state never undo each other, and says whether it did.
func (s *Sync) adopt() bool {
	disk, err := Load(s.State.path)
	if err != nil || disk.Device != s.State.Device || !disk.Expires.After(s.State.Expires) {
		return false
	}
	s.State.Access, s.State.Expires, s.State.Refresh = disk.Access, disk.Expires, disk.Refresh
	return true
}

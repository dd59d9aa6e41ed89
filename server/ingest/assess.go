package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"umbral/screening"
	"umbral/server/auth"
	"umbral/server/record"
	"umbral/server/seal"
)

// MaxAhead is how far a time of a record may lie after the server's, and a
// device's clock from it either way, before it is flagged: phones in the field are minutes off, and lose nothing by it.
const MaxAhead = 10 * time.Minute

// Reasons of the desk itself; record's Parse and Validate have their own.
const (
	unknownKey      = "unknown_key"      // sealed to a key that this server does not hold
	doesNotOpen     = "does_not_open"    // altered on the way, or sealed as another id
	badPadding      = "bad_padding"      // what was sealed is not a padded record
	tooLarge        = "too_large"        // unpacks to more than a record may have
	idMismatch      = "id_mismatch"      // the record names another id than its envelope
	deviceMismatch  = "device_mismatch"  // made on a device that the agency did not enrol
	agencyMismatch  = "agency_mismatch"  // names another agency than its device has
	authorMismatch  = "author_mismatch"  // its author is not an account of the agency, or never signed in on the device that made it
	serverFault     = "server_fault"     // our program failed on it: kept, and not the device's doing
	assessmentError = "assessment_error" // the server's result could not be written
)

// assess opens, hashes, checks and evaluates one envelope of good form. The
// error is the registry's: then nothing is known and nothing may be kept.
func (b *bench) assess(ctx context.Context, e record.Envelope) (k Kept, err error) {
	k = Kept{
		ID:         e.ID,
		Flags:      []string{},
		Reasons:    []record.Reason{},
		Device:     b.dev.ID,
		Agency:     b.dev.Agency,
		Author:     b.dev.User,
		ReceivedAt: b.received,

		ClockOffsetS: b.offset,
	}
	defer func() {
		// One record must never stop the program: its device would send it
		// again after every start, and nobody's would arrive any more.
		if recover() != nil {
			k.hold(record.Reason{Code: serverFault})
		}
		if len(k.Reasons) > 0 {
			err = errors.Join(err, k.quarantine(e))
		}
	}()
	plain, why := b.open(e)
	if why != "" {
		k.hold(record.Reason{Code: why})
		return k, nil
	}
	k.Plain = plain
	k.Hash = record.Hash(plain)
	rec, reasons := record.Parse(plain)
	if len(reasons) > 0 {
		k.hold(reasons...)
		return k, nil
	}
	b.describe(&k, rec)
	if err := b.checkOrigin(ctx, &k, rec.Head()); err != nil {
		return k, err
	}
	k.hold(rec.Validate(b.desk.Library, b.desk.Codes)...)
	b.checkClock(&k, rec)
	if ref := k.Index.Protocol; b.desk.Withdrawn != nil && b.desk.Withdrawn(ref, k.CapturedAt) {
		k.flag(FlagWithdrawn)
	}
	if rec.Detection != nil && len(k.Reasons) == 0 {
		b.evaluate(&k, rec.Detection)
		return k, b.checkIdentity(ctx, &k, rec.Detection)
	}
	return k, nil
}

func (b *bench) open(e record.Envelope) (plain []byte, why string) {
	plain, err := b.desk.Opener.Open(e)
	switch {
	case err == nil:
		return plain, ""
	case errors.Is(err, seal.ErrUnknownKey):
		return nil, unknownKey
	case errors.Is(err, record.ErrTooLarge):
		return nil, tooLarge
	case errors.Is(err, record.ErrPadding):
		return nil, badPadding
	default:
		return nil, doesNotOpen
	}
}

func (k *Kept) hold(reasons ...record.Reason) { k.Reasons = append(k.Reasons, reasons...) }

func (k *Kept) flag(f string) {
	if !slices.Contains(k.Flags, f) {
		k.Flags = append(k.Flags, f)
	}
}

// quarantine gives k the form that the quarantine keeps.
func (k *Kept) quarantine(e record.Envelope) error {
	bin, err := record.AppendEnvelope(nil, e)
	if err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	k.Envelope, k.Assessment, k.Index, k.Links = bin, nil, Index{}, Links{}
	if k.Hash == "" {
		k.Hash = record.Hash(bin)
	}
	return nil
}

// describe copies what lists and links need.
func (b *bench) describe(k *Kept, rec record.Record) {
	h := rec.Head()
	k.Kind, k.CapturedAt = h.Kind, h.CapturedAt
	if h.Author != nil && h.Author.User != "" {
		k.Author, k.Role = h.Author.User, h.Author.Role
	}
	k.Index = Index{Folio: record.Folio(k.ID), Synthetic: b.desk.Synthetic != nil && b.desk.Synthetic(b.dev.ID)}
	switch {
	case rec.Detection != nil:
		b.describeDetection(k, rec.Detection)
	case rec.Encounter != nil:
		e := rec.Encounter
		k.Index.Setting, k.Index.State, k.Index.Municipality = e.Setting, e.Place.State, e.Place.Municipality
		k.Index.Mode, k.Index.Protocol = e.Mode, e.Protocol
		k.Links = Links{Encounter: e.Encounter, Supersedes: deref(e.Supersedes)}
	case rec.Addendum != nil:
		k.Links = Links{About: deref(rec.Addendum.About), AboutFolio: deref(rec.Addendum.AboutFolio)}
		k.Index.guardAddendum(rec.Addendum)
	}
}

func (b *bench) describeDetection(k *Kept, d *record.Detection) {
	p := d.Subject.Person
	i := &k.Index
	i.Setting, i.State, i.Municipality = d.Setting, d.Place.State, d.Place.Municipality
	i.Mode, i.Ended, i.Protocol = d.Mode, d.Ended, d.Protocol
	i.Sex, i.Nationality, i.StateOfOrigin, i.Groups = p.Sex, p.Nationality, p.StateOfOrigin, p.Groups
	i.AgeGroup = p.AgeGroup
	if p.Age != nil {
		if band := ageGroup(*p.Age); band != "" {
			i.AgeGroup = band
		}
	}
	i.DeviceLevel = d.Assessment.Computed.Level
	k.Links = Links{Encounter: deref(d.Encounter), Supersedes: deref(d.Supersedes)}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// checkOrigin holds the record against the enrolment. Any device of the agency
// may bring what another one made: a broken phone's sealed records are saved
// so. Whether somebody else could have made it is a supervisor's question.
func (b *bench) checkOrigin(ctx context.Context, k *Kept, h record.Head) error {
	if h.ID != k.ID {
		k.hold(record.Reason{Code: idMismatch, Path: "/id"})
	}
	if b.dev.IsRevoked() {
		k.flag(FlagDeviceRevoked)
	}
	maker := found[auth.Device]{}
	if h.Device != nil {
		var err error
		if maker, err = b.device(ctx, *h.Device); err != nil {
			return err
		}
		switch {
		case !maker.known || maker.it.Agency != b.dev.Agency:
			k.hold(record.Reason{Code: deviceMismatch, Path: "/device"})
		case maker.it.IsRevoked():
			k.flag(FlagDeviceRevoked) // what a lost phone sealed before is not lost with it
		}
		if maker.known && maker.it.ID != b.dev.ID {
			k.flag(FlagOtherDevice)
			k.ClockOffsetS = nil // the clock of who brings it says nothing of its times
		}
		if maker.known && h.CapturedAt.Before(maker.it.Enrolled.Add(-MaxAhead)) {
			k.flag(FlagClockOff)
		}
	}
	if h.Author == nil {
		return nil // Validate reports it
	}
	if h.Author.Agency != b.dev.Agency {
		k.hold(record.Reason{Code: agencyMismatch, Path: "/author/agency"})
	}
	author, err := b.account(ctx, h.Author.User)
	if err != nil {
		return err
	}
	switch {
	case !author.known || author.it.Agency != b.dev.Agency || maker.known && !slices.Contains(maker.it.Users, author.it.ID):
		k.hold(record.Reason{Code: authorMismatch, Path: "/author/user"})
	case author.it.Post != h.Author.Role:
		k.flag(FlagRoleDiffers) // a post may change between capture and sync
	}
	return nil
}

// checkClock flags times that cannot be, and refuses none.
func (b *bench) checkClock(k *Kept, rec record.Record) {
	times := []time.Time{k.CapturedAt}
	switch {
	case rec.Detection != nil:
		times = append(times, rec.Detection.OccurredAt)
		times = append(times, timesOf(rec.Detection.Answers)...)
		if rec.Detection.OccurredAt.After(k.CapturedAt.Add(MaxAhead)) {
			k.flag(FlagClockOff)
		}
	case rec.Encounter != nil:
		times = append(times, rec.Encounter.StartedAt, rec.Encounter.EndedAt)
		times = append(times, timesOf(rec.Encounter.Observations)...)
		if rec.Encounter.EndedAt.Before(rec.Encounter.StartedAt) {
			k.flag(FlagClockOff)
		}
	case rec.Addendum != nil:
		times = append(times, timesOf(rec.Addendum.Answers)...)
	}
	if off := k.ClockOffsetS; off != nil && max(*off, -*off) > int64(MaxAhead/time.Second) {
		k.flag(FlagClockOff)
	}
	limit := b.received.Add(MaxAhead)
	if slices.ContainsFunc(times, limit.Before) {
		k.flag(FlagClockAhead)
	}
}

// offsetOf is Kept.ClockOffsetS. In whole seconds: a time.Duration holds 292
// years only, and a clock may say any.
func offsetOf(sent *time.Time, received time.Time) *int64 {
	if sent == nil {
		return nil
	}
	off := sent.Unix() - received.Unix()
	return &off
}

func timesOf(answers []record.Answer) []time.Time {
	times := make([]time.Time, len(answers))
	for i, a := range answers {
		times[i] = a.At
	}
	return times
}

// checkIdentity flags an identity that no reviewer of the agency can open. It is
// kept all the same: the key may be found, and nothing is dropped here.
func (b *bench) checkIdentity(ctx context.Context, k *Kept, d *record.Detection) error {
	kid := d.IdentityKID()
	if kid == "" || b.desk.IdentityKey == nil {
		return nil
	}
	known, err := b.desk.IdentityKey(ctx, b.dev.Agency, kid)
	if err == nil && !known {
		k.flag(FlagIdentityKey)
	}
	return err
}

// evaluate asks the server's own engine, on the protocol that the record pins.
// A difference is flagged and both results stay.
func (b *bench) evaluate(k *Kept, d *record.Detection) {
	proto, _, ok := b.desk.Library.Published(d.Protocol.ID, d.Protocol.Version)
	if !ok {
		k.hold(record.Reason{Code: "unknown_protocol", Path: "/protocol"})
		return
	}
	a := screening.Evaluate(proto, d.Input())
	trace, err := json.Marshal(a)
	if err != nil {
		k.hold(record.Reason{Code: assessmentError})
		return
	}
	k.Assessment = trace
	k.Index.Danger, k.Index.Indicators, k.Index.Offences = a.Danger, a.Indicators, offenceCodes(a)
	k.Index.Level = a.Level
	k.Index.guard(a, d)
	if d.Assessment.Raised != nil {
		k.Index.Level = record.Higher(proto, a.Level, d.Assessment.Raised.Level)
	}
	if differs(a, d.Assessment.Computed) {
		k.flag(FlagAssessmentDiffers)
	}
}

func offenceCodes(a screening.Assessment) []string {
	codes := make([]string, len(a.Offences))
	for i, o := range a.Offences {
		codes[i] = o.Code
	}
	return codes
}

// differs compares what both engines say; the order of a list says nothing.
func differs(a screening.Assessment, c record.Computed) bool {
	return a.Level != c.Level ||
		!sameCodes(a.Danger, c.Danger) ||
		!sameCodes(a.Indicators, c.Indicators) ||
		!sameCodes(offenceCodes(a), c.Offences) ||
		!sameCodes(a.Actions, c.Actions)
}

func sameCodes(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

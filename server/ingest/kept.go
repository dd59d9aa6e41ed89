package ingest

import (
	"context"
	"time"

	"umbral/server/record"
)

// Status is what became of one envelope. All but Refused are receipts: the
// record is durable and the device may forget it.
type Status string

// What can become of an envelope. They are outcomes, not errors.
const (
	Accepted    Status = "accepted"
	Duplicate   Status = "duplicate"   // same id and same content were kept before
	Conflict    Status = "conflict"    // same id, other content: both are kept
	Quarantined Status = "quarantined" // kept for a supervisor, with reasons
	Refused     Status = "refused"     // nothing kept: the device keeps it
)

// Flags of a kept record. A flag never changes what the agent saw.
const (
	FlagAssessmentDiffers = "assessment_differs"   // the server's engine says something else than the phone's
	FlagClockAhead        = "clock_ahead"          // a time lies more than MaxAhead after ReceivedAt
	FlagClockOff          = "clock_off"            // the device's clock is more than MaxAhead off, or the record's times contradict each other or the enrolment
	FlagRoleDiffers       = "role_differs"         // the author's post on the device is not the account's post of today
	FlagOtherDevice       = "other_device"         // another device of the agency brought it (a rescue)
	FlagDeviceRevoked     = "device_revoked"       // the device that made or brought it was revoked by then
	FlagIdentityKey       = "identity_key_unknown" // the identity is sealed to a key that is none of the agency's: it may open for nobody
	FlagWithdrawn         = "protocol_withdrawn"   // by the device's clock it was made after its protocol was withdrawn
	FlagConflict          = "conflict"             // another content with this id is kept too (set by the store at read)
	FlagEncounterMissing  = "encounter_missing"    // its encounter has not arrived (computed at read, never stored)
)

// Kept is one opened envelope with everything the store must hold of it.
// With Reasons it goes to the quarantine, without to the records.
type Kept struct {
	ID   string `json:"id"`   // of the envelope, lower case UUID
	Kind string `json:"kind"` // record.Kind...; empty where the quarantine could not tell
	// Hash is the content identity in lower case hex: SHA-256 of the RFC 8785
	// form of Plain; where there is none (garbage), of Plain as it is; where
	// the envelope could not be opened, of its binary form.
	Hash  string `json:"hash"`
	Plain []byte `json:"plain,omitempty"` // the JSON as the device wrote it; empty where it could not be opened
	// Envelope is the binary form (record.AppendEnvelope) and set only for
	// the quarantine: what could not be read today may be readable tomorrow.
	Envelope []byte `json:"envelope,omitempty"`
	// Assessment is the server's screening.Assessment with its trace, as JSON;
	// only for detections.
	Assessment []byte          `json:"assessment,omitempty"`
	Flags      []string        `json:"flags"`   // never nil
	Reasons    []record.Reason `json:"reasons"` // never nil; not empty: quarantined
	Device     string          `json:"device"`  // the device that brought it, as enrolled
	Agency     string          `json:"agency"`  // of the device that brought it
	Author     string          `json:"author"`  // account id that the record names; of the enrolment where it could not be read
	Role       string          `json:"role"`    // post that the record names
	ReceivedAt time.Time       `json:"received_at"`
	CapturedAt time.Time       `json:"captured_at"` // by the device's clock; never orders anything
	// ClockOffsetS is how many seconds the device's clock was ahead of the
	// server's (below zero: behind) when it sent; nil where it did not say, and
	// where another device than the record's own brought it.
	ClockOffsetS *int64 `json:"clock_offset_s,omitempty"`
	Index        Index  `json:"index"`
	Links        Links  `json:"links"`
}

// Index is what lists and figures look at without opening Plain. It is empty
// for what is in quarantine; encounters and addenda fill only what they have.
type Index struct {
	Level         string             `json:"level"`        // the highest of the server's and what the agent raised it to
	DeviceLevel   string             `json:"device_level"` // what the agent saw
	Danger        []string           `json:"danger"`
	Indicators    []string           `json:"indicators"`
	Offences      []string           `json:"offences"`
	Setting       string             `json:"setting"`
	State         string             `json:"state"`
	Municipality  string             `json:"municipality"`
	Mode          string             `json:"mode"`
	Ended         string             `json:"ended"`
	Sex           string             `json:"sex"`       // a code or a missing code
	AgeGroup      string             `json:"age_group"` // from the age where only that is known
	Nationality   string             `json:"nationality"`
	StateOfOrigin string             `json:"state_of_origin"`
	Groups        map[string]string  `json:"groups"`
	Folio         string             `json:"folio"` // XXXX-XXXX-C
	Protocol      record.ProtocolRef `json:"protocol"`
	Synthetic     bool               `json:"synthetic"` // brought by a demo's device
	// Child, Sensitive and Concerned are access.Scope's.
	Child     bool     `json:"child,omitempty"`
	Sensitive bool     `json:"sensitive,omitempty"`
	Concerned []string `json:"concerned,omitempty"`
}

// Links are the ids of other records that a record names; all may be empty
// and any of them may arrive later.
type Links struct {
	Encounter  string `json:"encounter,omitempty"`   // of a detection: where it took place; of an encounter: its lasting id
	About      string `json:"about,omitempty"`       // of an addendum
	AboutFolio string `json:"about_folio,omitempty"` // of an addendum that knows no id
	Supersedes string `json:"supersedes,omitempty"`
}

// QuarantineKey names one kept envelope in the quarantine. The same content
// sent again, sealed again or not, has the same key.
func (k Kept) QuarantineKey() string { return k.ID + "." + k.Hash }

// Outcome is what the store did with one Kept.
type Outcome struct {
	Status     Status
	ReceivedAt time.Time // of the first time: a duplicate gets the same receipt
}

// Result is what the device is told of one envelope. Reason is a stable code.
type Result struct {
	ID     string `json:"id"`
	Status Status `json:"status"`
	Reason string `json:"reason,omitempty"`
}

// Keeper is the store as ingest needs it.
//
// KeepBatch keeps all of batch in one durable commit (fsync before it returns)
// and answers each in order; an error means that none was kept. Rules, also
// between members of one batch:
//   - without Reasons: id absent, Accepted; present with the same Hash,
//     Duplicate; present with another Hash, Conflict, and this content is kept
//     too (once: sent again it is the same Conflict). The first content kept
//     stays the one that lists show.
//   - with Reasons: Duplicate where the records hold this id and Hash (it was
//     released before); else kept under QuarantineKey and Quarantined (sent
//     again: nothing new is written, and a decision taken stays).
//
// Quarantine entries that share an id with a record of another agency never
// show there: lists go by Kept.Agency.
type Keeper interface {
	KeepBatch(ctx context.Context, batch []Kept) ([]Outcome, error)
}

// Shelf is the quarantine as supervisors need it.
type Shelf interface {
	// Quarantine lists the entries of an agency (empty: of all) that nobody
	// decided on, the longest waiting first, at most limit, after cursor.
	// problem.Invalid ("cursor-invalid") where cursor is not one of its own.
	Quarantine(ctx context.Context, agency, cursor string, limit int) (EntryPage, error)
	// Held returns one entry, decided or not; problem.NotFound
	// ("quarantine-unknown") without it.
	Held(ctx context.Context, key string) (Entry, error)
	// Release keeps k (as KeepBatch does, without Reasons) and marks the entry
	// as released by d, in one commit. problem.Conflict ("quarantine-decided")
	// where the entry has a decision. Durable on return.
	Release(ctx context.Context, key string, k Kept, d Decision) (Outcome, error)
	// Discard marks the entry as discarded by d; nothing is deleted.
	// problem.Conflict ("quarantine-decided") where the entry has a decision.
	Discard(ctx context.Context, key string, d Decision) error
}

// Entry is one envelope in the quarantine.
type Entry struct {
	Kept
	Decision *Decision `json:"decision"` // nil while it waits
}

// EntryPage is a part of the quarantine.
type EntryPage struct {
	Items []Entry // never nil
	Next  string  // empty on the last page
}

// Decision is what a supervisor decided on an entry of the quarantine.
type Decision struct {
	By       string    `json:"by"` // account id
	At       time.Time `json:"at"`
	Decision string    `json:"decision"` // Release or Discard
	Reason   string    `json:"reason"`   // coded: review_reasons.csv
}

// Decisions on the quarantine.
const (
	Release = "release"
	Discard = "discard"
)

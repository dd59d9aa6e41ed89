// Package record holds what leaves a device: detection, encounter and addendum,
// the envelope they travel in and the folio an agent can say on the phone.
// It parses, validates and hashes; it does no I/O and knows no store.
package record

import (
	"encoding/json"
	"time"

	"umbral/screening"
)

// Schema is the number that every record of this shape carries.
const Schema = 1

// Kinds of record.
const (
	KindDetection = "detection"
	KindEncounter = "encounter"
	KindAddendum  = "addendum"
)

// Author is who made the record, as enrolled on the device.
type Author struct {
	User   string `json:"user"`
	Role   string `json:"role"` // the post: a code of roles.csv
	Agency string `json:"agency"`
}

// Place is an INEGI state and municipality; Municipality may be empty.
type Place struct {
	State        string `json:"state"`
	Municipality string `json:"municipality,omitempty"`
}

// ProtocolRef pins the exact protocol: SHA256 is that of the published bytes.
type ProtocolRef struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	SHA256  string `json:"sha256"`
}

// Answer is one answer with the time it was given.
type Answer struct {
	screening.Answer
	At time.Time `json:"at"`
}

// ShownText is what the person was really shown for an item.
type ShownText struct {
	Item     string `json:"item"`
	Locale   string `json:"locale"` // the code served, es-MX where it fell back
	Status   string `json:"status"` // draft, reviewed, certified, stale, ...
	TextHash string `json:"text_hash"`
	SaidBack string `json:"said_back,omitempty"` // yes: the person said in their own words what was asked; else nobody checked
	// AudioSHA256 is of the recording that was played to the person; empty: none was.
	AudioSHA256 string `json:"audio_sha256,omitempty"`
}

// Subject says who the person is, without identity: each variable has a value
// or a missing code, the same for every authority, so that figures add up.
type Subject struct {
	Kind string `json:"kind"` // direct, indirect, witness
	screening.Person
}

// Assessed is what the device's engine said and what the agent raised it to.
type Assessed struct {
	Computed Computed `json:"computed"`
	Raised   *Raised  `json:"raised"`
}

// Computed is the device's assessment without its trace.
type Computed struct {
	Level      string   `json:"level"`
	Danger     []string `json:"danger"`
	Indicators []string `json:"indicators"`
	Offences   []string `json:"offences"`
	Actions    []string `json:"actions"`
}

// Raised is a higher level that the agent set, with a coded reason.
type Raised struct {
	Level  string `json:"level"`
	Reason string `json:"reason"`
}

// Other is somebody present with the person.
type Other struct {
	Relation string   `json:"relation"`
	AgeGroup string   `json:"age_group"`
	Sex      string   `json:"sex"`
	Needs    []string `json:"needs"`
}

// Detection is the record of one screening.
type Detection struct {
	Kind           string            `json:"kind"`
	Schema         int               `json:"schema"`
	ID             string            `json:"id"` // UUIDv7, made on the device
	Author         *Author           `json:"author"`
	Device         *string           `json:"device"`
	OccurredAt     time.Time         `json:"occurred_at"`
	CapturedAt     time.Time         `json:"captured_at"`
	Mode           string            `json:"mode"`  // live, training, paper
	Ended          string            `json:"ended"` // completed, stopped_by_person, ...
	Encounter      *string           `json:"encounter"`
	Setting        string            `json:"setting"`
	Place          Place             `json:"place"`
	Protocol       ProtocolRef       `json:"protocol"`
	PersonLanguage string            `json:"person_language"`
	PersonVariant  string            `json:"person_variant,omitempty"` // INALI's name, where the variant has no code
	AgentLanguage  string            `json:"agent_language"`
	Shown          []ShownText       `json:"shown"`
	Interpreter    string            `json:"interpreter"`
	Answers        []Answer          `json:"answers"`
	Subject        Subject           `json:"subject"`
	Assessment     Assessed          `json:"assessment"`
	Needs          []string          `json:"needs"`
	Consent        map[string]string `json:"consent"` // talk, record, refer -> yes, no or a missing code
	Referrals      []string          `json:"referrals"`
	Others         []Other           `json:"others"`
	Linked         []string          `json:"linked"`
	Supersedes     *string           `json:"supersedes"`
	Identity       json.RawMessage   `json:"identity"` // an envelope to the reviewers, or null
}

// Counts are of persons in an encounter; Refused and NotReached are part of Seen.
type Counts struct {
	Seen       int `json:"seen"`
	Screened   int `json:"screened"`
	Refused    int `json:"refused"`
	NotReached int `json:"not_reached"`
}

// Encounter is one visit, with what holds for everyone there.
type Encounter struct {
	Kind         string      `json:"kind"`
	Schema       int         `json:"schema"`
	ID           string      `json:"id"`        // UUIDv7 of this record
	Encounter    string      `json:"encounter"` // the id that detections name; equal to ID the first time it is sent
	Author       *Author     `json:"author"`
	Device       *string     `json:"device"`
	Mode         string      `json:"mode"`
	Setting      string      `json:"setting"`
	Place        Place       `json:"place"`
	StartedAt    time.Time   `json:"started_at"`
	EndedAt      time.Time   `json:"ended_at"`
	CapturedAt   time.Time   `json:"captured_at"`
	Protocol     ProtocolRef `json:"protocol"`
	Observations []Answer    `json:"observations"`
	Counts       Counts      `json:"counts"`
	Supersedes   *string     `json:"supersedes"`
}

// Addendum is a later fact, correction or withdrawal about a sealed record.
type Addendum struct {
	Kind       string    `json:"kind"`
	Schema     int       `json:"schema"`
	ID         string    `json:"id"`
	Author     *Author   `json:"author"`
	Device     *string   `json:"device"`
	CapturedAt time.Time `json:"captured_at"`
	About      *string   `json:"about"`                 // the id of the record it speaks of, or null where only its folio is known
	AboutFolio *string   `json:"about_folio,omitempty"` // XXXX-XXXX-C: a phone forgets the ids of what it sent
	What       string    `json:"what"`                  // new_fact, correction, consent_withdrawn, error
	Codes      []string  `json:"codes"`                 // indicator, danger or reason codes
	Answers    []Answer  `json:"answers"`
}

// Envelope is a sealed record: HPKE (RFC 9180) single shot, DHKEM(P-256,
// HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Enc is the 65-byte encapsulated key.
type Envelope struct {
	ID  string `json:"id"`
	KID string `json:"kid"`
	Enc []byte `json:"enc"` // base64 (standard, padded) in JSON
	CT  []byte `json:"ct"`

	fault string // why what stood here is no envelope; see ParseBatch
}

// IdentityKID is the id of the key that the identity is sealed to; empty where
// there is none.
func (d *Detection) IdentityKID() string {
	var e Envelope
	if len(d.Identity) == 0 || string(d.Identity) == "null" || e.UnmarshalJSON(d.Identity) != nil {
		return ""
	}
	return e.KID
}

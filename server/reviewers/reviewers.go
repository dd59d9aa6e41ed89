// Package reviewers keeps who may open identities: the agency's reviewers' key,
// each reviewer's own key, and the shares by which the one reaches the other.
// Every private half that passes here is sealed or wrapped in a browser: this
// package could not open an identity if it wanted to.
//
// A share needs two persons: a holder proposes it, somebody else approves it. No
// identity is given out before the purpose of opening it is in the audit.
package reviewers

import (
	"context"
	"encoding/json"
	"time"

	"umbral/server/access"
	"umbral/server/audit"
	"umbral/server/seal"
)

// Own is a reviewer's own key: shares are sealed to it.
type Own struct {
	User      string          `json:"user"`
	PublicKey string          `json:"public_key"` // base64url of 65 bytes
	Wrapped   json.RawMessage `json:"wrapped"`    // the private half under the reviewer's passphrase
	At        time.Time       `json:"at"`
}

// States of a share.
const (
	Pending = "pending"
	Active  = "active"
	Refused = "refused"
	Ended   = "ended" // its receiver made another own key
)

// Share is a reviewers' key sealed to one reviewer's own key.
type Share struct {
	ID        string    `json:"id"` // UUIDv7
	Agency    string    `json:"agency"`
	KID       string    `json:"kid"`  // of the reviewers' key
	User      string    `json:"user"` // who receives it
	Sealed    string    `json:"sealed"`
	State     string    `json:"state"`
	By        string    `json:"by"` // who proposed it
	At        time.Time `json:"at"`
	DecidedBy string    `json:"decided_by"` // empty while pending, and for the share of who made the key
	DecidedAt time.Time `json:"decided_at"`
}

// Person is an account as this room sees it.
type Person struct {
	ID, Display, Agency string
	Reviewer            bool // may open identities, now
}

// People knows who there is.
type People interface {
	// Person returns one. NotFound "account-unknown".
	Person(ctx context.Context, id string) (Person, error)
	// People returns those of an agency who may open identities, now.
	People(ctx context.Context, agency string) ([]Person, error)
}

// Cases gives the sealed identity of a detection that who may open. NotFound
// "detection-unknown", or "identity-none" where nobody left one.
type Cases interface {
	SealedIdentity(ctx context.Context, who access.Caller, id string) (json.RawMessage, error)
}

// Codebook says which codes exist.
type Codebook interface {
	Has(list, code string) bool
}

// Store is what this room needs kept. Every method is one transaction, durable
// on return where it writes, with its audit line.
type Store interface {
	// ReviewersKeys returns the keys of an agency (empty: of all), the oldest first.
	ReviewersKeys(ctx context.Context, agency string) ([]seal.ReviewersKey, error)
	// AddReviewersKey keeps k as the current one with the share of who made it.
	// Conflict "reviewers-key-outdated" unless k.SignedBy is the current one's id
	// (empty: the agency has none).
	AddReviewersKey(ctx context.Context, by string, at time.Time, k seal.ReviewersKey, own Share) error
	// Owns returns the own keys of these accounts, those that have one.
	Owns(ctx context.Context, users []string) ([]Own, error)
	// PutOwn replaces an own key and ends the shares that were sealed to another.
	PutOwn(ctx context.Context, o Own) error
	// Shares returns those of an agency, in order of their making.
	Shares(ctx context.Context, agency string) ([]Share, error)
	// AddShare keeps a pending share. Conflict "share-exists" where its receiver
	// has or awaits one of that key.
	AddShare(ctx context.Context, sh Share) error
	// DecideShare makes a pending share active or refused. NotFound
	// "share-unknown"; Conflict "share-decided".
	DecideShare(ctx context.Context, by string, at time.Time, id, state string) error
	// Enter writes a line into the audit.
	Enter(ctx context.Context, a audit.Act) error
}

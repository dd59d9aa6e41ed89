// Package retention ends what is kept: for how long records stay, what must
// stay for the law, and the destruction of the rest, which one person asks for
// and another approves. Nothing is ever destroyed by itself.
package retention

import (
	"context"
	"time"

	"umbral/server/review"
)

// Codebook lists that reasons are of.
const (
	HoldReasons        = "hold_reasons"
	DestructionReasons = "destruction_reasons"
)

// FlagHold is the flag of a detection that a legal hold keeps; set at read.
const FlagHold = "legal_hold"

// Terms are for how many days after it was received a detection of each level
// stays; a level that is not here stays.
type Terms struct {
	Agency string         `json:"agency"`
	Levels map[string]int `json:"terms"`
	By     string         `json:"by,omitempty"` // account id; empty: the defaults
	At     time.Time      `json:"at"`
}

// Hold keeps a detection from being destroyed, or ends that.
type Hold struct {
	Detection string    `json:"detection"`
	On        bool      `json:"on"`
	Reason    string    `json:"reason"` // a code of HoldReasons
	By        string    `json:"by"`
	At        time.Time `json:"at"`
}

// Mark is who did something, and when.
type Mark struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// States of a destruction.
const (
	Pending = "pending"
	Refused = "refused"
	Done    = "done"
)

// Destruction is a request, and after it the report: what, how many, when, by
// whom and why, and nothing of what the records said.
type Destruction struct {
	ID      string   `json:"id"` // UUIDv7
	Agency  string   `json:"agency"`
	State   string   `json:"state"`
	Reason  string   `json:"reason"`  // a code of DestructionReasons
	Records []string `json:"records"` // ids of detections
	Asked   Mark     `json:"asked"`
	Decided *Mark    `json:"decided"` // nil while it waits
	// Destroyed counts by kind all that went, once it is done: detection,
	// encounter, addendum, quarantine.
	Destroyed map[string]int `json:"destroyed,omitempty"`
}

// Due is a detection whose term is over.
type Due struct {
	ID         string    `json:"id"`
	Folio      string    `json:"folio"`
	Level      string    `json:"level"`
	Status     string    `json:"status"`
	ReceivedAt time.Time `json:"received_at"`
	Over       time.Time `json:"over"` // when its term ended
	Held       bool      `json:"held"` // a legal hold keeps it all the same
}

// Store is what the Desk needs kept. Each act stands in the audit, in the same
// transaction.
type Store interface {
	// Rows is figures.Store's.
	Rows(ctx context.Context, f review.Filter) (rows []review.Row, next string, err error)
	// Row is one detection as lists show it. NotFound "detection-unknown".
	Row(ctx context.Context, id string) (review.Row, error)
	// Terms of an agency. NotFound "terms-unknown" where nobody set any.
	Terms(ctx context.Context, agency string) (Terms, error)
	SetTerms(ctx context.Context, t Terms) error
	// SetHold replaces the hold of a detection. NotFound "detection-unknown".
	SetHold(ctx context.Context, h Hold) error
	// AddDestruction keeps a request that waits.
	AddDestruction(ctx context.Context, d Destruction) error
	// Destruction with this id. NotFound "destruction-unknown".
	Destruction(ctx context.Context, id string) (Destruction, error)
	// Destructions of an agency (empty: of all), the newest first.
	Destructions(ctx context.Context, agency string) ([]Destruction, error)
	// RefuseDestruction ends a request. Conflict "destruction-decided" where
	// somebody decided before.
	RefuseDestruction(ctx context.Context, id string, by Mark) (Destruction, error)
	// ApproveDestruction destroys the keys of the request's records and of all
	// that belongs to them, and removes the rest; durable on return. Conflict
	// "destruction-decided", or "destruction-held" where one of them is held.
	ApproveDestruction(ctx context.Context, id string, by Mark) (Destruction, error)
}

package review

import "context"

// Store is what the Desk needs kept. Every method is one transaction; what it
// returns is the caller's own. Methods that add are durable when they return.
type Store interface {
	// Detections returns a page of the queue. Invalid "cursor-invalid" where
	// f.Cursor is none that it gave for this filter.
	Detections(ctx context.Context, f Filter) (Page, error)
	// Case returns one detection. NotFound "detection-unknown" without it.
	Case(ctx context.Context, id string) (Case, error)
	// AddReview appends r, sets the row's status to r.Status and, where r.Level
	// is not empty, its level, and moves it in the queue. Conflict
	// "review-outdated" unless r.Follows is the last review (empty: none yet);
	// NotFound "detection-unknown" without the detection.
	AddReview(ctx context.Context, r Review) error
	// AddNote appends n. NotFound "detection-unknown" without the detection.
	AddNote(ctx context.Context, n Note) error
}

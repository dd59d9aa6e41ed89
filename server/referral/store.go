package referral

import "context"

// Store is what the Desk needs kept.
type Store interface {
	// AddReferral appends r and sets the row's status to r.Status, in one
	// transaction, durable on return. NotFound "detection-unknown" without the detection.
	AddReferral(ctx context.Context, r Referral) error
}

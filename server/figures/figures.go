// Package figures counts detections and exports them for statistics: codes
// only, never an identity, a free text or a folio that could be said on a phone.
package figures

import (
	"context"

	"umbral/server/review"
)

// Store is what figures are made of.
type Store interface {
	// Rows returns up to f.Limit rows that fit f, in the order in which they
	// were received, from f.Cursor on; next is empty after the last. It counts
	// no total and holds no transaction between calls, so that an export of
	// years never keeps the writers waiting.
	Rows(ctx context.Context, f review.Filter) (rows []review.Row, next string, err error)
}

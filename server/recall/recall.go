// Package recall withdraws a text that was found wrong after persons were shown
// it: it leaves what phones hold, and the detections whose records say that they
// were shown it are found and flagged, so that their answers are judged again. A
// recall is never taken back; other words may be served in its place.
package recall

import (
	"context"
	"slices"
	"strings"
	"time"

	"umbral/server/review"
)

// Flag is of a detection whose person was shown a text that was withdrawn; set
// at read.
const Flag = "text_recalled"

// Reasons is the codebook list of reasons.
const Reasons = "recall_reasons"

// Recall is one text that was withdrawn.
type Recall struct {
	ID     string `json:"id"` // UUIDv7
	Locale string `json:"locale"`
	// Message is the id of the text; empty: wherever the language says this.
	Message  string `json:"message"`
	TextHash string `json:"text_hash"` // of the text as it stands, with its figures' places
	// AudioSHA256 is of the recording that is withdrawn; TextHash is empty then, for
	// the text stands.
	AudioSHA256 string `json:"audio_sha256,omitempty"`
	// Shown are the hashes by which records name it: TextHash, and where the text
	// has figures those of each way it was filled.
	Shown  []string  `json:"shown"`
	Reason string    `json:"reason"` // a code of Reasons
	By     string    `json:"by"`     // account id
	At     time.Time `json:"at"`
}

// Item is the item that the recalled message is the question of; empty where it
// is the question of none, or of any.
func (r Recall) Item() string {
	id, ok := strings.CutPrefix(r.Message, "item.")
	if !ok {
		return ""
	}
	id, _, _ = strings.Cut(strings.TrimSuffix(id, ".child"), "~") // a place's own words of the item
	return id
}

// Covers says whether a record that names this text, and this recording, for this
// item names what was recalled. Records may hold the start of a text's hash.
func (r Recall) Covers(item, locale, hash, audio string) bool {
	if r.AudioSHA256 != "" {
		return locale == r.Locale && audio == r.AudioSHA256
	}
	return locale == r.Locale && hash != "" && (r.Message == "" || item == r.Item()) &&
		slices.ContainsFunc(r.Shown, func(full string) bool { return strings.HasPrefix(full, hash) })
}

// Hit is a detection whose person was shown the text.
type Hit struct {
	review.Row
	Items []string // for which it was shown; codes
}

// Store is what the Desk needs kept.
type Store interface {
	// AddRecall keeps r and finds the detections that it touches, those that come
	// later too, and tells every device that there is something new. Where the same
	// message and hash of the language was withdrawn before, nothing is written and
	// that recall is returned, with false.
	AddRecall(ctx context.Context, r Recall) (Recall, bool, error)
	// Recalls of a language (empty: of all), in the order in which they were made.
	Recalls(ctx context.Context, locale string) ([]Recall, error)
	// Recalled returns the detections that a recall touches, by their ids. Empty
	// where there is none, or no such recall.
	Recalled(ctx context.Context, id string) ([]Hit, error)
}

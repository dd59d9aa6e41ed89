package locales

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Status says how far a text can be trusted. The first five are stored, the
// others computed: what a file claims of itself is never enough.
type Status string

// The statuses, from least to most trusted; stale, tampered and revoked are never
// served.
const (
	Machine   Status = "machine"
	Imported  Status = "imported"
	Draft     Status = "draft"
	Reviewed  Status = "reviewed"
	Certified Status = "certified"
	Stale     Status = "stale"    // the Spanish changed after the translation was made
	Tampered  Status = "tampered" // the text is not the one that the status was given to
	Revoked   Status = "revoked"  // the text was found wrong and withdrawn
)

var trust = []Status{Machine, Imported, Draft, Reviewed, Certified}

// atLeast: s is one of the stored statuses and at least as trusted as gate.
func (s Status) atLeast(gate Status) bool {
	at, want := slices.Index(trust, s), slices.Index(trust, gate)
	return at >= 0 && want >= 0 && at >= want
}

// Row is one line of status.json, the sidecar of a message.
type Row struct {
	Status          Status `json:"status"`
	SourceHash      string `json:"source_hash"` // of the Spanish text and its context
	TextHash        string `json:"text_hash"`
	Translator      string `json:"translator,omitempty"`
	Reviewer        string `json:"reviewer,omitempty"`
	BackTranslation string `json:"back_translation,omitempty"`
	BackTranslator  string `json:"backtrans_by,omitempty"`
	Date            string `json:"date,omitempty"`
	Origin          string `json:"origin,omitempty"`
	Licence         string `json:"licence,omitempty"`
	Expires         string `json:"expires,omitempty"` // date, YYYY-MM-DD
	Voice

	fromDesk bool // the text came about there, and stands in no file
}

// Voice is the recording of a text, or a sign language's video: see media.go.
type Voice struct {
	AudioSHA256   string `json:"audio_sha256,omitempty"`
	AudioSpeaker  string `json:"audio_speaker,omitempty"`
	AudioStatus   Status `json:"audio_status,omitempty"`    // empty: it was judged with the text
	AudioTextHash string `json:"audio_text_hash,omitempty"` // of what it says; empty: text_hash
	AudioReviewer string `json:"audio_reviewer,omitempty"`  // who heard it and vouches

	// Of one of the translation desk, which stands in no file; empty: it does.
	AudioType  string `json:"-"`
	AudioBytes int    `json:"-"`
}

// effective computes what the row is worth for this text, this Spanish and this day.
// A missing row is a draft that nobody vouches for.
func effective(r Row, found bool, text, sourceHash string, now time.Time) Status {
	switch {
	case !found:
		return Draft
	case r.TextHash != TextHash(text):
		return Tampered
	case r.SourceHash != sourceHash:
		return Stale
	case r.Expires != "" && now.Format(time.DateOnly) > r.Expires:
		return Stale
	case !slices.Contains(trust, r.Status):
		return Draft
	}
	return r.Status
}

// Revocation withdraws a text that was found wrong, by its hash: no status and no
// later import of the same words brings it back; other words under the id may be
// served again.
type Revocation struct {
	ID       string `json:"id,omitempty"` // of the message; empty: wherever the language says this
	TextHash string `json:"text_hash,omitempty"`
	// AudioSHA256 withdraws one recording, and leaves its text. One of the two.
	AudioSHA256 string `json:"audio_sha256,omitempty"`
	Reason      string `json:"reason"`
	Date        string `json:"date"` // YYYY-MM-DD
}

func (r Revocation) check(code string) error {
	_, err := time.Parse(time.DateOnly, r.Date)
	if (r.TextHash == "") == (r.AudioSHA256 == "") || !isSHA256(r.TextHash+r.AudioSHA256) || r.Reason == "" || err != nil {
		return fmt.Errorf("locales/%s/revoked.json: %s %s%s: set text_hash or audio_sha256 (64 lower case hex digits), reason and date (YYYY-MM-DD)", code, r.ID, r.TextHash, r.AudioSHA256)
	}
	return nil
}

// revoked says whether a text under this id is withdrawn.
func revoked(all []Revocation, id, text string) bool {
	return slices.ContainsFunc(all, func(r Revocation) bool {
		return (r.ID == "" || r.ID == id) && r.TextHash == TextHash(text)
	})
}

func revokedRecording(all []Revocation, sha string) bool {
	return slices.ContainsFunc(all, func(r Revocation) bool { return r.AudioSHA256 == sha })
}

// TextHash is the SHA-256, in hex, of the text in Unicode NFC: what a record
// keeps of a text that was shown.
func TextHash(text string) string {
	sum := sha256.Sum256([]byte(norm.NFC.String(text)))
	return hex.EncodeToString(sum[:])
}

// sourceHash covers the Spanish and its context: either one changed makes a
// translation stale.
func sourceHash(spanish, context string) string {
	return TextHash(spanish + "\x1f" + context)
}

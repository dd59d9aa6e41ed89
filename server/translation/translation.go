// Package translation is the desk where the texts of a language come about: one
// person translates, another translates back, another reads, and nobody accepts or
// certifies what is their own. Every step is kept, and what a text is worth is
// nothing but what its steps say. What leaves the desk for phones are accepted and
// certified texts, and recordings that somebody certified.
package translation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"golang.org/x/text/unicode/norm"
)

// What a step does.
const (
	Translate       = "translate"
	BackTranslate   = "back_translate"
	Comment         = "comment"
	Accept          = "accept" // of the second reader
	Return          = "return" // back to who translates, with a reason
	Certify         = "certify"
	Record          = "record"
	CertifyRecorded = "certify_recording"
	RefuseRecorded  = "refuse_recording"
)

// Dos are all that a step can do.
func Dos() []string {
	return []string{Translate, BackTranslate, Comment, Accept, Return, Certify, Record, CertifyRecorded, RefuseRecorded}
}

// Lists of the codebook.
const (
	Competences = "text_competence" // on what whoever certifies a text stands
	Speakers    = "interpreters"    // whose voice a recording is
)

// SpeakerTranslator is a speaker who is in no list of interpreters: whoever works
// at this desk.
const SpeakerTranslator = "translator"

// Limits.
const (
	// MaxText is in bytes. The longest consent has 1,400 in Spanish; languages that
	// write long words need twice that.
	MaxText = 4000
	// MaxDrafts is how many recordings of a language may wait for somebody to judge
	// them: what one protocol says to a person is some 250 texts.
	MaxDrafts = 300
	// MaxSteps is how many steps a text may have: a talk of two persons over years.
	MaxSteps = 1000
)

// Step is one thing that somebody did to a text. It is never changed.
type Step struct {
	ID      string    `json:"id"` // UUIDv7
	Locale  string    `json:"locale"`
	Message string    `json:"message"`
	Do      string    `json:"do"`
	By      string    `json:"by"` // account id
	At      time.Time `json:"at"`
	// Text is the translation, the back translation, the comment or the reason.
	Text string `json:"text,omitempty"`
	// TextHash is of the translation that the step makes or speaks of; empty where
	// there was none. Replaces is of the one before it.
	TextHash string `json:"text_hash"`
	Replaces string `json:"replaces,omitempty"`
	// SourceHash is of the Spanish as it was.
	SourceHash string `json:"source_hash"`
	Competence string `json:"competence,omitempty"`
	Loan       bool   `json:"loan,omitempty"` // the Spanish word is the language's own

	Recording string `json:"recording,omitempty"` // its SHA-256
	Type      string `json:"type,omitempty"`
	Bytes     int    `json:"bytes,omitempty"`
	Speaker   string `json:"speaker,omitempty"`

	// Seq is where the step stands among all of its language; set by the store.
	Seq uint64 `json:"-"`
}

// TextHash names a text as records and status.json do: SHA-256, in hex, of NFC.
func TextHash(text string) string {
	sum := sha256.Sum256([]byte(norm.NFC.String(text)))
	return hex.EncodeToString(sum[:])
}

// Write is what one act adds to a language.
type Write struct {
	Steps []Step
	// After is by message the Seq of the last step that the writer knew; absent: none.
	After map[string]uint64
	// Content is of the recording that the one step names.
	Content []byte
	// Drop are recordings, by SHA-256, whose bytes nobody needs any more.
	Drop []string
}

// Language is one that an administrator added.
type Language struct {
	Code    string    `json:"code"`
	Name    string    `json:"name"`
	Autonym string    `json:"autonym"`
	Variant string    `json:"variant"`
	States  []string  `json:"states"`
	Writing string    `json:"writing"`
	Gate    string    `json:"gate"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Store is what the Desk needs kept.
type Store interface {
	// AddSteps keeps all of w, or nothing, and enters each step in the book. Conflict
	// "translation-changed" where a message got a step that the writer did not know;
	// "recording-there" where a recording of the language has these bytes.
	AddSteps(ctx context.Context, locale string, w Write) error
	// Steps of a language, or of one of its messages (empty: all), in order.
	Steps(ctx context.Context, locale, message string) ([]Step, error)
	// StepLocales are the languages that have any.
	StepLocales(ctx context.Context) ([]string, error)
	// Recording returns the bytes of a recording; NotFound "recording-unknown".
	Recording(ctx context.Context, locale, sha256 string) ([]byte, error)

	// AddLanguage keeps l. Conflict "language-there".
	AddLanguage(ctx context.Context, l Language) error
	// Languages are those that were added, in that order.
	Languages(ctx context.Context) ([]Language, error)
	// RaiseGate keeps that a language's gate is certified from now on; false where
	// that was kept before.
	RaiseGate(ctx context.Context, by string, at time.Time, code string) (bool, error)
	// RaisedGates are the codes of those languages.
	RaisedGates(ctx context.Context) ([]string, error)
}

// Source is the Spanish of a message.
type Source struct {
	Text    string
	Context string
	Hash    string
	Note    *Note  // of the item that it belongs to
	Gate    string // what its class must be before a person sees it, and why
	Why     string
}

// Note is the concept note of an item, in Spanish.
type Note struct{ Asks, Not, Avoid, Threshold string }

// Own is the text that devices and files have of a message.
type Own struct {
	Text   string
	Status string // effective
}

// Interface is the part that is no protocol: what the interface says to a person.
const Interface = "interface"

// Texts are the languages as they are now; main hands them over.
type Texts interface {
	// Known says whether the language is registered, IsSource whether it is the one
	// that all others are made from.
	Known(locale string) bool
	IsSource(locale string) bool
	// Messages are the ids of a protocol, or of Interface, in its order; false where
	// there is no such part.
	Messages(part string) ([]string, bool)
	// Sources are the Spanish texts of a message: one, or one for each way in which
	// protocols say it. None where there is no such message. Those of a part alone,
	// where it is not empty.
	Sources(part, message string) []Source
	// Own is the language's text in a part; false where it has none.
	Own(locale, part, message string) (Own, bool)
	// Alike says whether one text may be taken for the other by who reads or hears it.
	Alike(a, b string) bool
	// Neighbours are the messages that a person must be able to tell from this one.
	Neighbours(message string) []string
	// CheckLanguage says what is wrong with a language that is to be added: Conflict
	// "language-there", Invalid "language-invalid".
	CheckLanguage(l Language) error
	// GateOf is the gate of a language.
	GateOf(locale string) string
}

// Codebook says which codes exist.
type Codebook interface {
	Has(list, code string) bool
}

package translation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"umbral/server/access"
	"umbral/server/problem"
)

// Brought is a recording that somebody brings.
type Brought struct {
	Content []byte
	// TextHash is of the text that it says; empty, or that of the Spanish, where it
	// was made from the Spanish alone.
	TextHash string
	Speaker  string
	Consent  bool // of who speaks
}

// AddRecording keeps a recording as a draft: nobody is played it before somebody
// else certified it for the words that it says.
func (d *Desk) AddRecording(ctx context.Context, who access.Caller, locale, message string, b Brought) (r Recording, err error) {
	if err := access.Check(who, access.AddRecording, access.Scope{Owner: who.User, Agency: who.Agency}); err != nil {
		return r, err
	}
	if err := d.checkLocale(locale); err != nil {
		return r, err
	}
	if r, err = d.judge(who, b); err != nil {
		return r, err
	}
	for range attempts {
		if r, err = d.keepRecording(ctx, locale, message, r, b); !isMoved(err) {
			return r, err
		}
	}
	return r, err
}

// judge looks at what a recording is, before at what it says.
func (d *Desk) judge(who access.Caller, b Brought) (Recording, error) {
	media, limit, known := d.Media(b.Content)
	switch {
	case !b.Consent:
		return Recording{}, problem.New(problem.Invalid, "recording-consent")
	case b.Speaker != SpeakerTranslator && !d.Codes.Has(Speakers, b.Speaker):
		return Recording{}, problem.New(problem.Invalid, "recording-speaker", "list", Speakers)
	case !known:
		return Recording{}, problem.New(problem.Unsupported, "recording-type")
	case len(b.Content) > limit:
		return Recording{}, problem.New(problem.TooLarge, "body-too-large", "limit_bytes", limit)
	}
	sum := sha256.Sum256(b.Content)
	return Recording{SHA256: hex.EncodeToString(sum[:]), Type: media, Bytes: len(b.Content), By: who.User, Speaker: b.Speaker,
		State: RecordingDraft, TextHash: b.TextHash}, nil
}

func (d *Desk) keepRecording(ctx context.Context, locale, message string, r Recording, b Brought) (Recording, error) {
	all, err := d.Store.Steps(ctx, locale, "")
	if err != nil {
		return r, err
	}
	by := byMessage(all)
	item, ok := d.item(locale, "", message, by[message])
	if !ok {
		return r, problem.New(problem.NotFound, "message-unknown")
	}
	if r.TextHash == TextHash(item.Source.Text) {
		r.TextHash = ""
	}
	drop := ownDrafts(item.State, r)
	switch waiting := drafts(by) - len(drop); {
	case r.TextHash != "" && r.TextHash != item.TextHash:
		return r, errChanged()
	case len(by[message]) >= MaxSteps:
		return r, problem.New(problem.Conflict, "translation-steps", "limit", MaxSteps)
	case waiting >= MaxDrafts:
		return r, problem.New(problem.Conflict, "recordings-full", "limit", MaxDrafts)
	}
	r.SourceHash = item.Source.Hash
	step := Step{ID: d.NewID(), Locale: locale, Message: message, Do: Record, By: r.By, At: d.Now().UTC(), TextHash: r.TextHash,
		SourceHash: r.SourceHash, Recording: r.SHA256, Type: r.Type, Bytes: r.Bytes, Speaker: r.Speaker}
	if err := item.trial(step); err != nil {
		return r, err
	}
	return r, d.Store.AddSteps(ctx, locale, Write{Steps: []Step{step}, After: map[string]uint64{message: item.Last}, Content: b.Content, Drop: drop})
}

// drafts counts the recordings of a language that wait for somebody to judge them.
func drafts(by map[string][]Step) (n int) {
	for _, steps := range by {
		for _, r := range Fold(steps, nil).Recordings {
			if r.State == RecordingDraft {
				n++
			}
		}
	}
	return n
}

// ownDrafts are those of a text that their own speaker's recorder brings anew: a
// voice that nobody needs is not kept.
func ownDrafts(s State, r Recording) (drop []string) {
	for _, o := range s.Recordings {
		if o.State == RecordingDraft && o.By == r.By && o.Speaker == r.Speaker && o.SHA256 != r.SHA256 {
			drop = append(drop, o.SHA256)
		}
	}
	return drop
}

// Recording returns the bytes and the type of a recording, draft or not, for who
// works at the desk. NotFound "recording-unknown".
func (d *Desk) Recording(ctx context.Context, who access.Caller, locale, sha string) ([]byte, string, error) {
	if err := access.Check(who, access.Translate, access.Scope{}); err != nil {
		return nil, "", err
	}
	if err := d.checkLocale(locale); err != nil {
		return nil, "", err
	}
	content, err := d.Store.Recording(ctx, locale, sha)
	if err != nil {
		return nil, "", err
	}
	media, _, _ := d.Media(slices.Clip(content))
	return content, media, nil
}

package recall

import (
	"context"
	"regexp"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/review"
)

// Texts are the languages, as they are now.
type Texts interface {
	// Known says whether the language is registered, Source whether it is the one
	// that every other falls back to.
	Known(locale string) bool
	Source(locale string) bool
	// Hashes of the language's text of a message: as it stands, and in each way it
	// may have been filled and shown. False where it has none.
	Hashes(locale, message string) (text string, shown []string, ok bool)
}

// Desk is where texts are withdrawn. Its fields are set once, by main or a test.
type Desk struct {
	Store Store
	Texts Texts
	Codes review.Codebook
	// Withdrawn is called after a recall is kept: what devices fetch is made anew.
	Withdrawn func(ctx context.Context) error
	NewID     func() string    // UUIDv7
	Now       func() time.Time // server time
}

// Asked is what somebody wants withdrawn: a message's text as it is now, a text by
// its hash wherever the language says it, or a recording by its hash. One of them.
type Asked struct {
	Message     string
	TextHash    string
	AudioSHA256 string
	Reason      string
}

// names says whether it names one of the three, and that in its form.
func (a Asked) names() bool {
	n := 0
	for _, is := range []struct {
		what string
		form *regexp.Regexp
	}{{a.Message, messageForm}, {a.TextHash, hashForm}, {a.AudioSHA256, hashForm}} {
		if is.what != "" {
			if n++; !is.form.MatchString(is.what) {
				return false
			}
		}
	}
	return n == 1
}

var (
	hashForm    = regexp.MustCompile(`^[0-9a-f]{64}$`)
	messageForm = regexp.MustCompile(`^[a-z0-9_.~-]{1,128}$`)
)

// Recall withdraws a text; false where it was withdrawn before. NotFound
// "locale-unknown", "text-unknown"; Invalid "recall-what", "recall-reason", and
// "recall-source" for Spanish, which nothing could stand in for.
func (d *Desk) Recall(ctx context.Context, who access.Caller, locale string, what Asked) (Recall, bool, error) {
	if err := access.Check(who, access.RecallText, access.Scope{}); err != nil {
		return Recall{}, false, err
	}
	switch {
	case !d.Texts.Known(locale):
		return Recall{}, false, problem.New(problem.NotFound, "locale-unknown")
	case d.Texts.Source(locale):
		return Recall{}, false, problem.New(problem.Invalid, "recall-source")
	case !what.names():
		return Recall{}, false, problem.New(problem.Invalid, "recall-what")
	case !d.Codes.Has(Reasons, what.Reason):
		return Recall{}, false, problem.New(problem.Invalid, "recall-reason", "list", Reasons)
	}
	r := Recall{ID: d.NewID(), Locale: locale, Message: what.Message, TextHash: what.TextHash, AudioSHA256: what.AudioSHA256, Shown: []string{what.TextHash},
		Reason: what.Reason, By: who.User, At: d.Now().UTC()}
	if what.Message != "" {
		var ok bool
		if r.TextHash, r.Shown, ok = d.Texts.Hashes(locale, what.Message); !ok {
			return Recall{}, false, problem.New(problem.NotFound, "text-unknown")
		}
	}
	r, fresh, err := d.Store.AddRecall(ctx, r)
	if err != nil {
		return Recall{}, false, err
	}
	// Also where it was withdrawn before: that start may have been cut short.
	return r, fresh, d.Withdrawn(ctx)
}

// Seen is a recall with the detections that it touches, as one reader may have it.
type Seen struct {
	Recall
	// Total is how many detections it touches, of those that the reader may know of.
	Total int
	// Hits is nil for a reader who may know no more than how many.
	Hits []Hit
}

// List returns the recalls of a language, the oldest first. NotFound "locale-unknown".
func (d *Desk) List(ctx context.Context, who access.Caller, locale string) ([]Seen, error) {
	view, err := access.ViewOf(who, access.ReadRecalls)
	if err != nil {
		return nil, err
	}
	if !d.Texts.Known(locale) {
		return nil, problem.New(problem.NotFound, "locale-unknown")
	}
	all, err := d.Store.Recalls(ctx, locale)
	if err != nil {
		return nil, err
	}
	list := make([]Seen, len(all))
	by := access.RedactionFor(who)
	named := access.Fields(who, access.ReadRecalls) != "codes"
	for i, r := range all {
		list[i] = Seen{Recall: r}
		if named {
			list[i].Hits = []Hit{}
		}
		hits, err := d.Store.Recalled(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			if !view.Keeps(h.Scope()) {
				continue
			}
			list[i].Total++
			if named {
				list[i].Hits = append(list[i].Hits, Hit{h.Redacted(by), by.Codes(h.Items)})
			}
		}
	}
	return list, nil
}

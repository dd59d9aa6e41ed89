package translation

import (
	"context"
	"slices"
	"strings"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
)

// Desk is where texts are worked on. Its fields are set once, by main or a test.
type Desk struct {
	Store Store
	Texts Texts
	Codes Codebook
	// Media is the type of a recording by its first bytes, and how long one may be;
	// false for what phones do not play.
	Media func(content []byte) (mediaType string, max int, ok bool)
	// Changed is called after a step that changes what devices may have.
	Changed func()
	// Added is called after a language was added or its gate raised.
	Added func(ctx context.Context) error
	NewID func() string    // UUIDv7
	Now   func() time.Time // server time
}

// Item is a text as the desk shows it.
type Item struct {
	ID     string
	Source Source
	// Text is the newest that there is, of the desk or of the files.
	Text, TextHash string
	Status         string // of what the catalogue has: effective, or "missing"
	State
	Recording *Recording // the newest
}

// Missing is the status of a message of which the language has no text.
const Missing = "missing"

// List returns the texts of a part of a language. NotFound "locale-unknown",
// "protocol-unknown"; Invalid "translation-source" for Spanish.
func (d *Desk) List(ctx context.Context, who access.Caller, locale, part string) ([]Item, error) {
	if err := d.reads(who, locale); err != nil {
		return nil, err
	}
	ids, ok := d.Texts.Messages(part)
	if !ok {
		return nil, problem.New(problem.NotFound, "protocol-unknown")
	}
	all, err := d.Store.Steps(ctx, locale, "")
	if err != nil {
		return nil, err
	}
	by := byMessage(all)
	items := make([]Item, 0, len(ids))
	for _, id := range ids {
		if item, ok := d.item(locale, part, id, by[id]); ok {
			items = append(items, item)
		}
	}
	return items, nil
}

// Steps returns what was done to one text, the oldest first.
func (d *Desk) Steps(ctx context.Context, who access.Caller, locale, message string) ([]Step, error) {
	if err := d.reads(who, locale); err != nil {
		return nil, err
	}
	if len(d.Texts.Sources("", message)) == 0 {
		return nil, problem.New(problem.NotFound, "message-unknown")
	}
	return d.Store.Steps(ctx, locale, message)
}

func (d *Desk) reads(who access.Caller, locale string) error {
	if err := access.Check(who, access.ReadTranslations, access.Scope{}); err != nil {
		return err
	}
	return d.checkLocale(locale)
}

func (d *Desk) checkLocale(locale string) error {
	switch {
	case !d.Texts.Known(locale):
		return problem.New(problem.NotFound, "locale-unknown")
	case d.Texts.IsSource(locale):
		return problem.New(problem.Invalid, "translation-source")
	}
	return nil
}

func byMessage(steps []Step) map[string][]Step {
	by := map[string][]Step{}
	for _, s := range steps {
		by[s.Message] = append(by[s.Message], s)
	}
	return by
}

// item is one text of a part, of any where part is empty; false where there is no
// such message.
func (d *Desk) item(locale, part, message string, steps []Step) (Item, bool) {
	sources := d.Texts.Sources(part, message)
	if len(sources) == 0 {
		return Item{}, false
	}
	item := Item{ID: message, Source: sources[0], Status: Missing}
	item.State = Fold(steps, func(hash string) bool {
		return slices.ContainsFunc(sources, func(s Source) bool { return s.Hash == hash })
	})
	for _, s := range sources { // of several, the one that it was made from
		if s.Hash == item.Version.SourceHash {
			item.Source = s
		}
	}
	own, there := d.Texts.Own(locale, part, message)
	if there {
		item.Status = own.Status
	}
	switch {
	case item.Version.Text != "":
		item.Text, item.TextHash = item.Version.Text, item.Version.TextHash
	case there:
		item.Text, item.TextHash, item.State.State = own.Text, TextHash(own.Text), Outside
		item.Stale = own.Status == "stale"
	}
	if n := len(item.Recordings); n > 0 {
		item.Recording = &item.Recordings[n-1]
	}
	return item, true
}

// Asked is a step that somebody wants to do.
type Asked struct {
	Do         string
	Text       string
	TextHash   string
	SourceHash string
	Competence string
	Loan       bool
	Recording  string
}

// attempts is how often a step is tried again when another came between: two
// persons at one text are many already.
const attempts = 3

// Do does a step and returns the text as it is then.
func (d *Desk) Do(ctx context.Context, who access.Caller, locale, message string, a Asked) (item Item, err error) {
	if err := access.Check(who, rightFor(a.Do), access.Scope{}); err != nil {
		return item, err
	}
	if err := d.checkLocale(locale); err != nil {
		return item, err
	}
	for range attempts {
		if item, err = d.try(ctx, who, locale, message, a); !isMoved(err) {
			return item, err
		}
	}
	return item, err
}

// isMoved: somebody else's step came between; what was asked may still hold.
func isMoved(err error) bool { return problem.KindOf(err) == problem.Conflict && err.Error() == moved }

// moved is the conflict that the store gives.
const moved = "translation-changed"

func (d *Desk) try(ctx context.Context, who access.Caller, locale, message string, a Asked) (Item, error) {
	steps, err := d.Store.Steps(ctx, locale, message)
	if err != nil {
		return Item{}, err
	}
	before, ok := d.item(locale, "", message, steps)
	if !ok {
		return Item{}, problem.New(problem.NotFound, "message-unknown")
	}
	if len(steps) >= MaxSteps {
		return Item{}, problem.New(problem.Conflict, "translation-steps", "limit", MaxSteps)
	}
	var neighbours map[string]string
	if a.Do == Translate {
		if neighbours, err = d.neighbours(ctx, locale, message); err != nil {
			return Item{}, err
		}
	}
	step, err := d.checked(who, before, neighbours, a)
	if err != nil {
		return Item{}, err
	}
	step.Locale = locale
	w := Write{Steps: []Step{step}, After: map[string]uint64{message: before.Last}, Drop: dropped(a)}
	if err := d.Store.AddSteps(ctx, locale, w); err != nil {
		return Item{}, err
	}
	after, _ := d.item(locale, "", message, append(slices.Clone(steps), step))
	d.tell(before, after)
	return after, nil
}

// dropped are the recordings whose bytes go with a step: nobody needs a voice that
// was refused.
func dropped(a Asked) []string {
	if a.Do == RefuseRecorded {
		return []string{a.Recording}
	}
	return nil
}

func rightFor(do string) access.Action {
	switch do {
	case Certify, CertifyRecorded, RefuseRecorded:
		return access.CertifyText
	}
	return access.Translate
}

// tell says that devices have something new to get.
func (d *Desk) tell(before, after Item) {
	if out(before.State) != out(after.State) {
		d.Changed()
	}
}

// out is what of a state devices may have.
func out(s State) (is struct{ text, who, voice string }) {
	if s.Stands != nil {
		is.text, is.who = s.Stands.TextHash, s.Stands.Reviewer+s.Stands.Certifier+s.Stands.BackTranslator
	}
	if r, ok := s.Heard(); ok {
		is.voice = r.SHA256
	}
	return is
}

// checked makes the step that was asked, or says what speaks against it.
func (d *Desk) checked(who access.Caller, item Item, neighbours map[string]string, a Asked) (Step, error) {
	source := a.SourceHash
	if source == "" {
		source = item.Source.Hash
	}
	if !d.isCurrent(item.ID, source) {
		return Step{}, problem.New(problem.Conflict, "translation-source-changed")
	}
	step := Step{ID: d.NewID(), Message: item.ID, Do: a.Do, By: who.User, At: d.Now().UTC(), Text: normal(a.Text), TextHash: a.TextHash, SourceHash: source}
	var err error
	switch a.Do {
	case Translate:
		return d.translation(step, item, neighbours, a)
	case BackTranslate:
		err = checkText(step.Text, MaxText)
	case Comment, Return:
		if err = checkText(step.Text, MaxText); step.TextHash == "" {
			step.TextHash = item.TextHash
		}
	case Accept:
		if item.Source.Gate == Certified && item.Version.Back == "" && item.Version.Text != "" {
			err = problem.New(problem.Conflict, "translation-needs-back")
		}
	case Certify:
		if step.Competence = a.Competence; !d.Codes.Has(Competences, a.Competence) {
			err = problem.New(problem.Invalid, "translation-competence", "list", Competences)
		}
	case CertifyRecorded, RefuseRecorded:
		step.Recording = a.Recording
		if step.TextHash == "" {
			step.TextHash = said(item.State, a.Recording)
		}
		// Who certifies a voice of a text that came in a file vouches for that text too.
		if a.Do == CertifyRecorded && item.State.State == Outside && (item.Status != Certified || step.TextHash != item.TextHash) {
			err = problem.New(problem.Conflict, "recording-text")
		}
	default: // a recording comes with its bytes; see AddRecording
		err = problem.New(problem.Invalid, "translation-step")
	}
	if err != nil {
		return Step{}, err
	}
	return step, item.trial(step)
}

// said is the hash of the text that a recording says.
func said(s State, sha string) string {
	for _, r := range s.Recordings {
		if r.SHA256 == sha {
			return r.TextHash
		}
	}
	return ""
}

// trial says why the step may not be done; it changes nothing.
func (s State) trial(step Step) error {
	s.Recordings = slices.Clone(s.Recordings)
	return s.add(step)
}

func (d *Desk) isCurrent(message, source string) bool {
	return slices.ContainsFunc(d.Texts.Sources("", message), func(s Source) bool { return s.Hash == source })
}

// neighbours are the texts, as they are now, of the messages that a person must be
// able to tell from this one.
func (d *Desk) neighbours(ctx context.Context, locale, message string) (map[string]string, error) {
	texts := map[string]string{}
	for _, id := range d.Texts.Neighbours(message) {
		steps, err := d.Store.Steps(ctx, locale, id)
		if err != nil {
			return nil, err
		}
		if item, ok := d.item(locale, "", id, steps); ok && item.Text != "" {
			texts[id] = item.Text
		}
	}
	return texts, nil
}

// normal is a text as it is kept: NFC, so that its hash fits everywhere, without
// the blanks around it. No letter, sign of the glottal stop or tone is changed.
func normal(text string) string { return strings.TrimSpace(nfc(text)) }

package translation

import (
	"slices"
	"time"

	"umbral/server/problem"
)

// States of a text.
const (
	Untranslated   = "untranslated"
	Outside        = "outside" // it comes from a file, and nobody worked on it here
	Translated     = "translated"
	BackTranslated = "back_translated"
	Accepted       = "accepted"
	Returned       = "returned"
	Certified      = "certified"
)

// States are all of them, from the least to the most.
func States() []string {
	return []string{Untranslated, Outside, Returned, Translated, BackTranslated, Accepted, Certified}
}

// Version is one translation with what became of it.
type Version struct {
	Text, TextHash, SourceHash string
	Translator                 string
	Back, BackTranslator       string
	Reviewer                   string // who accepted it
	Certifier, Competence      string
	At                         time.Time // of the last step that made it worth more
}

// certified and accepted say what it is worth.
func (v Version) certified() bool { return v.Certifier != "" }
func (v Version) accepted() bool  { return v.Reviewer != "" }

// plain is the version as it was when somebody wrote it.
func (v Version) plain() Version {
	return Version{Text: v.Text, TextHash: v.TextHash, SourceHash: v.SourceHash, Translator: v.Translator, At: v.At}
}

// States of a recording.
const (
	RecordingDraft     = "draft"
	RecordingCertified = "certified"
	RecordingRefused   = "refused"
)

// Recording is one voice that says a text, or what the Spanish says.
type Recording struct {
	SHA256, Type string
	Bytes        int
	By, Speaker  string
	State        string
	// TextHash is of the text that it says; empty where it was made from the Spanish
	// alone, and then nobody is ever played it.
	TextHash, SourceHash string
	Certifier            string

	ofFile bool // it was certified for a text that no step made
}

// State is what the steps of one text come to.
type State struct {
	State   string
	Stale   bool    // the Spanish is another since
	Version Version // the newest; without a text where nobody translated here
	// Stands is the newest version that was accepted or certified: what devices may
	// have. A correction in the making does not take a certified text out of use.
	Stands     *Version
	Comments   int
	Recordings []Recording
	Last       uint64 // Seq of the last step

	authors []author
}

// author is somebody who wrote a text. Who wrote the same words before, and was
// followed by another who wrote them again, is still their author.
type author struct{ hash, by string }

// own: the step is about words that its author wrote.
func (s *State) own(step Step) bool {
	return slices.Contains(s.authors, author{s.Version.TextHash, step.By})
}

// Fold is what steps come to, in their order. What a step may not do it does not
// do, whoever wrote it down. current says whether a Spanish text, by its hash, is
// the one of now; nil: any is.
func Fold(steps []Step, current func(sourceHash string) bool) State {
	s := State{State: Untranslated}
	for _, step := range steps {
		_ = s.add(step) // refused before it was kept, or without effect
		s.Last = max(s.Last, step.Seq)
	}
	if current == nil {
		return s
	}
	if s.Version.Text != "" && !current(s.Version.SourceHash) {
		s.Stale, s.Version = true, s.Version.plain()
		if s.State != Returned {
			s.State = Translated
		}
	}
	if s.Stands != nil && !current(s.Stands.SourceHash) {
		s.Stands = nil
	}
	return s
}

// add does what the step does, or says why it may not.
func (s *State) add(step Step) error {
	v := &s.Version
	switch step.Do {
	case Comment:
		s.Comments++
		return nil
	case Translate:
		if v.Text != "" && step.Replaces != v.TextHash {
			return errChanged()
		}
		s.Version = Version{Text: step.Text, TextHash: step.TextHash, SourceHash: step.SourceHash, Translator: step.By, At: step.At}
		s.State = Translated
		s.authors = append(s.authors, author{step.TextHash, step.By})
		return nil
	case Record, CertifyRecorded, RefuseRecorded:
		return s.addRecording(step)
	}
	switch {
	case v.Text == "":
		return problem.New(problem.Conflict, "translation-needs-text")
	case step.TextHash != v.TextHash:
		return errChanged()
	case step.Do != Return && step.SourceHash != v.SourceHash:
		return problem.New(problem.Conflict, "translation-source-changed")
	case step.Do != Return && s.State == Returned:
		return problem.New(problem.Conflict, "translation-returned")
	}
	switch step.Do {
	case BackTranslate:
		return s.addBack(step)
	case Accept:
		return s.addAccept(step)
	case Certify:
		return s.addCertify(step)
	case Return:
		if s.Stands != nil && s.Stands.TextHash == v.TextHash {
			s.Stands = nil
		}
		s.Version, s.State = v.plain(), Returned
		return nil
	}
	return problem.New(problem.Invalid, "translation-step")
}

// addBack: not by who translated, nor by who accepted it already. One that others
// went by is not replaced.
func (s *State) addBack(step Step) error {
	v := &s.Version
	switch {
	case s.own(step), step.By == v.Reviewer:
		return errOwn()
	case v.certified(), v.accepted() && v.Back != "":
		return problem.New(problem.Conflict, "translation-judged")
	}
	v.Back, v.BackTranslator = step.Text, step.By
	if s.State == Translated {
		s.State = BackTranslated
	}
	if v.accepted() && !s.Stands.certified() {
		s.stand() // accepted before: it stands with its back translation
	}
	return nil
}

func (s *State) addAccept(step Step) error {
	v := &s.Version
	switch {
	case s.own(step), step.By == v.BackTranslator:
		return errOwn()
	case v.accepted():
		return problem.New(problem.Conflict, "translation-judged")
	}
	v.Reviewer, v.At, s.State = step.By, step.At, Accepted
	if s.Stands == nil || !s.Stands.certified() {
		s.stand()
	}
	return nil
}

func (s *State) addCertify(step Step) error {
	v := &s.Version
	switch {
	case s.own(step), step.By == v.BackTranslator:
		return errOwn()
	case v.Back == "":
		return problem.New(problem.Conflict, "translation-needs-back")
	case !v.accepted():
		return problem.New(problem.Conflict, "translation-needs-accept")
	case v.certified():
		return problem.New(problem.Conflict, "translation-judged")
	}
	v.Certifier, v.Competence, v.At, s.State = step.By, step.Competence, step.At, Certified
	s.stand()
	return nil
}

// stand makes the version the one that devices may have.
func (s *State) stand() {
	v := s.Version
	s.Stands = &v
}

func (s *State) addRecording(step Step) error {
	at := slices.IndexFunc(s.Recordings, func(r Recording) bool { return r.SHA256 == step.Recording })
	switch {
	case step.Do == Record && at >= 0:
		return problem.New(problem.Conflict, "recording-there")
	case step.Do == Record:
		for _, sha := range ownDrafts(*s, Recording{SHA256: step.Recording, By: step.By, Speaker: step.Speaker}) {
			i := slices.IndexFunc(s.Recordings, func(r Recording) bool { return r.SHA256 == sha })
			s.Recordings[i].State = RecordingRefused // its bytes went with this step
		}
		s.Recordings = append(s.Recordings, Recording{SHA256: step.Recording, Type: step.Type, Bytes: step.Bytes, By: step.By, Speaker: step.Speaker,
			State: RecordingDraft, TextHash: step.TextHash, SourceHash: step.SourceHash})
		return nil
	case at < 0:
		return problem.New(problem.NotFound, "recording-unknown")
	case s.Recordings[at].State == RecordingRefused:
		return problem.New(problem.Conflict, "recording-refused")
	}
	r := &s.Recordings[at]
	if step.Do == RefuseRecorded {
		r.State, r.Certifier = RecordingRefused, ""
		return nil
	}
	switch {
	case step.By == r.By:
		return errOwn()
	case r.TextHash == "" || step.TextHash != r.TextHash || !s.certifiedHere(r.TextHash) && s.Version.Text != "":
		return problem.New(problem.Conflict, "recording-text")
	case r.State == RecordingCertified:
		return problem.New(problem.Conflict, "translation-judged")
	}
	r.State, r.Certifier, r.ofFile = RecordingCertified, step.By, s.Version.Text == ""
	return nil
}

// certifiedHere: these words stand, certified at the desk.
func (s *State) certifiedHere(hash string) bool {
	return s.Stands != nil && s.Stands.certified() && s.Stands.TextHash == hash
}

// Heard is the recording that may be played of what stands: the newest that
// somebody certified for these very words. Where nothing of the desk stands it is
// the newest for a text of the files, whose hash the catalogue holds it to.
func (s State) Heard() (Recording, bool) {
	for _, r := range slices.Backward(s.Recordings) {
		if r.State == RecordingCertified && (s.Stands == nil && r.ofFile || s.certifiedHere(r.TextHash)) {
			return r, true
		}
	}
	return Recording{}, false
}

func errChanged() error { return problem.New(problem.Conflict, "translation-changed") }

func errOwn() error { return problem.New(problem.Forbidden, "translation-own") }

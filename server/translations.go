package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"umbral/locales"
	"umbral/protocols"
	"umbral/server/audit"
	"umbral/server/problem"
	"umbral/server/translation"
)

// renewEvery is the least time from one making of the catalogue for the desk to
// the next: each takes about a second of a core, and a sheet of a thousand texts,
// or several persons at work, would otherwise ask for it all the time.
const renewEvery = 3 * time.Second

// deskOrigin and deskLicence stand in the row of every text of the desk.
const (
	deskOrigin  = "translation desk"
	deskLicence = "by agreement with the translator; ask the operator"
)

// fromDesk adds to o what the store has of the translation desk.
func (n *node) fromDesk(ctx context.Context, o *locales.Options) error {
	works, err := translation.Works(ctx, n.store)
	if err != nil {
		return err
	}
	added, err := n.store.Languages(ctx)
	if err != nil {
		return err
	}
	for _, l := range added {
		o.Added = append(o.Added, rowOfAdded(l))
	}
	if o.Raised, err = n.store.RaisedGates(ctx); err != nil {
		return err
	}
	o.Works = map[string]map[string]locales.Work{}
	o.Voices = map[string]map[string]locales.Voice{}
	voices := map[string]string{} // SHA-256 -> language
	for code, texts := range works {
		o.Works[code], o.Voices[code] = map[string]locales.Work{}, map[string]locales.Voice{}
		for id, w := range texts {
			if w.VoiceOnly() {
				o.Voices[code][id] = voiceOf(w.Recording)
			} else {
				o.Works[code][id] = locales.Work{Text: w.Text, Row: rowOfWork(w)}
			}
			if w.Recording != nil {
				voices[w.Recording.SHA256] = code
			}
		}
	}
	o.Media = func(sha string) ([]byte, error) {
		return n.store.Recording(context.Background(), voices[sha], sha)
	}
	return nil
}

func rowOfWork(w translation.Work) locales.Row {
	r := locales.Row{Status: locales.Reviewed, SourceHash: w.SourceHash, TextHash: w.TextHash, Translator: w.Translator, Reviewer: w.Reviewer,
		BackTranslation: w.Back, BackTranslator: w.BackTranslator, Date: w.At.Format(time.DateOnly), Origin: deskOrigin, Licence: deskLicence}
	if w.IsCertified() {
		r.Status = locales.Certified
	}
	if w.Recording != nil {
		r.Voice = voiceOf(w.Recording)
	}
	return r
}

// voiceOf is a recording that somebody certified.
func voiceOf(r *translation.Recording) locales.Voice {
	return locales.Voice{AudioSHA256: r.SHA256, AudioSpeaker: r.Speaker, AudioStatus: locales.Certified, AudioTextHash: r.TextHash, AudioReviewer: r.Certifier,
		AudioType: r.Type, AudioBytes: r.Bytes}
}

func rowOfAdded(l translation.Language) locales.Language {
	return locales.NewLanguage(locales.Language{Code: l.Code, Name: l.Name, Autonym: l.Autonym, Variant: l.Variant, States: l.States, Writing: l.Writing, Gate: l.Gate})
}

// textsChanged asks for the catalogue to be made anew, soon.
func (n *node) textsChanged() {
	select {
	case n.stirred <- struct{}{}:
	default: // it is asked for already
	}
}

// renewTexts makes the catalogue anew when texts of the desk changed, however many,
// and tells the devices.
func (n *node) renewTexts() {
	for {
		select {
		case <-n.done:
			return
		case <-n.stirred:
		}
		ctx, cancel := context.WithTimeout(context.Background(), housekeeping)
		if err := n.deskChanged(ctx); err != nil {
			n.log.Error("make the texts of the translation desk anew", "error", err.Error())
		}
		cancel()
		select {
		case <-n.done:
			return
		case <-time.After(renewEvery):
		}
	}
}

// deskChanged makes what devices fetch anew, and tells them.
func (n *node) deskChanged(ctx context.Context) error {
	if err := n.renewed(ctx); err != nil {
		return err
	}
	return n.store.Announce(ctx, audit.System, time.Now().UTC(), "", "manifest", "")
}

// deskTexts are the languages as the translation desk asks them.
type deskTexts struct {
	catalog *atomic.Pointer[locales.Catalog]
}

func (t deskTexts) Known(locale string) bool { return t.catalog.Load().Known(locale) }

func (deskTexts) IsSource(locale string) bool { return locale == locales.Source }

func (t deskTexts) GateOf(locale string) string {
	l, _ := t.catalog.Load().Language(locale)
	return l.Gate
}

func (deskTexts) Alike(a, b string) bool { return locales.LookAlike(a, b) }

// spanishParts are the published protocols as the desk asks them.
type spanishParts struct {
	order map[string][]string         // by protocol: ids of messages
	texts map[string]locales.Protocol // by protocol
	under map[string]string           // item's message -> title of its module
}

var partsOnce = sync.OnceValues(func() (spanishParts, error) {
	p := spanishParts{map[string][]string{}, nil, map[string]string{}}
	all, err := protocols.Current()
	if err != nil {
		return p, err
	}
	if p.texts, err = spanishOf(); err != nil {
		return p, err
	}
	for _, pub := range all {
		p.order[pub.Protocol.ID] = protocols.MessageIDs(&pub.Protocol)
		for _, m := range pub.Protocol.Modules {
			for i := range m.Items {
				p.under[m.Items[i].MessageID()] = m.Title
			}
		}
	}
	return p, nil
})

// parts never fails in a server that runs: openNode has read the protocols.
func parts() spanishParts {
	p, err := partsOnce()
	if err != nil {
		panic(err)
	}
	return p
}

func (t deskTexts) Messages(part string) ([]string, bool) {
	if part == translation.Interface {
		return t.catalog.Load().ForPerson(), true
	}
	ids, ok := parts().order[part]
	return ids, ok
}

// Sources of a message of the interface are only of what a person may see.
func (t deskTexts) Sources(part, message string) (out []translation.Source) {
	c, p := t.catalog.Load(), parts()
	if !locales.IsProtocolText(message) && !slices.Contains(c.ForPerson(), message) || part == translation.Interface && locales.IsProtocolText(message) {
		return nil
	}
	gate, why := c.Class(message)
	for _, s := range c.Spanish(message) {
		of := p.has(message, s.Text)
		if part != "" && part != translation.Interface && p.texts[part][message] != s.Text {
			continue
		}
		if p.texts[part][message] == s.Text {
			of = part
		}
		source := translation.Source{Text: s.Text, Context: cmp.Or(s.Context, p.context(of, message)), Hash: s.Hash, Gate: string(gate), Why: why}
		source.Note = p.note(of, message)
		out = append(out, source)
	}
	return out
}

// has is a protocol that says the message so.
func (p spanishParts) has(message, text string) string {
	for _, id := range slices.Sorted(maps.Keys(p.texts)) {
		if p.texts[id][message] == text {
			return id
		}
	}
	return ""
}

// itemOf is the message of the item that a message belongs to; empty: to none.
func itemOf(message string) string {
	if rest, ok := strings.CutPrefix(message, "option."); ok {
		id, _, _ := strings.Cut(rest, ".")
		return "item." + id
	}
	if !strings.HasPrefix(message, "item.") {
		return ""
	}
	if item, ok := locales.CutNote(message); ok {
		return item
	}
	return strings.TrimSuffix(message, ".child")
}

// context is where a protocol's text stands: under an item its question, of an item
// the title of its module.
func (p spanishParts) context(protocol, message string) string {
	if item := itemOf(message); item != message {
		return p.texts[protocol][item]
	}
	return p.under[message]
}

func (p spanishParts) note(protocol, message string) *translation.Note {
	item := itemOf(message)
	if item == "" {
		return nil
	}
	texts := p.texts[protocol]
	common, _, _ := strings.Cut(item, "~") // a place's own words may have the common note
	of := func(end string) string { return cmp.Or(texts[item+end], texts[common+end]) }
	n := translation.Note{Asks: of(".asks"), Not: of(".not"), Avoid: of(".avoid"), Threshold: of(".threshold")}
	if n == (translation.Note{}) {
		return nil
	}
	return &n
}

func (t deskTexts) Own(locale, part, message string) (translation.Own, bool) {
	c := t.catalog.Load()
	own, ok := c.Own(locale, message)
	if !ok {
		return translation.Own{}, false
	}
	status, _ := c.WorthIn(locale, part, message)
	return translation.Own{Text: own.Text, Status: string(status)}, true
}

// answerPrefix begins the words of yes, no and what else a person answers.
const answerPrefix = "answer."

// Neighbours are the other answers to the same question.
func (t deskTexts) Neighbours(message string) (ids []string) {
	prefix := ""
	switch {
	case strings.HasPrefix(message, answerPrefix):
		prefix = answerPrefix
	case strings.HasPrefix(message, "option."):
		prefix = strings.Replace(itemOf(message), "item.", "option.", 1) + "."
	default:
		return nil
	}
	found := map[string]bool{}
	for _, id := range t.catalog.Load().ForPerson() {
		found[id] = true
	}
	for _, p := range parts().texts {
		for id := range p {
			found[id] = true
		}
	}
	maps.DeleteFunc(found, func(id string, _ bool) bool { return id == message || !strings.HasPrefix(id, prefix) })
	return slices.Sorted(maps.Keys(found))
}

func (t deskTexts) CheckLanguage(l translation.Language) error {
	err := t.catalog.Load().CheckAdded(rowOfAdded(l))
	switch {
	case errors.Is(err, locales.ErrThere):
		return problem.New(problem.Conflict, "language-there")
	case err != nil:
		return problem.New(problem.Invalid, "language-invalid", "field", fieldOf(l)).Because(err)
	}
	return nil
}

// fieldOf is what is wrong with a language that locales refuses.
func fieldOf(l translation.Language) string {
	switch {
	case locales.CheckCode(l.Code) != nil:
		return "code"
	case l.Gate != locales.GateCertified && (l.Gate != locales.GateMarked || !locales.IsMarkable(l.Code)):
		return "gate"
	}
	return "writing"
}

// mediaOf is what a recording is by its first bytes.
func mediaOf(content []byte) (mediaType string, max int, ok bool) {
	mediaType, ok = locales.MediaType(content)
	return mediaType, locales.MaxOf(mediaType), ok
}

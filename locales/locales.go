// Package locales serves the words: the interface in every language and the
// protocols in every language but Spanish, each text with its status.
//
// It never guesses: a code is matched exactly, each code has a Bundle of its
// own, and what is missing, stale or not good enough falls back along a chain
// written by hand, and says so. It holds no text that nobody wrote: a language
// without a translation has none.
package locales

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed registry.json classes.json */*
var files embed.FS

// ErrNoText is returned when not even the Spanish has the message.
var ErrNoText = errors.New("no text")

// carrier is the tag of a Bundle whose language has no CLDR plural rules, which
// go-i18n refuses to load. Its rule is "other" only; it is never shown or stored.
var carrier = language.Indonesian

// withPlurals are the codes that go-i18n loads under their own tag.
var withPlurals = map[string]bool{"es-MX": true, "en": true, "fr": true, "pt-BR": true}

// Text is what is really served: Locale is its own code, not the one asked for.
type Text struct {
	Text   string `json:"text"`
	Locale string `json:"locale"`
	Status Status `json:"status"`
}

// Protocol is the Spanish of one protocol by message id (item.<id>, ...): the
// source of its translations. Its keys are what a language must have, all of
// them, before a screening is served in it.
type Protocol map[string]string

// Catalog holds every language. It is read-only after Load, so it may be shared.
type Catalog struct {
	langs     []Language
	classes   []class
	protocols map[string]Protocol
	codes     map[string]*locale
	now       func() time.Time
	spanish   map[string]Spanish               // the interface's source by message id
	files     fs.FS                            // of recordings
	media     func(sha string) ([]byte, error) // of recordings of the desk
	playable  map[string]Recording             // by SHA-256
}

// locale is one code: its Bundle, and what each of its texts is worth.
type locale struct {
	lang    Language
	bundle  *i18n.Bundle
	texts   map[string]string
	rows    map[string]Row
	status  map[string]Status            // of a protocol's text the least that it is worth in any protocol
	in      map[string]map[string]Status // protocol id -> message id: two protocols may say it otherwise in Spanish
	covered map[string]bool              // protocol id -> every text of it is certified
	revoked []Revocation
	// recorded are the recordings by message id that are what their rows say,
	// whether they may be played or not.
	recorded map[string]Recording
}

// Load reads the embedded languages. protocols are the Spanish sources by
// protocol id; without them no translation of a protocol can be judged.
func Load(protocols map[string]Protocol) (*Catalog, error) {
	return Options{}.Load(protocols)
}

// Options are what a server has beside the embedded languages.
type Options struct {
	// Dir, where not nil, is laid over the embedded languages, and checked as
	// strictly as they are: see docs/languages.md.
	Dir fs.FS
	// Revoked are texts that were withdrawn while it runs, by code, beside those
	// of the files.
	Revoked map[string][]Revocation
	// Works are texts of the translation desk, by code and message id; each stands
	// in the place of what the files say of its message.
	Works map[string]map[string]Work
	// Added are languages that an administrator added while it runs, checked as
	// strictly as rows of the registry.
	Added []Language
	// Raised are codes whose gate is certified, whatever the registry says.
	Raised []string
	// Voices are recordings of the desk of texts that stand in files, by code and
	// message id.
	Voices map[string]map[string]Voice
	// Media reads a recording of the desk by its SHA-256.
	Media func(sha string) ([]byte, error)
}

// Work is a text that came about at the translation desk, and what vouches for it.
type Work struct {
	Text string
	Row
}

// Load is the function Load, with these options.
func (o Options) Load(protocols map[string]Protocol) (*Catalog, error) {
	if o.Dir == nil {
		c, err := o.load(files, protocols, time.Now)
		if err != nil {
			return nil, err
		}
		return c, nil
	}
	fsys, err := over(files, o.Dir)
	if fsys == nil {
		return nil, err
	}
	wrong := []error{err}
	c, err := o.load(fsys, protocols, time.Now)
	wrong = append(wrong, err)
	if c != nil {
		for _, l := range c.langs {
			if _, err := fs.Stat(o.Dir, l.Code); err == nil && c.codes[l.Code] != nil {
				wrong = append(wrong, c.check(fsys, l.Code), c.checkMedia(o.Dir, l.Code))
			}
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return c, nil
}

func load(fsys fs.FS, protocols map[string]Protocol, now func() time.Time) (*Catalog, error) {
	return Options{}.load(fsys, protocols, now)
}

// load reads all of fsys. Where some languages are wrong it returns those that
// are not, beside the error, to be looked at further and not to be served.
func (o Options) load(fsys fs.FS, protocols map[string]Protocol, now func() time.Time) (*Catalog, error) {
	c := &Catalog{protocols: protocols, codes: map[string]*locale{}, now: now, files: fsys, media: o.Media, playable: map[string]Recording{}}
	var err error
	if c.langs, err = readRegistry(fsys); err != nil {
		return nil, err
	}
	c.langs = o.grown(c.langs)
	for _, l := range o.Added {
		if err := l.check(); err != nil {
			return nil, fmt.Errorf("a language that was added: %w", err)
		}
	}
	if err := readJSON(fsys, "classes.json", &c.classes); err != nil {
		return nil, err
	}
	source, err := readMessages(fsys, Source+"/messages.json")
	if err != nil {
		return nil, err
	}
	if len(source) == 0 {
		return nil, fmt.Errorf("locales/%s/messages.json: no message", Source)
	}
	c.spanish = map[string]Spanish{}
	for _, m := range source {
		c.spanish[m.ID] = Spanish{m.Other, m.Description, sourceHash(m.Other, m.Description)}
	}
	var wrong []error
	for _, l := range c.langs {
		wrong = append(wrong, c.add(fsys, l, o))
		for _, rec := range c.Recordings(l.Code) {
			c.playable[rec.SHA256] = rec
		}
	}
	return c, errors.Join(wrong...)
}

// readMessages reads one file in go-i18n's shape; a language may have none.
func readMessages(fsys fs.FS, name string) ([]*i18n.Message, error) {
	b, err := fs.ReadFile(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// The name would be parsed for a tag, and a wrong one is no error: a fixed one is given.
	f, err := i18n.ParseMessageFileBytes(b, "id.json", map[string]i18n.UnmarshalFunc{"json": json.Unmarshal})
	if err != nil {
		return nil, fmt.Errorf("locales/%s: %w", name, err)
	}
	return f.Messages, nil
}

// add reads one language.
func (c *Catalog) add(fsys fs.FS, l Language, o Options) error {
	loc := &locale{lang: l, texts: map[string]string{}, status: map[string]Status{}, in: map[string]map[string]Status{}, covered: map[string]bool{}}
	rows := map[string]Row{}
	loc.rows = rows
	if err := readJSON(fsys, l.Code+"/status.json", &rows); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := loc.readRevoked(fsys, o.Revoked[l.Code]); err != nil {
		return err
	}
	tag := carrier
	if withPlurals[l.Code] {
		tag = language.MustParse(l.Code)
	}
	loc.bundle = i18n.NewBundle(tag)
	messages, err := c.messagesOf(fsys, l.Code, o.Works[l.Code], rows)
	if err != nil {
		return err
	}
	for _, m := range messages {
		voiced(rows, m.ID, m.Other, o.Voices[l.Code])
	}
	for _, m := range messages {
		if _, twice := loc.texts[m.ID]; twice {
			return fmt.Errorf("locales/%s: message %s is there twice", l.Code, m.ID)
		}
		r, found := rows[m.ID]
		loc.texts[m.ID] = m.Other
		loc.status[m.ID] = loc.worth(r, found, m.ID, m.Other, c.spanish[m.ID].Hash, c.now())
	}
	if err := loc.bundle.AddMessages(tag, messages...); err != nil {
		return fmt.Errorf("locales/%s: %w", l.Code, err)
	}
	least := map[string]Status{}
	for id, p := range c.protocols {
		loc.in[id] = loc.judge(p, rows, c.now())
		loc.covered[id] = loc.certifies(id, p)
		for message, s := range loc.in[id] {
			if before, seen := least[message]; !seen || slices.Index(trust, s) < slices.Index(trust, before) {
				least[message] = s
			}
		}
	}
	maps.Copy(loc.status, least)
	if loc.recorded, err = c.recordings(fsys, loc); err != nil {
		return err
	}
	c.codes[l.Code] = loc
	return nil
}

// judge says what the language's texts are worth as translations of p.
func (l *locale) judge(p Protocol, rows map[string]Row, now time.Time) map[string]Status {
	worth := map[string]Status{}
	for id, spanish := range p {
		text, there := l.texts[id]
		if !there {
			continue
		}
		hash := ""
		r, found := rows[id]
		if found {
			hash = sourceHash(spanish, "")
		}
		worth[id] = l.worth(r, found, id, text, hash, now)
	}
	return worth
}

// worth is effective, unless the text was withdrawn: that stands above all.
func (l *locale) worth(r Row, found bool, id, text, sourceHash string, now time.Time) Status {
	if revoked(l.revoked, id, text) {
		return Revoked
	}
	return effective(r, found, text, sourceHash, now)
}

// readRevoked gathers what was withdrawn of the language: by its file, which it
// may lack, and since. Spanish has nothing to fall back to: a wrong question of a
// protocol is withdrawn with its version.
func (l *locale) readRevoked(fsys fs.FS, since []Revocation) error {
	name := l.lang.Code + "/revoked.json"
	if err := readJSON(fsys, name, &l.revoked); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var wrong []error
	for _, r := range l.revoked {
		wrong = append(wrong, r.check(l.lang.Code))
	}
	if l.revoked = append(l.revoked, since...); l.lang.Code == Source && len(l.revoked) > 0 {
		wrong = append(wrong, fmt.Errorf("locales/%s: %s cannot be withdrawn: every language falls back to it; correct the text, or withdraw the protocol's version", name, Source))
	}
	return errors.Join(wrong...)
}

func (l *locale) certifies(protocol string, p Protocol) bool {
	for id := range p {
		if l.in[protocol][id] != Certified {
			return false
		}
	}
	return len(p) > 0
}

// Languages returns the registry, in its order.
func (c *Catalog) Languages() []Language { return c.langs }

// Known reports whether the code is registered, to the letter.
func (c *Catalog) Known(code string) bool { return c.codes[code] != nil }

// Get renders the message for code, from code itself or from its chain, and
// says which language it is really in. ErrNoText when none has it.
func (c *Catalog) Get(code, id string, data map[string]any) (Text, error) {
	chain := []string{code}
	if loc := c.codes[code]; loc != nil {
		chain = append(chain, loc.lang.Chain...)
	}
	for _, k := range append(chain, Source) {
		loc := c.codes[k]
		if loc == nil || !c.serves(loc, id) {
			continue
		}
		text, err := i18n.NewLocalizer(loc.bundle, loc.bundle.LanguageTags()[0].String()).Localize(
			&i18n.LocalizeConfig{MessageID: id, TemplateData: data})
		if err != nil {
			return Text{}, fmt.Errorf("locales: message %s in %s: %w", id, k, err)
		}
		return Text{text, k, loc.status[id]}, nil
	}
	return Text{}, fmt.Errorf("locales: message %s: %w", id, ErrNoText)
}

// serves decides whether the language's own text of this message may be shown.
func (c *Catalog) serves(loc *locale, id string) bool {
	status, there := loc.status[id]
	if !there || status == Machine || status == Revoked {
		return false
	}
	switch loc.lang.Gate {
	case gateSource:
		return true
	case gateMarked:
		return status.atLeast(Imported)
	}
	if isProtocolText(id) {
		return c.coveredWhole(loc, id)
	}
	return status.atLeast(classOf(c.classes, id).Gate)
}

// mayScreen decides whether a screening may be put to a person in the language:
// whole or not at all. Where drafts are shown, marked, all that is said must be
// there; what only who asks reads (notes, actions, rules) may be in Spanish. A text
// of it that was withdrawn, or whose Spanish changed, falls back alone: the rest
// is not worth less for it.
func (c *Catalog) mayScreen(loc *locale, protocol string) bool {
	if loc.lang.Gate == gateCertified {
		return loc.covered[protocol]
	}
	for id := range c.protocols[protocol] {
		if _, there := loc.texts[id]; isSaid(id) && !there {
			return false
		}
	}
	return len(c.protocols[protocol]) > 0
}

// servesIn decides whether the language's own text may be shown in this protocol.
func (c *Catalog) servesIn(loc *locale, protocol, id string) bool {
	if loc.lang.Gate == gateCertified {
		return loc.covered[protocol]
	}
	return loc.in[protocol][id].atLeast(Imported)
}

// coveredWhole: some protocol that has the message is certified from end to
// end; else it is not served, so that the scored part never mixes languages.
func (c *Catalog) coveredWhole(loc *locale, id string) bool {
	for p, ids := range c.protocols {
		if _, ok := ids[id]; ok && loc.covered[p] {
			return true
		}
	}
	return false
}

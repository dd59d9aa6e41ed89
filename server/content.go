package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"umbral/locales"
	"umbral/protocols"
	"umbral/screening"
	"umbral/server/problem"
	"umbral/server/seal"
	"umbral/server/web"
)

// contentOf gathers what devices should hold. Of a protocol only the newest
// version that is not withdrawn is in the manifest; the others stay served by
// their hash.
func contentOf(words *locales.Catalog, keys seal.KeySet) (*web.Content, error) {
	blobs, err := protocolBlobs()
	if err != nil {
		return nil, err
	}
	book := protocols.Codebook()
	for kind, make := range map[string]func() ([]byte, error){
		web.KindCodebook:       book.JSON,
		web.KindMunicipalities: book.MunicipalitiesJSON,
		web.KindDirectory:      protocols.DirectoryJSON,
	} {
		text, err := make()
		if err != nil {
			return nil, fmt.Errorf("content %s: %w", kind, err)
		}
		blobs = append(blobs, web.Blob{Kind: kind, ID: kind, Version: 1, Bytes: text})
	}
	tongues, languages, err := languagesOf(words)
	if err != nil {
		return nil, err
	}
	k, err := keysBlob(keys)
	if err != nil {
		return nil, err
	}
	return web.NewContent(append(append(blobs, tongues...), k), languages)
}

// languagesOf is all that is served of the languages.
func languagesOf(words *locales.Catalog) ([]web.Blob, web.Languages, error) {
	blobs, packs, err := languageBlobs(words)
	if err != nil {
		return nil, web.Languages{}, err
	}
	coverage, err := json.Marshal(map[string]any{"items": words.Coverage()})
	if err != nil {
		return nil, web.Languages{}, fmt.Errorf("content: coverage: %w", err)
	}
	return blobs, web.Languages{List: coverage, Packs: packs}, nil
}

// languageBlobs gives every language in the pieces that devices fetch, and whole;
// of a language without a text no piece but its line in the list of all.
// A piece of a protocol's words exists exactly where the protocol may be put to a
// person in the language: a gated one has whole certified protocols, never half.
// Of a protocol that is withdrawn whole devices fetch no words.
func languageBlobs(words *locales.Catalog) (blobs []web.Blob, packs map[string][]byte, err error) {
	now, err := protocols.List()
	if err != nil {
		return nil, nil, err
	}
	withdrawn := func(id string, _ map[string]locales.Served) bool {
		return !slices.ContainsFunc(now, func(p protocols.Summary) bool { return p.ID == id })
	}
	packs = map[string][]byte{}
	list, err := json.Marshal(map[string]any{"items": words.List()})
	if err != nil {
		return nil, nil, fmt.Errorf("content: languages: %w", err)
	}
	blobs = append(blobs, web.Blob{Kind: web.KindLanguages, ID: web.KindLanguages, Version: 1, Bytes: list})
	for _, l := range words.Languages() {
		pack, err := words.DevicePack(l.Code)
		if err != nil {
			return nil, nil, fmt.Errorf("content: %w", err)
		}
		if packs[l.Code], err = json.Marshal(pack); err != nil {
			return nil, nil, fmt.Errorf("content: locale %s: %w", l.Code, err)
		}
		maps.DeleteFunc(pack.Protocols, withdrawn)
		if pack.Empty() {
			continue
		}
		for _, piece := range piecesOf(words.Parts(pack)) {
			if piece.Bytes, err = json.Marshal(piece.is); err != nil {
				return nil, nil, fmt.Errorf("content: %s %s: %w", piece.Kind, piece.ID, err)
			}
			blobs = append(blobs, piece.Blob)
		}
	}
	return blobs, packs, nil
}

// piece is a blob before it is written.
type piece struct {
	web.Blob
	is any
}

func piecesOf(p locales.Parts) []piece {
	code := p.Locale.Code
	all := []piece{{web.Blob{Kind: web.KindLocale, ID: code, Version: 1}, p.Locale}}
	for _, protocol := range slices.Sorted(maps.Keys(p.Words)) {
		all = append(all, piece{web.Blob{Kind: web.KindWords, ID: code + "/" + protocol, Version: 1}, p.Words[protocol]})
	}
	if len(p.Notes.Texts) > 0 {
		all = append(all, piece{web.Blob{Kind: web.KindNotes, ID: code, Version: 1}, p.Notes})
	}
	if p.Media != nil { // fetched by who chose to hear the language: the locale names its hash
		all = append(all, piece{web.Blob{Kind: web.KindMedia, ID: code, Version: 1, Old: true}, json.RawMessage(p.MediaJSON)})
	}
	return all
}

func protocolBlobs() ([]web.Blob, error) {
	all, err := protocols.All()
	if err != nil {
		return nil, err
	}
	now, err := protocols.Current()
	if err != nil {
		return nil, err
	}
	return blobsOf(all, now), nil
}

// blobsOf makes a blob of each version in all; those not in now are old.
func blobsOf(all, now []protocols.Published) []web.Blob {
	listed := map[string]bool{}
	for _, p := range now {
		listed[p.SHA256] = true
	}
	blobs := make([]web.Blob, len(all))
	for i, p := range all {
		blobs[i] = web.Blob{
			Kind: web.KindProtocol, ID: p.Protocol.ID, Version: p.Protocol.Version, Bytes: p.Bytes, Old: !listed[p.SHA256],
			Roles: p.Protocol.Roles,
		}
	}
	return blobs
}

func keysBlob(keys seal.KeySet) (web.Blob, error) {
	text, err := json.Marshal(keys)
	if err != nil {
		return web.Blob{}, fmt.Errorf("content: keys: %w", err)
	}
	return web.Blob{Kind: web.KindKeys, ID: web.KindKeys, Version: 1, Bytes: text}, nil
}

// published is package protocols as the API asks it.
type published struct{}

// shelved is a protocol as whoever reads the library sees it in a list.
type shelved struct {
	protocols.Summary
	Budget  *screening.Budget `json:"budget,omitempty"`
	Lengths screening.Lengths `json:"lengths"`
}

// library walks every newest protocol for its lengths, which takes some tenth of
// a second each: once, when somebody asks.
var library = sync.OnceValues(func() ([]any, error) {
	all, err := protocols.List()
	if err != nil {
		return nil, err
	}
	out := make([]any, len(all))
	for i, s := range all {
		p, err := protocols.Get(s.ID, s.Version)
		if err != nil {
			return nil, err
		}
		out[i] = shelved{s, p.Protocol.Budget, screening.LengthsOf(&p.Protocol)}
	}
	return out, nil
})

func (published) List() ([]any, error) { return library() }

func (published) Hash(id string, version int) (string, error) {
	p, err := protocols.Get(id, version)
	if errors.Is(err, protocols.ErrUnknown) {
		return "", problem.New(problem.NotFound, "protocol-unknown").Because(err)
	}
	return p.SHA256, err
}

// directory is where a person can be sent: a kind of service, or a service.
type directory struct{ kinds map[string]string } // by the service's id

func newDirectory() (directory, error) {
	services, err := protocols.Directory()
	if err != nil {
		return directory{}, err
	}
	d := directory{kinds: map[string]string{}}
	for _, s := range services {
		d.kinds[s.ID] = s.Kind
	}
	return d, nil
}

func (d directory) Service(id string) bool {
	return d.kinds[id] != "" || protocols.Codebook().Has(protocols.ListServices, id)
}

func (d directory) Authority(service string) string {
	return authorityOf(cmp.Or(d.kinds[service], service))
}

// recording gives the file of a recording that may be played now.
func (n *node) recording(sha string) (content []byte, mediaType string, err error) {
	catalog := n.catalog.Load()
	rec, ok := catalog.Recording(sha)
	if !ok {
		return nil, "", problem.New(problem.NotFound, "media-unknown")
	}
	content, err = catalog.Bytes(rec)
	return content, rec.Type, err
}

// reasonFits says whether the codebook allows a reason for a decision.
func reasonFits(reason, decision string) bool {
	row := protocols.Codebook().List(protocols.ListReviewReasons).Row(reason)
	return row != nil && slices.Contains(strings.Split(row["for"], "|"), decision)
}

// words translates problems.
type words struct {
	catalog *atomic.Pointer[locales.Catalog]
}

func (w words) Translate(lang, id string, args map[string]any) string {
	text, err := w.catalog.Load().Get(lang, id, args)
	if err != nil {
		return id // a test holds that every problem has its text
	}
	return text.Text
}

// spanishOf are the texts of the newest published protocols, the source of
// their translations. Of a protocol that is withdrawn whole they are still those
// of its newest version: what was shown is read years later.
func spanishOf() (map[string]locales.Protocol, error) {
	all, err := protocols.All()
	if err != nil {
		return nil, err
	}
	now, err := protocols.Current()
	if err != nil {
		return nil, err
	}
	out := map[string]locales.Protocol{}
	for _, p := range slices.Concat(all, now) {
		out[p.Protocol.ID] = locales.Protocol(protocols.Messages(&p.Protocol))
	}
	return out, nil
}

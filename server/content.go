package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"umbral/locales"
	"umbral/protocols"
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
	for _, l := range words.Languages() {
		pack, err := words.DevicePack(l.Code)
		if err != nil {
			return nil, fmt.Errorf("content: %w", err)
		}
		text, err := json.Marshal(pack)
		if err != nil {
			return nil, fmt.Errorf("content: locale %s: %w", l.Code, err)
		}
		blobs = append(blobs, web.Blob{Kind: web.KindLocale, ID: l.Code, Version: 1, Bytes: text})
	}
	k, err := keysBlob(keys)
	if err != nil {
		return nil, err
	}
	coverage, err := json.Marshal(map[string]any{"items": words.Coverage()})
	if err != nil {
		return nil, fmt.Errorf("content: coverage: %w", err)
	}
	return web.NewContent(append(blobs, k), coverage)
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

func (published) List() ([]any, error) {
	all, err := protocols.List()
	if err != nil {
		return nil, err
	}
	out := make([]any, len(all))
	for i, s := range all {
		out[i] = s
	}
	return out, nil
}

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

// reasonFits says whether the codebook allows a reason for a decision.
func reasonFits(reason, decision string) bool {
	row := protocols.Codebook().List(protocols.ListReviewReasons).Row(reason)
	return row != nil && slices.Contains(strings.Split(row["for"], "|"), decision)
}

// words translates problems.
type words struct{ catalog *locales.Catalog }

func (w words) Translate(lang, id string, args map[string]any) string {
	text, err := w.catalog.Get(lang, id, args)
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

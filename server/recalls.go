package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"umbral/locales"
	"umbral/protocols"
	"umbral/screening"
	"umbral/server/recall"
)

// catalogNow reads the languages anew: with what came about at the translation
// desk, without the texts that were withdrawn.
func (n *node) catalogNow(ctx context.Context) (*locales.Catalog, error) {
	all, err := n.store.Recalls(ctx, "")
	if err != nil {
		return nil, err
	}
	o := n.languages
	o.Revoked = map[string][]locales.Revocation{}
	for _, r := range all {
		o.Revoked[r.Locale] = append(o.Revoked[r.Locale], locales.Revocation{ID: r.Message, TextHash: r.TextHash, AudioSHA256: r.AudioSHA256})
	}
	if err := n.fromDesk(ctx, &o); err != nil {
		return nil, err
	}
	return loadLocales(o)
}

// renewed makes what devices fetch of the languages anew. Two at once are made one
// after another, so that the later one has both. The words of the
// interface that are part of the page, Spanish and English, follow at the next
// start: no person is shown them.
func (n *node) renewed(ctx context.Context) error {
	n.renew.Lock()
	defer n.renew.Unlock()
	catalog, err := n.catalogNow(ctx)
	if err != nil {
		return err
	}
	blobs, languages, err := languagesOf(catalog)
	if err != nil {
		return err
	}
	if err := n.content.PutLanguages(blobs, languages); err != nil {
		return err
	}
	n.catalog.Store(catalog)
	return nil
}

// recordRevoked makes a recall of each text that a file of the languages
// withdraws, so that whom it was shown to are found for it too.
func (n *node) recordRevoked(ctx context.Context, by string) error {
	catalog := n.catalog.Load()
	for _, l := range catalog.Languages() {
		for _, r := range catalog.Revoked(l.Code) {
			shown := []string{r.TextHash}
			if text, all, ok := (texts{&n.catalog}).Hashes(l.Code, r.ID); ok && text == r.TextHash {
				shown = all
			}
			_, fresh, err := n.store.AddRecall(ctx, recall.Recall{ID: newID(), Locale: l.Code, Message: r.ID, TextHash: r.TextHash, AudioSHA256: r.AudioSHA256, Shown: shown,
				Reason: r.Reason, By: by, At: time.Now().UTC()})
			if err != nil {
				return fmt.Errorf("texts withdrawn in %s/revoked.json: %w", l.Code, err)
			}
			if fresh {
				n.log.Info("a text was withdrawn by its file", "locale", l.Code, "message", r.ID)
			}
		}
	}
	return nil
}

// texts are the languages as recalls ask them.
type texts struct {
	catalog *atomic.Pointer[locales.Catalog]
}

func (t texts) Known(locale string) bool { return t.catalog.Load().Known(locale) }

// tongues are the languages as the list of interpreters asks them.
type tongues struct{ texts }

// Variant implements interpreters.Languages.
func (tongues) Variant(name string) bool { return protocols.Codebook().HasVariant(name) }

func (texts) Source(locale string) bool { return locale == locales.Source }

// Hashes of a text: where it has figures, of each way in which a published
// protocol fills it, for that is what a record names.
func (t texts) Hashes(locale, message string) (text string, shown []string, ok bool) {
	own, ok := t.catalog.Load().Own(locale, message)
	if !ok {
		return "", nil, false
	}
	all, err := protocols.All()
	if err != nil {
		return "", nil, false
	}
	text = locales.TextHash(own.Text)
	hashes := map[string]bool{text: true}
	for _, p := range all {
		for _, year := range yearsOf(p.Protocol.Figures) {
			hashes[locales.TextHash(screening.Fill(own.Text, p.Protocol.Figures, year).Text)] = true
		}
	}
	return text, slices.Sorted(maps.Keys(hashes)), true
}

// yearsOf are those in which a figure changes.
func yearsOf(figures []screening.Figure) []int {
	years := map[int]bool{}
	for _, f := range figures {
		for _, v := range f.Values {
			years[v.Year] = true
		}
	}
	return slices.Sorted(maps.Keys(years))
}

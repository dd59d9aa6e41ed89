package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"testing"
	"time"

	"umbral/locales"
	"umbral/server/access"
	"umbral/server/translation"
)

// deskOf is the translation desk of a node, as it is wired.
func deskOf(n *node) *translation.Desk { return n.api.Translations }

func translator(user string) access.Caller {
	return access.Caller{User: user, Account: access.Translator, Agency: "a"}
}

var deskAdmin = access.Caller{User: "op", Account: access.Admin, Agency: "a"}

// deskDo does a step about the text as it is.
func deskDo(t *testing.T, n *node, user, code, message, do, text string) translation.Item {
	t.Helper()
	d := deskOf(n)
	items, err := d.List(t.Context(), translator(user), code, translation.Interface)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(items, func(i translation.Item) bool { return i.ID == message })
	if i < 0 {
		t.Fatalf("no %s among %d", message, len(items))
	}
	item, err := d.Do(t.Context(), translator(user), code, message, translation.Asked{Do: do, Text: text, TextHash: items[i].TextHash,
		SourceHash: items[i].Source.Hash, Competence: "community_named"})
	if err != nil {
		t.Fatalf("%s by %s: %v", do, user, err)
	}
	return item
}

func openDesk(t *testing.T, dir string) *node {
	t.Helper()
	n, err := openNode(t.Context(), dir, testMaster(t), nil, locales.Options{}, newLog(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A text goes to phones when another than its author accepted it, its recording
// when another than who brought it certified it, and both are there after a start.
func TestDesk_WhatLeavesItForPhones(t *testing.T) {
	dir := t.TempDir()
	n := openDesk(t, dir)
	const code, id = "tzh", "answer.yes"
	served := func(n *node) string {
		pack, err := n.catalog.Load().Pack(code)
		if err != nil {
			t.Fatal(err)
		}
		return pack.Messages[id].Text + " " + string(pack.Messages[id].Status)
	}
	renew := func() {
		t.Helper()
		if err := n.deskChanged(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	was := served(n)
	deskDo(t, n, "a", code, id, translation.Translate, "ꞌtest")
	deskDo(t, n, "b", code, id, translation.BackTranslate, "prueba")
	if len(n.stirred) != 0 {
		t.Error("a draft asks for the catalogue to be made anew")
	}
	if renew(); served(n) != was {
		t.Errorf("a draft is served: %s", served(n))
	}
	deskDo(t, n, "c", code, id, translation.Accept, "")
	if len(n.stirred) != 1 {
		t.Error("an accepted text asks for nothing")
	}
	if renew(); served(n) != was {
		t.Errorf("what must be certified is served accepted: %s", served(n))
	}
	if own, _ := n.catalog.Load().Own(code, id); own.Status != locales.Reviewed {
		t.Errorf("%+v", own)
	}
	before := manifestOf(t, n)
	item := deskDo(t, n, "d", code, id, translation.Certify, "")
	voice := append([]byte("ID3"), bytes.Repeat([]byte{1}, 400)...)
	r, err := deskOf(n).AddRecording(t.Context(), access.Caller{User: "agent", Account: access.Agent, Agency: "a"}, code, id,
		translation.Brought{Content: voice, TextHash: item.TextHash, Speaker: "official", Consent: true})
	if err != nil {
		t.Fatal(err)
	}
	if renew(); served(n) != "ꞌtest certified" {
		t.Errorf("not served: %s", served(n))
	}
	sum := sha256.Sum256(voice)
	sha := hex.EncodeToString(sum[:])
	if _, _, err := n.recording(sha); err == nil || r.SHA256 != sha {
		t.Error("a draft is played")
	}
	if _, err := deskOf(n).Do(t.Context(), translator("a"), code, id, translation.Asked{Do: translation.CertifyRecorded, Recording: sha}); err != nil {
		t.Fatal(err)
	}
	renew()
	if content, media, err := n.recording(sha); err != nil || media != locales.TypeMP3 || !bytes.Equal(content, voice) {
		t.Errorf("%s %d bytes: %v", media, len(content), err)
	}
	if after := manifestOf(t, n); after["locale/"+code] == before["locale/"+code] || after["codebook/codebook"] != before["codebook/codebook"] {
		t.Error("devices are not told")
	}
	// A correction in the making leaves what phones have.
	deskDo(t, n, "b", code, id, translation.Translate, "ꞌtest dos")
	if renew(); served(n) != "ꞌtest certified" {
		t.Errorf("a draft took a certified text away: %s", served(n))
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
	n = openDesk(t, dir)
	if _, _, err := n.recording(sha); err != nil || served(n) != "ꞌtest certified" {
		t.Errorf("after a start: %s %v", served(n), err)
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
}

// Changes are made known soon, and many at once.
func TestDesk_ManyChangesMakeTheCatalogueOnce(t *testing.T) {
	n := openDesk(t, t.TempDir())
	done := make(chan struct{})
	go func() { defer close(done); n.renewTexts() }()
	first := n.catalog.Load()
	for range 50 {
		n.textsChanged()
	}
	made := map[*locales.Catalog]bool{first: true}
	for end := time.Now().Add(2 * renewEvery); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		made[n.catalog.Load()] = true
	}
	if len(made) < 2 || len(made) > 3 { // one may have been asked for while the first was made
		t.Errorf("the catalogue was made %d times", len(made)-1)
	}
	close(n.done)
	<-done
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
}

// A language that an administrator added is there at once, by the rules of ours,
// and after a start; a gate goes up alone.
func TestDesk_LanguagesWithoutARelease(t *testing.T) {
	dir := t.TempDir()
	n := openDesk(t, dir)
	l := translation.Language{Code: "quz", Name: "quechua de Cusco", States: []string{"09"}, Writing: "Latn"}
	if n.catalog.Load().Known(l.Code) {
		t.Fatalf("%s is in the registry: take another for this test", l.Code)
	}
	for field, wrong := range map[string]translation.Language{
		"code": {Code: "zzzz", Name: "x"}, "gate": {Code: "quz", Name: "x", Gate: "marked"}, "writing": {Code: "quz", Name: "x", Writing: "latin"}, "name": {Code: "quz"},
	} {
		if _, err := deskOf(n).AddLanguage(t.Context(), deskAdmin, wrong); err == nil {
			t.Errorf("%s: taken", field)
		}
	}
	if _, err := deskOf(n).AddLanguage(t.Context(), deskAdmin, translation.Language{Code: "mam", Name: "mam"}); !isConflict(err) {
		t.Errorf("one of ours: %v", err)
	}
	if _, err := deskOf(n).AddLanguage(t.Context(), deskAdmin, l); err != nil {
		t.Fatal(err)
	}
	deskDo(t, n, "a", "quz", "chrome.back", translation.Translate, "kutiy")
	if got, _ := n.catalog.Load().Language("fr"); got.Gate != locales.GateMarked {
		t.Fatalf("French has the gate %s: take another for this test", got.Gate)
	}
	if err := deskOf(n).RaiseGate(t.Context(), deskAdmin, "fr", "certified"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, ok := n.catalog.Load().Language("quz"); !ok || got.Gate != locales.GateCertified || got.ISO != "quz" || !slices.Equal(got.Chain, []string{"es-MX"}) {
			t.Errorf("%+v %v", got, ok)
		}
		if got, _ := n.catalog.Load().Language("fr"); got.Gate != locales.GateCertified {
			t.Errorf("French has the gate %s", got.Gate)
		}
		if err := n.close(); err != nil {
			t.Fatal(err)
		}
		n = openDesk(t, dir)
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
}

// The desk asks the real languages and protocols.
func TestDesk_RealTexts(t *testing.T) {
	n := &node{}
	n.catalog.Store(mustLocales(t))
	texts := deskTexts{&n.catalog}
	if a := "ꞌaʼ b´ ñ"; translation.TextHash(a) != locales.TextHash(a) {
		t.Error("the desk hashes otherwise than the languages")
	}
	ids, ok := texts.Messages("labour-agriculture")
	if !ok || len(ids) < 100 || ids[0] != "protocol.labour-agriculture" {
		t.Fatalf("%d %v", len(ids), ok)
	}
	notes, contexts := 0, 0
	for _, id := range ids {
		sources := texts.Sources("labour-agriculture", id)
		if len(sources) != 1 || sources[0].Text == "" || len(sources[0].Hash) != 64 || sources[0].Gate != "certified" && sources[0].Gate != "reviewed" {
			t.Errorf("%s: %+v", id, sources)
			continue
		}
		if sources[0].Note != nil {
			notes++
		}
		if sources[0].Context != "" {
			contexts++
		}
	}
	if notes < 50 || contexts < 100 {
		t.Errorf("%d with a note, %d with a context", notes, contexts)
	}
	person, _ := texts.Messages(translation.Interface)
	if len(person) < 5 || len(texts.Sources("", "accounts.create")) != 0 {
		t.Errorf("%d, or what only the office says is translated here", len(person))
	}
	if got := texts.Neighbours("answer.yes"); !slices.Contains(got, "answer.no") || slices.Contains(got, "answer.yes") {
		t.Errorf("%v", got)
	}
	if max := locales.MaxVideo; max != 4<<20 {
		t.Errorf("a video may have %d bytes: the routes take 4 MiB", max)
	}
}

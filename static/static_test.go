package static

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"

	"umbral/locales"
	"umbral/protocols"
	"umbral/screening"
)

// firstLoadBudget is the most a phone fetches before it can work without a
// network, compressed, in bytes: page, code, styles, one protocol, two languages.
// What only enrolling or installing needs, which take a network, is not in it,
// nor what comes into use later (static/sync/ready.js): the English of the notes,
// which stand in Spanish until then, other posts' protocols.
const firstLoadBudget = 150 << 10

// keySetSize is room for the server's signed keys, in bytes: some 500 each.
const keySetSize = 1 << 10

// laterBudget is the most that a phone fetches behind it of the page itself,
// compressed, in bytes: with that it is ready for the field.
const laterBudget = 32 << 10

// recorderBudget is for the encoder of whoever lends a voice (LAME): it comes last.
const recorderBudget = 56 << 10

// keeperBudget is the most that the vault's worker takes beside it, compressed, in
// bytes: it is fetched with the shell, and the screens do not wait for it.
const keeperBudget = 16_000

func testText() map[string][]byte {
	return map[string][]byte{"es-MX": []byte(`{"app.name":"Umbral"}`), "en": []byte(`{"app.name":"Umbral"}`)}
}

// builtOnce is the page as embedded: compressing it as hard as it goes takes a while.
var builtOnce = sync.OnceValues(func() (*Site, error) { return New(Options{Text: testText()}) })

func newSite(t *testing.T) *Site {
	t.Helper()
	s, err := builtOnce()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// plainOf decodes an asset as a client would.
func plainOf(t *testing.T, a Asset) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(a.Body)
	switch a.Header["Content-Encoding"] {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestLookup_EncodingsOfTheSameBody(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct{ accept, want string }{
		{"gzip, deflate, br, zstd", "br"}, // the order is ours, not the client's
		{"gzip, br;q=0.1", "br"},
		{"gzip, deflate", "gzip"},
		{"GZIP", "gzip"},
		{"br;q=0, gzip", "gzip"},
		{"*", "br"},
		{"br;q=0, *;q=0.5", "gzip"},
		{"*;q=0", ""},
		{"br;q=x", ""},
		{"identity", ""},
		{"", ""},
		{"brotli,xgzip", ""},
	} {
		got, ok := s.Lookup("/", c.accept)
		if !ok || got.Header["Content-Encoding"] != c.want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", c.accept, got.Header["Content-Encoding"], c.want)
		}
		plain, _ := s.Lookup("/", "")
		if !bytes.Equal(plainOf(t, got), plain.Body) {
			t.Errorf("Accept-Encoding %q: another body", c.accept)
		}
		if c.want != "" && got.Header["ETag"] == plain.Header["ETag"] {
			t.Errorf("Accept-Encoding %q: the ETag does not name the encoding", c.accept)
		}
	}
}

func TestLookup_HeadersOfEveryFile(t *testing.T) {
	s := newSite(t)
	hashed := regexp.MustCompile(`^/assets/[\w-]+-[A-Z0-9]{8}\.(js|css)$`)
	for _, name := range append(s.Shell(), "/sw.js", "/licences.txt", "/index.html") {
		a, ok := s.Lookup(name, "br")
		if !ok {
			t.Fatalf("%s: not there", name)
		}
		for key, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if a.Header[key] != want {
				t.Errorf("%s: %s is %q, want %q", name, key, a.Header[key], want)
			}
		}
		if strings.Contains(a.Header["Permissions-Policy"], "bluetooth") {
			t.Errorf("%s: Chromium has no such feature and warns: %s", name, a.Header["Permissions-Policy"])
		}
		if a.Header["ETag"] == "" || a.Header["Content-Type"] == "" || a.Header["Permissions-Policy"] == "" {
			t.Errorf("%s: headers %v", name, a.Header)
		}
		if got := a.Header["Cache-Control"] == immutable; got != hashed.MatchString(name) {
			t.Errorf("%s: Cache-Control %q", name, a.Header["Cache-Control"])
		}
	}
}

func TestLookup_PolicyLetsNothingElseRun(t *testing.T) {
	a, _ := newSite(t).Lookup("/", "")
	policy := a.Header["Content-Security-Policy"]
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "require-trusted-types-for 'script'", "trusted-types umbral", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy+";", want) {
			t.Errorf("policy lacks %s: %s", want, policy)
		}
	}
	keeper, ok := newSite(t).Lookup(newSite(t).keeper, "br")
	if own := keeper.Header["Content-Security-Policy"]; !ok || strings.Count(own, "unsafe") != 1 || !strings.Contains(own, "script-src 'self' 'wasm-unsafe-eval';") || strings.Contains(own, "connect-src") || !strings.HasPrefix(own, "default-src 'none'") {
		t.Errorf("the policy of the vault's worker is %q", own)
	}
	for _, never := range []string{"unsafe", "http:", "https:", "data:", "*"} {
		if strings.Contains(policy, never) {
			t.Errorf("policy has %s: %s", never, policy)
		}
	}
	page := string(a.Body)
	for _, tag := range regexp.MustCompile(`(?s)<script[^>]*>.*?</script>`).FindAllString(page, -1) {
		if !regexp.MustCompile(`src="/assets/`).MatchString(tag) || !strings.HasSuffix(tag, `"></script>`) {
			t.Errorf("a script that is not a file of ours: %s", tag)
		}
	}
	if regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=`).MatchString(page) {
		t.Error("index.html has inline styles or handlers")
	}
}

func TestLookup_WhatIsNotThere(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"", "/test/axe.min.js", "/static.go", "/vendor/ui.js", "/app/main.js", "/assets/", "/../go.mod", "//", "/text/fr.json"} {
		if _, ok := s.Lookup(name, "br"); ok {
			t.Errorf("%q is served", name)
		}
	}
}

func TestShell_IsWholeAndEveryPathOfThePageIsInIt(t *testing.T) {
	s := newSite(t)
	shell := s.Shell()
	for _, want := range []string{"/", "/manifest.webmanifest", "/icons/icon.svg", "/text/es-MX.json", "/text/en.json"} {
		if !slices.Contains(shell, want) {
			t.Errorf("the shell lacks %s", want)
		}
	}
	for _, never := range []string{"/sw.js", "/licences.txt", "/icons/icon-512.png"} {
		if slices.Contains(shell, never) {
			t.Errorf("the shell has %s", never)
		}
	}
	page, _ := s.Lookup("/", "")
	for _, ref := range regexp.MustCompile(`(?:href|src)="([^"]+)"`).FindAllStringSubmatch(string(page.Body), -1) {
		if !slices.Contains(shell, ref[1]) && !servedForInstalling(s, ref[1]) {
			t.Errorf("index.html names %s, which is not in the shell", ref[1])
		}
	}
	manifest, _ := s.Lookup("/manifest.webmanifest", "")
	for _, ref := range regexp.MustCompile(`"src": "([^"]+)"`).FindAllStringSubmatch(string(manifest.Body), -1) {
		if !slices.Contains(shell, ref[1]) && !servedForInstalling(s, ref[1]) {
			t.Errorf("the manifest names %s, which is not in the shell", ref[1])
		}
	}
}

// servedForInstalling: the browser alone asks for it, with a network.
func servedForInstalling(s *Site, name string) bool {
	_, served := s.Lookup(name, "")
	return served && isForInstalling(name)
}

func TestWorker_CarriesTheShellWithItsHashes(t *testing.T) {
	s := newSite(t)
	worker, _ := s.Lookup("/sw.js", "")
	known := slices.ContainsFunc(s.Shell(), func(name string) bool {
		return name != s.keeper && bytes.Contains(s.files[name].plain, []byte(s.keeper))
	})
	if !slices.Contains(s.Shell(), s.keeper) || !known {
		t.Errorf("the vault's worker %s in the shell %v, its address in the page %v", s.keeper, slices.Contains(s.Shell(), s.keeper), known)
	}
	for _, name := range s.Shell() {
		if !bytes.Contains(worker.Body, []byte(`"`+name+`","`+s.files[name].sha256[:workerHash]+`"`)) {
			t.Errorf("the worker does not carry %s with its hash", name)
		}
	}
	if bytes.Contains(worker.Body, []byte("__SHELL__")) {
		t.Error("the worker still has the placeholder")
	}
	if worker.Header["Cache-Control"] != revalidate {
		t.Errorf("the worker's Cache-Control is %q", worker.Header["Cache-Control"])
	}
}

func TestNew_AChangedTextIsAnotherVersion(t *testing.T) {
	version := func(text string) string {
		s, err := New(Options{Text: map[string][]byte{"es-MX": []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		worker, _ := s.Lookup("/sw.js", "")
		return string(regexp.MustCompile(`version:"([0-9a-f]{16})"`).FindSubmatch(worker.Body)[1])
	}
	one, same, other := version(`{"app.name":"1"}`), version(`{"app.name":"1"}`), version(`{"app.name":"2"}`)
	if one != same || one == other {
		t.Errorf("versions %s, %s of the same page and %s of another", one, same, other)
	}
}

func TestNew_BrokenPagesAreFoundAtStart(t *testing.T) {
	good := fstest.MapFS{
		"index.html":           {Data: []byte(`<head><link href="/styles/main.css"><script src="/app/main.js"></script></head>`)},
		"styles/main.css":      {Data: []byte("a{color:red}")},
		"styles/later.css":     {Data: []byte("b{color:red}")},
		"app/main.js":          {Data: []byte("console.log(1)")},
		"sw.js":                {Data: []byte("console.log(globalThis.__SHELL__)")},
		"vault/worker.js":      {Data: []byte("console.log(1)")},
		"sound/listener.js":    {Data: []byte("console.log(1)")},
		"manifest.webmanifest": {Data: []byte("{}")},
		"vendor/LICENSES.txt":  {Data: []byte("x")},
	}
	if _, err := New(Options{Files: good, Text: testText()}); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{Files: good}); err == nil || !strings.Contains(err.Error(), "no words in es-MX") {
		t.Errorf("without words: %v", err)
	}
	for name, c := range map[string]struct{ file, data, want string }{
		"missing module":  {"app/main.js", `import "./gone.js"`, "gone.js"},
		"package import":  {"app/main.js", `import "preact"`, "only relative imports"},
		"syntax":          {"app/main.js", "let = =", "main.js:1"},
		"worker syntax":   {"sw.js", "(", "service worker"},
		"keeper syntax":   {"vault/worker.js", "(", "vault/worker.js"},
		"no entry in it":  {"index.html", "<head></head>", "does not name"},
		"unknown type":    {"icons/a.exe", "x", "no media type"},
		"leaves the page": {"app/main.js", `import "../../server/main.js"`, "server/main.js"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := fstest.MapFS{}
			for k, v := range good {
				bad[k] = v
			}
			bad[c.file] = &fstest.MapFile{Data: []byte(c.data)}
			_, err := New(Options{Files: bad, Text: testText()})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// The screens of the office are served, and no phone keeps them.
func TestShell_LeavesOutWhatNeedsANetwork(t *testing.T) {
	s := newSite(t)
	b, err := bundlePage(embedded, s.keeper, s.listener)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.online) < len(onlineScripts) {
		t.Fatalf("%q of %q are in the bundle", b.online, onlineScripts)
	}
	for _, name := range b.online {
		if _, served := s.Lookup("/"+name, "br"); !served {
			t.Errorf("%s is not served", name)
		}
		if slices.Contains(s.Shell(), "/"+name) {
			t.Errorf("%s is in the shell", name)
		}
	}
	office := len(testText()) // a file of words a language
	icons := 0
	for name := range s.files {
		if isForInstalling(name) {
			icons++
		}
	}
	if have, want := len(s.Shell())+len(s.Later()), len(s.files)-len(b.online)-office-icons-2; have != want { // they, the worker and the licences
		t.Errorf("%d files are kept, want %d", have, want)
	}
}

// What no first question needs comes behind the first load, and the worker keeps it.
func TestShell_LeavesForLaterWhatNoFirstQuestionNeeds(t *testing.T) {
	s := newSite(t)
	b, err := bundlePage(embedded, s.keeper, s.listener)
	if err != nil {
		t.Fatal(err)
	}
	worker, _ := s.Lookup("/sw.js", "")
	if len(b.later) < len(laterScripts) || len(s.Later()) != len(b.later)+len(testText())+2 /* the listener and the styles */ {
		t.Fatalf("later come %q, of the scripts %q", s.Later(), b.later)
	}
	for _, name := range s.Later() {
		if slices.Contains(s.Shell(), name) {
			t.Errorf("%s is in the first load too", name)
		}
		if !bytes.Contains(worker.Body, []byte(`"`+name+`","`+s.files[name].sha256[:workerHash]+`"`)) {
			t.Errorf("the worker does not carry %s with its hash", name)
		}
	}
	for _, name := range b.eager {
		if slices.Contains(b.later, name) {
			t.Errorf("the first screen needs %s", name)
		}
	}
}

func TestFirstLoad_IsWithinItsBudget(t *testing.T) {
	s := realSite(t, realText(t))
	page := 0
	for _, name := range append(s.Shell(), "/sw.js") {
		a, _ := s.Lookup(name, "br")
		t.Logf("%7d %s", len(a.Body), name)
		if name == s.keeper {
			if len(a.Body) > keeperBudget {
				t.Errorf("the vault's worker takes %d bytes, more than %d", len(a.Body), keeperBudget)
			}
			continue
		}
		page += len(a.Body)
	}
	behind, recorder := 0, 0
	for _, name := range s.Later() {
		a, _ := s.Lookup(name, "br")
		t.Logf("%7d %s, later", len(a.Body), name)
		if strings.HasPrefix(name, "/assets/encode-") {
			recorder += len(a.Body)
			continue
		}
		behind += len(a.Body)
	}
	if recorder == 0 || recorder > recorderBudget {
		t.Errorf("the recorder takes %d bytes, more than %d", recorder, recorderBudget)
	}
	if behind > laterBudget {
		t.Errorf("what comes behind the first load takes %d bytes, more than %d", behind, laterBudget)
	}
	all := newestProtocols(t)
	english := englishOf(t, all)
	shared := packedSize(t, english.Locale)
	t.Logf("%7d page\n%7d English that %d protocols share\n%7d notes in English, which come later", page, shared, len(all), packedSize(t, english.Notes))
	for _, p := range longest(t, all) {
		whole, own := packedSize(t, json.RawMessage(p.raw)), packedSize(t, english.Words[p.ID])
		total := page + keySetSize + shared + whole + own
		t.Logf("%7d in all with %s: %d, and %d of its own in English", total, p.ID, whole, own)
		if total > firstLoadBudget {
			t.Errorf("the first load with %s takes %d bytes, more than %d", p.ID, total, firstLoadBudget)
		}
	}
}

// written is a protocol with its published bytes.
type written struct {
	screening.Protocol
	raw []byte
}

// longest are the three longest protocols: compressing takes a second each.
func longest(t *testing.T, all []screening.Protocol) []written {
	t.Helper()
	some := make([]written, len(all))
	for i, p := range all {
		raw, err := protocols.Canonical(&p)
		if err != nil {
			t.Fatal(err)
		}
		some[i] = written{p, raw}
	}
	slices.SortFunc(some, func(a, b written) int { return len(b.raw) - len(a.raw) })
	return some[:min(3, len(some))]
}

// packedSize is what a JSON takes on the way to a phone.
func packedSize(t *testing.T, v any) int {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	f := newFile("x.json", body, revalidate)
	if err := f.compress(); err != nil {
		t.Fatal(err)
	}
	return len(f.encoded["br"])
}

// newestProtocols are the newest published ones; where there is only one, a
// second that shares all but its first module with it.
func newestProtocols(t *testing.T) (all []screening.Protocol) {
	t.Helper()
	published, err := protocols.All()
	if err != nil || len(published) == 0 {
		t.Fatalf("no published protocol: %v", err)
	}
	for i, p := range published {
		if i+1 == len(published) || published[i+1].Protocol.ID != p.Protocol.ID {
			all = append(all, p.Protocol)
		}
	}
	if len(all) == 1 {
		second := all[0]
		second.ID, second.Modules = "second", second.Modules[1:]
		all = append(all, second)
	}
	return all
}

// englishOf is English as phones fetch it, for these protocols.
func englishOf(t *testing.T, all []screening.Protocol) locales.Parts {
	t.Helper()
	spanish := map[string]locales.Protocol{}
	for i := range all {
		spanish[all[i].ID] = protocols.Messages(&all[i])
	}
	words, err := locales.Load(spanish)
	if err != nil {
		t.Fatal(err)
	}
	pack, err := words.DevicePack("en")
	if err != nil {
		t.Fatal(err)
	}
	return words.Parts(pack)
}

// plainWords reads a message file of locales/ as the page gets it, {id: text}:
// those ids that are asked for.
func plainWords(t *testing.T, name string, has func(id string) bool) []byte {
	t.Helper()
	body, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]struct{ Other string }
	if err := json.Unmarshal(body, &messages); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	texts := map[string]string{}
	for id, m := range messages {
		if has(id) {
			texts[id] = m.Other
		}
	}
	out, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What must not stand in the source of the page, whatever the browser would do with it.
func TestSource_NothingThatBecomesCodeAndNoOtherHost(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\beval\(|new Function|\bon[a-z]+="|localStorage|sessionStorage|document\.cookie|https?://`)
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "vendor/") || strings.HasSuffix(name, ".png") {
			return err
		}
		body, err := fs.ReadFile(embedded, name)
		if err != nil {
			return err
		}
		text := strings.ReplaceAll(string(body), `xmlns="http://www.w3.org/2000/svg"`, "")
		for i, line := range strings.Split(text, "\n") {
			if found := forbidden.FindString(line); found != "" {
				t.Errorf("%s:%d has %s", name, i+1, found)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every message that the page names by a literal stands in the source language.
// Ids that are put together at run time are held by the tests of their screens.
func TestSource_EveryMessageExists(t *testing.T) {
	var messages map[string]json.RawMessage
	body, err := os.ReadFile("../locales/es-MX/messages.json")
	if err == nil {
		err = json.Unmarshal(body, &messages)
	}
	if err != nil {
		t.Fatal(err)
	}
	literal := regexp.MustCompile(`(?:\bt\(|\bmessage\()\s*["']([a-z0-9_.-]*[a-z0-9])["']`)
	either := regexp.MustCompile(`\bt\([^"'()]+\? ["']([a-z0-9_.-]+)["'] : ["']([a-z0-9_.-]+)["']\)`)
	problem := regexp.MustCompile(`new Problem\(\s*["']([a-z0-9-]+)["']`)
	seen := 0
	err = fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".js") || strings.HasPrefix(name, "vendor/") {
			return err
		}
		source, err := fs.ReadFile(embedded, name)
		if err != nil {
			return err
		}
		var ids []string
		for _, m := range slices.Concat(literal.FindAllStringSubmatch(string(source), -1), either.FindAllStringSubmatch(string(source), -1)) {
			ids = append(ids, m[1:]...)
		}
		for _, m := range problem.FindAllStringSubmatch(string(source), -1) {
			ids = append(ids, "problem."+m[1])
		}
		for _, id := range ids {
			seen++
			// A literal that a code is put behind ("encounter.mode_" + mode) is no id.
			if _, ok := messages[id]; !ok && !strings.HasSuffix(id, "_") && !strings.HasSuffix(id, ".") {
				t.Errorf("%s: no message %q", name, id)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen == 0 {
		t.Error("no message found in the page: the patterns of this test no longer fit")
	}
}

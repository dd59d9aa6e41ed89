package static

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// host serves a Site as web does, on an address that survives a stop.
type host struct {
	addr    string
	site    atomic.Pointer[Site]
	altered atomic.Pointer[string] // a path whose body is not what it should be
	server  *http.Server
}

func newHost(t *testing.T, site *Site) *host {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &host{addr: listener.Addr().String()}
	h.site.Store(site)
	h.server = &http.Server{Handler: h}
	go func() { _ = h.server.Serve(listener) }()
	t.Cleanup(func() { _ = h.server.Close() })
	return h
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asset, ok := h.site.Load().Lookup(r.URL.Path, r.Header.Get("Accept-Encoding"))
	if !ok {
		refuse(w, http.StatusNotFound, "not-found", "")
		return
	}
	for name, value := range asset.Header {
		w.Header().Set(name, value)
	}
	if path := h.altered.Load(); path != nil && *path == r.URL.Path {
		w.Header().Del("Content-Encoding")
		w.Header().Del("ETag")
		_, _ = w.Write([]byte("<h1>Acepte las condiciones</h1>"))
		return
	}
	if r.Header.Get("If-None-Match") == asset.Header["ETag"] {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.WriteHeader(asset.Status)
	_, _ = w.Write(asset.Body)
}

// realText is the interface as locales/ has it.
func realText(t *testing.T) map[string][]byte {
	t.Helper()
	all := func(string) bool { return true }
	return map[string][]byte{"es-MX": plainWords(t, "../locales/es-MX/messages.json", all), "en": plainWords(t, "../locales/en/messages.json", all)}
}

// sites are the pages built so far, by their Spanish words: two versions serve all tests.
var sites = map[string]*Site{}

func realSite(t *testing.T, text map[string][]byte) *Site {
	t.Helper()
	if site := sites[string(text["es-MX"])]; site != nil {
		return site
	}
	site, err := New(Options{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	sites[string(text["es-MX"])] = site
	return site
}

// nextVersion is the same page with another word, so that every hash list changes.
func nextVersion(t *testing.T) *Site {
	t.Helper()
	text := maps.Clone(realText(t))
	text["es-MX"] = bytes.Replace(text["es-MX"], []byte(`"error.kept":"`), []byte(`"error.kept":"version 2 `), 1)
	return realSite(t, text)
}

const (
	signInShown = `Boolean(document.querySelector("input[name=password]"))`
	controlled  = `Boolean(navigator.serviceWorker.controller)`
)

// visit opens the page and counts what its policy refused.
func visit(t *testing.T, ctx context.Context, url string) {
	t.Helper()
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `globalThis.refused = []; addEventListener("securitypolicyviolation", (e) => refused.push(e.violatedDirective + " " + e.blockedURI + " " + e.sample));`,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, "the sign-in screen", signInShown)
}

// kept asks whether the one cache has this many files.
const kept = `caches.keys().then((k) => caches.open(k[0])).then((c) => c.keys()).then((k) => k.length === %d)`

func caches(t *testing.T, ctx context.Context) []string {
	t.Helper()
	return evaluate[[]string](t, ctx, `caches.keys()`)
}

func TestPage_ColdStartWithoutNetwork(t *testing.T) {
	h := newHost(t, realSite(t, realText(t)))
	profile := t.TempDir()
	ctx, quit := openBrowser(t, profile)
	visit(t, ctx, "http://"+h.addr+"/")
	until(t, ctx, "the worker in control", controlled)
	if refused := evaluate[[]string](t, ctx, "refused"); len(refused) > 0 {
		t.Errorf("the page's own policy refused %v", refused)
	}
	until(t, ctx, "the shell and what comes behind it", fmt.Sprintf(kept, len(h.site.Load().Shell())+len(h.site.Load().Later())))

	// The phone dies, the network is gone, the phone starts.
	if err := syscall.Kill(chromedp.FromContext(ctx).Browser.Process().Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	quit()
	_ = h.server.Close()
	for _, lock := range []string{"SingletonLock", "SingletonCookie", "SingletonSocket"} {
		_ = os.Remove(profile + "/" + lock)
	}
	ctx, _ = openBrowser(t, profile)
	visit(t, ctx, "http://"+h.addr+"/")
	for _, name := range h.site.Load().Later() {
		if !evaluate[bool](t, ctx, fmt.Sprintf(`fetch(%q).then((r) => r.ok, () => false)`, name)) {
			t.Errorf("%s is not here without a network", name)
		}
	}
	if title := evaluate[string](t, ctx, "document.title"); title != "Notas" && title != "Notes" {
		t.Errorf("the title is %q", title)
	}
	if lang := evaluate[string](t, ctx, "document.documentElement.lang"); lang != "en" && lang != "es-MX" {
		t.Errorf("lang is %q", lang)
	}
}

func TestPage_ANewVersionWaitsForTheUserAndForTheScreening(t *testing.T) {
	h := newHost(t, realSite(t, realText(t)))
	ctx, _ := openBrowser(t, t.TempDir())
	visit(t, ctx, "http://"+h.addr+"/")
	until(t, ctx, "the worker in control", controlled)
	old := caches(t, ctx)

	h.site.Store(nextVersion(t))
	evaluate[bool](t, ctx, `navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => true)`)
	until(t, ctx, "the new version waiting", `navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))`)
	until(t, ctx, "the notice", `Boolean(document.querySelector("[data-act=update]"))`)
	if now := caches(t, ctx); len(now) != 2 {
		t.Errorf("caches %v while the new version waits; the old one must stay whole", now)
	}

	// A screening is open in some window: nothing starts.
	evaluate[bool](t, ctx, `new Promise((held) => void navigator.locks.request("screening", { mode: "shared" }, () => { held(true); return new Promise((end) => { globalThis.endScreening = end; }); }))`)
	before := evaluate[float64](t, ctx, "performance.timeOrigin")
	click := `(document.querySelector("[data-act=update]").click(), true)`
	evaluate[bool](t, ctx, click)
	until(t, ctx, "the word that it is held", `document.querySelector(".notices").innerText.includes("ventana") || document.querySelector(".notices").innerText.includes("window")`)
	if waiting := evaluate[bool](t, ctx, `navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))`); !waiting {
		t.Error("the new version started in the middle of a screening")
	}

	evaluate[bool](t, ctx, `(endScreening(), true)`)
	until(t, ctx, "the lock free", `navigator.locks.query().then((q) => !q.held.some((l) => l.name === "screening"))`)
	evaluate[bool](t, ctx, click)
	until(t, ctx, "the page of the new version", fmt.Sprintf(`performance.timeOrigin > %f && %s`, before, signInShown))
	until(t, ctx, "the old cache gone", `caches.keys().then((k) => k.length === 1)`)
	until(t, ctx, "all of the new version", fmt.Sprintf(kept, len(h.site.Load().Shell())+len(h.site.Load().Later())))
	if now := caches(t, ctx); now[0] == old[0] {
		t.Errorf("the cache is still %v", now)
	}
	text := evaluate[string](t, ctx, `fetch("/text/es-MX.json").then((r) => r.text())`)
	if !strings.Contains(text, "version 2") {
		t.Error("the new version's words are not there")
	}
}

func TestPage_AVersionWithOneWrongFileIsNoVersion(t *testing.T) {
	h := newHost(t, realSite(t, realText(t)))
	ctx, _ := openBrowser(t, t.TempDir())
	visit(t, ctx, "http://"+h.addr+"/")
	until(t, ctx, "the worker in control", controlled)
	old := caches(t, ctx)

	h.site.Store(nextVersion(t))
	// What a captive portal answers 200 to; a phone that has an older version may go to the field without what comes later.
	for _, path := range []string{"/text/en.json", "/text/en-later.json"} {
		h.altered.Store(&path)
		evaluate[bool](t, ctx, `navigator.serviceWorker.getRegistration().then(async (r) => {
			await r.update().catch(() => undefined);
			for (let i = 0; r.installing && i < 200; i++) await new Promise((next) => setTimeout(next, 50));
			return !r.installing;
		})`)
		if waiting := evaluate[bool](t, ctx, `navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))`); waiting {
			t.Errorf("a version with a wrong %s waits to be used", path)
		}
		if now := caches(t, ctx); len(now) != 1 || now[0] != old[0] {
			t.Errorf("caches %v, want %v", now, old)
		}
	}

	// The next look, on a network that is whole, gets it.
	h.altered.Store(nil)
	evaluate[bool](t, ctx, `navigator.serviceWorker.getRegistration().then((r) => r.update()).then(() => true)`)
	until(t, ctx, "the new version waiting", `navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))`)
}

func TestPage_TheAPIIsNeverCached(t *testing.T) {
	h := newHost(t, realSite(t, realText(t)))
	ctx, _ := openBrowser(t, t.TempDir())
	visit(t, ctx, "http://"+h.addr+"/")
	until(t, ctx, "the worker in control", controlled)
	evaluate[bool](t, ctx, `fetch("/api/v1/manifest").then(() => true)`)
	cached := evaluate[[]string](t, ctx, `caches.keys().then((k) => caches.open(k[0])).then((c) => c.keys()).then((k) => k.map((r) => new URL(r.url).pathname).filter((p) => p.startsWith("/api")))`)
	if len(cached) > 0 {
		t.Errorf("cached: %v", cached)
	}
}

func TestPage_SignInHasNoSeriousAccessibilityFault(t *testing.T) {
	axe, err := os.ReadFile("test/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	h := newHost(t, realSite(t, realText(t)))
	ctx, _ := openBrowser(t, t.TempDir())
	visit(t, ctx, "http://"+h.addr+"/")
	evaluate[bool](t, ctx, string(axe)+"; true")
	faults := evaluate[[]string](t, ctx, `axe.run().then((r) => r.violations.filter((v) => ["serious", "critical"].includes(v.impact)).map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" | ")))`)
	for _, fault := range faults {
		t.Error(fault)
	}
}

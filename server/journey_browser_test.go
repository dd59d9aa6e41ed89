package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdpnetwork "github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"umbral/screening"
)

// The journeys start the real program and a real browser, and see and do only
// what a person could: they read what the screen says and tap what it shows.

const (
	// appearsWithin is the longest that a screen may take on a busy machine.
	appearsWithin = 40 * time.Second
	// lookEvery is how often the browser is asked whether something came about.
	lookEvery = 100 * time.Millisecond

	phoneWidth, phoneHeight   = 360, 740 // the small phone that most agents have
	narrowWidth               = 320      // WCAG 1.4.10: no scrolling sideways down to here
	laptopWidth, laptopHeight = 1280, 800
)

// chromium finds the browser. A missing one is a failure, never a skip: half of
// what the program promises can only be seen in one.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if name == "" {
			continue
		}
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	t.Fatal("Chromium is not here; install it with: sudo apt-get install -y chromium (or name one: CHROMIUM=/path/to/chromium)")
	return ""
}

// phone is one browser profile and the tab that a person looks at.
type phone struct {
	t       *testing.T
	name    string // of the person, for screenshots
	url     string
	profile string
	width   int
	height  int
	offline bool
	duress  string                                      // second PIN of the phone's vault; empty: none
	reads   string                                      // language of the interface; empty: Spanish
	texts   func(it *screening.Item, child bool) string // words of the items on this phone; nil: Spanish

	tab     context.Context
	end     func()
	audited map[string]bool
	shots   int
}

// newPhone starts a browser with an empty profile at the address.
func newPhone(t *testing.T, name, url string, width, height int) *phone {
	t.Helper()
	p := &phone{t: t, name: name, url: url, profile: t.TempDir(), width: width, height: height, audited: map[string]bool{}}
	p.start()
	t.Cleanup(func() { p.end() })
	return p
}

// start opens the browser on the profile and the page in it, as a tap on the icon does.
func (p *phone) start() {
	p.t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(p.t)), chromedp.NoSandbox,
		chromedp.UserDataDir(p.profile), chromedp.Flag("lang", "es-MX"), chromedp.Flag("accept-lang", "es-MX"),
		chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true)) // a microphone that beeps
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	tab, endTab := chromedp.NewContext(allocator)
	p.tab, p.end = tab, func() { endTab(); endAllocator() }
	// The first action starts the browser, which ends with its context: no deadline here.
	if err := chromedp.Do(tab, chromedp.EmulateViewport(int64(p.width), int64(p.height))); err != nil {
		p.t.Fatal(err)
	}
	if p.offline {
		setOffline(p.t, p.tab, true)
	}
	p.listenToQuestions()
	p.do(chromedp.Navigate(p.url))
}

// listenToQuestions answers yes where the page asks with a box of the browser.
func (p *phone) listenToQuestions() {
	tab := p.tab
	chromedp.Listen(tab, func(event any) {
		if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
			go func() {
				_, _ = chromedp.Call(tab, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			}()
		}
	})
}

// die ends the browser as an empty battery does: no time to write anything.
func (p *phone) die() {
	p.t.Helper()
	if err := syscall.Kill(chromedp.FromContext(p.tab).Browser.Process().Pid, syscall.SIGKILL); err != nil {
		p.t.Fatal(err)
	}
	p.end()
	for _, lock := range []string{"SingletonLock", "SingletonCookie", "SingletonSocket"} {
		_ = os.Remove(filepath.Join(p.profile, lock))
	}
}

// setNetwork takes the network away from the page and from its service worker, or gives it back.
func (p *phone) setNetwork(on bool) {
	p.t.Helper()
	p.offline = !on
	setOffline(p.t, p.tab, p.offline)
	targets, err := chromedp.Targets(p.tab)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, target := range targets {
		if target.Type != "service_worker" {
			continue
		}
		worker, leave := chromedp.NewContext(p.tab, chromedp.WithTargetID(target.TargetID), chromedp.WithDetachOnCancel())
		setOffline(p.t, worker, p.offline)
		p.t.Cleanup(leave) // to leave would give the worker its network back
	}
}

func setOffline(t *testing.T, target context.Context, offline bool) {
	t.Helper()
	conditions := []*cdpnetwork.Conditions{{Offline: offline, DownloadThroughput: -1, UploadThroughput: -1}}
	_, err := chromedp.Call(target, cdpnetwork.EmulateNetworkConditionsByRule, cdpnetwork.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: conditions})
	if err == nil {
		_, err = chromedp.Call(target, cdpnetwork.OverrideNetworkState, cdpnetwork.OverrideNetworkStateParams{Offline: offline, DownloadThroughput: -1, UploadThroughput: -1})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (p *phone) do(action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.tab, appearsWithin)
	defer cancel()
	if err := chromedp.Do(ctx, action); err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
}

// look evaluates script in the page; args are JSON values named $0, $1, ...
func look[T any](p *phone, script string, args ...any) T {
	p.t.Helper()
	value, err := tryLook[T](p, script, args...)
	if err != nil {
		p.t.Fatalf("%s: %s: %v\nthe screen says: %s", p.name, script, err, p.screen())
	}
	return value
}

func tryLook[T any](p *phone, script string, args ...any) (T, error) {
	for i, arg := range args {
		b, err := json.Marshal(arg)
		if err != nil {
			p.t.Fatal(err)
		}
		script = strings.ReplaceAll(script, "$"+strconv.Itoa(i), string(b))
	}
	ctx, cancel := context.WithTimeout(p.tab, appearsWithin)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// until waits for script to be true; a page that is being loaded is asked again.
func (p *phone) until(what, script string, args ...any) {
	p.t.Helper()
	end := time.Now().Add(appearsWithin)
	for {
		yes, err := tryLook[bool](p, script, args...)
		if yes && err == nil {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("%s: %s did not come about (%v); the screen says: %s", p.name, what, err, p.screen())
		}
		time.Sleep(lookEvery)
	}
}

// screen is what stands there, for the message of a failure.
func (p *phone) screen() string {
	text, err := tryLook[string](p, `location.hash + "\n" + document.body.innerText.slice(0, 900)`)
	if err != nil {
		return err.Error()
	}
	return text
}

// tapJS finds an element that can be seen, brings it into view, makes sure that
// nothing lies over it, and taps it. It says what is in the way, or "".
const tapJS = `((find, want) => {
	const e = find(want);
	if (!e) return "not there";
	if (e.disabled) return "disabled";
	e.scrollIntoView({ block: "center", behavior: "instant" });
	const box = e.getBoundingClientRect();
	if (!box.width || !box.height) return "not visible";
	const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
	if (over !== e && !e.contains(over) && !(over && over.contains(e) && over.tagName === "LABEL")) return "under " + (over ? over.outerHTML.slice(0, 120) : "nothing");
	e.click();
	return "";
})`

const (
	bySelector = `(s) => document.querySelector(s)`
	// byName finds what can be tapped by its accessible name: a button, a link, a summary, a labelled choice.
	byName = `(name) => [...document.querySelectorAll("button, a, summary, label")].find((e) =>
		(e.getAttribute("aria-label") ?? e.innerText).replace(/[←→✓✕!❚]/g, "").replace(/\s+/g, " ").trim() === name)`
)

func (p *phone) tapWith(find, want string) {
	p.t.Helper()
	end := time.Now().Add(appearsWithin)
	for {
		hinders, err := tryLook[string](p, tapJS+`(`+find+`, $0)`, want)
		if err == nil && hinders == "" {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("%s: cannot tap %s: %s %v; the screen says: %s", p.name, want, hinders, err, p.screen())
		}
		time.Sleep(lookEvery)
	}
}

// tap taps what the selector finds.
func (p *phone) tap(selector string) { p.t.Helper(); p.tapWith(bySelector, selector) }

// act taps the button of an act: its data-act.
func (p *phone) act(name string) { p.t.Helper(); p.tap(fmt.Sprintf("[data-act=%q]", name)) }

// tapNamed taps what has this accessible name.
func (p *phone) tapNamed(name string) { p.t.Helper(); p.tapWith(byName, name) }

// fieldJS finds the control that a label names.
const fieldJS = `((name) => {
	const label = [...document.querySelectorAll("label")].find((l) => (l.querySelector("span") ?? l).innerText.trim() === name);
	return label && (label.control ?? label.querySelector("input, select, textarea"));
})`

// write fills the field with this label; of a list it takes the option with this text.
func (p *phone) write(label, value string) {
	p.t.Helper()
	p.until("the field "+label, `Boolean(`+fieldJS+`($0))`, label)
	wrong := look[string](p, `((e, value) => {
		if (e.tagName === "SELECT") {
			const option = [...e.options].find((o) => o.text === value);
			if (!option) return "options: " + [...e.options].map((o) => o.text).join(", ");
			e.value = option.value;
			e.dispatchEvent(new Event("change", { bubbles: true }));
			return "";
		}
		e.focus();
		e.value = value;
		e.dispatchEvent(new Event("input", { bubbles: true }));
		e.dispatchEvent(new Event("change", { bubbles: true }));
		return "";
	})(`+fieldJS+`($0), $1)`, label, value)
	if wrong != "" {
		p.t.Fatalf("%s: %s = %s: %s", p.name, label, value, wrong)
	}
}

// sees waits until every text stands on the screen.
func (p *phone) sees(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.until(fmt.Sprintf("the words %q", text), `document.body.innerText.includes($0)`, text)
	}
}

// at waits for the screen with this heading.
func (p *phone) at(heading string) {
	p.t.Helper()
	p.until(fmt.Sprintf("the screen %q", heading), `document.querySelectorAll("h1").length === 1 && document.querySelector("h1").innerText.trim() === $0`, heading)
}

// textOf is what stands in the first element of the selector.
func (p *phone) textOf(selector string) string {
	p.t.Helper()
	p.until(selector, `Boolean(document.querySelector($0))`, selector)
	return look[string](p, `document.querySelector($0).innerText.trim()`, selector)
}

// dark switches the colours of the system.
func (p *phone) dark(on bool) {
	p.t.Helper()
	value := map[bool]string{false: "light", true: "dark"}[on]
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}}
	if _, err := chromedp.Call(p.tab, emulation.SetEmulatedMedia, params); err != nil {
		p.t.Fatal(err)
	}
}

// knows waits until every text is on the screen, folded away or not.
func (p *phone) knows(texts ...string) {
	p.t.Helper()
	for _, text := range texts {
		p.until(fmt.Sprintf("the words %q, folded away or not", text), `document.body.textContent.includes($0)`, text)
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"umbral/locales"
	"umbral/screening"
)

// heardCode is a language of the tests that can be read and heard in whole.
const heardCode = "xal"

// speaks makes a phone ready for the field that carries the voices of a language.
func speaks(t *testing.T) (demo *process, p *phone, catalog *locales.Catalog) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	dir := pseudoLanguage(t, heardCode, pseudoOptions{audio: true})
	o, err := languagesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	if catalog, err = loadLocales(o); err != nil {
		t.Fatal(err)
	}
	demo = startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t), "--locales", dir)
	p = newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.makeReady("inspectora")
	p.at(p.say("home.title"))
	p.act("ready")
	p.at(p.say("ready.title"))
	p.carries(heardCode, len(catalog.Recordings(heardCode)))
	p.act("back")
	p.at(p.say("home.title"))
	return demo, p, catalog
}

// mediaHere is how many files of recordings, and lists of them, the phone has.
const mediaHere = `caches.open("media").then((c) => c.keys()).then((k) => k.length)`

// carries marks a language to be heard: its size stands there before anything is fetched.
func (p *phone) carries(code string, files int) {
	p.t.Helper()
	box := fmt.Sprintf("[name=hear-%s]", code)
	p.until("the voices", `Boolean(document.querySelector($0))`, box)
	row := p.textOf(fmt.Sprintf("[data-voice=%s]", code))
	if size := p.say("hear.size", "n", files); !strings.Contains(row, strings.Split(size, ",")[0]) || !strings.Contains(row, " MB") {
		p.t.Errorf("before it is fetched %s says %q, want %q", code, row, size)
	}
	if n := look[int](p, mediaHere); n != 0 {
		p.t.Errorf("%d files are here before anybody asked", n)
	}
	p.tap(box)
	p.until("all recordings", `document.querySelector($0)?.innerText.includes($1)`, fmt.Sprintf("[data-voice=%s] [data-heard=yes]", code), p.say("hear.here", "n", files, "of", files))
	if n := look[int](p, mediaHere); n != files+1 {
		p.t.Errorf("%d files are here, want %d and their list", n, files)
	}
	p.audit("ready-voices")
}

// inHeard are the words of items as a phone shows them to somebody who speaks the
// language: what the agent only looks at stands in Spanish.
func inHeard(proto *screening.Protocol) func(*screening.Item, bool) string {
	words := spanish(proto)
	return func(it *screening.Item, child bool) string {
		if it.Kind == screening.Observation {
			return words(it, child)
		}
		return pseudoText(heardCode, words(it, child))
	}
}

// plays touches what sounds, and waits until it really does. It is a touch of the
// browser itself: what a script taps may make no sound.
func (p *phone) plays(selector string) {
	p.t.Helper()
	p.until("a way to hear "+selector, `Boolean(document.querySelector($0))`, selector)
	at := look[[2]float64](p, `((e) => { e.scrollIntoView({ block: "center", behavior: "instant" }); const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })(document.querySelector($0))`, selector)
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		if _, err := chromedp.Call(p.tab, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at[0], Y: at[1], Button: input.MouseButtonLeft, ClickCount: 1}); err != nil {
			p.t.Fatal(err)
		}
	}
	p.sounds()
}

// sounds waits until the voice of the page is heard, and that it ends.
func (p *phone) sounds() {
	p.t.Helper()
	p.until("a voice", `((a) => a && !a.paused && a.currentTime > 0)(document.querySelector("audio"))`)
	p.until("its end", `[...document.querySelectorAll(".ear")].every((e) => e.getAttribute("aria-pressed") === "false")`)
}

// rangesOf asks the phone for parts of a recording: what a player does.
func (p *phone) rangesOf(sha string) {
	p.t.Helper()
	type part struct {
		Status int
		Range  string
		Length int
	}
	asks := func(header string) part {
		p.t.Helper()
		return look[part](p, `fetch("/media/" + $0, { headers: $1 ? { Range: $1 } : {} }).then(async (r) => ({ Status: r.status, Range: r.headers.get("Content-Range") ?? "", Length: (await r.arrayBuffer()).byteLength }))`, sha, header)
	}
	whole := asks("")
	if whole.Status != http.StatusOK || whole.Length < mp3Frame*mp3Frames {
		p.t.Errorf("the whole: %+v", whole)
	}
	if got := asks("bytes=0-99"); got != (part{http.StatusPartialContent, fmt.Sprintf("bytes 0-99/%d", whole.Length), 100}) {
		p.t.Errorf("a range: %+v", got)
	}
	if got := asks("bytes=-10"); got.Status != http.StatusPartialContent || got.Length != 10 {
		p.t.Errorf("the last ten: %+v", got)
	}
	if got := asks("bytes=999999-"); got.Status != http.StatusRequestedRangeNotSatisfiable {
		p.t.Errorf("past the end: %+v", got)
	}
	if got := look[int](p, `fetch("/media/" + "0".repeat(64)).then((r) => r.status)`); got != http.StatusNotFound {
		p.t.Errorf("what is not here: %d", got)
	}
}

// goesOnIn changes the language of the person in the middle of the questions.
func (p *phone) goesOnIn(code string) {
	p.t.Helper()
	p.act("language")
	p.at(p.say("finder.title"))
	p.tap(fmt.Sprintf("[data-answer=%q]", code))
}

// shownOf is what the server's copy of the one detection of ours says was shown.
func (p *process) shownOf() map[string]struct{ Locale, Audio string } {
	p.t.Helper()
	token := p.login("supervisora")
	shown := map[string]struct{ Locale, Audio string }{}
	for id := range p.ours(token) {
		var detail struct {
			Detection struct {
				Shown []struct {
					Item, Locale string
					Audio        string `json:"audio_sha256"`
				}
			}
		}
		if status := p.call("GET", "/api/v1/detections/"+id, token, nil, &detail); status != http.StatusOK {
			p.t.Fatalf("detection: status %d", status)
		}
		for _, s := range detail.Detection.Shown {
			shown[s.Item] = struct{ Locale, Audio string }{s.Locale, s.Audio}
		}
	}
	return shown
}

// Somebody who does not read, in a language that the agent does not speak: the
// voices were fetched in the office, and all is done without a network. She hears
// each question, goes on in Spanish for a while, and answers some alone.
func TestJourney_VoiceWithoutANetwork(t *testing.T) {
	demo, p, catalog := speaks(t)
	voices := catalog.Recordings(heardCode)
	p.setNetwork(false)
	place := p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.act("next")
	p.at(p.say("encounter.person", "n", 1))
	p.findsByEar()
	p.act("begin-person")

	proto := farmProtocol(t)
	c := newConversation(p, place, nil)
	c.texts = inHeard(proto)
	c.until("core_trip")
	if beside := p.textOf(".beside"); beside != spanish(proto)(c.next(), false) {
		t.Errorf("beside it stands %q", beside)
	}
	p.until("a way to hear it", `Boolean(document.querySelector("[data-act=hear]"))`)
	p.audit("item-voice")
	p.plays("[data-act=hear]")
	p.rangesOf(voices["item.core_trip"].SHA256)
	if label := p.textOf("[data-act=hear]"); label != pseudoText(heardCode, p.say("chrome.again")) {
		t.Errorf("once heard, the button says %q", label)
	}
	p.plays(`[data-hear="answer.yes"]`)
	c.step()
	c.shows(c.next())
	p.until("silence on the next question", `document.querySelector("audio").paused`)

	p.goesOnIn("es-MX")
	c.texts = spanish(proto)
	c.shows(c.next())
	inSpanish := c.next().ID
	p.until("nothing to hear in Spanish", `!document.querySelector("[data-act=hear]")`)
	c.step()
	c.shows(c.next())
	p.goesOnIn(heardCode)
	c.texts = inHeard(proto)
	c.shows(c.next())

	c.until("core_housing")
	alone := p.answersByEar(c)
	c.until("core_threats")
	p.act("stop")
	p.at(p.say("stop.title"))
	p.tap("[data-answer=stopped_by_person]")
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.sealed()
	p.closeAsItIs()
	p.setNetwork(true)
	p.act("outbox")
	p.act("sync")
	p.counts("0", "2")

	shown := demo.shownOf()
	if got := shown["core_trip"]; got.Locale != heardCode || got.Audio != voices["item.core_trip"].SHA256 {
		t.Errorf("what was played of core_trip: %+v", got)
	}
	if got := shown[inSpanish]; got.Locale != "es-MX" || got.Audio != "" {
		t.Errorf("%s was asked in Spanish: %+v", inSpanish, got)
	}
	for _, id := range alone {
		if got := shown[id]; got.Locale != heardCode || got.Audio != voices["item."+id].SHA256 {
			t.Errorf("what was heard alone of %s: %+v", id, got)
		}
	}
	if got := shown["con_talk"]; got.Locale != heardCode || got.Audio != "" {
		t.Errorf("nobody played con_talk: %+v", got)
	}
}

// findsByEar hears the greeting of a language, which chooses nothing, and touches its name.
func (p *phone) findsByEar() {
	p.t.Helper()
	p.act("finder")
	p.arrives("finder-voice", p.say("finder.title"))
	p.write(p.say("person.language_search"), "prueba "+heardCode)
	p.until("its greeting", `Boolean(document.querySelector("[data-hear^=greeting]"))`)
	p.audit("finder-by-ear")
	p.plays("[data-hear^=greeting]")
	p.at(p.say("finder.title"))
	p.tap(fmt.Sprintf("[data-answer=%q]", heardCode))
	p.at(p.say("encounter.person", "n", 1))
}

// answersByEar hands the phone over with headphones: she hears, hears again,
// answers; the next question sounds by itself; she stops. It returns what she heard.
func (p *phone) answersByEar(c *conversation) []string {
	p.t.Helper()
	first := c.next().ID
	p.act("hand")
	p.sees(p.say("hand.headphones"))
	p.tap("[name=by-itself]")
	p.audit("give-headphones")
	p.act("give")
	c.shows(c.next())
	p.until("a way to hear it", `Boolean(document.querySelector("main.hand [data-act=hear]"))`)
	p.audit("hand-voice")
	p.until("nothing sounds before a touch", `document.querySelector("audio").paused`)
	p.plays("[data-act=hear]")
	p.plays("[data-act=hear]")
	p.plays(`[data-hear="answer.declined"]`)
	c.step()
	second := c.next().ID
	c.shows(c.next())
	p.sounds()
	c.step()
	p.until("the next question", `Boolean(document.querySelector("main.hand .answers"))`)
	p.act("stop")
	p.at(pseudoOr(p, "hand.over"))
	p.until("silence", `document.querySelector("audio").paused`)
	p.act("mine")
	p.unlocks(phonePIN)
	c.shows(c.next())
	return []string{first, second}
}

// pseudoOr is a word of the page that a person sees, in their language where it is
// theirs to have.
func pseudoOr(p *phone, id string) string {
	if pseudoPerson(id) {
		return pseudoText(heardCode, p.say(id))
	}
	return p.say(id)
}

// In a language without a voice everything is as silent as before.
func TestJourney_VoiceOfNobody(t *testing.T) {
	_, p, _ := speaks(t)
	p.setNetwork(false)
	place := p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.beginPerson(1, "English")
	p.act("begin-person")
	english := englishTexts(t)
	c := newConversation(p, place, nil)
	words := spanish(c.proto)
	c.texts = func(it *screening.Item, child bool) string {
		if it.Kind == screening.Observation {
			return words(it, child)
		}
		return screening.Fill(english[it.MessageID()], c.proto.Figures, 2026).Text
	}
	c.until("core_trip")
	p.until("nothing to hear", `!document.querySelector(".ear")`)
	p.act("hand")
	p.at(p.say("hand.title"))
	p.until("no word of headphones", `!document.querySelector("[name=by-itself]")`)
	p.act("give")
	c.shows(c.next())
	p.until("four answers and no voice", `document.querySelectorAll("main.hand [data-answer]").length === 4 && !document.querySelector(".ear")`)
	c.step()
	c.shows(c.next())
	p.act("stop")
	p.act("mine")
	p.unlocks(phonePIN)
	c.shows(c.next())
}

// A voice that says something wrong is withdrawn: it leaves the phone with its next
// contact, its text stays, and whoever works on texts learns how many heard it.
func TestJourney_VoiceWithdrawn(t *testing.T) {
	demo, p, catalog := speaks(t)
	sha := catalog.Recordings(heardCode)["item.core_trip"].SHA256
	place := p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.beginPerson(1, heardCode)
	p.act("begin-person")
	c := newConversation(p, place, nil)
	c.texts = inHeard(c.proto)
	c.until("core_trip")
	p.plays("[data-act=hear]")
	c.step()
	p.act("stop")
	p.at(p.say("stop.title"))
	p.tap("[data-answer=stopped_by_person]")
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.sealed()
	demo.receives(1)
	if got := demo.shownOf()["core_trip"]; got.Audio != sha {
		t.Fatalf("what was played: %+v", got)
	}

	translator := demo.login("traductora")
	if status := demo.call("POST", "/api/v1/locales/"+heardCode+"/recalls", translator, map[string]string{"audio_sha256": sha, "reason": "wrong_meaning"}, nil); status != http.StatusCreated {
		t.Fatalf("recall: status %d", status)
	}
	p.closeAsItIs()
	p.act("outbox")
	p.act("sync")
	p.until("the voice is gone", `caches.match("/media/" + $0, { cacheName: "media" }).then((found) => !found)`, sha)
	if n := look[int](p, `fetch("/media/" + $0).then((r) => r.status)`, sha); n != http.StatusNotFound {
		t.Errorf("it still answers: %d", n)
	}
	if n := look[int](p, mediaHere); n != len(catalog.Recordings(heardCode)) {
		t.Errorf("%d files are left, want all but one, and the list", n)
	}
	var raw json.RawMessage
	if status := demo.call("GET", "/api/v1/locales/"+heardCode+"/recalls", demo.login("supervisora"), nil, &raw); status != http.StatusOK {
		t.Fatalf("recalls: status %d: %s", status, raw)
	}
	var seen struct {
		Items []struct {
			Audio      string `json:"audio_sha256"`
			Total      int
			Detections []struct{ Items []string }
		}
	}
	if err := json.Unmarshal(raw, &seen); err != nil || len(seen.Items) != 1 || seen.Items[0].Audio != sha || seen.Items[0].Total != 1 ||
		len(seen.Items[0].Detections) != 1 || !slices.Contains(seen.Items[0].Detections[0].Items, "core_trip") {
		t.Errorf("who heard it: %s %v", raw, err)
	}

	p.act("back")
	p.at(p.say("home.title"))
	place = p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.beginPerson(1, heardCode)
	p.act("begin-person")
	c = newConversation(p, place, nil)
	c.texts = inHeard(c.proto)
	c.until("core_trip")
	p.until("its text, and the voices of the answers alone", `!document.querySelector("[data-act=hear]") && Boolean(document.querySelector('[data-hear="answer.yes"]'))`)
}

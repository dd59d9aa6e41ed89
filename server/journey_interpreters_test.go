package main

import (
	"strings"
	"testing"
	"time"

	"umbral/screening"
)

// Whom the journey's supervisor lists: one of the person's language, one of
// another variant of the same people.
const (
	ofelia      = "Ofelia de prueba"
	ofeliaPhone = "951 123 4567"
	luz         = "Luz de prueba"
	luzPhone    = "+1 213 555 0123"
	otherMixtec = "mixteco de Chochoapa"
)

// A supervisor lists interpreters; an inspector's phone takes them along, and in
// the middle of a screening, without a network, one tap from the card calls the one
// who speaks the person's language. Who is taken out leaves the phone too.
func TestJourney_Interpreters(t *testing.T) {
	demo, s := atTheDesk(t)
	s.at(s.say("queue.title"))
	s.tapNamed(s.say("desk.nav_interpreters"))
	s.sees(s.say("interpreters.none"))
	s.arrives("interpreters-none", s.say("desk.nav_interpreters"))
	s.listsInterpreters()

	p := newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.makeReady("inspectora")
	p.act("ready")
	p.at(p.say("ready.title"))
	p.until("the line of the interpreters", `document.querySelector("[data-ready=interpreters]")?.dataset.ok === "yes"`)
	p.sees(strings.SplitAfter(p.say("calling.ready", "n", 2, "at", ""), ",")[0])
	p.arrives("ready-interpreters", p.say("ready.title"))
	p.act("back")
	p.at(p.say("home.title"))
	p.setNetwork(false)
	p.callsFromTheCard(p.callsFromThePerson())

	s.takesOut(luz)
	p.setNetwork(true)
	p.act("back")
	p.at(p.say("home.title"))
	p.act("outbox")
	p.sees(p.say("voice.waiting", "n", 1))
	p.act("sync")
	p.until("the voice is gone", `!document.body.innerText.includes($0)`, p.say("voice.waiting", "n", 1))
	p.act("back")
	d := newPhone(t, "traductora", demo.url, phoneWidth, phoneHeight)
	d.findsTheVoice()

	p.act("ready")
	p.at(p.say("ready.title"))
	p.act("fetch")
	p.until("one less", `document.querySelector("[data-ready=interpreters]")?.innerText.includes($0)`, strings.SplitAfter(p.say("calling.ready", "n", 1, "at", ""), ",")[0])
}

// recordsInPlace lends the interpreter's voice to the item of the card: it waits on
// the phone, sealed, for there is no network.
func (p *phone) recordsInPlace() {
	p.t.Helper()
	p.act("voice")
	p.until("the screen of the voice", `[...document.querySelectorAll("h2")].some((h) => h.innerText === $0)`, p.say("voice.title"))
	p.audit("voice")
	p.tap("[name=consent]")
	p.act("record-start")
	p.until("recording", `document.querySelector("[data-recorder]")?.dataset.recorder === "recording"`)
	time.Sleep(2 * time.Second) // the microphone of the test beeps once a second
	p.act("record-stop")
	p.until("a take", `Boolean(document.querySelector("[data-take] audio"))`)
	p.audit("voice-take")
	p.act("record-use")
	p.sees(p.say("voice.waiting", "n", 1))
	p.act("send-voices")
	p.sees(p.say("voice.failure"), p.say("voice.waiting", "n", 1))
	p.act("back")
	p.until("the card again", `Boolean(document.querySelector("[data-act=voice]"))`)
}

// findsTheVoice is the translation desk, where the voice waits as a draft.
func (p *phone) findsTheVoice() {
	p.t.Helper()
	p.signIn("traductora")
	p.at(p.say("desk.nav_languages"))
	p.write(p.say("languages.find"), "mixteco de Metlatónoc")
	p.tap(`[data-work="` + mixtec + `"]`)
	p.until("the parts", `document.querySelectorAll("select")[0].options.length > 1`)
	p.write(p.say("translate.part"), farmProtocol(p.t).Title)
	p.write(p.say("translate.find"), "item.core_trip")
	p.until("the draft", `document.querySelector("[data-text='item.core_trip']")?.innerText.includes($0)`, p.say("translate.recording_draft"))
}

// listsInterpreters adds two, the first of them not before everything is right.
func (p *phone) listsInterpreters() {
	p.t.Helper()
	p.act("new")
	p.until("the form", `document.activeElement.name === "name"`)
	p.fill("name", ofelia)
	p.fill("phone", "12")
	p.write(p.say("person.language_search"), mixtecFrom)
	p.tap(`[data-answer="` + mixtec + `"]`)
	p.write(p.say("interpreters.kind"), p.label("interpreters", "phone"))
	p.audit("interpreters-form")
	p.act("save")
	p.until("what is wrong with the number", `document.activeElement.name === "phone" && Boolean(document.querySelector("[data-wrong=phone]"))`)
	p.sees(p.say("problem.interpreter-phone"))
	p.fill("phone", ofeliaPhone)
	p.act("save")
	p.until("that nobody asked her", `document.activeElement.name === "consent" && Boolean(document.querySelector("[data-wrong=consent]"))`)
	p.audit("interpreters-wrong")
	p.tap("[name=consent]")
	p.act("save")
	p.until("her in the list", `!document.querySelector("form") && document.querySelectorAll("li[data-id]").length === 1`)
	p.sees(ofelia)

	p.act("new")
	p.fill("name", luz)
	p.fill("phone", luzPhone)
	p.write(p.say("person.language_search"), otherMixtec)
	p.tap(`[data-answer^="` + "variant:" + otherMixtec + `"]`)
	p.write(p.say("interpreters.kind"), p.label("interpreters", "community_authority"))
	p.sees(p.say("card.conflict"))
	p.tap("[name=consent]")
	p.act("save")
	p.until("both in the list", `!document.querySelector("form") && document.querySelectorAll("li[data-id]").length === 2`)
	p.arrives("interpreters", p.say("desk.nav_interpreters"))
}

func (p *phone) takesOut(name string) {
	p.t.Helper()
	card := p.cardOf(name)
	p.tapWith(`(c) => document.querySelector(c + " summary")`, card)
	p.audit("interpreters-remove")
	p.tap(card + " [data-act=remove]")
	p.until("one in the list", `document.querySelectorAll("li[data-id]").length === 1`)
}

// calls checks the screen: who speaks the language first, with the number to call.
func (p *phone) calls(name string) {
	p.t.Helper()
	p.arrives(name, p.say("calling.title"))
	p.sees(p.say("calling.say"), p.say("calling.say_2"), p.say("calling.kin"), p.say("calling.kin_mark"), p.say("card.conflict"))
	link := func(section string) string {
		return look[string](p, `document.querySelector("[data-section=" + $0 + "] [data-act=call]").getAttribute("href")`, section)
	}
	if got := link("yours"); got != "tel:9511234567" {
		p.t.Errorf("%s: who speaks the language is called at %q", name, got)
	}
	if got := link("kin"); got != "tel:+12135550123" {
		p.t.Errorf("%s: who speaks another variant is called at %q", name, got)
	}
	p.write(p.say("calling.search"), "chochoapa")
	p.until("one found", `document.querySelectorAll("[data-interpreter]").length === 1`)
	p.sees(luz)
	p.act("back")
}

// callsFromThePerson goes to the list from the person whose language has no text.
func (p *phone) callsFromThePerson() (place []screening.Answer) {
	p.t.Helper()
	place = p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.act("next")
	p.at(p.say("encounter.person", "n", 1))
	p.findsLanguage()
	p.act("interpreters")
	p.calls("calling-person")
	p.at(p.say("encounter.person", "n", 1))
	p.sees(p.say("person.no_text"))
	return place
}

// callsFromTheCard goes to the list in the middle of a screening and comes back to it.
func (p *phone) callsFromTheCard(place []screening.Answer) {
	p.t.Helper()
	p.write(p.say("person.interpreter"), p.label("interpreters", "phone"))
	p.act("begin-person")
	c := newConversation(p, place, nil)
	c.until("core_trip")
	p.act("card")
	p.sees(p.say("calling.open"))
	p.act("interpreters")
	p.calls("calling-card")
	p.until("the card again", `Boolean(document.querySelector("[data-act=interpreters]"))`)
	p.recordsInPlace()
	p.act("back")
	c.shows(c.next())
	look[bool](p, `(location.hash = "#/encounter", true)`)
	p.at(p.say("encounter.title"))
}

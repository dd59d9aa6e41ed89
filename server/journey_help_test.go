package main

import (
	"testing"
)

// Agent and person share no language: the person finds theirs by its own name,
// somebody of the family interprets with the card, and some questions are answered
// alone, with the phone in the person's hand. All of it without a network.
func TestJourney_WithoutACommonLanguage(t *testing.T) {
	_, p := inTheField(t)
	p.setNetwork(false)
	place := p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.act("next")
	p.at(p.say("encounter.person", "n", 1))
	p.findsLanguage()

	p.write(p.say("person.interpreter"), p.label("interpreters", "relative"))
	p.sees(p.say("card.conflict"))
	p.audit("person-conflict")
	p.act("begin-person")
	c := newConversation(p, place, nil)
	c.until("core_trip")
	p.readsCard(c)
	p.answersAlone(c)
	c.until("core_housing")
	p.act("stop")
	p.at(p.say("stop.title"))
	p.tap("[data-answer=stopped_by_person]")
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.sealed()

	p.act("next")
	p.act("finder")
	p.arrives("finder-second", p.say("finder.title"))
	p.sees(p.say("finder.here"))
	p.act("back")
	p.at(p.say("encounter.person", "n", 2))
	p.act("back")
	p.at(p.say("encounter.title"))
	p.closeAsItIs()
	p.setNetwork(true)
	p.act("outbox")
	p.act("sync")
	p.counts("0", "2")
}

// findsLanguage goes by the people, then by typing, to a variant; it is Mixtec of
// Metlatónoc in the end, which has a greeting and no text.
func (p *phone) findsLanguage() {
	p.t.Helper()
	p.act("finder")
	p.arrives("finder", p.say("finder.title"))
	p.tap(`[data-people="Tarahumara"]`)
	p.until("the variants of a people", `document.querySelectorAll(".tongue").length > 4`)
	p.audit("finder-people")
	p.act("back")
	p.write(p.say("person.language_search"), mixtecFrom)
	p.until("one language", `document.querySelectorAll(".tongue").length === 1 && document.querySelector(".own").lang === $0`, mixtec)
	p.audit("finder-typed")
	p.tap(".tongue")
	p.at(p.say("encounter.person", "n", 1))
	p.sees(p.say("person.no_text"))
}

// readsCard opens the card of the item on the screen and says that it was said back.
func (p *phone) readsCard(c *conversation) {
	p.t.Helper()
	it := c.next()
	p.act("card")
	p.sees(p.say("card.back"), it.Note.Asks, it.Note.Not, it.Note.Avoid, p.say("card.conflict"))
	p.arrives("card", c.texts(it, false))
	p.tap("[name=back]")
	p.until("the mark", `document.querySelector("[name=back]").checked`)
	p.act("back")
	c.shows(it)
}

// answersAlone hands the phone over: three answers by keyboard and touch, no way out
// but the lock, and the hiding control beside all.
func (p *phone) answersAlone(c *conversation) {
	p.t.Helper()
	p.act("hand")
	p.arrives("give", p.say("hand.title"))
	p.act("give")
	p.arrives("hand", c.texts(c.next(), false))
	alone := func(where string) {
		p.t.Helper()
		if !look[bool](p, `Boolean(document.querySelector("[data-act=hide]")) && !document.querySelector("[data-act=back], [data-act=danger], [data-act=card], a")`) {
			p.t.Errorf("%s: a way to the agent's screens, or none to hide", where)
		}
	}
	alone("the first question")
	p.answersByKeyboard(c)
	c.step()
	look[bool](p, `(history.back(), true)`)
	c.shows(c.next())
	alone("after going back")
	look[bool](p, `(location.hash = "#/encounter", true)`)
	c.step()
	alone("at another address")
	p.until("the next question", `Boolean(document.querySelector("main.hand .answers"))`)
	p.act("stop")
	p.arrives("hand-over", p.say("hand.over"))
	p.act("go-on")
	c.shows(c.next())
	p.act("stop")
	p.at(p.say("hand.over"))
	p.act("mine")
	p.unlocks(phonePIN)
	p.at(p.say("encounter.title")) // where the address led meanwhile
	p.tap("[data-person=\"1\"]")
	c.shows(c.next())

	// Hidden from the person's hand, it is locked too.
	p.act("hand")
	p.act("give")
	p.until("the question", `Boolean(document.querySelector("main.hand .answers"))`)
	p.act("hide")
	p.act("hide")
	p.blank()
	p.unlocks(phonePIN)
	c.shows(c.next())
}

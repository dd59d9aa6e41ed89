package main

import (
	"testing"
)

// secondPIN is of the second agent on a phone.
const secondPIN = "40617295"

// Two agents share a phone. What the first sealed leaves while the second uses
// it; what the first still has open is neither shown to the second nor opened by
// their PIN, and is there when the first comes back.
func TestJourney_TwoAgentsOnOnePhone(t *testing.T) {
	demo, p := inTheField(t)
	p.setNetwork(false)
	folio := p.sealsOneWhoStops()
	p.sees(p.say("home.open"), folio)
	p.act("sign-out")
	p.at(p.say("lock.title"))
	p.sees(p.say("lock.waiting", "n", 1))
	p.neutral("the locked screen")

	p.act("other")
	p.at(p.say("signin.title"))
	p.sees(p.say("signin.waiting", "n", 1))
	p.setNetwork(true)
	p.signIn("agente")
	p.at(p.say("vault.title"))
	p.fill("secret", secondPIN)
	p.fill("again", secondPIN)
	p.act("vault")
	p.at(p.say("home.title"))
	p.sees(p.say("home.none"))
	p.holdsNothingOfTheFirst(folio)
	demo.receives(1)
	p.act("outbox")
	p.counts("0", "1")
	p.act("back")
	p.at(p.say("home.title"))

	p.act("sign-out")
	p.choosesVault(1)
	p.audit("two-vaults")
	p.unlocks(secondPIN)
	p.sees(p.say("lock.wrong"))
	p.choosesVault(1)
	p.unlocks(phonePIN)
	p.signIn("inspectora")
	p.at(p.say("home.title"))
	p.sees(p.say("home.open"), p.label("settings", "agriculture"))
	p.act("continue")
	p.at(p.say("encounter.title"))
}

// holdsNothingOfTheFirst: the open visit of the first agent is on no screen of the second.
func (p *phone) holdsNothingOfTheFirst(folio string) {
	p.t.Helper()
	for _, word := range []string{p.say("home.open"), p.say("home.continue"), p.label("settings", "agriculture"), "Sinaloa"} {
		if look[bool](p, `document.documentElement.textContent.includes($0)`, word) {
			p.t.Errorf("the second agent reads %q of the first", word)
		}
	}
	p.until("the folio gone", `!document.body.innerText.includes($0)`, folio)
}

// choosesVault picks the nth notebook on the locked screen.
func (p *phone) choosesVault(n int) {
	p.t.Helper()
	p.at(p.say("lock.title"))
	p.until("free keys", `!document.querySelector("[data-digit='1']").disabled`)
	p.tapNamed(p.say("vault.label_first", "n", n))
}

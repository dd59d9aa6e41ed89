package main

import (
	"net/http"
	"testing"
)

// endSessions ends every session of an account, as an administrator who disables
// it and enables it again does.
func (p *process) endSessions(user string) {
	p.t.Helper()
	admin := p.login("admin")
	var accounts struct {
		Items []struct{ ID, Username string }
	}
	if status := p.call("GET", "/api/v1/accounts", admin, nil, &accounts); status != http.StatusOK {
		p.t.Fatalf("accounts: status %d", status)
	}
	for _, account := range accounts.Items {
		if account.Username != user {
			continue
		}
		for _, act := range []string{"disable", "enable"} {
			if status := p.call("POST", "/api/v1/accounts/"+account.ID+"/"+act, admin, map[string]string{}, nil); status >= http.StatusBadRequest {
				p.t.Fatalf("%s %s: status %d", act, user, status)
			}
		}
		return
	}
	p.t.Fatalf("no account %s", user)
}

// counts waits until the outbox says that so many wait and so many were received.
func (p *phone) counts(waiting, sent string) {
	p.t.Helper()
	p.until(waiting+" waiting and "+sent+" received", `document.querySelector("[data-count=waiting] .count")?.innerText === $0 && document.querySelector("[data-count=sent] .count").innerText === $1`, waiting, sent)
}

// A session that ended in the field stops nothing: the phone itself sends what is
// sealed. Whatever needs the agent says so, and signing in again mends it. Signing
// out keeps what waits, and it leaves in the next agent's session.
func TestJourney_AnEndedSessionNeverStopsCapture(t *testing.T) {
	demo, p := inTheField(t)
	demo.endSessions("inspectora")

	place := p.beginVisit(map[string]string{"obs_weapon": "yes"})
	p.at(p.say("encounter.title"))
	p.beginPerson(1, "")
	p.act("begin-person")
	c := newConversation(p, place, nil)
	c.until("nee_injury")
	p.stopsHere()
	p.act("back")
	p.at(p.say("home.title"))
	p.act("outbox")
	p.at(p.say("outbox.title"))
	p.counts("0", "1")
	p.act("back")
	p.act("ready")
	p.at(p.say("ready.title"))
	p.act("fetch")
	p.sees(p.say("session.ended"))
	p.audit("ready-session-ended")
	p.signInAgain()

	// The visit closes while there is no network; the agent signs out; it leaves in a colleague's session.
	p.setNetwork(false)
	p.act("continue")
	p.closeAsItIs()
	p.act("sign-out")
	p.at(p.say("lock.title"))
	p.sees(p.say("lock.waiting", "n", 1))
	p.act("other")
	p.at(p.say("signin.title"))
	p.sees(p.say("signin.waiting", "n", 1))
	p.setNetwork(true)
	p.signIn("agente")
	p.protects("")
	p.at(p.say("home.title"))
	p.act("outbox")
	p.counts("0", "2")
}

// stopsHere ends the screening at the wish of the person, seals it and goes to
// the list. It returns the folio.
func (p *phone) stopsHere() string {
	p.t.Helper()
	p.act("stop")
	p.arrives("stop", p.say("stop.title"))
	p.tap("[data-answer=stopped_by_person]")
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.audit("result-stopped")
	return p.sealed()
}

// signInAgain answers the notice that the session ended.
func (p *phone) signInAgain() {
	p.t.Helper()
	p.tapNamed(p.say("session.sign_in_again"))
	p.at(p.say("signin.title"))
	p.audit("sign-in-again")
	p.write(p.say("signin.password"), demoPassword)
	p.act("sign-in")
	p.at(p.say("home.title"))
}

// closeAsItIs seals the visit with the counts as they stand and goes home.
func (p *phone) closeAsItIs() {
	p.t.Helper()
	p.act("close")
	p.at(p.say("close.title"))
	p.act("seal-encounter")
	p.at(p.say("close.done"))
	p.act("home")
	p.at(p.say("home.title"))
}

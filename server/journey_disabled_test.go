package main

import (
	"net/http"
	"testing"
)

// accountID is the id of the account with this name.
func (p *process) accountID(user string) string {
	p.t.Helper()
	var accounts struct {
		Items []struct{ ID, Username string }
	}
	if status := p.call("GET", "/api/v1/accounts", p.login("admin"), nil, &accounts); status != http.StatusOK {
		p.t.Fatalf("accounts: status %d", status)
	}
	for _, account := range accounts.Items {
		if account.Username == user {
			return account.ID
		}
	}
	p.t.Fatalf("no account %s", user)
	return ""
}

// disable ends an account, as an administrator does with somebody who left.
func (p *process) disable(user string) {
	p.t.Helper()
	if status := p.call("POST", "/api/v1/accounts/"+p.accountID(user)+"/disable", p.login("admin"), map[string]string{}, nil); status >= http.StatusBadRequest {
		p.t.Fatalf("disable %s: status %d", user, status)
	}
}

// What an agent sealed in the field belongs to the phone: when the network comes
// back it leaves, from the locked screen, though the account is no more.
func TestJourney_ADisabledAgentsFiveRecordsArrive(t *testing.T) {
	demo, p := inTheField(t)
	p.setNetwork(false)
	p.sealsOneWhoStops()
	p.act("continue")
	p.closeAsItIs()
	for range 3 {
		p.beginVisit(nil)
		p.at(p.say("encounter.title"))
		p.closeAsItIs()
	}
	p.reload()
	p.at(p.say("lock.title"))
	p.sees(p.say("lock.waiting", "n", 5))

	demo.disable("inspectora")
	p.setNetwork(true)
	if got := demo.receives(1); got[0] != "stopped_by_person" {
		t.Errorf("the screening ended %v", got)
	}
	p.reload()
	p.at(p.say("lock.title"))
	p.until("nothing waits", `document.querySelector("[data-digit]") && !document.body.innerText.includes($0)`, p.say("lock.waiting", "n", 5))
	p.unlocks(phonePIN)
	p.at(p.say("home.title"))
	p.act("outbox")
	p.at(p.say("outbox.title"))
	p.counts("0", "5")
	if held := demo.heldBack(); held != 0 {
		t.Errorf("%d records of a disabled account are held back", held)
	}
}

// heldBack counts what the supervisor has in quarantine.
func (p *process) heldBack() int {
	p.t.Helper()
	var page struct{ Items []struct{ ID string } }
	if status := p.call("GET", "/api/v1/quarantine", p.login("supervisora"), nil, &page); status != http.StatusOK {
		p.t.Fatalf("quarantine: status %d", status)
	}
	return len(page.Items)
}

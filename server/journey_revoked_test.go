package main

import (
	"net/http"
	"testing"
)

// revokeDevices gives up every phone of the demo's agency, as an administrator
// does with one that was lost.
func (p *process) revokeDevices() {
	p.t.Helper()
	admin := p.login("admin")
	var devices struct{ Items []struct{ ID string } }
	if status := p.call("GET", "/api/v1/devices", admin, nil, &devices); status != http.StatusOK || len(devices.Items) == 0 {
		p.t.Fatalf("devices: status %d, %d of them", status, len(devices.Items))
	}
	for _, d := range devices.Items {
		if status := p.call("POST", "/api/v1/devices/"+d.ID+"/revoke", admin, map[string]string{}, nil); status >= http.StatusBadRequest {
			p.t.Fatalf("revoke: status %d", status)
		}
	}
}

// A phone that was given up hands over what it holds at its next contact and
// empties itself, vault and all; a record that waited arrives. Found and registered
// again it is a phone like any other.
func TestJourney_ARevokedPhoneIsRegisteredAgain(t *testing.T) {
	demo, p := inTheField(t)
	p.setNetwork(false)
	place := p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.beginPerson(1, "")
	p.act("begin-person")
	c := newConversation(p, place, nil)
	c.until("nee_injury")
	p.stopsHere()
	demo.revokeDevices()

	p.setNetwork(true)
	p.sees(p.say("empty.nothing"))
	p.audit("emptied")
	demo.receives(1)

	p.until("nothing left in the browser", `indexedDB.databases().then((all) => all.length === 0)`)
	p.reload()
	p.makeReady("inspectora")
	p.at(p.say("home.title"))
}

package main

import (
	"net/http"
	"path/filepath"
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

// A phone that was given up sends nothing and keeps what it has; found and
// registered again, it sends all.
func TestJourney_ARevokedPhoneIsRegisteredAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	p := newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.makeReady("inspectora")
	p.at(p.say("home.title"))
	p.setNetwork(false)
	p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.closeAsItIs()
	demo.revokeDevices()

	p.setNetwork(true)
	p.act("outbox")
	p.at(p.say("outbox.title"))
	p.counts("1", "0")
	p.act("sync")
	p.sees(p.say("session.ended"))
	p.signInAgain()
	p.act("outbox")
	p.sees(p.say("outbox.lost"))
	p.audit("outbox-lost")

	p.act("enrol-again")
	p.at(p.say("enrol.title"))
	p.write(p.say("enrol.name"), phoneName)
	p.act("enrol")
	p.at(p.say("ready.title"))
	p.act("back")
	p.at(p.say("home.title"))
	p.act("outbox")
	p.at(p.say("outbox.title"))
	p.act("retry")
	p.counts("0", "1")
}

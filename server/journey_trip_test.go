package main

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// An agent goes on a trip with the stronger protection. Past its end what was
// open is sent as it was, and she goes on with the PIN alone, and is told so.
func TestJourney_ATripEndsAndCaptureGoesOn(t *testing.T) {
	demo, p := inTheField(t)
	p.beginsTrip(2)
	until := demo.tripUntil()
	if days := time.Until(until).Hours() / 24; days < 1.9 || days > 2.1 {
		t.Errorf("the server says that the trip lasts %.1f days", days)
	}
	p.sees(p.say("trip.until", "at", look[string](p, `new Date($0).toLocaleString("es-MX", { dateStyle: "medium", timeStyle: "short" })`, until)))
	p.audit("trip")
	p.act("back")
	p.at(p.say("home.title"))
	p.midway()

	// Offline and with the PIN the draft is there as ever, while the trip lasts.
	p.setNetwork(false)
	p.reload()
	p.unlocks(phonePIN)
	p.at(p.say("encounter.title"))

	p.sleepsFor(3 * 24 * time.Hour)
	p.unlocks(phonePIN)
	p.arrives("home-trip-over", p.say("home.title"))
	p.sees(p.say("trip.over"), p.say("home.none"))
	p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.closeAsItIs()
	p.setNetwork(true)
	if got := demo.receives(1); got[0] != "interrupted" {
		t.Errorf("what the trip left open ended %v", got)
	}
	p.act("outbox")
	p.counts("0", "3")
	p.act("back")
	p.at(p.say("home.title"))
	p.act("ready")
	p.at(p.say("ready.title"))
	p.sees(p.say("trip.over"), p.say("trip.start"))
	p.audit("trip-over")
}

// beginsTrip says on the screen "ready for the field" for how many days she goes.
func (p *phone) beginsTrip(days int) {
	p.t.Helper()
	p.act("ready")
	p.at(p.say("ready.title"))
	p.write(p.say("trip.days"), "31")
	p.until("no trip longer than the server gives", `document.querySelector("[data-act=trip]").disabled`)
	p.write(p.say("trip.days"), strconv.Itoa(days))
	p.act("trip")
	p.until("till when", `Boolean(document.querySelector("[data-trip=until]"))`)
}

// tripUntil is what the server keeps of the one phone's trip.
func (p *process) tripUntil() time.Time {
	p.t.Helper()
	var devices struct {
		Items []struct {
			Name string
			Trip time.Time `json:"trip_until"`
		}
	}
	if status := p.call("GET", "/api/v1/devices", p.login("admin"), nil, &devices); status != http.StatusOK {
		p.t.Fatalf("devices: status %d", status)
	}
	for _, d := range devices.Items {
		if strings.Contains(d.Name, phoneName) {
			return d.Trip
		}
	}
	p.t.Fatalf("no %s among %d devices", phoneName, len(devices.Items))
	return time.Time{}
}

// sleepsFor lets the clock of the phone go on while it is off.
func (p *phone) sleepsFor(d time.Duration) {
	p.t.Helper()
	script := strings.ReplaceAll(`{ const real = Date; globalThis.Date = class extends real {
		constructor(...args) { if (args.length) super(...args); else super(real.now() + LATER); }
		static now() { return real.now() + LATER; }
	}; }`, "LATER", strconv.FormatInt(d.Milliseconds(), 10))
	if _, err := chromedp.Call(p.tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}); err != nil {
		p.t.Fatal(err)
	}
	p.reload()
}

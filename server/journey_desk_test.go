package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"umbral/server/record"
)

// What comes after a record was sealed, and what the server could not accept:
// an addendum stands with its detection, a record that does not fit is held for
// the supervisor, who sees why and decides. On a phone, as on a laptop.
func TestJourney_AddendumAndQuarantineReachTheSupervisor(t *testing.T) {
	demo, p := inTheField(t)
	folio := p.sealsOneWhoStops()
	p.addsTo(folio)
	p.act("outbox")
	p.counts("0", "2")
	held := demo.sendsWhatDoesNotFit(filepath.Join(t.TempDir(), "device.json"))

	s := newPhone(t, "supervisora", demo.url, phoneWidth, phoneHeight)
	s.signIn("supervisora")
	s.arrives("queue-phone", s.say("queue.title"))
	s.opens(folio)
	s.sees(s.say("detection.addenda"), s.label("addendum_kinds", "new_fact"), s.label("indicators", "coe_threat_family"), s.say("detection.visit_missing"))
	s.unfold()
	s.audit("detection-phone")
	s.act("back")
	s.decidesOnHeld(held)
}

// sealsOneWhoStops begins a visit, seals one person who wants to stop, and goes home.
func (p *phone) sealsOneWhoStops() string {
	p.t.Helper()
	place := p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.beginPerson(1, "")
	p.act("begin-person")
	newConversation(p, place, nil).until("nee_fear")
	folio := p.stopsHere()
	p.act("back")
	p.at(p.say("home.title"))
	return folio
}

// addsTo writes an addendum to what this phone can no longer open.
func (p *phone) addsTo(folio string) {
	p.t.Helper()
	p.act("addendum")
	p.arrives("addendum", p.say("addendum.title"))
	p.write(p.say("addendum.about"), strings.Replace(folio, folio[:1], swapped(folio[:1]), 1))
	p.act("seal-addendum")
	p.sees(p.say("addendum.problem_folio"))
	p.write(p.say("addendum.about"), strings.ToLower(folio))
	p.tapNamed(p.label("addendum_kinds", "new_fact"))
	p.act("seal-addendum")
	p.sees(p.say("addendum.problem_codes"))
	p.write(p.say("addendum.search"), p.label("indicators", "coe_threat_family"))
	p.tap("[data-answer=coe_threat_family]")
	p.audit("addendum-filled")
	p.act("seal-addendum")
	p.arrives("addendum-done", p.say("addendum.done"))
	p.sees(folio)
	p.act("back")
	p.at(p.say("home.title"))
}

// swapped is another sign than this one.
func swapped(sign string) string {
	if sign == "7" {
		return "8"
	}
	return "7"
}

// sendsWhatDoesNotFit seals, with the command-line device, a detection in a
// setting that no list has, and returns its folio.
func (p *process) sendsWhatDoesNotFit(state string) string {
	p.t.Helper()
	run := func(stdin string, args ...string) string {
		out, errs, code := server(p.t, stdin, args...)
		if code != 0 {
			p.t.Fatalf("server %v: exit %d: %s", args, code, errs)
		}
		return out
	}
	run("", "device", "enrol", "--server", p.url, "--user", "inspectora", "--code", demoCode, "--state", state)
	var detection map[string]any
	if err := json.Unmarshal([]byte(run("", "protocol", "run", "labour-agriculture", "--detection")), &detection); err != nil {
		p.t.Fatal(err)
	}
	detection["setting"] = "moon_base"
	b, err := json.Marshal(detection)
	if err != nil {
		p.t.Fatal(err)
	}
	result := run(run(string(b)+"\n", "device", "seal", "--state", state), "device", "sync", "--state", state)
	if !strings.Contains(result, "quarantined") {
		p.t.Fatalf("the server says %s", result)
	}
	return record.Folio(detection["id"].(string))
}

// opens looks for the folio in the queue and opens it.
func (p *phone) opens(folio string) {
	p.t.Helper()
	const find = `(folio) => [...document.querySelectorAll("li[data-id] button")].find((a) => a.innerText.includes(folio))`
	for {
		p.until("the folio or more rows", `Boolean((`+find+`)($0) || document.querySelector("[data-act=more]"))`, folio)
		if look[bool](p, `Boolean((`+find+`)($0))`, folio) {
			break
		}
		rows := look[int](p, `document.querySelectorAll("li[data-id]").length`)
		p.act("more")
		p.until("the next rows", `document.querySelectorAll("li[data-id]").length > $0`, rows)
	}
	p.tapWith(find, folio)
	p.until("the detection", `location.hash === "#/detection" && document.activeElement === document.querySelector("h1")`)
	p.sees(folio)
}

// decidesOnHeld reads why a record is held, and discards it with a reason.
func (p *phone) decidesOnHeld(folio string) {
	p.t.Helper()
	p.tapNamed(p.say("desk.nav_quarantine"))
	p.arrives("quarantine", p.say("quarantine.title"))
	p.sees(folio, p.say("reason.unknown_code"))
	p.tapNamed(p.say("quarantine.decide"))
	p.write(p.say("detection.decision"), p.say("quarantine.discard"))
	p.until("no decision without its reason", `document.querySelector("[data-act=decide]").disabled`)
	p.write(p.say("detection.reason"), p.label("review_reasons", "training_or_test"))
	p.audit("quarantine-deciding")
	p.act("decide")
	p.sees(p.say("quarantine.done_yes"), p.say("quarantine.none"))
}

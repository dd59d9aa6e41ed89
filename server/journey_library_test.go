package main

import (
	"strconv"
	"strings"
	"testing"

	"umbral/protocols"
	"umbral/screening"
)

// Whoever answers for the protocols reads them in the page: the list, one as it
// runs, a walk that keeps nothing, and what it can find and what it cannot.
func TestJourney_TheProtocolsAreRead(t *testing.T) {
	demo, s := atTheDesk(t)
	s.at(s.say("queue.title"))
	s.readsLibrary("es")
	s.triesOnScreen()
	s.act("language")
	s.reads = "en"
	s.at("Protocols")
	s.readsLibrary("en")

	a := newPhone(t, "admin", demo.url, phoneWidth, phoneHeight)
	a.signIn("admin")
	a.at(a.say("desk.nav_accounts"))
	a.readsLibrary("phone")
}

// readsLibrary opens the library, one protocol as it runs, and what it can find.
func (p *phone) readsLibrary(as string) {
	p.t.Helper()
	protocol := p.newest("labour-agriculture")
	p.tapNamed(p.say("desk.nav_protocols"))
	p.arrives("library-"+as, p.say("desk.nav_protocols"))
	p.sees(p.label("settings", "agriculture"), p.label("roles", "labour_inspector"), p.say("library.mine"), p.say("library.version", "n", protocol.Version))
	p.tap("[data-protocol=labour-agriculture] button")
	p.until("the protocol", `location.hash === "#/protocol" && Boolean(document.querySelector("[data-tab]"))`)
	p.audit("protocol-" + as)
	p.readsFlow(protocol, as)
	p.tap("[data-tab=coverage]")
	p.sees(p.say("library.coverage_how"), p.say("form.none"))
	p.audit("coverage-" + as)
	p.coversEverything(protocol)
	p.tap("[data-tab=flow]")
	p.tap("[data-tab=coverage]")
	p.tapNamed(p.say("library.by_dimension"))
	p.sees(p.say("dimension.exploitation"))
	p.tapWith(`(code) => document.querySelector("[data-group=" + code + "] summary")`, "exploitation")
	p.sees(p.label("indicators", "exp_slavery"))
	p.audit("coverage-dimension-" + as)
	p.tapNamed(p.say("library.by_offence"))
	p.sees(p.label("offences", "art10"))
}

// newest is the newest published version of a protocol.
func (p *phone) newest(id string) *screening.Protocol {
	p.t.Helper()
	found, err := protocols.Get(id, 0)
	if err != nil {
		p.t.Fatal(err)
	}
	return &found.Protocol
}

// readsFlow opens every module: every item stands there once, in order.
func (p *phone) readsFlow(protocol *screening.Protocol, as string) {
	p.t.Helper()
	p.act("unfold")
	var want []string
	for _, m := range protocol.Modules {
		for _, it := range m.Items {
			want = append(want, it.ID)
		}
	}
	p.until("every item", `[...document.querySelectorAll("[data-item]")].map((e) => e.dataset.item).join() === $0`, strings.Join(want, ","))
	p.sees(p.say("library.opens"), p.say("library.asked"), p.say("result.no_lawyer"), p.say("library.mark_core"), p.label("levels", "presumed_victim"))
	if p.reads == "en" {
		for _, left := range look[[]string](p, spanishLeftJS+`($0)`, p.spanishNames()) {
			p.t.Errorf("Spanish on the protocol in English: %s", left)
		}
	}
	p.act("unfold")
	p.write(p.say("library.role"), p.label("roles", "labour_inspector"))
	p.sees(p.say("result.never"))
	for _, n := range []int{0, 6} { // what is seen, and a module that a condition opens
		p.tapWith(`(n) => document.querySelectorAll("details > summary")[n]`, strconv.Itoa(n))
	}
	p.until("an item", `document.querySelectorAll("[data-item]").length > 1`)
	p.audit("protocol-open-" + as)
}

// coversEverything: every indicator of the codebook stands in the page once, with
// whether an item meets it as the protocol says.
func (p *phone) coversEverything(protocol *screening.Protocol) {
	p.t.Helper()
	met := map[string]bool{}
	for _, m := range protocol.Modules {
		for _, it := range m.Items {
			for _, code := range it.Meets {
				met[code] = true
			}
		}
	}
	shown := look[map[string]string](p, `Object.fromEntries([...document.querySelectorAll("[data-indicator]")].map((e) => [e.dataset.indicator, e.dataset.met]))`)
	for _, code := range protocols.Codebook().List(protocols.ListIndicators).Codes() {
		if want := map[bool]string{true: "yes", false: "no"}[met[code]]; shown[code] != want {
			p.t.Errorf("indicator %s is shown as %q, want %q", code, shown[code], want)
		}
	}
}

// triesOnScreen walks some way and reads the level and its reasons; the server
// hears nothing of it, and this browser keeps nothing.
func (p *phone) triesOnScreen() {
	p.t.Helper()
	p.tap("[data-tab=try]")
	p.sees(p.say("library.practice_how"), p.say("library.so_far"))
	p.audit("try-begun")
	before := look[int](p, `performance.getEntriesByType("resource").length`)
	protocol := p.newest("labour-agriculture")
	given := answersOf(p, protocol, "coe_debt_bondage")
	for range 200 {
		id := look[string](p, `document.querySelector("[data-asked]")?.dataset.asked ?? ""`)
		if id == "" {
			break
		}
		p.answersInTry(itemsByID(protocol)[id], given[id])
		p.until("the next question", `(document.querySelector("[data-asked]")?.dataset.asked ?? "") !== $0`, id)
	}
	p.sees(p.say("library.ended"), p.say("library.result"))
	if level := look[string](p, `document.querySelector("[data-level]").dataset.level`); level != "presumed_victim" && level != "possible_victim" {
		p.t.Errorf("whoever works to pay a debt has the level %s", level)
	}
	p.tapNamed(p.say("library.trace", "n", look[int](p, `document.querySelectorAll("ol.lines > li").length`)))
	p.sees(p.label("indicators", "coe_debt_bondage"))
	p.audit("try-ended")
	if asked := look[int](p, `performance.getEntriesByType("resource").length`) - before; asked != 0 {
		p.t.Errorf("a walk as practice asked the network %d times", asked)
	}
	p.act("back")
	p.at(p.say("desk.nav_protocols"))
}

// answersOf are the answers of somebody of whom one indicator is true, by item.
func answersOf(p *phone, protocol *screening.Protocol, indicator string) map[string]string {
	p.t.Helper()
	w, err := screening.Walk(protocol, screening.Want{Meets: []string{indicator}, Role: protocol.Roles[0], Setting: protocol.Settings[0]})
	if err != nil {
		p.t.Fatal(err)
	}
	given := map[string]string{}
	for _, step := range screening.Applicable(protocol, w.Input) {
		given[step.Item.ID] = step.Answer
	}
	return given
}

// answersInTry gives the answer, or that nobody knows where it is far down a list.
func (p *phone) answersInTry(it *screening.Item, value string) {
	p.t.Helper()
	switch it.Type {
	case screening.AgeType:
		p.write(p.say("library.age"), value)
		p.act("answer")
	case screening.Multi:
		p.act("answer")
	default:
		if !look[bool](p, `Boolean(document.querySelector("[data-asked] [data-answer=" + $0 + "]"))`, value) {
			value = screening.Unknown
		}
		p.tap("[data-asked] [data-answer=" + value + "]")
	}
}

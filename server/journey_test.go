package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"umbral/screening"
)

// phoneName is what the agency calls the phone of the journeys.
const phoneName = "Teléfono 12"

// signIn writes the account into the form of the screen.
func (p *phone) signIn(user string) {
	p.t.Helper()
	p.at(p.say("signin.title"))
	p.write(p.say("signin.username"), user)
	p.write(p.say("signin.password"), demoPassword)
	p.act("sign-in")
}

// makeReady signs an agent in, enrols the phone and waits until it is ready for the field.
func (p *phone) makeReady(user string) {
	p.t.Helper()
	p.arrives("sign-in", p.say("signin.title"))
	p.signIn(user)
	p.arrives("enrol", p.say("enrol.title"))
	p.enrols(phoneName, demoCode)
	p.protects(p.duress)
	p.at(p.say("ready.title"))
	p.sees(p.say("ready.yes"), p.say("ready.app"))
	p.until("the rest too", `!document.querySelector("[data-act=fetch]").disabled && !document.querySelector("[data-ready=rest]")`)
	p.until("the service worker in control", `Boolean(navigator.serviceWorker.controller)`)
	p.arrives("ready", p.say("ready.title"))
	p.act("back")
}

// inTheField starts a demo and makes an inspector's phone ready, beside other
// journeys.
func inTheField(t *testing.T) (*process, *phone) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	p := newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.makeReady("inspectora")
	p.at(p.say("home.title"))
	return demo, p
}

// atTheDesk starts a demo and signs the supervisor in on a laptop, beside other
// journeys.
func atTheDesk(t *testing.T) (*process, *phone) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	s := newPhone(t, "supervisora", demo.url, laptopWidth, laptopHeight)
	s.signIn("supervisora")
	return demo, s
}

// enrols types the code and finds the fingerprints as they should be.
func (p *phone) enrols(name, code string) {
	p.t.Helper()
	p.at(p.say("enrol.title"))
	p.write(p.say("enrol.name"), name)
	p.write(p.say("enrol.code"), strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	p.act("enrol")
	p.arrives("enrol-compare", p.say("enrol.compare"))
	p.until("the fingerprints", `document.querySelectorAll(".print span").length >= 16`)
	p.act("same")
}

// canBeInstalled asks the browser whether it would offer the page as an application.
func (p *phone) canBeInstalled() {
	p.t.Helper()
	said, err := chromedp.Call(p.tab, page.GetInstallabilityErrors, cdp.Empty{})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, hindrance := range said.InstallabilityErrors {
		p.t.Errorf("cannot be installed: %s %v", hindrance.ErrorID, hindrance.ErrorArguments)
	}
}

// beginVisit sets up a visit to a farm and looks at the place.
func (p *phone) beginVisit(seen map[string]string) []screening.Answer {
	p.t.Helper()
	p.act("start")
	p.arrives("setup", p.say("encounter.setup"))
	p.write(p.say("encounter.setting"), p.label("settings", "agriculture"))
	p.write(p.say("encounter.state"), "Sinaloa")
	p.tapNamed(p.say("encounter.municipality"))
	p.write(p.say("encounter.municipality_search"), "salvador")
	p.tapNamed("Salvador Alvarado")
	p.audit("setup-filled")
	p.act("begin")

	c := newConversation(p, nil, seen)
	for it := c.next(); it.Scope == screening.ScopeEncounter; it = c.next() {
		c.shows(it)
		if len(c.asked) == 0 {
			p.audit("observe")
		}
		c.step()
	}
	p.at(p.say("encounter.title"))
	for i := range c.in.Answers {
		c.in.Answers[i].From = screening.ScopeEncounter
	}
	return c.in.Answers
}

// mixtec is a language that has a greeting here and no text of the protocol;
// the agent types its place without the accents.
const (
	mixtec     = "mxv"
	mixtecFrom = "metlatonoc"
)

// beginPerson searches the language of the next person, or leaves what is proposed.
func (p *phone) beginPerson(number int, language string) {
	p.t.Helper()
	p.act("next")
	p.arrives("person", p.say("encounter.person", "n", number))
	if language != "" {
		p.tapWith(`() => document.querySelector("details:not([open]) > summary")`, "the languages")
		p.write(p.say("person.language_search"), language)
		p.tap("[data-answer]")
	}
}

// reload loads the page again, as a swipe or a nervous thumb does.
func (p *phone) reload() {
	p.t.Helper()
	p.do(chromedp.Reload())
}

func TestJourney_FromAnOfflinePhoneToASupervisor(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	dir, addr := filepath.Join(t.TempDir(), "data"), freeAddress(t)
	demo := startDemo(t, dir, addr)
	p := newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.makeReady("inspectora")
	p.arrives("home", p.say("home.title"))
	p.canBeInstalled()

	p.setNetwork(false)
	demo.kill()
	p.die()
	p.start()
	p.unlocks(phonePIN)
	p.arrives("home", p.say("home.title"))
	place := p.beginVisit(map[string]string{"obs_company_store": "yes"})
	p.arrives("encounter", p.say("encounter.title"))
	woman := p.screenWomanInDebt(place)
	son := p.screenHerSon(place)
	p.countWhoSaysNo(place)
	p.closeVisit()
	p.sendsNothingWithoutNetwork()

	p.setNetwork(true)
	startDemo(t, dir, addr)
	p.act("sync")
	p.until("three receipts", `document.querySelector("[data-count=waiting] .count").innerText === "0" && document.querySelector("[data-count=sent] .count").innerText === "3"`)
	p.audit("outbox-empty")

	s := newPhone(t, "supervisora", demo.url, laptopWidth, laptopHeight)
	s.signIn("supervisora")
	s.arrives("queue", s.say("queue.title"))
	s.queueIsUrgentFirst()
	if said := look[string](s, `document.body.innerText`); strings.Contains(said, s.say("flag.clock_off")) {
		t.Error("the clock of an invented phone is in doubt")
	}
	s.decidesOn(woman)
	s.act("back")
	s.findsAmongMany(son)
}

// screenWomanInDebt is the first person: she speaks Mixtec, owes more than she
// earns, has no papers and is not paid. It returns her folio.
func (p *phone) screenWomanInDebt(place []screening.Answer) string {
	p.t.Helper()
	p.beginPerson(1, "")
	p.act("begin-person")
	answers := walkAnswers(p.t, screening.Want{Meets: []string{"coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay"}})
	c := newConversation(p, place, answers)
	c.until("saf_controller")
	p.audit("item-observation")
	c.until("open_who")
	p.audit("item-statement")
	c.until("reg_age")
	p.audit("item-age")
	c.until("core_trip")
	p.audit("item-question")

	p.reload()
	p.unlocks(phonePIN)
	p.at(p.say("encounter.title")) // what the address hung on, for no id stood in it
	p.tap("[data-person=\"1\"]")
	c.shows(c.next())
	c.until("core_debt")
	p.die()
	p.start()
	p.unlocks(phonePIN)
	p.arrives("home-visit-open", p.say("home.title"))
	p.act("continue")
	p.at(p.say("encounter.title"))
	p.audit("encounter-going-on")
	p.tap("[data-person=\"1\"]")
	c.shows(c.next())
	c.until("reg_nationality")
	p.audit("item-list")
	c.until("clo_needs")
	p.audit("item-many")
	c.finish()
	p.arrives("result", p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.result(c)

	p.act("correct")
	p.arrives("answers", p.say("answers.title"))
	p.tap("[data-item=exp_unequal]")
	p.tap("[data-answer=yes]")
	for i := range c.in.Answers {
		if c.in.Answers[i].Item == "exp_unequal" {
			c.in.Answers[i].Value = screening.Yes
		}
	}
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.result(c)
	p.unfold()
	p.audit("result-unfolded")
	return p.sealed()
}

// result compares the screen of the result with what the Go engine says.
func (p *phone) result(c *conversation) {
	p.t.Helper()
	want := screening.Evaluate(c.proto, c.in)
	p.sees(p.label("levels", want.Level))
	for _, code := range append(want.Danger, want.Indicators...) {
		p.knows(p.label("indicators", code))
	}
	for _, offence := range want.Offences {
		p.knows(p.label("offences", offence.Code))
	}
}

// sealed seals what the result shows and goes to the list. It returns the folio.
func (p *phone) sealed() string {
	p.t.Helper()
	folio := p.textOf(".folio")
	p.act("seal")
	p.sees(p.say("sealed.how"))
	p.audit("sealed")
	if now := p.textOf(".folio"); now != folio {
		p.t.Errorf("the folio was %s and is %s", folio, now)
	}
	p.act("list")
	p.at(p.say("encounter.title"))
	return folio
}

func (p *phone) screenHerSon(place []screening.Answer) string {
	p.t.Helper()
	p.beginPerson(2, mixtecFrom)
	p.sees(p.say("person.no_text"))
	p.tapNamed(p.say("person.greeting"))
	p.until("the greeting in Mixtec, and nothing else in it", `document.querySelector("blockquote").lang === $0 && document.querySelector("blockquote").innerText.length > 40`, mixtec)
	p.tapNamed(p.say("person.linked"))
	p.tapNamed(p.say("encounter.person", "n", 1))
	p.audit("person-mixtec")
	if got := look[string](p, `document.querySelector("select").value`); got != "needed_not_available" {
		p.t.Errorf("the interpreter proposed is %q", got)
	}
	p.act("begin-person")
	fifteen := 15
	c := newConversation(p, place, walkAnswers(p.t, screening.Want{Age: &fifteen}))
	c.until("nee_injury")
	p.sees(strings.ReplaceAll(p.say("ask.in_spanish"), "{{.language}}", "mixteco de Metlatónoc"))
	if lang := look[string](p, `document.querySelector("h1").lang`); lang != "es-MX" {
		p.t.Errorf("the Spanish question says that it is in %q", lang)
	}
	p.audit("two-texts")
	c.finish()
	p.arrives("result-child", p.say("result.title", "who", p.say("encounter.person", "n", 2)))
	p.result(c)
	p.sees(p.say("result.child_path"))
	return p.sealed()
}

func (p *phone) countWhoSaysNo(place []screening.Answer) {
	p.t.Helper()
	p.beginPerson(3, "")
	p.act("begin-person")
	c := newConversation(p, place, map[string]string{"con_talk": "no"})
	c.until("con_talk")
	c.step()
	p.arrives("refused", p.say("refused.title"))
	p.act("adult")
	p.arrives("encounter-three", p.say("encounter.title"))
	p.sees(p.say("encounter.state_refused"), p.say("encounter.with", "list", 1), p.say("encounter.with", "list", 2))
}

// unfold opens all that is folded, to look at it.
func (p *phone) unfold() {
	p.t.Helper()
	look[bool](p, `(document.querySelectorAll("details").forEach((d) => { d.open = true; }), true)`)
}

// closeVisit counts whom nobody could speak with, and closes.
func (p *phone) closeVisit() {
	p.t.Helper()
	p.act("close")
	p.arrives("close", p.say("close.title"))
	p.tap(fmt.Sprintf("[aria-label=%q]", p.say("count.more", "of", p.say("close.not_reached"))))
	p.sees(p.say("close.problem_seen", "least", 4))
	p.audit("close-problem")
	p.write(p.say("close.seen"), "12")
	p.act("seal-encounter")
	p.arrives("closed", p.say("close.done"))
	if facts := p.textOf(".facts"); !strings.HasSuffix(strings.Join(strings.Fields(facts), " "), "12 Conversaciones hechas 2 No quisieron 1 No se alcanzó 1") {
		p.t.Errorf("counts: %s", facts)
	}
	p.act("home")
	p.at(p.say("home.title"))
}

// sendsNothingWithoutNetwork: three wait, sending fails, and three still wait.
func (p *phone) sendsNothingWithoutNetwork() {
	p.t.Helper()
	p.act("outbox")
	p.arrives("outbox", p.say("outbox.title"))
	p.act("sync")
	p.sees(p.say("outbox.failure"), p.say("outbox.kept"))
	p.audit("outbox-failed")
	if n := p.textOf("[data-count=waiting] .count"); n != "3" {
		p.t.Errorf("%s wait, want two screenings and the visit", n)
	}
}

// urgency is the rank of a row of the queue: danger first, then the level.
var urgency = []string{"presumed_victim", "possible_victim", "inconclusive", "labour_violation", "none_found"}

// queueIsUrgentFirst checks the order of the rows as they stand.
func (p *phone) queueIsUrgentFirst() {
	p.t.Helper()
	rows := look[[]struct {
		Level  string
		Danger bool
	}](p, `[...document.querySelectorAll("li[data-level]")].map((row) => ({ Level: row.dataset.level, Danger: Boolean(row.querySelector(".tag.full")) }))`)
	if len(rows) < 10 {
		p.t.Errorf("%d rows", len(rows))
	}
	last := -1
	for i, row := range rows {
		rank := slices.Index(urgency, row.Level)
		if !row.Danger {
			rank += len(urgency)
		}
		if rank < last {
			p.t.Errorf("row %d, %s, danger %t, stands after a less urgent one", i, row.Level, row.Danger)
		}
		last = rank
	}
}

// findsAmongMany asks for more rows until the folio is among them.
func (p *phone) findsAmongMany(folio string) {
	p.t.Helper()
	p.at(p.say("queue.title"))
	p.act("more")
	p.sees(folio)
	p.queueIsUrgentFirst()
}

// decidesOn opens the detection with this folio, reads it and decides.
func (p *phone) decidesOn(folio string) {
	p.t.Helper()
	p.tapWith(`(folio) => [...document.querySelectorAll("li[data-id] button")].find((a) => a.innerText.includes(folio))`, folio)
	p.arrives("detection", p.label("levels", "presumed_victim"))
	p.sees(folio, p.say("status.new"), p.label("indicators", "coe_debt_bondage"))
	p.knows(p.label("offences", "art12"), p.label("offences", "art21"), p.label("offences", "art22"))
	p.unfold()
	p.audit("detection-unfolded")

	p.tap("input[name=decision][value=dismiss]")
	p.until("no decision without its reason", `document.querySelector("form [data-act=decide]").disabled`)
	p.audit("detection-dismiss")
	p.tap("input[name=decision][value=confirm]")
	p.tap("form [data-act=decide]")
	p.sees(p.say("decision.confirm"))
	p.until("the new status", `document.querySelector(".tag").innerText === $0`, p.say("status.confirmed"))
	p.audit("detection-confirmed")
}

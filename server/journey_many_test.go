package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"umbral/screening"
)

// Two hundred persons and time for twenty: the phone says whom to speak with
// first, counts off the others, asks nobody again what a group said, and at the end
// nobody reads "nothing found" of those who were not reached.
func TestJourney_AVisitOfMany(t *testing.T) {
	demo, p := inTheField(t)
	p.readsWhatIsNotComplete()
	place := p.beginVisit(nil)
	p.saysHowMany()
	first, shared := p.screenOneOfAGroup(place)
	second := p.screenTheNext(place, shared)
	observed := p.observesOnly(place)
	p.act("close")
	p.arrives("close-many", p.say("close.title"))
	n := len(observed) + 2
	covered := p.say("close.coverage", "n", n, "of", 200, "percent", n*100/200)
	p.sees(covered, p.say("close.coverage_rest", "n", 200-n))
	for range observed {
		p.sees(p.say("close.observed", "n", len(observed)))
	}
	p.act("seal-encounter")
	p.arrives("closed-many", p.say("close.done"))
	p.sees(covered)
	p.act("home")
	p.at(p.say("home.title"))
	p.act("outbox")
	p.at(p.say("outbox.title"))
	p.act("sync")
	p.until("every receipt", `document.querySelector("[data-count=sent] .count").innerText === $0`, strconv.Itoa(n+1))
	p.until("nothing held", `document.querySelector("[data-count=quarantined] .count")?.innerText !== "1"`)

	s := newPhone(t, "supervisora", demo.url, laptopWidth, laptopHeight)
	s.signIn("supervisora")
	s.at(s.say("queue.title"))
	s.opens(second)
	s.sees(s.say("close.coverage", "n", n, "of", 200, "percent", n*100/200))
	if shared != nil {
		s.unfold()
		s.sees(s.say("detection.for_group"))
	}
	s.audit("detection-of-many")
	if first == second {
		t.Errorf("two persons have the folio %s", first)
	}
}

// readsWhatIsNotComplete looks at the choice where the post's protocol is a base one.
func (p *phone) readsWhatIsNotComplete() {
	p.t.Helper()
	p.act("start")
	p.arrives("setup", p.say("encounter.setup"))
	p.write(p.say("encounter.setting"), p.label("settings", "construction"))
	p.sees(p.say("encounter.base"), p.say("encounter.base_how"), p.say("encounter.budget", "n", 25))
	p.audit("setup-base")
	p.act("back")
	p.at(p.say("home.title"))
}

// saysHowMany tells the phone of 200 persons, and keeps what it answered over a reload.
func (p *phone) saysHowMany() {
	p.t.Helper()
	p.tapNamed(p.say("encounter.many"))
	p.sees(p.label("sampling", "looks_minor"), p.label("sampling", "each_crew"))
	p.write(p.say("encounter.many_there"), "200")
	p.write(p.say("encounter.many_time"), "20")
	p.write(p.say("encounter.many_first"), "4")
	p.until("the line", `document.querySelector("[data-line=every]")?.innerText.includes("196")`)
	p.audit("encounter-many")
	line := p.textOf("[data-line]")
	said := regexp.MustCompile(`\d+`).FindAllString(line, -1)
	if len(said) < 5 || said[2] != "13" || !strings.Contains(line, fmt.Sprintf("%s, ", said[1])) {
		p.t.Errorf("every 13th of 196 for 16 is told as %q", line)
	}
	p.reload()
	p.unlocks(phonePIN)
	p.at(p.say("encounter.title"))
	if again := p.textOf("[data-line]"); again != line {
		p.t.Errorf("the draw was %q and is %q", line, again)
	}
}

// sharedOf is the first item that the protocol lets a group share; nil: a version
// that was published before there were any.
func sharedOf(proto *screening.Protocol) *screening.Item {
	for _, m := range proto.Modules {
		for i := range m.Items {
			if m.Items[i].Group {
				return &m.Items[i]
			}
		}
	}
	return nil
}

// screenOneOfAGroup speaks with the first of a crew, who says what holds for all,
// and goes on to the next in one tap.
func (p *phone) screenOneOfAGroup(place []screening.Answer) (folio string, shared *screening.Item) {
	p.t.Helper()
	p.beginPerson(1, "")
	p.act("begin-person")
	c := newConversation(p, place, map[string]string{"core_trip": "yes"})
	if shared = sharedOf(c.proto); shared != nil {
		c.answers[shared.ID] = "yes"
		c.until(shared.ID)
		c.step()
		p.sees(p.say("ask.share"))
		p.tap("[data-group=A]")
		p.until("group A", `document.querySelector("[data-group=A]").getAttribute("aria-pressed") === "true"`)
		p.audit("share")
	}
	c.finish()
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.result(c)
	folio = p.textOf(".folio")
	p.act("next")
	p.arrives("person-of-group", p.say("encounter.person", "n", 2))
	return folio, shared
}

// screenTheNext begins with what the group said, and is not asked that.
func (p *phone) screenTheNext(place []screening.Answer, shared *screening.Item) (folio string) {
	p.t.Helper()
	c := newConversation(p, place, map[string]string{"core_trip": "yes"})
	if shared != nil {
		p.until("the group of the last", `[...document.querySelectorAll("select")].some((s) => s.value === "A")`)
		c.in.Answers = append(c.in.Answers, screening.Answer{Item: shared.ID, Value: "yes", From: screening.ScopeEncounter})
	}
	p.act("begin-person")
	c.finish()
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 2)))
	p.result(c)
	if shared != nil {
		p.act("correct")
		p.arrives("answers-of-group", p.say("answers.title"))
		p.sees(p.say("answers.said", "n", 1))
		p.tap(fmt.Sprintf("[data-item=%q]", shared.ID))
		p.sees(p.say("ask.inherited", "group", "A", "by", 1))
		p.audit("said-for-the-group")
		p.do(chromedp.NavigateBack())
		p.at(p.say("answers.title"))
		p.act("back")
		p.at(p.say("result.title", "who", p.say("encounter.person", "n", 2)))
	}
	return p.sealed()
}

// observesOnly notes what is seen of somebody with whom nobody can speak; none
// where the protocol was published before it could be told apart.
func (p *phone) observesOnly(place []screening.Answer) (folios []string) {
	p.t.Helper()
	c := newConversation(p, place, map[string]string{"saf_interview": "no"})
	can := false
	for _, m := range c.proto.Modules {
		for _, it := range m.Items {
			can = can || it.ID == "saf_interview"
		}
	}
	if !can {
		return nil
	}
	p.beginPerson(3, "")
	p.act("begin-person")
	for c.step() != nil {
	}
	c.in.Ended = "observation_only"
	p.arrives("result-observed", p.say("result.title", "who", p.say("encounter.person", "n", 3)))
	p.sees(p.say("result.observed"), p.say("result.observed_means"))
	p.result(c)
	return []string{p.sealed()}
}

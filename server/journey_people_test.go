package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"umbral/protocols"
	"umbral/screening"
)

// conversation is one screening: what the phone must ask, by the Go engine, and
// what this person answers. Each item is known by its words on the screen.
type conversation struct {
	p       *phone
	proto   *screening.Protocol
	in      screening.Input
	answers map[string]string // by item; what is not here is answered as plain does
	asked   []string
	texts   func(it *screening.Item, child bool) string
}

// plain are answers that find nothing: no to all, and what a talk needs.
var plain = map[string]string{
	"saf_alone": "yes", "saf_interview": "yes", "con_talk": "yes", "reg_age": "30", "reg_sex": "female", "reg_spanish": "yes",
	"reg_nationality": "MEX", "reg_state": "20", "clo_needs": "no", "con_record": "yes", "con_refer": "yes",
	"chi_school": "yes", "core_work_papers": "yes",
}

func farmProtocol(t *testing.T) *screening.Protocol {
	t.Helper()
	published, err := protocols.Get("labour-agriculture", 0)
	if err != nil {
		t.Fatal(err)
	}
	return &published.Protocol
}

// spanish is the words of an item as the phone shows them.
func spanish(proto *screening.Protocol) func(*screening.Item, bool) string {
	return func(it *screening.Item, child bool) string {
		return screening.Fill(screening.Text(it, child), proto.Figures, time.Now().Year()).Text
	}
}

func newConversation(p *phone, place []screening.Answer, answers map[string]string) *conversation {
	proto := farmProtocol(p.t)
	c := &conversation{p: p, proto: proto, answers: answers, texts: p.texts}
	if c.texts == nil {
		c.texts = spanish(proto)
	}
	c.in = screening.Input{Role: "labour_inspector", Setting: "agriculture", Answers: slices.Clone(place)}
	c.in.Person.Groups = map[string]string{}
	return c
}

// walkAnswers turns a walk of the Go engine into answers for the phone.
func walkAnswers(t *testing.T, want screening.Want) map[string]string {
	t.Helper()
	walked, err := screening.Walk(farmProtocol(t), want)
	if err != nil {
		t.Fatal(err)
	}
	answers := map[string]string{}
	for _, a := range walked.Input.Answers {
		answers[a.Item] = a.Value
	}
	if age := walked.Input.Person.Age; age != nil {
		answers["reg_age"] = strconv.Itoa(*age)
	}
	return answers
}

// next is the item that the Go engine would ask now; nil: none.
func (c *conversation) next() *screening.Item { return screening.Next(c.proto, c.in) }

// shows waits until the screen shows that item.
func (c *conversation) shows(it *screening.Item) {
	c.p.t.Helper()
	want := c.texts(it, screening.WordsOf(c.proto, c.in))
	c.p.until(fmt.Sprintf("the item %s %q", it.ID, want), `document.querySelector("h1")?.innerText.trim() === $0`, want)
}

// valueOf is what this person answers to it.
func (c *conversation) valueOf(it *screening.Item) string {
	if it.Type == screening.NoneToGive {
		return screening.Shown
	}
	for _, from := range []map[string]string{c.answers, plain} {
		if v, ok := from[it.ID]; ok {
			return v
		}
	}
	return screening.No
}

// step answers the item on the screen and tells the Go engine the same.
func (c *conversation) step() *screening.Item {
	c.p.t.Helper()
	it := c.next()
	if it == nil {
		return nil
	}
	c.shows(it)
	value := c.valueOf(it)
	danger := screening.Evaluate(c.proto, c.in).Danger
	c.p.answer(it, value)
	c.tell(it, value)
	c.asked = append(c.asked, it.ID)
	for _, code := range screening.Evaluate(c.proto, c.in).Danger {
		if !slices.Contains(danger, code) {
			c.p.arrives("danger-"+code, c.p.say("danger.title"))
			c.p.sees(c.p.label("indicators", code), "911")
			c.p.act("go-on")
			break
		}
	}
	return it
}

// until answers every item before the one named, and leaves that on the screen.
func (c *conversation) until(id string) {
	c.p.t.Helper()
	for it := c.next(); it.ID != id; it = c.next() {
		if c.step() == nil {
			c.p.t.Fatalf("%s was never asked; asked: %v", id, c.asked)
		}
	}
	c.shows(c.next())
}

// finish answers all that is left.
func (c *conversation) finish() {
	c.p.t.Helper()
	for c.step() != nil {
	}
	c.in.Ended = screening.Completed
}

// tell puts an answer where the engine looks for it.
func (c *conversation) tell(it *screening.Item, value string) {
	person := &c.in.Person
	switch group, isGroup := strings.CutPrefix(it.Field, "groups."); {
	case isGroup:
		person.Groups[group] = value
	case it.Field == "age":
		person.Age, person.AgeGroup = nil, ""
		if years, err := strconv.Atoi(value); err == nil {
			person.Age = &years
		} else {
			person.AgeGroup = value
		}
	case it.Field == "sex":
		person.Sex = value
	case it.Field == "nationality":
		person.Nationality = value
	case it.Field == "state_of_origin":
		person.StateOfOrigin = value
	default:
		c.in.Answers = slices.DeleteFunc(c.in.Answers, func(a screening.Answer) bool { return a.Item == it.ID })
		c.in.Answers = append(c.in.Answers, screening.Answer{Item: it.ID, Value: value})
	}
}

// answer gives an answer on the screen of an item.
func (p *phone) answer(it *screening.Item, value string) {
	p.t.Helper()
	_, notNumber := strconv.Atoi(value)
	switch {
	case it.Type == screening.AgeType && notNumber == nil:
		p.write(p.say("ask.age_years"), value)
		p.act("age")
	case it.Type == screening.Multi && value != screening.No && !screening.IsMissing(value):
		for _, code := range strings.Split(value, ",") {
			p.tap(fmt.Sprintf("input[name=many][value=%q]", code))
		}
		p.act("many")
	default:
		p.tap(fmt.Sprintf("[data-answer=%q]", value))
	}
}

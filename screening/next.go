package screening

import (
	"slices"
	"strconv"
	"strings"
)

// groupsField starts the Field of an item whose answer stands in Person.Groups.
const groupsField = "groups."

// Step is one item that applies, with its answer; empty while it has none.
type Step struct {
	Module string `json:"module"`
	Item   *Item  `json:"item"`
	Answer string `json:"answer"`
}

// state is what one forward pass over a protocol has seen.
type state struct {
	p        *Protocol
	in       *Input
	codebook map[string]Indicator
	given    map[string]string // the last answer to each item, applicable or not

	steps       []Step
	next        *Item
	answers     map[string]string   // of the items that apply
	met         []string            // codes, in the order they were met
	metBy       map[string][]string // code -> the items whose answers met it
	coreMissing []string            // core items without an answer
	level       string              // empty until the level is decided

	pathNow     string // empty: to be decided again
	findingPath bool

	// answer, where there is one, answers each item that comes up without an
	// answer, as soon as it does: all before it is decided already.
	answer func(*Item)
}

// Next returns the first item that applies and has no answer, or nil when there
// is none. It points into p.
func Next(p *Protocol, in Input) *Item { return pass(p, &in).next }

// Applicable lists the items that apply, in the protocol's order, each with its
// answer: those answered and those still to come as far as it is known.
func Applicable(p *Protocol, in Input) []Step { return pass(p, &in).steps }

// PathOf returns the path that the answers so far lead to: PathAdult or PathChild.
func PathOf(p *Protocol, in Input) string { return pass(p, &in).path() }

// WordsOf reports whether the child wording is to be shown.
func WordsOf(p *Protocol, in Input) bool {
	s := pass(p, &in)
	return s.holds(&s.p.Rules.ChildWords)
}

// pass goes once over the modules and items of p.
func pass(p *Protocol, in *Input) *state { return follow(p, in, nil) }

// follow is pass where answer gives the answers on the way, into in.
func follow(p *Protocol, in *Input, answer func(*Item)) *state {
	if p == nil {
		p = &Protocol{}
	}
	s := &state{
		p: p, in: in,
		codebook: make(map[string]Indicator, len(p.Rules.Indicators)),
		given:    make(map[string]string, len(in.Answers)),
		steps:    []Step{},
		answers:  map[string]string{},
		metBy:    map[string][]string{},
		answer:   answer,
	}
	for _, ind := range p.Rules.Indicators {
		if _, twice := s.codebook[ind.Code]; !twice {
			s.codebook[ind.Code] = ind
		}
	}
	for _, a := range in.Answers {
		s.given[a.Item] = a.Value
	}
	stopped := false
	for i := range p.Modules {
		m := &p.Modules[i]
		if m.OpenIf != nil && !s.holds(m.OpenIf) {
			continue
		}
		for j := range m.Items {
			stopped = s.visit(m, &m.Items[j], stopped) || stopped
		}
	}
	return s
}

// visit takes one item of an open module and reports whether its answer ends
// the screening. Once stopped, no item applies; a core item that would have
// applied is without an answer.
func (s *state) visit(m *Module, it *Item, stopped bool) bool {
	if it.Means && s.path() == PathChild || it.AskIf != nil && !s.holds(it.AskIf) {
		return false
	}
	if stopped {
		if it.Core {
			s.pathNow = ""
			s.coreMissing = append(s.coreMissing, it.ID)
		}
		return false
	}
	value := s.answerTo(it)
	if value == "" && s.answer != nil {
		s.answer(it)
		value = s.answerTo(it)
	}
	s.pathNow = ""
	s.steps = append(s.steps, Step{Module: m.ID, Item: it, Answer: value})
	if it.Core && (value == "" || IsMissing(value) && value != NotApplicable) {
		s.coreMissing = append(s.coreMissing, it.ID)
	}
	if value == "" {
		if s.next == nil {
			s.next = it
		}
		return false
	}
	s.answers[it.ID] = value
	if code := it.met(value); code != "" {
		if len(s.metBy[code]) == 0 {
			s.met = append(s.met, code)
		}
		s.metBy[code] = append(s.metBy[code], it.ID)
	}
	return slices.Contains(it.EndsOn, value)
}

// answerTo returns the answer to it wherever it stands, or "".
func (s *state) answerTo(it *Item) string {
	if !IsPersonField(it.Field) {
		if n := len(s.in.Answers); s.answer != nil && n > 0 && s.in.Answers[n-1].Item == it.ID {
			return s.in.Answers[n-1].Value // given a moment ago
		}
		return s.given[it.ID]
	}
	p := &s.in.Person
	switch it.Field {
	case "age":
		if p.Age != nil {
			return strconv.Itoa(*p.Age)
		}
		return p.AgeGroup
	case "sex":
		return p.Sex
	case "nationality":
		return p.Nationality
	case "state_of_origin":
		return p.StateOfOrigin
	}
	group, _ := cutGroup(it.Field)
	return p.Groups[group]
}

// path decides the path for what the pass has seen so far. A path part inside
// the condition that decides the path does not hold.
func (s *state) path() string {
	if s.findingPath {
		return ""
	}
	if s.pathNow == "" {
		s.findingPath = true
		s.pathNow = PathAdult
		if s.holds(&s.p.Rules.ChildPath) {
			s.pathNow = PathChild
		}
		s.findingPath = false
	}
	return s.pathNow
}

// met returns the indicator that value meets, or "": a missing answer meets
// nothing, and neither does the list of codes of a Multi.
func (it *Item) met(value string) string {
	if it.Type == Multi || IsMissing(value) {
		return ""
	}
	return it.Meets[value]
}

// IsPersonField reports whether the answer to an item of this Field stands in
// Person and never among the answers.
func IsPersonField(field string) bool {
	return slices.ContainsFunc(PersonFields, func(f string) bool {
		return f == field || f == groupsField && strings.HasPrefix(field, groupsField)
	})
}

// cutGroup returns the group whose answer an item of this Field gives.
func cutGroup(field string) (string, bool) { return strings.CutPrefix(field, groupsField) }

// IsMissing reports whether value says why an answer is missing.
func IsMissing(value string) bool {
	switch value {
	case NoInformation, NotApplicable, Declined, Unknown:
		return true
	}
	return false
}

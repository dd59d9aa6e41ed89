package phrase

import (
	"strconv"
	"strings"

	"umbral/protocols"
	"umbral/screening"
)

// Clause is a condition in words: a sentence, or an opening with its parts.
type Clause struct {
	Text  string   `json:"text"`
	Parts []Clause `json:"parts,omitempty"`
}

// Line is the clause in one line: its parts are numbered, and those of a part
// stand in brackets.
func (c Clause) Line() string {
	if len(c.Parts) == 0 {
		return c.Text
	}
	parts := make([]string, len(c.Parts))
	for i, p := range c.Parts {
		parts[i] = "(" + strconv.Itoa(i+1) + ") " + p.Line()
		if len(p.Parts) > 0 {
			parts[i] = "(" + strconv.Itoa(i+1) + ") [" + p.Line() + "]"
		}
	}
	return c.Text + " " + strings.Join(parts, "; ")
}

// Condition says when a condition holds. Nil and the empty one always hold.
func (v *Voice) Condition(c *screening.Condition) Clause {
	if c == nil {
		return Clause{Text: v.Say("when.always")}
	}
	return v.clause(c, false)
}

// clause says c, or that it does not hold.
func (v *Voice) clause(c *screening.Condition, not bool) Clause {
	parts := v.parts(c, not)
	switch {
	case len(parts) == 0 && not:
		return Clause{Text: v.Say("when.never")}
	case len(parts) == 0:
		return Clause{Text: v.Say("when.always")}
	case len(parts) == 1:
		return parts[0]
	case not: // not (a and b): not a, or not b
		return Clause{v.Say("when.any"), parts}
	}
	return Clause{v.Say("when.all"), parts}
}

// parts says each part of c, all of which must hold together.
func (v *Voice) parts(c *screening.Condition, not bool) []Clause {
	var parts []Clause
	for i := range c.All {
		parts = append(parts, v.clause(&c.All[i], not))
	}
	if len(c.Any) > 0 {
		anyOf := make([]Clause, len(c.Any))
		for i := range c.Any {
			anyOf[i] = v.clause(&c.Any[i], not)
		}
		switch {
		case len(anyOf) == 1:
			parts = append(parts, anyOf[0])
		case not:
			parts = append(parts, Clause{v.Say("when.all"), anyOf})
		default:
			parts = append(parts, Clause{v.Say("when.any"), anyOf})
		}
	}
	if c.Not != nil {
		parts = append(parts, v.clause(c.Not, !not))
	}
	for _, text := range v.sentences(c, not) {
		parts = append(parts, Clause{Text: text})
	}
	return parts
}

// sentences says the parts of c that hold no other conditions.
func (v *Voice) sentences(c *screening.Condition, not bool) (all []string) {
	say := func(id string, not bool, args ...any) {
		if not {
			id += ".not"
		}
		all = append(all, v.Say("when."+id, args...))
	}
	if c.Item != "" {
		answers := make([]string, len(c.Is))
		for i, value := range c.Is {
			answers[i] = "«" + v.Answer(c.Item, value) + "»"
		}
		say("item", not, "item", v.Item(c.Item), "answers", v.Or(answers))
	}
	if c.Count != nil {
		if what := v.counted(c.Count); what != "" {
			say("counted", not, "what", what)
		} else {
			say("count", not, "what", v.count(c.Count))
		}
	}
	if c.Path != "" {
		say("path."+c.Path, not)
	}
	for _, list := range []struct {
		id, list string
		codes    []string
	}{
		{"sex", protocols.ListSexes, c.Sex}, {"role", protocols.ListRoles, c.Role}, {"setting", protocols.ListSettings, c.Setting},
		{"ended", protocols.ListEnded, c.EndedIs}, {"level", protocols.ListLevels, c.LevelIs},
	} {
		if len(list.codes) > 0 {
			say(list.id, not, "which", v.Labels(list.list, list.codes))
		}
	}
	if c.Group != "" {
		say("group", not, "which", v.Label(protocols.ListGroups, c.Group))
	}
	if c.AgeBelow != 0 {
		say("age_below", not, "years", c.AgeBelow)
	}
	if c.AgeKnown != nil {
		say("age_known", not == *c.AgeKnown)
	}
	if c.CoreMissing != nil {
		say("core_missing", not == *c.CoreMissing)
	}
	return all
}

func (v *Voice) counted(n *screening.Count) string {
	if v.Counted == nil {
		return ""
	}
	return v.Counted(n)
}

// count says which indicators are counted, and how many are needed.
func (v *Voice) count(n *screening.Count) string {
	what := v.Say("count.one")
	if n.Min > 1 {
		what = v.Say("count.several", "n", n.Min)
	}
	if len(n.Strengths) > 0 {
		strengths := make([]string, len(n.Strengths))
		for i, s := range n.Strengths {
			strengths[i] = v.Strength(s)
		}
		what += " " + v.Say("count.strength", "which", v.Or(strengths))
	}
	var of []string
	for _, d := range n.Dimensions {
		of = append(of, v.Dimension(d))
	}
	for _, code := range n.Codes {
		of = append(of, "«"+v.Label(protocols.ListIndicators, code)+"»")
	}
	if len(of) > 0 {
		what += " " + v.Say("count.of", "which", v.Or(of))
	}
	if len(n.Except) > 0 {
		except := make([]string, len(n.Except))
		for i, code := range n.Except {
			except[i] = "«" + v.Label(protocols.ListIndicators, code) + "»"
		}
		what += v.Say("count.except", "which", v.And(except))
	}
	return what
}

package screening

import (
	"slices"
	"strconv"
	"strings"
)

// eachCombination calls walk for every combination of the answers that open or
// close something: for each it says what to answer to a gate, in the order in
// which gates come up; other items are walk's. It stops at limit combinations
// and then says that they were not all.
func eachCombination(p *Protocol, how HowToWalk, walk func(in Input, choose func(*Item) (string, bool))) (n int, whole bool) {
	g := newGateFinder(p, how.Codes)
	for _, in := range g.starts() {
		c := &choices{}
		for {
			if n == how.Limit {
				return n, false
			}
			n++
			gates := map[string]int{} // of this combination: item -> which choice
			choose := func(it *Item) (string, bool) {
				values := g.values(it)
				if len(values) < 2 {
					return "", false
				}
				at, again := gates[it.ID]
				if !again {
					at = len(gates)
					gates[it.ID] = at
				}
				return values[c.at(at, len(values))], true
			}
			g.goThrough(in, choose)
			walk(in, choose)
			if !c.next() {
				break
			}
		}
	}
	return n, true
}

// goThrough goes once through the gates, so that all choices of a combination
// are made before anybody walks it.
func (g *gateFinder) goThrough(in Input, choose func(*Item) (string, bool)) {
	in = cloned(in)
	follow(g.p, &in, func(it *Item) {
		value, ok := choose(it)
		if !ok {
			value = g.walker.answer(it)
		}
		put(&in, it, value)
	})
}

// choices counts through what is chosen at each gate, the last one first. Which
// gates come up depends on the choices before them only.
type choices struct{ now, of []int }

func (c *choices) at(i, of int) int {
	if i == len(c.now) {
		c.now, c.of = append(c.now, 0), append(c.of, of)
	}
	return c.now[i]
}

// next goes to the next combination; false after the last.
func (c *choices) next() bool {
	for i := len(c.now) - 1; i >= 0; i-- {
		if c.now[i]+1 < c.of[i] {
			c.now[i]++
			c.now, c.of = c.now[:i+1], c.of[:i+1]
			return true
		}
	}
	return false
}

// gateFinder knows which answers the conditions of modules and items tell apart.
type gateFinder struct {
	p      *Protocol
	walker *walker
	parts  []*Condition        // those that open or close something, each part of them
	byID   map[string][]string // what values returned before
	codes  func(list string) []string
}

func newGateFinder(p *Protocol, codes func(list string) []string) *gateFinder {
	g := &gateFinder{p: p, walker: newWalker(p, Want{}), byID: map[string][]string{}, codes: codes}
	path := false
	eachItem(p, func(m *Module, it *Item) {
		g.gather(m.OpenIf)
		g.gather(it.AskIf)
		path = path || it.Means
	})
	if path || slices.ContainsFunc(g.parts, func(c *Condition) bool { return c.Path != "" }) {
		g.gather(&p.Rules.ChildPath)
	}
	return g
}

func (g *gateFinder) gather(c *Condition) {
	if c == nil {
		return
	}
	g.parts = append(g.parts, c)
	for i := range c.All {
		g.gather(&c.All[i])
	}
	for i := range c.Any {
		g.gather(&c.Any[i])
	}
	g.gather(c.Not)
}

// starts are the posts and places that conditions tell apart: else only the first.
func (g *gateFinder) starts() []Input {
	posts, places := orNone(g.p.Roles), orNone(g.p.Settings)
	if !slices.ContainsFunc(g.parts, func(c *Condition) bool { return len(c.Role) > 0 }) {
		posts = posts[:1]
	}
	if !slices.ContainsFunc(g.parts, func(c *Condition) bool { return len(c.Setting) > 0 }) {
		places = places[:1]
	}
	var all []Input
	for _, post := range posts {
		for _, place := range places {
			all = append(all, Input{Role: post, Setting: place})
		}
	}
	return all
}

// values lists one answer to it of each kind that is told apart: one answer or
// none means that it is no gate.
func (g *gateFinder) values(it *Item) []string {
	if known, ok := g.byID[it.ID]; ok {
		return known
	}
	kinds := map[string]bool{}
	var values []string
	for _, v := range g.answers(it) {
		if kind := g.kind(it, v); !kinds[kind] {
			kinds[kind] = true
			values = append(values, v)
		}
	}
	g.byID[it.ID] = values
	return values
}

// answers lists those that it may get, with a year on each side of every bound.
func (g *gateFinder) answers(it *Item) []string {
	switch {
	case it.Type == NoneToGive:
		return []string{Shown}
	case it.Field == "age":
		values := []string{strconv.Itoa(adultAge), Unknown}
		for _, c := range g.parts {
			if c.AgeBelow > 0 {
				values = append(values, strconv.Itoa(c.AgeBelow-1), strconv.Itoa(c.AgeBelow))
			}
		}
		return values
	case it.Field == "sex":
		return []string{"female", "male", "intersex", Declined}
	}
	values := append(g.walker.candidates(it), Unknown, Declined)
	if g.codes != nil && it.List != "" {
		values = append(values, g.codes(it.List)...)
	}
	return values
}

// kind says what conditions see of an answer; answers of one kind open and close
// the same.
func (g *gateFinder) kind(it *Item, value string) string {
	var kind strings.Builder
	see := func(is bool) {
		if is {
			kind.WriteByte('1')
		} else {
			kind.WriteByte('0')
		}
	}
	see(slices.Contains(it.EndsOn, value))
	years, notYears := strconv.Atoi(value)
	group, isGroup := cutGroup(it.Field)
	for _, c := range g.parts {
		if c.Item == it.ID {
			see(slices.Contains(c.Is, value))
		}
		if it.Field == "age" {
			see(c.AgeKnown != nil && notYears == nil)
			see(c.AgeBelow > 0 && notYears == nil && years < c.AgeBelow)
		}
		if it.Field == "sex" && len(c.Sex) > 0 {
			see(slices.Contains(c.Sex, value))
		}
		if isGroup && c.Group == group {
			see(value == Yes)
		}
		if c.Count != nil {
			if code := it.met(value); g.counts(c.Count, code) {
				kind.WriteString(code) // several answers that meet one code count once
			}
			kind.WriteByte(' ')
		}
	}
	return kind.String()
}

// counts reports whether n counts the indicator.
func (g *gateFinder) counts(n *Count, code string) bool {
	at := slices.IndexFunc(g.p.Rules.Indicators, func(ind Indicator) bool { return ind.Code == code })
	return code != "" && at >= 0 && n.Counts(g.p.Rules.Indicators[at])
}

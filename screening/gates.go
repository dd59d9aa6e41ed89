package screening

import (
	"maps"
	"slices"
)

// literal is one answer that a condition looks at.
type literal struct{ item, value string }

// literals says what looks at which answers, so that a walk knows the gates.
type literals struct {
	opens     map[literal]bool // some module or item waits for it
	needed    map[literal]bool // a wanted code lies behind it, directly or through further gates
	shuts     map[literal]bool // it closes the way to a wanted code
	rules     map[literal]bool // an offence, a level or an action looks at it
	childPath map[literal]bool // it leads to the child path
	ends      map[literal]bool // it opens a module that ends the talk
	order     []literal        // all, as met
}

// findLiterals reads every condition of p, and finds the gates before wanted.
func findLiterals(p *Protocol, wanted []string) literals {
	l := literals{
		opens: map[literal]bool{}, needed: map[literal]bool{}, shuts: map[literal]bool{},
		rules: map[literal]bool{}, childPath: map[literal]bool{}, ends: map[literal]bool{},
	}
	groups := groupItems(p)
	l.collect(&p.Rules.ChildPath, groups, l.childPath, nil)
	for i := range p.Rules.Levels {
		l.collect(&p.Rules.Levels[i].When, groups, l.rules, nil)
	}
	for i := range p.Rules.Offences {
		l.collect(&p.Rules.Offences[i].When, groups, l.rules, nil)
	}
	for i := range p.Rules.Actions {
		l.collect(&p.Rules.Actions[i].When, groups, l.rules, nil)
	}
	eachItem(p, func(m *Module, it *Item) {
		l.collect(m.OpenIf, groups, l.opens, nil)
		if it.Kind == Statement && len(it.EndsOn) > 0 {
			l.collect(m.OpenIf, groups, l.ends, nil)
		}
		l.collect(it.AskIf, groups, l.opens, nil)
	})
	l.findNeeded(p, wanted, groups)
	return l
}

// findNeeded goes back from the items that can meet a wanted code, through
// every gate before them.
func (l *literals) findNeeded(p *Protocol, wanted []string, groups map[string]string) {
	want := make(map[string]bool, len(wanted))
	for _, code := range wanted {
		want[code] = true
	}
	relevant := map[string]bool{}
	eachItem(p, func(_ *Module, it *Item) {
		for _, code := range it.Meets {
			relevant[it.ID] = relevant[it.ID] || want[code]
		}
	})
	for before := -1; before != len(l.needed); {
		before = len(l.needed)
		eachItem(p, func(m *Module, it *Item) {
			if relevant[it.ID] {
				l.collect(m.OpenIf, groups, l.needed, l.shuts)
				l.collect(it.AskIf, groups, l.needed, l.shuts)
			}
		})
		for lit := range l.needed {
			relevant[lit.item] = true
		}
	}
}

// collect adds the answers that make c hold to holds, and those that keep it
// from holding to fails; nil drops them.
func (l *literals) collect(c *Condition, groups map[string]string, holds, fails map[literal]bool) {
	if c == nil {
		return
	}
	for i := range c.All {
		l.collect(&c.All[i], groups, holds, fails)
	}
	for i := range c.Any {
		l.collect(&c.Any[i], groups, holds, fails)
	}
	l.collect(c.Not, groups, fails, holds)
	for _, value := range c.Is {
		l.add(literal{c.Item, value}, holds)
	}
	if item := groups[c.Group]; c.Group != "" && item != "" {
		l.add(literal{item, Yes}, holds)
	}
}

func (l *literals) add(lit literal, to map[literal]bool) {
	l.order = append(l.order, lit)
	if to != nil {
		to[lit] = true
	}
}

// valuesOf lists the answers to it that a walk knows where the options stand in
// the codebook: those that a condition looks at and those that meet something.
func (l *literals) valuesOf(it *Item) []string {
	values := []string{}
	for _, lit := range l.order {
		if lit.item == it.ID && lit.value != "" && !IsMissing(lit.value) {
			values = appendNew(values, lit.value)
		}
	}
	for _, value := range slices.Sorted(maps.Keys(it.Meets)) {
		if value != "" {
			values = appendNew(values, value)
		}
	}
	return values
}

// groupItems maps each group to the item that asks for it.
func groupItems(p *Protocol) map[string]string {
	items := map[string]string{}
	eachItem(p, func(_ *Module, it *Item) {
		if group, ok := cutGroup(it.Field); ok {
			items[group] = it.ID
		}
	})
	return items
}

// eachItem calls do for every item, in the protocol's order.
func eachItem(p *Protocol, do func(*Module, *Item)) {
	for i := range p.Modules {
		for j := range p.Modules[i].Items {
			do(&p.Modules[i], &p.Modules[i].Items[j])
		}
	}
}

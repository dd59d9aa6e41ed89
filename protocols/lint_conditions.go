package protocols

import (
	"fmt"
	"math"

	"umbral/screening"
)

// Where a condition stands decides what it may speak of.
type conditionKind int

const (
	inItems   conditionKind = iota // open_if, ask_if: only of what came earlier
	inPath                         // child_path, child_words: not of the path
	inRules                        // levels, offences, not_needed
	inActions                      // the only one that may speak of the level
)

// everything is the position after the last item.
const everything = math.MaxInt

// conditions checks every condition of the source.
func (c *linter) conditions() {
	gates := c.gates()
	for i := range c.p.Modules {
		m := &c.p.Modules[i]
		if m.OpenIf != nil {
			c.condition(m.OpenIf, c.module(i).in("open_if"), inItems, c.order[m.Items[0].ID])
		}
		for j := range m.Items {
			it, at := &m.Items[j], c.itemAt(i, j)
			if it.AskIf != nil {
				c.condition(it.AskIf, at.in("ask_if"), inItems, c.order[it.ID])
			}
			for value := range it.Meets {
				if gates[it.ID][value] {
					c.add(at.in("meets"), fmt.Sprintf("%s opens a module and meets %s: %s could never be met alone", it.ID, it.Meets[value], it.Meets[value]), "let a gate meet nothing; ask what meets the indicator inside the module")
				}
			}
		}
	}
	rules := place{c.src.rules, ""}
	c.condition(&c.p.Rules.ChildPath, rules.in("child_path"), inPath, everything)
	c.condition(&c.p.Rules.ChildWords, rules.in("child_words"), inPath, everything)
	for i := range c.p.Rules.Levels {
		c.condition(&c.p.Rules.Levels[i].When, rules.item("levels", i).in("when"), inRules, everything)
	}
	for i := range c.p.Rules.Offences {
		o, at := &c.p.Rules.Offences[i], rules.item("offences", i)
		c.condition(&o.When, at.in("when"), inRules, everything)
		for j := range o.Elements {
			if o.Elements[j].NotNeeded != nil {
				c.condition(o.Elements[j].NotNeeded, at.item("elements", j).in("not_needed"), inRules, everything)
			}
		}
	}
	for i := range c.p.Rules.Actions {
		at := place{c.src.actions, ""}.item("actions", i)
		c.condition(&c.p.Rules.Actions[i].When, at.in("when"), inActions, everything)
	}
}

// gates lists the answers that open_if conditions name: item -> value.
func (c *linter) gates() map[string]map[string]bool {
	gates := map[string]map[string]bool{}
	for i := range c.p.Modules {
		if open := c.p.Modules[i].OpenIf; open != nil {
			walk(open, func(d *screening.Condition) {
				for _, v := range d.Is {
					if gates[d.Item] == nil {
						gates[d.Item] = map[string]bool{}
					}
					gates[d.Item][v] = true
				}
			})
		}
	}
	return gates
}

// walk visits d and every condition inside it.
func walk(d *screening.Condition, visit func(*screening.Condition)) {
	visit(d)
	for i := range d.All {
		walk(&d.All[i], visit)
	}
	for i := range d.Any {
		walk(&d.Any[i], visit)
	}
	if d.Not != nil {
		walk(d.Not, visit)
	}
}

// condition checks d, which is decided just before the item at position before.
func (c *linter) condition(d *screening.Condition, at place, kind conditionKind, before int) {
	for i := range d.All {
		c.condition(&d.All[i], at.item("all", i), kind, before)
	}
	for i := range d.Any {
		c.condition(&d.Any[i], at.item("any", i), kind, before)
	}
	if d.Not != nil {
		c.condition(d.Not, at.in("not"), kind, before)
	}
	if kind == inPath && d.Path != "" {
		c.add(at.in("path"), "the condition that decides the path speaks of the path", "speak of the age, a group or an answer")
	}
	if kind != inActions && len(d.LevelIs) > 0 {
		c.add(at.in("level_is"), "the level is not decided yet here", "use level_is only in actions")
	}
	if kind == inItems && (d.CoreMissing != nil || len(d.EndedIs) > 0) {
		c.add(at, "core_missing and ended_is are known only at the end", "use them only in levels and actions")
	}
	c.code(at.in("sex"), ListSexes, d.Sex...)
	c.code(at.in("role"), ListRoles, d.Role...)
	c.code(at.in("setting"), ListSettings, d.Setting...)
	c.code(at.in("ended_is"), ListEnded, d.EndedIs...)
	c.code(at.in("level_is"), ListLevels, d.LevelIs...)
	if d.Group != "" {
		c.code(at.in("group"), ListGroups, d.Group)
	}
	c.conditionItem(d, at, before)
	c.conditionCount(d, at)
}

func (c *linter) conditionItem(d *screening.Condition, at place, before int) {
	if d.Item == "" {
		return
	}
	it, here := c.byID[d.Item]
	if !here {
		if before == everything && c.anywhere[d.Item] {
			return // shared rules and actions may name an item of another protocol
		}
		c.add(at.in("item"), "there is no item "+d.Item, "correct the id, or add the item before this")
		return
	}
	if c.order[d.Item] >= before {
		c.add(at.in("item"), d.Item+" comes later than what depends on it", "move it before, or depend on something earlier")
	}
	for _, v := range d.Is {
		if !c.hasAnswer(it, v) {
			c.add(at.in("is"), fmt.Sprintf("%s has no answer %s", d.Item, v), "use one of its answers")
		}
	}
}

func (c *linter) conditionCount(d *screening.Condition, at place) {
	if d.Count == nil {
		return
	}
	at = at.in("count")
	for _, code := range append(append([]string{}, d.Count.Codes...), d.Count.Except...) {
		if _, known := c.codebook[code]; !known {
			c.add(at, "unknown indicator "+code, "use a code of codebook/indicators.csv")
		}
	}
	for _, dim := range d.Count.Dimensions {
		if !c.dimension(dim) {
			c.add(at, "unknown dimension "+dim, "use a dimension of codebook/indicators.csv")
		}
	}
}

func (c *linter) dimension(name string) bool {
	for _, ind := range c.codebook {
		if ind.Dimension == name {
			return true
		}
	}
	return false
}

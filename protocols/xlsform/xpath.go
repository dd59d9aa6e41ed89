package xlsform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"umbral/protocols"
	"umbral/screening"
)

// acknowledged is the value of an acknowledge question that was ticked.
const acknowledged = "OK"

// compiler turns conditions into XPath. An expression speaks only of items that
// came earlier, as the engine's one pass does: what comes later counts as not
// answered, and the compiler remembers where it had to say so.
type compiler struct {
	p       *screening.Protocol
	earlier map[string]*screening.Item // by id
	fields  map[string]*screening.Item // of those, by what of the person they register
	later   []string                   // what a condition asked for before it was known
}

func newCompiler(p *screening.Protocol) *compiler {
	return &compiler{p: p, earlier: map[string]*screening.Item{}, fields: map[string]*screening.Item{}}
}

// see says that an item comes before what is compiled next.
func (c *compiler) see(it *screening.Item) {
	c.earlier[it.ID] = it
	if it.Field != "" {
		c.fields[it.Field] = it
	}
}

// not yet: what is asked for later does not hold.
func (c *compiler) notYet(what string) string {
	if !slices.Contains(c.later, what) {
		c.later = append(c.later, what)
	}
	return "false()"
}

func (c *compiler) childPath() string { return "(" + c.condition(&c.p.Rules.ChildPath) + ")" }

// condition is an expression that holds when d does; of several parts it needs
// no brackets of its own only inside not() and at the top.
func (c *compiler) condition(d *screening.Condition) string {
	var parts []string
	for i := range d.All {
		parts = append(parts, "("+c.condition(&d.All[i])+")")
	}
	if len(d.Any) > 0 {
		anyOf := make([]string, len(d.Any))
		for i := range d.Any {
			anyOf[i] = "(" + c.condition(&d.Any[i]) + ")"
		}
		parts = append(parts, "("+strings.Join(anyOf, " or ")+")")
	}
	if d.Not != nil {
		parts = append(parts, "not("+c.condition(d.Not)+")")
	}
	parts = append(parts, c.person(d)...)
	if d.Item != "" {
		if it := c.earlier[d.Item]; it != nil {
			parts = append(parts, is(it, d.Is))
		} else {
			parts = append(parts, c.notYet(d.Item))
		}
	}
	if d.Count != nil {
		parts = append(parts, c.count(d.Count))
	}
	if len(d.EndedIs) > 0 || d.CoreMissing != nil || len(d.LevelIs) > 0 {
		parts = append(parts, c.notYet("result")) // lint keeps these out of items
	}
	if len(parts) == 0 {
		return "true()"
	}
	return strings.Join(parts, " and ")
}

// person compiles the parts about the person, the post and the place.
func (c *compiler) person(d *screening.Condition) (parts []string) {
	switch d.Path {
	case screening.PathChild:
		parts = append(parts, c.childPath())
	case screening.PathAdult:
		parts = append(parts, "not("+c.childPath()+")")
	}
	if len(d.Role) > 0 {
		parts = append(parts, equals(fieldPost, d.Role))
	}
	if len(d.Setting) > 0 {
		parts = append(parts, equals(fieldSetting, d.Setting))
	}
	if len(d.Sex) > 0 {
		parts = append(parts, c.field("sex", d.Sex))
	}
	if d.Group != "" {
		parts = append(parts, c.field("groups."+d.Group, []string{screening.Yes}))
	}
	if d.AgeBelow != 0 {
		parts = append(parts, c.ageBelow(d.AgeBelow))
	}
	if d.AgeKnown != nil {
		known := c.ageKnown()
		if !*d.AgeKnown {
			known = "not(" + known + ")"
		}
		parts = append(parts, known)
	}
	return parts
}

func (c *compiler) field(field string, values []string) string {
	it := c.fields[field]
	if it == nil {
		return c.notYet(field)
	}
	return is(it, values)
}

// ageBelow is sure of it: by years, or by a band that ends below.
func (c *compiler) ageBelow(years int) string {
	it := c.fields["age"]
	if it == nil {
		return c.notYet("age")
	}
	own := "${" + nameOf(it.ID) + yearsSuffix + "}"
	parts := []string{fmt.Sprintf("(%s != '' and %s < %d)", own, own, years)}
	if bands := c.bands(func(p screening.Person) bool { return holds(screening.Condition{AgeBelow: years}, p) }); len(bands) > 0 {
		parts = append(parts, equals(nameOf(it.ID), bands))
	}
	return "(" + strings.Join(parts, " or ") + ")"
}

func (c *compiler) ageKnown() string {
	it := c.fields["age"]
	if it == nil {
		return c.notYet("age")
	}
	yes := true
	bands := c.bands(func(p screening.Person) bool { return holds(screening.Condition{AgeKnown: &yes}, p) })
	return "(${" + nameOf(it.ID) + yearsSuffix + "} != '' or " + equals(nameOf(it.ID), bands) + ")"
}

// bands lists the bands of ages that fit, by asking the engine.
func (c *compiler) bands(fit func(screening.Person) bool) (bands []string) {
	for _, code := range protocols.Codebook().List(protocols.ListAgeGroups).Codes() {
		if fit(screening.Person{AgeGroup: code}) {
			bands = append(bands, code)
		}
	}
	return bands
}

// holds asks the engine whether a condition about the age holds of a person: the
// child path is that condition.
func holds(d screening.Condition, who screening.Person) bool {
	p := &screening.Protocol{Rules: screening.Rules{ChildPath: d}}
	return screening.PathOf(p, screening.Input{Person: who}) == screening.PathChild
}

// count adds up the different indicators that earlier answers met.
func (c *compiler) count(n *screening.Count) string {
	by := map[string][]string{} // indicator -> what meets it
	for i := range c.p.Modules {
		for j := range c.p.Modules[i].Items {
			it := &c.p.Modules[i].Items[j]
			if c.earlier[it.ID] == nil || it.Type == screening.Multi {
				continue
			}
			for _, value := range slices.Sorted(maps.Keys(it.Meets)) {
				if code := it.Meets[value]; !screening.IsMissing(value) && c.counts(n, code) {
					by[code] = append(by[code], is(it, []string{value}))
				}
			}
		}
	}
	var terms []string
	for _, code := range slices.Sorted(maps.Keys(by)) {
		terms = append(terms, strings.Join(by[code], " or "))
	}
	switch {
	case len(terms) < n.Min:
		return c.notYet("count")
	case n.Min == 1:
		return "(" + strings.Join(terms, " or ") + ")"
	}
	for i, t := range terms {
		terms[i] = "if(" + t + ", 1, 0)"
	}
	return fmt.Sprintf("(%s) >= %d", strings.Join(terms, " + "), n.Min)
}

func (c *compiler) counts(n *screening.Count, code string) bool {
	at := slices.IndexFunc(c.p.Rules.Indicators, func(i screening.Indicator) bool { return i.Code == code })
	return at >= 0 && n.Counts(c.p.Rules.Indicators[at])
}

// is holds when the item was answered with one of the values.
func is(it *screening.Item, values []string) string {
	if it.Type == screening.NoneToGive {
		if slices.Contains(values, screening.Shown) {
			return equals(nameOf(it.ID), []string{acknowledged})
		}
		return "false()"
	}
	return equals(nameOf(it.ID), values)
}

func equals(name string, values []string) string {
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = "${" + name + "} = '" + v + "'"
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "(" + strings.Join(parts, " or ") + ")"
}

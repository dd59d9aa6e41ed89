package screening

import "slices"

// trace collects why each line of an assessment stands there.
type trace struct {
	s       *state
	met     []string       // in codebook order
	rank    map[string]int // of the items, in the protocol's order
	reasons []Reason
}

func newTrace(s *state, met []string) *trace {
	t := &trace{s: s, met: met, rank: map[string]int{}}
	eachItem(s.p, func(_ *Module, it *Item) {
		if _, twice := t.rank[it.ID]; !twice {
			t.rank[it.ID] = len(t.rank)
		}
	})
	return t
}

// grounds are the items and the met indicators that a condition rests on.
type grounds struct {
	items      map[string]bool
	indicators map[string]bool
}

func newGrounds() grounds {
	return grounds{items: map[string]bool{}, indicators: map[string]bool{}}
}

func (t *trace) path(path string) {
	g := newGrounds()
	t.s.pathGrounds(path, g)
	t.add("path", path, "child_path", g)
}

func (t *trace) indicators(codes []string) {
	for _, code := range codes {
		g := newGrounds()
		for _, item := range t.s.metBy[code] {
			g.items[item] = true
		}
		t.add("indicator", code, "", g)
	}
}

func (t *trace) danger(codes []string) {
	for _, code := range codes {
		g := newGrounds()
		g.indicators[code] = true
		t.add("danger", code, "", g)
	}
}

func (t *trace) level(level string, r *LevelRule) {
	if r == nil {
		t.add("level", level, "", newGrounds())
		return
	}
	t.rule("level", level, r.ID, &r.When)
}

// rule explains a line that stands because when holds.
func (t *trace) rule(kind, code, rule string, when *Condition) {
	g := newGrounds()
	t.s.ground(when, g)
	t.add(kind, code, rule, g)
}

// add writes a reason. Items come in the protocol's order, indicators in the
// codebook's; the items that met an indicator are named with it.
func (t *trace) add(kind, code, rule string, g grounds) {
	r := Reason{Kind: kind, Code: code, Rule: rule, Items: []string{}, Indicators: []string{}}
	for _, met := range t.met {
		if !g.indicators[met] {
			continue
		}
		r.Indicators = append(r.Indicators, met)
		for _, item := range t.s.metBy[met] {
			g.items[item] = true
		}
	}
	for item := range g.items {
		if _, known := t.rank[item]; known {
			r.Items = append(r.Items, item)
		}
	}
	slices.SortFunc(r.Items, func(a, b string) int { return t.rank[a] - t.rank[b] })
	t.reasons = append(t.reasons, r)
}

// ground adds what c, which holds, rests on. What does not hold explains
// nothing, so of Any only the parts that hold are taken and Not adds nothing.
func (s *state) ground(c *Condition, g grounds) {
	for i := range c.All {
		s.ground(&c.All[i], g)
	}
	for i := range c.Any {
		if s.holds(&c.Any[i]) {
			s.ground(&c.Any[i], g)
		}
	}
	if c.Item != "" {
		g.items[c.Item] = true
	}
	if c.Count != nil {
		for _, code := range s.fitting(c.Count) {
			g.indicators[code] = true
		}
	}
	if c.CoreMissing != nil && *c.CoreMissing {
		for _, item := range s.coreMissing {
			g.items[item] = true
		}
	}
	s.groundPerson(c, g)
}

// groundPerson adds the registration items that c speaks of.
func (s *state) groundPerson(c *Condition, g grounds) {
	if c.Path != "" {
		s.pathGrounds(c.Path, g)
	}
	if c.AgeBelow != 0 || c.AgeKnown != nil {
		s.fieldGrounds("age", g)
	}
	if len(c.Sex) > 0 {
		s.fieldGrounds("sex", g)
	}
	if c.Group != "" {
		s.fieldGrounds(groupsField+c.Group, g)
	}
}

// pathGrounds adds what the path rests on: for the child path the parts that
// hold, for the adult path the age.
func (s *state) pathGrounds(path string, g grounds) {
	if path == PathAdult || s.findingPath {
		s.fieldGrounds("age", g)
		return
	}
	s.findingPath = true
	s.ground(&s.p.Rules.ChildPath, g)
	s.findingPath = false
}

// fieldGrounds adds the items that apply and whose answer goes to field.
func (s *state) fieldGrounds(field string, g grounds) {
	for _, step := range s.steps {
		if step.Item.Field == field {
			g.items[step.Item.ID] = true
		}
	}
}

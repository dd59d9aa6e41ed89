package protocols

import (
	"fmt"
	"slices"

	"umbral/screening"
)

// world is what answers can bring about up to some item: an over-estimate, so
// that what it says can never happen, never happens.
type world struct {
	c    *linter
	can  map[string]bool // items that some answers reach
	met  map[string]bool // indicators that some answers meet
	path string          // adult or child: each is looked at by itself
}

// reach finds items that no answers reach, indicators that no item can meet, and
// modules that nothing asked of everybody can open.
func (c *linter) reach() {
	adult := c.explore(screening.PathAdult)
	child := c.explore(screening.PathChild)
	c.eachItem(func(it *screening.Item, at place) {
		if !adult.can[it.ID] && !child.can[it.ID] {
			c.add(at, it.ID+" is never reached", "change the conditions of the item or of its module: no answers fulfil them")
		}
	})
	if c.p.Depth == "full" {
		for _, ind := range c.p.Rules.Indicators {
			if !adult.met[ind.Code] && !child.met[ind.Code] {
				c.add(place{c.src.head, "/modules"}, "no item can meet the indicator "+ind.Code, "add the module or the item that asks for it, or make the depth base")
			}
		}
	}
	c.openers()
}

func (c *linter) explore(path string) *world {
	w := &world{c, map[string]bool{}, map[string]bool{}, path}
	for i := range c.p.Modules {
		m := &c.p.Modules[i]
		if m.OpenIf != nil && !w.canHold(m.OpenIf) {
			continue
		}
		for j := range m.Items {
			it := &m.Items[j]
			if it.Means && path == screening.PathChild || it.AskIf != nil && !w.canHold(it.AskIf) {
				continue
			}
			w.can[it.ID] = true
			for _, code := range it.Meets {
				w.met[code] = true
			}
		}
	}
	return w
}

// canHold reports whether some answers may fulfil d.
func (w *world) canHold(d *screening.Condition) bool {
	for i := range d.All {
		if !w.canHold(&d.All[i]) {
			return false
		}
	}
	if contradicts(d) || d.Not != nil && w.mustHold(d.Not) {
		return false
	}
	if len(d.Any) > 0 && !slices.ContainsFunc(d.Any, func(e screening.Condition) bool { return w.canHold(&e) }) {
		return false
	}
	if d.Path != "" && d.Path != w.path || d.Item != "" && !w.can[d.Item] {
		return false
	}
	return d.Count == nil || w.couldCount(d.Count) >= d.Count.Min
}

// mustHold reports whether d holds whatever is answered: it is empty, or it is
// only about the path.
func (w *world) mustHold(d *screening.Condition) bool {
	if d.Path == "" && len(d.All) == 0 {
		return false
	}
	for i := range d.All {
		if !w.mustHold(&d.All[i]) {
			return false
		}
	}
	rest := *d
	rest.Path, rest.All = "", nil
	return (d.Path == "" || d.Path == w.path) && empty(&rest)
}

func empty(d *screening.Condition) bool {
	return len(d.All)+len(d.Any)+len(d.Sex)+len(d.Role)+len(d.Setting)+len(d.EndedIs)+len(d.LevelIs)+d.AgeBelow == 0 &&
		d.Not == nil && d.Item == "" && d.Count == nil && d.Path == "" && d.Group == "" && d.AgeKnown == nil && d.CoreMissing == nil
}

func (w *world) couldCount(n *screening.Count) int {
	could := 0
	for code := range w.met {
		ind := w.c.codebook[code]
		of := len(n.Dimensions) == 0 && len(n.Codes) == 0 || slices.Contains(n.Dimensions, ind.Dimension) || slices.Contains(n.Codes, code)
		if of && (len(n.Strengths) == 0 || slices.Contains(n.Strengths, ind.Strength)) && !slices.Contains(n.Except, code) {
			could++
		}
	}
	return could
}

// contradicts reports whether parts that must hold together ask for different
// answers to one item.
func contradicts(d *screening.Condition) bool {
	left := map[string][]string{}
	clash := false
	var gather func(*screening.Condition)
	gather = func(e *screening.Condition) {
		if e.Item != "" {
			if have, seen := left[e.Item]; seen {
				left[e.Item] = slices.DeleteFunc(slices.Clone(have), func(v string) bool { return !slices.Contains(e.Is, v) })
			} else {
				left[e.Item] = e.Is
			}
			clash = clash || len(left[e.Item]) == 0
		}
		for i := range e.All {
			gather(&e.All[i])
		}
	}
	gather(d)
	return clash
}

// openers finds modules that wait for answers which only closed modules ask for:
// what opens a module must start at an item that everybody is asked.
func (c *linter) openers() {
	open := map[string]bool{} // items of modules that something core can open
	for i := range c.p.Modules {
		m := &c.p.Modules[i]
		ok, needs := m.OpenIf == nil, false
		if m.OpenIf != nil {
			walk(m.OpenIf, func(d *screening.Condition) {
				needs = needs || d.Item != "" || d.Count != nil
				ok = ok || open[d.Item] || d.Count != nil && c.someMeets(open, d.Count)
			})
		}
		if !ok && needs {
			c.add(c.module(i).in("open_if"), fmt.Sprintf("no core item opens the module %s", m.ID), "open it by the answer to an item of a module that is always open")
			continue
		}
		for _, it := range m.Items {
			open[it.ID] = true
		}
	}
}

func (c *linter) someMeets(open map[string]bool, n *screening.Count) bool {
	w := &world{c: c, met: map[string]bool{}}
	for id := range open {
		for _, code := range c.byID[id].Meets {
			w.met[code] = true
		}
	}
	return w.couldCount(n) >= n.Min
}

package compare

import (
	"slices"

	"umbral/screening"
)

// Touched is what a change of a shared module or item touches in one protocol.
type Touched struct {
	Protocol string `json:"protocol"`
	Version  int    `json:"version"`
	// Items are those of the module that the protocol takes, or the item itself.
	Items []string `json:"items"`
	// OwnWords are those of Items that the protocol says in words of its own, so
	// that a change of the shared words does not reach them.
	OwnWords []string `json:"own_words"`
	// Depend are the modules and items that come up or not by an answer to Items.
	Depend []string `json:"depend"`
	// Rules are the levels, offences and actions that look at an answer to Items.
	Rules []string `json:"rules"`
}

// Touches says what a change of the module or item named touches in p; false
// where p has neither.
func Touches(p *screening.Protocol, name string) (Touched, bool) {
	t := Touched{p.ID, p.Version, []string{}, []string{}, []string{}, []string{}}
	for _, m := range p.Modules {
		for _, it := range m.Items {
			if m.ID != name && it.ID != name {
				continue
			}
			t.Items = append(t.Items, it.ID)
			if it.Words != "" {
				t.OwnWords = append(t.OwnWords, it.ID)
			}
		}
	}
	if len(t.Items) == 0 {
		return t, false
	}
	speaksOf := lookAt(p, t.Items)
	for i := range p.Modules {
		m := &p.Modules[i]
		if m.ID != name && speaksOf(m.OpenIf) {
			t.Depend = append(t.Depend, m.ID)
		}
		for j := range m.Items {
			if it := &m.Items[j]; !slices.Contains(t.Items, it.ID) && speaksOf(it.AskIf) {
				t.Depend = append(t.Depend, it.ID)
			}
		}
	}
	rule := func(id string, when *screening.Condition) {
		if speaksOf(when) && !slices.Contains(t.Rules, id) {
			t.Rules = append(t.Rules, id)
		}
	}
	rule("child_path", &p.Rules.ChildPath)
	rule("child_words", &p.Rules.ChildWords)
	for i := range p.Rules.Levels {
		rule(p.Rules.Levels[i].ID, &p.Rules.Levels[i].When)
	}
	for i := range p.Rules.Offences {
		rule(p.Rules.Offences[i].Code, &p.Rules.Offences[i].When)
	}
	for i := range p.Rules.Actions {
		rule(p.Rules.Actions[i].Code, &p.Rules.Actions[i].When)
	}
	return t, true
}

// lookAt returns what reports whether a condition looks at an answer to one of
// items, by its id or by what of the person it registers.
func lookAt(p *screening.Protocol, items []string) func(*screening.Condition) bool {
	fields := map[string]bool{}
	for id, it := range itemsByID(p) {
		if it.Field != "" && slices.Contains(items, id) {
			fields[it.Field] = true
		}
	}
	var looks func(c *screening.Condition) bool
	looks = func(c *screening.Condition) bool {
		if c == nil {
			return false
		}
		in := func(list []screening.Condition) bool {
			return slices.ContainsFunc(list, func(d screening.Condition) bool { return looks(&d) })
		}
		return c.Item != "" && slices.Contains(items, c.Item) ||
			c.Group != "" && fields["groups."+c.Group] || len(c.Sex) > 0 && fields["sex"] ||
			(c.AgeBelow != 0 || c.AgeKnown != nil) && fields["age"] ||
			in(c.All) || in(c.Any) || looks(c.Not)
	}
	return looks
}

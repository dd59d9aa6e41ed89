package protocols

import (
	"slices"

	"umbral/screening"
)

// apt leaves out the actions that this protocol can never lead to, because they
// speak of another place or of items that it does not have: all protocols share
// the rules, and a phone pays for every byte.
func apt(p *screening.Protocol, shared []screening.ActionRule) []screening.ActionRule {
	has := map[string]bool{}
	for _, m := range p.Modules {
		for _, it := range m.Items {
			has[it.ID] = true
		}
	}
	var actions []screening.ActionRule
	for _, a := range shared {
		if mayHold(&a.When, p.Settings, has) {
			actions = append(actions, a)
		}
	}
	return actions
}

// mayHold is an over-estimate: what it denies can never hold.
func mayHold(c *screening.Condition, settings []string, has map[string]bool) bool {
	inner := func(d screening.Condition) bool { return mayHold(&d, settings, has) }
	if len(c.Setting) > 0 && !slices.ContainsFunc(c.Setting, func(s string) bool { return slices.Contains(settings, s) }) {
		return false
	}
	if c.Item != "" && !has[c.Item] {
		return false
	}
	for _, d := range c.All {
		if !inner(d) {
			return false
		}
	}
	return len(c.Any) == 0 || slices.ContainsFunc(c.Any, inner)
}

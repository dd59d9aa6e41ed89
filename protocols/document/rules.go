package document

import (
	"slices"

	"umbral/protocols"
	"umbral/screening"
)

// rules fills in what follows from the answers.
func (b *builder) rules(page *Page) {
	p := b.Protocol
	for i := range p.Rules.Levels {
		r := &p.Rules.Levels[i]
		page.Levels = append(page.Levels, Level{b.voice.Label(protocols.ListLevels, r.Level), b.words("rule."+r.ID, r.Text), b.voice.Condition(&r.When), r.Source})
	}
	for i := range p.Rules.Offences {
		page.Offences = append(page.Offences, b.offence(&p.Rules.Offences[i]))
	}
	page.Posts = b.posts()
	for _, f := range p.Figures {
		for _, v := range f.Values {
			page.Figures = append(page.Figures, Figure{f.Code, v.Value, f.Unit, v.Source, v.Year, v.Verified})
		}
	}
}

func (b *builder) offence(o *screening.OffenceRule) Offence {
	out := Offence{Code: o.Code, Label: b.voice.Label(protocols.ListOffences, o.Code), When: b.voice.Condition(&o.When), Verified: o.Verified}
	for i := range o.Elements {
		e := &o.Elements[i]
		el := Element{Text: b.words("element."+o.Code+"."+e.Code, e.Text), Shown: b.labels(protocols.ListIndicators, e.Indicators)}
		if e.NotNeeded != nil {
			c := b.voice.Condition(e.NotNeeded)
			el.NotNeeded = &c
		}
		out.Elements = append(out.Elements, el)
	}
	return out
}

// posts lists the actions of whoever it is, then those of each post of the
// protocol. What no post of it does is left out.
func (b *builder) posts() []Post {
	all := []Post{{}}
	for i := range b.Protocol.Rules.Actions {
		if a := &b.Protocol.Rules.Actions[i]; !namesPost(&a.When) {
			all[0].Actions = append(all[0].Actions, b.action(a))
		}
	}
	for _, role := range b.Protocol.Roles {
		post := Post{Label: b.voice.Label(protocols.ListRoles, role)}
		for i := range b.Protocol.Rules.Actions {
			if a := &b.Protocol.Rules.Actions[i]; namesPost(&a.When) && forPost(&a.When, role, true) {
				post.Actions = append(post.Actions, b.action(a))
			}
		}
		all = append(all, post)
	}
	return all
}

func (b *builder) action(a *screening.ActionRule) Action {
	out := Action{Kind: b.voice.Say("doc.action." + a.Kind), Text: b.words("action."+a.Code, a.Text), When: b.voice.Condition(&a.When)}
	if a.To != "" {
		out.Detail = append(out.Detail, b.voice.Say("doc.to", "who", b.voice.Label(protocols.ListServices, a.To)))
	}
	if a.By != "" {
		out.Detail = append(out.Detail, b.voice.Term(a.By))
	}
	out.Detail = append(out.Detail, a.Law...)
	return out
}

// namesPost reports whether c looks at the post anywhere.
func namesPost(c *screening.Condition) bool {
	in := func(list []screening.Condition) bool {
		return slices.ContainsFunc(list, func(d screening.Condition) bool { return namesPost(&d) })
	}
	return len(c.Role) > 0 || in(c.All) || in(c.Any) || c.Not != nil && namesPost(c.Not)
}

// forPost reports whether c can hold (or, where want is false, fail) for who has
// the post. What it says of anything else may be so or not.
func forPost(c *screening.Condition, role string, want bool) bool {
	can := func(d screening.Condition) bool { return forPost(&d, role, want) }
	// The parts that a condition has must hold together, and any of them may fail.
	var parts []bool
	for _, d := range c.All {
		parts = append(parts, can(d))
	}
	if len(c.Any) > 0 {
		if want {
			parts = append(parts, slices.ContainsFunc(c.Any, can))
		} else {
			parts = append(parts, !slices.ContainsFunc(c.Any, func(d screening.Condition) bool { return !can(d) }))
		}
	}
	if c.Not != nil {
		parts = append(parts, forPost(c.Not, role, !want))
	}
	if len(c.Role) > 0 {
		parts = append(parts, slices.Contains(c.Role, role) == want)
	}
	if c.Item != "" || c.Count != nil || c.Path != "" || len(c.Sex) > 0 || len(c.Setting) > 0 || c.Group != "" || c.AgeBelow != 0 ||
		c.AgeKnown != nil || len(c.EndedIs) > 0 || c.CoreMissing != nil || len(c.LevelIs) > 0 {
		parts = append(parts, true)
	}
	if want {
		return !slices.Contains(parts, false)
	}
	return slices.Contains(parts, true)
}

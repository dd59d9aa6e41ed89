package protocols

import "strings"

// rules checks levels, offences, actions and figures against the codebook.
func (c *linter) rules() {
	at := place{c.src.rules, ""}
	ids := map[string]bool{}
	for i, l := range c.p.Rules.Levels {
		c.code(at.item("levels", i).in("level"), ListLevels, l.Level)
		if ids[l.ID] {
			c.add(at.item("levels", i).in("id"), "the rule id "+l.ID+" stands twice", "give each rule an id of its own")
		}
		ids[l.ID] = true
	}
	if n := len(c.p.Rules.Levels); !empty(&c.p.Rules.Levels[n-1].When) {
		c.add(at.item("levels", n-1).in("when"), "the last level does not always hold", "end with a level whose condition is {}")
	}
	for i, o := range c.p.Rules.Offences {
		c.code(at.item("offences", i).in("code"), ListOffences, o.Code)
		for j, e := range o.Elements {
			for _, code := range e.Indicators {
				if _, known := c.codebook[code]; !known {
					c.add(at.item("offences", i).item("elements", j), "unknown indicator "+code, "use a code of codebook/indicators.csv")
				}
			}
		}
	}
	c.actions()
	c.figures()
}

func (c *linter) actions() {
	at := place{c.src.actions, ""}
	seen, texts := map[string]bool{}, map[string]string{}
	for i, a := range c.p.Rules.Actions {
		here := at.item("actions", i)
		if seen[a.Code] {
			c.add(here.in("code"), "the action "+a.Code+" stands twice", "give each action a code of its own")
		}
		seen[a.Code] = true
		if other, twice := texts[normalised(a.Text)]; twice {
			c.add(here.in("text"), a.Code+" says the same as "+other, "say it once")
		}
		texts[normalised(a.Text)] = a.Code
		if a.To != "" {
			c.code(here.in("to"), ListServices, a.To)
		}
		if strings.Contains(a.Text, "{{") {
			c.add(here.in("text"), a.Code+" has a placeholder", "figures stand in items only; name the figure in words")
		}
	}
}

func (c *linter) figures() {
	at := place{c.src.figures, ""}
	seen := map[string]bool{}
	for i, f := range c.p.Figures {
		if seen[f.Code] {
			c.add(at.item("figures", i), "the figure "+f.Code+" stands twice", "keep one, with all its years")
		}
		seen[f.Code] = true
		for j := 1; j < len(f.Values); j++ {
			if f.Values[j].Year <= f.Values[j-1].Year {
				c.add(at.item("figures", i).item("values", j), "the years of "+f.Code+" are not in order", "put the oldest first, each year once")
			}
		}
	}
}

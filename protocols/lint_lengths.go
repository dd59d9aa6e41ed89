package protocols

import (
	"fmt"
	"math/rand/v2"

	"umbral/screening"
)

// budget holds what the protocol promises against its ways.
func (c *linter) budget() {
	at := place{c.src.head, "/budget"}
	l := screening.LengthsOf(c.p)
	if most := c.p.Budget.Negative; l.Negative > most {
		c.add(at.in("negative"), fmt.Sprintf("a safe negative puts %d questions to the person, the budget is %d", l.Negative, most), "take questions out, or ask them only where an earlier answer points to them")
	}
	if most := c.p.Budget.Vulnerable; l.Vulnerable > most {
		c.add(at.in("vulnerable"), fmt.Sprintf("where only a vulnerability is met %d questions are put to the person, the budget is %d", l.Vulnerable, most), "open what asks for it by a narrower answer")
	}
}

// wanderings is how many ways at random the check of privacy goes; with the same
// seed each time, so that a protocol is refused today and tomorrow.
const wanderings = 300

// privacy finds what would be said in front of whoever controls the person: as
// long as the item of privacy is not yes, only discreet items may come up.
func (c *linter) privacy() {
	if c.src.privacy == "" {
		return
	}
	item := c.byID[c.src.privacy]
	if item == nil || item.Type != screening.YesNo {
		c.add(place{c.src.head, "/privacy"}, c.src.privacy+" is no yes_no item of this protocol", "name the item that says whether nobody can hear")
		return
	}
	said := map[string]bool{}
	random := rand.New(rand.NewPCG(1, 1))
	for range wanderings {
		w := screening.Wander(c.p, screening.Input{Role: c.p.Roles[0], Setting: c.p.Settings[0]}, random, func(it *screening.Item) (string, bool) {
			return screening.No, it == item
		})
		for _, id := range w.Asked {
			said[id] = true
		}
	}
	c.eachItem(func(it *screening.Item, at place) {
		if said[it.ID] && it.Kind != screening.Observation && !it.Discreet {
			c.add(at, fmt.Sprintf("%s is said while %s is not yes", it.ID, item.ID), "ask it only after the item of privacy is yes; or mark it discreet, if whoever controls the person may hear it and learn nothing")
		}
	})
}

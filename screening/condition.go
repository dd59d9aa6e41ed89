package screening

import (
	"slices"
	"strconv"
	"strings"
)

// maxAge is the highest age in whole years taken as knowledge; above it, and
// below zero, a number is a slip of the finger and the age counts as not known.
const maxAge = 120

// Paths of a screening.
const (
	PathAdult = "adult"
	PathChild = "child"
)

// holds reports whether c holds for what the pass has seen so far.
func (s *state) holds(c *Condition) bool {
	return s.holdsParts(c) && s.holdsPerson(c) && s.holdsAnswers(c)
}

// holdsParts decides the parts that combine other conditions.
func (s *state) holdsParts(c *Condition) bool {
	for i := range c.All {
		if !s.holds(&c.All[i]) {
			return false
		}
	}
	if len(c.Any) > 0 && !slices.ContainsFunc(c.Any, func(d Condition) bool { return s.holds(&d) }) {
		return false
	}
	return c.Not == nil || !s.holds(c.Not)
}

// holdsPerson decides the parts about the person, the post and the place.
func (s *state) holdsPerson(c *Condition) bool {
	if c.Path != "" && s.path() != c.Path {
		return false
	}
	if len(c.Sex) > 0 && !slices.Contains(c.Sex, s.in.Person.Sex) {
		return false
	}
	if len(c.Role) > 0 && !slices.Contains(c.Role, s.in.Role) {
		return false
	}
	if len(c.Setting) > 0 && !slices.Contains(c.Setting, s.in.Setting) {
		return false
	}
	if c.Group != "" && s.in.Person.Groups[c.Group] != Yes {
		return false
	}
	if c.AgeBelow != 0 && !knownBelow(&s.in.Person, c.AgeBelow) {
		return false
	}
	return c.AgeKnown == nil || *c.AgeKnown == ageKnown(&s.in.Person)
}

// holdsAnswers decides the parts about the answers and what followed from them.
func (s *state) holdsAnswers(c *Condition) bool {
	if c.Item != "" && !slices.Contains(c.Is, s.answers[c.Item]) {
		return false
	}
	if c.Count != nil && len(s.fitting(c.Count)) < c.Count.Min {
		return false
	}
	if len(c.EndedIs) > 0 && !slices.Contains(c.EndedIs, s.in.Ended) {
		return false
	}
	if c.CoreMissing != nil && *c.CoreMissing != (len(s.coreMissing) > 0) {
		return false
	}
	return len(c.LevelIs) == 0 || slices.Contains(c.LevelIs, s.level)
}

// fitting lists the met codes that c counts, in the order they were met.
func (s *state) fitting(c *Count) []string {
	var fit []string
	for _, code := range s.met {
		ind := s.codebook[code]
		ind.Code = code // one that the codebook does not know is counted by its name
		if c.Counts(ind) {
			fit = append(fit, code)
		}
	}
	return fit
}

// Counts reports whether c counts an indicator that was met.
func (c *Count) Counts(ind Indicator) bool {
	of := len(c.Dimensions) == 0 && len(c.Codes) == 0 ||
		slices.Contains(c.Dimensions, ind.Dimension) || slices.Contains(c.Codes, ind.Code)
	return of && (len(c.Strengths) == 0 || slices.Contains(c.Strengths, ind.Strength)) && !slices.Contains(c.Except, ind.Code)
}

// ageKnown reports whether an age or a band of ages is known. A missing code, a
// band nobody knows or an impossible number is no knowledge: the law presumes
// that the person is under 18 (LGPSEDMTP art. 3 X).
func ageKnown(p *Person) bool {
	if ageInYears(p) {
		return true
	}
	_, _, ok := band(p.AgeGroup)
	return ok
}

// knownBelow reports whether the person is surely under years old.
func knownBelow(p *Person, years int) bool {
	if ageInYears(p) {
		return *p.Age < years
	}
	to, open, ok := band(p.AgeGroup)
	return ok && !open && to < years
}

func ageInYears(p *Person) bool {
	return p.Age != nil && *p.Age >= 0 && *p.Age <= maxAge
}

// band reads a code of age_groups.csv, which holds its own bounds: "13_17" ends
// with the year 17, "over_60" is open. The engine needs no copy of the list.
func band(code string) (to int, open, ok bool) {
	from, end, found := strings.Cut(code, "_")
	if !found || !digits(end) || from != "over" && !digits(from) {
		return 0, false, false
	}
	to, _ = strconv.Atoi(end)
	return to, from == "over", true
}

// digits reports whether s is one to three decimal digits.
func digits(s string) bool {
	const maxDigits = 3 // an age in years
	if s == "" || len(s) > maxDigits {
		return false
	}
	return strings.Trim(s, "0123456789") == ""
}

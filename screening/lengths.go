package screening

import "slices"

// Lengths says how many questions a protocol puts to a person on its ways.
type Lengths struct {
	Shortest   int `json:"shortest"`   // the shortest safe negative: everything was asked, nothing is met
	Negative   int `json:"negative"`   // the longest safe negative, over ages, sexes, posts and places
	Vulnerable int `json:"vulnerable"` // the longest where only one vulnerability is met
	Typical    int `json:"typical"`    // the median of the ways that meet one indicator
	Longest    int `json:"longest"`    // the longest found: everything is the case, as far as it goes together
	// Registered is what the person answers besides on the longest safe
	// negative: consents and what is registered of the person.
	Registered int `json:"registered"`
}

// childAge is the age of the walks on the child path.
const childAge = 12

// Dimensions of which alone a person is vulnerable and not yet exploited.
var vulnerabilityDimensions = []string{"recruitment_vulnerability", "vulnerability_destination"}

// LengthsOf walks p for every indicator, on both paths. It is deterministic.
func LengthsOf(p *Protocol) Lengths {
	l := Lengths{Shortest: -1}
	l.negatives(p)
	var one []int
	for _, ind := range p.Rules.Indicators {
		for _, age := range []int{adultAge, childAge} {
			w, err := Walk(p, Want{Meets: []string{ind.Code}, Age: &age})
			if err != nil {
				continue // the child path does not ask for the means, ...
			}
			one = append(one, w.AskedPerson)
			l.Longest = max(l.Longest, w.AskedPerson)
			if slices.Contains(vulnerabilityDimensions, ind.Dimension) && ind.Code != recruitedChild {
				l.Vulnerable = max(l.Vulnerable, w.AskedPerson)
			}
		}
	}
	if slices.Sort(one); len(one) > 0 {
		l.Typical = one[len(one)/2]
	}
	for _, age := range []int{adultAge, childAge} {
		l.Longest = max(l.Longest, everything(p, age).AskedPerson)
	}
	return l
}

// recruitedChild stands among the vulnerabilities, yet raises the level alone.
const recruitedChild = "rec_child"

// negatives walks every safe negative.
func (l *Lengths) negatives(p *Protocol) {
	for _, role := range orNone(p.Roles) {
		for _, setting := range orNone(p.Settings) {
			for _, sex := range []string{"female", "male", "intersex"} {
				for _, age := range []int{adultAge, childAge} {
					w, err := Walk(p, Want{Role: role, Setting: setting, Sex: sex, Age: &age})
					if err != nil {
						continue
					}
					if l.Shortest < 0 || w.AskedPerson < l.Shortest {
						l.Shortest = w.AskedPerson
					}
					if w.AskedPerson > l.Negative || w.AskedPerson == l.Negative && w.Registered > l.Registered {
						l.Negative, l.Registered = w.AskedPerson, w.Registered
					}
				}
			}
		}
	}
	l.Shortest = max(l.Shortest, 0)
}

func orNone(codes []string) []string {
	if len(codes) == 0 {
		return []string{""}
	}
	return codes
}

// everything goes where each item is answered so that the most opens.
func everything(p *Protocol, age int) Walked {
	var all []string
	for _, ind := range p.Rules.Indicators {
		all = append(all, ind.Code)
	}
	w := newWalker(p, Want{Meets: all, Age: &age})
	return w.walk()
}

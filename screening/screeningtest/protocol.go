// Package screeningtest makes protocols and answers for tests: one that can
// meet every code, and random ones. Only tests import it.
package screeningtest

import "umbral/screening"

// CoreItem is a core item of Flat that meets nothing.
const CoreItem = "core"

// Flat is a protocol whose items are all open: who the person is, one core
// item, and one yes_no question for each code, which yes meets.
func Flat() *screening.Protocol {
	p := &screening.Protocol{ID: "flat", Version: 1, Title: "Flat", Depth: "full",
		Settings: []string{"agriculture"}, Roles: []string{"labour_inspector"}, Rules: Rules()}
	p.Modules = []screening.Module{
		{ID: "registration", Items: []screening.Item{
			{ID: "age", Kind: screening.Registration, Type: screening.AgeType, List: "age_groups", Field: "age"},
			{ID: "sex", Kind: screening.Registration, Type: screening.Choice, List: "sexes", Field: "sex"},
			{ID: "unable", Kind: screening.Registration, Type: screening.YesNo, Field: "groups.unable_to_understand"},
			{ID: DoubtItem, Kind: screening.Observation, Type: screening.YesNo},
		}},
		{ID: "core", Items: []screening.Item{{ID: CoreItem, Kind: screening.Question, Type: screening.YesNo, Core: true}}},
	}
	facts := screening.Module{ID: "facts"}
	for _, ind := range p.Rules.Indicators {
		facts.Items = append(facts.Items, screening.Item{ID: ItemOf(ind.Code), Kind: screening.Question,
			Type: screening.YesNo, Meets: map[string]string{screening.Yes: ind.Code}})
	}
	p.Modules = append(p.Modules, facts)
	return p
}

// ItemOf is the id of the item of Flat that meets code.
func ItemOf(code string) string { return "q_" + code }

// Met answers Flat for an adult of 30 who was asked everything and said yes to
// exactly these codes.
func Met(codes ...string) screening.Input {
	age := 30
	in := screening.Input{Role: "labour_inspector", Setting: "agriculture", Ended: screening.Completed,
		Person: screening.Person{Age: &age, Sex: "female",
			Groups: map[string]string{"unable_to_understand": screening.No}},
		Answers: []screening.Answer{{Item: DoubtItem, Value: screening.No}, {Item: CoreItem, Value: screening.No}},
	}
	yes := map[string]bool{}
	for _, code := range codes {
		yes[code] = true
	}
	for _, ind := range Indicators() {
		value := screening.No
		if yes[ind.Code] {
			value = screening.Yes
		}
		in.Answers = append(in.Answers, screening.Answer{Item: ItemOf(ind.Code), Value: value})
	}
	return in
}

// Aged is in for a person of this age; below zero for one of unknown age.
func Aged(in screening.Input, years int) screening.Input {
	in.Person.Age = nil
	if years < 0 {
		in.Person.AgeGroup = screening.Unknown
		return in
	}
	in.Person.Age = &years
	return in
}

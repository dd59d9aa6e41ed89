package screening

import "strconv"

// Walked is one way through a protocol.
type Walked struct {
	Asked       []string // the items that came up, in order
	AskedPerson int      // how many of them were questions put to the person
	// Registered is how many more the person answers besides: consents, and
	// what is registered of the person.
	Registered int
	Input      Input
	Assessment Assessment
}

// Follow goes once through p and takes from answer what is given to each item
// that comes up; an empty answer leaves the item open. in holds what is known
// before: the post, the place, answers of the encounter. The age is years, or a
// code.
func Follow(p *Protocol, in Input, answer func(*Item) string) Walked {
	walked, _ := followed(p, in, answer)
	return walked
}

// followed is Follow, with the items that came up and their answers.
func followed(p *Protocol, in Input, answer func(*Item) string) (Walked, []Step) {
	in = cloned(in)
	walked := Walked{Asked: []string{}}
	s := follow(p, &in, func(it *Item) { put(&in, it, answer(it)) })
	for _, step := range s.steps {
		walked.Asked = append(walked.Asked, step.Item.ID)
		switch it := step.Item; {
		case it.Scope == ScopeEncounter:
		case it.Kind == Question:
			walked.AskedPerson++
		case it.Kind == Consent || it.Kind == Registration:
			walked.Registered++
		}
	}
	walked.Input = in
	walked.Assessment = Evaluate(p, in)
	return walked, s.steps
}

// cloned returns an input that can be written to without changing in.
func cloned(in Input) Input {
	in.Answers = append([]Answer{}, in.Answers...)
	groups := make(map[string]string, len(in.Person.Groups))
	for code, value := range in.Person.Groups {
		groups[code] = value
	}
	in.Person.Groups = groups
	return in
}

// put writes an answer where it belongs.
func put(in *Input, it *Item, value string) {
	if value == "" {
		return
	}
	person := &in.Person
	if group, ok := cutGroup(it.Field); ok {
		person.Groups[group] = value
		return
	}
	switch it.Field {
	case "age":
		if years, err := strconv.Atoi(value); err == nil {
			person.Age = &years
		} else {
			person.AgeGroup = value
		}
	case "sex":
		person.Sex = value
	case "nationality":
		person.Nationality = value
	case "state_of_origin":
		person.StateOfOrigin = value
	default:
		a := Answer{Item: it.ID, Value: value}
		if it.Scope == ScopeEncounter {
			a.From = ScopeEncounter
		}
		in.Answers = append(in.Answers, a)
	}
}

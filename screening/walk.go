package screening

import "slices"

// Completed is the way to end in which everything was asked (ended.csv).
const Completed = "completed"

// ScopeEncounter marks an item answered once for everyone there.
const ScopeEncounter = "encounter"

// adultAge is the age of a walk that names none: an adult beyond any doubt.
const adultAge = 30

// Want says what a walk is to meet, and of whom.
type Want struct {
	Meets      []string // exactly these indicators
	Age        *int     // whole years; 30 where nil, unless AgeUnknown
	AgeUnknown bool
	Sex        string // female where empty
	Role       string // the protocol's first where empty
	Setting    string // the protocol's first where empty
	DeclineAll bool   // every question declined, every observation of the person without information
}

// Walked is one way through a protocol.
type Walked struct {
	Asked       []string // the items that came up, in order
	AskedPerson int      // how many of them were questions put to the person
	Input       Input
	Assessment  Assessment
}

// Walk goes through p from the first item to the last and answers so that
// exactly the wanted indicators are met: an item that can meet one gets that
// answer, a gate behind which one lies is opened, consent is given, and every
// other answer meets nothing and opens nothing. It goes on after a danger item.
// Where that cannot be done it returns what it walked and an *Unmeetable.
func Walk(p *Protocol, want Want) (Walked, error) {
	w := newWalker(p, want)
	walked := w.walk()
	return walked, w.check(walked.Assessment.Indicators)
}

// walker holds what is known before the first step.
type walker struct {
	p    *Protocol
	want Want
	in   Input
	lit  literals
}

func newWalker(p *Protocol, want Want) *walker {
	w := &walker{p: p, want: want, lit: findLiterals(p, want.Meets)}
	w.in = Input{Role: want.Role, Setting: want.Setting, Ended: Completed, Answers: []Answer{}}
	if w.in.Role == "" && len(p.Roles) > 0 {
		w.in.Role = p.Roles[0]
	}
	if w.in.Setting == "" && len(p.Settings) > 0 {
		w.in.Setting = p.Settings[0]
	}
	w.in.Person.Groups = map[string]string{}
	return w
}

func (w *walker) walk() Walked {
	walked := Walked{Asked: []string{}}
	for it := Next(w.p, w.in); it != nil; it = Next(w.p, w.in) {
		walked.Asked = append(walked.Asked, it.ID)
		if it.Kind == Question && it.Scope != ScopeEncounter {
			walked.AskedPerson++
		}
		w.answer(it)
	}
	walked.Input = w.in
	walked.Assessment = Evaluate(w.p, w.in)
	return walked
}

// answer writes the chosen answer where it belongs.
func (w *walker) answer(it *Item) {
	person := &w.in.Person
	if group, ok := cutGroup(it.Field); ok {
		person.Groups[group] = w.choose(it)
		return
	}
	switch {
	case it.Field == "age":
		w.answerAge()
	case it.Field == "sex":
		person.Sex = firstOf(w.want.Sex, "female")
	case it.Field == "nationality":
		person.Nationality = w.choose(it)
	case it.Field == "state_of_origin":
		person.StateOfOrigin = w.choose(it)
	default:
		a := Answer{Item: it.ID, Value: w.choose(it)}
		if it.Scope == ScopeEncounter {
			a.From = ScopeEncounter
		}
		w.in.Answers = append(w.in.Answers, a)
	}
}

func (w *walker) answerAge() {
	switch {
	case w.want.AgeUnknown:
		w.in.Person.AgeGroup = Unknown
	case w.want.Age != nil:
		w.in.Person.Age = w.want.Age
	default:
		years := adultAge
		w.in.Person.Age = &years
	}
}

// choose returns the answer to it: the wanted one, else the cheapest.
func (w *walker) choose(it *Item) string {
	if it.Type == NoneToGive {
		return Shown
	}
	if w.want.DeclineAll && it.Scope != ScopeEncounter {
		switch it.Kind {
		case Question:
			return Declined
		case Observation:
			return NoInformation
		}
	}
	values := w.candidates(it)
	best := values[0]
	for _, v := range values[1:] {
		if w.cost(it, v) < w.cost(it, best) {
			best = v
		}
	}
	return best
}

// candidates lists the answers that it may get, the most negative first.
func (w *walker) candidates(it *Item) []string {
	var values []string
	switch {
	case it.Type == YesNo && it.Kind == Consent:
		return []string{Yes, No}
	case it.Type == YesNo:
		return []string{No, Yes, NotApplicable}
	case it.Type == Multi:
		return []string{No}
	case it.Kind == Registration:
		values = append(values, NoInformation)
	}
	for _, o := range it.Options {
		if o.Code != "" {
			values = append(values, o.Code)
		}
	}
	if it.List != "" || it.Type == AgeType {
		values = append(values, w.lit.valuesOf(it)...)
	}
	return append(values, NotApplicable)
}

// What an answer costs. Only the order of the sums matters: to meet a wanted
// code wins over everything, to meet another loses against everything.
const (
	costUnwanted  = 10000
	costChildPath = 2000 // would turn an adult into a child
	costMissing   = 500
	costEnds      = 250
	costShuts     = 60 // closes the way to a wanted code
	costRule      = 20 // an action or an offence looks at it
	costOpens     = 10 // opens what is not wanted
	gainNeeded    = 120
	gainWanted    = 5000
	gainWantedNew = 2500 // a wanted code that nothing has met yet
)

// cost says how far v is from the answer that the walk is looking for.
func (w *walker) cost(it *Item, v string) int {
	cost := 0
	code := it.met(v)
	at := literal{it.ID, v}
	if slices.Contains(w.want.Meets, code) {
		cost -= gainWanted
		if !slices.Contains(Evaluate(w.p, w.in).Indicators, code) {
			cost -= gainWantedNew
		}
	} else if code != "" {
		cost += costUnwanted
	}
	if IsMissing(v) && it.Kind != Registration {
		cost += costMissing
	}
	for _, c := range []struct {
		is   bool
		cost int
	}{
		{w.lit.childPath[at], costChildPath},
		{slices.Contains(it.EndsOn, v), costEnds},
		{w.lit.shuts[at], costShuts},
		{w.lit.rules[at], costRule},
		{w.lit.opens[at], costOpens},
		{w.lit.needed[at], -gainNeeded},
	} {
		if c.is {
			cost += c.cost
		}
	}
	return cost
}

func firstOf(value, otherwise string) string {
	if value != "" {
		return value
	}
	return otherwise
}

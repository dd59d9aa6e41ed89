package screening

import (
	"slices"
	"strconv"
)

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
	Ended      string // Completed where empty
	// Given are answers that stand, by item, whatever they meet: the facts of a case.
	Given map[string]string
}

// Walk goes through p from the first item to the last and answers so that
// exactly the wanted indicators are met: an item that can meet one gets that
// answer, a gate behind which one lies is opened, consent is given, and every
// other answer meets nothing and opens nothing. It goes on after a danger item.
// Where that cannot be done it returns what it walked and an *Unmeetable.
func Walk(p *Protocol, want Want) (Walked, error) {
	w := newWalker(p, want)
	walked := w.walk()
	return walked, w.check(walked)
}

// walker holds what is known before the first step, and what was met on the way.
type walker struct {
	p    *Protocol
	want Want
	lit  literals
	met  map[string]bool
}

func newWalker(p *Protocol, want Want) *walker {
	return &walker{p: p, want: want, lit: findLiterals(p, want.Meets), met: map[string]bool{}}
}

func (w *walker) walk() Walked {
	in := Input{Role: w.want.Role, Setting: w.want.Setting, Ended: firstOf(w.want.Ended, Completed)}
	if in.Role == "" && len(w.p.Roles) > 0 {
		in.Role = w.p.Roles[0]
	}
	if in.Setting == "" && len(w.p.Settings) > 0 {
		in.Setting = w.p.Settings[0]
	}
	return Follow(w.p, in, func(it *Item) string {
		value := w.answer(it)
		w.met[it.met(value)] = true
		return value
	})
}

// answer returns what it is given.
func (w *walker) answer(it *Item) string {
	if given, ok := w.want.Given[it.ID]; ok {
		return given
	}
	switch it.Field {
	case "age":
		return w.age()
	case "sex":
		return firstOf(w.want.Sex, "female")
	}
	return w.choose(it)
}

func (w *walker) age() string {
	switch {
	case w.want.AgeUnknown:
		return Unknown
	case w.want.Age != nil:
		return strconv.Itoa(*w.want.Age)
	}
	return strconv.Itoa(adultAge)
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
		if !w.met[code] {
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
		{slices.Contains(it.EndsOn, v) || w.lit.ends[at], costEnds},
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

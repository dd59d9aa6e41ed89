package screening

import (
	"slices"
	"strings"
)

// tallies gathers what walks come to.
type tallies struct {
	p       *Protocol
	ways    Ways
	paths   map[string]bool // rows of items
	lengths [2][]int        // of the paths: questions, items
	reached map[string]bool
	met     map[string]bool
	count   map[string]int // "level x", "offence x", "module x"
	ends    map[string]*DeadEnd
}

func newTallies(p *Protocol) *tallies {
	return &tallies{p: p, paths: map[string]bool{}, reached: map[string]bool{}, met: map[string]bool{},
		count: map[string]int{}, ends: map[string]*DeadEnd{}}
}

func (t *tallies) walked(w Walked, steps []Step) {
	t.ways.Walks++
	early := t.path(w, steps)
	opened := map[string]bool{}
	for _, s := range steps {
		if !opened[s.Module] {
			opened[s.Module] = true
			t.count["module "+s.Module]++
		}
	}
	t.count["level "+w.Assessment.Level]++
	for _, o := range w.Assessment.Offences {
		t.count["offence "+o.Code]++
	}
	t.deadEnd(w, early)
}

// path takes what a walk shows of the protocol, and reports whether an answer
// ended it.
func (t *tallies) path(w Walked, steps []Step) (early bool) {
	for _, s := range steps {
		t.reached[s.Item.ID] = true
		early = early || slices.Contains(s.Item.EndsOn, s.Answer)
	}
	row := strings.Join(w.Asked, " ")
	for _, code := range w.Assessment.Indicators {
		t.met[code] = true
	}
	if !t.paths[row] {
		t.paths[row] = true
		if early {
			t.ways.EndedEarly++
		} else {
			t.lengths[0] = append(t.lengths[0], w.AskedPerson)
			t.lengths[1] = append(t.lengths[1], len(w.Asked))
		}
	}
	return early
}

func (t *tallies) deadEnd(w Walked, early bool) {
	why := ""
	switch {
	case len(w.Asked) == 0:
		why = NothingAsked
	case !early && Next(t.p, w.Input) != nil:
		why = OffersAgain
	case !slices.ContainsFunc(w.Assessment.Trace, func(r Reason) bool { return r.Kind == "level" && r.Rule != "" }):
		why = NoLevel
	default:
		return
	}
	if t.ends[why] == nil {
		t.ends[why] = &DeadEnd{Why: why, Person: w.Input.Person, Answers: w.Input.Answers}
		if n := len(w.Asked); n > 0 {
			t.ends[why].Last = w.Asked[n-1]
		}
	}
	t.ends[why].N++
}

// targeted looks for what chance misses: each indicator on both paths, and the
// way on which the most opens. They count for what is reached, not for how often.
func (t *tallies) targeted() {
	for _, age := range []int{adultAge, childAge} {
		wants := [][]string{nil}
		for _, ind := range t.p.Rules.Indicators {
			wants = append(wants, []string{ind.Code})
		}
		for _, meets := range wants {
			w, _ := Walk(t.p, Want{Meets: meets, Age: &age}) // where it cannot be met, the walk is a way all the same
			t.path(w, Applicable(t.p, w.Input))
			t.ways.Targeted++
		}
		w := everything(t.p, age)
		t.path(w, Applicable(t.p, w.Input))
		t.ways.Targeted++
	}
}

func (t *tallies) result() Ways {
	w := &t.ways
	w.Paths = len(t.paths)
	w.Questions, w.Items = spreadOf(t.lengths[0]), spreadOf(t.lengths[1])
	w.Unreached, w.Unmet, w.Unasked = []string{}, []string{}, []string{}
	can := map[string]bool{}
	eachItem(t.p, func(_ *Module, it *Item) {
		if !t.reached[it.ID] {
			w.Unreached = append(w.Unreached, it.ID)
		}
		for value := range it.Meets {
			can[it.met(value)] = true
		}
	})
	for _, ind := range t.p.Rules.Indicators {
		switch {
		case !can[ind.Code]:
			w.Unasked = append(w.Unasked, ind.Code)
		case !t.met[ind.Code]:
			w.Unmet = append(w.Unmet, ind.Code)
		}
	}
	w.Levels, w.Offences, w.Modules = []Tally{}, []Tally{}, []Tally{}
	for _, r := range t.p.Rules.Levels {
		w.Levels = t.tally(w.Levels, "level ", r.Level)
	}
	if n := t.count["level "+Inconclusive]; n > 0 { // also where no rule holds
		w.Levels = t.tally(w.Levels, "level ", Inconclusive)
	}
	for _, o := range t.p.Rules.Offences {
		w.Offences = t.tally(w.Offences, "offence ", o.Code)
	}
	for _, m := range t.p.Modules {
		w.Modules = t.tally(w.Modules, "module ", m.ID)
	}
	w.DeadEnds = []DeadEnd{}
	for _, why := range []string{NoLevel, OffersAgain, NothingAsked} {
		if t.ends[why] != nil {
			w.DeadEnds = append(w.DeadEnds, *t.ends[why])
		}
	}
	return *w
}

// tally adds how often code came about, once.
func (t *tallies) tally(to []Tally, kind, code string) []Tally {
	if slices.ContainsFunc(to, func(x Tally) bool { return x.Code == code }) {
		return to
	}
	return append(to, Tally{code, t.count[kind+code]})
}

func spreadOf(numbers []int) Spread {
	if len(numbers) == 0 {
		return Spread{}
	}
	slices.Sort(numbers)
	return Spread{numbers[0], numbers[len(numbers)/2], numbers[len(numbers)-1]}
}

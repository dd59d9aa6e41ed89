package screening

import "slices"

// States of an element of an offence.
const (
	Supported = "supported"  // an answer met one of its indicators
	NotFound  = "not_found"  // asked and answered, none met
	NotAsked  = "not_asked"  // nothing that could show it was answered
	NotNeeded = "not_needed" // the law does not ask for it here
	Beyond    = "beyond"     // no answer of a screening can show it
)

// offences lists the offences suggested, in the order of the rules; of several
// rules for one offence the first that holds counts.
func (s *state) offences(t *trace) []Offence {
	list := []Offence{}
	for i := range s.p.Rules.Offences {
		r := &s.p.Rules.Offences[i]
		twice := slices.ContainsFunc(list, func(o Offence) bool { return o.Code == r.Code })
		if twice || !s.holds(&r.When) {
			continue
		}
		o := Offence{Code: r.Code, Verified: r.Verified, Elements: make([]ElementState, 0, len(r.Elements))}
		for j := range r.Elements {
			o.Elements = append(o.Elements, s.element(&r.Elements[j]))
		}
		list = append(list, o)
		t.rule("offence", r.Code, "", &r.When)
	}
	return list
}

// element tells what the answers say of e. What they support is said even where
// the law does not ask for it.
func (s *state) element(e *Element) ElementState {
	state := ElementState{Code: e.Code, State: NotAsked, Items: s.metItems(e.Indicators)}
	switch {
	case len(state.Items) > 0:
		state.State = Supported
	case e.NotNeeded != nil && s.holds(e.NotNeeded):
		state.State = NotNeeded
	case len(e.Indicators) == 0:
		state.State = Beyond
	case s.asked(e.Indicators):
		state.State = NotFound
	}
	return state
}

// metItems lists the items whose answers met one of codes, in pass order.
func (s *state) metItems(codes []string) []string {
	items := []string{}
	for _, step := range s.steps {
		code := step.Item.met(step.Answer)
		if code != "" && slices.Contains(codes, code) && !slices.Contains(items, step.Item.ID) {
			items = append(items, step.Item.ID)
		}
	}
	return items
}

// asked reports whether an item that can meet one of codes got a real answer.
func (s *state) asked(codes []string) bool {
	return slices.ContainsFunc(s.steps, func(step Step) bool {
		if step.Answer == "" || IsMissing(step.Answer) {
			return false
		}
		for value := range step.Item.Meets {
			if code := step.Item.met(value); code != "" && slices.Contains(codes, code) {
				return true
			}
		}
		return false
	})
}

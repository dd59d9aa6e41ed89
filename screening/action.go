package screening

import "slices"

// actions lists what the agent must do or tell, in the order of the rules; each
// code once, for the first of its rules that holds.
func (s *state) actions(t *trace) []string {
	codes := []string{}
	for i := range s.p.Rules.Actions {
		r := &s.p.Rules.Actions[i]
		if slices.Contains(codes, r.Code) || !s.holds(&r.When) {
			continue
		}
		codes = append(codes, r.Code)
		t.rule("action", r.Code, "", &r.When)
	}
	return codes
}

package screening

// Evaluate says what the answers so far mean. The level is decided first, then
// the offences, then the actions, which alone may look at the level.
func Evaluate(p *Protocol, in Input) Assessment {
	s := pass(p, &in)
	a := Assessment{Path: s.path(), Indicators: s.indicators()}
	a.Danger = s.danger(a.Indicators)
	t := newTrace(s, a.Indicators)
	t.path(a.Path)
	t.indicators(a.Indicators)
	t.danger(a.Danger)
	rule := s.levelRule()
	a.Level = levelOf(rule)
	t.level(a.Level, rule)
	a.Offences = s.offences(t)
	s.level = a.Level
	a.Actions = s.actions(t)
	a.Trace = t.reasons
	return a
}

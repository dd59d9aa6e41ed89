package screening

// Levels, most severe first (protocols/codebook/levels.csv).
const (
	PresumedVictim  = "presumed_victim"
	PossibleVictim  = "possible_victim"
	Inconclusive    = "inconclusive"
	LabourViolation = "labour_violation"
	NoneFound       = "none_found"
)

// indicators lists the codes met in codebook order; a code that the codebook
// does not know is kept, after the others, in the order it was met.
func (s *state) indicators() []string {
	codes := make([]string, 0, len(s.met))
	listed := make(map[string]bool, len(s.met))
	for _, ind := range s.p.Rules.Indicators {
		if len(s.metBy[ind.Code]) > 0 && !listed[ind.Code] {
			listed[ind.Code] = true
			codes = append(codes, ind.Code)
		}
	}
	for _, code := range s.met {
		if !listed[code] {
			codes = append(codes, code)
		}
	}
	return codes
}

// levelRule returns the first level rule that holds, or nil.
func (s *state) levelRule() *LevelRule {
	for i := range s.p.Rules.Levels {
		if r := &s.p.Rules.Levels[i]; s.holds(&r.When) {
			return r
		}
	}
	return nil
}

// levelOf returns the level of r. Without a rule nothing can be said, and that
// is not "nothing found".
func levelOf(r *LevelRule) string {
	if r == nil {
		return Inconclusive
	}
	return r.Level
}

package screening

// dimensionDanger is the codebook's dimension of what must be done first.
const dimensionDanger = "danger"

// danger lists the danger codes met, in codebook order. They say nothing of the
// level by themselves and stop nothing: the agent decides whether to go on.
func (s *state) danger() []string {
	codes := []string{}
	for _, code := range s.indicators() {
		if s.codebook[code].Dimension == dimensionDanger {
			codes = append(codes, code)
		}
	}
	return codes
}

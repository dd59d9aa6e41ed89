package screening

// dimensionDanger is the codebook's dimension of what must be done first.
const dimensionDanger = "danger"

// danger lists those of the met codes that are a danger, in their order. They say nothing of the
// level by themselves and stop nothing: the agent decides whether to go on.
func (s *state) danger(met []string) []string {
	codes := []string{}
	for _, code := range met {
		if s.codebook[code].Dimension == dimensionDanger {
			codes = append(codes, code)
		}
	}
	return codes
}

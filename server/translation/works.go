package translation

import "context"

// Work is a text that devices may have, with its recording where there is one. With
// a recording and no text it is the voice of a text of the files.
type Work struct {
	Version
	Recording *Recording
}

// VoiceOnly says whether the text is not the desk's.
func (w Work) VoiceOnly() bool { return w.Text == "" }

// Works are by language and message what left the desk: accepted and certified
// texts, and with certified ones the voice that somebody certified for them.
func Works(ctx context.Context, s Store) (map[string]map[string]Work, error) {
	locales, err := s.StepLocales(ctx)
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]Work{}
	for _, locale := range locales {
		steps, err := s.Steps(ctx, locale, "")
		if err != nil {
			return nil, err
		}
		works := map[string]Work{}
		for message, of := range byMessage(steps) {
			state := Fold(of, nil)
			var w Work
			if state.Stands != nil {
				w.Version = *state.Stands
			}
			if r, ok := state.Heard(); ok {
				w.Recording = &r
			}
			if w.Recording != nil || !w.VoiceOnly() {
				works[message] = w
			}
		}
		all[locale] = works
	}
	return all, nil
}

// IsCertified says whether the text is, or was only accepted.
func (w Work) IsCertified() bool { return w.certified() }

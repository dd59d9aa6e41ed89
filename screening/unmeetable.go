package screening

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Unmeetable is returned when a walk cannot meet exactly what was wanted. Codes
// are the wanted codes that were not met or, where all were, those met besides.
type Unmeetable struct {
	Codes []string
	Why   string // each code with its reason, for whoever writes the protocol
}

func (e *Unmeetable) Error() string { return "cannot be met: " + e.Why }

// check compares what was met with what was wanted.
func (w *walker) check(walked Walked) error {
	met := walked.Assessment.Indicators
	e := &Unmeetable{}
	var why []string
	for _, code := range w.want.Meets {
		if !slices.Contains(met, code) && !slices.Contains(e.Codes, code) {
			e.Codes = append(e.Codes, code)
			why = append(why, code+": "+w.why(code, walked.Input))
		}
	}
	if len(e.Codes) == 0 {
		for _, code := range met {
			if !slices.Contains(w.want.Meets, code) {
				e.Codes = append(e.Codes, code)
				why = append(why, code+": is met without being wanted")
			}
		}
	}
	if len(e.Codes) == 0 {
		return nil
	}
	e.Why = strings.Join(why, "; ")
	return e
}

// why says why code was not met.
func (w *walker) why(code string, in Input) string {
	known := slices.ContainsFunc(w.p.Rules.Indicators, func(i Indicator) bool { return i.Code == code })
	items, means := []string{}, true
	eachItem(w.p, func(_ *Module, it *Item) {
		for _, value := range slices.Sorted(maps.Keys(it.Meets)) {
			if it.met(value) == code {
				items = appendNew(items, it.ID)
				means = means && it.Means
			}
		}
	})
	switch {
	case !known:
		return "no such indicator"
	case len(items) == 0:
		return "no item can meet it"
	case w.want.DeclineAll:
		return "everything is declined"
	case means && PathOf(w.p, in) == PathChild:
		return "its items ask about the means, which the child path does not"
	}
	for _, step := range Applicable(w.p, in) {
		if slices.Contains(items, step.Item.ID) {
			return fmt.Sprintf("item %s was answered %s for another wanted code", step.Item.ID, step.Answer)
		}
	}
	if other := w.companion(code); other != "" {
		return "it is met only together with " + other
	}
	return "none of its items comes up on this path: " + strings.Join(items, ", ")
}

// companion returns a code without which the wanted one cannot be met, or "".
func (w *walker) companion(code string) string {
	for _, other := range w.p.Rules.Indicators {
		if slices.Contains(w.want.Meets, other.Code) {
			continue
		}
		want := w.want
		want.Meets = append(slices.Clone(w.want.Meets), other.Code)
		if slices.Contains(newWalker(w.p, want).walk().Assessment.Indicators, code) {
			return other.Code
		}
	}
	return ""
}

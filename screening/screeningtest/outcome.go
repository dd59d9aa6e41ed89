package screeningtest

import "umbral/screening"

// Year is the year in which test texts are filled.
const Year = 2026

// Book is the codebook of random inputs: a few codes of each list, as data, so
// that both engines look them up in the same place.
var Book = map[string][]string{
	"age_groups": {"0_12", "13_17", "18_29", "over_60"},
	"sexes":      {"female", "male"},
	"countries":  {"MEX"},
	"states":     {"01"},
	"groups":     {"unable_to_understand", "pregnant"},
}

// Lookup looks a code up in Book.
func Lookup(list, code string) bool {
	for _, known := range Book[list] {
		if known == code {
			return true
		}
	}
	return false
}

// Outcome is everything that an engine says of one input; both engines must say
// it alike.
type Outcome struct {
	Next       string               `json:"next"` // item id; empty for none
	Path       string               `json:"path"`
	ChildWords bool                 `json:"child_words"`
	Applicable []Applied            `json:"applicable"`
	Assessment screening.Assessment `json:"assessment"`
	Problems   []screening.Problem  `json:"problems"`
}

// Applied is one item that applies, with the words shown for it.
type Applied struct {
	Module string           `json:"module"`
	Item   string           `json:"item"`
	Answer string           `json:"answer"`
	Words  screening.Filled `json:"words"`
}

// Observe asks the Go engine everything.
func Observe(p *screening.Protocol, in screening.Input) Outcome {
	o := Outcome{
		Path:       screening.PathOf(p, in),
		ChildWords: screening.WordsOf(p, in),
		Applicable: []Applied{},
		Assessment: screening.Evaluate(p, in),
		Problems:   screening.Validate(p, in, Lookup),
	}
	if it := screening.Next(p, in); it != nil {
		o.Next = it.ID
	}
	for _, s := range screening.Applicable(p, in) {
		o.Applicable = append(o.Applicable, Applied{Module: s.Module, Item: s.Item.ID, Answer: s.Answer,
			Words: screening.Fill(screening.Text(s.Item, o.ChildWords), p.Figures, Year)})
	}
	return o
}

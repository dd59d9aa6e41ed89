package screening

import "math/rand/v2"

// Ways says what many ways through a protocol came to. It is about the protocol:
// answers at random say nothing of how often anything happens to people.
type Ways struct {
	// Exhaustive: every combination of the answers that open or close something
	// was walked, on both ages of every bound, each post and each place. Else the
	// walks are a sample, and what they did not find may still exist.
	Exhaustive bool `json:"exhaustive"`
	// Combinations of gates that were walked; where not Exhaustive, the limit
	// that they exceed.
	Combinations int    `json:"combinations"`
	Walks        int    `json:"walks"`    // Combinations (each twice) or the sample
	Targeted     int    `json:"targeted"` // walks besides, that look for each indicator and for the longest way
	Seed         uint64 `json:"seed"`

	Paths      int `json:"paths"`       // different rows of items among all walks; where not Exhaustive, at least so many
	EndedEarly int `json:"ended_early"` // of them those that an answer ended, as when the person does not want to talk
	// Questions to the person and items that came up, over the different paths
	// that were not ended early.
	Questions Spread `json:"questions"`
	Items     Spread `json:"items"`

	Unreached []string  `json:"unreached"` // items that no walk reached
	Unmet     []string  `json:"unmet"`     // indicators that no walk met, of those that an item can meet
	Unasked   []string  `json:"unasked"`   // indicators that no item can meet
	Levels    []Tally   `json:"levels"`    // every level of the rules, most severe first, over the Walks
	Offences  []Tally   `json:"offences"`  // every offence of the rules, over the Walks
	Modules   []Tally   `json:"modules"`   // in order: in how many of the Walks an item of it came up
	DeadEnds  []DeadEnd `json:"dead_ends"`
}

// Spread is of numbers, one for each path.
type Spread struct {
	Shortest int `json:"shortest"`
	Median   int `json:"median"`
	Longest  int `json:"longest"`
}

// Tally is how often something came about.
type Tally struct {
	Code string `json:"code"`
	N    int    `json:"n"`
}

// Why a path is a dead end.
const (
	NoLevel      = "no_level"      // no level rule holds at its end
	OffersAgain  = "offers_again"  // all was answered, and an item is offered all the same
	NothingAsked = "nothing_asked" // not a single item came up
)

// DeadEnd is a kind of path that ends where none should: how many of the walks,
// and the answers of the first.
type DeadEnd struct {
	Why     string   `json:"why"`
	N       int      `json:"n"`
	Last    string   `json:"last"` // its last item
	Person  Person   `json:"person"`
	Answers []Answer `json:"answers"`
}

// HowToWalk says how many ways WaysOf goes, and which.
type HowToWalk struct {
	Limit  int    // up to so many combinations of gates all are walked
	Sample int    // else so many ways at random
	Seed   uint64 // of what is at random: the same gives the same
	// Codes lists the codes of a list of the codebook; nil: only those that the
	// protocol itself speaks of are given as answers.
	Codes func(list string) []string
}

// WaysOf walks p: every combination of gates where there are no more than
// how.Limit, else a sample. The same p and how give the same.
func WaysOf(p *Protocol, how HowToWalk) Ways {
	t, r := newTallies(p), &rover{p, newWalker(p, Want{}), how.Codes}
	combinations, whole := 0, false
	if how.Limit > 0 {
		combinations, whole = eachCombination(p, how, func(Input, func(*Item) (string, bool)) {})
	}
	if whole {
		eachCombination(p, how, func(in Input, choose func(*Item) (string, bool)) {
			in.Ended = Completed
			t.walked(followed(p, in, r.fillIn(choose, nil)))
			t.walked(followed(p, in, r.fillIn(choose, rand.New(rand.NewPCG(how.Seed, uint64(t.ways.Walks))))))
		})
	} else {
		for i := range how.Sample {
			t.walked(r.atRandom(rand.New(rand.NewPCG(how.Seed, uint64(i)))))
		}
	}
	t.ways.Exhaustive, t.ways.Combinations, t.ways.Seed = whole, combinations, how.Seed
	t.targeted()
	return t.result()
}

// rover goes ways through p; quiet answers where nothing is to be said.
type rover struct {
	p     *Protocol
	quiet *walker
	codes func(list string) []string
}

// fillIn answers what choose leaves: so that nothing is met, or at random.
func (r *rover) fillIn(choose func(*Item) (string, bool), random *rand.Rand) func(*Item) string {
	return func(it *Item) string {
		if value, ok := choose(it); ok {
			return value
		}
		if random != nil {
			return r.anyAnswer(it, random)
		}
		return r.quiet.answer(it)
	}
}

// anyAnswer is one of all answers, those of a list of the codebook too.
func (r *rover) anyAnswer(it *Item, random *rand.Rand) string {
	if r.codes != nil && it.List != "" && it.Field != "age" && random.IntN(2) == 0 {
		if codes := r.codes(it.List); len(codes) > 0 {
			return codes[random.IntN(len(codes))]
		}
	}
	return r.quiet.anyAnswer(it, random)
}

// boldness is how likely an answer is one that may say something, walk by walk:
// were every answer as likely, no walk would be a safe negative.
var boldness = []float64{0.02, 0.05, 0.15, 0.4, 1}

// atRandom goes one way, at a post and in a place of the protocol.
func (r *rover) atRandom(random *rand.Rand) (Walked, []Step) {
	posts, places := orNone(r.p.Roles), orNone(r.p.Settings)
	in := Input{Role: posts[random.IntN(len(posts))], Setting: places[random.IntN(len(places))], Ended: Completed}
	bold := boldness[random.IntN(len(boldness))]
	return followed(r.p, in, func(it *Item) string {
		if it.Kind == Registration || random.Float64() < bold {
			return r.anyAnswer(it, random)
		}
		return r.quiet.answer(it)
	})
}

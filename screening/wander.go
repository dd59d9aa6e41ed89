package screening

import "math/rand/v2"

// Wander goes one way at random through p, as different each time as its items
// allow. fixed, where it is not nil, may give the answer to an item itself.
func Wander(p *Protocol, in Input, random *rand.Rand, fixed func(*Item) (string, bool)) Walked {
	w := newWalker(p, Want{})
	in.Ended = Completed
	return Follow(p, in, func(it *Item) string {
		if fixed != nil {
			if value, ok := fixed(it); ok {
				return value
			}
		}
		return w.anyAnswer(it, random)
	})
}

// agesAtRandom are bands and years on both sides of every bound that rules speak of.
var agesAtRandom = []string{"9", "14", "16", "17", "18", "20", "30", "64", Unknown}

// anyAnswer picks one of the answers that it knows, each as likely as another.
func (w *walker) anyAnswer(it *Item, random *rand.Rand) string {
	if it.Type == NoneToGive {
		return Shown
	}
	values := w.candidates(it)
	switch it.Field {
	case "age":
		values = agesAtRandom
	case "sex":
		values = []string{"female", "male", "intersex", Declined}
	default:
		if it.Kind != Consent {
			values = append(values, Unknown, Declined)
		}
	}
	return values[random.IntN(len(values))]
}

package protocols

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"umbral/screening"
)

// ways is how many ways at random each property is tried on, for each protocol.
const ways = 60

// wander goes one way at random through p, of whatever post works there.
func wander(p *screening.Protocol, random *rand.Rand) screening.Walked {
	in := screening.Input{Role: p.Roles[random.IntN(len(p.Roles))], Setting: p.Settings[0]}
	return screening.Wander(p, in, random, nil)
}

func eachWay(t *testing.T, f func(t *testing.T, p *screening.Protocol, w screening.Walked, random *rand.Rand)) {
	each(t, func(t *testing.T, p *screening.Protocol) {
		random := rand.New(rand.NewPCG(7, 11))
		for range ways {
			f(t, p, wander(p, random), random)
		}
	})
}

// again goes the way of in once more; what comes up anew is answered no.
func again(p *screening.Protocol, in screening.Input) screening.Walked {
	return screening.Follow(p, in, func(it *screening.Item) string {
		switch {
		case it.Type == screening.NoneToGive:
			return screening.Shown
		case it.Type == screening.YesNo, it.Type == screening.Multi:
			return screening.No
		}
		return screening.NoInformation
	})
}

func itemsOf(p *screening.Protocol) map[string]*screening.Item {
	items := map[string]*screening.Item{}
	for i := range p.Modules {
		for j := range p.Modules[i].Items {
			items[p.Modules[i].Items[j].ID] = &p.Modules[i].Items[j]
		}
	}
	return items
}

// A question whose no meets nothing may be answered yes: that never lowers the
// level, whatever else was said.
func TestProperty_ANoThatBecomesYesNeverLowersTheLevel(t *testing.T) {
	eachWay(t, func(t *testing.T, p *screening.Protocol, w screening.Walked, random *rand.Rand) {
		items := itemsOf(p)
		var nos []int
		for i, a := range w.Input.Answers {
			it := items[a.Item]
			if a.Value == screening.No && it.Kind == screening.Question && it.Type == screening.YesNo && it.Meets[screening.No] == "" && slices.Contains(w.Asked, a.Item) {
				nos = append(nos, i)
			}
		}
		if len(nos) == 0 {
			return
		}
		flip := nos[random.IntN(len(nos))]
		in := w.Input
		in.Answers = slices.Clone(in.Answers)
		in.Answers[flip].Value = screening.Yes
		if more := again(p, in).Assessment.Level; rank[more] < rank[w.Assessment.Level] {
			t.Errorf("%s: %s became %s when its no became yes\n%+v", in.Answers[flip].Item, w.Assessment.Level, more, w.Input)
		}
	})
}

func TestProperty_TheOrderOfTheAnswersDoesNotMatter(t *testing.T) {
	eachWay(t, func(t *testing.T, p *screening.Protocol, w screening.Walked, random *rand.Rand) {
		in := w.Input
		in.Answers = slices.Clone(in.Answers)
		random.Shuffle(len(in.Answers), func(i, j int) { in.Answers[i], in.Answers[j] = in.Answers[j], in.Answers[i] })
		got := screening.Evaluate(p, in)
		if got.Level != w.Assessment.Level || !slices.Equal(got.Indicators, w.Assessment.Indicators) || !slices.Equal(got.Actions, w.Assessment.Actions) {
			t.Errorf("in another order %s with %v, before %s with %v", got.Level, got.Indicators, w.Assessment.Level, w.Assessment.Indicators)
		}
	})
}

// What is missing is no "no": a core item without an answer never leaves nothing
// found, nor a labour breach alone.
func TestProperty_AMissingAnswerIsNoNo(t *testing.T) {
	missing := []string{screening.Declined, screening.Unknown, screening.NoInformation}
	each(t, func(t *testing.T, p *screening.Protocol) {
		items := itemsOf(p)
		negative := walkOf(t, p, screening.Want{})
		cores := 0
		for _, id := range negative.Asked {
			if !items[id].Core {
				continue
			}
			cores++
			for _, value := range missing {
				w, _ := screening.Walk(p, screening.Want{Given: map[string]string{id: value}})
				if w.Assessment.Level == "none_found" || w.Assessment.Level == "labour_violation" {
					t.Errorf("%s %s: level %s", id, value, w.Assessment.Level)
				}
			}
		}
		if cores == 0 {
			t.Error("no item is core: whoever says nothing would be a negative")
		}
	})
}

func TestProperty_NoWayRepeatsAnItem(t *testing.T) {
	eachWay(t, func(t *testing.T, p *screening.Protocol, w screening.Walked, _ *rand.Rand) {
		seen := map[string]bool{}
		for _, id := range w.Asked {
			if seen[id] {
				t.Errorf("%s came up twice", id)
			}
			seen[id] = true
		}
		if next := screening.Next(p, w.Input); next != nil {
			t.Errorf("a way ends and %s is still to come", next.ID)
		}
	})
}

// Any number of vulnerabilities together never raise a level.
func TestProperty_VulnerabilitiesTogetherRaiseNothing(t *testing.T) {
	each(t, func(t *testing.T, p *screening.Protocol) {
		var codes []string
		for _, ind := range p.Rules.Indicators {
			if strings.Contains(ind.Dimension, "vulnerability") && ind.Code != "rec_child" {
				codes = append(codes, ind.Code)
			}
		}
		random := rand.New(rand.NewPCG(3, 5))
		for range ways {
			random.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
			w, _ := screening.Walk(p, screening.Want{Meets: codes[:1+random.IntN(len(codes))]})
			for _, met := range w.Assessment.Indicators {
				if !slices.Contains(codes, met) {
					t.Fatalf("wanted only vulnerabilities, met %v", w.Assessment.Indicators)
				}
			}
			if w.Assessment.Level != "none_found" {
				t.Errorf("%v: level %s", w.Assessment.Indicators, w.Assessment.Level)
			}
		}
	})
}

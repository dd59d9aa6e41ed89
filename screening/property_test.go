package screening_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"umbral/screening"
	"umbral/screening/screeningtest"
)

// drawn lets rapid shrink what screeningtest makes.
type drawn struct{ t *rapid.T }

func (d drawn) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

// someCodes draws codes of the test codebook.
func someCodes(t *rapid.T) []string {
	all := screeningtest.Indicators()
	var codes []string
	for range rapid.IntRange(0, 8).Draw(t, "how many") {
		codes = append(codes, all[rapid.IntRange(0, len(all)-1).Draw(t, "code")].Code)
	}
	return codes
}

func randomPair(t *rapid.T) (*screening.Protocol, screening.Input) {
	p := screeningtest.RandomProtocol(drawn{t})
	return p, screeningtest.RandomInput(drawn{t}, p)
}

var severity = []string{screening.NoneFound, screening.LabourViolation, screening.Inconclusive, screening.PossibleVictim, screening.PresumedVictim}

func rank(level string) int { return slices.Index(severity, level) }

// The same input gives the same bytes, and leaves protocol and input alone.
func TestProperty_SameInputSameResult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, in := randomPair(t)
		before, _ := json.Marshal([]any{p, in})
		first, _ := json.Marshal(screening.Evaluate(p, in))
		for range 5 {
			if again, _ := json.Marshal(screening.Evaluate(p, in)); string(again) != string(first) {
				t.Fatalf("then\n%s\nnow\n%s", first, again)
			}
		}
		if after, _ := json.Marshal([]any{p, in}); string(after) != string(before) {
			t.Fatal("evaluating changed the protocol or the input")
		}
	})
}

// Total: whatever the protocol and the answers, there is an assessment without
// a nil list, and every code in it was really met.
func TestProperty_Total(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, in := randomPair(t)
		a := screening.Evaluate(p, in)
		if a.Level == "" || a.Danger == nil || a.Indicators == nil || a.Offences == nil || a.Actions == nil || a.Trace == nil {
			t.Fatalf("%+v", a)
		}
		for _, o := range a.Offences {
			for _, e := range o.Elements {
				if e.Items == nil || (e.State == screening.Supported) != (len(e.Items) > 0) {
					t.Fatalf("element %+v", e)
				}
			}
		}
		for _, d := range a.Danger {
			if !slices.Contains(a.Indicators, d) {
				t.Fatalf("danger %s is not among the indicators", d)
			}
		}
		screening.Validate(p, in, screeningtest.Lookup)
	})
}

// Yes instead of no to an item that meets something on yes never lowers the
// level; nor does yes instead of a missing answer.
func TestProperty_YesNeverLowersTheLevel(t *testing.T) {
	flat := screeningtest.Flat()
	rapid.Check(t, func(t *rapid.T) {
		codes := someCodes(t)
		in := screeningtest.Aged(screeningtest.Met(codes...), rapid.IntRange(-1, 40).Draw(t, "age"))
		if rapid.Bool().Draw(t, "core missing") {
			in.Answers = append(in.Answers, screening.Answer{Item: screeningtest.CoreItem, Value: screening.Declined})
		}
		before := screening.Evaluate(flat, in).Level
		more := screeningtest.Indicators()[rapid.IntRange(0, len(screeningtest.Indicators())-1).Draw(t, "more")].Code
		in.Answers = append(in.Answers, screening.Answer{Item: screeningtest.ItemOf(more), Value: screening.Yes})
		if after := screening.Evaluate(flat, in).Level; rank(after) < rank(before) {
			t.Fatalf("%v give %s, with %s %s", codes, before, more, after)
		}
	})
}

// The order in which different items were answered says nothing.
func TestProperty_OrderOfAnswersDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, in := randomPair(t)
		last := map[string]int{}
		for i, a := range in.Answers {
			last[a.Item] = i
		}
		in.Answers = slices.DeleteFunc(slices.Clone(in.Answers), func(a screening.Answer) bool {
			return !slices.Contains(in.Answers[last[a.Item]:last[a.Item]+1], a)
		})
		seen := map[string]bool{}
		in.Answers = slices.DeleteFunc(in.Answers, func(a screening.Answer) bool { twice := seen[a.Item]; seen[a.Item] = true; return twice })
		want := screening.Evaluate(p, in)
		mixed := in
		mixed.Answers = slices.Clone(in.Answers)
		for i := len(mixed.Answers) - 1; i > 0; i-- {
			j := rapid.IntRange(0, i).Draw(t, "swap")
			mixed.Answers[i], mixed.Answers[j] = mixed.Answers[j], mixed.Answers[i]
		}
		if got := screening.Evaluate(p, mixed); !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\nthen %+v\nnow %+v", mixed.Answers, want, got)
		}
	})
}

// A core item declined, unknown or not established never passes for a "no".
func TestProperty_MissingIsNeverNo(t *testing.T) {
	flat := screeningtest.Flat()
	rapid.Check(t, func(t *rapid.T) {
		in := screeningtest.Met(someCodes(t)...)
		missing := []string{screening.Declined, screening.Unknown, screening.NoInformation, ""}[rapid.IntRange(0, 3).Draw(t, "missing")]
		in.Answers = append(in.Answers, screening.Answer{Item: screeningtest.CoreItem, Value: missing})
		if level := screening.Evaluate(flat, in).Level; rank(level) < rank(screening.Inconclusive) {
			t.Fatalf("with the core item %q: %s", missing, level)
		}
	})
}

// Vulnerability, context and weak codes are needs: with them the level is what
// it is without them. rec_child alone counts.
func TestProperty_VulnerabilityRaisesNothing(t *testing.T) {
	flat := screeningtest.Flat()
	var idle []string
	for _, ind := range screeningtest.Indicators() {
		vulnerable := strings.Contains(ind.Dimension, "vulnerability") && ind.Code != "rec_child"
		if vulnerable || ind.Dimension == "context" || ind.Strength == "weak" {
			idle = append(idle, ind.Code)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		codes, age := someCodes(t), rapid.IntRange(-1, 40).Draw(t, "age")
		without := slices.DeleteFunc(slices.Clone(codes), func(c string) bool { return slices.Contains(idle, c) })
		with := append(without, idle[rapid.IntRange(0, len(idle)-1).Draw(t, "idle")], idle[rapid.IntRange(0, len(idle)-1).Draw(t, "idle")])
		a := screening.Evaluate(flat, screeningtest.Aged(screeningtest.Met(without...), age)).Level
		b := screening.Evaluate(flat, screeningtest.Aged(screeningtest.Met(with...), age)).Level
		if a != b {
			t.Fatalf("%v give %s, %v give %s", without, a, with, b)
		}
	})
}

// Answering whatever Next returns comes to an end and asks nothing twice.
func TestProperty_NextNeverRepeats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, in := randomPair(t)
		in.Answers = nil
		asked := map[string]bool{}
		for it := screening.Next(p, in); it != nil; it = screening.Next(p, in) {
			where := it.ID
			if screening.IsPersonField(it.Field) {
				where = "field " + it.Field
			}
			if asked[where] {
				t.Fatalf("%s was asked twice", where)
			}
			asked[where] = true
			answerAnything(t, it, &in)
		}
	})
}

func answerAnything(t *rapid.T, it *screening.Item, in *screening.Input) {
	value := rapid.SampledFrom([]string{"yes", "no", "declined", "a", "unknown", "13_17"}).Draw(t, "value")
	switch it.Field {
	case "age":
		in.Person.AgeGroup = value
	case "sex":
		in.Person.Sex = value
	case "nationality":
		in.Person.Nationality = value
	case "state_of_origin":
		in.Person.StateOfOrigin = value
	default:
		if group, ok := strings.CutPrefix(it.Field, "groups."); ok {
			groups := map[string]string{group: value}
			for k, v := range in.Person.Groups {
				if k != group {
					groups[k] = v
				}
			}
			in.Person.Groups = groups
			return
		}
		in.Answers = append(in.Answers, screening.Answer{Item: it.ID, Value: value})
	}
}

// A walk of Flat meets any set of codes, and the walk is always finite.
func TestProperty_WalkMeetsExactly(t *testing.T) {
	flat := screeningtest.Flat()
	rapid.Check(t, func(t *rapid.T) {
		codes := someCodes(t)
		walked, err := screening.Walk(flat, screening.Want{Meets: codes, AgeUnknown: rapid.Bool().Draw(t, "unknown age")})
		if err != nil || !slices.Equal(walked.Assessment.Indicators, codebookOrder(codes)) {
			t.Fatalf("%v: met %v, %v", codes, walked.Assessment.Indicators, err)
		}
	})
}

// On any protocol a walk either meets exactly what is wanted or says what it cannot.
func TestProperty_WalkIsHonest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := screeningtest.RandomProtocol(drawn{t})
		codes := someCodes(t)
		walked, err := screening.Walk(p, screening.Want{Meets: codes})
		met := slices.Clone(walked.Assessment.Indicators)
		want := slices.Clone(codes)
		slices.Sort(met)
		slices.Sort(want)
		if equal := slices.Equal(met, slices.Compact(want)); equal != (err == nil) {
			t.Fatalf("wanted %v, met %v, error %v", want, met, err)
		}
	})
}

// FuzzEvaluate reads protocol and input as a device could send them. The seeds
// are short: go spends its time shrinking long ones.
func FuzzEvaluate(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"modules":[{"id":"m","items":[{"id":"a","type":"yes_no","core":true,"means":true,"meets":{"yes":"x"},"ends_on":["no"]},` +
			`{"id":"b","field":"age","ask_if":{"item":"a","is":["yes"]}}]}],"rules":{"indicators":[{"code":"x","dimension":"danger"}],` +
			`"child_path":{"age_below":18},"levels":[{"level":"l","when":{"count":{"codes":["x"],"min":1}}}]}}`,
			`{"person":{"age":30,"groups":{"g":"yes"}},"answers":[{"item":"a","value":"yes"}],"ended":"completed"}`},
		{`{"modules":[{"open_if":{"not":{"path":"child"}},"items":[{"field":"groups.g"}]}],"rules":{"child_path":{"any":[{"path":"child"},` +
			`{"age_known":false}]},"offences":[{"elements":[{"indicators":["x"],"not_needed":{}}]}],"actions":[{"when":{"level_is":["l"],"core_missing":true}}]}}`,
			`{"person":{"age_group":"13_17"},"answers":null}`},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, protocol, input []byte) {
		var p screening.Protocol
		var in screening.Input
		if json.Unmarshal(protocol, &p) != nil || json.Unmarshal(input, &in) != nil {
			t.Skip()
		}
		a := screening.Evaluate(&p, in)
		if a.Indicators == nil || a.Path == "" {
			t.Errorf("%+v", a)
		}
		if it := screening.Next(&p, in); it != nil && it.ID == "" && len(p.Modules) == 0 {
			t.Errorf("an item of nowhere")
		}
		screening.Applicable(&p, in)
		screening.WordsOf(&p, in)
	})
}

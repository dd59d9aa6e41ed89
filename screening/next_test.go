package screening_test

import (
	"slices"
	"testing"

	"umbral/screening"
	"umbral/screening/screeningtest"
)

func yesNo(id string) screening.Item {
	return screening.Item{ID: id, Kind: screening.Question, Type: screening.YesNo}
}

func is(item string, values ...string) *screening.Condition {
	return &screening.Condition{Item: item, Is: values}
}

func answers(pairs ...string) screening.Input {
	in := screening.Input{Ended: screening.Completed}
	for i := 0; i < len(pairs); i += 2 {
		in.Answers = append(in.Answers, screening.Answer{Item: pairs[i], Value: pairs[i+1]})
	}
	return in
}

// gated is a small protocol: an opening that may end it, a core with a gate,
// and a module behind the gate.
func gated() *screening.Protocol {
	start := yesNo("start")
	start.Kind, start.EndsOn = screening.Consent, []string{screening.No}
	gate := yesNo("gate")
	gate.Core = true
	held := yesNo("held")
	held.Meets = map[string]string{screening.Yes: "coe_confinement"}
	how := yesNo("how")
	how.AskIf, how.Means = is("held", screening.Yes), true
	how.Meets = map[string]string{screening.Yes: "coe_violence"}
	close := screening.Item{ID: "close", Kind: screening.Statement, Type: screening.NoneToGive}
	return &screening.Protocol{ID: "gated", Version: 1, Rules: screeningtest.Rules(), Modules: []screening.Module{
		{ID: "opening", Items: []screening.Item{start, {ID: "age", Kind: screening.Registration, Type: screening.AgeType, Field: "age"}}},
		{ID: "core", Items: []screening.Item{gate}},
		{ID: "behind", OpenIf: is("gate", screening.Yes), Items: []screening.Item{held, how}},
		{ID: "closing", Items: []screening.Item{close}},
	}}
}

func aged(in screening.Input) screening.Input { return screeningtest.Aged(in, 30) }

func TestNext(t *testing.T) {
	p := gated()
	for _, tt := range []struct {
		name, next string
		in         screening.Input
	}{
		{"at the start", "start", answers()},
		{"who the person is", "age", answers("start", "yes")},
		{"the gate", "gate", aged(answers("start", "yes"))},
		{"an open gate", "held", aged(answers("start", "yes", "gate", "yes"))},
		{"a closed gate", "close", aged(answers("start", "yes", "gate", "no"))},
		{"a gate without an answer stays closed", "close", aged(answers("start", "yes", "gate", "declined"))},
		{"asked where the earlier answer calls for it", "how", aged(answers("start", "yes", "gate", "yes", "held", "yes"))},
		{"not asked where it does not", "close", aged(answers("start", "yes", "gate", "yes", "held", "no"))},
		{"means on the child path", "close", screeningtest.Aged(answers("start", "yes", "gate", "yes", "held", "yes"), 15)},
		{"what was skipped comes first", "start", aged(answers("gate", "yes", "held", "yes", "how", "no", "close", "shown"))},
		{"the end", "", aged(answers("start", "yes", "gate", "no", "close", "shown"))},
		{"an answer that ends", "", answers("start", "no")},
		{"an end after something skipped", "start", aged(answers("gate", "no"))},
		{"the last answer counts", "held", aged(answers("start", "no", "gate", "no", "start", "yes", "gate", "yes"))},
		{"an empty answer is none", "gate", aged(answers("start", "yes", "gate", ""))},
	} {
		id := ""
		if it := screening.Next(p, tt.in); it != nil {
			id = it.ID
		}
		if id != tt.next {
			t.Errorf("%s: next %q, want %q", tt.name, id, tt.next)
		}
	}
}

func TestNext_PointsIntoTheProtocol(t *testing.T) {
	p := gated()
	if it := screening.Next(p, answers()); it != &p.Modules[0].Items[0] {
		t.Errorf("next is %p, not the item of the protocol", it)
	}
}

func TestApplicable(t *testing.T) {
	p := gated()
	in := aged(answers("start", "yes", "gate", "yes", "held", "declined"))
	var got []string
	for _, s := range screening.Applicable(p, in) {
		got = append(got, s.Module+"/"+s.Item.ID+"="+s.Answer)
	}
	want := []string{"opening/start=yes", "opening/age=30", "core/gate=yes", "behind/held=declined", "closing/close="}
	if !slices.Equal(got, want) {
		t.Errorf("applicable %v, want %v", got, want)
	}
}

// Answers behind a gate that was closed again are kept and count for nothing.
func TestEvaluate_StaleAnswersCountForNothing(t *testing.T) {
	p := gated()
	open := aged(answers("start", "yes", "gate", "yes", "held", "yes", "how", "yes", "close", "shown"))
	if a := screening.Evaluate(p, open); len(a.Indicators) != 2 {
		t.Fatalf("with the gate open: %v, want two indicators", a.Indicators)
	}
	open.Answers = append(open.Answers, screening.Answer{Item: "gate", Value: "no"})
	if a := screening.Evaluate(p, open); len(a.Indicators) != 0 || a.Level != screening.NoneFound {
		t.Errorf("with the gate closed again: %v, %s, want none and none_found", a.Indicators, a.Level)
	}
	open.Answers = append(open.Answers, screening.Answer{Item: "gate", Value: "yes"})
	if a := screening.Evaluate(p, open); len(a.Indicators) != 2 {
		t.Errorf("with the gate open again: %v, want what was answered before", a.Indicators)
	}
}

// What an end cut off was never asked: that is not "nothing found".
func TestEvaluate_AnEndLeavesCoreItemsWithoutAnswer(t *testing.T) {
	a := screening.Evaluate(gated(), aged(answers("start", "no", "gate", "no")))
	if a.Level != screening.Inconclusive {
		t.Errorf("level %s, want inconclusive", a.Level)
	}
	for _, r := range a.Trace {
		if r.Kind == "level" && !slices.Equal(r.Items, []string{"gate"}) {
			t.Errorf("the level rests on %v, want the core item that was cut off", r.Items)
		}
	}
}

func TestPathAndWords(t *testing.T) {
	p := screeningtest.Flat()
	unable := screeningtest.Met()
	unable.Person.Groups["unable_to_understand"] = screening.Yes
	doubt := screeningtest.Met()
	doubt.Answers = append(doubt.Answers, screening.Answer{Item: screeningtest.DoubtItem, Value: screening.Yes})
	band := func(code string) screening.Input {
		in := screeningtest.Met()
		in.Person.Age, in.Person.AgeGroup = nil, code
		return in
	}
	for _, tt := range []struct {
		name, path string
		words      bool
		in         screening.Input
	}{
		{"30", screening.PathAdult, false, screeningtest.Met()},
		{"18", screening.PathAdult, false, screeningtest.Aged(screeningtest.Met(), 18)},
		{"17", screening.PathChild, true, screeningtest.Aged(screeningtest.Met(), 17)},
		{"0", screening.PathChild, true, screeningtest.Aged(screeningtest.Met(), 0)},
		{"unknown", screening.PathChild, true, screeningtest.Aged(screeningtest.Met(), -1)},
		{"nothing known", screening.PathChild, true, band("")},
		{"declined", screening.PathChild, true, band(screening.Declined)},
		{"13 to 17", screening.PathChild, true, band("13_17")},
		{"18 to 29", screening.PathAdult, false, band("18_29")},
		{"over 60", screening.PathAdult, false, band("over_60")},
		{"a band nobody knows", screening.PathChild, true, band("grown")},
		{"an impossible number", screening.PathChild, true, screeningtest.Aged(screeningtest.Met(), 300)},
		{"unable to understand: adult words", screening.PathChild, false, unable},
		{"in doubt", screening.PathChild, true, doubt},
	} {
		if path := screening.PathOf(p, tt.in); path != tt.path {
			t.Errorf("%s: path %s, want %s", tt.name, path, tt.path)
		}
		if words := screening.WordsOf(p, tt.in); words != tt.words {
			t.Errorf("%s: child words %v, want %v", tt.name, words, tt.words)
		}
	}
}

// Neither a missing answer nor a list of codes meets an indicator, whatever
// the protocol says.
func TestEvaluate_MeetsNothing(t *testing.T) {
	missing, multi := yesNo("missing"), yesNo("multi")
	missing.Meets = map[string]string{screening.Declined: "coe_violence"}
	multi.Type, multi.Meets = screening.Multi, map[string]string{"a": "coe_confinement"}
	p := &screening.Protocol{Rules: screeningtest.Rules(), Modules: []screening.Module{{ID: "m", Items: []screening.Item{missing, multi}}}}
	a := screening.Evaluate(p, answers("missing", screening.Declined, "multi", "a"))
	if len(a.Indicators) != 0 {
		t.Errorf("met %v, want nothing", a.Indicators)
	}
}

func TestEvaluate_NoProtocol(t *testing.T) {
	a := screening.Evaluate(nil, screening.Input{})
	if a.Level != screening.Inconclusive || a.Indicators == nil || a.Danger == nil || a.Offences == nil || a.Actions == nil {
		t.Errorf("without a protocol: %+v, want inconclusive and no nil list", a)
	}
	if it := screening.Next(nil, screening.Input{}); it != nil {
		t.Errorf("without a protocol the next item is %s", it.ID)
	}
}

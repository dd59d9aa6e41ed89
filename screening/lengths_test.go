package screening_test

import (
	"testing"

	"umbral/screening"
)

func TestLengthsOf_CountsTheQuestionsOfEachWay(t *testing.T) {
	p := farm()
	l := screening.LengthsOf(p)
	negative, err := screening.Walk(p, screening.Want{})
	if err != nil {
		t.Fatal(err)
	}
	if l.Negative < negative.AskedPerson || l.Shortest > l.Negative || l.Typical < l.Shortest || l.Longest <= l.Negative {
		t.Errorf("%+v; a safe negative asks %d", l, negative.AskedPerson)
	}
	// One more question for everybody makes every way longer by one.
	p.Modules[3].Items = append(p.Modules[3].Items, yesNo("one_more"))
	more := screening.LengthsOf(p)
	if more.Shortest != l.Shortest+1 || more.Negative != l.Negative+1 || more.Typical != l.Typical+1 || more.Longest != l.Longest+1 {
		t.Errorf("one more question: %+v, before %+v", more, l)
	}
}

func TestFollow_LeavesWhatIsNotAnsweredOpen(t *testing.T) {
	p := farm()
	in := screening.Input{Role: "labour_inspector", Setting: "agriculture", Answers: []screening.Answer{{Item: "guard", Value: "yes", From: "encounter"}}}
	w := screening.Follow(p, in, func(it *screening.Item) string {
		if it.ID == "debt" {
			return "yes"
		}
		return ""
	})
	if len(in.Answers) != 1 {
		t.Errorf("the input was written to: %v", in.Answers)
	}
	if next := screening.Next(p, w.Input); next == nil || next.ID != "hello" {
		t.Errorf("next: %+v", next)
	}
	opened := false
	for _, id := range w.Asked {
		opened = opened || id == "grows"
	}
	if !opened || len(w.Assessment.Indicators) != 1 {
		t.Errorf("asked %v, met %v", w.Asked, w.Assessment.Indicators)
	}
}

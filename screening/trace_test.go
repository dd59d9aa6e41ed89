package screening_test

import (
	"reflect"
	"testing"

	"umbral/screening"
	"umbral/screening/screeningtest"
)

func TestTrace(t *testing.T) {
	q := screeningtest.ItemOf
	no := []string{}
	in := screeningtest.Met("exp_low_or_no_pay", "coe_documents_kept", "coe_debt_bondage", "dan_weapon", "vul_economic")
	want := []screening.Reason{
		{Kind: "path", Code: "adult", Rule: "child_path", Items: []string{"age"}, Indicators: no},
		{Kind: "indicator", Code: "exp_low_or_no_pay", Items: []string{q("exp_low_or_no_pay")}, Indicators: no},
		{Kind: "indicator", Code: "coe_documents_kept", Items: []string{q("coe_documents_kept")}, Indicators: no},
		{Kind: "indicator", Code: "coe_debt_bondage", Items: []string{q("coe_debt_bondage")}, Indicators: no},
		{Kind: "indicator", Code: "vul_economic", Items: []string{q("vul_economic")}, Indicators: no},
		{Kind: "indicator", Code: "dan_weapon", Items: []string{q("dan_weapon")}, Indicators: no},
		{Kind: "danger", Code: "dan_weapon", Items: []string{q("dan_weapon")}, Indicators: []string{"dan_weapon"}},
		{Kind: "level", Code: "presumed_victim", Rule: "b",
			Items:      []string{q("exp_low_or_no_pay"), q("coe_documents_kept"), q("coe_debt_bondage")},
			Indicators: []string{"exp_low_or_no_pay", "coe_documents_kept", "coe_debt_bondage"}},
		{Kind: "offence", Code: "art12", Items: []string{q("coe_debt_bondage")}, Indicators: []string{"coe_debt_bondage"}},
		{Kind: "offence", Code: "art21", Items: []string{q("exp_low_or_no_pay")}, Indicators: []string{"exp_low_or_no_pay"}},
		{Kind: "offence", Code: "art22",
			Items:      []string{q("exp_low_or_no_pay"), q("coe_documents_kept"), q("coe_debt_bondage")},
			Indicators: []string{"exp_low_or_no_pay", "coe_documents_kept", "coe_debt_bondage"}},
		{Kind: "action", Code: "urgent_help", Items: no, Indicators: no},
		{Kind: "action", Code: "offer_help", Items: no, Indicators: no},
	}
	a := screening.Evaluate(screeningtest.Flat(), in)
	if !reflect.DeepEqual(a.Trace, want) {
		t.Errorf("trace\n%v\nwant\n%v", a.Trace, want)
	}
}

// Each part of a condition names what it rests on.
func TestTrace_Grounds(t *testing.T) {
	yes, no := true, false
	child := screeningtest.Aged(screeningtest.Met("coe_violence"), 15)
	child.Answers = append(child.Answers, screening.Answer{Item: screeningtest.CoreItem, Value: screening.Declined})
	child.Person.Groups["unable_to_understand"] = screening.Yes
	for _, tt := range []struct {
		name  string
		when  screening.Condition
		items []string
	}{
		{"an answer", *is(screeningtest.CoreItem, screening.Declined), []string{screeningtest.CoreItem}},
		{"an age", screening.Condition{AgeBelow: 18}, []string{"age"}},
		{"a known age", screening.Condition{AgeKnown: &yes}, []string{"age"}},
		{"the sex", screening.Condition{Sex: []string{"female"}}, []string{"sex"}},
		{"a group", screening.Condition{Group: "unable_to_understand"}, []string{"unable"}},
		{"the child path, by what holds of it", screening.Condition{Path: screening.PathChild}, []string{"age", "unable"}},
		{"a core item without an answer", screening.Condition{CoreMissing: &yes}, []string{screeningtest.CoreItem}},
		{"what does not hold explains nothing", screening.Condition{Not: &screening.Condition{CoreMissing: &no}}, []string{}},
		{"of any the parts that hold", screening.Condition{Any: []screening.Condition{{AgeBelow: 10}, {Sex: []string{"female"}}}}, []string{"sex"}},
		{"all its parts", screening.Condition{All: []screening.Condition{{AgeBelow: 18}, {Sex: []string{"female"}}}}, []string{"age", "sex"}},
		{"nothing", screening.Condition{}, []string{}},
	} {
		p := screeningtest.Flat()
		p.Rules.Actions = []screening.ActionRule{{Code: "it", When: tt.when}}
		a := screening.Evaluate(p, child)
		last := a.Trace[len(a.Trace)-1]
		if last.Kind != "action" || !reflect.DeepEqual(last.Items, tt.items) {
			t.Errorf("%s: %+v, want the items %v", tt.name, last, tt.items)
		}
	}
}

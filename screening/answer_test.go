package screening_test

import (
	"reflect"
	"testing"

	"umbral/screening"
	"umbral/screening/screeningtest"
)

func TestAnswerAllowed(t *testing.T) {
	options := []screening.Option{{Code: "a"}, {Code: "b"}, {Code: ""}}
	items := map[string]*screening.Item{
		"yes_no": {Type: screening.YesNo},
		"choice": {Type: screening.Choice, Options: options},
		"list":   {Type: screening.Choice, List: "sexes"},
		"multi":  {Type: screening.Multi, Options: options},
		"age":    {Type: screening.AgeType},
		"none":   {Type: screening.NoneToGive},
		"odd":    {Type: "odd"},
	}
	for _, tt := range []struct {
		item, value string
		allowed     bool
	}{
		{"yes_no", "yes", true}, {"yes_no", "no", true}, {"yes_no", "declined", true}, {"yes_no", "maybe", false}, {"yes_no", "", false},
		{"choice", "a", true}, {"choice", "c", false}, {"choice", "unknown", true}, {"choice", "a,b", false}, {"choice", "", false},
		{"list", "female", true}, {"list", "a", false}, {"list", "not_applicable", true},
		{"multi", "a", true}, {"multi", "a,b", true}, {"multi", "no", true}, {"multi", "declined", true},
		{"multi", "b,a", false}, {"multi", "a,a", false}, {"multi", "a,", false}, {"multi", "a,c", false}, {"multi", "", false}, {"multi", "a,no", false},
		{"age", "0", true}, {"age", "120", true}, {"age", "121", false}, {"age", "-1", false}, {"age", "1e1", false}, {"age", "+3", false},
		{"age", "13_17", true}, {"age", "12_99", false}, {"age", "unknown", true}, {"age", "", false},
		{"none", "shown", true}, {"none", "declined", false}, {"none", "yes", false}, {"none", "", false},
		{"odd", "yes", false}, {"odd", "declined", true},
	} {
		if got := screening.AnswerAllowed(items[tt.item], tt.value, screeningtest.Lookup); got != tt.allowed {
			t.Errorf("%s %q: %v, want %v", tt.item, tt.value, got, tt.allowed)
		}
	}
}

func TestValidate(t *testing.T) {
	flat, age, wrongAge := screeningtest.Flat(), 15, 500
	for _, tt := range []struct {
		name string
		in   screening.Input
		want []screening.Problem
	}{
		{"a whole screening", screeningtest.Met("coe_violence"), []screening.Problem{}},
		{"nothing yet", screening.Input{}, []screening.Problem{}},
		{"answers", answers("core", "yes", "nobody", "yes", "core", "maybe", "sex", "female"), []screening.Problem{
			{Where: "/answers/1", Item: "nobody", Why: screening.UnknownItem},
			{Where: "/answers/2", Item: "core", Why: screening.BadValue},
			{Where: "/answers/3", Item: "sex", Why: screening.InPersonOnly},
		}},
		{"a person with missing codes", screening.Input{Person: screening.Person{Age: &age, AgeGroup: screening.Unknown,
			Sex: screening.Declined, Nationality: screening.NoInformation, StateOfOrigin: screening.NotApplicable,
			Groups: map[string]string{"pregnant": screening.NotApplicable}}}, []screening.Problem{}},
		{"a person nobody knows", screening.Input{Person: screening.Person{Age: &wrongAge, AgeGroup: "x", Sex: "x",
			Nationality: "x", StateOfOrigin: "x", Groups: map[string]string{"x/y~z": "yes", "pregnant": "x", "": "no"}}},
			[]screening.Problem{
				{Where: "/person/age", Why: screening.BadValue},
				{Where: "/person/age_group", Why: screening.BadValue},
				{Where: "/person/sex", Why: screening.BadValue},
				{Where: "/person/nationality", Why: screening.BadValue},
				{Where: "/person/state_of_origin", Why: screening.BadValue},
				{Where: "/person/groups/", Why: screening.BadValue},
				{Where: "/person/groups/pregnant", Why: screening.BadValue},
				{Where: "/person/groups/x~1y~0z", Why: screening.BadValue},
			}},
	} {
		if got := screening.Validate(flat, tt.in, screeningtest.Lookup); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

package screening_test

import (
	"slices"
	"testing"

	"umbral/screening"
	"umbral/screening/screeningtest"
)

func TestOffences_StatesOfElements(t *testing.T) {
	flat := screeningtest.Flat()
	q := screeningtest.ItemOf
	drop := func(in screening.Input, items ...string) screening.Input {
		in.Answers = slices.DeleteFunc(in.Answers, func(a screening.Answer) bool { return slices.Contains(items, a.Item) })
		return in
	}
	declined := screeningtest.Met("exp_sexual_services")
	for _, code := range []string{"rec_deceived_job", "rec_threats", "coe_violence"} {
		declined.Answers = append(declined.Answers, screening.Answer{Item: q(code), Value: screening.Declined})
	}
	for _, tt := range []struct {
		name, offence, element, state string
		in                            screening.Input
		items                         []string
	}{
		{"met", "art12", "debt", screening.Supported, screeningtest.Met("coe_debt_bondage"), []string{q("coe_debt_bondage")}},
		{"asked and not met", "art12", "land", screening.NotFound, screeningtest.Met("coe_debt_bondage"), nil},
		{"never asked", "art12", "land", screening.NotAsked,
			drop(screeningtest.Met("coe_debt_bondage"), q("exp_bonded_to_land")), nil},
		{"beyond", "art12", "intent", screening.Beyond, screeningtest.Met("coe_debt_bondage"), nil},
		{"several answers", "art13", "activity", screening.Supported, screeningtest.Met("exp_sex_tourism", "exp_sexual_services"),
			[]string{q("exp_sexual_services"), q("exp_sex_tourism")}},
		{"means of an adult", "art13", "means", screening.NotFound, screeningtest.Met("exp_sexual_services"), nil},
		{"means declined", "art13", "means", screening.NotAsked, declined, nil},
		{"one of the means asked", "art13", "means", screening.NotFound,
			drop(screeningtest.Met("exp_sexual_services"), q("rec_threats"), q("coe_violence")), nil},
		{"means of a child", "art13", "means", screening.NotNeeded,
			screeningtest.Aged(screeningtest.Met("exp_sexual_services"), 15), nil},
		{"means of a child that were told", "art13", "means", screening.Supported,
			screeningtest.Aged(screeningtest.Met("exp_sexual_services", "coe_violence"), 15), []string{q("coe_violence")}},
	} {
		got, ok := elementOf(screening.Evaluate(flat, tt.in), tt.offence, tt.element)
		if !ok || got.State != tt.state || !slices.Equal(got.Items, tt.items) || got.Items == nil {
			t.Errorf("%s: %+v (suggested: %v), want %s by %v", tt.name, got, ok, tt.state, tt.items)
		}
	}
}

func elementOf(a screening.Assessment, offence, element string) (screening.ElementState, bool) {
	for _, o := range a.Offences {
		for _, e := range o.Elements {
			if o.Code == offence && e.Code == element {
				return e, true
			}
		}
	}
	return screening.ElementState{}, false
}

// Each offence on its own code, never lumped together; labour rights suggest none.
func TestOffences_Suggested(t *testing.T) {
	flat := screeningtest.Flat()
	for _, tt := range []struct {
		met  []string
		want []string
	}{
		{[]string{"coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay"}, []string{"art12", "art21", "art22"}},
		{[]string{"exp_low_or_no_pay"}, []string{"art21"}},
		{[]string{"coe_confinement"}, []string{}},
		{[]string{"lab_below_minimum", "lab_hours_over_legal", "vul_economic"}, []string{}},
	} {
		got := []string{}
		for _, o := range screening.Evaluate(flat, screeningtest.Met(tt.met...)).Offences {
			got = append(got, o.Code)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v suggests %v, want %v", tt.met, got, tt.want)
		}
	}
}

// Of two rules for one code the first that holds counts, once.
func TestOffencesAndActions_EachCodeOnce(t *testing.T) {
	p := screeningtest.Flat()
	never := screening.Condition{Item: "nobody", Is: []string{"x"}}
	p.Rules.Offences = []screening.OffenceRule{
		{Code: "art1", When: never, Elements: []screening.Element{{Code: "never"}}},
		{Code: "art1", Verified: true, Elements: []screening.Element{{Code: "first"}}},
		{Code: "art1", Elements: []screening.Element{{Code: "second"}}},
	}
	p.Rules.Actions = []screening.ActionRule{{Code: "call", When: never}, {Code: "stay"}, {Code: "call"}, {Code: "stay"}}
	a := screening.Evaluate(p, screeningtest.Met())
	if len(a.Offences) != 1 || !a.Offences[0].Verified || a.Offences[0].Elements[0].Code != "first" {
		t.Errorf("offences %+v, want the first rule that holds, once", a.Offences)
	}
	if !slices.Equal(a.Actions, []string{"stay", "call"}) {
		t.Errorf("actions %v, want stay and call, once each, in the order of the rules", a.Actions)
	}
}

func TestActions_FollowLevelPostAndPath(t *testing.T) {
	flat := screeningtest.Flat()
	police := screeningtest.Met("lab_late_pay")
	police.Role = "police_officer"
	for _, tt := range []struct {
		name string
		in   screening.Input
		want []string
	}{
		{"presumed", screeningtest.Met("exp_slavery"), []string{"urgent_help", "offer_help"}},
		{"possible", screeningtest.Met("coe_violence"), []string{"offer_help"}},
		{"labour, inspector", screeningtest.Met("lab_late_pay"), []string{"labour_report"}},
		{"labour, police", police, []string{}},
		{"child, whatever the level", screeningtest.Aged(screeningtest.Met(), 15), []string{"child_protection"}},
		{"none", screeningtest.Met(), []string{}},
	} {
		if a := screening.Evaluate(flat, tt.in); !slices.Equal(a.Actions, tt.want) {
			t.Errorf("%s: actions %v, want %v", tt.name, a.Actions, tt.want)
		}
	}
}

// Only actions may look at the level: elsewhere level_is never holds.
func TestLevelIs_OnlyInActions(t *testing.T) {
	p := screeningtest.Flat()
	any := screening.Condition{LevelIs: []string{screening.PresumedVictim, screening.NoneFound, ""}}
	p.Rules.Offences = []screening.OffenceRule{{Code: "art1", When: screening.Condition{LevelIs: []string{screening.NoneFound}}}}
	p.Rules.Actions = []screening.ActionRule{{Code: "act", When: any}}
	a := screening.Evaluate(p, screeningtest.Met())
	if len(a.Offences) != 0 || len(a.Actions) != 1 {
		t.Errorf("offences %v and actions %v, want none and one", a.Offences, a.Actions)
	}
}

package screeningtest

import "umbral/screening"

// Dimensions as the design groups them: E is exploitation, C is coercion.
var (
	exploitation = []string{"exploitation"}
	coercion     = []string{"recruitment_coercive", "coercion_destination"}
	deceptive    = []string{"recruitment_deceptive"}
	coercive     = []string{"recruitment_coercive"}

	strong   = []string{"strong"}
	medium   = []string{"medium"}
	atLeastM = []string{"medium", "strong"}
)

// Codes that the level rules (d), (f) and (g) name.
var (
	OwnCoercion = []string{"exp_slavery", "exp_bonded_to_land", "exp_servile_marriage", "exp_begging",
		"exp_biomedical", "exp_surrogacy", "rec_abduction_or_sale"}
	Sexual     = []string{"exp_sexual_services", "exp_pornography", "exp_sex_tourism"}
	ChildAlone = []string{"exp_sexual_services", "exp_pornography", "exp_sex_tourism", "exp_criminal_use_of_child",
		"exp_illegal_adoption", "exp_organs", "coe_debt_bondage", "coe_forced_crime"}
	WithWork = []string{"coe_debt_bondage", "coe_forced_tasks", "coe_forced_crime"}
)

// DoubtItem is the item whose yes says that the age is in doubt.
const DoubtItem = "age_doubt"

// Rules are the design's rules, written here a second time and on purpose not
// read from protocols/, so that each guards the other.
func Rules() screening.Rules {
	return screening.Rules{
		Indicators: Indicators(),
		ChildPath: anyOf(screening.Condition{AgeBelow: 18}, screening.Condition{AgeKnown: new(bool)},
			screening.Condition{Group: "unable_to_understand"},
			screening.Condition{Item: DoubtItem, Is: []string{screening.Yes}}),
		ChildWords: anyOf(screening.Condition{AgeBelow: 18}, screening.Condition{AgeKnown: new(bool)},
			screening.Condition{Item: DoubtItem, Is: []string{screening.Yes}}),
		Levels:   levels(),
		Offences: offences(),
		Actions:  actions(),
	}
}

func levels() []screening.LevelRule {
	presumed := func(id string, when screening.Condition) screening.LevelRule {
		return screening.LevelRule{ID: id, Level: screening.PresumedVictim, When: when}
	}
	yes := true
	return []screening.LevelRule{
		presumed("a", all(strongOrTwo(exploitation), strongOrTwo(coercion))),
		presumed("b", all(count(coercion, strong, 2), count(exploitation, atLeastM, 1))),
		presumed("c", anyOf(
			all(count(deceptive, strong, 1), count(coercive, atLeastM, 2)),
			all(count(coercive, strong, 1), count(coercive, atLeastM, 3)))),
		presumed("d", codes(OwnCoercion...)),
		presumed("e", ruleE()),
		presumed("f", all(codes(Sexual...), strongOrTwo(deceptive))),
		presumed("g", all(screening.Condition{Path: screening.PathChild}, anyOf(
			codes(ChildAlone...),
			all(count(exploitation, strong, 1), count(exploitation, atLeastM, 2)),
			all(codes("rec_child"), count(join(exploitation, coercion), atLeastM, 1))))),
		{ID: "possible", Level: screening.PossibleVictim, When: anyOf(
			count(join(exploitation, coercion, deceptive), atLeastM, 1), codes("rec_child", "dan_captive"))},
		{ID: "inconclusive", Level: screening.Inconclusive, When: anyOf(
			screening.Condition{CoreMissing: &yes},
			screening.Condition{Not: &screening.Condition{EndedIs: []string{screening.Completed}}},
			screening.Condition{Count: &screening.Count{Dimensions: []string{"danger"},
				Except: []string{"dan_injury_now", "dan_suicidal"}, Min: 1}})},
		{ID: "labour", Level: screening.LabourViolation, When: count([]string{"labour_rights"}, nil, 1)},
		{ID: "none", Level: screening.NoneFound},
	}
}

func ruleE() screening.Condition {
	var each []screening.Condition
	for _, code := range WithWork {
		other := func(strengths []string, least int) screening.Condition {
			return screening.Condition{Count: &screening.Count{
				Dimensions: coercion, Strengths: strengths, Except: []string{code}, Min: least}}
		}
		each = append(each, all(codes(code), anyOf(other(strong, 1), other(medium, 2))))
	}
	return anyOf(each...)
}

// offences are a few of the design's, enough for every state of an element.
func offences() []screening.OffenceRule {
	return []screening.OffenceRule{
		{Code: "art12", Verified: true, When: codes("coe_debt_bondage", "exp_bonded_to_land"), Elements: []screening.Element{
			{Code: "debt", Indicators: []string{"coe_debt_bondage"}},
			{Code: "land", Indicators: []string{"exp_bonded_to_land"}},
			{Code: "intent"},
		}},
		{Code: "art13", Verified: true, When: codes("exp_sexual_services", "exp_sex_tourism"), Elements: []screening.Element{
			{Code: "activity", Indicators: Sexual},
			{Code: "means", Indicators: []string{"rec_deceived_job", "rec_threats", "coe_violence"},
				NotNeeded: &screening.Condition{Path: screening.PathChild}},
		}},
		{Code: "art21", When: codes("exp_hazardous", "exp_disproportion", "exp_low_or_no_pay", "exp_excessive_hours"),
			Elements: []screening.Element{{Code: "benefit"}}},
		{Code: "art22", When: all(codes("exp_low_or_no_pay", "exp_excessive_hours", "exp_hazardous"), count(coercion, atLeastM, 1))},
	}
}

// actions look at the level, the post and the person.
func actions() []screening.ActionRule {
	return []screening.ActionRule{
		{Code: "urgent_help", Kind: "do", By: "now", When: screening.Condition{LevelIs: []string{screening.PresumedVictim}}},
		{Code: "offer_help", Kind: "do", When: screening.Condition{LevelIs: []string{screening.PresumedVictim, screening.PossibleVictim}}},
		{Code: "child_protection", Kind: "tell", When: screening.Condition{Path: screening.PathChild}},
		{Code: "labour_report", Kind: "tell", When: all(screening.Condition{Role: []string{"labour_inspector"}},
			screening.Condition{LevelIs: []string{screening.LabourViolation}})},
	}
}

func all(parts ...screening.Condition) screening.Condition { return screening.Condition{All: parts} }

func anyOf(parts ...screening.Condition) screening.Condition { return screening.Condition{Any: parts} }

func codes(list ...string) screening.Condition {
	return screening.Condition{Count: &screening.Count{Codes: list, Min: 1}}
}

func count(dimensions, strengths []string, least int) screening.Condition {
	return screening.Condition{Count: &screening.Count{Dimensions: dimensions, Strengths: strengths, Min: least}}
}

// strongOrTwo is the design's "one strong or two medium".
func strongOrTwo(dimensions []string) screening.Condition {
	return anyOf(count(dimensions, strong, 1), count(dimensions, medium, 2))
}

func join(lists ...[]string) []string {
	var joined []string
	for _, l := range lists {
		joined = append(joined, l...)
	}
	return joined
}

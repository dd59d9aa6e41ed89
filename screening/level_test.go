package screening_test

import (
	"slices"
	"strings"
	"testing"

	"umbral/screening"
	"umbral/screening/screeningtest"
)

func TestLevel_Adult(t *testing.T) {
	flat := screeningtest.Flat()
	for _, tt := range []struct{ met, level, rule string }{
		{"exp_excessive_hours coe_documents_kept", screening.PresumedVictim, "a"},
		{"exp_hazardous exp_low_or_no_pay coe_threat_family coe_threat_violence", screening.PresumedVictim, "a"},
		{"exp_excessive_hours rec_violence", screening.PresumedVictim, "a"},
		{"exp_excessive_hours coe_threat_family", screening.PossibleVictim, "possible"},
		{"exp_hazardous coe_documents_kept", screening.PossibleVictim, "possible"},
		{"exp_hazardous exp_low_or_no_pay coe_threat_family", screening.PossibleVictim, "possible"},
		{"exp_no_education_access coe_documents_kept", screening.PossibleVictim, "possible"},
		{"exp_excessive_hours coe_shame_threat", screening.PossibleVictim, "possible"},
		{"coe_documents_kept coe_debt_bondage exp_low_or_no_pay", screening.PresumedVictim, "b"},
		{"coe_documents_kept coe_confinement exp_hazardous", screening.PresumedVictim, "b"},
		{"rec_violence coe_confinement exp_bad_living", screening.PresumedVictim, "b"},
		{"coe_documents_kept coe_confinement exp_no_education_access", screening.PossibleVictim, "possible"},
		{"coe_documents_kept coe_confinement", screening.PossibleVictim, "possible"},
		{"rec_deceived_job rec_threats rec_isolation", screening.PresumedVictim, "c"},
		{"rec_violence rec_threats rec_isolation", screening.PresumedVictim, "c"},
		{"rec_violence rec_threats", screening.PossibleVictim, "possible"},
		{"rec_deceived_job rec_threats", screening.PossibleVictim, "possible"},
		{"rec_deceived_wages rec_threats rec_isolation", screening.PossibleVictim, "possible"},
		{"rec_deceived_job coe_threat_family coe_threat_violence", screening.PossibleVictim, "possible"},
		{"coe_debt_bondage coe_documents_kept", screening.PresumedVictim, "e"},
		{"coe_debt_bondage coe_forced_tasks", screening.PresumedVictim, "e"},
		{"coe_forced_tasks coe_threat_family coe_threat_violence", screening.PresumedVictim, "e"},
		{"coe_forced_crime rec_violence", screening.PresumedVictim, "e"},
		{"coe_forced_tasks coe_threat_family", screening.PossibleVictim, "possible"},
		{"coe_forced_tasks coe_forced_crime", screening.PossibleVictim, "possible"},
		{"coe_debt_bondage", screening.PossibleVictim, "possible"},
		{"coe_debt_bondage coe_threat_family", screening.PossibleVictim, "possible"},
		{"coe_documents_kept coe_threat_family coe_threat_violence", screening.PossibleVictim, "possible"},
		{"exp_sexual_services rec_deceived_job", screening.PresumedVictim, "f"},
		{"exp_pornography rec_deceived_wages rec_deceived_contract", screening.PresumedVictim, "f"},
		{"exp_sex_tourism rec_deceived_wages", screening.PossibleVictim, "possible"},
		{"exp_organs rec_deceived_job", screening.PossibleVictim, "possible"},
		{"exp_excessive_hours exp_hazardous", screening.PossibleVictim, "possible"},
		{"rec_child exp_hazardous", screening.PossibleVictim, "possible"},
		{"rec_child", screening.PossibleVictim, "possible"},
		{"dan_captive", screening.PossibleVictim, "possible"},
		{"rec_deceived_wages lab_late_pay", screening.PossibleVictim, "possible"},
		{"dan_fear_now", screening.Inconclusive, "inconclusive"},
		{"dan_weapon lab_housing", screening.Inconclusive, "inconclusive"},
		{"lab_housing dan_injury_now dan_suicidal", screening.LabourViolation, "labour"},
		{"lab_no_contract lab_no_social_security lab_no_payslip lab_late_pay lab_below_minimum " +
			"lab_hours_over_legal lab_no_protection lab_housing", screening.LabourViolation, "labour"},
		{"dan_injury_now dan_suicidal", screening.NoneFound, "none"},
		{"rec_deceived_education exp_no_education_access coe_shame_threat vul_personal", screening.NoneFound, "none"},
		{"ctx_public_servant ctx_organised_crime ctx_kin", screening.NoneFound, "none"},
		{"", screening.NoneFound, "none"},
	} {
		t.Run(tt.met, func(t *testing.T) {
			a := screening.Evaluate(flat, screeningtest.Met(strings.Fields(tt.met)...))
			if a.Level != tt.level || ruleOf(a) != tt.rule {
				t.Errorf("level %s by rule %s, want %s by %s", a.Level, ruleOf(a), tt.level, tt.rule)
			}
			if want := codebookOrder(strings.Fields(tt.met)); !slices.Equal(a.Indicators, want) {
				t.Errorf("indicators %v, want %v", a.Indicators, want)
			}
		})
	}
}

// Rule (g) and the same codes for an adult, whom it does not touch.
func TestLevel_ChildPath(t *testing.T) {
	children := map[string]func(screening.Input) screening.Input{
		"15":      func(in screening.Input) screening.Input { return screeningtest.Aged(in, 15) },
		"unknown": func(in screening.Input) screening.Input { return screeningtest.Aged(in, -1) },
		"band": func(in screening.Input) screening.Input {
			in.Person.Age, in.Person.AgeGroup = nil, "13_17"
			return in
		},
		"unable": func(in screening.Input) screening.Input {
			in.Person.Groups = map[string]string{"unable_to_understand": screening.Yes}
			return in
		},
		"doubt": func(in screening.Input) screening.Input {
			in.Answers = append(in.Answers, screening.Answer{Item: screeningtest.DoubtItem, Value: screening.Yes})
			return in
		},
	}
	cases := []struct{ met, child, adult string }{
		{"exp_excessive_hours exp_hazardous", screening.PresumedVictim, screening.PossibleVictim},
		{"exp_child_hazardous_work exp_organs", screening.PresumedVictim, screening.PossibleVictim},
		{"rec_child exp_hazardous", screening.PresumedVictim, screening.PossibleVictim},
		{"rec_child coe_threat_family", screening.PresumedVictim, screening.PossibleVictim},
		{"exp_hazardous exp_low_or_no_pay", screening.PossibleVictim, screening.PossibleVictim},
		{"exp_child_hazardous_work exp_no_education_access", screening.PossibleVictim, screening.PossibleVictim},
		{"rec_child rec_deceived_wages", screening.PossibleVictim, screening.PossibleVictim},
		{"rec_child", screening.PossibleVictim, screening.PossibleVictim},
		{"lab_late_pay", screening.LabourViolation, screening.LabourViolation},
		{"vul_economic", screening.NoneFound, screening.NoneFound},
	}
	for _, code := range screeningtest.ChildAlone {
		cases = append(cases, struct{ met, child, adult string }{code, screening.PresumedVictim, screening.PossibleVictim})
	}
	flat := screeningtest.Flat()
	for _, tt := range cases {
		in := screeningtest.Met(strings.Fields(tt.met)...)
		if a := screening.Evaluate(flat, in); a.Level != tt.adult || a.Path != screening.PathAdult {
			t.Errorf("%s, adult: %s on the %s path, want %s", tt.met, a.Level, a.Path, tt.adult)
		}
		for why, make := range children {
			if a := screening.Evaluate(flat, make(in)); a.Level != tt.child || a.Path != screening.PathChild {
				t.Errorf("%s, %s: %s on the %s path, want %s", tt.met, why, a.Level, a.Path, tt.child)
			}
		}
	}
}

// Each code alone, by its dimension and strength.
func TestLevel_EachCodeAlone(t *testing.T) {
	flat := screeningtest.Flat()
	raises := []string{"exploitation", "recruitment_coercive", "coercion_destination", "recruitment_deceptive"}
	for _, ind := range screeningtest.Indicators() {
		want := screening.NoneFound
		switch {
		case slices.Contains(screeningtest.OwnCoercion, ind.Code):
			want = screening.PresumedVictim
		case slices.Contains(raises, ind.Dimension) && ind.Strength != "weak", ind.Code == "rec_child", ind.Code == "dan_captive":
			want = screening.PossibleVictim
		case ind.Dimension == "danger" && ind.Code != "dan_injury_now" && ind.Code != "dan_suicidal":
			want = screening.Inconclusive
		case ind.Dimension == "labour_rights":
			want = screening.LabourViolation
		}
		if a := screening.Evaluate(flat, screeningtest.Met(ind.Code)); a.Level != want {
			t.Errorf("%s alone: %s, want %s", ind.Code, a.Level, want)
		}
	}
}

func TestLevel_Inconclusive(t *testing.T) {
	flat := screeningtest.Flat()
	core := func(value string) screening.Input {
		in := screeningtest.Met("lab_late_pay")
		in.Answers = append(in.Answers, screening.Answer{Item: screeningtest.CoreItem, Value: value})
		return in
	}
	ended := func(how string) screening.Input {
		in := screeningtest.Met("lab_late_pay")
		in.Ended = how
		return in
	}
	for _, tt := range []struct {
		name  string
		in    screening.Input
		level string
	}{
		{"declined", core(screening.Declined), screening.Inconclusive},
		{"unknown", core(screening.Unknown), screening.Inconclusive},
		{"no information", core(screening.NoInformation), screening.Inconclusive},
		{"not answered", core(""), screening.Inconclusive},
		{"not applicable is an answer", core(screening.NotApplicable), screening.LabourViolation},
		{"stopped", ended("stopped_by_person"), screening.Inconclusive},
		{"going on", ended(""), screening.Inconclusive},
		{"completed", ended(screening.Completed), screening.LabourViolation},
	} {
		if a := screening.Evaluate(flat, tt.in); a.Level != tt.level {
			t.Errorf("%s: %s, want %s", tt.name, a.Level, tt.level)
		}
	}
	in := core(screening.Declined)
	in.Answers = append(in.Answers, screening.Answer{Item: screeningtest.ItemOf("coe_violence"), Value: screening.Yes})
	if a := screening.Evaluate(flat, in); a.Level != screening.PossibleVictim {
		t.Errorf("an indicator with a core item declined: %s, want %s", a.Level, screening.PossibleVictim)
	}
}

// Silence of the data is no finding.
func TestLevel_NoRuleHolds(t *testing.T) {
	p := screeningtest.Flat()
	p.Rules.Levels = nil
	a := screening.Evaluate(p, screeningtest.Met())
	if a.Level != screening.Inconclusive || ruleOf(a) != "" {
		t.Errorf("without rules: %s by %q, want inconclusive by no rule", a.Level, ruleOf(a))
	}
}

func ruleOf(a screening.Assessment) string {
	for _, r := range a.Trace {
		if r.Kind == "level" {
			return r.Rule
		}
	}
	return "no level in the trace"
}

func codebookOrder(codes []string) []string {
	ordered := []string{}
	for _, ind := range screeningtest.Indicators() {
		if slices.Contains(codes, ind.Code) {
			ordered = append(ordered, ind.Code)
		}
	}
	return ordered
}

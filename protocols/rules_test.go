package protocols

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"umbral/screening"
)

// bare is a protocol with the real rules and one item for each indicator, none
// of them about means: what is tested is the rules, whatever the questions are.
func bare(t *testing.T) *screening.Protocol {
	t.Helper()
	src, findings := Embedded().Source("labour-agriculture")
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	p := src.Protocol
	m := screening.Module{ID: "all", Items: []screening.Item{
		{ID: "reg_age_doubt", Kind: screening.Observation, Type: screening.YesNo},
		{ID: "core", Kind: screening.Question, Type: screening.YesNo, Core: true},
		{ID: "obs_children_working", Kind: screening.Observation, Type: screening.YesNo, Scope: "encounter"},
	}}
	for _, ind := range p.Rules.Indicators {
		m.Items = append(m.Items, screening.Item{ID: "i_" + ind.Code, Kind: screening.Question, Type: screening.YesNo,
			Meets: map[string]string{screening.Yes: ind.Code}})
	}
	p.Modules = []screening.Module{m}
	return &p
}

// told is a completed screening of an adult of 30 who met the codes, in words.
func told(codes string) screening.Input {
	age := 30
	in := screening.Input{Role: "labour_inspector", Setting: "agriculture", Ended: "completed",
		Person: screening.Person{Age: &age, Groups: map[string]string{}}, Answers: []screening.Answer{{Item: "core", Value: screening.No}}}
	for _, code := range strings.Fields(codes) {
		in.Answers = append(in.Answers, screening.Answer{Item: "i_" + code, Value: screening.Yes})
	}
	return in
}

func child(in screening.Input) screening.Input {
	age := 15
	in.Person.Age = &age
	return in
}

// ruleOf returns the id of the level rule that the trace names.
func ruleOf(a screening.Assessment) string {
	for _, r := range a.Trace {
		if r.Kind == "level" {
			return r.Rule
		}
	}
	return ""
}

func TestLevels_EachRuleAtItsEdge(t *testing.T) {
	p := bare(t)
	for _, c := range []struct{ codes, want string }{
		{"", "none"},
		// (a) one strong or two medium of exploitation, and the same of coercion
		{"exp_excessive_hours coe_violence", "presumed_a"},
		{"exp_bad_living exp_hazardous coe_threat_violence coe_threat_family", "presumed_a"},
		{"exp_excessive_hours rec_debt_imposed rec_threats", "presumed_a"},
		{"exp_excessive_hours coe_threat_violence", "possible"},
		{"exp_bad_living coe_violence", "possible"},
		{"exp_excessive_hours coe_shame_threat", "possible"}, // weak counts for nothing
		// (b) two strong of coercion and one medium or strong of exploitation
		{"coe_debt_bondage coe_documents_kept exp_low_or_no_pay", "presumed_b"},
		{"coe_documents_kept coe_violence exp_no_education_access", "possible"},
		{"coe_documents_kept coe_violence", "possible"},
		// (c) intercepted before the exploitation: two MORE of recruitment_coercive
		{"rec_deceived_job rec_debt_imposed rec_threats", "presumed_c"},
		{"rec_violence rec_debt_imposed rec_threats", "presumed_c"},
		{"rec_violence rec_debt_imposed", "possible"}, // the strong one is not one of the two more
		{"rec_deceived_job rec_debt_imposed", "possible"},
		{"rec_deceived_wages rec_debt_imposed rec_threats", "possible"},
		// (d) forms that hold their coercion
		{"exp_slavery", "presumed_d"}, {"exp_bonded_to_land", "presumed_d"}, {"exp_servile_marriage", "presumed_d"},
		{"exp_begging", "presumed_d"}, {"exp_biomedical", "presumed_d"}, {"exp_surrogacy", "presumed_d"}, {"rec_abduction_or_sale", "presumed_d"},
		// (e) coercion that holds the work, with OTHER coercion
		{"coe_debt_bondage", "possible"},
		{"coe_debt_bondage coe_violence", "presumed_e"},
		{"coe_debt_bondage rec_violence", "presumed_e"},
		{"coe_debt_bondage coe_threat_violence", "possible"},
		{"coe_debt_bondage coe_threat_violence rec_threats", "presumed_e"},
		{"coe_forced_tasks coe_threat_violence", "possible"}, // itself is not one of the two medium
		{"coe_forced_tasks coe_threat_violence coe_threat_family", "presumed_e"},
		{"coe_forced_crime coe_confinement", "presumed_e"},
		{"coe_forced_crime coe_forced_tasks", "possible"},
		{"coe_forced_crime coe_forced_tasks coe_drugs", "presumed_e"},
		// (f) sexual exploitation with deceptive recruitment
		{"exp_sexual_services", "possible"},
		{"exp_sexual_services rec_deceived_job", "presumed_f"},
		{"exp_pornography rec_deceived_affection rec_online_grooming", "presumed_f"},
		{"exp_sex_tourism rec_deceived_wages", "possible"},
		// possible
		{"rec_child", "possible"}, {"dan_captive", "possible"}, {"coe_threat_authorities", "possible"},
		{"rec_deceived_wages", "possible"}, {"exp_bad_living", "possible"},
		{"exp_criminal_use_of_child", "possible"}, {"exp_organs", "possible"}, // of an adult: (g) is for children
		// what never raises a level
		{"coe_shame_threat exp_no_education_access rec_deceived_education", "none"},
		{"vul_dependency vul_unknown_area vul_economic vul_family vul_status vul_language vul_personal", "none"},
		{"rec_family_hardship rec_language_or_literacy rec_migration_status rec_lack_of_information rec_community_authority", "none"},
		{"ctx_public_servant ctx_organised_crime ctx_kin", "none"},
		{"dan_injury_now dan_suicidal", "none"},
		// danger that keeps a person from speaking
		{"dan_fear_now", "inconclusive"}, {"dan_controller_present", "inconclusive"}, {"dan_weapon", "inconclusive"},
		{"dan_child_alone", "inconclusive"}, {"dan_transfer_imminent", "inconclusive"}, {"dan_recent_assault", "inconclusive"},
		// labour rights never add up
		{"lab_no_contract", "labour"},
		{"lab_no_contract lab_no_social_security lab_no_payslip lab_late_pay lab_below_minimum lab_hours_over_legal lab_no_protection lab_housing", "labour"},
		{"lab_no_contract dan_fear_now", "inconclusive"},
		{"lab_no_contract exp_bad_living", "possible"},
	} {
		if got := ruleOf(screening.Evaluate(p, told(c.codes))); got != c.want {
			t.Errorf("%q: rule %s, want %s", c.codes, got, c.want)
		}
	}
}

func TestLevels_ChildPath(t *testing.T) {
	p := bare(t)
	for _, c := range []struct{ codes, want string }{
		{"", "none"},
		{"exp_sexual_services", "presumed_g"}, {"exp_pornography", "presumed_g"}, {"exp_sex_tourism", "presumed_g"},
		{"exp_criminal_use_of_child", "presumed_g"}, {"exp_illegal_adoption", "presumed_g"}, {"exp_organs", "presumed_g"},
		{"coe_debt_bondage", "presumed_g"}, {"coe_forced_crime", "presumed_g"},
		{"exp_child_hazardous_work", "possible"},
		{"exp_child_hazardous_work exp_bad_living", "presumed_g"},
		{"exp_child_hazardous_work exp_no_education_access", "possible"},
		{"exp_bad_living exp_hazardous", "possible"},
		{"rec_child", "possible"}, {"rec_child exp_bad_living", "presumed_g"}, {"rec_child coe_threat_violence", "presumed_g"},
		{"rec_child rec_threats", "presumed_g"}, {"rec_child rec_deceived_wages", "possible"},
		{"lab_no_contract", "labour"}, // work that the law allows an adolescent is no offence
	} {
		if got := ruleOf(screening.Evaluate(p, child(told(c.codes)))); got != c.want {
			t.Errorf("%q: rule %s, want %s", c.codes, got, c.want)
		}
	}
}

func TestLevels_InconclusiveByMissingAnswers(t *testing.T) {
	p := bare(t)
	for value, want := range map[string]string{
		screening.No: "none", screening.NotApplicable: "none",
		screening.Declined: "inconclusive", screening.Unknown: "inconclusive", screening.NoInformation: "inconclusive",
	} {
		in := told("")
		in.Answers[0].Value = value
		if got := ruleOf(screening.Evaluate(p, in)); got != want {
			t.Errorf("core item %s: %s, want %s", value, got, want)
		}
	}
	for _, ended := range append(Codebook().List(ListEnded).Codes(), "") {
		in, want := told("lab_no_contract"), "inconclusive"
		in.Ended = ended
		if ended == "completed" {
			want = "labour"
		}
		if got := ruleOf(screening.Evaluate(p, in)); got != want {
			t.Errorf("ended %q: %s, want %s", ended, got, want)
		}
	}
}

func TestPath_WhoFollowsTheChildPath(t *testing.T) {
	p := bare(t)
	for name, c := range map[string]struct {
		change func(*screening.Input)
		path   string
		words  bool
	}{
		"adult":       {func(*screening.Input) {}, screening.PathAdult, false},
		"15":          {func(in *screening.Input) { *in.Person.Age = 15 }, screening.PathChild, true},
		"17":          {func(in *screening.Input) { *in.Person.Age = 17 }, screening.PathChild, true},
		"18":          {func(in *screening.Input) { *in.Person.Age = 18 }, screening.PathAdult, false},
		"band 13_17":  {func(in *screening.Input) { in.Person.Age, in.Person.AgeGroup = nil, "13_17" }, screening.PathChild, true},
		"band 18_29":  {func(in *screening.Input) { in.Person.Age, in.Person.AgeGroup = nil, "18_29" }, screening.PathAdult, false},
		"unknown age": {func(in *screening.Input) { in.Person.Age, in.Person.AgeGroup = nil, screening.Unknown }, screening.PathChild, true},
		"declined":    {func(in *screening.Input) { in.Person.Age, in.Person.AgeGroup = nil, screening.Declined }, screening.PathChild, true},
		"cannot understand": {func(in *screening.Input) {
			in.Person.Groups["unable_to_understand"] = screening.Yes
		}, screening.PathChild, false},
		"doubt": {func(in *screening.Input) {
			in.Answers = append(in.Answers, screening.Answer{Item: "reg_age_doubt", Value: screening.Yes})
		}, screening.PathChild, true},
	} {
		in := told("")
		c.change(&in)
		if got := screening.PathOf(p, in); got != c.path {
			t.Errorf("%s: path %s, want %s", name, got, c.path)
		}
		if got := screening.WordsOf(p, in); got != c.words {
			t.Errorf("%s: child wording %v, want %v", name, got, c.words)
		}
	}
}

func offencesOf(a screening.Assessment) string {
	var codes []string
	for _, o := range a.Offences {
		codes = append(codes, o.Code)
	}
	return strings.Join(codes, " ")
}

func TestOffences_EachRule(t *testing.T) {
	p := bare(t)
	as := func(group string) func(screening.Input) screening.Input {
		return func(in screening.Input) screening.Input {
			in.Person.Groups[group] = screening.Yes
			return in
		}
	}
	adult := func(in screening.Input) screening.Input { return in }
	for _, c := range []struct {
		who         func(screening.Input) screening.Input
		codes, want string
	}{
		{adult, "rec_deceived_job", "art10"},
		{adult, "rec_deceived_wages", ""},
		{adult, "rec_deceived_wages rec_threats", "art10"},
		{adult, "rec_child", "art10"},
		{adult, "rec_family_hardship rec_language_or_literacy rec_migration_status", ""},
		{adult, "exp_slavery", "art11"},
		{adult, "coe_debt_bondage", "art12"},
		{adult, "exp_bonded_to_land", "art12"},
		{adult, "exp_sexual_services", "art13"},
		{adult, "exp_sex_tourism", "art13"},
		{child, "exp_sex_tourism", "art13 art18"},
		{as("indigenous"), "exp_sex_tourism", "art13 art18"},
		{as("afromexican"), "exp_sex_tourism", "art13 art18"},
		{as("unable_to_understand"), "exp_sex_tourism", "art13 art18"},
		{adult, "exp_pornography", "art14"},
		{child, "exp_pornography", "art16"},
		{as("unable_to_understand"), "exp_pornography", "art16"},
		{adult, "exp_sexual_services rec_deceived_job", "art10 art13 art19"},
		{adult, "exp_sexual_services rec_deceived_conditions", "art13 art20"},
		{adult, "exp_hazardous", "art21"}, {adult, "exp_disproportion", "art21"},
		{adult, "exp_low_or_no_pay", "art21"}, {adult, "exp_excessive_hours", "art21"},
		{adult, "exp_wage_manipulation", ""}, {adult, "exp_bad_living", ""},
		{adult, "exp_low_or_no_pay coe_threat_violence", "art21 art22"},
		{adult, "exp_wage_manipulation coe_threat_violence", "art22"},
		{adult, "exp_bad_living rec_threats", "art22"},
		{adult, "exp_bad_living coe_shame_threat", ""},
		{adult, "coe_forced_tasks", ""},
		{adult, "coe_forced_tasks coe_violence", "art22"},
		{adult, "coe_forced_crime coe_drugs", "art22"},
		{adult, "coe_violence coe_documents_kept coe_confinement", ""}, // coercion without work
		{adult, "exp_begging", "art24"},
		{adult, "exp_criminal_use_of_child", ""},
		{child, "exp_criminal_use_of_child", "art25"},
		{as("unable_to_understand"), "exp_criminal_use_of_child", "art25"},
		{adult, "exp_illegal_adoption", "art26 art27"},
		{adult, "exp_servile_marriage", "art28"},
		{adult, "exp_servile_marriage exp_sexual_services", "art13 art28 art29"},
		{adult, "exp_organs", "art30"},
		{adult, "exp_biomedical", "art31"},
		{adult, "exp_surrogacy", ""}, // no offence of its own
		{adult, "coe_debt_bondage coe_documents_kept exp_low_or_no_pay", "art12 art21 art22"},
	} {
		if got := offencesOf(screening.Evaluate(p, c.who(told(c.codes)))); got != c.want {
			t.Errorf("%q: %q, want %q", c.codes, got, c.want)
		}
	}
}

// No offence may come from what offence_rules.csv forbids: labour rights, danger,
// context, vulnerability, alone or all together.
func TestOffences_NeverFrom(t *testing.T) {
	p := bare(t)
	var forbidden []string
	for _, ind := range p.Rules.Indicators {
		if slices.Contains([]string{"labour_rights", "danger", "context", "vulnerability_destination"}, ind.Dimension) ||
			ind.Dimension == "recruitment_vulnerability" && ind.Code != "rec_child" {
			forbidden = append(forbidden, ind.Code)
		}
	}
	for _, who := range []func(screening.Input) screening.Input{func(in screening.Input) screening.Input { return in }, child} {
		if got := offencesOf(screening.Evaluate(p, who(told(strings.Join(forbidden, " "))))); got != "" {
			t.Errorf("suggested from forbidden codes: %s", got)
		}
	}
}

// The rules are those of the codebook: every offence it can suggest, no other.
func TestOffences_FollowTheCodebook(t *testing.T) {
	f, err := os.Open("codebook/offence_rules.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, r := range rows[1:] {
		if r[0] != "" && r[1] != "none" {
			want = append(want, r[0])
		}
	}
	for _, o := range bare(t).Rules.Offences {
		got = append(got, o.Code)
		if !o.Verified {
			t.Errorf("%s is not marked verified: its text was read in the law", o.Code)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("offences %v, the codebook has %v", got, want)
	}
}

func elementState(a screening.Assessment, offence, element string) string {
	for _, o := range a.Offences {
		for _, e := range o.Elements {
			if o.Code == offence && e.Code == element {
				return e.State
			}
		}
	}
	return "no such element"
}

func TestOffences_Elements(t *testing.T) {
	p := bare(t)
	adult := screening.Evaluate(p, told("exp_sexual_services coe_violence"))
	if got := elementState(adult, "art13", "means"); got != "supported" {
		t.Errorf("means of an adult with violence: %s", got)
	}
	minor := screening.Evaluate(p, child(told("exp_sexual_services")))
	if got := elementState(minor, "art13", "means"); got != "not_needed" {
		t.Errorf("means of art. 13 on the child path: %s, want not_needed", got)
	}
	forced := screening.Evaluate(p, child(told("exp_low_or_no_pay coe_debt_bondage")))
	if got := elementState(forced, "art22", "means"); got == "not_needed" {
		t.Error("art. 22 has no express exemption for minors: the law is silent and so are we")
	}
	if got := elementState(adult, "art13", "benefit"); got != "supported" {
		t.Errorf("benefit: %s", got)
	}
	labour := screening.Evaluate(p, told("exp_low_or_no_pay"))
	if got := elementState(labour, "art21", "benefit"); got != "beyond" {
		t.Errorf("unlawful benefit of art. 21: %s, want beyond", got)
	}
}

// Only art. 13 has an express exemption from the means. Where the law is silent,
// the text says so.
func TestOffences_OnlyArticle13FreesFromMeans(t *testing.T) {
	for _, o := range bare(t).Rules.Offences {
		silent := false
		for _, e := range o.Elements {
			if e.NotNeeded != nil && o.Code != "art13" {
				t.Errorf("%s.%s: not needed without an express exemption", o.Code, e.Code)
			}
			silent = silent || strings.Contains(e.Text, "cuestión abierta")
		}
		if row := Codebook().List(ListOffences).Row(o.Code); row["means_needed_minor"] == "not_stated" && o.Code != "art14" && !silent {
			t.Errorf("%s: the law is silent on minors and no element says so", o.Code)
		}
	}
}

func TestRules_SayThatNobodyReviewedThem(t *testing.T) {
	r := bare(t).Rules
	if r.ReviewedByLawyer {
		t.Error("reviewed_by_lawyer is true: who signed?")
	}
	if !strings.Contains(r.LawText, "14-11-2025") {
		t.Errorf("law_text does not name the version of the law: %q", r.LawText)
	}
	for _, l := range r.Levels {
		if !strings.Contains(l.Source, "no validado") {
			t.Errorf("%s: the source does not say that the threshold is not validated", l.ID)
		}
	}
}

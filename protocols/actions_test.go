package protocols

import (
	"slices"
	"strings"
	"testing"

	"umbral/screening"
)

func TestActions_ByPostPersonAndFacts(t *testing.T) {
	p := bare(t)
	seen := func(item string) func(*screening.Input) {
		return func(in *screening.Input) {
			in.Answers = append(in.Answers, screening.Answer{Item: item, Value: screening.Yes, From: "encounter"})
		}
	}
	role := func(r string) func(*screening.Input) { return func(in *screening.Input) { in.Role = r } }
	age := func(years int) func(*screening.Input) { return func(in *screening.Input) { in.Person.Age = &years } }
	group := func(code string) func(*screening.Input) {
		return func(in *screening.Input) { in.Person.Groups[code] = screening.Yes }
	}
	ageUnknown := func(in *screening.Input) { in.Person.Age, in.Person.AgeGroup = nil, screening.Unknown }
	type change = func(*screening.Input)
	const presumed = "exp_slavery"
	for name, c := range map[string]struct {
		codes     string
		changes   []change
		want, not string
	}{
		"presumed: report, help, never detain": {presumed, nil,
			"act_report_crime act_special_unit act_immediate_help act_tell_rights act_tell_own_decision act_never_detain act_never_women_shelter act_never_tell_employer act_inspector_never_record act_never_conciliation",
			"act_report_consider act_labour_route act_child_protect act_tell_none"},
		"possible: ask the supervisor":           {"exp_bad_living", nil, "act_report_consider act_supervisor_urgent", "act_report_crime"},
		"nothing found":                          {"", nil, "act_tell_none", "act_tell_rights act_never_detain act_report_crime"},
		"inconclusive: another way to talk":      {"dan_fear_now", nil, "act_danger_fear act_supervisor_inconclusive act_tell_again", "act_report_crime"},
		"an accident is a danger":                {"dan_injury_now", nil, "act_danger_injury", "act_report_crime act_never_detain"},
		"captive":                                {"dan_captive", nil, "act_danger_captive", ""},
		"labour only, inspector":                 {"lab_no_contract", nil, "act_inspector_labour_record act_labour_defence", "act_labour_route act_inspector_minimum_pay act_report_crime"},
		"labour only, other post":                {"lab_no_contract", []change{role("police_officer")}, "act_labour_route", "act_inspector_labour_record"},
		"pay below the minimum, whatever level":  {"lab_below_minimum", nil, "act_inspector_minimum_pay", "act_report_crime"},
		"pay duty is the inspector's":            {"lab_below_minimum", []change{role("health_worker")}, "", "act_inspector_minimum_pay"},
		"children seen at work, nothing else":    {"", []change{seen("obs_children_working")}, "act_child_work_stop act_tell_none", "act_child_work_report"},
		"children seen at work, other post":      {"", []change{seen("obs_children_working"), role("police_officer")}, "act_child_work_report", "act_child_work_stop"},
		"14 years and a labour breach":           {"lab_no_contract", []change{age(14)}, "act_child_work_stop act_child_protect", ""},
		"16 years and a labour breach":           {"lab_no_contract", []change{age(16)}, "act_child_protect", "act_child_work_stop"},
		"child, presumed":                        {"exp_sexual_services", []change{age(15)}, "act_child_protect act_never_child_return act_never_child_interview", "act_tell_own_decision act_age_doubt"},
		"age unknown, nothing found":             {"", []change{ageUnknown}, "act_age_doubt", "act_child_protect"},
		"age unknown, presumed":                  {presumed, []change{ageUnknown}, "act_age_doubt act_child_protect", ""},
		"adult who cannot understand":            {presumed, []change{group("unable_to_understand")}, "act_unable_support act_never_child_interview", "act_child_protect act_age_doubt act_never_child_return"},
		"police":                                 {presumed, []change{role("police_officer")}, "act_police_inform act_police_protect", "act_inspector_never_record act_migration_stay"},
		"migration agent, adult":                 {presumed, []change{role("migration_agent")}, "act_migration_stay act_tell_migration act_tell_asylum act_never_consulate act_never_detain", "act_migration_child act_never_status_check"},
		"migration agent, child, nothing found":  {"", []change{role("migration_agent"), age(12)}, "act_migration_child", "act_migration_stay"},
		"migration agent, child, presumed":       {"exp_organs", []change{role("migration_agent"), age(12)}, "act_migration_child_stay act_migration_child", "act_migration_stay"},
		"health worker":                          {presumed, []change{role("health_worker")}, "act_health_care", "act_health_notice"},
		"health worker, assault":                 {"dan_recent_assault", []change{role("health_worker")}, "act_danger_assault act_health_notice act_health_care", ""},
		"health inspector is never alone":        {"", []change{role("health_inspector")}, "act_health_inspector_not_private", ""},
		"victim attention":                       {presumed, []change{role("victim_attention")}, "act_victims_help act_victims_register", ""},
		"child protection":                       {"exp_organs", []change{role("child_protection"), age(9)}, "act_protection_measures act_protection_report act_protection_plan", ""},
		"consular staff":                         {presumed, []change{role("consular_staff")}, "act_consular_protect act_consular_register", ""},
		"education staff":                        {"exp_bad_living", []change{role("education_staff"), age(13)}, "act_school_report", ""},
		"an official takes part":                 {presumed + " ctx_public_servant", nil, "act_context_servant", ""},
		"papers kept":                            {"coe_documents_kept", nil, "act_tell_papers", ""},
		"debt":                                   {"coe_debt_bondage", nil, "act_tell_debt", ""},
		"forced crime is no crime of the victim": {"coe_forced_crime", nil, "act_tell_not_prosecuted", ""},
		"in transit":                             {"", []change{group("migrant_in_transit")}, "act_tell_asylum act_never_status_check act_never_consulate", ""},
		"indigenous: interpreter":                {"", []change{group("indigenous")}, "act_tell_interpreter", ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := told(c.codes)
			for _, f := range c.changes {
				f(&in)
			}
			got := screening.Evaluate(p, in).Actions
			for _, code := range strings.Fields(c.want) {
				if !slices.Contains(got, code) {
					t.Errorf("%s is missing from %v", code, got)
				}
			}
			for _, code := range strings.Fields(c.not) {
				if slices.Contains(got, code) {
					t.Errorf("%s must not be in %v", code, got)
				}
			}
		})
	}
}

// Safety, then medical care, then the child authority, then the prosecutor.
func TestActions_DangerComesInOrder(t *testing.T) {
	in := child(told("exp_slavery dan_weapon dan_injury_now dan_child_alone"))
	got := screening.Evaluate(bare(t), in).Actions
	last := -1
	for _, code := range []string{"act_danger_weapon", "act_danger_injury", "act_child_alone", "act_report_crime", "act_special_unit", "act_supervisor_urgent"} {
		at := slices.Index(got, code)
		if at <= last {
			t.Errorf("%s is at %d, after what must come later: %v", code, at, got)
		}
		last = at
	}
}

// Every action can come up, names its law, and every danger has a step of its own.
func TestActions_AreWhole(t *testing.T) {
	p := bare(t)
	for _, a := range p.Rules.Actions {
		if len(a.Law) == 0 {
			t.Errorf("%s names no law", a.Code)
		}
		if a.Kind == "never" && a.By != "" {
			t.Errorf("%s: what is never done has no term", a.Code)
		}
	}
	for _, ind := range p.Rules.Indicators {
		if ind.Dimension != "danger" {
			continue
		}
		for _, role := range Codebook().List(ListRoles).Codes() {
			in := told(ind.Code)
			in.Role = role
			if acts := screening.Evaluate(p, in).Actions; !slices.ContainsFunc(acts, func(c string) bool {
				return strings.HasPrefix(c, "act_danger_") || c == "act_child_alone"
			}) {
				t.Errorf("%s for %s: no step in %v", ind.Code, role, acts)
			}
		}
	}
}

// Nothing that the agent is told to do may ever be a detention or a lodging
// that the law forbids (arts. 38, 75, 90).
func TestActions_NeverTellToDetain(t *testing.T) {
	for _, a := range bare(t).Rules.Actions {
		text := strings.ToLower(a.Text)
		for _, word := range []string{"deten", "aloje", "estación migratoria", "prostitut"} {
			if strings.Contains(text, word) && a.Kind != "never" && !strings.Contains(text, "nunca") && !strings.Contains(text, "no la pueden") {
				t.Errorf("%s says %q: %s", a.Code, word, a.Text)
			}
		}
	}
}

package screening_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"umbral/screening"
	"umbral/screening/screeningtest"
)

// farm has every shape of gate: a plain one, one behind another, a choice, an
// answer "no" that opens, one that closes, a group, and an observation for
// everyone; and items that a walk must not stumble over.
func farm() *screening.Protocol {
	meets := func(it screening.Item, pairs ...string) screening.Item {
		it.Meets = map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			it.Meets[pairs[i]] = pairs[i+1]
		}
		return it
	}
	under := func(it screening.Item, c *screening.Condition) screening.Item { it.AskIf = c; return it }
	guard := meets(yesNo("guard"), "yes", "coe_confinement")
	guard.Kind, guard.Scope = screening.Observation, screening.ScopeEncounter
	talk := yesNo("talk")
	talk.Kind, talk.Field, talk.EndsOn = screening.Consent, "consent.talk", []string{"no"}
	safe := meets(yesNo("safe"), "no", "dan_controller_present")
	safe.EndsOn = []string{"no"}
	who := screening.Item{ID: "who", Kind: screening.Question, Type: screening.Choice,
		Options: []screening.Option{{Code: "boss"}, {Code: "police"}, {Code: "nobody"}}, Meets: map[string]string{"police": "ctx_public_servant"}}
	means := under(meets(yesNo("means"), "yes", "coe_violence"), is("work", "yes"))
	means.Means = true
	needs := screening.Item{ID: "needs", Kind: screening.Question, Type: screening.Multi, List: "needs"}
	belongs := func(group string) screening.Item {
		return screening.Item{ID: group, Kind: screening.Registration, Type: screening.YesNo, Field: "groups." + group}
	}
	return &screening.Protocol{ID: "farm", Version: 1, Settings: []string{"agriculture"}, Roles: []string{"labour_inspector"},
		Rules: screeningtest.Rules(), Modules: []screening.Module{
			{ID: "place", Items: []screening.Item{guard}},
			{ID: "open", Items: []screening.Item{{ID: "hello", Kind: screening.Statement, Type: screening.NoneToGive}, talk, safe}},
			{ID: "person", Items: []screening.Item{
				{ID: "age", Kind: screening.Registration, Type: screening.AgeType, Field: "age"},
				{ID: "sex", Kind: screening.Registration, Type: screening.Choice, List: "sexes", Field: "sex"},
				{ID: "from", Kind: screening.Registration, Type: screening.Choice, List: "countries", Field: "nationality"},
				{ID: "tongue", Kind: screening.Registration, Type: screening.Choice, List: "languages"},
				belongs("pregnant"), belongs("unable_to_understand"), yesNo(screeningtest.DoubtItem)}},
			{ID: "core", Items: []screening.Item{yesNo("debt"), yesNo("work"), yesNo("free"), who}},
			{ID: "debts", OpenIf: is("debt", "yes"), Items: []screening.Item{
				yesNo("grows"), under(meets(yesNo("bonded"), "yes", "coe_debt_bondage"), is("grows", "yes"))}},
			{ID: "works", OpenIf: is("work", "yes"), Items: []screening.Item{
				meets(yesNo("paid"), "no", "exp_low_or_no_pay"), means}},
			{ID: "leaves", OpenIf: is("free", "no"), Items: []screening.Item{meets(yesNo("leave"), "no", "coe_not_free_to_leave")}},
			{ID: "mother", OpenIf: &screening.Condition{Group: "pregnant"}, Items: []screening.Item{meets(yesNo("womb"), "yes", "exp_surrogacy")}},
			{ID: "boss", OpenIf: &screening.Condition{Not: is("who", "boss")}, Items: []screening.Item{
				meets(yesNo("kin"), "yes", "ctx_kin")}},
			{ID: "only", OpenIf: &screening.Condition{Count: &screening.Count{Codes: []string{"ctx_kin"}, Min: 1}},
				Items: []screening.Item{meets(yesNo("marriage"), "yes", "exp_servile_marriage")}},
			{ID: "boys", OpenIf: &screening.Condition{Path: screening.PathChild}, Items: []screening.Item{meets(yesNo("crime"), "yes", "exp_criminal_use_of_child")}},
			{ID: "close", Items: []screening.Item{meets(yesNo("organ"), "yes", "exp_organs"), needs}},
		}}
}

func TestWalk_MeetsExactlyWhatIsWanted(t *testing.T) {
	child := 15
	for _, tt := range []struct {
		meets string
		want  screening.Want
		path  []string // items that must have been asked
	}{
		{"", screening.Want{}, nil},
		{"coe_confinement", screening.Want{}, nil},
		{"coe_debt_bondage", screening.Want{}, []string{"debt", "grows", "bonded"}},
		{"exp_low_or_no_pay", screening.Want{}, []string{"work", "paid"}},
		{"coe_violence", screening.Want{}, []string{"work", "means"}},
		{"coe_not_free_to_leave", screening.Want{}, []string{"free", "leave"}},
		{"ctx_public_servant", screening.Want{}, nil},
		{"ctx_kin", screening.Want{}, []string{"kin"}},
		{"ctx_kin exp_servile_marriage", screening.Want{}, []string{"kin", "marriage"}},
		{"exp_surrogacy", screening.Want{}, []string{"womb"}},
		{"exp_organs", screening.Want{}, nil},
		{"exp_criminal_use_of_child", screening.Want{Age: &child}, []string{"crime"}},
		{"exp_criminal_use_of_child exp_low_or_no_pay", screening.Want{AgeUnknown: true}, []string{"crime", "paid"}},
		{"coe_debt_bondage exp_low_or_no_pay coe_confinement coe_violence ctx_public_servant ctx_kin", screening.Want{}, nil},
	} {
		tt.want.Meets = strings.Fields(tt.meets)
		walked, err := screening.Walk(farm(), tt.want)
		if err != nil {
			t.Errorf("%q: %v", tt.meets, err)
		}
		if want := codebookOrder(tt.want.Meets); !slices.Equal(walked.Assessment.Indicators, want) {
			t.Errorf("%q: met %v", tt.meets, walked.Assessment.Indicators)
		}
		for _, item := range tt.path {
			if !slices.Contains(walked.Asked, item) {
				t.Errorf("%q: %s was not asked: %v", tt.meets, item, walked.Asked)
			}
		}
		if again := screening.Evaluate(farm(), walked.Input); !reflect.DeepEqual(again, walked.Assessment) {
			t.Errorf("%q: the input gives another assessment than the walk", tt.meets)
		}
	}
}

func TestWalk_NegativePath(t *testing.T) {
	walked, err := screening.Walk(farm(), screening.Want{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"guard", "hello", "talk", "safe", "age", "sex", "from", "tongue", "pregnant", "unable_to_understand",
		screeningtest.DoubtItem, "debt", "work", "free", "who", "organ", "needs"}
	if !slices.Equal(walked.Asked, want) {
		t.Errorf("asked %v, want %v", walked.Asked, want)
	}
	if walked.AskedPerson != 8 { // safe, doubt, debt, work, free, who, organ, needs
		t.Errorf("%d questions were put to the person, want 8", walked.AskedPerson)
	}
	in := walked.Input
	if in.Person.Age == nil || *in.Person.Age != 30 || in.Person.Sex != "female" || in.Person.Nationality != screening.NoInformation ||
		in.Person.Groups["pregnant"] != screening.No || in.Role != "labour_inspector" || in.Setting != "agriculture" || in.Ended != screening.Completed {
		t.Errorf("registration %+v", in)
	}
	given := map[string]screening.Answer{}
	for _, a := range in.Answers {
		given[a.Item] = a
	}
	for item, value := range map[string]string{"guard": "no", "hello": "shown", "talk": "yes", "safe": "yes",
		"tongue": screening.NoInformation, "debt": "no", "free": "yes", "who": "boss", "needs": "no"} {
		if given[item].Value != value {
			t.Errorf("%s was answered %q, want %q", item, given[item].Value, value)
		}
	}
	if given["guard"].From != screening.ScopeEncounter || given["debt"].From != "" {
		t.Errorf("from: %q and %q, want encounter and nothing", given["guard"].From, given["debt"].From)
	}
	if walked.Assessment.Level != screening.NoneFound {
		t.Errorf("level %s, want none_found", walked.Assessment.Level)
	}
}

// A walk gives only answers that the items have.
func TestWalk_GivesAllowedAnswers(t *testing.T) {
	book := func(list, code string) bool {
		return list == "sexes" && code == "female" || list == "groups"
	}
	for _, want := range []screening.Want{{}, {DeclineAll: true}, {AgeUnknown: true, Meets: []string{"coe_debt_bondage"}}} {
		walked, err := screening.Walk(farm(), want)
		if err != nil {
			t.Errorf("%+v: %v", want, err)
		}
		if problems := screening.Validate(farm(), walked.Input, book); len(problems) != 0 {
			t.Errorf("%+v: %v", want, problems)
		}
	}
}

func TestWalk_DeclineAll(t *testing.T) {
	p := farm()
	p.Modules[3].Items[0].Core = true
	walked, err := screening.Walk(p, screening.Want{DeclineAll: true, Role: "police_officer", Setting: "road", Sex: "male"})
	if err != nil {
		t.Fatal(err)
	}
	if walked.Assessment.Level != screening.Inconclusive || len(walked.Assessment.Indicators) != 0 {
		t.Errorf("%s with %v, want inconclusive with nothing met", walked.Assessment.Level, walked.Assessment.Indicators)
	}
	for _, a := range walked.Input.Answers {
		want := map[string]string{"guard": "no", "hello": "shown", "talk": "yes", "tongue": screening.NoInformation}[a.Item]
		if want == "" {
			want = screening.Declined
		}
		if a.Value != want {
			t.Errorf("%s was answered %q, want %q", a.Item, a.Value, want)
		}
	}
	if in := walked.Input; in.Role != "police_officer" || in.Setting != "road" || in.Person.Sex != "male" {
		t.Errorf("role, setting and sex are %s, %s, %s", in.Role, in.Setting, in.Person.Sex)
	}
}

func TestWalk_Unmeetable(t *testing.T) {
	child := 15
	for _, tt := range []struct {
		name  string
		want  screening.Want
		codes []string
		why   string
	}{
		{"no such code", screening.Want{Meets: []string{"coe_nothing"}}, []string{"coe_nothing"}, "no such indicator"},
		{"no item", screening.Want{Meets: []string{"exp_slavery", "exp_organs"}}, []string{"exp_slavery"}, "no item can meet it"},
		{"means of a child", screening.Want{Meets: []string{"coe_violence"}, Age: &child}, []string{"coe_violence"}, "means"},
		{"of a child only", screening.Want{Meets: []string{"exp_criminal_use_of_child"}}, []string{"exp_criminal_use_of_child"}, "none of its items comes up"},
		{"only together", screening.Want{Meets: []string{"exp_servile_marriage"}}, []string{"exp_servile_marriage"}, "only together with ctx_kin"},
		{"an answer that ends it", screening.Want{Meets: []string{"dan_controller_present", "exp_organs"}}, []string{"exp_organs"}, "none of its items comes up"},
		{"everything declined", screening.Want{Meets: []string{"exp_organs"}, DeclineAll: true}, []string{"exp_organs"}, "declined"},
	} {
		_, err := screening.Walk(farm(), tt.want)
		var e *screening.Unmeetable
		if !errors.As(err, &e) || !slices.Equal(e.Codes, tt.codes) || !strings.Contains(err.Error(), tt.why) || !strings.Contains(err.Error(), tt.codes[0]) {
			t.Errorf("%s: %v, want %v because of %q", tt.name, err, tt.codes, tt.why)
		}
	}
}

func TestWalk_UnmeetableOneAnswerForTwoCodes(t *testing.T) {
	p := farm()
	p.Modules = append(p.Modules, screening.Module{ID: "forms", Items: []screening.Item{{ID: "form", Kind: screening.Question, Type: screening.Choice,
		Options: []screening.Option{{Code: "a"}, {Code: "b"}}, Meets: map[string]string{"a": "exp_slavery", "b": "exp_begging"}}}})
	_, err := screening.Walk(p, screening.Want{Meets: []string{"exp_slavery", "exp_begging"}})
	var e *screening.Unmeetable
	if !errors.As(err, &e) || !slices.Equal(e.Codes, []string{"exp_begging"}) || !strings.Contains(e.Why, "item form was answered a") {
		t.Errorf("two answers of one item: %v", err)
	}
}

func TestWalk_UnmeetableBesides(t *testing.T) {
	p := farm()
	p.Modules[2].Items[1].Meets = map[string]string{"female": "vul_personal"}
	_, err := screening.Walk(p, screening.Want{Meets: []string{"exp_organs"}})
	var e *screening.Unmeetable
	if !errors.As(err, &e) || !slices.Equal(e.Codes, []string{"vul_personal"}) || !strings.Contains(e.Why, "without being wanted") {
		t.Errorf("a code that the registration meets by itself: %v", err)
	}
}

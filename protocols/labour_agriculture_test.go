package protocols

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"umbral/screening"
)

// maxAskedNegative is how many items a negative path may put to an adult: with
// more, an inspector with two hundred people in front stops asking.
const maxAskedNegative = 25

// farm is the source as it stands: what is published next must hold this too.
func farm(t *testing.T) *screening.Protocol {
	t.Helper()
	src, findings := Embedded().Source("labour-agriculture")
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	return &src.Protocol
}

func codesWith(p *screening.Protocol, prefix string) []string {
	var codes []string
	for _, ind := range p.Rules.Indicators {
		if strings.HasPrefix(ind.Code, prefix) {
			codes = append(codes, ind.Code)
		}
	}
	return codes
}

func walkOf(t *testing.T, p *screening.Protocol, want screening.Want) screening.Walked {
	t.Helper()
	w, err := screening.Walk(p, want)
	if err != nil {
		t.Fatalf("walk %v: %v", want.Meets, err)
	}
	return w
}

func TestFarm_NegativePathIsShort(t *testing.T) {
	p := farm(t)
	for _, sex := range Codebook().List(ListSexes).Codes() {
		w := walkOf(t, p, screening.Want{Sex: sex})
		if w.AskedPerson > maxAskedNegative {
			t.Errorf("%s: %d items put to the person, at most %d", sex, w.AskedPerson, maxAskedNegative)
		}
		if w.Assessment.Level != "none_found" || len(w.Assessment.Indicators) > 0 || len(w.Assessment.Offences) > 0 {
			t.Errorf("%s: %+v", sex, w.Assessment)
		}
	}
}

func TestFarm_DebtBondage(t *testing.T) {
	w := walkOf(t, farm(t), screening.Want{Meets: []string{"coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay"}})
	a := w.Assessment
	if a.Level != "presumed_victim" || offencesOf(a) != "art12 art21 art22" {
		t.Fatalf("level %s, offences %q", a.Level, offencesOf(a))
	}
	for _, o := range a.Offences {
		supported := false
		for _, e := range o.Elements {
			supported = supported || e.State == "supported" && len(e.Items) > 0
		}
		if !supported {
			t.Errorf("%s names no answer that supports it", o.Code)
		}
	}
	explained := map[string]bool{}
	for _, r := range a.Trace {
		if len(r.Items) > 0 {
			explained[r.Code] = true
		}
	}
	for _, code := range []string{"presumed_victim", "art12", "art21", "art22", "coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay"} {
		if !explained[code] {
			t.Errorf("the trace does not name the answers behind %s", code)
		}
	}
}

func TestFarm_LabourRightsAloneNeverMore(t *testing.T) {
	p := farm(t)
	w := walkOf(t, p, screening.Want{Meets: codesWith(p, "lab_")})
	if w.Assessment.Level != "labour_violation" || len(w.Assessment.Offences) > 0 {
		t.Errorf("level %s, offences %q", w.Assessment.Level, offencesOf(w.Assessment))
	}
}

func TestFarm_VulnerabilityAloneIsNothingFound(t *testing.T) {
	p := farm(t)
	for _, codes := range [][]string{codesWith(p, "vul_"), {"rec_family_hardship", "rec_language_or_literacy", "rec_migration_status", "rec_lack_of_information", "rec_community_authority"}} {
		w := walkOf(t, p, screening.Want{Meets: codes})
		if w.Assessment.Level != "none_found" || len(w.Assessment.Offences) > 0 {
			t.Errorf("%v: level %s, offences %q", codes, w.Assessment.Level, offencesOf(w.Assessment))
		}
	}
}

func TestFarm_EverythingDeclined(t *testing.T) {
	w := walkOf(t, farm(t), screening.Want{DeclineAll: true})
	if w.Assessment.Level != "inconclusive" {
		t.Errorf("level %s", w.Assessment.Level)
	}
}

func TestFarm_WhoIsOrMayBeAChild(t *testing.T) {
	p := farm(t)
	age := 15
	for name, want := range map[string]screening.Want{"15": {Age: &age}, "unknown": {AgeUnknown: true}} {
		w := walkOf(t, p, want)
		if w.Assessment.Path != screening.PathChild {
			t.Errorf("%s: path %s", name, w.Assessment.Path)
		}
		byID := map[string]screening.Item{}
		for _, m := range p.Modules {
			for _, it := range m.Items {
				byID[it.ID] = it
			}
		}
		for _, id := range w.Asked {
			if byID[id].Means {
				t.Errorf("%s: %s asks about the means", name, id)
			}
		}
	}
}

// Every code of the codebook can be met alone: on the adult path all of them, on
// the child path those that some item asks about without asking for means.
func TestFarm_EveryIndicatorAlone(t *testing.T) {
	p := farm(t)
	noMeans := map[string]bool{}
	for _, m := range p.Modules {
		for _, it := range m.Items {
			for _, code := range it.Meets {
				noMeans[code] = noMeans[code] || !it.Means
			}
		}
	}
	adult, minor := 30, 15
	for _, ind := range p.Rules.Indicators {
		want := screening.Want{Meets: []string{ind.Code}, Age: &adult}
		w := walkOf(t, p, want)
		if !slices.Equal(w.Assessment.Indicators, want.Meets) {
			t.Errorf("adult: wanted %s, met %v", ind.Code, w.Assessment.Indicators)
		}
		want.Age = &minor
		w, err := screening.Walk(p, want)
		var cannot *screening.Unmeetable
		switch {
		case noMeans[ind.Code] && err != nil:
			t.Errorf("child: %v", err)
		case !noMeans[ind.Code] && !errors.As(err, &cannot):
			t.Errorf("child: %s is means and was met", ind.Code)
		case !noMeans[ind.Code] && !slices.Contains(cannot.Codes, ind.Code):
			t.Errorf("child: the error does not name %s: %v", ind.Code, cannot)
		}
	}
}

// What a child can say without being asked how must include every form and
// every danger.
func TestFarm_ChildPathHasEveryFormAndDanger(t *testing.T) {
	p := farm(t)
	minor := 12
	for _, ind := range p.Rules.Indicators {
		if ind.Dimension != "exploitation" && ind.Dimension != "danger" && ind.Code != "rec_child" {
			continue
		}
		if _, err := screening.Walk(p, screening.Want{Meets: []string{ind.Code}, Age: &minor}); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// No module is closed by the sex of the person.
func TestFarm_NoFormIsClosedBySex(t *testing.T) {
	p := farm(t)
	for _, sex := range Codebook().List(ListSexes).Codes() {
		for _, code := range codesWith(p, "exp_") {
			if _, err := screening.Walk(p, screening.Want{Meets: []string{code}, Sex: sex}); err != nil {
				t.Errorf("%s: %v", sex, err)
			}
		}
	}
}

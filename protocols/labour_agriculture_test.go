package protocols

import (
	"testing"

	"umbral/screening"
)

// farm is the source as it stands: what is published next must hold this too.
func farm(t *testing.T) *screening.Protocol {
	t.Helper()
	src, findings := Embedded().Source("labour-agriculture")
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	return &src.Protocol
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

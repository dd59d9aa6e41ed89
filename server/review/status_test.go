package review

import (
	"slices"
	"testing"
	"time"
)

// The table of transitions, written a second time on purpose. A row is a status,
// a column a decision in the order of Decisions; - may not be decided there.
var transitions = map[string][]string{
	//                confirm      dismiss      needs_more    refer       raise         lower         close
	StatusNew:       {"confirmed", "dismissed", "needs_more", "referred", "in_review", "in_review", "-"},
	StatusInReview:  {"confirmed", "dismissed", "needs_more", "referred", "in_review", "in_review", "-"},
	StatusConfirmed: {"-", "dismissed", "needs_more", "referred", "confirmed", "confirmed", "closed"},
	StatusDismissed: {"confirmed", "-", "needs_more", "referred", "in_review", "-", "closed"},
	StatusNeedsMore: {"confirmed", "dismissed", "needs_more", "referred", "needs_more", "needs_more", "closed"},
	StatusReferred:  {"referred", "dismissed", "needs_more", "referred", "referred", "referred", "closed"},
	StatusClosed:    {"-", "-", "needs_more", "-", "-", "-", "-"},
}

func TestAfter_EveryStatusAndDecision(t *testing.T) {
	if len(transitions) != len(Statuses()) || len(next) != len(Statuses()) {
		t.Fatalf("%d rows here, %d in the table, %d statuses", len(transitions), len(next), len(Statuses()))
	}
	for _, status := range Statuses() {
		for i, decision := range Decisions() {
			got, ok := After(status, decision)
			if !ok {
				got = "-"
			}
			if want := transitions[status][i]; got != want {
				t.Errorf("%s in %s leads to %s, want %s", decision, status, got, want)
			}
		}
	}
	if _, ok := After("nada", Confirm); ok {
		t.Error("an unknown status takes a decision")
	}
}

// No case can be stuck: from every status some way leads to closed.
func TestAfter_EveryCaseCanEnd(t *testing.T) {
	for _, start := range Statuses() {
		reached := []string{start}
		for i := 0; i < len(reached); i++ {
			for _, d := range Decisions() {
				if s, ok := After(reached[i], d); ok && !slices.Contains(reached, s) {
					reached = append(reached, s)
				}
			}
		}
		if !slices.Contains(reached, StatusClosed) {
			t.Errorf("no way leads from %s to closed", start)
		}
	}
}

func TestRank_DangerFirstThenLevel(t *testing.T) {
	order := []Row{
		{Level: "presumed_victim", Danger: []string{"dan_captive"}},
		{Level: "none_found", Danger: []string{"dan_injury_now"}},
		{Level: "a level of the future", Danger: []string{"dan_injury_now"}},
		{Level: "presumed_victim"},
		{Level: "possible_victim"},
		{Level: "inconclusive"},
		{Level: "labour_violation"},
		{Level: "none_found"},
		{Level: "a level of the future"},
	}
	for i := range order[1:] {
		if a, b := order[i], order[i+1]; a.Rank() >= b.Rank() {
			t.Errorf("%+v has rank %d, %+v has %d", a, a.Rank(), b, b.Rank())
		}
	}
}

func TestFilter_Keeps(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	row := Row{Agency: "uno", Author: "ana", Level: "possible_victim", Danger: []string{"dan_captive"}, Offences: []string{"o1", "o2"},
		Setting: "agriculture", State: "25", Status: StatusNew, Mode: "live", ReceivedAt: at}
	training, synthetic := row, row
	training.Mode, synthetic.Synthetic = "training", true
	for _, tt := range []struct {
		name string
		f    Filter
		row  Row
		want bool
	}{
		{"empty", Filter{}, row, true},
		{"own agency", Filter{Agency: "uno"}, row, true},
		{"other agency", Filter{Agency: "dos"}, row, false},
		{"other author", Filter{Author: "eva"}, row, false},
		{"one of two levels", Filter{Levels: []string{"none_found", "possible_victim"}}, row, true},
		{"other level", Filter{Levels: []string{"none_found"}}, row, false},
		{"second offence", Filter{Offences: []string{"o2"}}, row, true},
		{"other offence", Filter{Offences: []string{"o3"}}, row, false},
		{"other danger", Filter{Danger: []string{"dan_weapon"}}, row, false},
		{"two filters, one fails", Filter{States: []string{"25"}, Settings: []string{"fishing"}}, row, false},
		{"other status", Filter{Statuses: []string{StatusClosed}}, row, false},
		{"from its instant", Filter{From: at}, row, true},
		{"from later", Filter{From: at.Add(1)}, row, false},
		{"to its instant", Filter{To: at}, row, false},
		{"to later", Filter{To: at.Add(1)}, row, true},
		{"live only", Filter{OnlyLive: true}, row, true},
		{"live only, training", Filter{OnlyLive: true}, training, false},
		{"live only, synthetic", Filter{OnlyLive: true}, synthetic, false},
	} {
		if got := tt.f.Keeps(tt.row); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

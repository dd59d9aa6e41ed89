package record_test

import (
	"slices"
	"strings"
	"testing"

	"umbral/server/record"
)

func TestValidate_GoodRecords(t *testing.T) {
	for kind, text := range goodTexts {
		if got := reasonsOf(text); len(got) > 0 {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

func TestValidate_Detection(t *testing.T) {
	long := `"` + strings.Repeat("x", 101) + `"`
	for _, c := range []struct{ path, value, want string }{
		{"id", `"` + strings.ToUpper(anID) + `"`, "bad_uuid /id"},
		{"id", `"01936a10-7c2e-4a31-8f00-0123456789ab"`, "bad_uuid /id"}, // version 4
		{"id", `"1"`, "bad_uuid /id"},
		{"author", `null`, "missing_value /author"},
		{"author.user", `""`, "missing_value /author/user"},
		{"author.user", long, "text_too_long /author/user"},
		{"author.role", `"king"`, "unknown_code /author/role"},
		{"device", `null`, "missing_value /device"},
		{"mode", `"demo"`, "unknown_code /mode"},
		{"ended", `""`, "missing_value /ended"},
		{"setting", `"moon"`, "unknown_code /setting"},
		{"setting", `"declined"`, "unknown_code /setting"}, // a place is never missing
		{"place.state", `"99"`, "unknown_code /place/state municipality_not_in_state /place/municipality"},
		{"place.state", `"20"`, "municipality_not_in_state /place/municipality"},
		{"place.municipality", `"12999"`, "unknown_code /place/municipality"},
		{"place.municipality", ``, ""},
		{"encounter", `null`, ""},
		{"encounter", `"x"`, "bad_uuid /encounter"},
		{"supersedes", `"x"`, "bad_uuid /supersedes"},
		{"linked", `["x"]`, "bad_uuid /linked/0"},
		{"protocol.id", `"other"`, "unknown_protocol /protocol"},
		{"protocol.version", `2`, "unknown_protocol /protocol"},
		{"protocol.sha256", `"00"`, "protocol_altered /protocol/sha256"},
		{"person_language", `"Mixteco de la costa"`, "bad_language /person_language"},
		{"person_language", `"unknown"`, ""},
		{"person_variant", long, "text_too_long /person_variant"},
		{"shown.0.item", `"x"`, "unknown_item /shown/0/item"},
		{"shown.0.text_hash", `"zz"`, "bad_hash /shown/0/text_hash"},
		{"shown.0.said_back", `"no"`, "value_not_allowed /shown/0/said_back"},
		{"shown.0.status", `"It is reviewed"`, "value_not_allowed /shown/0/status"},
		{"shown.0.locale", `"?"`, "bad_language /shown/0/locale"},
		{"interpreter", `"x"`, "unknown_code /interpreter"},
		{"answers.0.item", `"x"`, "unknown_item /answers/0"},
		{"answers.0.value", `"maybe"`, "value_not_allowed /answers/0"},
		{"answers.0.value", `"declined"`, ""},
		{"answers.2.value", `"medical,medical"`, "value_not_allowed /answers/2"},
		{"answers.1.from", `"hearsay"`, "value_not_allowed /answers/1/from"},
		{"answers.0.from", `"encounter"`, "value_not_allowed /answers/0/from"}, // a debt that nobody asked this person about
		{"answers.1.item", `"housing"`, ""},                                    // that a group shares
		{"answers.0.item", `"sex"`, "belongs_to_person /answers/0"},
		{"subject.kind", `"x"`, "unknown_code /subject/kind"},
		{"subject.age", `-1`, "value_not_allowed /subject/age"},
		{"subject.age", `500`, "value_not_allowed /subject/age"},
		{"subject.age", ``, "missing_value /subject/age_group"},
		{"subject.age_group", `"unknown"`, ""},
		{"subject.age_group", `"5_7"`, "value_not_allowed /subject/age_group"},
		{"subject.sex", ``, "missing_value /subject/sex"},
		{"subject.sex", `"no_information"`, ""},
		{"subject.sex", `"x"`, "value_not_allowed /subject/sex"},
		{"subject.nationality", `"MX"`, "value_not_allowed /subject/nationality"},
		{"subject.state_of_origin", ``, "missing_value /subject/state_of_origin"},
		{"subject.groups", `{}`, "missing_value /subject/groups/indigenous"},
		{"subject.groups", ``, "missing_value /subject/groups/indigenous"},
		{"subject.groups.x", `"yes"`, "value_not_allowed /subject/groups/x"},
		{"subject.groups.indigenous", `"1"`, "value_not_allowed /subject/groups/indigenous"},
		{"assessment.computed.level", `"guilty"`, "unknown_code /assessment/computed/level"},
		{"assessment.computed.danger", `["x"]`, "unknown_code /assessment/computed/danger/0"},
		{"assessment.computed.offences", `["art12","art99"]`, "unknown_code /assessment/computed/offences/1"},
		{"assessment.computed.actions", `["arrest"]`, "unknown_code /assessment/computed/actions/0"},
		{"assessment.raised", `null`, ""},
		{"assessment.raised.level", `"none_found"`, "level_lowered /assessment/raised/level"},
		{"assessment.raised.reason", `""`, "missing_value /assessment/raised/reason"},
		{"needs", `["x"]`, "unknown_code /needs/0"},
		{"referrals", `["x"]`, "unknown_code /referrals/0"},
		{"consent.talk", `"sure"`, "value_not_allowed /consent/talk"},
		{"consent.marry", `"no"`, "unknown_code /consent/marry"},
		{"others.0.relation", `"x"`, "unknown_code /others/0/relation"},
		{"others.0.needs", `["x"]`, "unknown_code /others/0/needs/0"},
		{"identity", `{"name":"Juana"}`, "not_an_envelope /identity"},
		{"identity", `{"id":"` + anID + `","kid":"k","enc":"AA==","ct":"AA=="}`, "bad_enc /identity"},
	} {
		got := codesOf(reasonsOf(with(t, detectionText, c.path, c.value)))
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s = %s: got %q, want %q", c.path, c.value, got, c.want)
		}
	}
}

func TestValidate_EncounterAndAddendum(t *testing.T) {
	for _, c := range []struct{ text, path, value, want string }{
		{encounterText, "encounter", `"x"`, "bad_uuid /encounter"},
		{encounterText, "counts.refused", `-1`, "negative_count /counts/refused"},
		{encounterText, "counts.seen", `100001`, "count_too_large /counts/seen"},
		{encounterText, "counts", `{"seen":0,"screened":0,"refused":0,"not_reached":0}`, ""}, // a visit that reached nobody is a fact too
		{encounterText, "counts", `{"seen":6,"screened":3,"refused":2,"not_reached":1}`, ""},
		{encounterText, "counts", `{"seen":9,"screened":3,"refused":2,"not_reached":1}`, ""},
		{encounterText, "counts", `{"seen":5,"screened":3,"refused":2,"not_reached":1}`, "counts_contradict /counts"},
		{encounterText, "counts", `{"seen":0,"screened":0,"refused":0,"not_reached":1}`, "counts_contradict /counts"},
		{encounterText, "counts", `{"seen":1,"screened":-4,"refused":5,"not_reached":1}`, "negative_count /counts/screened"},
		{encounterText, "observations.0.item", `"x"`, "unknown_item /observations/0"},
		{encounterText, "protocol.sha256", `"00"`, "protocol_altered /protocol/sha256"},
		{encounterText, "setting", `"x"`, "unknown_code /setting"},
		{encounterText, "mode", `"x"`, "unknown_code /mode"},
		{addendumText, "about", `"x"`, "bad_uuid /about"},
		{addendumText, "about", `null`, "missing_value /about"},
		{addendumText, "about_folio", `null`, ""},
		{addendumText, "about_folio", `"` + record.Folio(encounterID) + `"`, ""},
		{addendumText, "about_folio", `"` + record.Folio(anID) + `"`, "bad_folio /about_folio"}, // of another record than about
		{aboutFolioText, "about_folio", `"` + record.Folio(anID) + `"`, ""},
		{aboutFolioText, "about_folio", `"0000-0000-1"`, "bad_folio /about_folio"},
		{aboutFolioText, "about_folio", `"` + strings.ToLower(strings.ReplaceAll(record.Folio(encounterID), "-", "")) + `"`, "bad_folio /about_folio"},
		{aboutFolioText, "about_folio", `""`, "bad_folio /about_folio"},
		{aboutFolioText, "about_folio", `null`, "missing_value /about"},
		{addendumText, "what", `"gossip"`, "unknown_code /what"},
		{addendumText, "codes", `["x"]`, "unknown_code /codes/0"},
		{addendumText, "answers", `[{"item":"","value":"yes","at":"2026-11-21T12:00:00Z"}]`, "unknown_item /answers/0/item"},
		{addendumText, "answers", `[{"item":"debt","value":"` + strings.Repeat("x", 513) + `","at":"2026-11-21T12:00:00Z"}]`, "text_too_long /answers/0/value"},
	} {
		got := codesOf(reasonsOf(with(t, c.text, c.path, c.value)))
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s = %s: got %q, want %q", c.path, c.value, got, c.want)
		}
	}
}

func TestValidate_TellsAllAtOnce(t *testing.T) {
	text := detectionText
	for _, change := range [][2]string{{"mode", `"x"`}, {"subject.sex", `"x"`}, {"answers.0.item", `"x"`}, {"device", `null`}} {
		text = with(t, text, change[0], change[1])
	}
	got := codesOf(reasonsOf(text))
	for _, want := range []string{"missing_value /device", "unknown_code /mode", "value_not_allowed /subject/sex", "unknown_item /answers/0"} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
}

func TestHigher(t *testing.T) {
	for _, c := range [][3]string{
		{"none_found", "presumed_victim", "presumed_victim"},
		{"presumed_victim", "none_found", "presumed_victim"},
		{"inconclusive", "labour_violation", "inconclusive"},
		{"none_found", "x", "none_found"},
		{"x", "none_found", "none_found"},
	} {
		if got := record.Higher(&farm, c[0], c[1]); got != c[2] {
			t.Errorf("%s, %s: %s", c[0], c[1], got)
		}
	}
}

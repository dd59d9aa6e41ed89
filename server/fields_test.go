package main

import (
	"slices"
	"testing"

	"umbral/protocols"
	"umbral/server/access"
)

// A code with a typing error in fields.csv would hide nothing.
func TestFields_NameWhatExists(t *testing.T) {
	all, err := protocols.All()
	if err != nil {
		t.Fatal(err)
	}
	var items, actions []string
	for _, p := range all {
		for _, m := range p.Protocol.Modules {
			for _, it := range m.Items {
				items = append(items, it.ID)
			}
		}
		for _, a := range p.Protocol.Rules.Actions {
			actions = append(actions, a.Code)
		}
	}
	services, err := protocols.Directory()
	if err != nil {
		t.Fatal(err)
	}
	secret, offices := access.SecretCodes("service"), []string{}
	for _, s := range services {
		offices = append(offices, s.ID)
		if slices.Contains(secret, s.Kind) && !slices.Contains(secret, s.ID) {
			t.Errorf("a referral to %s says what its kind, %s, would say: it is not in fields.csv", s.ID, s.Kind)
		}
	}
	for _, code := range secret {
		if !protocols.Codebook().Has("services", code) && !slices.Contains(offices, code) {
			t.Errorf("service %s is in no codebook and not in the directory", code)
		}
	}
	for part, list := range map[string]string{"indicator": "indicators", "need": "needs", "group": "groups"} {
		for _, code := range access.SecretCodes(part) {
			if !protocols.Codebook().Has(list, code) {
				t.Errorf("%s %s is in no codebook", part, code)
			}
		}
	}
	for part, known := range map[string][]string{"item": items, "action": actions} {
		for _, code := range access.SecretCodes(part) {
			if !slices.Contains(known, code) {
				t.Errorf("%s %s is in no protocol", part, code)
			}
		}
	}
	for code := range access.ConcernCodes() {
		if !protocols.Codebook().Has("indicators", code) && !protocols.Codebook().Has("authorities", code) {
			t.Errorf("concern.csv: %s is in no codebook", code)
		}
	}
}

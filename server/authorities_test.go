package main

import (
	"testing"

	"umbral/protocols"
)

func TestDirectory_WhoseAServiceIs(t *testing.T) {
	d, err := newDirectory()
	if err != nil {
		t.Fatal(err)
	}
	for service, want := range map[string]string{
		"grupos_beta": "migration", "inm": "migration", "migration_authority": "migration", "labour_inspection": "labour",
		"emergency": "", "emergency_911": "", "fevimtra": "", "prosecutor": "", "shelter": "", "comar": "",
	} {
		if !d.Service(service) {
			t.Errorf("%s is no service", service)
		}
		if got := d.Authority(service); got != want {
			t.Errorf("%s is of %q, want %q", service, got, want)
		}
	}
}

// A code with a typing error would hand somebody over to whom they fear.
func TestAuthorities_NameServicesThatExist(t *testing.T) {
	list := protocols.Codebook().List(protocols.ListAuthorities)
	for _, authority := range list.Codes() {
		for _, service := range listed(list.Row(authority)["services"]) {
			if !protocols.Codebook().Has(protocols.ListServices, service) {
				t.Errorf("%s: no service %s", authority, service)
			}
		}
	}
}

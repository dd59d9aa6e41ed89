package ingest

import (
	"slices"
	"strings"
	"sync"

	"umbral/protocols"
	"umbral/screening"
	"umbral/server/access"
	"umbral/server/record"
)

// concernedField is the Field of items whose answer names the authorities that
// take part.
const concernedField = "concerned"

// concernedItems are the items with that field, of every published protocol: an
// addendum names none, and may answer them.
var concernedItems = sync.OnceValue(func() map[string]bool {
	items := map[string]bool{}
	all, err := protocols.All()
	if err != nil {
		return items // then no record passes at all
	}
	for _, p := range all {
		for _, m := range p.Protocol.Modules {
			for _, it := range m.Items {
				if it.Field == concernedField {
					items[it.ID] = true
				}
			}
		}
	}
	return items
})

// named are the authorities that answers name.
func named(answers []record.Answer) []string {
	var codes []string
	for _, a := range answers {
		if !concernedItems()[a.Item] {
			continue
		}
		for code := range strings.SplitSeq(a.Value, ",") {
			if protocols.Codebook().Has(protocols.ListAuthorities, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// guard fills in who must not read a detection. What either engine found counts:
// where they differ, the record stays with the fewer readers.
func (i *Index) guard(a screening.Assessment, d *record.Detection) {
	i.Child = a.Path == screening.PathChild
	i.Sensitive, i.Concerned = access.Concern(
		slices.Concat(a.Indicators, d.Assessment.Computed.Indicators), named(d.Answers))
}

// guardAddendum is guard of a later fact about a record.
func (i *Index) guardAddendum(a *record.Addendum) {
	i.Sensitive, i.Concerned = access.Concern(a.Codes, named(a.Answers))
}

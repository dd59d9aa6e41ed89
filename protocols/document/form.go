package document

import (
	"umbral/protocols"
	"umbral/screening"
)

// Coded is something to tick, with the code that is entered later.
type Coded struct{ Code, Label string }

// Places are the kinds of place that the form is for.
func (p *Page) Places() []Coded { return p.coded(protocols.ListSettings, p.settings) }

// Agents are the posts that the form is for.
func (p *Page) Agents() []Coded { return p.coded(protocols.ListRoles, p.roles) }

func (p *Page) coded(list string, codes []string) []Coded {
	all := make([]Coded, len(codes))
	for i, c := range codes {
		all[i] = Coded{c, p.voice.Label(list, c)}
	}
	return all
}

// Missing are the ways in which an item goes without an answer, to be ticked.
func (it Item) Missing() []string { return it.missing }

// Years says whether a number of years is written down.
func (it Item) Years() bool { return it.Type == screening.AgeType }

// missingOf are the missing codes that make sense for a kind of item and are not
// among its answers already.
func (b *builder) missingOf(it *screening.Item, answers []Answer) (labels []string) {
	codes := []string{screening.Declined, screening.Unknown, screening.NotApplicable}
	switch it.Kind {
	case screening.Statement:
		return nil
	case screening.Observation:
		codes = []string{screening.NoInformation, screening.NotApplicable}
	case screening.Consent:
		codes = []string{screening.Declined}
	}
	for _, code := range codes {
		named := false
		for _, a := range answers {
			named = named || a.Code == code
		}
		if !named {
			labels = append(labels, b.voice.Label(protocols.ListMissing, code))
		}
	}
	return labels
}

package review

import (
	"encoding/json"

	"umbral/screening"
	"umbral/server/access"
	"umbral/server/referral"
)

// Redacted returns r as its reader may see it.
func (r Row) Redacted(by access.Redaction) Row {
	if !by.Any() {
		return r
	}
	r.Withheld = by.Classes
	r.Danger, r.Indicators = by.Marked(r.Danger), by.Codes(r.Indicators)
	groups := map[string]string{}
	for code, answer := range r.Groups {
		if !by.Hides(code) {
			groups[code] = answer
		}
	}
	r.Groups = groups
	return r
}

// redact takes out of every part of a case what its reader may not see.
func (c *Case) redact(by access.Redaction) (err error) {
	if !by.Any() {
		return nil
	}
	c.Row = c.Row.Redacted(by)
	parts := []*json.RawMessage{&c.Record, &c.Encounter}
	for i := range c.Addenda {
		parts = append(parts, &c.Addenda[i])
	}
	for i := range c.Conflicts {
		parts = append(parts, &c.Conflicts[i].Detection)
	}
	for _, part := range parts {
		if *part, err = by.JSON(*part); err != nil {
			return err
		}
	}
	kept := make([]referral.Referral, 0, len(c.Referrals))
	for _, r := range c.Referrals {
		if by.Hides(r.Service) {
			r.Service = access.Withheld
		}
		kept = append(kept, r)
	}
	c.Referrals = kept
	c.Assessment, err = redacted(c.Assessment, by)
	return err
}

func redacted(a *screening.Assessment, by access.Redaction) (*screening.Assessment, error) {
	if a == nil {
		return nil, nil
	}
	text, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	if text, err = by.JSON(text); err != nil {
		return nil, err
	}
	var out screening.Assessment
	return &out, json.Unmarshal(text, &out)
}

package review

import (
	"context"
	"encoding/json"
	"fmt"

	"umbral/server/access"
	"umbral/server/problem"
)

// identityField is the one field of a detection that no reader is given with the
// rest: it has a way of its own, with a purpose and a line in the audit.
const identityField = "identity"

// SealedIdentity returns the sealed identity of a detection: see reviewers.Cases.
func (d *Desk) SealedIdentity(ctx context.Context, who access.Caller, id string) (json.RawMessage, error) {
	c, err := d.open(ctx, who, access.OpenIdentity, id)
	if err != nil {
		return nil, err
	}
	_, sealed, err := takeIdentity(c.Record)
	if err != nil {
		return nil, err
	}
	if sealed == nil {
		return nil, problem.New(problem.NotFound, "identity-none")
	}
	return sealed, nil
}

// withoutIdentity takes the identity out of every form of the detection.
func (c *Case) withoutIdentity() (err error) {
	var sealed json.RawMessage
	if c.Record, sealed, err = takeIdentity(c.Record); err != nil {
		return err
	}
	c.HasIdentity = sealed != nil
	for i := range c.Conflicts {
		if c.Conflicts[i].Detection, _, err = takeIdentity(c.Conflicts[i].Detection); err != nil {
			return err
		}
	}
	return nil
}

// takeIdentity returns a record with null as its identity, and what stood there;
// nil where nothing did.
func takeIdentity(record json.RawMessage) (rest, sealed json.RawMessage, err error) {
	if len(record) == 0 {
		return record, nil, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(record, &fields); err != nil {
		return nil, nil, fmt.Errorf("identity of a record: %w", err)
	}
	sealed = fields[identityField]
	if len(sealed) == 0 || string(sealed) == "null" {
		return record, nil, nil
	}
	fields[identityField] = json.RawMessage("null")
	rest, err = json.Marshal(fields)
	if err != nil {
		return nil, nil, fmt.Errorf("identity of a record: %w", err)
	}
	return rest, sealed, nil
}

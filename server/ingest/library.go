package ingest

import (
	"strconv"
	"time"

	"umbral/protocols"
	"umbral/screening"
	"umbral/server/record"
)

// Shelves is the published protocols, as record.Library: the exact bytes that
// devices hold, never a source that may be edited tomorrow.
type Shelves struct{}

// Published returns one version; false where this program never published it.
func (Shelves) Published(id string, version int) (*screening.Protocol, string, bool) {
	if version < 1 { // 0 would mean the newest, and a record pins one
		return nil, "", false
	}
	p, err := protocols.Get(id, version)
	if err != nil {
		return nil, "", false
	}
	return &p.Protocol, p.SHA256, true
}

// Withdrawn is Desk.Withdrawn on the shelves.
func (Shelves) Withdrawn(ref record.ProtocolRef, by time.Time) bool {
	p, err := protocols.BySHA256(ref.SHA256)
	return err == nil && p.WithdrawnAt(by)
}

// ageGroup returns the band of age_groups.csv that years falls in; "" below 0.
func ageGroup(years int) string {
	bands := protocols.Codebook().List(protocols.ListAgeGroups)
	for _, code := range bands.Codes() {
		row := bands.Row(code)
		from, err := strconv.Atoi(row["from"])
		if err != nil || years < from {
			continue
		}
		to, err := strconv.Atoi(row["to"])
		if err != nil || years <= to { // the last band has no end
			return code
		}
	}
	return ""
}

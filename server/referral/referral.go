// Package referral hands a person to a service that can help, and keeps that it
// was done. It never sends an identity anywhere: who refers calls the service.
package referral

import "time"

// Referral is one handing over, as kept.
type Referral struct {
	ID        string `json:"id"` // UUIDv7
	Detection string `json:"detection"`
	Service   string `json:"service"` // a code of the list services, or the id of a service of the directory
	Urgency   string `json:"urgency"` // now, today, this_week
	Consent   string `json:"consent"` // yes, no, a missing code, or not_needed (child protection is always notified)
	// Status is the one the detection has after it.
	Status string    `json:"status"`
	By     string    `json:"by"` // account id
	At     time.Time `json:"at"` // server time, UTC
}

package ingest_test

import (
	"slices"
	"testing"
	"time"

	"umbral/server/ingest"
	"umbral/server/record"
)

// Nothing is lost by a withdrawal: what was made before it has no remark, what
// was made after it is kept and says so.
func TestAccept_WithdrawnProtocol(t *testing.T) {
	made := today.Add(-40 * time.Minute) // as office.detection has it
	for name, c := range map[string]struct {
		withdrawn time.Time // zero: never
		want      bool
	}{
		"never":              {time.Time{}, false},
		"after it was made":  {made.Add(time.Minute), false},
		"at that moment":     {made, true},
		"before it was made": {made.AddDate(0, 0, -3), true},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			d := o.detection("coe_debt_bondage")
			if !d.CapturedAt.Equal(made) {
				t.Fatalf("made at %s", d.CapturedAt)
			}
			if !c.withdrawn.IsZero() {
				o.desk.Withdrawn = func(ref record.ProtocolRef, by time.Time) bool {
					return ref == d.Protocol && !by.Before(c.withdrawn)
				}
			}
			o.want("accepted", o.sealed(d))
			k := o.kase(d.ID)
			if got := slices.Contains(k.Flags, ingest.FlagWithdrawn); got != c.want {
				t.Errorf("flags %v", k.Flags)
			}
			if k.Level == "" {
				t.Error("it has no level")
			}
		})
	}
}

func TestAccept_WithdrawnProtocolOfAnEncounter(t *testing.T) {
	o := newOffice(t)
	o.desk.Withdrawn = func(record.ProtocolRef, time.Time) bool { return true }
	enc := newID()
	e := encounterOf(o.detection(), enc)
	o.want("accepted", o.seal(e.ID, text(t, e)))
}

func TestShelves_NothingUnknownIsWithdrawn(t *testing.T) {
	if (ingest.Shelves{}).Withdrawn(record.ProtocolRef{ID: "x", Version: 1, SHA256: "00"}, time.Now()) {
		t.Error("a version that nobody published is withdrawn")
	}
}

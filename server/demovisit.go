package main

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"umbral/screening"
	"umbral/server/record"
)

// What an invented visit has besides its screenings.
const (
	demoRefused    = 1 // persons who did not want to talk
	demoNotReached = 4 // persons for whom there was no time
	demoArrival    = 15 * time.Minute
	demoLeave      = 5 * time.Minute // less than the newest row of people.csv is old
)

// demoVisits gives detections, in their order, the encounters they took place
// in: neighbours at the same place are of one visit.
func demoVisits(detections []record.Detection) ([]record.Encounter, error) {
	var visits []record.Encounter
	for from := 0; from < len(detections); {
		to := from + 1
		for to < len(detections) && detections[to].Place == detections[from].Place {
			to++
		}
		e, err := demoVisit(detections[from:to])
		if err != nil {
			return nil, err
		}
		visits, from = append(visits, e), to
	}
	return visits, nil
}

// demoVisit makes the encounter of detections and names it in each of them.
func demoVisit(detections []record.Detection) (record.Encounter, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return record.Encounter{}, fmt.Errorf("make an id: %w", err)
	}
	first := detections[0]
	e := record.Encounter{
		Kind: record.KindEncounter, Schema: record.Schema, ID: id.String(), Encounter: id.String(),
		Author: first.Author, Device: first.Device, Mode: first.Mode, Setting: first.Setting, Place: first.Place,
		StartedAt: first.OccurredAt, EndedAt: first.CapturedAt, Protocol: first.Protocol,
		Observations: agreed(detections),
		Counts: record.Counts{
			Seen:     len(detections) + demoRefused + demoNotReached,
			Screened: len(detections), Refused: demoRefused, NotReached: demoNotReached,
		},
	}
	for i := range detections {
		d := &detections[i]
		d.Encounter = &e.Encounter
		if d.OccurredAt.Before(e.StartedAt) {
			e.StartedAt = d.OccurredAt
		}
		if d.CapturedAt.After(e.EndedAt) {
			e.EndedAt = d.CapturedAt
		}
	}
	e.StartedAt, e.EndedAt = e.StartedAt.Add(-demoArrival), e.EndedAt.Add(demoLeave)
	e.CapturedAt = e.EndedAt
	return e, nil
}

// agreed are the observations of the place that all of a visit's detections
// have alike: each of them was walked alone.
func agreed(detections []record.Detection) []record.Answer {
	out := []record.Answer{}
	for _, a := range detections[0].Answers {
		if a.From != screening.ScopeEncounter {
			continue
		}
		isAgreed := true
		for _, d := range detections[1:] {
			isAgreed = isAgreed && hasAnswer(d, a.Item, a.Value)
		}
		if isAgreed {
			a.From = ""
			out = append(out, a)
		}
	}
	return out
}

func hasAnswer(d record.Detection, item, value string) bool {
	for _, a := range d.Answers {
		if a.Item == item && a.Value == value {
			return true
		}
	}
	return false
}

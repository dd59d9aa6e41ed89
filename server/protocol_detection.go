package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"umbral/locales"
	"umbral/protocols"
	"umbral/screening"
	"umbral/server/record"
)

// secondsPerItem spaces the times of a walk's answers, so that they stand in the
// order in which a person could have given them.
const secondsPerItem = 5 * time.Second

// detectionOf makes a detection in clear of a walk that ends at now. Author and
// device are left for whoever seals it.
func detectionOf(p protocols.Published, w screening.Walked, now time.Time) (record.Detection, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return record.Detection{}, fmt.Errorf("make an id: %w", err)
	}
	now = now.Truncate(time.Second)
	start := now.Add(-time.Duration(len(w.Asked)) * secondsPerItem)
	d := record.Detection{
		Kind: record.KindDetection, Schema: record.Schema, ID: id.String(),
		OccurredAt: start, CapturedAt: now,
		Mode: "live", Ended: w.Input.Ended, Setting: w.Input.Setting, Place: anyPlace(protocols.Codebook()),
		Protocol:       record.ProtocolRef{ID: p.Protocol.ID, Version: p.Protocol.Version, SHA256: p.SHA256},
		PersonLanguage: locales.Source, AgentLanguage: locales.Source, Interpreter: "none_needed",
		Shown: shownIn(&p.Protocol, w, now.Year()), Answers: []record.Answer{},
		Subject: record.Subject{Kind: "direct", Person: wholePerson(&p.Protocol, w.Input.Person)},
		Consent: map[string]string{}, Needs: []string{}, Referrals: []string{}, Others: []record.Other{}, Linked: []string{},
		Assessment: record.Assessed{Computed: computedOf(w.Assessment)},
		Identity:   json.RawMessage("null"),
	}
	given := map[string]screening.Answer{}
	for _, a := range w.Input.Answers {
		given[a.Item] = a
	}
	items := itemsByID(&p.Protocol)
	for i, id := range w.Asked {
		a, ok := given[id]
		if !ok {
			continue // it stands in the person
		}
		d.Answers = append(d.Answers, record.Answer{Answer: a, At: start.Add(time.Duration(i) * secondsPerItem)})
		if what, isConsent := strings.CutPrefix(items[id].Field, "consent."); isConsent {
			d.Consent[what] = a.Value
		}
	}
	return d, nil
}

func itemsByID(p *screening.Protocol) map[string]*screening.Item {
	items := map[string]*screening.Item{}
	for i := range p.Modules {
		for j := range p.Modules[i].Items {
			items[p.Modules[i].Items[j].ID] = &p.Modules[i].Items[j]
		}
	}
	return items
}

// anyPlace is a place that exists: the first of the codebook. A walk happened nowhere.
func anyPlace(book *protocols.Book) record.Place {
	return record.Place{State: book.List(protocols.ListStates).Codes()[0]}
}

// shownIn lists what the person would have been shown, a draft until a competent
// person signs it; observations are the agent's.
func shownIn(p *screening.Protocol, w screening.Walked, year int) []record.ShownText {
	items := itemsByID(p)
	child := screening.WordsOf(p, w.Input)
	shown := []record.ShownText{}
	for _, id := range w.Asked {
		it := items[id]
		if it.Kind == screening.Observation {
			continue
		}
		text := screening.Fill(screening.Text(it, child), p.Figures, year).Text
		shown = append(shown, record.ShownText{Item: id, Locale: locales.Source, Status: string(locales.Draft), TextHash: locales.TextHash(text)})
	}
	return shown
}

// wholePerson gives each minimum variable a value. What did not come up on this
// path does not apply to the person.
func wholePerson(p *screening.Protocol, who screening.Person) screening.Person {
	groups := map[string]string{}
	for _, m := range p.Modules {
		for _, it := range m.Items {
			if code, ok := strings.CutPrefix(it.Field, "groups."); ok {
				groups[code] = orElse(who.Groups[code], screening.NotApplicable)
			}
		}
	}
	who.Groups = groups
	who.Sex = orElse(who.Sex, screening.NoInformation)
	who.Nationality = orElse(who.Nationality, screening.NoInformation)
	who.StateOfOrigin = orElse(who.StateOfOrigin, screening.NoInformation)
	if who.Age == nil {
		who.AgeGroup = orElse(who.AgeGroup, screening.NoInformation)
	}
	return who
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func computedOf(a screening.Assessment) record.Computed {
	c := record.Computed{Level: a.Level, Danger: a.Danger, Indicators: a.Indicators, Offences: []string{}, Actions: a.Actions}
	for _, o := range a.Offences {
		c.Offences = append(c.Offences, o.Code)
	}
	return c
}

// printLine writes v as one line of NDJSON.
func printLine(std streams, v any) int {
	enc := json.NewEncoder(std.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		fmt.Fprintf(std.err, "server: write: %v\n", err)
		return exitFailure
	}
	return exitOK
}

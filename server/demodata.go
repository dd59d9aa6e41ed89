package main

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	_ "embed"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"umbral/protocols"
	"umbral/screening"
	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/proof"
	"umbral/server/record"
	"umbral/server/review"
	"umbral/server/seal"
)

// demoPeople are invented; the codes alone are real. One row, one screening.
//
//go:embed demodata/people.csv
var demoPeople []byte

// demoAge is how long ago the invented phones were enrolled: before the oldest
// row of people.csv.
const demoAge = 30 * 24 * time.Hour

// demoPerson is one row of people.csv.
type demoPerson struct {
	agent, protocol     string
	want                screening.Want
	state, municipality string
	nationality, origin string
	groups              []string
	language            string
	ago                 time.Duration // before the first start
}

func readDemoPeople() ([]demoPerson, error) {
	rows, err := csv.NewReader(bytes.NewReader(demoPeople)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("people.csv: %w", err)
	}
	people := make([]demoPerson, 0, len(rows))
	for i, r := range rows[1:] {
		minutes, err := strconv.Atoi(r[11])
		if err != nil {
			return nil, fmt.Errorf("people.csv: line %d: %w", i+2, err)
		}
		p := demoPerson{
			agent: r[0], protocol: r[1], state: r[5], municipality: r[6], nationality: r[7], origin: r[8],
			groups: strings.Fields(r[9]), language: r[10], ago: time.Duration(minutes) * time.Minute,
		}
		p.want = screening.Want{Meets: strings.Fields(r[2]), Sex: r[4], AgeUnknown: r[3] == "unknown", DeclineAll: r[12] == "yes"}
		if !p.want.AgeUnknown {
			age, err := strconv.Atoi(r[3])
			if err != nil {
				return nil, fmt.Errorf("people.csv: line %d: %w", i+2, err)
			}
			p.want.Age = &age
		}
		people = append(people, p)
	}
	return people, nil
}

// detection walks the protocol as this person would and makes the record of it,
// as a device makes one.
func (p demoPerson) detection(who record.Author, device string, now time.Time) (record.Detection, error) {
	pub, err := protocols.Get(p.protocol, 0)
	if err != nil {
		return record.Detection{}, err
	}
	p.want.Role = who.Role
	walked, err := screening.Walk(&pub.Protocol, p.want)
	if err != nil {
		return record.Detection{}, err
	}
	person := &walked.Input.Person
	person.Nationality, person.StateOfOrigin = p.nationality, p.origin
	for _, g := range p.groups {
		person.Groups[g] = screening.Yes
	}
	walked.Assessment = screening.Evaluate(&pub.Protocol, walked.Input)
	d, err := detectionOf(pub, walked, now.Add(-p.ago))
	if err != nil {
		return record.Detection{}, err
	}
	d.Author, d.Device, d.Mode = &who, &device, "training"
	d.Place = record.Place{State: p.state, Municipality: p.municipality}
	d.PersonLanguage = p.language
	if p.language != d.AgentLanguage {
		d.Interpreter = "community_helper"
	}
	return d, nil
}

// seedDemo fills a store that has no detection: each record is sealed and goes
// the way of every record.
func (n *node) seedDemo(ctx context.Context) error {
	rows, _, err := n.store.Rows(ctx, review.Filter{Limit: 1})
	if err != nil || len(rows) > 0 {
		return err
	}
	people, err := readDemoPeople()
	if err != nil {
		return err
	}
	n.intake.Synthetic = func(string) bool { return true } // nobody else can sync yet
	defer func() { n.intake.Synthetic = nil }()
	batches := map[string][]demoPerson{}
	for _, p := range people {
		batches[p.agent] = append(batches[p.agent], p)
	}
	for agent, theirs := range batches {
		if err := n.seedAgent(ctx, agent, theirs); err != nil {
			return fmt.Errorf("detections of %s: %w", agent, err)
		}
	}
	return nil
}

// seedAgent enrols a device for agent and syncs what their people make.
func (n *node) seedAgent(ctx context.Context, agent string, people []demoPerson) error {
	a, _, err := n.store.AccountByName(ctx, agent)
	if err != nil {
		return err
	}
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	point := key.PublicKey().Bytes()
	who := access.Caller{User: a.ID, Account: a.Account, Post: a.Post, Agency: a.Agency, JKT: proof.Thumbprint(point)}
	// The invented phone is older than what it saw: else each record's clock were in doubt.
	n.auth.Now = func() time.Time { return time.Now().Add(-demoAge) }
	device, err := n.auth.EnrolDevice(ctx, who, auth.Enrolment{
		Code: n.auth.OpenCode, PublicKey: base64.RawURLEncoding.EncodeToString(point), Name: "Dispositivo de demostración de " + agent,
	})
	n.auth.Now = nil
	if err != nil {
		return err
	}
	author := record.Author{User: a.ID, Role: a.Post, Agency: a.Agency}
	detections := make([]record.Detection, 0, len(people))
	for i, p := range people {
		d, err := p.detection(author, device.ID, time.Now())
		if err != nil {
			return fmt.Errorf("person %d: %w", i+1, err)
		}
		detections = append(detections, d)
	}
	batch, err := n.demoBatch(detections)
	if err != nil {
		return err
	}
	results, err := n.intake.Accept(ctx, device, record.Batch{Device: device.ID, Records: batch})
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Status != ingest.Accepted {
			return problem.New(problem.Internal, "demo-seed").Because(fmt.Errorf("record %d: %s %s", i+1, r.Status, r.Reason))
		}
	}
	return nil
}

// demoBatch seals detections and the encounters of their visits.
func (n *node) demoBatch(detections []record.Detection) ([]record.Envelope, error) {
	visits, err := demoVisits(detections)
	if err != nil {
		return nil, err
	}
	kid, sealTo := n.seal.Current()
	var batch []record.Envelope
	add := func(id string, content any) error {
		plain, err := json.Marshal(content)
		if err != nil {
			return err
		}
		e, err := seal.Seal(sealTo, kid, id, plain)
		if err != nil {
			return err
		}
		batch = append(batch, e)
		return nil
	}
	for _, d := range detections {
		if err := add(d.ID, d); err != nil {
			return nil, fmt.Errorf("detection: %w", err)
		}
	}
	for _, e := range visits {
		if err := add(e.ID, e); err != nil {
			return nil, fmt.Errorf("encounter: %w", err)
		}
	}
	return batch, nil
}

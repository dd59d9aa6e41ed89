package retention

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"maps"
	"strconv"
	"strings"

	"umbral/server/access"
	"umbral/server/problem"
)

//go:embed terms.csv
var termsText string

// defaults are the terms of an agency that set none: ours, and not the law's.
var defaults = mustTerms(termsText)

func mustTerms(text string) map[string]int {
	m, err := parseTerms(text)
	if err != nil {
		panic(err) // a program built with a broken table, which its tests do not let pass
	}
	return m
}

func parseTerms(text string) (map[string]int, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("retention: terms.csv: %w", err)
	}
	m := map[string]int{}
	for i, r := range rows[min(1, len(rows)):] {
		days, err := strconv.Atoi(r[1])
		if err != nil || days < 0 || days > maxDays {
			return nil, fmt.Errorf("retention: terms.csv: line %d: %q days", i+2, r[1])
		}
		if days > 0 {
			m[r[0]] = days
		}
	}
	return m, nil
}

// maxDays of a term: a hundred years, which no criminal action outlives.
const maxDays = 36_500

// minDays of a term: shorter, a record could be due before a supervisor saw it.
const minDays = 30

// Terms of an agency: who asks for another than the own needs the right for all.
func (d *Desk) Terms(ctx context.Context, who access.Caller, agency string) (Terms, error) {
	agency, err := d.agency(who, access.ReadRetention, agency)
	if err != nil {
		return Terms{}, err
	}
	return d.terms(ctx, agency)
}

func (d *Desk) terms(ctx context.Context, agency string) (Terms, error) {
	t, err := d.Store.Terms(ctx, agency)
	if err != nil && problem.KindOf(err) == problem.NotFound {
		return Terms{Agency: agency, Levels: maps.Clone(defaults)}, nil
	}
	return t, err
}

// SetTerms replaces all terms of an agency; 0 days, or no entry: keep.
func (d *Desk) SetTerms(ctx context.Context, who access.Caller, agency string, levels map[string]int) (Terms, error) {
	agency, err := d.agency(who, access.ManageRetention, agency)
	if err != nil {
		return Terms{}, err
	}
	if _, err := d.Agencies.Agency(ctx, agency); err != nil {
		return Terms{}, err
	}
	t := Terms{Agency: agency, Levels: map[string]int{}, By: who.User, At: d.Now().UTC()}
	for level, days := range levels {
		switch {
		case !d.Codes.Has("levels", level):
			return Terms{}, problem.New(problem.Invalid, "retention-level")
		case days == 0:
			continue
		case days < minDays || days > maxDays:
			return Terms{}, problem.New(problem.Invalid, "retention-days", "low", minDays, "high", maxDays)
		}
		t.Levels[level] = days
	}
	return t, d.Store.SetTerms(ctx, t)
}

// agency is the one that who may do this in; empty: the own.
func (d *Desk) agency(who access.Caller, do access.Action, agency string) (string, error) {
	if agency == "" {
		agency = who.Agency
	}
	reach, _, err := access.Reach(who, do)
	if err == nil && reach != "" && reach != agency {
		err = problem.New(problem.NotFound, "agency-unknown")
	}
	return agency, err
}

package translation

import (
	"context"
	"slices"
	"strings"

	"umbral/server/access"
	"umbral/server/problem"
)

// Gates that an administrator may give.
const (
	GateCertified = "certified"
	GateMarked    = "marked" // only of languages whose drafts may be shown, marked
)

// Limits of what names a language.
const (
	// MaxName is in bytes: the longest of INALI's names of a variant has 60.
	MaxName = 200
	// MaxStates is all that there are.
	MaxStates = 32
)

// StateCodes is the codebook list of states where a language is spoken.
const StateCodes = "states"

// AddLanguage registers a language while the server runs; its gate is certified
// unless its drafts may be shown, and that was asked. Invalid "language-invalid";
// Conflict "language-there".
func (d *Desk) AddLanguage(ctx context.Context, who access.Caller, l Language) (Language, error) {
	if err := access.Check(who, access.ManageLanguages, access.Scope{}); err != nil {
		return l, err
	}
	l.Name, l.Autonym, l.Variant = normal(l.Name), normal(l.Autonym), normal(l.Variant)
	if l.Gate == "" {
		l.Gate = GateCertified
	}
	if l.States == nil {
		l.States = []string{}
	}
	for field, text := range map[string]string{"name": l.Name, "autonym": l.Autonym, "variant": l.Variant} {
		if field == "name" && text == "" || text != "" && checkText(text, MaxName) != nil || strings.Contains(text, "\n") {
			return l, errLanguage(field)
		}
	}
	if len(l.States) > MaxStates || slices.ContainsFunc(l.States, func(code string) bool { return !d.Codes.Has(StateCodes, code) }) {
		return l, errLanguage("states")
	}
	l.By, l.At = who.User, d.Now().UTC()
	if err := d.Texts.CheckLanguage(l); err != nil {
		return l, err
	}
	if err := d.Store.AddLanguage(ctx, l); err != nil {
		return l, err
	}
	return l, d.Added(ctx)
}

func errLanguage(field string) error {
	return problem.New(problem.Invalid, "language-invalid", "field", field)
}

// RaiseGate makes the gate of a language certified. It is never lowered: Invalid
// "gate-lower". NotFound "locale-unknown".
func (d *Desk) RaiseGate(ctx context.Context, who access.Caller, locale, gate string) error {
	if err := access.Check(who, access.ManageLanguages, access.Scope{}); err != nil {
		return err
	}
	if err := d.checkLocale(locale); err != nil {
		return err
	}
	if gate != GateCertified {
		return problem.New(problem.Invalid, "gate-lower")
	}
	if d.Texts.GateOf(locale) == GateCertified {
		return nil
	}
	if _, err := d.Store.RaiseGate(ctx, who.User, d.Now().UTC(), locale); err != nil {
		return err
	}
	return d.Added(ctx)
}

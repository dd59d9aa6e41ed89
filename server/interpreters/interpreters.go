// Package interpreters keeps the people who interpret for an agency, so that its
// phones can call one where there is no network. They are named persons with a
// telephone number who agreed to be listed: the list is of their agency alone,
// and who takes the agreement back is taken out, not hidden.
package interpreters

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"umbral/server/problem"
)

// Limits of the list. All of it goes to each phone of the agency, which keeps it
// as one sealed value and searches it while somebody waits.
const (
	// MostListed is how many interpreters an agency can list: three for each of the
	// 68 peoples of INALI's catalogue, and 100 KB on a phone.
	MostListed = 200
	// mostLanguages of one interpreter; more is a typing slip.
	mostLanguages = 12
	// mostStates is all of them.
	mostStates = 32
	maxName    = 80  // characters: two lines on a phone of 320 px
	maxHours   = 120 // characters
	maxNote    = 240 // characters: it is read while the person waits
	maxVariant = 120 // characters: the longest name of INALI's has 75
)

// Names of the codebook's lists.
const (
	listKinds  = "interpreters"
	listStates = "states"
)

// Interpreter is one person of the list.
type Interpreter struct {
	ID        string     `json:"id"` // UUIDv7
	Agency    string     `json:"agency"`
	Name      string     `json:"name"`  // as they want to be called
	Phone     string     `json:"phone"` // ten digits of Mexico, or + and a country's
	Languages []Language `json:"languages"`
	Kind      string     `json:"kind"`   // a code of listKinds that somebody listed can be
	States    []string   `json:"states"` // where they come to; empty: by telephone, or nobody said
	Hours     string     `json:"hours"`
	Note      string     `json:"note"`
	// Consent: they agreed to be listed. Nobody is kept without.
	Consent bool `json:"consent"`
	// Revision is 1 for who was just added, and grows with each change.
	Revision  int       `json:"revision"`
	AddedBy   string    `json:"added_by"` // account id
	AddedAt   time.Time `json:"added_at"`
	UpdatedBy string    `json:"updated_by"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Language is what somebody interprets: the registry's code, the variant as INALI
// names it, or both. Two variants of one people are two languages.
type Language struct {
	Code    string `json:"code"`
	Variant string `json:"variant"`
}

// Store is what the Desk needs kept.
type Store interface {
	// Interpreters of an agency, in the order in which they were added; never nil.
	Interpreters(ctx context.Context, agency string) ([]Interpreter, error)
	// Interpreter returns one. NotFound "interpreter-unknown".
	Interpreter(ctx context.Context, id string) (Interpreter, error)
	// PutInterpreter keeps who is new, where Revision is 1, or the next revision of
	// who is there. Conflict "interpreters-full" where the agency lists most,
	// "interpreter-changed" where somebody else was faster; NotFound
	// "interpreter-unknown" for a next revision of who is not there.
	PutInterpreter(ctx context.Context, i Interpreter, most int) error
	// RemoveInterpreter takes somebody out for good: no copy of the store that was
	// made before can be read again as far as it speaks of them, once the file of
	// keys is of now. NotFound "interpreter-unknown".
	RemoveInterpreter(ctx context.Context, by string, at time.Time, id string) error
}

// Codebook knows the codes.
type Codebook interface{ Has(list, code string) bool }

// Languages knows what can be interpreted.
type Languages interface {
	// Known says whether a code is in the registry, Variant whether INALI has a
	// variant of this name.
	Known(code string) bool
	Variant(name string) bool
}

// punctuation is what people write between the digits of a number.
var punctuation = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "\u00a0", "")

// phoneForm: Mexico's ten digits, or E.164 with its plus.
var phoneForm = regexp.MustCompile(`^([1-9][0-9]{9}|\+[1-9][0-9]{7,14})$`)

// clean trims what was typed and checks it against the codes; the error names the
// field. Invalid "interpreter-consent", "interpreter-phone", "interpreter-text",
// "interpreter-languages", "interpreter-kind", "interpreter-states".
func (d *Desk) clean(i *Interpreter) error {
	i.Name, i.Hours, i.Note = strings.TrimSpace(i.Name), strings.TrimSpace(i.Hours), strings.TrimSpace(i.Note)
	i.Phone = punctuation.Replace(i.Phone)
	for _, f := range []struct {
		field, text string
		least, most int
	}{{"name", i.Name, 1, maxName}, {"hours", i.Hours, 0, maxHours}, {"note", i.Note, 0, maxNote}} {
		if n := utf8.RuneCountInString(f.text); n < f.least || n > f.most || strings.ContainsFunc(f.text, unicode.IsControl) {
			return problem.New(problem.Invalid, "interpreter-text", "field", f.field, "limit", f.most)
		}
	}
	switch {
	case !phoneForm.MatchString(i.Phone):
		return problem.New(problem.Invalid, "interpreter-phone", "field", "phone")
	case !d.known(i.Languages):
		return problem.New(problem.Invalid, "interpreter-languages", "field", "languages", "limit", mostLanguages)
	case !d.Codes.Has(listKinds, i.Kind) || !d.Listed(i.Kind):
		return problem.New(problem.Invalid, "interpreter-kind", "field", "kind")
	case len(i.States) > mostStates || repeats(i.States) || slices.ContainsFunc(i.States, func(s string) bool { return !d.Codes.Has(listStates, s) }):
		return problem.New(problem.Invalid, "interpreter-states", "field", "states")
	case !i.Consent:
		return problem.New(problem.Invalid, "interpreter-consent", "field", "consent")
	}
	if i.States == nil {
		i.States = []string{}
	}
	return nil
}

// known says whether there is at least one language, and each can be found by who
// looks for it.
func (d *Desk) known(list []Language) bool {
	return len(list) > 0 && len(list) <= mostLanguages && !repeats(list) && !slices.ContainsFunc(list, func(l Language) bool {
		return l == Language{} || len(l.Variant) > maxVariant*utf8.UTFMax || l.Code != "" && !d.Languages.Known(l.Code) ||
			l.Variant != "" && !d.Languages.Variant(l.Variant)
	})
}

func repeats[T comparable](list []T) bool {
	seen := map[T]bool{}
	for _, v := range list {
		if seen[v] {
			return true
		}
		seen[v] = true
	}
	return false
}

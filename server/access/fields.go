package access

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Withheld stands where something is kept from a reader.
const Withheld = "withheld"

// fieldParts are what a row of fields.csv may speak of.
var fieldParts = []string{"item", "indicator", "need", "group", "service", "action"}

// secret is one row of fields.csv: a code and whom it is kept from.
type secret struct {
	class, part, code string
	notFor            []string // authorities
}

//go:embed fields.csv
var fieldsTable string

var secrets = mustParseFields(fieldsTable)

func mustParseFields(text string) []secret {
	list, err := parseFields(text)
	if err != nil {
		panic(err) // as mustParse
	}
	return list
}

func parseFields(text string) ([]secret, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("access: fields.csv: %w", err)
	}
	var list []secret
	seen := map[[2]string]bool{}
	for i, row := range rows[min(1, len(rows)):] {
		place := [2]string{row[1], row[2]}
		if row[0] == "" || !slices.Contains(fieldParts, row[1]) || row[2] == "" || row[3] == "" || seen[place] {
			return nil, fmt.Errorf("access: fields.csv: line %d: %s", i+2, strings.Join(row, ","))
		}
		seen[place] = true
		list = append(list, secret{row[0], row[1], row[2], strings.Split(row[3], "|")})
	}
	return list, nil
}

// SecretCodes returns the codes of a part (item, indicator, need, group,
// service, action) that fields.csv keeps from somebody; for tests that hold the
// table against the codebook.
func SecretCodes(part string) []string {
	var codes []string
	for _, s := range secrets {
		if s.part == part {
			codes = append(codes, s.code)
		}
	}
	return codes
}

// Redaction is what is kept from one reader inside the records they may read.
// The zero value keeps nothing back.
type Redaction struct {
	Classes []string // of what is kept back, whether or not a record has any of it
	codes   map[string]bool
}

// RedactionFor returns what is kept from who: from whoever is of no known
// authority, all that is kept from any.
func RedactionFor(who Caller) Redaction {
	r := Redaction{codes: map[string]bool{}}
	classes := map[string]bool{}
	for _, s := range secrets {
		if who.Authority == "" || slices.Contains(s.notFor, who.Authority) {
			r.codes[s.code], classes[s.class] = true, true
		}
	}
	r.Classes = slices.Sorted(maps.Keys(classes))
	return r
}

// Any says whether anything is kept back.
func (r Redaction) Any() bool { return len(r.codes) > 0 }

// Hides says whether code is kept back: then it is no filter either.
func (r Redaction) Hides(code string) bool { return r.codes[code] }

// Codes returns list without what is kept back.
func (r Redaction) Codes(list []string) []string {
	if !slices.ContainsFunc(list, r.Hides) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), r.Hides)
}

// Marked returns list with Withheld once in place of what is kept back. It is
// for dangers: that there is one must be seen by whoever can act, and not which.
func (r Redaction) Marked(list []string) []string {
	if kept := r.Codes(list); len(kept) < len(list) {
		return append(slices.Clone(kept), Withheld)
	}
	return list
}

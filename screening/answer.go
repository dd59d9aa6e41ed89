package screening

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Codebook lists that the fields of Person are codes of.
const (
	listAgeGroups = "age_groups"
	listSexes     = "sexes"
	listCountries = "countries"
	listStates    = "states"
	listGroups    = "groups"
)

// Lookup reports whether code stands in the codebook's list; the caller has it.
type Lookup func(list, code string) bool

// Why something given is a problem.
const (
	UnknownItem  = "unknown_item"      // no item of the protocol has this id
	BadValue     = "value_not_allowed" // the item, or the field, has no such answer
	InPersonOnly = "belongs_to_person" // its answer stands in person, not among the answers
)

// Problem is one thing of an Input that the protocol does not allow.
type Problem struct {
	Where string `json:"where"` // JSON pointer into the input: /answers/3, /person/sex
	Item  string `json:"item,omitempty"`
	Why   string `json:"why"`
}

// Validate lists what of in the protocol does not know: items, values, and the
// person's codes. An empty field of the person is not a problem; whether it may
// be empty is the caller's question. The list is empty, never nil.
func Validate(p *Protocol, in Input, lookup Lookup) []Problem {
	problems := []Problem{}
	items := map[string]*Item{}
	for i := range p.Modules {
		for j := range p.Modules[i].Items {
			it := &p.Modules[i].Items[j]
			items[it.ID] = it
		}
	}
	for i, a := range in.Answers {
		where := "/answers/" + strconv.Itoa(i)
		switch it := items[a.Item]; {
		case it == nil:
			problems = append(problems, Problem{where, a.Item, UnknownItem})
		case IsPersonField(it.Field):
			problems = append(problems, Problem{where, a.Item, InPersonOnly})
		case !AnswerAllowed(it, a.Value, lookup):
			problems = append(problems, Problem{where, a.Item, BadValue})
		}
	}
	return append(problems, validatePerson(&in.Person, lookup)...)
}

// validatePerson checks the fields that have a value.
func validatePerson(p *Person, lookup Lookup) []Problem {
	var problems []Problem
	wrong := func(field string) {
		problems = append(problems, Problem{Where: "/person/" + field, Why: BadValue})
	}
	if p.Age != nil && !ageInYears(p) {
		wrong("age")
	}
	for _, f := range []struct{ field, value, list string }{
		{"age_group", p.AgeGroup, listAgeGroups},
		{"sex", p.Sex, listSexes},
		{"nationality", p.Nationality, listCountries},
		{"state_of_origin", p.StateOfOrigin, listStates},
	} {
		if f.value != "" && !IsMissing(f.value) && !lookup(f.list, f.value) {
			wrong(f.field)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(p.Groups)) {
		if !lookup(listGroups, code) || !yesNo(p.Groups[code]) {
			wrong("groups/" + pointerPart(code))
		}
	}
	return problems
}

// pointerPart escapes s as one part of a JSON pointer (RFC 6901).
func pointerPart(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}

// AnswerAllowed reports whether value is an answer that it has.
func AnswerAllowed(it *Item, value string, lookup Lookup) bool {
	if it.Type == NoneToGive {
		return value == Shown
	}
	if IsMissing(value) {
		return true
	}
	switch it.Type {
	case YesNo:
		return yesNo(value)
	case Choice:
		return it.offers(value, lookup)
	case Multi:
		return it.offersAll(value, lookup)
	case AgeType:
		years, err := strconv.Atoi(value)
		return err == nil && digits(value) && years <= maxAge || lookup(listAgeGroups, value)
	}
	return false
}

func yesNo(value string) bool { return value == Yes || value == No || IsMissing(value) }

// offers reports whether code is one of the item's options or of its list.
func (it *Item) offers(code string, lookup Lookup) bool {
	if slices.ContainsFunc(it.Options, func(o Option) bool { return o.Code == code }) {
		return code != ""
	}
	return it.List != "" && lookup(it.List, code)
}

// offersAll reports whether value is No (none of them) or codes of the item,
// each once, in order.
func (it *Item) offersAll(value string, lookup Lookup) bool {
	if value == No {
		return true
	}
	codes := strings.Split(value, ",")
	for i, code := range codes {
		if !it.offers(code, lookup) || i > 0 && codes[i-1] >= code {
			return false
		}
	}
	return true
}

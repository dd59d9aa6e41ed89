package protocols

import (
	"encoding/json"
	"strconv"

	"umbral/screening"
)

// Vignette is a short case: what is true of a person and a place, and what a
// specialist would expect of it. The engine is held against it.
type Vignette struct {
	ID      string         `json:"id"`
	Title   string         `json:"title"`
	Setting string         `json:"-"`    // as its file says
	Kind    string         `json:"kind"` // positive, near_miss, negative, unfinished
	Role    string         `json:"role"`
	Person  vignettePerson `json:"person"`
	Ended   string         `json:"ended"` // how the talk ended; completed where empty
	Source  string         `json:"source"`
	Facts   []Fact         `json:"facts"`
	Expect  Expected       `json:"expect"`
}

type vignettePerson struct {
	Sex string `json:"sex"`
	Age age    `json:"age"`
}

// age is whole years, or nil where nobody knows them ("unknown").
type age struct{ years *int }

// UnmarshalJSON reads a number or "unknown"; the schema allows nothing else.
func (a *age) UnmarshalJSON(raw []byte) error {
	if years, err := strconv.Atoi(string(raw)); err == nil {
		a.years = &years
		return nil
	}
	var word string
	return json.Unmarshal(raw, &word)
}

// Fact is something true, in words, and what the person or the agent answers
// because of it. A key fact is one without which the level would be lower.
type Fact struct {
	Says    string            `json:"says"`
	Key     bool              `json:"key"`
	Answers map[string]string `json:"answers"`
}

// Expected is what a specialist would say. Offences are all that are expected;
// dangers too; actions only those that must be among them.
type Expected struct {
	Level    string   `json:"level"`
	Offences []string `json:"offences"`
	Danger   []string `json:"danger"`
	Actions  []string `json:"actions"`
}

type vignetteFile struct {
	Setting string     `json:"setting"`
	Cases   []Vignette `json:"cases"`
}

// Vignettes reads every case of the library.
func (l *Library) Vignettes() (all []Vignette, findings []Finding) {
	for _, name := range globAll(l.fsys, "vignettes/*.yaml") {
		file, _, f := readYAML[vignetteFile](l, name, vignettesSchema)
		findings = append(findings, f...)
		for _, v := range file.Cases {
			v.Setting = file.Setting
			all = append(all, v)
		}
	}
	return all, findings
}

// Walk goes through p as the facts say, but for those left out by index.
func (v Vignette) Walk(p *screening.Protocol, without ...int) screening.Walked {
	given := map[string]string{}
	left := map[int]bool{}
	for _, i := range without {
		left[i] = true
	}
	for i, f := range v.Facts {
		if left[i] {
			continue
		}
		for item, value := range f.Answers {
			given[item] = value
		}
	}
	// What the facts meet need not be wanted: Walk's complaint about it is none.
	walked, _ := screening.Walk(p, screening.Want{
		Age: v.Person.Age.years, AgeUnknown: v.Person.Age.years == nil, Sex: v.Person.Sex,
		Role: v.Role, Setting: v.Setting, Ended: v.Ended, Given: given,
	})
	return walked
}

package protocols

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"umbral/screening"
)

// copyFields are the Fields besides the person's own: where a device copies an
// answer in the record. Those that end with a dot are followed by a code.
var copyFields = map[string]string{"consent.": ListConsents, "needs": ListNeeds, "interpreter": ListInterpreters, "concerned": ListAuthorities}

// items checks each item by itself, and that no two ask the same.
func (c *linter) items() {
	texts, ids := map[string]string{}, map[string]bool{}
	c.eachItem(func(it *screening.Item, at place) {
		if ids[it.ID] {
			c.add(at.in("id"), fmt.Sprintf("the item id %s stands twice in the protocol", it.ID), "give each item an id of its own")
		}
		ids[it.ID] = true
		key := normalised(it.Text)
		if other, twice := texts[key]; twice && other != it.ID {
			c.add(at.in("text"), fmt.Sprintf("%s asks the same as %s", it.ID, other), "ask once: an answer already given is never asked again")
		}
		texts[key] = it.ID
		c.field(it, at)
		c.answers(it, at)
		c.meets(it, at)
		c.shared(it, at)
		c.placeholders(it, at)
	})
}

// normalised leaves only letters and digits, in lower case and without accents.
func normalised(s string) string {
	fold := strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u")
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, fold.Replace(strings.ToLower(s)))
}

// personLists are the lists that the answers of a person field come from.
var personLists = map[string]string{"sex": ListSexes, "nationality": ListCountries, "state_of_origin": ListStates}

func (c *linter) field(it *screening.Item, at place) {
	if it.Field == "" {
		return
	}
	at = at.in("field")
	if screening.IsPersonField(it.Field) {
		if it.Kind != screening.Registration {
			c.add(at, fmt.Sprintf("%s writes the person field %s but is a %s", it.ID, it.Field, it.Kind), "make it a registration item, or take the field out")
		}
		if it.Scope != "" {
			c.add(at, it.ID+" writes a person field and is answered once for everyone", "take the scope out")
		}
		c.personField(it, at)
		return
	}
	for field, list := range copyFields {
		if field == it.Field {
			return
		}
		if code, ok := strings.CutPrefix(it.Field, field); ok && strings.HasSuffix(field, ".") {
			c.code(at, list, code)
			return
		}
	}
	c.add(at, "unknown field "+it.Field, "use age, sex, nationality, state_of_origin, groups.CODE, consent.CODE, needs or interpreter")
}

func (c *linter) personField(it *screening.Item, at place) {
	switch group, ok := strings.CutPrefix(it.Field, "groups."); {
	case ok:
		c.code(at, ListGroups, group)
		if it.Type != screening.YesNo {
			c.add(at, it.ID+" asks for a group and is not answered yes or no", "make its type yes_no")
		}
	case it.Field == "age":
		if it.Type != screening.AgeType {
			c.add(at, it.ID+" asks for the age and its type is "+it.Type, "make its type age")
		}
	case it.List != personLists[it.Field]:
		c.add(at, fmt.Sprintf("%s must answer with the list %s", it.ID, personLists[it.Field]), "set list to it")
	}
}

// answers checks that every value an item names is one of its answers.
func (c *linter) answers(it *screening.Item, at place) {
	if it.List != "" && c.src.Book.List(it.List) == nil {
		c.add(at.in("list"), "there is no codebook list "+it.List, "use the name of a file in codebook/, without .csv")
		return
	}
	seen := map[string]bool{}
	for i, o := range it.Options {
		if seen[o.Code] || screening.IsMissing(o.Code) {
			c.add(at.item("options", i), fmt.Sprintf("the answer %s stands twice", o.Code), "keep one; the codes of missing.csv are always there")
		}
		seen[o.Code] = true
	}
	for _, v := range it.EndsOn {
		if !c.hasAnswer(it, v) {
			c.add(at.in("ends_on"), fmt.Sprintf("%s has no answer %s", it.ID, v), "use one of its answers")
		}
	}
}

// hasAnswer reports whether a condition, meets or ends_on may name value.
func (c *linter) hasAnswer(it *screening.Item, value string) bool {
	if it.Kind == screening.Statement {
		return value == screening.Shown
	}
	if screening.IsMissing(value) {
		return true
	}
	switch it.Type {
	case screening.YesNo:
		return value == screening.Yes || value == screening.No
	case screening.Choice:
		return slices.ContainsFunc(it.Options, func(o screening.Option) bool { return o.Code == value }) ||
			it.List != "" && c.src.Book.Has(it.List, value)
	}
	return false // an age is compared by age_below; several codes are no single value
}

func (c *linter) meets(it *screening.Item, at place) {
	threshold := false
	for value, code := range it.Meets {
		to := at.in("meets").in(escapePointer(value))
		if !c.hasAnswer(it, value) || screening.IsMissing(value) || it.Type == screening.Multi {
			c.add(to, fmt.Sprintf("%s can meet nothing with %s", it.ID, value), "use an answer that says something and is one single value")
		}
		if _, known := c.codebook[code]; !known {
			c.add(to, "unknown indicator "+code, "use a code of codebook/indicators.csv")
		}
		threshold = threshold || c.src.Book.twins[code] != ""
	}
	if threshold && (it.Note == nil || strings.TrimSpace(it.Note.Threshold) == "") {
		c.add(at.in("note"), it.ID+" meets an indicator that has a labour-rights twin, and states no threshold", "add note.threshold: what separates both, with the figure and its year")
	}
}

// ofOneAlone are the dimensions of what is done to a person or threatens them: it
// is never said of others.
var ofOneAlone = []string{"danger", "coercion_destination"}

// shared checks that what a group may say once is a fact that persons can share.
func (c *linter) shared(it *screening.Item, at place) {
	if !it.Group {
		return
	}
	at = at.in("group")
	if it.Kind != screening.Question && it.Kind != screening.Observation || it.Field != "" {
		c.add(at, it.ID+" is of one person: nobody agrees, registers or needs for a group", "take group out")
	}
	if it.Scope == screening.ScopeEncounter {
		c.add(at, it.ID+" is answered once for everyone there already", "take group or scope out")
	}
	for _, code := range it.Meets {
		if slices.Contains(ofOneAlone, c.codebook[code].Dimension) {
			c.add(at, fmt.Sprintf("%s meets %s, which is done to one person", it.ID, code), "take group out: each is asked")
		}
	}
}

var placeholderForm = regexp.MustCompile(`\{\{([^}]*)\}\}`)

func (c *linter) placeholders(it *screening.Item, at place) {
	texts := map[string]string{"text": it.Text, "child_text": it.ChildText}
	if it.Note != nil {
		texts["note"] = it.Note.Asks + it.Note.Not + it.Note.Avoid + it.Note.Threshold
	}
	for part, text := range texts {
		for _, m := range placeholderForm.FindAllStringSubmatch(text, -1) {
			code, dotted := strings.CutPrefix(m[1], ".")
			if !dotted || !slices.ContainsFunc(c.p.Figures, func(f screening.Figure) bool { return f.Code == code }) {
				c.add(at.in(part), fmt.Sprintf("no figure for %s", m[0]), "write {{.code}} with a code of figures.yaml")
			}
		}
	}
}

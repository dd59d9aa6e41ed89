package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"umbral/protocols"
	"umbral/screening"
)

// text is a field that is its own words; an empty one is absent.
func text(name, value string) field { return field{name, value, value} }

func flag(s side, name string, on bool) field {
	if !on {
		return field{name, "", s.voice.Say("diff.off")}
	}
	return field{name, "true", s.voice.Say("diff.on")}
}

func lines(name string, values []string) field { return text(name, strings.Join(values, "\n")) }

// condition is a field whose key is the condition itself, so that it does not
// change where only the words of an item that it speaks of do.
func condition(s side, name string, c *screening.Condition) field {
	if c == nil {
		return field{name, "", s.voice.Say("when.always")}
	}
	key, err := json.Marshal(c)
	if err != nil {
		key = []byte(err.Error())
	}
	return field{name, string(key), s.voice.Condition(c).Line()}
}

func labels(s side, name, list string, codes []string) field {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = s.voice.Label(list, c) + " (" + c + ")"
	}
	return field{name, strings.Join(codes, " "), strings.Join(names, ", ")}
}

func headOf(s side) []field {
	p := s.p
	fields := []field{
		text("title", p.Title), text("depth", p.Depth),
		labels(s, "settings", protocols.ListSettings, p.Settings), labels(s, "roles", protocols.ListRoles, p.Roles),
		text("law_text", p.Rules.LawText), text("law_source", p.Rules.LawSource),
		flag(s, "reviewed_by_lawyer", p.Rules.ReviewedByLawyer),
		condition(s, "child_path", &p.Rules.ChildPath), condition(s, "child_words", &p.Rules.ChildWords),
	}
	if p.Budget != nil {
		fields = append(fields, text("budget.negative", strconv.Itoa(p.Budget.Negative)), text("budget.vulnerable", strconv.Itoa(p.Budget.Vulnerable)))
	}
	return fields
}

func modulesOf(s side) []entry {
	list := make([]entry, len(s.p.Modules))
	for i := range s.p.Modules {
		m := &s.p.Modules[i]
		list[i] = entry{m.ID, "", m.Title, []field{text("title", m.Title), condition(s, "open_if", m.OpenIf)}}
	}
	return list
}

func itemsOf(s side) []entry {
	var list []entry
	for i := range s.p.Modules {
		for j := range s.p.Modules[i].Items {
			it := &s.p.Modules[i].Items[j]
			list = append(list, entry{it.ID, s.p.Modules[i].ID, it.Text, itemFields(s, it)})
		}
	}
	return list
}

func itemFields(s side, it *screening.Item) []field {
	note := screening.Note{}
	if it.Note != nil {
		note = *it.Note
	}
	options := make([]string, len(it.Options))
	for i, o := range it.Options {
		options[i] = o.Code + ": " + o.Text
	}
	return []field{
		text("text", it.Text), text("child_text", it.ChildText), text("words", it.Words),
		{"kind", it.Kind, s.voice.Kind(it.Kind)}, text("type", it.Type), text("scope", it.Scope), text("list", it.List), text("field", it.Field),
		lines("options", options), condition(s, "ask_if", it.AskIf), meets(s, it), endsOn(s, it),
		flag(s, "core", it.Core), flag(s, "means", it.Means), flag(s, "group", it.Group), flag(s, "discreet", it.Discreet),
		text("note.asks", note.Asks), text("note.not", note.Not), text("note.avoid", note.Avoid), text("note.threshold", note.Threshold),
		lines("law", it.Law), text("source", it.Source),
	}
}

func meets(s side, it *screening.Item) field {
	var key, words []string
	for _, value := range slices.Sorted(maps.Keys(it.Meets)) {
		code := it.Meets[value]
		key = append(key, value+"="+code)
		words = append(words, fmt.Sprintf("«%s» → %s (%s)", s.voice.Answer(it.ID, value), s.voice.Label(protocols.ListIndicators, code), code))
	}
	return field{"meets", strings.Join(key, " "), strings.Join(words, "\n")}
}

func endsOn(s side, it *screening.Item) field {
	words := make([]string, len(it.EndsOn))
	for i, value := range it.EndsOn {
		words[i] = "«" + s.voice.Answer(it.ID, value) + "»"
	}
	return field{"ends_on", strings.Join(it.EndsOn, " "), s.voice.Or(words)}
}

func indicatorsOf(s side) []entry {
	list := make([]entry, len(s.p.Rules.Indicators))
	for i, ind := range s.p.Rules.Indicators {
		list[i] = entry{ind.Code, "", s.voice.Label(protocols.ListIndicators, ind.Code), []field{
			{"dimension", ind.Dimension, s.voice.Dimension(ind.Dimension)}, {"strength", ind.Strength, s.voice.Strength(ind.Strength)},
		}}
	}
	return list
}

func levelsOf(s side) []entry {
	list := make([]entry, len(s.p.Rules.Levels))
	for i := range s.p.Rules.Levels {
		r := &s.p.Rules.Levels[i]
		list[i] = entry{r.ID, "", r.Text, []field{
			labels(s, "level", protocols.ListLevels, []string{r.Level}), text("text", r.Text), condition(s, "when", &r.When), text("source", r.Source),
		}}
	}
	return list
}

func offencesOf(s side) []entry {
	list, name := make([]entry, len(s.p.Rules.Offences)), numbered()
	for i := range s.p.Rules.Offences {
		o := &s.p.Rules.Offences[i]
		e := entry{name(o.Code), "", s.voice.Label(protocols.ListOffences, o.Code), []field{condition(s, "when", &o.When), flag(s, "verified", o.Verified)}}
		for j := range o.Elements {
			at, el := "element."+o.Elements[j].Code, &o.Elements[j]
			e.fields = append(e.fields, text(at, el.Text), labels(s, at+".indicators", protocols.ListIndicators, el.Indicators))
			if el.NotNeeded != nil {
				e.fields = append(e.fields, condition(s, at+".not_needed", el.NotNeeded))
			}
		}
		list[i] = e
	}
	return list
}

func actionsOf(s side) []entry {
	list, name := make([]entry, len(s.p.Rules.Actions)), numbered()
	for i := range s.p.Rules.Actions {
		a := &s.p.Rules.Actions[i]
		list[i] = entry{name(a.Code), "", a.Text, []field{
			text("text", a.Text), text("kind", a.Kind), condition(s, "when", &a.When), text("to", a.To), text("by", a.By), lines("law", a.Law),
		}}
	}
	return list
}

func figuresOf(s side) []entry {
	list := make([]entry, len(s.p.Figures))
	for i, f := range s.p.Figures {
		e := entry{f.Code, "", f.Code, []field{text("unit", f.Unit)}}
		for _, v := range f.Values {
			at := strconv.Itoa(v.Year)
			e.fields = append(e.fields, text(at, v.Value), text(at+".source", v.Source), flag(s, at+".verified", v.Verified))
		}
		list[i] = e
	}
	return list
}

// numbered gives the second and further rules of one code an id of their own.
func numbered() func(code string) string {
	seen := map[string]int{}
	return func(code string) string {
		if seen[code]++; seen[code] == 1 {
			return code
		}
		return code + "#" + strconv.Itoa(seen[code])
	}
}

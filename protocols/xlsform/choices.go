package xlsform

import (
	"umbral/protocols"
	"umbral/screening"
)

// missing are the answers that every item takes besides its own.
var missing = []string{screening.Declined, screening.Unknown, screening.NoInformation, screening.NotApplicable}

// multiConstraint keeps "none of them" and the missing answers alone.
const multiConstraint = "count-selected(.) = 1 or not(selected(., 'no') or selected(., 'declined') or selected(., 'unknown') or selected(., 'no_information') or selected(., 'not_applicable'))"

func (b *builder) choice(list, name string, label [2]string) {
	b.form.Choices = append(b.form.Choices, []string{list, name, label[0], label[1]})
}

// listOf writes the list of choices of an item, once, and returns its name.
func (b *builder) listOf(it *screening.Item) string {
	switch {
	case it.Type == screening.YesNo:
		if !b.lists["yes_no"] {
			b.lists["yes_no"] = true
			for _, v := range []string{screening.Yes, screening.No} {
				b.choice("yes_no", v, b.say("answer."+v))
			}
			b.missing("yes_no")
		}
		return "yes_no"
	case it.List != "":
		name := "list_" + it.List
		if l := protocols.Codebook().List(it.List); l != nil {
			b.codes(name, it.List, l.Codes(), true)
		}
		return name
	}
	name := "opt_" + it.ID
	for _, o := range it.Options {
		b.choice(name, o.Code, b.text("option."+it.ID+"."+o.Code, o.Text))
	}
	if it.Type == screening.Multi {
		b.choice(name, screening.No, b.say("xls.none"))
	}
	b.missing(name)
	return name
}

// codes writes a list of the codebook, once; a multi item of a list takes "no" too.
func (b *builder) codes(name, list string, codes []string, answers bool) {
	if b.lists[name] {
		return
	}
	b.lists[name] = true
	for _, c := range codes {
		b.choice(name, c, [2]string{b.es.Label(list, c), b.en.Label(list, c)})
	}
	if answers {
		if b.multiOf(list) {
			b.choice(name, screening.No, b.say("xls.none"))
		}
		b.missing(name)
	}
}

// multiOf reports whether an item of the protocol takes several codes of a list.
func (b *builder) multiOf(list string) bool {
	for _, m := range b.Protocol.Modules {
		for _, it := range m.Items {
			if it.List == list && it.Type == screening.Multi {
				return true
			}
		}
	}
	return false
}

func (b *builder) missing(list string) {
	for _, code := range missing {
		b.choice(list, code, [2]string{b.es.Label(protocols.ListMissing, code), b.en.Label(protocols.ListMissing, code)})
	}
}

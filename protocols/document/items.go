package document

import (
	"strconv"

	"umbral/protocols"
	"umbral/screening"
)

// maxNamed is up to how many answers of a codebook list are named one by one.
const maxNamed = 25

func (b *builder) modules() []Module {
	all := make([]Module, len(b.Protocol.Modules))
	for i := range b.Protocol.Modules {
		m := &b.Protocol.Modules[i]
		out := Module{Number: strconv.Itoa(i + 1), ID: m.ID, Title: b.words("module."+m.ID, m.Title)}
		if m.OpenIf != nil {
			c := b.voice.Condition(m.OpenIf)
			out.Opens = &c
		}
		if i+1 < len(b.Protocol.Modules) {
			out.Next = strconv.Itoa(i + 2)
		}
		for j := range m.Items {
			it := b.item(&m.Items[j])
			if j+1 < len(m.Items) {
				it.Next = b.voice.Number[m.Items[j+1].ID]
			}
			out.Items = append(out.Items, it)
		}
		all[i] = out
	}
	return all
}

func (b *builder) item(it *screening.Item) Item {
	out := Item{
		Number: b.voice.Number[it.ID], ID: it.ID, Kind: b.voice.Kind(it.Kind), Code: it.Kind, Type: it.Type,
		Text: b.words(it.MessageID(), it.Text), Law: it.Law, Source: it.Source, Traits: b.traits(it), Notes: b.notes(it),
	}
	if it.ChildText != "" {
		child := b.words(it.MessageID()+".child", it.ChildText)
		out.Child = &child
	}
	if it.AskIf != nil {
		c := b.voice.Condition(it.AskIf)
		out.Asked = &c
	}
	out.Answers, out.List = b.answers(it)
	out.Means, out.Once, out.missing = it.Means, it.Scope == screening.ScopeEncounter, b.missingOf(it, out.Answers)
	for i := range out.Answers {
		b.explain(it, &out.Answers[i])
	}
	return out
}

// explain says what follows from an answer.
func (b *builder) explain(it *screening.Item, a *Answer) {
	if code := it.Meets[a.Code]; code != "" {
		a.Meets = b.voice.Indicator(b.Protocol, code)
		if b.form != nil {
			a.Mark = b.form.of(code)
		}
	}
	for _, v := range it.EndsOn {
		a.Ends = a.Ends || v == a.Code
	}
}

// answers lists what an item is answered with besides the missing codes, or
// names the list where it is long.
func (b *builder) answers(it *screening.Item) (all []Answer, list string) {
	frame := func(code, text string) Answer { return Answer{Code: code, Text: Words{Text: text}} }
	switch {
	case it.Type == screening.NoneToGive:
		return []Answer{frame(screening.Shown, b.voice.Answer(it.ID, screening.Shown))}, ""
	case it.Type == screening.YesNo:
		for _, v := range []string{screening.Yes, screening.No} {
			all = append(all, frame(v, b.voice.Answer(it.ID, v)))
		}
	case len(it.Options) > 0:
		for _, o := range it.Options {
			all = append(all, Answer{Code: o.Code, Text: b.words("option."+it.ID+"."+o.Code, o.Text)})
		}
	default:
		codes := protocols.Codebook().List(it.List)
		if codes == nil {
			return nil, it.List
		}
		if len(codes.Codes()) > maxNamed {
			list = b.voice.Say("doc.list", "list", it.List, "n", len(codes.Codes()))
			break
		}
		for _, code := range codes.Codes() {
			all = append(all, frame(code, b.voice.Label(it.List, code)))
		}
	}
	for _, v := range it.EndsOn { // a missing answer that ends is named too
		if screening.IsMissing(v) {
			all = append(all, frame(v, b.voice.Answer(it.ID, v)))
		}
	}
	return all, list
}

func (b *builder) traits(it *screening.Item) (all []string) {
	for _, t := range []struct {
		is bool
		id string
	}{
		{it.Core, "core"}, {it.Means, "means"}, {it.Scope == screening.ScopeEncounter, "encounter"},
		{it.Group, "group"}, {it.Discreet, "discreet"}, {it.Type == screening.Multi, "multi"},
	} {
		if t.is {
			all = append(all, b.voice.Say("doc.trait."+t.id))
		}
	}
	return all
}

func (b *builder) notes(it *screening.Item) (all []Note) {
	if it.Note == nil {
		return nil
	}
	id := (&screening.Item{ID: it.ID, Words: it.Note.Words}).MessageID()
	for _, n := range []struct{ part, text string }{
		{"asks", it.Note.Asks}, {"not", it.Note.Not}, {"avoid", it.Note.Avoid}, {"threshold", it.Note.Threshold},
	} {
		if n.text != "" {
			all = append(all, Note{b.voice.Say("doc.note." + n.part), b.words(id+"."+n.part, n.text)})
		}
	}
	return all
}

// Package xlsform writes a protocol as an XLSForm, the spreadsheet that ODK,
// KoboToolbox and SurveyCTO make forms of, and says what such a form cannot do.
//
// A form asks the same in the same order. It gives no result: levels, offences
// and actions are Umbral's, and what was collected otherwise must be entered there.
package xlsform

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"umbral/locales"
	"umbral/protocols"
	"umbral/protocols/phrase"
	"umbral/screening"
)

// Names of the sheets, in the order of Form.Sheets.
const (
	Survey   = "survey"
	Choices  = "choices"
	Settings = "settings"
	Report   = "report" // no part of XLSForm: tools pass over it
)

// Columns of a text in both languages, as XLSForm names them.
const (
	spanishColumn = "Español (es)"
	englishColumn = "English (en)"
)

// Fields of the visit, which no item asks for. Items begin with no "umbral_".
const (
	fieldSetting = "umbral_setting"
	fieldPost    = "umbral_post"
	yearsSuffix  = "_years" // of the item that registers the age: whole years
)

// Form is an XLSForm: the rows of its sheets, the first of each its header.
type Form struct {
	Survey, Choices, Settings [][]string
	// Report says what the form does not carry: part, id, what.
	Report [][]string
}

// Sheets lists the sheets by name and rows, in the order of the constants.
func (f *Form) Sheets() (names []string, rows [][][]string) {
	return []string{Survey, Choices, Settings, Report}, [][][]string{f.Survey, f.Choices, f.Settings, f.Report}
}

var (
	surveyHeader = []string{"type", "name", "label::" + spanishColumn, "label::" + englishColumn, "hint::" + spanishColumn, "hint::" + englishColumn,
		"guidance_hint::" + spanishColumn, "guidance_hint::" + englishColumn, "required", "relevant", "constraint", "calculation", "appearance",
		"media::audio::" + spanishColumn, "media::audio::" + englishColumn}
	choicesHeader  = []string{"list_name", "name", "label::" + spanishColumn, "label::" + englishColumn}
	settingsHeader = []string{"form_title", "form_id", "version", "default_language", "style"}
	reportHeader   = []string{"part", "id", "what"}
)

// row is one of the survey; text is Spanish, then English.
type row struct {
	kind, name            string
	label, hint, guidance [2]string
	required              bool
	relevant, constraint  string
	calculation           string
	appearance            string
}

func (r row) cells() []string {
	required := ""
	if r.required {
		required = "yes"
	}
	return []string{r.kind, r.name, r.label[0], r.label[1], r.hint[0], r.hint[1], r.guidance[0], r.guidance[1],
		required, r.relevant, r.constraint, r.calculation, r.appearance, "", ""}
}

// Asked is what a form is made of.
type Asked struct {
	Protocol *screening.Protocol
	SHA256   string
	Words    *locales.Catalog // loaded with the protocol's own Spanish
}

// New makes the form. The same protocol and words give the same form.
func New(a Asked) *Form {
	b := &builder{Asked: a, es: phrase.New(phrase.Spanish, a.Protocol), en: phrase.New(phrase.English, a.Protocol),
		lists: map[string]bool{}, form: &Form{Survey: [][]string{surveyHeader}, Choices: [][]string{choicesHeader}, Report: [][]string{reportHeader}}}
	b.xpath = newCompiler(a.Protocol)
	b.visit()
	for i := range a.Protocol.Modules {
		b.module(&a.Protocol.Modules[i])
	}
	b.form.Settings = [][]string{settingsHeader, {a.Protocol.Title, a.Protocol.ID, strconv.Itoa(a.Protocol.Version), spanishColumn, "pages"}}
	b.report()
	return b.form
}

type builder struct {
	Asked
	es, en *phrase.Voice
	xpath  *compiler
	lists  map[string]bool // choice lists that were written
	ends   []string        // of the items so far, when one of their answers ended the talk
	form   *Form
}

func (b *builder) add(r row) { b.form.Survey = append(b.form.Survey, r.cells()) }

// say is a phrase in both languages.
func (b *builder) say(id string, args ...any) [2]string {
	return [2]string{b.es.Say(id, args...), b.en.Say(id, args...)}
}

// text is a message of the protocol in both languages; English stays empty where
// there is none that may be shown.
func (b *builder) text(id, spanish string) [2]string {
	year := 0
	for _, f := range b.Protocol.Figures {
		year = max(year, f.Values[len(f.Values)-1].Year)
	}
	fill := func(text string) string { return screening.Fill(text, b.Protocol.Figures, year).Text }
	out := [2]string{fill(spanish)}
	if own, ok := b.Words.Own(phrase.English, id); ok && own.Served {
		out[1] = fill(own.Text)
	}
	return out
}

// visit asks what the app knows of itself.
func (b *builder) visit() {
	b.add(row{kind: "today", name: "umbral_today"})
	b.add(row{kind: "calculate", name: "umbral_protocol_sha256", calculation: "'" + b.SHA256 + "'"})
	b.add(row{kind: "begin_group", name: "umbral_visit", label: b.say("xls.visit"), appearance: "field-list"})
	b.codes("umbral_settings", protocols.ListSettings, b.Protocol.Settings, false)
	b.add(row{kind: "select_one umbral_settings", name: fieldSetting, label: b.say("xls.setting"), required: true})
	b.codes("umbral_roles", protocols.ListRoles, b.Protocol.Roles, false)
	b.add(row{kind: "select_one umbral_roles", name: fieldPost, label: b.say("xls.post"), required: true})
	b.codes("umbral_states", protocols.ListStates, protocols.Codebook().List(protocols.ListStates).Codes(), false)
	b.add(row{kind: "select_one umbral_states", name: "umbral_state", label: b.say("xls.state"), required: true, appearance: "minimal"})
	b.add(row{kind: "end_group", name: ""})
}

func (b *builder) module(m *screening.Module) {
	relevant := []string{}
	if m.OpenIf != nil {
		relevant = append(relevant, b.xpath.condition(m.OpenIf))
	}
	before := len(b.ends)
	relevant = append(relevant, b.ends...)
	b.add(row{kind: "begin_group", name: "m_" + m.ID, label: b.text("module."+m.ID, m.Title), relevant: and(relevant)})
	for i := range m.Items {
		b.item(&m.Items[i], b.ends[before:])
	}
	b.add(row{kind: "end_group"})
}

// item writes an item; ended are the answers in its module that end the talk.
func (b *builder) item(it *screening.Item, ended []string) {
	relevant := slices.Clone(ended)
	if it.Means {
		relevant = append(relevant, "not("+b.xpath.childPath()+")")
	}
	if it.AskIf != nil {
		relevant = append(relevant, b.xpath.condition(it.AskIf))
	}
	r := row{name: nameOf(it.ID), label: b.text(it.MessageID(), it.Text), required: it.Core, relevant: and(relevant)}
	if it.ChildText != "" {
		child := b.text(it.MessageID()+".child", it.ChildText)
		r.hint[0] = b.es.Say("doc.child") + " " + child[0]
		if child[1] != "" {
			r.hint[1] = b.en.Say("doc.child") + " " + child[1]
		}
	}
	r.guidance = b.guidance(it)
	b.xpath.see(it)
	switch {
	case it.Type == screening.NoneToGive:
		r.kind = "acknowledge"
	case it.Type == screening.AgeType:
		b.age(it, r)
		return
	case it.Type == screening.Multi:
		r.kind = "select_multiple " + b.listOf(it)
		r.constraint = multiConstraint
	default:
		r.kind = "select_one " + b.listOf(it)
		if it.List != "" {
			r.appearance = "minimal"
		}
	}
	b.add(r)
	if len(it.EndsOn) > 0 {
		b.ends = append(b.ends, "not("+is(it, it.EndsOn)+")")
	}
}

// age asks for whole years, and for a band where these are not known.
func (b *builder) age(it *screening.Item, r row) {
	years := r
	years.kind, years.name, years.required, years.constraint = "integer", r.name+yearsSuffix, false, ". >= 0 and . <= 120"
	years.hint = b.say("xls.years")
	b.add(years)
	r.kind = "select_one " + b.listOf(it)
	r.relevant = and([]string{r.relevant, "${" + years.name + "} = ''"})
	b.add(r)
}

// guidance is the concept note: for who asks, not for the person.
func (b *builder) guidance(it *screening.Item) (out [2]string) {
	if it.Note == nil {
		return out
	}
	id := (&screening.Item{ID: it.ID, Words: it.Note.Words}).MessageID()
	for _, n := range []struct{ part, text string }{{"asks", it.Note.Asks}, {"not", it.Note.Not}, {"avoid", it.Note.Avoid}} {
		if n.text == "" {
			continue
		}
		text := b.text(id+"."+n.part, n.text)
		for i, voice := range []*phrase.Voice{b.es, b.en} {
			if text[i] != "" {
				out[i] = strings.TrimSpace(out[i] + " " + voice.Say("doc.note."+n.part) + ": " + text[i])
			}
		}
	}
	return out
}

// nameOf is the name of a node: XML names begin with no digit.
func nameOf(id string) string {
	if id != "" && id[0] >= '0' && id[0] <= '9' {
		return "_" + id
	}
	return id
}

// and joins expressions that must all hold; empty ones are passed over.
func and(parts []string) string {
	parts = slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" })
	return strings.Join(parts, " and ")
}

// sentence is a line of the report.
func (b *builder) sentence(part, id, phraseID string, args ...any) {
	b.form.Report = append(b.form.Report, []string{part, id, fmt.Sprintf("%s / %s", b.es.Say(phraseID, args...), b.en.Say(phraseID, args...))})
}

package document

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"umbral/protocols/phrase"
)

// text writes the page as plain text, to be read in a terminal or compared.
func (p *Page) text(w io.Writer) error {
	t := &textPage{bufio.NewWriter(w), p}
	t.head()
	t.items()
	t.rules()
	return t.out.Flush()
}

type textPage struct {
	out  *bufio.Writer
	page *Page
}

// line writes a line; the writer keeps its first error for Flush.
func (t *textPage) line(indent int, parts ...string) {
	if text := strings.TrimSpace(strings.Join(parts, " ")); text != "" {
		t.out.WriteString(strings.Repeat("  ", indent) + strings.ReplaceAll(text, "\n", " "))
	}
	t.out.WriteByte('\n')
}

func (t *textPage) say(id string, args ...any) string { return t.page.Say(id, args...) }

// words writes a text with what it is worth, and the Spanish beside it below.
func (t *textPage) words(indent int, before string, w Words) {
	if w.Mark != "" {
		before += " [" + w.Mark + "]"
	}
	t.line(indent, before, w.Text)
	if w.Spanish != "" {
		t.line(indent+1, "es-MX:", w.Spanish)
	}
}

func (t *textPage) clause(indent int, before string, c phrase.Clause) {
	t.line(indent, before, c.Text)
	for _, part := range c.Parts {
		t.clause(indent+1, "-", part)
	}
}

func (t *textPage) title(text string) {
	t.line(0)
	t.line(0, strings.ToUpper(text))
	t.line(0)
}

func (t *textPage) head() {
	p := t.page
	t.words(0, "", p.Title)
	source := ""
	if p.Source {
		source = "[" + t.say("doc.source_file") + "]"
	}
	t.line(0, p.ID+",", t.say("doc.version", "n", p.Version), source)
	t.line(0, "SHA-256:", p.SHA256)
	depth := t.say("doc.depth.full")
	if p.Base {
		depth = t.say("doc.depth.base")
	}
	t.line(0, t.say("doc.depth")+":", depth)
	t.line(0, t.say("doc.settings")+":", strings.Join(p.Settings, "; "))
	t.line(0, t.say("doc.roles")+":", strings.Join(p.Roles, "; "))
	t.line(0, p.Lengths)
	t.line(0, p.Name+".", p.Worth)
	t.line(0, t.say("doc.law")+":", p.Law)
	t.line(0, p.LawFrom)
	t.line(0, t.lawyer())
	t.line(0, t.say("doc.limits"))
	t.title(t.say("doc.flow"))
	t.clause(0, t.say("doc.child_path"), p.ChildPath)
	t.clause(0, t.say("doc.child_words"), p.ChildWords)
	for _, m := range p.Modules {
		if m.Opens == nil {
			t.line(0, m.Number+".", m.Title.Text+":", t.say("doc.opens_always"))
			continue
		}
		t.clause(0, m.Number+". "+m.Title.Text+": "+t.say("doc.opens_if"), *m.Opens)
	}
}

func (t *textPage) lawyer() string {
	if t.page.Lawyer {
		return t.say("doc.lawyer")
	}
	return t.say("doc.no_lawyer")
}

func (t *textPage) items() {
	t.title(t.say("doc.items"))
	t.line(0, t.say("doc.missing"))
	for _, m := range t.page.Modules {
		t.line(0)
		t.words(0, m.Number+".", m.Title)
		if m.Opens != nil {
			t.clause(1, t.say("doc.opens_if"), *m.Opens)
		}
		for _, it := range m.Items {
			t.item(it)
		}
	}
}

func (t *textPage) item(it Item) {
	t.line(0)
	t.line(0, it.Number, it.Kind, "("+it.ID+")", strings.Join(it.Traits, "; "))
	t.words(1, "", it.Text)
	if it.Child != nil {
		t.words(1, t.say("doc.child"), *it.Child)
	}
	if it.Asked != nil {
		t.clause(1, t.say("doc.asked_if"), *it.Asked)
	}
	for _, a := range it.Answers {
		follows := ""
		if a.Meets != "" {
			follows = " → " + a.Meets
		}
		if a.Ends {
			follows += " → " + t.say("doc.ends")
		}
		text := a.Text
		text.Text += follows
		t.words(1, "( )", text)
	}
	t.some(1, it.List)
	for _, n := range it.Notes {
		t.words(1, n.Name, n.Text)
	}
	t.some(1, strings.Join(it.Law, "; "))
	t.some(1, it.Source)
}

// some is line, but writes nothing where there is no text.
func (t *textPage) some(indent int, text string) {
	if text != "" {
		t.line(indent, text)
	}
}

func (t *textPage) rules() {
	t.title(t.say("doc.levels"))
	t.line(0, t.say("doc.levels_how"))
	for i, l := range t.page.Levels {
		t.words(0, strconv.Itoa(i+1)+". "+l.Label+":", l.Text)
		t.clause(1, t.say("doc.when"), l.When)
		t.some(1, l.Source)
	}
	t.title(t.say("doc.offences"))
	t.line(0, t.lawyer())
	for _, o := range t.page.Offences {
		t.line(0, o.Code+".", o.Label)
		t.clause(1, t.say("doc.when"), o.When)
		for _, e := range o.Elements {
			t.words(1, "-", e.Text)
			if len(e.Shown) > 0 {
				t.line(2, t.say("doc.shown_by"), strings.Join(e.Shown, "; "))
			} else {
				t.line(2, t.say("doc.shown_by_none"))
			}
			if e.NotNeeded != nil {
				t.clause(2, t.say("doc.not_needed"), *e.NotNeeded)
			}
		}
	}
	t.title(t.say("doc.actions"))
	for _, post := range t.page.Posts {
		t.actions(post)
	}
	t.title(t.say("doc.figures"))
	for _, f := range t.page.Figures {
		mark := ""
		if !f.Verified {
			mark = "[" + t.say("doc.not_verified") + "]"
		}
		t.line(0, f.Code, strconv.Itoa(f.Year)+":", f.Value, f.Unit, "("+f.Source+")", mark)
	}
}

func (t *textPage) actions(post Post) {
	if len(post.Actions) == 0 {
		return
	}
	label := post.Label
	if label == "" {
		label = t.say("doc.everybody")
	}
	t.line(0, label)
	for _, a := range post.Actions {
		t.words(1, a.Kind, a.Text)
		t.some(2, strings.Join(a.Detail, "; "))
		t.clause(2, t.say("doc.when"), a.When)
	}
}

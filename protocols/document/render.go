package document

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"sync"
)

//go:embed *.gohtml *.css
var files embed.FS

// Formats of a document.
const (
	HTML = "html" // one file, to read and to print on A4
	Text = "text"
	Form = "form" // HTML: the questions alone, to fill in by hand
)

// templates are parsed once; a broken one cannot pass the tests. Both escape
// whatever a protocol or a translation says.
var templates = sync.OnceValues(func() (*template.Template, error) {
	css := func(name string) (template.CSS, error) {
		raw, err := files.ReadFile(name)
		return template.CSS(raw), err // our own file, never a protocol's
	}
	return template.New("").Funcs(template.FuncMap{"css": css}).ParseFS(files, "*.gohtml")
})

// Write writes what was asked in a format; an error where the format or the
// language is unknown, or w fails.
func Write(w io.Writer, format string, a Asked) error {
	switch format {
	case HTML, Text, Form:
	default:
		return fmt.Errorf("no format %q; use html, text or form", format)
	}
	var form *marks
	if format == Form {
		form = newMarks(a.Protocol)
	}
	page, err := newPage(a, form)
	if err != nil {
		return err
	}
	if format == Text {
		return page.text(w)
	}
	t, err := templates()
	if err != nil {
		return err
	}
	return t.ExecuteTemplate(w, format+".gohtml", page)
}

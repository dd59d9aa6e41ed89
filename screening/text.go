package screening

import "regexp"

// placeholder is a figure in a text: {{.minimum_wage}}.
var placeholder = regexp.MustCompile(`\{\{\.([A-Za-z0-9_]+)\}\}`)

// Text returns the words of it: the child wording where it is asked for and
// there is one. Placeholders are still in it; see Fill.
func Text(it *Item, childWords bool) string {
	if childWords && it.ChildText != "" {
		return it.ChildText
	}
	return it.Text
}

// Filled is a text with its figures. Dated names the figures that are older
// than the year asked for, which the reader must be told; Unknown those that
// the protocol does not have, left in the text as they were.
type Filled struct {
	Text    string   `json:"text"`
	Dated   []string `json:"dated"`
	Unknown []string `json:"unknown"`
}

// Fill replaces each {{.figure}} of text by its value in year: the latest that
// began by then, else the oldest there is.
func Fill(text string, figures []Figure, year int) Filled {
	f := Filled{Dated: []string{}, Unknown: []string{}}
	f.Text = placeholder.ReplaceAllStringFunc(text, func(mark string) string {
		code := placeholder.FindStringSubmatch(mark)[1]
		value, dated, ok := figureIn(figures, code, year)
		switch {
		case !ok:
			f.Unknown = appendNew(f.Unknown, code)
			return mark
		case dated:
			f.Dated = appendNew(f.Dated, code)
		}
		return value
	})
	return f
}

// figureIn returns the value of code in year, and whether year is later than
// the newest that is known.
func figureIn(figures []Figure, code string, year int) (value string, dated, ok bool) {
	for _, f := range figures {
		if f.Code != code || len(f.Values) == 0 {
			continue
		}
		at := f.Values[0]
		for _, v := range f.Values {
			if v.Year <= year {
				at = v
			}
		}
		return at.Value, year > f.Values[len(f.Values)-1].Year, true
	}
	return "", false, false
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

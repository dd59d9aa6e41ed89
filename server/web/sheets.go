package web

import (
	"bytes"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/problem"
	"umbral/server/translation"
)

const mediaXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// maxSheet is what the route of sheets takes, in bytes.
const maxSheet = translation.MaxSheet

func (a *API) sheetWords(lang, name string) string {
	return a.words.Translate(lang, "sheet."+name, nil)
}

func (a *API) exportSheet(c *fiber.Ctx) error {
	tag, part, err := deskPart(c)
	if err != nil {
		return err
	}
	var b bytes.Buffer // whole: a protocol is a few hundred KB
	if err := a.Translations.Export(c.UserContext(), callerOf(c), &b, tag, part, a.sheetWords); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, mediaXLSX)
	// Both are registered: no name that somebody typed.
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+tag+"-"+part+"-"+a.Now().UTC().Format(time.DateOnly)+`.xlsx"`)
	return c.Send(b.Bytes())
}

type takenAnswer struct {
	Row    int    `json:"row"`
	ID     string `json:"id"`
	Before string `json:"before"`
	After  string `json:"after"`
}

type leftAnswer struct {
	Row    int    `json:"row"`
	ID     string `json:"id"`
	Yours  string `json:"yours"`
	Theirs string `json:"theirs"`
}

type refusedAnswer struct {
	Row    int    `json:"row"`
	ID     string `json:"id"`
	Reason string `json:"reason"` // type of a problem
	Detail string `json:"detail"` // in the caller's language
}

type sheetAnswer struct {
	Taken     []takenAnswer   `json:"taken"`
	Unchanged int             `json:"unchanged"`
	Empty     int             `json:"empty"`
	Stale     []leftAnswer    `json:"stale"`
	Conflicts []leftAnswer    `json:"conflicts"`
	Refused   []refusedAnswer `json:"refused"`
	Comments  int             `json:"comments"`
}

func leftOf(rows []translation.Left) []leftAnswer {
	out := make([]leftAnswer, len(rows))
	for i, l := range rows {
		out[i] = leftAnswer{l.Row, l.ID, l.Yours, l.Theirs}
	}
	return out
}

func (a *API) importSheet(c *fiber.Ctx) error {
	tag, part, err := deskPart(c, "dry")
	if err != nil {
		return err
	}
	dry, err := queryText(c, "dry")
	if err != nil {
		return err
	}
	if dry != "yes" && dry != "no" {
		return problem.New(problem.Invalid, "sheet-dry")
	}
	content := bytes.Clone(c.Request().Body())
	r, err := a.Translations.Import(c.UserContext(), callerOf(c), content, tag, part, dry == "yes", a.sheetWords)
	if err != nil {
		return err
	}
	lang := languageOf(c.Get(fiber.HeaderAcceptLanguage))
	out := sheetAnswer{Taken: make([]takenAnswer, len(r.Taken)), Unchanged: r.Unchanged, Empty: r.Empty, Stale: leftOf(r.Stale),
		Conflicts: leftOf(r.Conflicts), Refused: make([]refusedAnswer, len(r.Refused)), Comments: r.Comments}
	for i, t := range r.Taken {
		out.Taken[i] = takenAnswer(t)
	}
	for i, l := range r.Refused {
		out.Refused[i] = refusedAnswer{l.Row, l.ID, l.Reason, a.words.Translate(lang, "problem."+l.Reason, spoken(l.Args))}
	}
	return writeJSON(c, http.StatusOK, out)
}

package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/interpreters"
)

type interpreterBody struct {
	Agency    string                  `json:"agency"` // of who is new; empty: the caller's own
	Name      string                  `json:"name"`
	Phone     string                  `json:"phone"`
	Languages []interpreters.Language `json:"languages"`
	Kind      string                  `json:"kind"`
	States    []string                `json:"states"`
	Hours     string                  `json:"hours"`
	Note      string                  `json:"note"`
	Consent   bool                    `json:"consent"`
	Revision  int                     `json:"revision"` // the one that was seen; of who is new none
}

func (b interpreterBody) interpreter() interpreters.Interpreter {
	return interpreters.Interpreter{Agency: b.Agency, Name: b.Name, Phone: b.Phone, Languages: b.Languages, Kind: b.Kind, States: b.States,
		Hours: b.Hours, Note: b.Note, Consent: b.Consent, Revision: b.Revision}
}

// interpreterAnswer has not who added and changed it: it goes to every phone of
// the agency, and the book has them.
type interpreterAnswer struct {
	ID        string                  `json:"id"`
	Agency    string                  `json:"agency"`
	Name      string                  `json:"name"`
	Phone     string                  `json:"phone"`
	Languages []interpreters.Language `json:"languages"`
	Kind      string                  `json:"kind"`
	States    []string                `json:"states"`
	Hours     string                  `json:"hours"`
	Note      string                  `json:"note"`
	Revision  int                     `json:"revision"`
	Updated   time.Time               `json:"updated_at"`
}

func interpreterOf(i interpreters.Interpreter) interpreterAnswer {
	return interpreterAnswer{i.ID, i.Agency, i.Name, i.Phone, i.Languages, i.Kind, some(i.States), i.Hours, i.Note, i.Revision, i.UpdatedAt}
}

func (a *API) interpreters(c *fiber.Ctx) error {
	agency, err := onlyAgency(c)
	if err != nil {
		return err
	}
	all, err := a.Interpreters.List(c.UserContext(), callerOf(c), agency)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, listOf(all, interpreterOf))
}

func (a *API) addInterpreter(c *fiber.Ctx) error {
	var body interpreterBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	i, err := a.Interpreters.Add(c.UserContext(), callerOf(c), body.interpreter())
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, interpreterOf(i))
}

func (a *API) changeInterpreter(c *fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var body interpreterBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	i := body.interpreter()
	i.ID = id
	if i, err = a.Interpreters.Change(c.UserContext(), callerOf(c), i); err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, interpreterOf(i))
}

func (a *API) removeInterpreter(c *fiber.Ctx) error { return byID(c, a.Interpreters.Remove) }

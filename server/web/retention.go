package web

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/record"
	"umbral/server/retention"
)

type termsAnswer struct {
	Agency string         `json:"agency"`
	Terms  map[string]int `json:"terms"`
	By     *string        `json:"by"` // null: the defaults, which nobody set
	At     *time.Time     `json:"at"`
}

func termsOf(t retention.Terms) termsAnswer {
	a := termsAnswer{Agency: t.Agency, Terms: t.Levels}
	if a.Terms == nil {
		a.Terms = map[string]int{}
	}
	if t.By != "" {
		a.By, a.At = &t.By, &t.At
	}
	return a
}

func (a *API) terms(c *fiber.Ctx) error {
	agency, err := onlyAgency(c)
	if err != nil {
		return err
	}
	t, err := a.Retention.Terms(c.UserContext(), callerOf(c), agency)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, termsOf(t))
}

// onlyAgency is the one query that these lists take; empty: the caller's own.
func onlyAgency(c *fiber.Ctx) (string, error) {
	if err := onlyQuery(c, "agency"); err != nil {
		return "", err
	}
	agency, err := queryText(c, "agency")
	if err == nil && !agencyForm.MatchString(agency) { // it is entered in the book
		err = problem.New(problem.Invalid, "query-code", "parameter", "agency")
	}
	return agency, err
}

var agencyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{0,64}$`)

type termsBody struct {
	Agency string         `json:"agency"`
	Terms  map[string]int `json:"terms"`
}

func (a *API) setTerms(c *fiber.Ctx) error {
	var body termsBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	t, err := a.Retention.SetTerms(c.UserContext(), callerOf(c), body.Agency, body.Terms)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, termsOf(t))
}

type holdBody struct {
	On     bool   `json:"on"`
	Reason string `json:"reason"`
}

func (a *API) hold(c *fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var body holdBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	h, err := a.Retention.SetHold(c.UserContext(), callerOf(c), id, body.On, body.Reason)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, h)
}

type dueAnswer struct {
	Items []retention.Due `json:"items"`
	Total int             `json:"total"` // with those that one answer does not hold
}

func (a *API) due(c *fiber.Ctx) error {
	agency, err := onlyAgency(c)
	if err != nil {
		return err
	}
	list, total, err := a.Retention.Due(c.UserContext(), callerOf(c), agency)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, dueAnswer{some(list), total})
}

// markAnswer names who did it: a report of ids alone tells nobody who to ask.
type markAnswer struct {
	By   string    `json:"by"`
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

// markOf keeps the id as the name of an account that is no more.
func (a *API) markOf(ctx context.Context, m retention.Mark) markAnswer {
	out := markAnswer{By: m.By, Name: m.By, At: m.At}
	if person, _, err := a.Person(ctx, access.Caller{User: m.By}); err == nil && person.Display != "" {
		out.Name = person.Display
	}
	return out
}

type destroyedRecord struct {
	ID    string `json:"id"`
	Folio string `json:"folio"`
}

// destructionAnswer is the report: never what a record said.
type destructionAnswer struct {
	ID        string            `json:"id"`
	Agency    string            `json:"agency"`
	State     string            `json:"state"`
	Reason    string            `json:"reason"`
	Records   []destroyedRecord `json:"records"`
	Asked     markAnswer        `json:"asked"`
	Decided   *markAnswer       `json:"decided"`
	Destroyed map[string]int    `json:"destroyed"`
	Mine      bool              `json:"mine"` // the caller asked, so another must decide
}

func (a *API) destructionOf(ctx context.Context, user string) func(retention.Destruction) destructionAnswer {
	return func(d retention.Destruction) destructionAnswer {
		out := destructionAnswer{
			ID: d.ID, Agency: d.Agency, State: d.State, Reason: d.Reason, Records: []destroyedRecord{},
			Asked: a.markOf(ctx, d.Asked), Destroyed: d.Destroyed, Mine: d.Asked.By == user,
		}
		if d.Decided != nil {
			m := a.markOf(ctx, *d.Decided)
			out.Decided = &m
		}
		if out.Destroyed == nil {
			out.Destroyed = map[string]int{}
		}
		for _, id := range d.Records {
			out.Records = append(out.Records, destroyedRecord{id, record.Folio(id)})
		}
		return out
	}
}

func (a *API) destructions(c *fiber.Ctx) error {
	who := callerOf(c)
	list, err := a.Retention.List(c.UserContext(), who)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, listOf(list, a.destructionOf(c.UserContext(), who.User)))
}

type destructionBody struct {
	Agency string   `json:"agency"`
	IDs    []string `json:"ids"`
	Due    bool     `json:"due"`
	Reason string   `json:"reason"`
}

func (a *API) askDestruction(c *fiber.Ctx) error {
	var body destructionBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	who := callerOf(c)
	d, err := a.Retention.Ask(c.UserContext(), who, retention.Request{Agency: body.Agency, IDs: body.IDs, Due: body.Due, Reason: body.Reason})
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, a.destructionOf(c.UserContext(), who.User)(d))
}

func (a *API) approveDestruction(c *fiber.Ctx) error { return a.decideDestruction(c, true) }

func (a *API) refuseDestruction(c *fiber.Ctx) error { return a.decideDestruction(c, false) }

func (a *API) decideDestruction(c *fiber.Ctx, yes bool) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	decide := a.Retention.Refuse
	if yes {
		decide = a.Retention.Approve
	}
	who := callerOf(c)
	d, err := decide(c.UserContext(), who, id)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, a.destructionOf(c.UserContext(), who.User)(d))
}

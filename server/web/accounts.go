package web

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/access"
	"umbral/server/auth"
)

type agencyBody struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Region string `json:"region"`

	Authority string `json:"authority"`
}

func (b agencyBody) agency() auth.Agency {
	return auth.Agency{ID: b.ID, Name: b.Name, Region: b.Region, Authority: b.Authority}
}

type accountBody struct {
	Username string `json:"username"`
	Display  string `json:"display"`
	Account  string `json:"account"`
	Post     string `json:"post"`
	Agency   string `json:"agency"`
	Region   string `json:"region"`
	Password string `json:"password"`
	readingBody
}

// readingBody is whose records an account reads, and what it is named for.
type readingBody struct {
	Posts   []string `json:"posts"`
	Regions []string `json:"regions"`
	Tasks   []string `json:"tasks"`
}

func (a *API) setReading(c *fiber.Ctx) error {
	var body readingBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return byID(c, func(ctx context.Context, who access.Caller, id string) error {
		return a.Auth.SetReading(ctx, who, id, auth.Reading(body))
	})
}

type accountAnswer struct {
	ID       string    `json:"id"`
	Username string    `json:"username"`
	Display  string    `json:"display"`
	Account  string    `json:"account"`
	Post     string    `json:"post"`
	Agency   string    `json:"agency"`
	Region   string    `json:"region"`
	Posts    []string  `json:"posts"`
	Regions  []string  `json:"regions"`
	Tasks    []string  `json:"tasks"`
	Created  time.Time `json:"created"`
	Disabled bool      `json:"disabled"`
}

func accountOf(a auth.Account) accountAnswer {
	return accountAnswer{a.ID, a.Username, a.Display, a.Account, a.Post, a.Agency, a.Region,
		some(a.Posts), some(a.Regions), some(a.Tasks), a.Created, a.Disabled}
}

// list is the answer of every list that is short enough to need no pages.
type list[T any] struct {
	Items []T `json:"items"`
}

func listOf[T, U any](from []T, each func(T) U) list[U] {
	l := list[U]{Items: make([]U, len(from))}
	for i, v := range from {
		l.Items[i] = each(v)
	}
	return l
}

func (a *API) accounts(c *fiber.Ctx) error {
	all, err := a.Auth.Accounts(c.UserContext(), callerOf(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, listOf(all, accountOf))
}

func (a *API) addAccount(c *fiber.Ctx) error {
	var body accountBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	made, err := a.Auth.CreateAccount(c.UserContext(), callerOf(c), body.fields())
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, accountOf(made))
}

func (b accountBody) fields() auth.NewAccount {
	return auth.NewAccount{
		Username: b.Username, Display: b.Display, Account: b.Account, Post: b.Post,
		Agency: b.Agency, Region: b.Region, Password: b.Password,
		Posts: b.Posts, Regions: b.Regions, Tasks: b.Tasks,
	}
}

func (a *API) agencies(c *fiber.Ctx) error {
	all, err := a.Auth.Agencies(c.UserContext(), callerOf(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, listOf(all, agencyOf))
}

func (a *API) addAgency(c *fiber.Ctx) error {
	var body agencyBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	made, err := a.Auth.CreateAgency(c.UserContext(), callerOf(c), body.agency())
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, agencyOf(made))
}

type authorityBody struct {
	Authority string `json:"authority"`
}

func (a *API) setAuthority(c *fiber.Ctx) error {
	id, err := pathText(c, "id")
	if err != nil {
		return err
	}
	var body authorityBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	g, err := a.Auth.SetAuthority(c.UserContext(), callerOf(c), id, body.Authority)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, agencyOf(g))
}

func (a *API) disableAccount(c *fiber.Ctx) error { return byID(c, a.Auth.Disable) }
func (a *API) enableAccount(c *fiber.Ctx) error  { return byID(c, a.Auth.Enable) }

// byID does something to what the path names.
func byID(c *fiber.Ctx, do func(context.Context, access.Caller, string) error) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return noContent(c, do(c.UserContext(), callerOf(c), id))
}

type passwordBody struct {
	Password string `json:"password"`
}

func (a *API) setPassword(c *fiber.Ctx) error {
	var body passwordBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return byID(c, func(ctx context.Context, who access.Caller, id string) error {
		return a.Auth.SetPassword(ctx, who, id, body.Password)
	})
}

package web

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/seal"
)

type agencyBody struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Region string `json:"region"`
}

func (b agencyBody) agency() auth.Agency {
	return auth.Agency{ID: b.ID, Name: b.Name, Region: b.Region}
}

type accountBody struct {
	Username string `json:"username"`
	Display  string `json:"display"`
	Account  string `json:"account"`
	Post     string `json:"post"`
	Agency   string `json:"agency"`
	Region   string `json:"region"`
	Password string `json:"password"`
}

type accountAnswer struct {
	ID       string    `json:"id"`
	Username string    `json:"username"`
	Display  string    `json:"display"`
	Account  string    `json:"account"`
	Post     string    `json:"post"`
	Agency   string    `json:"agency"`
	Region   string    `json:"region"`
	Created  time.Time `json:"created"`
	Disabled bool      `json:"disabled"`
}

func accountOf(a auth.Account) accountAnswer {
	return accountAnswer{a.ID, a.Username, a.Display, a.Account, a.Post, a.Agency, a.Region, a.Created, a.Disabled}
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

func (a *API) disableAccount(c *fiber.Ctx) error { return byID(c, a.Auth.Disable) }
func (a *API) enableAccount(c *fiber.Ctx) error  { return byID(c, a.Auth.Enable) }

// byID does something to what the path names.
func byID(c *fiber.Ctx, do func(context.Context, access.Caller, string) error) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	if err := do(c.UserContext(), callerOf(c), id); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
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

type deviceAnswer struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	User     string     `json:"user"`
	Agency   string     `json:"agency"`
	Enrolled time.Time  `json:"enrolled"`
	Seen     *time.Time `json:"seen"`    // null before its first sync
	Revoked  *time.Time `json:"revoked"` // null while it may sync
}

func deviceOf(d auth.Device) deviceAnswer {
	out := deviceAnswer{ID: d.ID, Name: d.Name, User: d.User, Agency: d.Agency, Enrolled: d.Enrolled}
	if !d.Seen.IsZero() {
		out.Seen = &d.Seen
	}
	if d.IsRevoked() {
		out.Revoked = &d.Revoked
	}
	return out
}

func (a *API) devices(c *fiber.Ctx) error {
	all, err := a.Auth.Devices(c.UserContext(), callerOf(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, listOf(all, deviceOf))
}

func (a *API) revokeDevice(c *fiber.Ctx) error { return byID(c, a.Auth.RevokeDevice) }

type enrolBody struct {
	// Code is accepted and not looked at until enrolment codes exist.
	Code      string `json:"code"`
	PublicKey string `json:"public_key"`
	Name      string `json:"name"`
}

type enrolAnswer struct {
	Device string `json:"device"`
	KID    string `json:"kid"` // of the key to seal to
	seal.KeySet
	Agency agencyAnswer `json:"agency"`
	User   userAnswer   `json:"user"`
}

func (a *API) enrol(c *fiber.Ctx) error {
	var body enrolBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	ctx, who := c.UserContext(), callerOf(c)
	me, agency, err := a.Person(ctx, who)
	if err != nil {
		return err
	}
	keys, err := a.Keys(ctx)
	if err != nil {
		return err
	}
	d, err := a.Auth.EnrolDevice(ctx, who, body.PublicKey, body.Name)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, enrolAnswer{
		Device: d.ID, KID: keys.Keys[0].KID, KeySet: keys, Agency: agencyOf(agency), User: userOf(me, agency),
	})
}

package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/auth"
)

type loginBody struct {
	Username string `json:"username"`
	Password string `json:"password"`
	OTP      string `json:"otp"`
	// Passkey is {ticket, response}: package auth reads what a browser answered.
	Passkey json.RawMessage `json:"passkey"`
}

type refreshBody struct {
	RefreshToken string `json:"refresh_token"`
	// Device is accepted and not looked at: the key of the proof says which it is.
	Device string `json:"device"`
}

type logoutBody struct {
	RefreshToken string `json:"refresh_token"`
}

type agencyAnswer struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Region string `json:"region"`
	// Authority is a code of authorities; empty where nobody said.
	Authority string `json:"authority"`
}

type userAnswer struct {
	ID       string       `json:"id"`
	Username string       `json:"username"`
	Display  string       `json:"display"`
	Account  string       `json:"account"`
	Post     string       `json:"post"`
	Agency   agencyAnswer `json:"agency"`
	Region   string       `json:"region"`
}

type tokensAnswer struct {
	AccessToken  string     `json:"access_token"`
	RefreshToken string     `json:"refresh_token"`
	TokenType    string     `json:"token_type"`
	ExpiresIn    int        `json:"expires_in"` // seconds
	Device       string     `json:"device"`     // enrolled with the session's key; empty where none is
	User         userAnswer `json:"user"`
}

func agencyOf(g auth.Agency) agencyAnswer { return agencyAnswer{g.ID, g.Name, g.Region, g.Authority} }

func userOf(a auth.Account, g auth.Agency) userAnswer {
	return userAnswer{a.ID, a.Username, a.Display, a.Account, a.Post, agencyOf(g), a.Region}
}

func tokensOf(t auth.Tokens) tokensAnswer {
	scheme := schemeDPoP
	if t.JKT == "" {
		scheme = schemeBearer
	}
	return tokensAnswer{t.Access, t.Refresh, scheme, int(t.ExpiresIn / time.Second), t.Device, userOf(t.Account, t.Agency)}
}

// address is the caller's, as this connection or the named proxy tells it.
func address(c *fiber.Ctx) string { return strings.Clone(c.IP()) }

func (a *API) login(c *fiber.Ctx) error {
	var body loginBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	jkt, err := a.mayProve(c)
	if err != nil {
		return err
	}
	t, err := a.Auth.Login(c.UserContext(), auth.LoginRequest{
		Username: body.Username, Password: body.Password, OTP: body.OTP, Passkey: body.Passkey, Address: address(c), JKT: jkt,
	})
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, tokensOf(t))
}

func (a *API) refresh(c *fiber.Ctx) error {
	var body refreshBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	jkt, err := a.proved(c, "")
	if err != nil {
		return err
	}
	t, err := a.Auth.Refresh(c.UserContext(), body.RefreshToken, jkt)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, tokensOf(t))
}

func (a *API) logout(c *fiber.Ctx) error {
	var body logoutBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return noContent(c, a.Auth.Logout(c.UserContext(), body.RefreshToken))
}

func (a *API) jwks(c *fiber.Ctx) error {
	return writeJSON(c, http.StatusOK, a.Auth.Keys.JWKS())
}

type setupBody struct {
	Code     string     `json:"code"`
	Username string     `json:"username"`
	Password string     `json:"password"`
	Display  string     `json:"display"`
	Agency   agencyBody `json:"agency"`
}

// setup makes the first agency and its administrator, once, for who read the
// code at the server's first start.
func (a *API) setup(c *fiber.Ctx) error {
	var body setupBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	n := auth.NewAccount{Username: body.Username, Display: body.Display, Password: body.Password, Region: body.Agency.Region}
	made, err := a.Auth.FinishSetup(c.UserContext(), body.Code, body.Agency.agency(), n, address(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, accountOf(made))
}

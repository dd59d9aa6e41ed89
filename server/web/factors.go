package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
)

// ownPaths are what a limited session reaches: what concerns the account itself.
const ownPaths = base + "/auth/"

// checkLimited keeps who must have a second factor and came without from
// everything else.
func checkLimited(who access.Caller, path string) error {
	if who.Limited && !strings.HasPrefix(path, ownPaths) {
		return problem.New(problem.Forbidden, "second-factor-needed")
	}
	return nil
}

type passkeyAnswer struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
}

type factorsAnswer struct {
	TOTP     bool            `json:"totp"`
	Passkeys []passkeyAnswer `json:"passkeys"`
	Recovery int             `json:"recovery_left"`
}

type meAnswer struct {
	User    userAnswer    `json:"user"`
	Factors factorsAnswer `json:"factors"`
	Methods []string      `json:"methods"`
	Needed  bool          `json:"needed"`
	Limited bool          `json:"limited"`
}

func (a *API) me(c *fiber.Ctx) error {
	ctx, who := c.UserContext(), callerOf(c)
	person, agency, err := a.Person(ctx, who)
	if err != nil {
		return err
	}
	f, err := a.Auth.Factors(ctx, who)
	if err != nil {
		return err
	}
	factors := factorsAnswer{TOTP: f.TOTP, Recovery: f.Recovery, Passkeys: listOf(f.Passkeys, func(p auth.Passkey) passkeyAnswer {
		return passkeyAnswer{p.ID, p.Name, p.Created}
	}).Items}
	return writeJSON(c, http.StatusOK, meAnswer{userOf(person, agency), factors, f.Methods, f.Needed, f.Limited})
}

type againBody struct {
	Password string `json:"password"`
}

type totpAnswer struct {
	Secret string `json:"secret"`
	URI    string `json:"uri"`
}

func (a *API) startTOTP(c *fiber.Ctx) error {
	var body againBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	secret, uri, err := a.Auth.StartTOTP(c.UserContext(), callerOf(c), body.Password, address(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, totpAnswer{secret, uri})
}

type otpBody struct {
	OTP string `json:"otp"`
}

type codesAnswer struct {
	Codes []string `json:"recovery_codes"`
}

func (a *API) confirmTOTP(c *fiber.Ctx) error {
	var body otpBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return writeCodes(c)(a.Auth.ConfirmTOTP(c.UserContext(), callerOf(c), body.OTP))
}

// writeCodes writes recovery codes, the one time that they are shown.
func writeCodes(c *fiber.Ctx) func([]string, error) error {
	return func(codes []string, err error) error {
		if err != nil {
			return err
		}
		return writeJSON(c, http.StatusOK, codesAnswer{codes})
	}
}

type ceremonyAnswer struct {
	Ticket  string `json:"ticket"`
	Options any    `json:"options"`
}

func (a *API) startPasskey(c *fiber.Ctx) error {
	var body againBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	ticket, options, err := a.Auth.StartPasskey(c.UserContext(), callerOf(c), body.Password, address(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, ceremonyAnswer{ticket, options})
}

type newPasskeyBody struct {
	Ticket   string          `json:"ticket"`
	Name     string          `json:"name"`
	Response json.RawMessage `json:"response"`
}

func (a *API) confirmPasskey(c *fiber.Ctx) error {
	var body newPasskeyBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return writeCodes(c)(a.Auth.ConfirmPasskey(c.UserContext(), callerOf(c), body.Ticket, body.Name, body.Response))
}

func (a *API) newRecovery(c *fiber.Ctx) error {
	var body againBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return writeCodes(c)(a.Auth.NewRecovery(c.UserContext(), callerOf(c), body.Password, address(c)))
}

type removeBody struct {
	Password string `json:"password"`
	Kind     string `json:"kind"`
	ID       string `json:"id"`
}

func (a *API) removeFactor(c *fiber.Ctx) error {
	var body removeBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return noContent(c, a.Auth.RemoveFactor(c.UserContext(), callerOf(c), body.Password, body.Kind, body.ID, address(c)))
}

type changeBody struct {
	Old string `json:"old"`
	New string `json:"new"`
}

func (a *API) changePassword(c *fiber.Ctx) error {
	var body changeBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return noContent(c, a.Auth.ChangePassword(c.UserContext(), callerOf(c), body.Old, body.New, address(c)))
}

type sessionAnswer struct {
	ID      string    `json:"id"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used"`   // to the hour
	Device  string    `json:"device"` // its name; empty where it is bound to none
	Current bool      `json:"current"`
}

func (a *API) sessions(c *fiber.Ctx) error {
	all, err := a.Auth.Sessions(c.UserContext(), callerOf(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, listOf(all, func(s auth.Session) sessionAnswer { return sessionAnswer(s) }))
}

func (a *API) endSession(c *fiber.Ctx) error   { return byID(c, a.Auth.EndSession) }
func (a *API) resetFactors(c *fiber.Ctx) error { return byID(c, a.Auth.ResetFactors) }

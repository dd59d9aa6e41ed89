package web

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
	"umbral/server/proof"
)

// Schemes of Authorization. A token is accepted only in this header: in an
// address it would stand in logs and histories.
const (
	schemeBearer = "Bearer" // an access token that is bound to no key
	schemeDPoP   = "DPoP"   // one that is, beside a proof in the header of this name
	schemeDevice = "Device" // a device's own token
)

// Headers of proofs.
const (
	headerProof = "DPoP"
	headerNonce = "DPoP-Nonce"
)

// authorization cuts the header in two. Unauthenticated "token-missing".
func authorization(c *fiber.Ctx) (scheme, token string, err error) {
	header := c.Get(fiber.HeaderAuthorization)
	if header == "" {
		return "", "", problem.New(problem.Unauthenticated, "token-missing")
	}
	scheme, token, _ = strings.Cut(header, " ")
	for _, known := range []string{schemeBearer, schemeDPoP, schemeDevice} {
		if strings.EqualFold(scheme, known) {
			return known, strings.Clone(token), nil
		}
	}
	return "", "", problem.New(problem.Unauthenticated, "token-invalid")
}

// authenticate finds out who asks, and leaves it for the handler. A session that
// is bound to a key needs a proof of each request by it; one that is not only
// reads: 403 "token-unbound".
func (a *API) authenticate(c *fiber.Ctx) (access.Caller, error) {
	scheme, token, err := authorization(c)
	if err != nil {
		return access.Caller{}, err
	}
	jkt := ""
	switch scheme {
	case schemeDPoP:
		if jkt, err = a.proved(c, token); err != nil {
			return access.Caller{}, err
		}
	case schemeDevice:
		return access.Caller{}, problem.New(problem.Unauthenticated, "token-invalid")
	}
	who, err := a.Auth.Authenticate(c.UserContext(), token)
	switch {
	case err != nil:
		return access.Caller{}, err
	case who.JKT != "" && jkt == "":
		return access.Caller{}, problem.New(problem.Unauthenticated, "proof-required")
	case who.JKT != jkt:
		return access.Caller{}, problem.New(problem.Unauthenticated, "proof-invalid")
	case who.JKT == "" && c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead:
		return access.Caller{}, problem.New(problem.Forbidden, "token-unbound")
	}
	c.Locals(localCaller, who)
	return who, nil
}

// proved is the thumbprint of the key that proved this request, beside token
// where that is not empty. Unauthenticated "proof-required" without a proof.
func (a *API) proved(c *fiber.Ctx, token string) (string, error) {
	texts := c.Request().Header.PeekAll(headerProof)
	switch {
	case len(texts) == 0:
		return "", problem.New(problem.Unauthenticated, "proof-required")
	case len(texts) > 1: // one of them would be looked at, and perhaps another by somebody else
		return "", problem.New(problem.Unauthenticated, "proof-invalid")
	}
	path, _, _ := strings.Cut(string(c.Request().Header.RequestURI()), "?")
	return a.Proofs.Check(string(texts[0]), proof.Request{Method: strings.Clone(c.Method()), Path: path, Token: token})
}

// mayProve is proved for a request that may come without a proof.
func (a *API) mayProve(c *fiber.Ctx) (string, error) {
	if len(c.Request().Header.PeekAll(headerProof)) == 0 {
		return "", nil
	}
	return a.proved(c, "")
}

// authenticateDevice finds out which device sends the body, which must still be
// as it was sent. No session is asked for: a queue leaves while its author is
// signed out.
func (a *API) authenticateDevice(c *fiber.Ctx) error {
	scheme, token, err := authorization(c)
	if err != nil {
		return err
	}
	if scheme != schemeDevice {
		return problem.New(problem.Unauthenticated, "token-invalid")
	}
	var sender auth.Device
	_, err = a.Proofs.Device(token, c.Request().Body(), func(id string) ([]byte, error) {
		var err error
		sender, err = a.Auth.SendingDevice(c.UserContext(), id)
		return sender.PublicPoint(), err
	})
	if err != nil {
		return err
	}
	c.Locals(localDevice, sender)
	return nil
}

// callerOf is who asks, on a route that is not public.
func callerOf(c *fiber.Ctx) access.Caller {
	who, _ := c.Locals(localCaller).(access.Caller)
	return who // the zero Caller may do nothing
}

// senderOf is the device that sends, on a route for devices.
func senderOf(c *fiber.Ctx) auth.Device {
	d, _ := c.Locals(localDevice).(auth.Device)
	return d
}

// nonce is there for who needs nothing but the header that every answer has.
func (a *API) nonce(c *fiber.Ctx) error {
	c.Status(http.StatusNoContent)
	return nil
}

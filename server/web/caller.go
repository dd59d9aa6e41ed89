package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"umbral/server/access"
	"umbral/server/problem"
)

// bearer is the only scheme that is accepted, and only in the header: a token
// in an address would stand in logs and histories.
const bearer = "Bearer "

// authenticate finds out who asks, and leaves it for the handler.
func (a *API) authenticate(c *fiber.Ctx) (access.Caller, error) {
	header := c.Get(fiber.HeaderAuthorization)
	if header == "" {
		return access.Caller{}, problem.New(problem.Unauthenticated, "token-missing")
	}
	if len(header) < len(bearer) || !strings.EqualFold(header[:len(bearer)], bearer) {
		return access.Caller{}, problem.New(problem.Unauthenticated, "token-invalid")
	}
	who, err := a.Auth.Authenticate(c.UserContext(), strings.Clone(header[len(bearer):]))
	if err != nil {
		return access.Caller{}, err
	}
	c.Locals(localCaller, who)
	return who, nil
}

// callerOf is who asks, on a route that is not public.
func callerOf(c *fiber.Ctx) access.Caller {
	who, _ := c.Locals(localCaller).(access.Caller)
	return who // the zero Caller may do nothing
}

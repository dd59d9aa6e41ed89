package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"umbral/server/problem"
)

type statusAnswer struct {
	Status string `json:"status"`
}

// healthz says that the program runs; it asks nothing else.
func (a *API) healthz(c *fiber.Ctx) error {
	return writeJSON(c, http.StatusOK, statusAnswer{"ok"})
}

// readyz says that the store answers too.
func (a *API) readyz(c *fiber.Ctx) error {
	if err := a.Ready(c.UserContext()); err != nil {
		return problem.New(problem.Unavailable, "not-ready").Because(err)
	}
	return writeJSON(c, http.StatusOK, statusAnswer{"ready"})
}

// page serves the application's files; what it does not have goes on to be a
// 404 or a 405.
func (a *API) page(c *fiber.Ctx) error {
	if a.Page == nil || (c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead) {
		return c.Next()
	}
	file, ok := a.Page.Lookup(c.Path(), c.Get(fiber.HeaderAcceptEncoding))
	if !ok {
		return c.Next()
	}
	c.Locals(localRoute, "(page)")
	for name, value := range file.Header {
		c.Set(name, value)
	}
	if tag := file.Header[fiber.HeaderETag]; tag != "" && tagMatches(c.Get(fiber.HeaderIfNoneMatch), tag) {
		c.Response().Header.Del(fiber.HeaderContentEncoding)
		c.Status(http.StatusNotModified)
		return nil
	}
	return c.Status(file.Status).Send(file.Body)
}

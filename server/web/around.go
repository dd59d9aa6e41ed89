package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/access"
	"umbral/server/problem"
)

// around is the first of every request: headers, time, log, metrics, and the
// net under panics. It writes the error itself, so that the log has the status
// that was really answered.
func (a *API) around(c *fiber.Ctx) error {
	started := a.Now()
	a.setHeaders(c)
	c.Set(fiber.HeaderCacheControl, "no-store")
	ctx, cancel := context.WithTimeout(context.Background(), workTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	err := a.caught(c)
	if err != nil {
		if failed := a.fail(c, err); failed != nil {
			c.Response().ResetBody()
			c.Status(http.StatusInternalServerError)
		}
	}
	route, ok := c.Locals(localRoute).(string)
	if !ok {
		route = "(none)" // no line of the list
	}
	status, took := c.Response().StatusCode(), a.Now().Sub(started)
	method := knownMethod(c)
	a.metrics.request(method, route, status, took)
	a.logRequest(c, method, route, status, took, err)
	return nil
}

// knownMethod is a constant: it outlives the request, as a label must.
func knownMethod(c *fiber.Ctx) string {
	for _, m := range fiber.DefaultMethods {
		if m == c.Method() {
			return m
		}
	}
	return "OTHER"
}

func (a *API) caught(c *fiber.Ctx) (err error) {
	defer func() {
		if v := recover(); v != nil {
			a.Log.Error("panic", "request_id", requestID(c), "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	return c.Next()
}

// logRequest never logs a path, a query, an address, a name or a body: the
// template of the route, the account's id and the numbers are enough.
func (a *API) logRequest(c *fiber.Ctx, method, route string, status int, took time.Duration, err error) {
	level := slog.LevelInfo
	args := []any{
		"request_id", requestID(c), "method", method, "route", route,
		"status", status, "ms", took.Milliseconds(), "bytes_in", len(c.Request().Body()),
	}
	if who, ok := c.Locals(localCaller).(access.Caller); ok {
		args = append(args, "account", who.User)
	}
	var p *problem.Error
	switch {
	case err == nil:
	case errors.As(err, &p) && p.Kind != problem.Internal:
		args = append(args, "problem", p.Type)
	case status >= http.StatusInternalServerError:
		level = slog.LevelError
		args = append(args, "error", err.Error())
	}
	a.Log.Log(context.Background(), level, "request", args...)
}

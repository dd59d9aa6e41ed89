package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/text/language"

	"umbral/server/problem"
)

// statuses is the one table from kind of problem to HTTP status.
var statuses = map[problem.Kind]int{
	problem.Internal:        http.StatusInternalServerError,
	problem.Invalid:         http.StatusBadRequest,
	problem.Unauthenticated: http.StatusUnauthorized,
	problem.Forbidden:       http.StatusForbidden,
	problem.NotFound:        http.StatusNotFound,
	problem.Conflict:        http.StatusConflict,
	problem.TooLarge:        http.StatusRequestEntityTooLarge,
	problem.Range:           http.StatusRequestedRangeNotSatisfiable,
	problem.TooMany:         http.StatusTooManyRequests,
	problem.Unsupported:     http.StatusUnsupportedMediaType,
	problem.Unavailable:     http.StatusServiceUnavailable,
}

// framework names what fiber and fasthttp refuse by themselves; the text of
// their errors is for the log only.
var framework = map[int]string{
	http.StatusBadRequest:                  "bad-request",
	http.StatusNotFound:                    "path-unknown",
	http.StatusMethodNotAllowed:            "method-not-allowed",
	http.StatusRequestTimeout:              "request-timeout",
	http.StatusRequestEntityTooLarge:       "body-too-large",
	http.StatusRequestHeaderFieldsTooLarge: "headers-too-large",
}

const problemMedia = "application/problem+json"

// languages are those that problems are written in; the first is the default.
var languages = []language.Tag{language.MustParse("es-MX"), language.English}

var matcher = language.NewMatcher(languages)

// maxAcceptLanguage is in bytes: longer than any browser sends, short enough
// to parse for nothing.
const maxAcceptLanguage = 200

// languageOf is the code of the language that the caller reads problems in.
func languageOf(accept string) string {
	if len(accept) > maxAcceptLanguage {
		return languages[0].String()
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return languages[0].String()
	}
	_, i, confidence := matcher.Match(wanted...)
	if confidence == language.No {
		i = 0
	}
	return languages[i].String()
}

// fail is the only place that writes an error. What is no problem of ours is
// internal: the log gets its text, the caller gets none of it.
func (a *API) fail(c *fiber.Ctx, err error) error {
	status, typ, args := classify(err)
	if typ == "body-too-large" && args == nil { // fasthttp's own; see bodyLimits
		args = map[string]any{"limit_bytes": bodyLimits(&c.Request().Header).MaxRequestBodySize}
	}
	body := map[string]any{}
	for name, value := range args {
		body[name] = value
	}
	lang := languageOf(c.Get(fiber.HeaderAcceptLanguage))
	body["type"] = "/problems/" + typ
	body["status"] = status
	body["title"] = a.words.Translate(lang, "problem.status."+strconv.Itoa(status), nil)
	body["detail"] = a.words.Translate(lang, "problem."+typ, spoken(args))
	body["request_id"] = requestID(c)
	out, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write problem %s: %w", typ, err)
	}
	a.setHeaders(c)
	c.Response().ResetBody()
	c.Set(fiber.HeaderContentType, problemMedia)
	c.Set(fiber.HeaderContentLanguage, lang)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage)
	c.Set(fiber.HeaderCacheControl, "no-store")
	switch status {
	case http.StatusUnauthorized:
		c.Set(fiber.HeaderWWWAuthenticate, challenge(typ))
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		c.Set(fiber.HeaderRetryAfter, retryAfter(args))
	}
	return c.Status(status).Send(out)
}

// challenge asks for a proof in the words of RFC 9449, section 7.1 and 9.
func challenge(typ string) string {
	text := `DPoP realm="umbral", algs="ES256"`
	if typ == "use-dpop-nonce" {
		text += `, error="use_dpop_nonce"`
	}
	return text
}

// spoken is args as a sentence can hold them: a list with commas.
func spoken(args map[string]any) map[string]any {
	out := maps.Clone(args)
	for name, value := range args {
		if codes, ok := value.([]string); ok {
			out[name] = strings.Join(codes, ", ")
		}
	}
	return out
}

func classify(err error) (status int, typ string, args map[string]any) {
	var p *problem.Error
	var f *fiber.Error
	switch {
	case errors.As(err, &p):
		status, ok := statuses[p.Kind]
		if !ok {
			status = http.StatusInternalServerError
		}
		return status, p.Type, p.Args
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, "took-too-long", nil
	case errors.As(err, &f):
		if typ, ok := framework[f.Code]; ok {
			return f.Code, typ, nil
		}
	}
	return http.StatusInternalServerError, "internal", nil
}

// defaultRetry is in seconds, for a problem that does not say when.
const defaultRetry = 5

func retryAfter(args map[string]any) string {
	if v, ok := args["retry_after"]; ok {
		if s := strings.TrimSpace(fmt.Sprint(v)); s != "" {
			return s
		}
	}
	return strconv.Itoa(defaultRetry)
}

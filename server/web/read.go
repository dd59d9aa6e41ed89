package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"umbral/server/problem"
)

// maxDepth is how deep a body's arrays and objects may nest; ours nest to 4
// (sync: body, records, envelope), and each level costs the parser stack.
const maxDepth = 16

// Media types that we read.
const (
	mediaJSON = "application/json"
	mediaSync = "application/vnd.umbral.sync"
)

// mediaOf is the request's media type in lower case; a JSON body may name
// UTF-8 as its charset and nothing else.
func mediaOf(c *fiber.Ctx) string {
	media, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil {
		return ""
	}
	if set, ok := params["charset"]; ok && !strings.EqualFold(set, "utf-8") {
		return ""
	}
	return media
}

// readJSON reads the body into v. A field that v does not have is an error:
// what is silently dropped is believed to be kept.
func readJSON(c *fiber.Ctx, v any) error {
	if mediaOf(c) != mediaJSON {
		return problem.New(problem.Unsupported, "content-type", "expected", mediaJSON)
	}
	body := c.Request().Body()
	if err := checkJSON(body); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return jsonProblem(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return problem.New(problem.Invalid, "json-more-than-one")
	}
	return nil
}

// checkJSON refuses what must not reach the decoder: nothing, other bytes than
// UTF-8, deep nesting.
func checkJSON(body []byte) error {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return problem.New(problem.Invalid, "body-empty")
	case !utf8.Valid(body):
		return problem.New(problem.Invalid, "body-not-utf8")
	case deeper(body, maxDepth):
		return problem.New(problem.Invalid, "json-too-deep", "limit", maxDepth)
	}
	return nil
}

// deeper says whether arrays and objects nest more than limit deep, in one
// pass and without the stack that a decoder would use.
func deeper(body []byte, limit int) bool {
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch b := body[i]; {
		case inString && b == '\\':
			i++
		case b == '"':
			inString = !inString
		case inString:
		case b == '{' || b == '[':
			if depth++; depth > limit {
				return true
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return false
}

// unknownField is how encoding/json words it; it has no type for it.
const unknownField = "json: unknown field "

func jsonProblem(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field == "":
		return problem.New(problem.Invalid, "json-not-object").Because(err)
	case errors.As(err, &wrong):
		return problem.New(problem.Invalid, "json-wrong-type", "field", wrong.Field).Because(err)
	case strings.HasPrefix(err.Error(), unknownField):
		name := strings.Trim(strings.TrimPrefix(err.Error(), unknownField), `"`)
		return problem.New(problem.Invalid, "json-unknown-field", "field", clip(name)).Because(err)
	}
	return problem.New(problem.Invalid, "json-malformed").Because(err)
}

// maxEcho is how many bytes of what a caller wrote we repeat in an error.
const maxEcho = 64

func clip(s string) string {
	if len(s) <= maxEcho {
		return s
	}
	return strings.ToValidUTF8(s[:maxEcho], "") + "…"
}

// pathText is a path parameter, unescaped once, as text of our own.
func pathText(c *fiber.Ctx, name string) (string, error) {
	text, err := url.PathUnescape(c.Params(name))
	if err != nil || !utf8.ValidString(text) {
		return "", problem.New(problem.Invalid, "path-not-utf8", "parameter", name)
	}
	return strings.Clone(text), nil
}

// uuidLength is that of the form with hyphens; the parser takes others too.
const uuidLength = 36

// pathID is a path parameter that must be a UUID, in lower case.
func pathID(c *fiber.Ctx, name string) (string, error) {
	text, err := pathText(c, name)
	if err != nil {
		return "", err
	}
	id, err := uuid.Parse(text)
	if err != nil || len(text) != uuidLength {
		return "", problem.New(problem.Invalid, "id-not-uuid", "parameter", name)
	}
	return id.String(), nil
}

// queryText is a query parameter as text of our own; UTF-8 or an error.
func queryText(c *fiber.Ctx, name string) (string, error) {
	text := c.Query(name)
	if !utf8.ValidString(text) {
		return "", problem.New(problem.Invalid, "query-not-utf8", "parameter", name)
	}
	return strings.Clone(text), nil
}

// queryInt is a whole number from low to high; fallback where it is absent.
func queryInt(c *fiber.Ctx, name string, fallback, low, high int) (int, error) {
	text := c.Query(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, problem.New(problem.Invalid, "query-number", "parameter", name, "low", low, "high", high)
	}
	return n, nil
}

// onlyQuery refuses a query parameter that the route does not have: a filter
// with a typing error would otherwise show everything and look right. So would
// the second of two, of which only the first is read.
func onlyQuery(c *fiber.Ctx, names ...string) error {
	var unknown, repeated string
	seen := map[string]bool{}
	for key := range c.Context().QueryArgs().All() {
		name := string(key)
		switch {
		case !slices.Contains(names, name):
			unknown = name
		case seen[name]:
			repeated = name
		}
		seen[name] = true
	}
	switch {
	case unknown != "":
		return problem.New(problem.Invalid, "query-unknown", "parameter", clip(strings.ToValidUTF8(unknown, "?")))
	case repeated != "":
		return problem.New(problem.Invalid, "query-repeated", "parameter", repeated)
	}
	return nil
}

// noContent answers what was done with nothing, or with why it was not.
func noContent(c *fiber.Ctx, err error) error {
	if err == nil {
		c.Status(http.StatusNoContent)
	}
	return err
}

func writeJSON(c *fiber.Ctx, status int, v any) error {
	out, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, mediaJSON)
	return c.Status(status).Send(out)
}

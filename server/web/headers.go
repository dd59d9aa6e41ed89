package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
)

// Names of what a request carries through its handlers.
const (
	localRequestID = "request-id"
	localCaller    = "caller"
	localDevice    = "device"
	localRoute     = "route"
)

const headerRequestID = "X-Request-Id"

// apiPolicy is the content security policy of every answer that is no page: if
// a browser is brought to show one, it runs and loads nothing.
const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// securityHeaders go on every answer, errors and pages too; a page replaces the
// policy by its own.
var securityHeaders = [][2]string{
	{fiber.HeaderContentSecurityPolicy, apiPolicy},
	{fiber.HeaderXContentTypeOptions, "nosniff"},
	{fiber.HeaderXFrameOptions, "DENY"},
	{fiber.HeaderReferrerPolicy, "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{fiber.HeaderPermissionsPolicy, "camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
	{"X-Robots-Tag", "noindex, nofollow"},
}

// transportSecurity is sent over TLS only: two years, as browsers' lists ask.
const transportSecurity = "max-age=63072000; includeSubDomains"

func (a *API) setHeaders(c *fiber.Ctx) {
	for _, h := range securityHeaders {
		c.Set(h[0], h[1])
	}
	if c.Secure() {
		c.Set(fiber.HeaderStrictTransportSecurity, transportSecurity)
	}
	c.Set(headerRequestID, requestID(c))
	if strings.HasPrefix(c.Path(), base+"/") {
		c.Set(headerNonce, a.Proofs.Nonces.Fresh())
	}
}

// requestID is made by us for each request: a caller's own would let it write
// into our log.
func requestID(c *fiber.Ctx) string {
	if id, ok := c.Locals(localRequestID).(string); ok {
		return id
	}
	id := uuid.NewString()
	c.Locals(localRequestID, id)
	return id
}

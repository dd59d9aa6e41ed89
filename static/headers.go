package static

import "strings"

// Caching of a file: for ever where its name is its hash, else asked again each
// time (the ETag makes that cheap).
const (
	immutable  = "public, max-age=31536000, immutable"
	revalidate = "no-cache"
)

// contentSecurityPolicy lets the page run its own files and nothing else: no
// inline script, no style attribute in markup, no other host, no frame, no text
// that turns into code (Trusted Types; the one policy is static/app/trust.js).
// blob: is the sealed file that a person exports.
var contentSecurityPolicy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self'",
	"media-src 'self' blob:",
	"font-src 'self'",
	"connect-src 'self'",
	"manifest-src 'self'",
	"worker-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types umbral",
}, "; ")

// keeperPolicy is that of the vault's worker: it alone may compile WebAssembly
// (argon2id), and it reaches nothing: no network, no other script.
var keeperPolicy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self' 'wasm-unsafe-eval'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types 'none'",
}, "; ")

// permissionsPolicy refuses what a screening never needs; what stands on the
// page cannot ask for it either. The camera reads the code of an enrolment, the
// microphone hears whoever lends a voice to a text. Only names that Chromium
// knows: it warns of any other at each load.
var permissionsPolicy = strings.Join([]string{
	"accelerometer=()", "autoplay=()", "browsing-topics=()", "camera=(self)",
	"display-capture=()", "encrypted-media=()", "geolocation=()", "gyroscope=()", "hid=()",
	"idle-detection=()", "local-fonts=()", "magnetometer=()", "microphone=(self)", "midi=()",
	"payment=()", "picture-in-picture=()", "serial=()", "usb=()", "xr-spatial-tracking=()",
}, ", ")

// securityHeaders go with every file; the worker takes its policy from its own reply.
var securityHeaders = map[string]string{
	"Content-Security-Policy":      contentSecurityPolicy,
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Embedder-Policy": "require-corp",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           permissionsPolicy,
	"Referrer-Policy":              "no-referrer",
	"X-Content-Type-Options":       "nosniff",
}

// Package web is the HTTP border: it reads a request, makes one call, and
// writes the answer. It holds no rule and never touches the store; what it
// hands inwards is its own copy, for fiber's values die with the request.
package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"umbral/server/access"
	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/figures"
	"umbral/server/ingest"
	"umbral/server/interpreters"
	"umbral/server/proof"
	"umbral/server/recall"
	"umbral/server/referral"
	"umbral/server/retention"
	"umbral/server/review"
	"umbral/server/reviewers"
	"umbral/server/seal"
	"umbral/server/translation"
	"umbral/static"
)

// Times of a connection. fasthttp has one deadline for a whole request.
const (
	// readTimeout lets the slowest link that we plan for bring one batch: 1.6 MB
	// at 20 kB/s is 80 s.
	readTimeout = 90 * time.Second
	// writeTimeout is for the same link to take an answer or an export.
	writeTimeout = 10 * time.Minute
	idleTimeout  = 2 * time.Minute
	// workTimeout is for what a handler does before it answers.
	workTimeout = 30 * time.Second
)

// maxHeaders is in bytes, for all headers of a request: an access token is
// under 1 KB, and no cookie is used.
const maxHeaders = 8 << 10

// maxConnections at once; each idle one costs some 10 KB.
const maxConnections = 4096

// Words gives a message in one language; the id itself where there is none.
type Words interface {
	Translate(lang, id string, args map[string]any) string
}

// Deps are what the handlers call. All must be set, but for Page, Proxies and
// ProxyHeader.
type Deps struct {
	Auth      *auth.Service
	Intake    *ingest.Desk
	Feed      Feed
	Reviews   *review.Desk
	Referrals *referral.Desk
	Reviewers *reviewers.Desk
	Figures   *figures.Desk
	Retention *retention.Desk
	Recalls   *recall.Desk
	// Interpreters are those whom an agency's phones can call.
	Interpreters *interpreters.Desk
	// Translations is the desk where texts of languages come about.
	Translations *translation.Desk
	Audit        *audit.Desk
	// Enter writes a line into the book, durably: reading is entered too.
	Enter     func(ctx context.Context, a audit.Act) error
	Content   *Content
	Protocols Protocols
	// Recording gives the file of a recording that may be played, and its type;
	// NotFound "media-unknown".
	Recording func(sha256 string) (content []byte, mediaType string, err error)
	Words     Words
	Page      *static.Site // nil: the API alone
	// Proofs checks what keys prove.
	Proofs *proof.Checker
	// Keys are what devices must believe, signed.
	Keys func(ctx context.Context) (seal.KeySet, error)
	// Person is the account and the agency of a caller.
	Person func(ctx context.Context, who access.Caller) (auth.Account, auth.Agency, error)
	// Ready returns nil where the store answers.
	Ready func(ctx context.Context) error
	// Proxies are the addresses whose ProxyHeader tells the caller's address.
	Proxies     []string
	ProxyHeader string
	// ReadTimeout is for a whole request to arrive; 0: readTimeout.
	ReadTimeout time.Duration
	Log         *slog.Logger
	Now         func() time.Time
}

// API is the server as HTTP sees it.
type API struct {
	Deps
	words   Words
	metrics *Metrics
	app     *fiber.App
	server  *fasthttp.Server
	openAPI []byte

	mu        sync.Mutex
	listeners []net.Listener
	stopping  bool
}

// New builds the API; Serve then answers on a listener.
func New(d Deps) (*API, error) {
	doc, err := openAPIJSON()
	if err != nil {
		return nil, err
	}
	a := &API{Deps: d, words: d.Words, metrics: newMetrics(), openAPI: doc}
	a.app = fiber.New(fiber.Config{
		DisableStartupMessage:        true,
		StrictRouting:                true,
		CaseSensitive:                true,
		BodyLimit:                    maxSyncBody,
		ReadTimeout:                  cmp.Or(d.ReadTimeout, readTimeout),
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		ReadBufferSize:               maxHeaders,
		Concurrency:                  maxConnections,
		EnableTrustedProxyCheck:      true, // with no Proxies: nobody is believed
		TrustedProxies:               d.Proxies,
		ProxyHeader:                  d.ProxyHeader,
		EnableIPValidation:           true,
		DisablePreParseMultipartForm: true,
		DisableDefaultContentType:    true,
		ErrorHandler:                 a.fail,
	})
	a.app.Use(a.around)
	for _, r := range a.routes() {
		handle := a.handle(r)
		a.app.Add(r.method, r.path, handle)
		if r.method == fiber.MethodGet {
			a.app.Add(fiber.MethodHead, r.path, handle)
		}
	}
	a.app.Use(a.page)
	a.server = a.app.Server()
	a.server.HeaderReceived = bodyLimits
	a.server.Handler = a.knownMethods(a.app.Handler())
	a.server.NoDefaultServerHeader = true
	return a, nil
}

// Serve answers on ln until Shutdown; nil after that.
func (a *API) Serve(ln net.Listener) error {
	if !a.opened(ln) {
		return nil
	}
	if err := a.server.Serve(ln); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	}
	return nil
}

// opened keeps ln for Shutdown, which may come before fasthttp knows of it: a
// server that then went on listening would never end.
func (a *API) opened(ln net.Listener) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.stopping {
		_ = ln.Close() // nobody was promised anything on it
		return false
	}
	a.listeners = append(a.listeners, ln)
	return true
}

// Shutdown takes no new request, and returns when the running ones have been
// answered or ctx ends.
func (a *API) Shutdown(ctx context.Context) error {
	a.mu.Lock()
	a.stopping = true
	for _, ln := range a.listeners {
		_ = ln.Close() // fasthttp closes those that it knows once more
	}
	a.mu.Unlock()
	a.Content.Stop()
	if err := a.server.ShutdownWithContext(ctx); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("shutdown: %w", err)
	}
	return nil
}

// Metrics is the handler of the metrics listener.
func (a *API) Metrics() *Metrics { return a.metrics }

// bodyLimits keeps a body from being read into memory beyond what its path
// takes, before anything else of the request is looked at. Who shows no token
// gets the small cap everywhere.
func bodyLimits(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	limit := maxSmallBody
	if len(h.Peek(fiber.HeaderAuthorization)) > 0 {
		limit = bodyOf(string(h.RequestURI()))
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: limit}
}

// bodyOf is what the path of an address takes.
func bodyOf(uri string) int {
	path, _, _ := strings.Cut(uri, "?")
	switch {
	case path == base+"/sync":
		return maxSyncBody
	case strings.HasPrefix(path, base+"/locales/") && strings.HasSuffix(path, "/recordings"):
		return maxRecording
	case strings.HasPrefix(path, base+"/locales/") && strings.HasSuffix(path, "/sheet"):
		return maxSheet
	}
	return maxSmallBody
}

// knownMethods answers what fiber would answer without any of our headers.
func (a *API) knownMethods(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if slices.Contains(fiber.DefaultMethods, string(ctx.Method())) {
			next(ctx)
			return
		}
		c := a.app.AcquireCtx(ctx)
		defer a.app.ReleaseCtx(c)
		c.Set(fiber.HeaderAllow, "GET, HEAD, POST")
		if err := a.fail(c, fiber.ErrMethodNotAllowed); err != nil {
			ctx.SetStatusCode(fiber.StatusMethodNotAllowed)
		}
	}
}

// errPanic stands for a panic in a handler: the log gets where, nobody what,
// for a panic's value may hold what was being worked on.
var errPanic = errors.New("panic in a handler")

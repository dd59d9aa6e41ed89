package web

import (
	"github.com/gofiber/fiber/v2"

	"umbral/server/access"
	"umbral/server/figures"
)

// base is where the API's first version stands; a breaking change is a new one.
const base = "/api/v1"

// Who may ask where no single action of package access decides.
const (
	public   access.Action = "(public)"    // no token
	signedIn access.Action = "(signed in)" // any account
	device   access.Action = "(device)"    // an enrolled device by its own token, whoever is signed in
)

// route is one line of the API. may is checked before the body is looked at;
// the use case checks again, on the thing itself.
type route struct {
	method, path string
	may          access.Action
	body         int // cap in bytes after unpacking; 0: the route reads none
	handler      fiber.Handler
}

// routes is the one list. A test holds openapi.yaml against it, both ways.
func (a *API) routes() []route {
	const get, post = fiber.MethodGet, fiber.MethodPost
	const small = maxSmallBody
	return []route{
		{get, "/healthz", public, 0, a.healthz},
		{get, "/readyz", public, 0, a.readyz},
		{get, "/.well-known/jwks.json", public, 0, a.jwks},
		{get, base + "/openapi.json", public, 0, a.openapi},

		{get, base + "/nonce", public, 0, a.nonce},
		{post, base + "/setup", public, small, a.setup},
		{post, base + "/auth/login", public, small, a.login},
		{post, base + "/auth/refresh", public, small, a.refresh},
		{post, base + "/auth/logout", public, small, a.logout},
		{get, base + "/auth/me", signedIn, 0, a.me},
		{post, base + "/auth/factors/totp", signedIn, small, a.startTOTP},
		{post, base + "/auth/factors/totp/confirm", signedIn, small, a.confirmTOTP},
		{post, base + "/auth/factors/passkeys", signedIn, small, a.startPasskey},
		{post, base + "/auth/factors/passkeys/confirm", signedIn, small, a.confirmPasskey},
		{post, base + "/auth/factors/recovery", signedIn, small, a.newRecovery},
		{post, base + "/auth/factors/remove", signedIn, small, a.removeFactor},
		{post, base + "/auth/password", signedIn, small, a.changePassword},
		{get, base + "/auth/sessions", signedIn, 0, a.sessions},
		{post, base + "/auth/sessions/:id/end", signedIn, small, a.endSession},

		{post, base + "/devices/codes", access.ManageDevices, small, a.makeCode},
		{post, base + "/devices/enrol", access.EnrolDevice, small, a.enrol},
		{post, base + "/devices/trip", access.EnrolDevice, small, a.startTrip},
		{get, base + "/devices", access.ManageDevices, 0, a.devices},
		{post, base + "/devices/:id/revoke", access.ManageDevices, small, a.revokeDevice},
		{get, base + "/accounts", access.ManageAccounts, 0, a.accounts},
		{post, base + "/accounts", access.ManageAccounts, small, a.addAccount},
		{post, base + "/accounts/:id/disable", access.ManageAccounts, small, a.disableAccount},
		{post, base + "/accounts/:id/enable", access.ManageAccounts, small, a.enableAccount},
		{post, base + "/accounts/:id/reading", access.ManageAccounts, small, a.setReading},
		{post, base + "/accounts/:id/password", access.ManageAccounts, small, a.setPassword},
		{post, base + "/accounts/:id/factors/reset", access.ManageAccounts, small, a.resetFactors},
		{get, base + "/agencies", access.ManageAccounts, 0, a.agencies},
		{post, base + "/agencies", access.ManageAccounts, small, a.addAgency},
		{post, base + "/agencies/:id", access.ManageAccounts, small, a.setAuthority},

		{get, base + "/manifest", signedIn, 0, a.manifest},
		{get, base + "/blobs/:sha256", signedIn, 0, a.blob},
		{get, base + "/media/:sha256", signedIn, 0, a.media},
		{get, base + "/protocols", signedIn, 0, a.protocols},
		{get, base + "/protocols/:id", signedIn, 0, a.protocol},
		{get, base + "/locales", signedIn, 0, a.locales},
		{get, base + "/locales/:tag", signedIn, 0, a.locale},
		{get, base + "/locales/:tag/recalls", access.ReadRecalls, 0, a.recalls},
		{post, base + "/locales/:tag/recalls", access.RecallText, small, a.recallText},
		{post, base + "/locales", access.ManageLanguages, small, a.addLanguage},
		{post, base + "/locales/:tag/gate", access.ManageLanguages, small, a.raiseGate},
		{get, base + "/locales/:tag/texts", access.ReadTranslations, 0, a.texts},
		{get, base + "/locales/:tag/texts/:message/steps", access.ReadTranslations, 0, a.textSteps},
		{post, base + "/locales/:tag/texts/:message/steps", access.Translate, small, a.doStep},
		{post, base + "/locales/:tag/recordings", access.AddRecording, maxRecording, a.addRecording},
		{get, base + "/locales/:tag/recordings/:sha256", access.Translate, 0, a.draftRecording},
		{get, base + "/locales/:tag/sheet.xlsx", access.ReadTranslations, 0, a.exportSheet},
		{post, base + "/locales/:tag/sheet", access.Translate, maxSheet, a.importSheet},

		{get, base + "/interpreters", access.ReadInterpreters, 0, a.interpreters},
		{post, base + "/interpreters", access.ManageInterpreters, small, a.addInterpreter},
		{post, base + "/interpreters/:id", access.ManageInterpreters, small, a.changeInterpreter},
		{post, base + "/interpreters/:id/remove", access.ManageInterpreters, small, a.removeInterpreter},

		{post, base + "/sync", device, maxSyncBody, a.sync},

		{get, base + "/detections", access.ReadDetections, 0, a.detections},
		{get, base + "/detections/:id", access.ReadDetections, 0, a.detection},
		{post, base + "/detections/:id/reviews", access.Review, small, a.addReview},
		{post, base + "/detections/:id/referrals", access.Refer, small, a.addReferral},
		{post, base + "/detections/:id/notes", access.Note, small, a.addNote},

		{post, base + "/detections/:id/identity", access.OpenIdentity, small, a.openIdentity},
		{get, base + "/reviewers", access.ManageReviewers, 0, a.reviewers},
		{post, base + "/reviewers/me", access.OpenIdentity, small, a.putOwnKey},
		{post, base + "/reviewers/keys", access.OpenIdentity, small, a.addReviewersKey},
		{post, base + "/reviewers/shares", access.OpenIdentity, small, a.proposeShare},
		{post, base + "/reviewers/shares/:id/approve", access.ManageReviewers, small, a.approveShare},
		{post, base + "/reviewers/shares/:id/refuse", access.ManageReviewers, small, a.refuseShare},
		{post, base + "/detections/:id/hold", access.HoldRecord, small, a.hold},

		{get, base + "/retention", access.ReadRetention, 0, a.terms},
		{post, base + "/retention", access.ManageRetention, small, a.setTerms},
		{get, base + "/destructions", access.ReadRetention, 0, a.destructions},
		{get, base + "/destructions/due", access.ReadRetention, 0, a.due},
		{post, base + "/destructions", access.AskDestruction, small, a.askDestruction},
		{post, base + "/destructions/:id/approve", access.DecideDestruction, small, a.approveDestruction},
		{post, base + "/destructions/:id/refuse", access.DecideDestruction, small, a.refuseDestruction},

		{get, base + "/quarantine", access.ReadQuarantine, 0, a.quarantine},
		{get, base + "/quarantine/:key", access.ReadQuarantine, 0, a.quarantined},
		{post, base + "/quarantine/:key/decisions", access.DecideQuarantine, small, a.decideQuarantined},

		{get, base + "/audit", access.ReadAudit, 0, a.auditBook},
		{get, base + "/audit/head", access.ReadAudit, 0, a.auditHead},

		{get, base + "/stats", access.ReadStats, 0, a.stats},
		{get, base + "/exports/detections.csv", access.Export, 0, a.export(figures.CSV)},
		{get, base + "/exports/detections.xlsx", access.Export, 0, a.export(figures.XLSX)},
		{get, base + "/exports/detections.ndjson", access.Export, 0, a.export(figures.NDJSON)},
	}
}

// handle puts the same guards before every handler, in this order: who asks,
// may they, is the body small enough when unpacked.
func (a *API) handle(r route) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Locals(localRoute, r.path)
		if err := a.admit(c, r); err != nil {
			return err
		}
		if err := unpack(c, r.body); err != nil {
			return err
		}
		if err := checkAsked(c, r); err != nil {
			return err
		}
		if err := r.handler(c); err != nil {
			return err
		}
		return a.enter(c, r)
	}
}

// admit finds out who asks, and whether such a one may at all.
func (a *API) admit(c *fiber.Ctx, r route) error {
	switch r.may {
	case public:
		return nil
	case device:
		return a.authenticateDevice(c)
	}
	who, err := a.authenticate(c)
	if err != nil {
		return err
	}
	if err := checkLimited(who, r.path); err != nil {
		return err
	}
	if r.may != signedIn {
		_, _, err = access.Reach(who, r.may)
	}
	return err
}

// Route is a line of the list, as tests and documentation look at it.
type Route struct {
	Method, Path, May string
	Body              int // cap in bytes after unpacking
}

// Routes returns the list, in order.
func (a *API) Routes() []Route {
	var out []Route
	for _, r := range a.routes() {
		out = append(out, Route{r.method, r.path, string(r.may), r.body})
	}
	return out
}

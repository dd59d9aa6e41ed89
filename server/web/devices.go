package web

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/auth"
	"umbral/server/seal"
)

type deviceAnswer struct {
	ID       string     `json:"id"`
	Name     string     `json:"name"`
	User     string     `json:"user"`
	Agency   string     `json:"agency"`
	Enrolled time.Time  `json:"enrolled"`
	Seen     *time.Time `json:"seen"`    // null before its first sync
	Revoked  *time.Time `json:"revoked"` // null while nobody gave it up
	Wiped    *time.Time `json:"wiped"`   // when it said that it erases itself
	Trip     *time.Time `json:"trip_until"`
}

func deviceOf(d auth.Device) deviceAnswer {
	return deviceAnswer{
		ID: d.ID, Name: d.Name, User: d.User, Agency: d.Agency, Enrolled: d.Enrolled,
		Seen: orNull(d.Seen), Revoked: orNull(d.Revoked), Wiped: orNull(d.Wiped), Trip: orNull(d.TripUntil),
	}
}

// orNull is t, or nil where it never was.
func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (a *API) devices(c *fiber.Ctx) error {
	all, err := a.Auth.Devices(c.UserContext(), callerOf(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, listOf(all, deviceOf))
}

func (a *API) revokeDevice(c *fiber.Ctx) error { return byID(c, a.Auth.RevokeDevice) }

type enrolBody struct {
	Code      string `json:"code"`
	PublicKey string `json:"public_key"`
	Name      string `json:"name"`
}

type enrolAnswer struct {
	Device string `json:"device"`
	KID    string `json:"kid"` // of the key to seal to
	seal.KeySet
	Agency agencyAnswer `json:"agency"`
	User   userAnswer   `json:"user"`
}

func (a *API) enrol(c *fiber.Ctx) error {
	var body enrolBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	ctx, who := c.UserContext(), callerOf(c)
	me, agency, err := a.Person(ctx, who)
	if err != nil {
		return err
	}
	keys, err := a.Keys(ctx)
	if err != nil {
		return err
	}
	d, err := a.Auth.EnrolDevice(ctx, who, auth.Enrolment{
		Code: body.Code, PublicKey: body.PublicKey, Name: body.Name, Address: address(c),
	})
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, enrolAnswer{
		Device: d.ID, KID: keys.Keys[0].KID, KeySet: keys, Agency: agencyOf(agency), User: userOf(me, agency),
	})
}

type codeBody struct {
	Agency string `json:"agency"` // empty: the caller's own
}

type codeAnswer struct {
	Code                 string    `json:"code"`
	Expires              time.Time `json:"expires_at"`
	QR                   string    `json:"qr"`
	ServerFingerprint    string    `json:"server_fingerprint"`
	ReviewersFingerprint string    `json:"reviewers_fingerprint"` // empty where the agency has no key
}

// qrStart begins the text of the QR code: what it is, and its version.
const qrStart = "UMBRAL:1"

// makeCode gives a code that enrols one device, and what a phone must know to
// believe this server from the first moment.
func (a *API) makeCode(c *fiber.Ctx) error {
	var body codeBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	ctx := c.UserContext()
	made, err := a.Auth.MakeCode(ctx, callerOf(c), body.Agency)
	if err != nil {
		return err
	}
	keys, err := a.Keys(ctx)
	if err != nil {
		return err
	}
	out := codeAnswer{Code: made.Code, Expires: made.Expires, ServerFingerprint: keys.Fingerprint(),
		ReviewersFingerprint: keys.ReviewersFingerprint(made.Agency)}
	out.QR = strings.Join([]string{qrStart, out.Code, out.ServerFingerprint, cmp.Or(out.ReviewersFingerprint, "-")}, ":")
	return writeJSON(c, http.StatusCreated, out)
}

type tripBody struct {
	Days int `json:"days"`
}

type tripAnswer struct {
	Share string    `json:"share"`
	Until time.Time `json:"until"`
}

// startTrip gives a phone a share for the days of a trip.
func (a *API) startTrip(c *fiber.Ctx) error {
	var body tripBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	t, err := a.Auth.StartTrip(c.UserContext(), callerOf(c), body.Days)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, tripAnswer{t.Share, t.Until})
}

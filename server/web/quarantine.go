package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/ingest"
	"umbral/server/record"
)

// entryAnswer tells what is wrong with a kept envelope, never what it holds:
// who repairs it needs the reasons and the size.
type entryAnswer struct {
	ID         string           `json:"id"`  // of the record, as the envelope says
	Key        string           `json:"key"` // of the entry
	Kind       string           `json:"kind"`
	ReceivedAt time.Time        `json:"received_at"`
	Device     string           `json:"device"`
	Author     string           `json:"author"`
	Reasons    []record.Reason  `json:"reasons"`
	Bytes      int              `json:"bytes"` // of the envelope
	Decision   *ingest.Decision `json:"decision"`
}

func entryOf(e ingest.Entry) entryAnswer {
	return entryAnswer{
		ID: e.ID, Key: e.QuarantineKey(), Kind: e.Kind, ReceivedAt: e.ReceivedAt, Device: e.Device,
		Author: e.Author, Reasons: some(e.Reasons), Bytes: len(e.Envelope), Decision: e.Decision,
	}
}

type entriesAnswer struct {
	Items []entryAnswer `json:"items"`
	Next  *string       `json:"next"`
}

func (a *API) quarantine(c *fiber.Ctx) error {
	if err := onlyQuery(c, "cursor", "limit"); err != nil {
		return err
	}
	cursor, err := queryText(c, "cursor")
	if err != nil {
		return err
	}
	limit, err := queryInt(c, "limit", ingest.DefaultLimit, 1, ingest.MaxLimit)
	if err != nil {
		return err
	}
	p, err := a.Intake.Quarantine(c.UserContext(), callerOf(c), cursor, limit)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, entriesAnswer{listOf(p.Items, entryOf).Items, cursorOf(p.Next)})
}

func (a *API) quarantined(c *fiber.Ctx) error {
	key, err := pathText(c, "key")
	if err != nil {
		return err
	}
	e, err := a.Intake.Held(c.UserContext(), callerOf(c), key)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, entryOf(e))
}

type quarantineBody struct {
	Decision string `json:"decision"`
	Reason   string `json:"reason"`
}

func (a *API) decideQuarantined(c *fiber.Ctx) error {
	key, err := pathText(c, "key")
	if err != nil {
		return err
	}
	var body quarantineBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	r, err := a.Intake.Decide(c.UserContext(), callerOf(c), key, body.Decision, body.Reason)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, r)
}

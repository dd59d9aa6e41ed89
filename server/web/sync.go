package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"umbral/server/ingest"
	"umbral/server/problem"
	"umbral/server/record"
)

// Feed is what a device should know, in order.
type Feed interface {
	// Since returns up to limit events that concern device after cursor (empty:
	// from its enrolment on), and the cursor to ask with next.
	Since(ctx context.Context, device, cursor string, limit int) (events []json.RawMessage, next string, err error)
}

// maxEvents is how many events one answer brings; the next sync brings more.
const maxEvents = 200

// wipe is all that a given-up device is told.
var wipe = json.RawMessage(`{"type":"wipe"}`)

type syncAnswer struct {
	Results []ingest.Result   `json:"results"`
	Events  []json.RawMessage `json:"events"`
	Cursor  string            `json:"cursor"`
}

func (a *API) sync(c *fiber.Ctx) error {
	batch, err := readBatch(c)
	if err != nil {
		return err
	}
	ctx, sender := c.UserContext(), senderOf(c)
	if batch.Device != sender.ID {
		return problem.New(problem.Unauthenticated, "proof-invalid")
	}
	results, err := a.Intake.Accept(ctx, sender, batch)
	if err != nil {
		return err
	}
	for _, r := range results {
		a.metrics.record(string(r.Status))
	}
	answer := syncAnswer{Results: results, Events: []json.RawMessage{}, Cursor: batch.Cursor}
	// From here on the records are kept. What fails now must not hide their
	// receipts: the device asks again with the cursor that it has.
	if err := a.Auth.SawDevice(ctx, sender, batch.Wiping); err != nil {
		a.Log.Warn("device seen", "request_id", requestID(c), "error", err.Error())
	}
	if sender.IsRevoked() {
		answer.Events = []json.RawMessage{wipe}
		return writeJSON(c, http.StatusOK, answer)
	}
	events, cursor, err := a.Feed.Since(ctx, batch.Device, batch.Cursor, maxEvents)
	if problem.KindOf(err) == problem.Invalid {
		// A cursor that says nothing here: the device hears everything once more,
		// or it would never hear anything again.
		events, cursor, err = a.Feed.Since(ctx, batch.Device, "", maxEvents)
	}
	if err != nil {
		a.Log.Warn("feed", "request_id", requestID(c), "error", err.Error())
	} else {
		answer.Events, answer.Cursor = some(events), cursor
	}
	return writeJSON(c, http.StatusOK, answer)
}

// readBatch reads either form of a batch. Whole batches are refused only for
// their size and their frame; each record is answered on its own.
func readBatch(c *fiber.Ctx) (record.Batch, error) {
	body := c.Request().Body()
	var batch record.Batch
	var err error
	switch mediaOf(c) {
	case mediaSync:
		batch, err = record.DecodeBatch(body)
	case mediaJSON:
		if err := checkJSON(body); err != nil {
			return batch, err
		}
		batch, err = record.ParseBatch(bytes.Clone(body))
	default:
		return batch, problem.New(problem.Unsupported, "content-type", "expected", mediaJSON+", "+mediaSync)
	}
	switch {
	case errors.Is(err, record.ErrTooMany):
		return batch, problem.New(problem.TooLarge, "batch-too-many", "max", record.MaxBatch).Because(err)
	case err != nil:
		return batch, problem.New(problem.Invalid, "batch-malformed").Because(err)
	case !record.IsUUID(batch.Device):
		return batch, problem.New(problem.Invalid, "id-not-uuid", "parameter", "device")
	}
	return batch, nil
}

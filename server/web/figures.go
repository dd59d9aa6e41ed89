package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/figures"
	"umbral/server/problem"
)

// exportTime is how long one export may take, a slow link's reading included.
const exportTime = writeTimeout

func (a *API) stats(c *fiber.Ctx) error {
	f, err := readFilter(c, "by", "training")
	if err != nil {
		return err
	}
	if f.OnlyLive, err = withoutTraining(c); err != nil {
		return err
	}
	by, err := queryCodes(c, "by")
	if err != nil {
		return err
	}
	t, err := a.Figures.Count(c.UserContext(), callerOf(c), by, f)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, t)
}

// withoutTraining is true unless training=true asks for training and synthetic
// detections too: a figure must not count invented people by accident.
func withoutTraining(c *fiber.Ctx) (bool, error) {
	switch c.Query("training") {
	case "", "false":
		return true, nil
	case "true":
		return false, nil
	}
	return false, problem.New(problem.Invalid, "query-boolean", "parameter", "training")
}

// exportMedia are the media types of exports by format.
var exportMedia = map[string]string{
	figures.CSV:    "text/csv; charset=utf-8",
	figures.XLSX:   "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	figures.NDJSON: "application/x-ndjson",
}

// firstBytes is how much of an export must be there before the answer begins:
// what fails earlier still gets a status and a reason.
const firstBytes = 32 << 10

// export streams. When it fails after its first bytes, the connection breaks
// off without the last chunk, so that half a file never passes for a whole one.
func (a *API) export(format string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		f, err := readFilter(c, "training")
		if err != nil {
			return err
		}
		if f.OnlyLive, err = withoutTraining(c); err != nil {
			return err
		}
		e, err := a.Figures.Export(callerOf(c), format, f)
		if err != nil {
			return err
		}
		body, err := a.begin(e, strings.Clone(requestID(c)))
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, exportMedia[format])
		c.Set(fiber.HeaderContentDisposition, `attachment; filename="detections-`+a.Now().UTC().Format(time.DateOnly)+"."+format+`"`)
		c.Response().SetBodyStream(body, -1)
		return nil
	}
}

// begin starts writing e beside the request and waits for its first bytes.
func (a *API) begin(e figures.Export, request string) (io.Reader, error) {
	ctx, cancel := context.WithTimeout(context.Background(), exportTime)
	reader, writer := io.Pipe()
	go func() {
		defer cancel()
		err := errPanic
		defer func() {
			if recover() != nil {
				err = errPanic
			}
			if err != nil {
				a.Log.Warn("export", "request_id", request, "error", err.Error())
			}
			writer.CloseWithError(err) // nil: the end
		}()
		err = e.Write(ctx, writer)
	}()
	first := make([]byte, firstBytes)
	n, err := io.ReadFull(reader, first)
	switch err {
	case nil:
	case io.EOF, io.ErrUnexpectedEOF:
		return bytes.NewReader(first[:n]), nil
	default:
		return nil, err
	}
	return &rest{io.MultiReader(bytes.NewReader(first[:n]), reader), reader}, nil
}

// rest lets fasthttp close the pipe when the caller goes away, which ends the
// goroutine that writes.
type rest struct {
	io.Reader
	pipe *io.PipeReader
}

func (r *rest) Close() error { return r.pipe.Close() }

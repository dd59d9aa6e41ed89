package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/klauspost/compress/zstd"

	"umbral/server/problem"
	"umbral/server/record"
)

// Body caps, in bytes, both on the wire and after unpacking.
const (
	// maxSmallBody is for every route but sync: log-in, reviews, notes.
	maxSmallBody = 64 << 10
	// maxSyncBody is the longest batch in its longest form, JSON with base64: 17.5 MB.
	maxSyncBody = record.MaxBatchJSON
	// maxRecording is locales.MaxVideo: a minute of a sign language.
	maxRecording = 4 << 20
	// maxZstdWindow is what a zstd frame may make us allocate beside its output;
	// 8 MiB is the window that RFC 8878 asks every decoder to support.
	maxZstdWindow = 8 << 20
)

// unpack replaces a gzip or zstd body by its unpacked form, never more than
// limit bytes, and takes the Content-Encoding off, so that nothing behind it
// can be made to unpack again (fiber's own Body has no cap). Stacked codings
// and any other coding are refused.
func unpack(c *fiber.Ctx, limit int) error {
	raw := c.Request().Body()
	if len(raw) > limit {
		return tooLarge(limit)
	}
	if limit == 0 {
		return nil
	}
	coding := strings.ToLower(strings.TrimSpace(c.Get(fiber.HeaderContentEncoding)))
	if coding == "" || coding == "identity" {
		return nil
	}
	body, err := unpacked(coding, raw, limit)
	if err != nil {
		return err
	}
	c.Request().Header.Del(fiber.HeaderContentEncoding)
	c.Request().SetBodyRaw(body)
	return nil
}

func unpacked(coding string, raw []byte, limit int) ([]byte, error) {
	var r io.Reader
	switch coding {
	case "gzip":
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			return nil, problem.New(problem.Invalid, "body-not-unpacked").Because(err)
		}
		r = z
	case "zstd":
		z, err := zstd.NewReader(bytes.NewReader(raw), zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxMemory(uint64(limit)+1), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, problem.New(problem.Invalid, "body-not-unpacked").Because(err)
		}
		defer z.Close()
		r = z
	default:
		return nil, problem.New(problem.Unsupported, "content-encoding")
	}
	body, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	switch {
	case len(body) > limit, errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded):
		return nil, tooLarge(limit)
	case err != nil:
		return nil, problem.New(problem.Invalid, "body-not-unpacked").Because(err)
	}
	return body, nil
}

func tooLarge(limit int) error {
	return problem.New(problem.TooLarge, "body-too-large", "limit_bytes", limit)
}

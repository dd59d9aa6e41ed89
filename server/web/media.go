package web

import (
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"umbral/server/problem"
)

// media serves a recording, or one range of it: a line that broke goes on where it
// stopped, and some players ask for nothing else.
func (a *API) media(c *fiber.Ctx) error {
	hash, err := pathText(c, "sha256")
	if err != nil {
		return err
	}
	content, mediaType, err := a.Recording(hash)
	if err != nil {
		return err
	}
	return sendRange(c, hash, content, mediaType, cacheForever)
}

// sendRange sends what is named by its hash, or the one range of it that was asked
// for.
func sendRange(c *fiber.Ctx, hash string, content []byte, mediaType, cache string) error {
	tag := `"` + hash + `"`
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderCacheControl, cache)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	if tagMatches(c.Get(fiber.HeaderIfNoneMatch), tag) {
		c.Status(http.StatusNotModified)
		return nil
	}
	c.Set(fiber.HeaderContentType, mediaType)
	asked := c.Get(fiber.HeaderRange)
	if asked == "" || c.Get(fiber.HeaderIfRange, tag) != tag {
		return c.Send(content)
	}
	from, to, err := fasthttp.ParseByteRange([]byte(asked), len(content))
	if err != nil {
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", len(content)))
		return problem.New(problem.Range, "media-range").Because(err)
	}
	c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", from, to, len(content)))
	return c.Status(http.StatusPartialContent).Send(content[from : to+1])
}

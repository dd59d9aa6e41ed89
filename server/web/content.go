package web

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"

	"umbral/server/problem"
)

// Kinds of what a device should hold.
const (
	KindProtocol       = "protocol"
	KindLocale         = "locale"
	KindCodebook       = "codebook"
	KindMunicipalities = "municipalities"
	KindDirectory      = "directory"
	KindKeys           = "keys"
)

// Blob is one thing that a device should hold; Bytes is its JSON.
type Blob struct {
	Kind    string
	ID      string
	Version int // 1 where the thing has no versions: its hash tells the change
	Bytes   []byte
	// Old says that a device need not fetch it; it is served by its hash to who
	// has a record made with it.
	Old bool
}

// entry is a line of the manifest.
type entry struct {
	Kind    string `json:"kind"`
	ID      string `json:"id"`
	Version int    `json:"version"`
	SHA256  string `json:"sha256"`
	Bytes   int    `json:"bytes"` // not compressed
}

// coded is one content in the codings that are served.
type coded struct {
	plain, gzip, brotli []byte
	etag                string
}

// Content is everything that devices fetch: compressed once, served by hash.
// A hash that was ever served while the program runs stays served.
type Content struct {
	mu       sync.RWMutex
	blobs    map[string]coded
	manifest coded
	entries  []entry
	Locales  json.RawMessage // the registry with its coverage, {"items": [...]}
}

// NewContent compresses blobs and makes the manifest of those that are not old.
// locales is the answer of the list of languages.
func NewContent(blobs []Blob, locales json.RawMessage) (*Content, error) {
	c := &Content{blobs: map[string]coded{}, Locales: locales}
	// Compressing is most of what a start takes: every core helps.
	packed := make([]packing, len(blobs))
	var wg sync.WaitGroup
	for i, b := range blobs {
		wg.Go(func() { packed[i] = packBlob(b) })
	}
	wg.Wait()
	for i, b := range blobs {
		if err := c.add(b, packed[i]); err != nil {
			return nil, err
		}
	}
	return c, c.list()
}

// Put replaces the blob of the same kind and id, as when keys are rotated. The
// one before stays served by its hash: a device may hold the old manifest.
func (c *Content) Put(b Blob) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = slices.DeleteFunc(c.entries, func(e entry) bool { return e.Kind == b.Kind && e.ID == b.ID })
	if err := c.add(b, packBlob(b)); err != nil {
		return err
	}
	return c.list()
}

// packing is a blob compressed, or why it could not be.
type packing struct {
	hash  string
	coded coded
	err   error
}

func packBlob(b Blob) packing {
	sum := sha256.Sum256(b.Bytes)
	hash := hex.EncodeToString(sum[:])
	packed, err := pack(b.Bytes, `"`+hash+`"`)
	return packing{hash, packed, err}
}

func (c *Content) add(b Blob, p packing) error {
	if p.err != nil {
		return fmt.Errorf("compress %s %s: %w", b.Kind, b.ID, p.err)
	}
	c.blobs[p.hash] = p.coded
	if !b.Old {
		c.entries = append(c.entries, entry{b.Kind, b.ID, b.Version, p.hash, len(b.Bytes)})
	}
	return nil
}

func (c *Content) list() error {
	// The same content gives the same manifest at every start, thus the same tag.
	slices.SortFunc(c.entries, func(a, b entry) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID))
	})
	text, err := json.Marshal(c.entries)
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	sum := sha256.Sum256(text)
	c.manifest, err = pack(text, `"`+hex.EncodeToString(sum[:])+`"`)
	return err
}

// pack compresses once and as hard as the coding can: devices fetch for years.
func pack(plain []byte, etag string) (coded, error) {
	out := coded{plain: plain, etag: etag}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return out, err
	}
	if _, err := z.Write(plain); err != nil {
		return out, err
	}
	if err := z.Close(); err != nil {
		return out, err
	}
	out.gzip = bytes.Clone(b.Bytes())
	b.Reset()
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	if _, err := w.Write(plain); err != nil {
		return out, err
	}
	if err := w.Close(); err != nil {
		return out, err
	}
	out.brotli = bytes.Clone(b.Bytes())
	return out, nil
}

// find returns the content of the manifest line of kind and id.
func (c *Content) find(kind, id string) (coded, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, e := range c.entries {
		if e.Kind == kind && e.ID == id {
			return c.blobs[e.SHA256], true
		}
	}
	return coded{}, false
}

// Cache rules. Hashed content never changes; all else is asked about again.
const (
	cacheForever = "private, max-age=31536000, immutable"
	cacheAsk     = "private, no-cache"
)

// sendCoded answers with the smallest coding that the caller takes, or 304.
// The tag names the coding too: two codings are two representations.
func sendCoded(c *fiber.Ctx, body coded, cache string) error {
	coding, sent := body.best(c.Get(fiber.HeaderAcceptEncoding))
	tag := body.etag
	if coding != "" {
		tag = strings.TrimSuffix(tag, `"`) + "-" + coding + `"`
	}
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	c.Set(fiber.HeaderCacheControl, cache)
	if tagMatches(c.Get(fiber.HeaderIfNoneMatch), tag) {
		c.Status(http.StatusNotModified)
		return nil
	}
	if coding != "" {
		c.Set(fiber.HeaderContentEncoding, coding)
	}
	c.Set(fiber.HeaderContentType, mediaJSON)
	return c.Send(sent)
}

func (b coded) best(accept string) (coding string, body []byte) {
	if b.brotli != nil && accepts(accept, "br") && len(b.brotli) < len(b.plain) {
		return "br", b.brotli
	}
	if b.gzip != nil && accepts(accept, "gzip") && len(b.gzip) < len(b.plain) {
		return "gzip", b.gzip
	}
	return "", b.plain
}

// accepts says whether an Accept-Encoding header takes coding; without the
// header only the plain form is safe.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !found {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}

// tagMatches compares weakly, as RFC 9110 section 13.1.2 says for GET.
func tagMatches(header, tag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	for part := range strings.SplitSeq(header, ",") {
		if strings.TrimPrefix(strings.TrimSpace(part), "W/") == tag {
			return true
		}
	}
	return false
}

func (a *API) manifest(c *fiber.Ctx) error {
	a.Content.mu.RLock()
	m := a.Content.manifest
	a.Content.mu.RUnlock()
	return sendCoded(c, m, cacheAsk)
}

func (a *API) blob(c *fiber.Ctx) error {
	hash, err := pathText(c, "sha256")
	if err != nil {
		return err
	}
	a.Content.mu.RLock()
	b, ok := a.Content.blobs[hash]
	a.Content.mu.RUnlock()
	if !ok {
		return problem.New(problem.NotFound, "blob-unknown")
	}
	return sendCoded(c, b, cacheForever)
}

func (a *API) locales(c *fiber.Ctx) error {
	return writeJSON(c, http.StatusOK, a.Content.Locales)
}

func (a *API) locale(c *fiber.Ctx) error {
	tag, err := pathText(c, "tag")
	if err != nil {
		return err
	}
	b, ok := a.Content.find(KindLocale, tag)
	if !ok {
		return problem.New(problem.NotFound, "locale-unknown")
	}
	return sendCoded(c, b, cacheAsk)
}

// Protocols are the published ones.
type Protocols interface {
	// List returns what lists show of the newest version of each.
	List() ([]any, error)
	// Hash returns the hash of one version's bytes, the newest for version 0.
	// NotFound "protocol-unknown".
	Hash(id string, version int) (string, error)
}

func (a *API) protocols(c *fiber.Ctx) error {
	all, err := a.Protocols.List()
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, list[any]{Items: all})
}

// maxVersion is far above any protocol's; what is higher is a typing error.
const maxVersion = 1_000_000

func (a *API) protocol(c *fiber.Ctx) error {
	id, err := pathText(c, "id")
	if err != nil {
		return err
	}
	if err := onlyQuery(c, "version"); err != nil {
		return err
	}
	version, err := queryInt(c, "version", 0, 1, maxVersion)
	if err != nil {
		return err
	}
	hash, err := a.Protocols.Hash(id, version)
	if err != nil {
		return err
	}
	a.Content.mu.RLock()
	b, ok := a.Content.blobs[hash]
	a.Content.mu.RUnlock()
	if !ok {
		return errors.New("a published protocol is not in the content: " + hash)
	}
	return sendCoded(c, b, cacheAsk)
}

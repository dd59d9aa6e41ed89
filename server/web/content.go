package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/problem"
)

// Kinds of what a device should hold.
const (
	KindProtocol       = "protocol"
	KindLanguages      = "languages" // every language by its names, whether it has a text or not
	KindLocale         = "locale"    // a language: its interface words, and what protocols share
	KindWords          = "words"     // <language>/<protocol>: what the protocol alone says in it
	KindNotes          = "notes"     // a language: what explains the items to who asks them
	KindMedia          = "media"     // a language: its recordings, in no manifest (locales.MediaSum names it)
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
	Roles   []string // of a protocol: the posts that it is for
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
	// Roles lets a device fetch first what the post of its agent needs.
	Roles []string `json:"roles,omitempty"`
}

// Content is everything that devices fetch: compressed once, served by hash.
// A hash that was ever served while the program runs stays served, but for what
// PutLanguages takes out.
type Content struct {
	mu       sync.RWMutex
	blobs    map[string]*coded
	manifest *coded
	entries  []entry
	tongues  json.RawMessage   // the answer of the list of languages
	packs    map[string]*coded // by language
	waiting  []*coded          // to be compressed as hard as can be, once packing fires
	packing  *time.Timer       // nil: nothing waits
	stopped  atomic.Bool
}

// Languages are all texts as clients read them that are no device.
type Languages struct {
	List  json.RawMessage   // the registry with its coverage, {"items": [...]}
	Packs map[string][]byte // by tag: one language whole
}

// packAfter is when blobs are compressed as hard as the coding can: it takes half
// a minute of a slow machine, and the first minute belongs to the devices that
// waited for the start.
const packAfter = time.Minute

// NewContent makes the manifest of those blobs that are not old. They are
// compressed quickly when somebody first asks, and as hard as can be after
// packAfter, one by one: devices fetch them for years. A language whole is only
// ever compressed quickly: no device fetches it.
func NewContent(blobs []Blob, languages Languages) (*Content, error) {
	c := &Content{blobs: map[string]*coded{}}
	c.setLanguages(languages)
	for _, b := range blobs {
		c.packLater(c.add(b))
	}
	return c, c.list()
}

// packLater compresses b as hard as can be, with all that comes till then, after
// packAfter, unless Stop was first. c.mu is held, or c is not shared yet.
func (c *Content) packLater(b *coded) {
	c.waiting = append(c.waiting, b)
	if c.packing == nil {
		c.packing = time.AfterFunc(packAfter, c.packWaiting)
	}
}

// packWaiting leaves out what nobody is served any more: texts of the translation
// desk change every few seconds while somebody works.
func (c *Content) packWaiting() {
	c.mu.Lock()
	waiting := slices.DeleteFunc(c.waiting, func(b *coded) bool { return c.blobs[b.hash()] != b })
	c.waiting, c.packing = nil, nil
	c.mu.Unlock()
	for _, b := range waiting {
		if c.stopped.Load() {
			return
		}
		b.packBest()
	}
}

// Stop ends what compresses in the background: a server that is over needs it no more.
func (c *Content) Stop() {
	c.stopped.Store(true)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.packing != nil {
		c.packing.Stop()
	}
}

// Put replaces the blob of the same kind and id, as when keys are rotated. The
// one before stays served by its hash: a device may hold the old manifest.
func (c *Content) Put(b Blob) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries = slices.DeleteFunc(c.entries, func(e entry) bool { return e.Kind == b.Kind && e.ID == b.ID })
	c.add(b)
	return c.list()
}

// languageKinds are those that PutLanguages replaces.
var languageKinds = []string{KindLanguages, KindLocale, KindWords, KindNotes}

// PutLanguages replaces every language, as when a text is withdrawn. What was
// served of them before and is no more is gone by its hash too: a device that
// holds the old manifest asks for the new one.
func (c *Content) PutLanguages(blobs []Blob, languages Languages) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.blobs
	gone := map[string]bool{}
	c.entries = slices.DeleteFunc(c.entries, func(e entry) bool {
		isLanguage := slices.Contains(languageKinds, e.Kind)
		gone[e.SHA256] = isLanguage
		return isLanguage
	})
	c.blobs = maps.Clone(before)
	maps.DeleteFunc(c.blobs, func(hash string, _ *coded) bool { return gone[hash] })
	for _, b := range blobs {
		made := c.add(b)
		if same := before[made.hash()]; same != nil {
			c.blobs[made.hash()] = same // compressed already, or waiting to be
		} else {
			c.packLater(made)
		}
	}
	c.setLanguages(languages)
	return c.list()
}

func (c *Content) setLanguages(languages Languages) {
	c.tongues, c.packs = languages.List, map[string]*coded{}
	for tag, pack := range languages.Packs {
		c.packs[tag] = newCoded(pack)
	}
}

func (c *Content) add(b Blob) *coded {
	made := newCoded(b.Bytes)
	hash := made.hash()
	c.blobs[hash] = made
	if !b.Old {
		c.entries = append(c.entries, entry{b.Kind, b.ID, b.Version, hash, len(b.Bytes), b.Roles})
	}
	return made
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
	c.manifest = newCoded(text)
	return nil
}

// Cache rules. Hashed content never changes; all else is asked about again.
const (
	cacheForever = "private, max-age=31536000, immutable"
	cacheAsk     = "private, no-cache"
)

// sendCoded answers with the smallest coding that the caller takes, or 304.
// The tag names the coding too: two codings are two representations.
func sendCoded(c *fiber.Ctx, body *coded, cache string) error {
	coding, sent, mark := body.forCaller(c.Get(fiber.HeaderAcceptEncoding))
	tag := body.etag
	if coding != "" {
		tag = strings.TrimSuffix(tag, `"`) + "-" + coding + mark + `"`
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

// Manifest is what devices should hold, as they get it.
func (c *Content) Manifest() []byte {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return bytes.Clone(c.manifest.plain)
}

// Has says whether something is served by this hash.
func (c *Content) Has(sha256 string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.blobs[sha256] != nil
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
	a.Content.mu.RLock()
	list := a.Content.tongues
	a.Content.mu.RUnlock()
	return writeJSON(c, http.StatusOK, list)
}

func (a *API) locale(c *fiber.Ctx) error {
	tag, err := pathText(c, "tag")
	if err != nil {
		return err
	}
	a.Content.mu.RLock()
	b, ok := a.Content.packs[tag]
	a.Content.mu.RUnlock()
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

package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/andybalholm/brotli"
)

// coded is one content in the codings that are served.
type coded struct {
	plain []byte
	etag  string

	once  sync.Once
	quick codings                 // made when somebody first asks
	best  atomic.Pointer[codings] // nil until packBest
}

// codings are the compressed forms; nil where a coding makes nothing smaller.
// mark tells their tags apart: other bytes are another representation.
type codings struct {
	gzip, brotli []byte
	mark         string
}

// quickQuality is brotli's: a protocol takes some ten milliseconds, and is a
// sixth larger than at its best, which takes a second.
const quickQuality = 5

func newCoded(plain []byte) *coded {
	sum := sha256.Sum256(plain)
	return &coded{plain: plain, etag: `"` + hex.EncodeToString(sum[:]) + `"`}
}

// hash is what the content is named by.
func (b *coded) hash() string { return strings.Trim(b.etag, `"`) }

// packBest compresses as hard as the codings can.
func (b *coded) packBest() {
	if b.best.Load() == nil {
		b.best.Store(&codings{gzip: b.gzipped(gzip.BestCompression), brotli: b.brotlied(brotli.BestCompression)})
	}
}

func (b *coded) now() *codings {
	if best := b.best.Load(); best != nil {
		return best
	}
	b.once.Do(func() {
		b.quick = codings{b.gzipped(gzip.DefaultCompression), b.brotlied(quickQuality), "-quick"}
	})
	return &b.quick
}

// forCaller picks the smallest coding that the caller takes; "" is the plain form.
func (b *coded) forCaller(accept string) (coding string, body []byte, mark string) {
	isBrotli, isGzip := accepts(accept, "br"), accepts(accept, "gzip")
	if !isBrotli && !isGzip {
		return "", b.plain, ""
	}
	have := b.now()
	if isBrotli && have.brotli != nil {
		return "br", have.brotli, have.mark
	}
	if isGzip && have.gzip != nil {
		return "gzip", have.gzip, have.mark
	}
	return "", b.plain, ""
}

func (b *coded) gzipped(level int) []byte {
	return b.packed(func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, level) })
}

func (b *coded) brotlied(quality int) []byte {
	return b.packed(func(w io.Writer) (io.WriteCloser, error) { return brotli.NewWriterLevel(w, quality), nil })
}

// packed is nil where open's coding fails or gains nothing: the plain form is
// always right.
func (b *coded) packed(open func(io.Writer) (io.WriteCloser, error)) []byte {
	var out bytes.Buffer
	w, err := open(&out)
	if err == nil {
		_, err = w.Write(b.plain)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil || out.Len() >= len(b.plain) {
		return nil
	}
	return out.Bytes()
}

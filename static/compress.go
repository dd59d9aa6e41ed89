package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Encodings, best first.
const (
	encodingBrotli = "br"
	encodingGzip   = "gzip"
	identity       = "identity"
)

// minSaving is the share of a file (one in so many parts) that compression must
// save to be kept: pictures save nothing.
const minSaving = 20

// file is one file of the page in each encoding that makes it smaller.
type file struct {
	name      string
	mediaType string
	caching   string
	sha256    string // of the plain body
	plain     []byte
	encoded   map[string][]byte
}

func newFile(name string, body []byte, caching string) *file {
	sum := sha256.Sum256(body)
	return &file{name: name, caching: caching, sha256: hex.EncodeToString(sum[:]), plain: body, encoded: map[string][]byte{}}
}

// compress makes the encodings of every file, once, several files at a time.
func (s *Site) compress() error {
	var wg sync.WaitGroup
	errs := make(chan error, len(s.files))
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		f := s.files[name]
		wg.Go(func() { errs <- f.compress() })
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *file) compress() (err error) {
	if f.mediaType, err = mediaType(f.name); err != nil {
		return err
	}
	for encoding, open := range map[string]func(io.Writer) (io.WriteCloser, error){
		encodingGzip: func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriterLevel(w, gzip.BestCompression) },
		encodingBrotli: func(w io.Writer) (io.WriteCloser, error) {
			return brotli.NewWriterLevel(w, brotli.BestCompression), nil
		},
	} {
		var out bytes.Buffer
		w, err := open(&out)
		if err == nil {
			_, err = w.Write(f.plain)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			return fmt.Errorf("static: compress %s: %w", f.name, err)
		}
		if out.Len() < len(f.plain)-len(f.plain)/minSaving {
			f.encoded[encoding] = out.Bytes()
		}
	}
	return nil
}

// choose returns the best encoding that the client accepts, in our order and not
// the client's: browsers name gzip first.
func (f *file) choose(acceptEncoding string) (string, []byte) {
	for _, encoding := range []string{encodingBrotli, encodingGzip} {
		if body, ok := f.encoded[encoding]; ok && accepts(acceptEncoding, encoding) {
			return encoding, body
		}
	}
	return identity, f.plain
}

// accepts says whether an Accept-Encoding field (RFC 9110, 12.5.3) allows an
// encoding. Absent or malformed: no, for the plain body is always right.
func accepts(field, encoding string) bool {
	star := false
	for part := range strings.SplitSeq(field, ",") {
		name, params, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name != encoding && name != "*" {
			continue
		}
		ok := weight(params) > 0
		if name == encoding {
			return ok
		}
		star = ok
	}
	return star
}

// weight is the q of a list element: 1 where there is none, 0 where it is malformed.
func weight(params string) float64 {
	params = strings.TrimSpace(params)
	if params == "" {
		return 1
	}
	text, ok := strings.CutPrefix(strings.ToLower(params), "q=")
	q, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil {
		return 0
	}
	return q
}

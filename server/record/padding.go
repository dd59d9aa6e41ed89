package record

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// A sealed record tells its length. So that a long path cannot be told from a
// short one, the compressed text is padded to one of four sizes; with the 16
// bytes of the AEAD's tag the sealed forms are 8, 16, 32 and 64 KiB.
const (
	tagBytes    = 16 // of AES-256-GCM
	lengthBytes = 4
	// MaxCT is the longest sealed text, the largest class with its tag.
	MaxCT = 64 << 10
)

var sizeClasses = [...]int{8<<10 - tagBytes, 16<<10 - tagBytes, 32<<10 - tagBytes, MaxCT - tagBytes}

// identityRoom is what an identity is padded to: all are of one length, so that
// it does not tell what was given. With the tag its sealed form is IdentityCT.
const (
	IdentityCT   = 2 << 10
	identityRoom = IdentityCT - tagBytes
)

// Errors of Pad and Unpad.
var (
	ErrTooLarge = errors.New("record: larger than the largest size class")
	ErrPadding  = errors.New("record: not a padded record")
)

// Pad compresses plain and pads it: 4 bytes of big-endian length, gzip, zeros.
// ErrTooLarge is returned when plain exceeds MaxJSON or does not fit compressed.
func Pad(plain []byte) ([]byte, error) { return pad(plain, sizeClasses[:]) }

// PadIdentity pads as Pad does, to the one length of identities.
func PadIdentity(plain []byte) ([]byte, error) { return pad(plain, []int{identityRoom}) }

func pad(plain []byte, classes []int) ([]byte, error) {
	if len(plain) > MaxJSON {
		return nil, ErrTooLarge
	}
	var buf bytes.Buffer
	buf.Write(make([]byte, lengthBytes))
	zw, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("compress record: %w", err)
	}
	if _, err := zw.Write(plain); err != nil {
		return nil, fmt.Errorf("compress record: %w", err)
	}
	if err := zw.Close(); err != nil {
		return nil, fmt.Errorf("compress record: %w", err)
	}
	for _, size := range classes {
		if buf.Len() <= size {
			out := make([]byte, size)
			copy(out, buf.Bytes())
			binary.BigEndian.PutUint32(out, uint32(buf.Len()-lengthBytes))
			return out, nil
		}
	}
	return nil, ErrTooLarge
}

// readers spares each record the 40 KiB that a gzip reader needs.
var readers = sync.Pool{New: func() any { return new(gzip.Reader) }}

// Unpad undoes Pad and never unpacks more than MaxJSON+1 bytes, whatever the
// compressed text claims. ErrPadding is returned when the form is not that of
// Pad, ErrTooLarge when there is more than MaxJSON.
func Unpad(padded []byte) ([]byte, error) {
	if len(padded) < lengthBytes {
		return nil, ErrPadding
	}
	n := binary.BigEndian.Uint32(padded)
	body := padded[lengthBytes:]
	if uint64(n) > uint64(len(body)) {
		return nil, ErrPadding
	}
	for _, b := range body[n:] {
		if b != 0 {
			return nil, ErrPadding
		}
	}
	src := bytes.NewReader(body[:n])
	zr := readers.Get().(*gzip.Reader)
	defer readers.Put(zr)
	if err := zr.Reset(src); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPadding, err)
	}
	zr.Multistream(false)
	plain, err := io.ReadAll(io.LimitReader(zr, MaxJSON+1))
	if len(plain) > MaxJSON {
		return nil, ErrTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPadding, err)
	}
	if src.Len() != 0 {
		return nil, ErrPadding // a second stream behind the first would be read by nobody
	}
	return plain, nil
}

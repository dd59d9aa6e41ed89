package auth

import (
	"bytes"
	"crypto/sha1" // #nosec G505: what the file is made of; nothing rests on it
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// Sizes of the file of breached passwords: a line is the SHA-1 of a password in
// 40 hex digits, a colon, how often it was found, and an end of line.
const (
	hashDigits  = 40
	maxHashLine = hashDigits + 1 + 20 + 2 // a count of 64 bits, CR LF
	// sortProbes are read at the start to see that the file is ordered: 1,024 reads
	// take no time even in 40 GB, and no other order passes them.
	sortProbes = 1024
)

// Breached is a file of breached passwords as haveibeenpwned.com gives it out,
// ordered by hash. It is searched on the disk, never read whole.
type Breached struct {
	file *os.File
	size int64
}

var (
	errHashLine = errors.New("it has a line that is not the SHA-1 of a password in 40 hex digits, a colon and a count " +
		"(the file of NTLM hashes is another)")
	errHashOrder = errors.New("it is not ordered by hash")
)

// OpenBreached opens the file and looks whether it is one. It stays open.
func OpenBreached(name string) (*Breached, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("breached passwords: %w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no regular file")
	}
	if err == nil && info.Size() == 0 {
		err = errors.New("it is empty")
	}
	b := &Breached{file: f}
	if err == nil {
		b.size = info.Size()
		err = b.checkOrder()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("breached passwords: %s: %w", name, err), f.Close())
	}
	return b, nil
}

// Close closes the file.
func (b *Breached) Close() error { return b.file.Close() }

// checkOrder reads lines all over the file: each must be one, and none may come
// before the last. A small file is read line by line.
func (b *Breached) checkOrder() error {
	var last []byte
	step := max(1, b.size/sortProbes)
	for at := int64(0); at < b.size; {
		start, hash, err := b.lineFrom(at)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case last != nil && bytes.Compare(last, hash) > 0:
			return errHashOrder
		}
		last, at = hash, max(start+1, at+step)
	}
	return nil
}

// lineFrom gives the first line that begins at at or after it; io.EOF where none does.
func (b *Breached) lineFrom(at int64) (start int64, hash []byte, err error) {
	buf := make([]byte, 2*maxHashLine)
	from := max(0, at-1) // the line may begin right at at
	n, err := b.file.ReadAt(buf, from)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, nil, err
	}
	buf = buf[:n]
	start = from
	if at > 0 {
		end := bytes.IndexByte(buf, '\n')
		if end < 0 {
			if n < 2*maxHashLine {
				return 0, nil, io.EOF
			}
			return 0, nil, errHashLine
		}
		start, buf = from+int64(end)+1, buf[end+1:]
	}
	if len(bytes.TrimSpace(buf)) == 0 {
		return 0, nil, io.EOF
	}
	hash, err = parseHashLine(buf)
	return start, hash, err
}

// parseHashLine reads the hash at the beginning of buf, which may hold more lines.
func parseHashLine(buf []byte) ([]byte, error) {
	line, _, _ := bytes.Cut(buf, []byte{'\n'})
	line = bytes.TrimSuffix(line, []byte{'\r'})
	digits, count, ok := bytes.Cut(line, []byte{':'})
	if !ok || len(digits) != hashDigits || len(count) == 0 || bytes.ContainsFunc(count, func(r rune) bool { return r < '0' || r > '9' }) {
		return nil, errHashLine
	}
	hash := make([]byte, sha1.Size)
	if _, err := hex.Decode(hash, digits); err != nil {
		return nil, errHashLine
	}
	return hash, nil
}

// Has searches the file for a password.
func (b *Breached) Has(password string) (bool, error) {
	want := sha1.Sum([]byte(password))
	low, high := int64(0), b.size // where the line may begin
	for low < high {
		middle := low + (high-low)/2
		start, hash, err := b.lineFrom(middle)
		if errors.Is(err, io.EOF) || err == nil && start >= high {
			high = middle
			continue
		}
		if err != nil {
			return false, fmt.Errorf("breached passwords: %w", err)
		}
		switch bytes.Compare(hash, want[:]) {
		case 0:
			return true, nil
		case -1:
			low = start + 1
		default:
			high = middle
		}
	}
	return false, nil
}

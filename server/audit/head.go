package audit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// Head is what the book was at one moment, signed by the server's root. Kept
// where the server cannot reach it, it shows any later change of the book up to
// it: also one by who can write the store and makes the whole chain anew.
type Head struct {
	Seq       uint64    `json:"seq"`  // of the newest entry; 0 in an empty book
	Hash      string    `json:"hash"` // of that entry
	At        time.Time `json:"at"`   // when it was signed, UTC
	RootKID   string    `json:"root_kid"`
	Signature string    `json:"signature"`
}

// signsHead is the kind of the statement.
const signsHead = "umbral/1 audit-head"

// Statement is what is signed of h: lines, as of every signed key.
func (h Head) Statement() string {
	return signsHead + "\n" + strconv.FormatUint(h.Seq, 10) + "\n" + h.Hash + "\n" + h.At.UTC().Format(time.RFC3339Nano) + "\n"
}

// Sign makes the head of a book whose newest entry is last (the zero Entry: none).
func Sign(last Entry, at time.Time, sign func(statement string) (kid, signature string)) Head {
	h := Head{Seq: last.Seq, Hash: last.Hash, At: at.UTC().Round(0)}
	h.RootKID, h.Signature = sign(h.Statement())
	return h
}

const (
	maxHeadLine = 1 << 10 // bytes: a head is 250
	maxHeads    = 1 << 20 // hourly ones of a hundred years
)

// ReadHeads reads heads, one JSON object a line. An error names the line. A line
// that breaks off, as when the power went while it was written, holds no
// signature: its number is in torn and nothing of it in heads.
func ReadHeads(r io.Reader) (heads []Head, torn []int, err error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, maxHeadLine), maxHeadLine)
	for n := 1; lines.Scan(); n++ {
		if len(lines.Bytes()) == 0 {
			continue
		}
		var h Head
		switch err := readHead(lines.Bytes(), &h); {
		case errors.Is(err, io.ErrUnexpectedEOF):
			torn = append(torn, n)
			continue
		case err != nil:
			return nil, nil, fmt.Errorf("audit: heads: line %d: %w", n, err)
		}
		if heads = append(heads, h); len(heads) > maxHeads {
			return nil, nil, fmt.Errorf("audit: heads: more than %d", maxHeads)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, nil, fmt.Errorf("audit: heads: %w", err)
	}
	return heads, torn, nil
}

// readHead returns io.ErrUnexpectedEOF for a line that breaks off; a file system
// may have filled its rest with zeros.
func readHead(line []byte, h *Head) error {
	d := json.NewDecoder(bytes.NewReader(bytes.TrimRight(line, "\x00")))
	if err := d.Decode(h); err != nil {
		if errors.Is(err, io.EOF) {
			return io.ErrUnexpectedEOF
		}
		return err
	}
	return json.Unmarshal(line, h) // and nothing after it
}

// Proof holds a book against the heads that were kept of it.
type Proof struct {
	chain Chain
	heads map[uint64][]Head
	most  uint64 // the highest entry that a head names
}

// NewProof takes the heads whose signature verify accepts; any other is an error.
func NewProof(heads []Head, verify func(kid, statement, signature string) bool) (*Proof, error) {
	p := &Proof{heads: map[uint64][]Head{}}
	var err error
	for _, h := range heads {
		if !verify(h.RootKID, h.Statement(), h.Signature) {
			err = errors.Join(err, fmt.Errorf("audit: the head of entry %d has no signature by a root of this server", h.Seq))
			continue
		}
		p.heads[h.Seq], p.most = append(p.heads[h.Seq], h), max(p.most, h.Seq)
	}
	return p, err
}

// Next takes the next entry of the book.
func (p *Proof) Next(e Entry) error {
	if err := p.chain.Next(e); err != nil {
		return err
	}
	for _, h := range p.heads[e.Seq] {
		if h.Hash != e.Hash {
			return fmt.Errorf("audit: entry %d is not the one that was signed at %s: the book was written anew", e.Seq, h.At.Format(time.RFC3339))
		}
	}
	return nil
}

// End is called after the last entry, and returns how many there were.
func (p *Proof) End() (uint64, error) {
	if p.chain.seq < p.most {
		return p.chain.seq, fmt.Errorf("audit: the book ends at entry %d, and entry %d was signed: it was cut short", p.chain.seq, p.most)
	}
	return p.chain.seq, nil
}

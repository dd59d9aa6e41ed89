// Package audit is the book of who did what to which record, and when. Entries
// form a chain: each holds the hash of the one before, so that taking one out or
// changing it later shows. Entries hold ids and codes, never an answer, a name,
// a text or a token; nothing is ever taken out of the book.
package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Entry is one line of the book.
type Entry struct {
	Seq  uint64    `json:"seq"` // 1 for the first, without gaps
	At   time.Time `json:"at"`  // server time, UTC
	Who  string    `json:"who"` // account id, or System
	What string    `json:"what"`
	ID   string    `json:"id"` // of what it was done to: a record, an account, a device, a key
	// Detail are codes that say more: a purpose, a filter. Older entries have none.
	Detail string `json:"detail,omitempty"`
	Prev   string `json:"prev"` // Hash of the entry before; empty for the first
	Hash   string `json:"hash"` // hex SHA-256 over all the other fields
}

// System is who where no account acted: start, rotation by the clock, the
// operator at the command line.
const System = "system"

// Act is what is to be entered; the book adds place and hash.
type Act struct {
	At   time.Time
	Who  string
	What string
	ID   string
	// Detail are codes, never a text that somebody typed.
	Detail string
}

// Book is where entries are kept. Both methods run in the transaction of the
// act itself, so that neither stands without the other.
type Book interface {
	// Last returns the newest entry; false in an empty book.
	Last() (Entry, bool, error)
	// Put keeps e under its Seq.
	Put(e Entry) error
}

// Append enters a at the end of b.
func Append(b Book, a Act) (Entry, error) {
	last, ok, err := b.Last()
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Seq: 1, At: a.At.UTC(), Who: a.Who, What: a.What, ID: a.ID, Detail: a.Detail}
	if ok {
		e.Seq, e.Prev = last.Seq+1, last.Hash
	}
	e.Hash = e.sum()
	return e, b.Put(e)
}

// sum is over a JSON array, so that no two different entries have the same text.
func (e Entry) sum() string {
	parts := []any{e.Seq, e.At.UTC().Format(time.RFC3339Nano), e.Who, e.What, e.ID, e.Prev}
	if e.Detail != "" { // an entry from before there were details keeps its hash
		parts = append(parts, e.Detail)
	}
	text, err := json.Marshal(parts)
	if err != nil {
		panic(err) // strings and a number always marshal
	}
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}

// Chain verifies entries one after another, from the first or from any entry
// that was verified before.
type Chain struct {
	seq  uint64
	hash string
}

// From continues the chain after e, which the caller trusts.
func From(e Entry) Chain { return Chain{seq: e.Seq, hash: e.Hash} }

// Next takes the next entry; the error says which line does not fit and why.
func (c *Chain) Next(e Entry) error {
	switch {
	case e.Seq != c.seq+1:
		return fmt.Errorf("audit: entry %d follows %d", e.Seq, c.seq)
	case e.Prev != c.hash:
		return fmt.Errorf("audit: entry %d does not hold the hash of the one before", e.Seq)
	case e.Hash != e.sum():
		return fmt.Errorf("audit: entry %d was changed", e.Seq)
	}
	c.seq, c.hash = e.Seq, e.Hash
	return nil
}

// Verify checks a whole book in order.
func Verify(entries []Entry) error {
	var c Chain
	for _, e := range entries {
		if err := c.Next(e); err != nil {
			return err
		}
	}
	return nil
}

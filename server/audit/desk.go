package audit

import (
	"context"
	"regexp"
	"time"

	"umbral/server/access"
	"umbral/server/problem"
)

// Store is the book as the Desk reads it.
type Store interface {
	// AuditBefore returns up to limit entries before the one with number seq (0:
	// from the newest on), the newest first; never nil.
	AuditBefore(ctx context.Context, seq uint64, limit int) ([]Entry, error)
}

// Desk shows the book to who may read it. Its fields are set once.
type Desk struct {
	Store Store
	Sign  func(statement string) (kid, signature string) // the server's root
	Now   func() time.Time
}

// Limits of one page of the book.
const (
	DefaultLimit = 100
	MaxLimit     = 500
	// maxLooked bounds the entries that one page reads for a filter that fits
	// few: a page may be short and still have a next one.
	maxLooked = 20_000
	lookedAt  = 500 // entries of one short view of the store
)

// Filter selects entries; an empty field selects all.
type Filter struct {
	Who, What, ID string
	From, To      time.Time // From <= t < To
	Before        uint64    // a Page's Next; 0: from the newest on
	Limit         int
}

// codeForm is of what may be asked for: ids, codes, hashes of names.
var codeForm = regexp.MustCompile(`^[A-Za-z0-9_.:-]{0,80}$`)

// Page is a part of the book, the newest first.
type Page struct {
	Items []Entry
	Next  uint64 // 0 on the last page
}

// List returns a page. Forbidden without the right, Invalid "query-code".
func (d *Desk) List(ctx context.Context, who access.Caller, f Filter) (p Page, err error) {
	if err := access.Check(who, access.ReadAudit, access.Scope{}); err != nil {
		return p, err
	}
	for name, text := range map[string]string{"who": f.Who, "what": f.What, "id": f.ID} {
		if !codeForm.MatchString(text) {
			return p, problem.New(problem.Invalid, "query-code", "parameter", name)
		}
	}
	p.Items = []Entry{}
	for before, looked := f.Before, 0; ; {
		part, err := d.Store.AuditBefore(ctx, before, lookedAt)
		if err != nil || len(part) == 0 {
			return p, err
		}
		for _, e := range part {
			if len(p.Items) == f.Limit || looked == maxLooked {
				p.Next = e.Seq + 1
				return p, nil
			}
			if looked++; f.keeps(e) {
				p.Items = append(p.Items, e)
			}
			before = e.Seq
		}
		if before <= 1 {
			return p, nil
		}
	}
}

func (f Filter) keeps(e Entry) bool {
	return (f.Who == "" || f.Who == e.Who) && (f.What == "" || f.What == e.What) && (f.ID == "" || f.ID == e.ID) &&
		(f.From.IsZero() || !e.At.Before(f.From)) && (f.To.IsZero() || e.At.Before(f.To))
}

// Head signs what the book is now, for who may read it.
func (d *Desk) Head(ctx context.Context, who access.Caller) (Head, error) {
	if err := access.Check(who, access.ReadAudit, access.Scope{}); err != nil {
		return Head{}, err
	}
	last, err := d.Store.AuditBefore(ctx, 0, 1)
	if err != nil {
		return Head{}, err
	}
	return Sign(append(last, Entry{})[0], d.Now(), d.Sign), nil
}

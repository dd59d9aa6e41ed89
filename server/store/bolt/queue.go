package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"slices"

	bolt "go.etcd.io/bbolt"

	"umbral/server/access"
	"umbral/server/problem"
	"umbral/server/review"
)

// maxVisits bounds the rows that one page reads for filters that no index has
// (the author): a page may hold fewer rows than its limit and still have a next
// one, so that no read goes through the whole store.
const maxVisits = 20_000

// Detections implements review.Store. The order is review's Rank, the newest
// first within it. A row that is decided upon between two pages moves, and may
// be seen twice or not at all in that walk.
func (s *Store) Detections(ctx context.Context, f review.Filter) (review.Page, error) {
	page := review.Page{Items: []review.Row{}}
	err := s.view(ctx, "list detections", func(tx *txn) error {
		at, err := parseCursor(f)
		if err != nil {
			return err
		}
		page.Total = at.total
		if !at.started {
			if page.Total, err = countFor(tx, f); err != nil {
				return err
			}
		}
		return fillPage(tx, f, at.place, &page)
	})
	return page, err
}

func fillPage(tx *txn, f review.Filter, from place, page *review.Page) error {
	w := newWalk(tx, f)
	limit := min(max(f.Limit, 1), review.MaxLimit)
	p, ok := w.seek(from)
	for visits := 0; ok; visits++ {
		if len(page.Items) == limit || visits == maxVisits {
			page.Next = cursor(f, p, page.Total)
			return nil
		}
		id := p.id()
		r, found, err := get[row](tx, bRow, id[:])
		if err != nil {
			return err
		}
		if found && f.Keeps(r.Row) {
			shown, err := withReadFlags(tx, r, id)
			if err != nil {
				return err
			}
			page.Items = append(page.Items, shown)
		}
		if p, ok = p.after(); ok {
			p, ok = w.seek(p)
		}
	}
	return nil
}

// walk goes through the places that fit a filter, in order. All indexes order
// their rows by place, so that several are crossed by seeking each up to the
// place of the others: a filter never reads rows that another would leave out.
type walk struct {
	streams  []stream
	bounds   bounds
	onlyLive bool
}

// stream is a set of places: those of any of some index values.
type stream []*branch

// branch is the places of one index value in one index, read forward only.
type branch struct {
	cursor *bolt.Cursor
	prefix []byte
	at     place
	live   byte
	ok     bool // at is a place
	unread bool // nothing was read yet
}

func newWalk(tx *txn, f review.Filter) *walk {
	w := &walk{bounds: boundsOf(f), onlyLive: f.OnlyLive}
	for _, c := range []struct {
		facet  byte
		values []string
	}{{facetAgency, one(f.Agency)}, {facetStatus, f.Statuses}, {facetSetting, f.Settings},
		{facetState, f.States}, {facetOffence, f.Offences}, {facetDanger, f.Danger}} {
		if len(c.values) > 0 {
			w.streams = append(w.streams, newStream(tx, c.facet, c.values))
		}
	}
	if len(w.streams) == 0 {
		w.streams = append(w.streams, newStream(tx, facetAll, []string{""}))
	}
	return w
}

// newGuardedWalk is newWalk over guarded rows only. Where no agency limits it,
// all rows are walked: guarded ones are kept by agency.
func newGuardedWalk(tx *txn, f review.Filter) *walk {
	w := newWalk(tx, f)
	if f.Agency != "" {
		w.streams = append(w.streams, newStream(tx, facetGuarded, []string{f.Agency}))
	}
	return w
}

func one(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

func newStream(tx *txn, facet byte, values []string) stream {
	var s stream
	for _, v := range values {
		for _, bucket := range [][]byte{bIndex, bFresh} {
			s = append(s, &branch{cursor: tx.Bucket(bucket).Cursor(), prefix: indexPrefix(facet, v), unread: true})
		}
	}
	return s
}

// seek returns the first place of the queue from p on that fits; false: none.
func (w *walk) seek(p place) (place, bool) {
	for {
		q, ok := w.bounds.seek(p)
		if !ok {
			return q, false
		}
		agreed, live := true, byte(liveYes)
		for _, s := range w.streams {
			at, l, ok := s.seek(q)
			if !ok {
				return q, false
			}
			live = l
			if at != q {
				q, agreed = at, false
				break
			}
		}
		switch {
		case !agreed:
			p = q
		case w.onlyLive && live != liveYes:
			if p, ok = q.after(); !ok {
				return q, false
			}
		default:
			return q, true
		}
	}
}

func (s stream) seek(p place) (first place, live byte, ok bool) {
	for _, b := range s {
		b.seek(p)
		if b.ok && (!ok || bytes.Compare(b.at[:], first[:]) > 0) {
			first, live, ok = b.at, b.live, true
		}
	}
	return first, live, ok
}

func (b *branch) seek(p place) {
	if !b.unread && (!b.ok || bytes.Compare(b.at[:], p[:]) <= 0) {
		return
	}
	b.unread = false
	want := append(slices.Clip(b.prefix), p[:]...)
	k, v := b.cursor.Seek(want)
	switch {
	case k == nil:
		k, v = b.cursor.Last()
	case !bytes.Equal(k, want):
		k, v = b.cursor.Prev()
	}
	b.ok = bytes.HasPrefix(k, b.prefix) && len(k) == len(b.prefix)+sizePlace
	if b.ok {
		b.at, b.live = place(k[len(b.prefix):]), v[0]
	}
}

// bounds are the ranks and times that fit.
type bounds struct {
	ranks      []byte // nil: all
	first, end uint64 // stamps: first <= t < end
}

func boundsOf(f review.Filter) bounds {
	b := bounds{end: math.MaxUint64}
	if !f.From.IsZero() {
		b.first = stamp(f.From)
	}
	if !f.To.IsZero() {
		b.end = stamp(f.To)
	}
	for _, level := range f.Levels {
		b.ranks = append(b.ranks, review.Row{Level: level, Danger: []string{""}}.Rank(), review.Row{Level: level}.Rank())
	}
	return b
}

func (b bounds) keepsRank(rank byte) bool {
	return b.ranks == nil || slices.Contains(b.ranks, rank)
}

// seek returns the first place of the queue from p on that is inside the bounds.
func (b bounds) seek(p place) (place, bool) {
	for b.first < b.end {
		t := binary.BigEndian.Uint64(p[1:])
		keeps := b.keepsRank(p.rank())
		if keeps && t >= b.first && t < b.end {
			return p, true
		}
		rank := p.rank()
		if !keeps || t < b.first {
			if rank == math.MaxUint8 {
				break
			}
			rank++
		}
		p = firstPlace()
		p[0] = ^rank
		if keeps && t >= b.end {
			binary.BigEndian.PutUint64(p[1:], b.end-1)
		}
	}
	return p, false
}

// countFor counts the rows that fit: from the cube where it has all that the
// filter asks, else place by place, else row by row. For who reads all of an
// agency but some guarded rows, only these are looked at and taken off.
func countFor(tx *txn, f review.Filter) (int, error) {
	if f.Author != "" || !f.View.NoNarrower() {
		return countRowsOf(tx, newWalk(tx, f), f.Keeps)
	}
	total, err := countUnguarded(tx, f)
	if err != nil || !f.View.ByRecord {
		return total, err
	}
	all := f
	all.View = access.View{}
	hidden, err := countRowsOf(tx, newGuardedWalk(tx, f), func(r review.Row) bool { return all.Keeps(r) && !f.Keeps(r) })
	return total - hidden, err
}

// countUnguarded counts as if no row were guarded.
func countUnguarded(tx *txn, f review.Filter) (int, error) {
	if len(f.Danger)+len(f.Offences)+len(f.Settings)+len(f.States) == 0 && f.From.IsZero() && f.To.IsZero() {
		return countCube(tx, f)
	}
	total, w := 0, newWalk(tx, f)
	for p, ok := w.seek(firstPlace()); ok; total++ {
		if p, ok = p.after(); ok {
			p, ok = w.seek(p)
		}
	}
	return total, nil
}

// countRowsOf counts the rows of a walk that keep.
func countRowsOf(tx *txn, w *walk, keep func(review.Row) bool) (int, error) {
	total := 0
	for p, ok := w.seek(firstPlace()); ok; {
		id := p.id()
		r, found, err := get[row](tx, bRow, id[:])
		if err != nil {
			return 0, err
		}
		if found && keep(r.Row) {
			total++
		}
		if p, ok = p.after(); ok {
			p, ok = w.seek(p)
		}
	}
	return total, nil
}

func countCube(tx *txn, f review.Filter) (int, error) {
	var prefix []byte
	if f.Agency != "" {
		prefix = cellPrefix(f.Agency)
	}
	b, total := boundsOf(f), 0
	err := each(tx, bCount, prefix, func(key, v []byte) error {
		c, ok := parseCell(key)
		if ok && b.keepsRank(c.rank) && anyOf(f.Statuses, c.status) && (!f.OnlyLive || c.live == liveYes) {
			total += int(binary.BigEndian.Uint64(v))
		}
		return nil
	})
	return total, err
}

func anyOf(want []string, has string) bool { return len(want) == 0 || slices.Contains(want, has) }

// position is what a cursor says. A cursor is no secret and no right: the
// filter decides what is seen, and the cursor belongs to one filter.
type position struct {
	place   place
	total   int
	started bool
}

const cursorForm = 1

func cursor(f review.Filter, p place, total int) string {
	b := binary.BigEndian.AppendUint64([]byte{cursorForm}, filterSum(f))
	b = binary.BigEndian.AppendUint32(b, uint32(total))
	return base64.RawURLEncoding.EncodeToString(append(b, p[:]...))
}

func parseCursor(f review.Filter) (position, error) {
	if f.Cursor == "" {
		return position{place: firstPlace()}, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(f.Cursor)
	if err != nil || len(b) != 1+8+4+sizePlace || b[0] != cursorForm || binary.BigEndian.Uint64(b[1:]) != filterSum(f) {
		return position{}, errCursor()
	}
	return position{place(b[13:]), int(binary.BigEndian.Uint32(b[9:])), true}, nil
}

func errCursor() error { return problem.New(problem.Invalid, "cursor-invalid") }

// filterSum tells filters apart; page size and cursor are no part of it.
func filterSum(f review.Filter) uint64 {
	f.Cursor, f.Limit = "", 0
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // strings and times of this century
	}
	h := sha256.Sum256(text)
	return binary.BigEndian.Uint64(h[:])
}

// Rows implements figures.Store. It may return fewer rows than the limit, even
// none, with a next cursor.
func (s *Store) Rows(ctx context.Context, f review.Filter) ([]review.Row, string, error) {
	rows, next := []review.Row{}, ""
	err := s.view(ctx, "rows", func(tx *txn) error {
		from, err := parseRowsCursor(f)
		if err != nil {
			return err
		}
		c := tx.Bucket(bTime).Cursor()
		visits := 0
		for k, _ := c.Seek(from); k != nil; k, _ = c.Next() {
			if !f.To.IsZero() && binary.BigEndian.Uint64(k) >= stamp(f.To) {
				return nil
			}
			if len(rows) >= max(f.Limit, 1) || visits == maxVisits {
				next = base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(bytes.Clone(k), filterSum(f)))
				return nil
			}
			visits++
			id := idAt(k[sizeStamp:])
			r, ok, err := get[row](tx, bRow, id[:])
			if err != nil {
				return err
			}
			if ok && f.Keeps(r.Row) {
				shown, err := withReadFlags(tx, r, id)
				if err != nil {
					return err
				}
				rows = append(rows, shown)
			}
		}
		return nil
	})
	return rows, next, err
}

func parseRowsCursor(f review.Filter) ([]byte, error) {
	if f.Cursor == "" {
		if f.From.IsZero() {
			return nil, nil
		}
		return number(stamp(f.From)), nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(f.Cursor)
	if err != nil || len(b) != sizeStamp+sizeID+8 || binary.BigEndian.Uint64(b[sizeStamp+sizeID:]) != filterSum(f) {
		return nil, errCursor()
	}
	return b[:sizeStamp+sizeID], nil
}

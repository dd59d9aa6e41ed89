// Package review is what a supervisor does with detections: the queue, the
// most urgent first, the detail of one, and the decisions on it. Every decision
// is kept; none changes the record that the agent sealed. It never evaluates
// answers (screening does) and never opens an identity.
package review

import (
	"encoding/json"
	"time"

	"umbral/screening"
	"umbral/server/access"
	"umbral/server/record"
	"umbral/server/referral"
)

// Row is one detection as the queue and the figures see it: codes only, no free
// text, no identity. The store keeps it beside the record and indexes it.
type Row struct {
	ID    string `json:"id"`
	Folio string `json:"folio"`
	// Level is the one in force: the server's, or what the agent raised it to,
	// or what the last review set.
	Level       string   `json:"level"`
	DeviceLevel string   `json:"device_level"` // what the device's engine said, before raising
	Danger      []string `json:"danger"`
	Indicators  []string `json:"indicators"` // of the server's assessment
	Offences    []string `json:"offences"`   // of the server's assessment
	Setting     string   `json:"setting"`
	State       string   `json:"state"` // of the place
	// Municipality of the place, empty where it was not given.
	Municipality string `json:"municipality"`
	Status       string `json:"status"`
	Mode         string `json:"mode"`
	Synthetic    bool   `json:"synthetic"` // made by the demo
	// Flags: assessment_differs, clock_ahead, clock_off, conflict, text_recalled,
	// encounter_missing, protocol_unknown ...; never nil.
	Flags         []string           `json:"flags"`
	Sex           string             `json:"sex"`
	AgeGroup      string             `json:"age_group"` // a band even where whole years are known
	Nationality   string             `json:"nationality"`
	StateOfOrigin string             `json:"state_of_origin"`
	Groups        map[string]string  `json:"groups"`
	Protocol      record.ProtocolRef `json:"protocol"`
	Agency        string             `json:"agency"`
	Post          string             `json:"post"`
	Author        string             `json:"author"` // account id of the agent
	CapturedAt    time.Time          `json:"captured_at"`
	ReceivedAt    time.Time          `json:"received_at"`
	// ClockOffsetS is how many seconds the device's clock was ahead of the
	// server's when it sent; nil where that is not known.
	ClockOffsetS *int64 `json:"clock_offset_s,omitempty"`
	// Child: the law presumes one; see screening's child path.
	Child bool `json:"child,omitempty"`
	// Sensitive: organised crime takes part, or an authority that nobody named.
	Sensitive bool `json:"sensitive,omitempty"`
	// Concerned are the authorities that take part in what the record tells.
	Concerned []string `json:"concerned,omitempty"`
	// Withheld are the classes of what the reader may not see, in every record
	// and not only where there is any. It is never kept.
	Withheld []string `json:"-"`
}

// Limits of one page of the queue.
const (
	DefaultLimit = 50  // rows; a laptop's screen and a half
	MaxLimit     = 100 // rows; the contract's, keeps an answer under 200 KB
)

// Filter selects rows. An empty field selects all; a list selects any of it.
// Agency and Author are set from what the caller may see, never by the caller.
type Filter struct {
	Agency, Author string
	// View is what the caller may see of these, beside Agency and Author.
	View     access.View
	Levels   []string
	Danger   []string
	Settings []string
	States   []string
	Offences []string
	Statuses []string
	From, To time.Time // of ReceivedAt: From <= t < To; zero: open
	// OnlyLive leaves out synthetic rows and those whose mode is training.
	OnlyLive bool
	// Cursor is Page.Next of the page before, from a list with the same filter;
	// Invalid "cursor-invalid" where it is not one.
	Cursor string
	Limit  int // 1 to MaxLimit; the Desk fills DefaultLimit in
}

// Keeps says whether r fits the filter. Cursor and Limit are the store's.
func (f Filter) Keeps(r Row) bool {
	switch {
	case f.Agency != "" && r.Agency != f.Agency,
		f.Author != "" && r.Author != f.Author,
		f.OnlyLive && (r.Synthetic || r.Mode == "training"),
		!f.From.IsZero() && r.ReceivedAt.Before(f.From),
		!f.To.IsZero() && !r.ReceivedAt.Before(f.To):
		return false
	case !f.View.Keeps(r.Scope()):
		return false
	}
	return holds(f.Levels, r.Level) && holds(f.Settings, r.Setting) && holds(f.States, r.State) &&
		holds(f.Statuses, r.Status) && holds(f.Danger, r.Danger...) && holds(f.Offences, r.Offences...)
}

// holds says whether one of has is wanted; an empty list wants all.
func holds(want []string, has ...string) bool {
	if len(want) == 0 {
		return true
	}
	for _, w := range want {
		for _, h := range has {
			if w == h {
				return true
			}
		}
	}
	return false
}

// Page is a part of the queue in urgency order: Rank first, and the newest
// first within it.
type Page struct {
	Items []Row  `json:"items"` // never nil
	Next  string `json:"next"`  // empty on the last page
	Total int    `json:"total"` // rows that fit the filter, on all pages
}

// Rank orders the queue, the smallest first: any danger, then the level from
// presumed victim to none found. It is part of index keys: append, never renumber.
func (r Row) Rank() byte {
	rank, ok := ranks[r.Level]
	if !ok {
		rank = rankUnknown
	}
	if len(r.Danger) == 0 {
		rank += rankNoDanger
	}
	return rank
}

const (
	rankUnknown  = 9  // a level nobody knows: after the others, never lost
	rankNoDanger = 10 // every danger comes before every level without one
)

var ranks = map[string]byte{
	"presumed_victim": 0, "possible_victim": 1, "inconclusive": 2, "labour_violation": 3, "none_found": 4,
}

// Case is one detection with all that belongs to it. Lists are never nil and in
// the order in which the server received them.
type Case struct {
	Row
	Record json.RawMessage // the detection as the device sealed it, without its identity
	// HasIdentity says that the person left a name or a way to be found, which
	// only a reviewer opens, by SealedIdentity.
	HasIdentity bool
	Assessment  *screening.Assessment
	Encounter   json.RawMessage // the newest record of its encounter; nil while it has not arrived
	Addenda     []json.RawMessage
	Reviews     []Review
	Referrals   []referral.Referral
	Notes       []Note
	Conflicts   []Conflict
}

// Conflict is another content that came under the same id; both are kept.
type Conflict struct {
	SHA256     string          `json:"sha256"`
	ReceivedAt time.Time       `json:"received_at"`
	Detection  json.RawMessage `json:"detection"`
}

// Review is one decision, as kept.
type Review struct {
	ID        string `json:"id"` // UUIDv7
	Detection string `json:"detection"`
	Decision  string `json:"decision"`
	Reason    string `json:"reason,omitempty"` // a code of the list review_reasons
	Level     string `json:"level,omitempty"`  // the level it set, where it set one
	// Status is the one the detection has after it.
	Status  string    `json:"status"`
	Follows string    `json:"follows,omitempty"` // the review before it; empty for the first
	By      string    `json:"by"`                // account id
	At      time.Time `json:"at"`                // server time, UTC
}

// Note is a free remark of who works on the case; never a part of figures.
type Note struct {
	ID        string    `json:"id"`
	Detection string    `json:"detection"`
	Text      string    `json:"text"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
}

package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/screening"
	"umbral/server/problem"
	"umbral/server/record"
	"umbral/server/referral"
	"umbral/server/review"
)

type rowAnswer struct {
	ID           string             `json:"id"`
	Folio        string             `json:"folio"`
	Level        string             `json:"level"`
	DeviceLevel  string             `json:"device_level"`
	Danger       []string           `json:"danger"`
	Indicators   []string           `json:"indicators"`
	Offences     []string           `json:"offences"`
	Setting      string             `json:"setting"`
	State        string             `json:"state"`
	Municipality string             `json:"municipality"`
	Status       string             `json:"status"`
	Mode         string             `json:"mode"`
	Synthetic    bool               `json:"synthetic"`
	Flags        []string           `json:"flags"`
	Sex          string             `json:"sex"`
	AgeGroup     string             `json:"age_group"`
	Protocol     record.ProtocolRef `json:"protocol"`
	Agency       string             `json:"agency"`
	Post         string             `json:"post"`
	CapturedAt   time.Time          `json:"captured_at"`
	ReceivedAt   time.Time          `json:"received_at"`
	// Withheld are the classes of what this reader may not see in any record.
	Withheld []string `json:"withheld"`
}

func rowOf(r review.Row) rowAnswer {
	return rowAnswer{
		ID: r.ID, Folio: r.Folio, Level: r.Level, DeviceLevel: r.DeviceLevel, Danger: some(r.Danger),
		Indicators: some(r.Indicators), Offences: some(r.Offences), Setting: r.Setting, State: r.State,
		Municipality: r.Municipality, Status: r.Status, Mode: r.Mode, Synthetic: r.Synthetic, Flags: some(r.Flags),
		Sex: r.Sex, AgeGroup: r.AgeGroup, Protocol: r.Protocol, Agency: r.Agency, Post: r.Post,
		CapturedAt: r.CapturedAt, ReceivedAt: r.ReceivedAt,
		Withheld: some(r.Withheld),
	}
}

// some is never nil: an absent list is [] in JSON, so that clients need not ask.
func some[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

type pageAnswer[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"` // null on the last page
	Total int     `json:"total"`
}

func cursorOf(next string) *string {
	if next == "" {
		return nil
	}
	return &next
}

// filterNames are the query parameters of a filter.
var filterNames = []string{"level", "danger", "setting", "state", "offence", "status", "from", "to"}

// readFilter reads what lists, figures and exports have in common. A value may
// be several codes, by commas: any of them.
func readFilter(c *fiber.Ctx, more ...string) (f review.Filter, err error) {
	if err := onlyQuery(c, append(more, filterNames...)...); err != nil {
		return f, err
	}
	for name, into := range map[string]*[]string{
		"level": &f.Levels, "danger": &f.Danger, "setting": &f.Settings,
		"state": &f.States, "offence": &f.Offences, "status": &f.Statuses,
	} {
		if *into, err = queryCodes(c, name); err != nil {
			return f, err
		}
	}
	f.From, f.To, err = queryPeriod(c)
	return f, err
}

// queryPeriod is from and to; a day as the end means the whole of it.
func queryPeriod(c *fiber.Ctx) (from, to time.Time, err error) {
	if from, err = queryTime(c, "from"); err != nil {
		return from, to, err
	}
	to, err = queryTime(c, "to")
	if err == nil && dateOnly(c.Query("to")) {
		to = to.AddDate(0, 0, 1)
	}
	return from, to, err
}

// maxCodes is how many codes one filter may name: the longest list has fewer
// than 150, and nobody chooses half of it.
const maxCodes = 64

func queryCodes(c *fiber.Ctx, name string) ([]string, error) {
	text, err := queryText(c, name)
	if err != nil || text == "" {
		return nil, err
	}
	codes := strings.Split(text, ",")
	if len(codes) > maxCodes {
		return nil, problem.New(problem.Invalid, "filter-code", "parameter", name)
	}
	return codes, nil
}

func dateOnly(text string) bool { return len(text) == len(time.DateOnly) }

// queryTime is an RFC 3339 time or a day (from its first instant, UTC).
func queryTime(c *fiber.Ctx, name string) (time.Time, error) {
	text, err := queryText(c, name)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	form := time.RFC3339
	if dateOnly(text) {
		form = time.DateOnly
	}
	t, err := time.Parse(form, text)
	if err != nil {
		return time.Time{}, problem.New(problem.Invalid, "query-time", "parameter", name).Because(err)
	}
	return t, nil
}

func (a *API) detections(c *fiber.Ctx) error {
	f, err := readFilter(c, "cursor", "limit")
	if err != nil {
		return err
	}
	if f.Cursor, err = queryText(c, "cursor"); err != nil {
		return err
	}
	if f.Limit, err = queryInt(c, "limit", review.DefaultLimit, 1, review.MaxLimit); err != nil {
		return err
	}
	p, err := a.Reviews.Queue(c.UserContext(), callerOf(c), f)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, pageAnswer[rowAnswer]{
		Items: listOf(p.Items, rowOf).Items, Next: cursorOf(p.Next), Total: p.Total,
	})
}

type caseAnswer struct {
	rowAnswer
	ClockOffset *int64                `json:"clock_offset_s"` // null where it is not known
	Detection   json.RawMessage       `json:"detection"`
	HasIdentity bool                  `json:"has_identity"`
	Assessment  *screening.Assessment `json:"assessment"`
	Encounter   json.RawMessage       `json:"encounter"` // null while it has not arrived
	Addenda     []json.RawMessage     `json:"addenda"`
	Reviews     []review.Review       `json:"reviews"`
	Referrals   []referral.Referral   `json:"referrals"`
	Notes       []review.Note         `json:"notes"`
	Conflicts   []review.Conflict     `json:"conflicts"`
}

func caseOf(k review.Case) caseAnswer {
	return caseAnswer{
		rowAnswer: rowOf(k.Row), ClockOffset: k.ClockOffsetS, Detection: k.Record, HasIdentity: k.HasIdentity, Assessment: k.Assessment, Encounter: k.Encounter,
		Addenda: some(k.Addenda), Reviews: some(k.Reviews), Referrals: some(k.Referrals),
		Notes: some(k.Notes), Conflicts: some(k.Conflicts),
	}
}

func (a *API) detection(c *fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	k, err := a.Reviews.Case(c.UserContext(), callerOf(c), id)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, caseOf(k))
}

type reviewBody struct {
	Decision string  `json:"decision"`
	Reason   string  `json:"reason"`
	Level    string  `json:"level"`
	Follows  *string `json:"follows"` // the last review seen; null: none
}

func (b reviewBody) decision() review.Decision {
	d := review.Decision{Decision: b.Decision, Reason: b.Reason, Level: b.Level}
	if b.Follows != nil {
		d.Follows = *b.Follows
	}
	return d
}

func (a *API) addReview(c *fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var body reviewBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	r, err := a.Reviews.Decide(c.UserContext(), callerOf(c), id, body.decision())
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, r)
}

type referralBody struct {
	Service string `json:"service"`
	Urgency string `json:"urgency"`
	Consent string `json:"consent"`
}

func (a *API) addReferral(c *fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var body referralBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	r, err := a.Referrals.Refer(c.UserContext(), callerOf(c), id, referral.Request(body))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, r)
}

type noteBody struct {
	Text string `json:"text"`
}

func (a *API) addNote(c *fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	var body noteBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	n, err := a.Reviews.AddNote(c.UserContext(), callerOf(c), id, body.Text)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, n)
}

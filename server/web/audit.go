package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"umbral/server/audit"
	"umbral/server/problem"
)

// reads are the routes whose reading stands in the book, and as what. The lines
// of what writes are entered by the store, with the act itself.
var reads = map[string]string{
	base + "/detections":                        "read_detections",
	base + "/detections/:id":                    "read_detection",
	base + "/quarantine":                        "read_quarantine",
	base + "/quarantine/:key":                   "read_quarantined",
	base + "/stats":                             "read_stats",
	base + "/exports/detections.csv":            "export_csv",
	base + "/exports/detections.xlsx":           "export_xlsx",
	base + "/exports/detections.ndjson":         "export_ndjson",
	base + "/retention":                         "read_retention",
	base + "/destructions":                      "read_destructions",
	base + "/destructions/due":                  "read_destructions_due",
	base + "/accounts":                          "read_accounts",
	base + "/agencies":                          "read_agencies",
	base + "/devices":                           "read_devices",
	base + "/reviewers":                         "read_reviewers",
	base + "/locales/:tag/recalls":              "read_recalls",
	base + "/locales/:tag/texts":                "read_texts",
	base + "/locales/:tag/sheet.xlsx":           "export_texts",
	base + "/locales/:tag/texts/:message/steps": "read_text_steps",
	base + "/locales/:tag/recordings/:sha256":   "heard_recording",
	base + "/interpreters":                      "read_interpreters",
	base + "/audit":                             "read_audit",
	base + "/audit/head":                        "read_audit_head",
}

// filtered are those of them whose handler takes and checks a query. The others
// are asked with none, for what is asked is entered, and nothing that somebody
// typed may get into the book.
var filtered = map[string]bool{
	base + "/detections":                true,
	base + "/quarantine":                true,
	base + "/stats":                     true,
	base + "/exports/detections.csv":    true,
	base + "/exports/detections.xlsx":   true,
	base + "/exports/detections.ndjson": true,
	base + "/retention":                 true,
	base + "/destructions/due":          true,
	base + "/interpreters":              true,
	base + "/locales/:tag/texts":        true,
	base + "/locales/:tag/sheet.xlsx":   true,
	base + "/audit":                     true,
}

// checkAsked refuses a query where none is taken. Invalid "query-unknown".
func checkAsked(c *fiber.Ctx, r route) error {
	if reads[r.path] == "" || r.method != fiber.MethodGet || filtered[r.path] {
		return nil
	}
	return onlyQuery(c)
}

// maxDetail is in bytes: the codes of a filter that somebody really chooses.
const maxDetail = 512

// enter writes a line about what was just read, before anything of it leaves:
// what cannot be entered is not given.
func (a *API) enter(c *fiber.Ctx, r route) error {
	what, ok := reads[r.path]
	if !ok || r.method != fiber.MethodGet {
		return nil
	}
	id, _, _ := strings.Cut(strings.Clone(c.Params("id", c.Params("key", c.Params("tag")))), ".")
	err := a.Enter(c.UserContext(), audit.Act{At: a.Now(), Who: callerOf(c).User, What: what, ID: id, Detail: asked(c)})
	if err != nil {
		c.Response().ResetBody() // closes a stream that has begun
	}
	return err
}

// asked is the filter of a request. The handler took it, so that it holds
// codes, times and numbers and no other text.
func asked(c *fiber.Ctx) string {
	var parts []string
	for key, value := range c.Context().QueryArgs().All() {
		if name := string(key); name != "cursor" && name != "limit" && len(value) > 0 {
			parts = append(parts, name+"="+string(value))
		}
	}
	text := strings.Join(parts, "&")
	if len(text) > maxDetail {
		text = strings.ToValidUTF8(text[:maxDetail], "") + "…"
	}
	return text
}

type auditAnswer struct {
	Items []audit.Entry `json:"items"`
	Next  *string       `json:"next"` // null on the last page
}

func (a *API) auditBook(c *fiber.Ctx) error {
	if err := onlyQuery(c, "who", "what", "id", "from", "to", "cursor", "limit"); err != nil {
		return err
	}
	f, err := readAuditFilter(c)
	if err != nil {
		return err
	}
	p, err := a.Audit.List(c.UserContext(), callerOf(c), f)
	if err != nil {
		return err
	}
	out := auditAnswer{Items: p.Items}
	if p.Next > 0 {
		next := strconv.FormatUint(p.Next, 10)
		out.Next = &next
	}
	return writeJSON(c, http.StatusOK, out)
}

func readAuditFilter(c *fiber.Ctx) (f audit.Filter, err error) {
	for name, into := range map[string]*string{"who": &f.Who, "what": &f.What, "id": &f.ID} {
		if *into, err = queryText(c, name); err != nil {
			return f, err
		}
	}
	if f.From, f.To, err = queryPeriod(c); err != nil {
		return f, err
	}
	if text := c.Query("cursor"); text != "" {
		if f.Before, err = strconv.ParseUint(text, 10, 64); err != nil || f.Before == 0 {
			return f, problem.New(problem.Invalid, "cursor-invalid")
		}
	}
	f.Limit, err = queryInt(c, "limit", audit.DefaultLimit, 1, audit.MaxLimit)
	return f, err
}

func (a *API) auditHead(c *fiber.Ctx) error {
	h, err := a.Audit.Head(c.UserContext(), callerOf(c))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, h)
}

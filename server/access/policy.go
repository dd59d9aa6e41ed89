package access

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"umbral/server/problem"
)

// Action is what a caller wants to do.
type Action string

// Actions. A new one needs a row in policy.csv and one in the table test.
const (
	EnrolDevice      Action = "enrol_device"
	ReadDetections   Action = "read_detections"
	Review           Action = "review"
	Refer            Action = "refer"
	Note             Action = "note"
	ReadQuarantine   Action = "read_quarantine"
	DecideQuarantine Action = "decide_quarantine"
	ReadStats        Action = "read_stats"
	Export           Action = "export"
	ManageAccounts   Action = "manage_accounts"
	ManageDevices    Action = "manage_devices"
	ManageKeys       Action = "manage_keys"
	ReadAudit        Action = "read_audit"
	Backup           Action = "backup"
	OpenIdentity     Action = "open_identity"
	ManageReviewers  Action = "manage_reviewers"

	ReadRetention     Action = "read_retention"
	ManageRetention   Action = "manage_retention"
	HoldRecord        Action = "hold_record"
	AskDestruction    Action = "ask_destruction"
	DecideDestruction Action = "decide_destruction"

	RecallText  Action = "recall_text"
	ReadRecalls Action = "read_recalls"

	ReadInterpreters   Action = "read_interpreters"
	ManageInterpreters Action = "manage_interpreters"
	ReadTranslations   Action = "read_translations"
	Translate          Action = "translate"
	CertifyText        Action = "certify_text"
	AddRecording       Action = "add_recording"
	ManageLanguages    Action = "manage_languages"
)

// Actions returns every action, in the order above.
func Actions() []Action {
	return []Action{EnrolDevice, ReadDetections, Review, Refer, Note, ReadQuarantine,
		DecideQuarantine, ReadStats, Export, ManageAccounts, ManageDevices, ManageKeys, ReadAudit, Backup, OpenIdentity, ManageReviewers,
		ReadRetention, ManageRetention, HoldRecord, AskDestruction, DecideDestruction, RecallText, ReadRecalls,
		ReadInterpreters, ManageInterpreters,
		ReadTranslations, Translate, CertifyText, AddRecording, ManageLanguages}
}

// Accounts returns every account kind.
func Accounts() []string { return []string{Agent, Supervisor, Admin, Translator, Analyst} }

// Extents of a right.
const (
	own       = "own"
	ownAgency = "own_agency"
	all       = "all"
)

// What of a record limits a right within its extent.
const (
	limitNone   = "none"
	limitPost   = "post"   // the author's post: of what could not be read, no more is known
	limitRecord = "record" // post, region and what the record says
)

// Scope says whose a thing is, and of a record also what decides who may read
// it. Kind names it for the answer to who may not know that it exists
// ("detection" gives "detection-unknown"); with no Kind that answer is Forbidden.
type Scope struct {
	Kind   string
	Agency string
	Owner  string // account id; empty where nobody owns it
	Post   string // of the author
	Region string // state of the place
	// Child: the law presumes one, which includes an age that is in doubt.
	Child bool
	// Sensitive: organised crime takes part, or an authority that nobody named.
	Sensitive bool
	// Concerned are the authorities that take part or protect who does; codes of
	// authorities.csv.
	Concerned []string
}

// Check returns nil where who may do this on that. Without any right to the
// action it is Forbidden "forbidden"; with a right that does not reach on,
// NotFound "<kind>-unknown", exactly as if the thing did not exist.
//
// Who is limited may do nothing: Forbidden "second-factor-needed".
func Check(who Caller, do Action, on Scope) error {
	r, err := ruleFor(who, do)
	switch {
	case err != nil:
		return err
	case r.view(who).Keeps(on):
		return nil
	case on.Kind == "":
		return errForbidden()
	}
	return problem.New(problem.NotFound, on.Kind+"-unknown")
}

// Reach returns what a list for who must be limited to: an agency, an owner, or
// neither (both empty: everything). Forbidden "forbidden" without the right. A
// list of records is limited by ViewOf, which knows more.
func Reach(who Caller, do Action) (agency, owner string, err error) {
	v, err := ViewOf(who, do)
	return v.Agency, v.Owner, err
}

// ViewOf returns which records a list for who may have. Forbidden "forbidden"
// without the right.
func ViewOf(who Caller, do Action) (View, error) {
	r, err := ruleFor(who, do)
	if err != nil {
		return View{none: true}, err
	}
	v := r.view(who)
	if v.none {
		return v, errForbidden()
	}
	return v, nil
}

// ruleFor is the one way to a row of the table.
func ruleFor(who Caller, do Action) (rule, error) {
	if who.Limited {
		return rule{}, problem.New(problem.Forbidden, "second-factor-needed")
	}
	r, ok := rules[key{who.Account, do}]
	if !ok || who.User == "" || r.task != "" && !slices.Contains(who.Tasks, r.task) {
		return rule{}, errForbidden()
	}
	return r, nil
}

func errForbidden() error { return problem.New(problem.Forbidden, "forbidden") }

// Fields returns which fields who sees when doing this: all, all_but_identity,
// codes, or empty without the right.
func Fields(who Caller, do Action) string {
	r, err := ruleFor(who, do)
	if err != nil {
		return ""
	}
	return r.fields
}

type key struct {
	account string
	action  Action
}

// rule is a row; task is what an administrator must have named the caller for.
type rule struct{ scope, fields, limits, task string }

//go:embed policy.csv
var policy string

var rules = mustParse(policy)

// mustParse stops the program on a wrong table: better no server than one that
// guesses who may read.
func mustParse(text string) map[key]rule {
	m, err := parse(text)
	if err != nil {
		panic(err)
	}
	return m
}

func parse(text string) (map[key]rule, error) {
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("access: policy.csv: %w", err)
	}
	m := map[key]rule{}
	for i, row := range rows[min(1, len(rows)):] {
		k, r := key{row[0], Action(row[1])}, rule{row[2], row[3], row[4], row[5]}
		_, twice := m[k]
		switch {
		case !slices.Contains(Accounts(), k.account), !slices.Contains(Actions(), k.action),
			!slices.Contains([]string{own, ownAgency, all}, r.scope),
			!slices.Contains([]string{"all", "all_but_identity", "codes"}, r.fields),
			!slices.Contains([]string{limitNone, limitPost, limitRecord}, r.limits),
			r.task != "" && !slices.Contains(Tasks(), r.task), twice:
			return nil, fmt.Errorf("access: policy.csv: line %d: %s", i+2, strings.Join(row, ","))
		}
		m[k] = r
	}
	return m, nil
}

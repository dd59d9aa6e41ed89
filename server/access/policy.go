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
)

// Actions returns every action, in the order above.
func Actions() []Action {
	return []Action{EnrolDevice, ReadDetections, Review, Refer, Note, ReadQuarantine,
		DecideQuarantine, ReadStats, Export, ManageAccounts, ManageDevices, ManageKeys, ReadAudit, Backup, OpenIdentity, ManageReviewers}
}

// Accounts returns every account kind.
func Accounts() []string { return []string{Agent, Supervisor, Admin, Translator, Analyst} }

// Extents of a right.
const (
	own       = "own"
	ownAgency = "own_agency"
	all       = "all"
)

// Scope says whose a thing is. Kind names it for the answer to who may not know
// that it exists ("detection" gives "detection-unknown"); with no Kind that
// answer is Forbidden.
type Scope struct {
	Kind   string
	Agency string
	Owner  string // account id; empty where nobody owns it
}

// Check returns nil where who may do this on that. Without any right to the
// action it is Forbidden "forbidden"; with a right that does not reach on,
// NotFound "<kind>-unknown", exactly as if the thing did not exist.
//
// Who is limited may do nothing: Forbidden "second-factor-needed".
func Check(who Caller, do Action, on Scope) error {
	if who.Limited {
		return problem.New(problem.Forbidden, "second-factor-needed")
	}
	r, ok := rules[key{who.Account, do}]
	if !ok || who.User == "" {
		return problem.New(problem.Forbidden, "forbidden")
	}
	if r.reaches(who, on) {
		return nil
	}
	if on.Kind == "" {
		return problem.New(problem.Forbidden, "forbidden")
	}
	return problem.New(problem.NotFound, on.Kind+"-unknown")
}

// Reach returns what a list for who must be limited to: an agency, an owner, or
// neither (both empty: everything). Forbidden "forbidden" without the right.
func Reach(who Caller, do Action) (agency, owner string, err error) {
	if who.Limited {
		return "", "", problem.New(problem.Forbidden, "second-factor-needed")
	}
	r, ok := rules[key{who.Account, do}]
	if ok && who.User != "" {
		switch {
		case r.scope == all:
			return "", "", nil
		case r.scope == ownAgency && who.Agency != "":
			return who.Agency, "", nil
		case r.scope == own:
			return who.Agency, who.User, nil
		}
	}
	return "", "", problem.New(problem.Forbidden, "forbidden")
}

// Fields returns which fields who sees when doing this: all, all_but_identity,
// codes, or empty without the right.
func Fields(who Caller, do Action) string {
	if who.Limited {
		return ""
	}
	return rules[key{who.Account, do}].fields
}

type key struct {
	account string
	action  Action
}

type rule struct{ scope, fields string }

func (r rule) reaches(who Caller, on Scope) bool {
	switch r.scope {
	case all:
		return true
	case ownAgency:
		return who.Agency != "" && who.Agency == on.Agency
	case own:
		return who.User == on.Owner
	}
	return false
}

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
		k, r := key{row[0], Action(row[1])}, rule{row[2], row[3]}
		_, twice := m[k]
		switch {
		case !slices.Contains(Accounts(), k.account), !slices.Contains(Actions(), k.action),
			!slices.Contains([]string{own, ownAgency, all}, r.scope),
			!slices.Contains([]string{"all", "all_but_identity", "codes"}, r.fields), twice:
			return nil, fmt.Errorf("access: policy.csv: line %d: %s", i+2, strings.Join(row, ","))
		}
		m[k] = r
	}
	return m, nil
}

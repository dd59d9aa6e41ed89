package access

import (
	"errors"
	"testing"

	"umbral/server/problem"
)

// The table of who may do what, written a second time on purpose: a right that
// changes must be changed in two places by somebody who meant it.
// Columns: agent, supervisor, admin, translator, analyst. - none, o own, a own agency, * all.
var table = map[Action]string{
	EnrolDevice:      "oo---",
	ReadDetections:   "-a---",
	Review:           "-a---",
	Refer:            "-a---",
	Note:             "-a---",
	ReadQuarantine:   "-a---",
	DecideQuarantine: "-a---",
	ReadStats:        "-a--*",
	Export:           "-a--*",
	ManageAccounts:   "--*--",
	ManageDevices:    "-a*--",
	ManageKeys:       "--*--",
	ReadAudit:        "--*--",
	Backup:           "--*--",
	OpenIdentity:     "-a---",
	ManageReviewers:  "-a*--",

	ReadRetention:     "-a*--",
	ManageRetention:   "--*--",
	HoldRecord:        "-a---",
	AskDestruction:    "-a---",
	DecideDestruction: "-a*--",

	RecallText:  "--**-",
	ReadRecalls: "-a**-",

	ReadInterpreters:   "aa*--",
	ManageInterpreters: "-a*--",
	ReadTranslations:   "--**-",
	Translate:          "---*-",
	CertifyText:        "---*-",
	AddRecording:       "*--*-",
	ManageLanguages:    "--*--",
}

func TestCheck_EveryRoleAndAction(t *testing.T) {
	mine := Scope{Kind: "detection", Agency: "A", Owner: "u"}
	colleague := Scope{Kind: "detection", Agency: "A", Owner: "v"}
	foreign := Scope{Kind: "detection", Agency: "B", Owner: "w"}
	for _, do := range Actions() {
		want, ok := table[do]
		if !ok {
			t.Errorf("%s has no row", do)
			continue
		}
		granted := false
		for i, account := range Accounts() {
			who := Caller{User: "u", Account: account, Agency: "A", Posts: []string{Any}, Regions: []string{Any}, Tasks: Tasks()}
			for _, c := range []struct {
				on   Scope
				pass string
			}{{mine, "oa*"}, {colleague, "a*"}, {foreign, "*"}} {
				err := Check(who, do, c.on)
				switch may := contains(c.pass, want[i]); {
				case may && err != nil:
					t.Errorf("%s %s on %+v: %v", account, do, c.on, err)
				case !may && want[i] == '-' && problem.KindOf(err) != problem.Forbidden:
					t.Errorf("%s %s on %+v: %v, want forbidden", account, do, c.on, err)
				case !may && want[i] != '-' && problem.KindOf(err) != problem.NotFound:
					t.Errorf("%s %s on %+v: %v, want not found", account, do, c.on, err)
				}
			}
			granted = granted || want[i] != '-'
			if (Fields(who, do) != "") != (want[i] != '-') {
				t.Errorf("%s %s sees %q", account, do, Fields(who, do))
			}
		}
		if !granted {
			t.Errorf("nobody may %s: an action without a row in policy.csv", do)
		}
	}
	if len(table) != len(Actions()) {
		t.Error("the table names an action that does not exist")
	}
}

func contains(set string, b byte) bool {
	for i := range len(set) {
		if set[i] == b {
			return true
		}
	}
	return false
}

func TestCheck_DeniesByDefault(t *testing.T) {
	for name, c := range map[string]struct {
		who Caller
		do  Action
		on  Scope
	}{
		"nobody":                  {Caller{}, ReadDetections, Scope{}},
		"no user":                 {Caller{Account: Supervisor, Agency: "A"}, ReadDetections, Scope{Agency: "A"}},
		"unknown kind of account": {Caller{User: "u", Account: "root", Agency: "A"}, ReadDetections, Scope{Agency: "A"}},
		"unknown action":          {Caller{User: "u", Account: Admin}, "format_disk", Scope{}},
		"no agency on both sides": {Caller{User: "u", Account: Supervisor}, ReadDetections, Scope{}},
		"no owner":                {Caller{User: "u", Account: Agent}, EnrolDevice, Scope{}},
	} {
		if err := Check(c.who, c.do, c.on); problem.KindOf(err) != problem.Forbidden {
			t.Errorf("%s: %v, want forbidden", name, err)
		}
	}
}

func TestCheck_ForeignLooksLikeAbsent(t *testing.T) {
	err := Check(Caller{User: "u", Account: Supervisor, Agency: "A"}, Review, Scope{Kind: "detection", Agency: "B"})
	var p *problem.Error
	if !errors.As(err, &p) || p.Type != "detection-unknown" || len(p.Args) != 0 {
		t.Errorf("%v %+v", err, p)
	}
}

func TestReach(t *testing.T) {
	for name, c := range map[string]struct {
		who           Caller
		do            Action
		agency, owner string
		forbidden     bool
	}{
		"agency":        {Caller{User: "u", Account: Supervisor, Agency: "A"}, ReadDetections, "A", "", false},
		"all":           {Caller{User: "u", Account: Analyst, Agency: "A"}, Export, "", "", false},
		"own":           {Caller{User: "u", Account: Agent, Agency: "A"}, EnrolDevice, "A", "u", false},
		"none":          {Caller{User: "u", Account: Agent, Agency: "A"}, ReadDetections, "", "", true},
		"no agency set": {Caller{User: "u", Account: Supervisor}, ReadDetections, "", "", true},
		"no user":       {Caller{Account: Analyst}, Export, "", "", true},
	} {
		agency, owner, err := Reach(c.who, c.do)
		if agency != c.agency || owner != c.owner || (problem.KindOf(err) == problem.Forbidden && err != nil) != c.forbidden {
			t.Errorf("%s: %q %q %v", name, agency, owner, err)
		}
	}
}

func TestParse_RefusesAWrongTable(t *testing.T) {
	head := "account,action,scope,fields,limits,task\n"
	for name, text := range map[string]string{
		"kind":    head + "root,review,all,all,none,\n",
		"action":  head + "agent,fly,all,all,none,\n",
		"scope":   head + "agent,review,everywhere,all,none,\n",
		"fields":  head + "agent,review,all,names,none,\n",
		"limits":  head + "agent,review,all,all,some,\n",
		"task":    head + "agent,review,all,all,none,gossip\n",
		"twice":   head + "agent,review,all,all,none,\nagent,review,own,all,none,\n",
		"columns": head + "agent,review,all\n",
	} {
		if _, err := parse(text); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if m, err := parse(""); err != nil || len(m) != 0 {
		t.Errorf("empty: %v %v", m, err)
	}
}

// Who came without the second factor that they must have may do nothing at all.
func TestCheck_LimitedMayNothing(t *testing.T) {
	for _, account := range Accounts() {
		for _, do := range Actions() {
			who := Caller{User: "u", Account: account, Agency: "A", Limited: true}
			err := Check(who, do, Scope{Agency: "A", Owner: "u"})
			_, _, reach := Reach(who, do)
			for _, err := range []error{err, reach} {
				var p *problem.Error
				if !errors.As(err, &p) || p.Kind != problem.Forbidden || p.Type != "second-factor-needed" {
					t.Errorf("%s %s: %v", account, do, err)
				}
			}
			if Fields(who, do) != "" {
				t.Errorf("%s %s sees %q", account, do, Fields(who, do))
			}
		}
	}
}

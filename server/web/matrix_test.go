package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"umbral/protocols"
	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/figures"
	"umbral/server/record"
)

// authorities of the matrix, and those that must learn nothing of health and migration.
var (
	matrixAuthorities = []string{"labour", "police", "migration", "health", "victim_attention"}
	secretFrom        = []string{"police", "migration"}
)

// plantedKinds are the records that each authority's agent makes:
//
//	full      an adult, with facts of health and migration
//	identity  an adult who left how to be found
//	other     another authority takes part
//	child     may be a child
//	crime     organised crime takes part
//	own       the agent's own authority takes part
var plantedKinds = []string{"full", "identity", "other", "child", "crime", "own"}

// readerKinds are the accounts of each authority, and which of the records of
// their own agency each reads: - none by right, otherwise the kinds.
var readerKinds = []struct {
	name  string
	make  func(*auth.NewAccount)
	reads string
}{
	{"agent", func(a *auth.NewAccount) { a.Account = access.Agent }, "-"},
	{"admin", func(a *auth.NewAccount) { a.Account = access.Admin }, "-"},
	{"translator", func(a *auth.NewAccount) { a.Account = access.Translator }, "-"},
	{"analyst", func(a *auth.NewAccount) { a.Account = access.Analyst }, "-"},
	{"analyst-tasks", func(a *auth.NewAccount) { a.Account, a.Tasks = access.Analyst, access.Tasks() }, "-"},
	{"plain", func(*auth.NewAccount) {}, "full identity other"},
	{"children", func(a *auth.NewAccount) { a.Tasks = []string{access.Children} }, "full identity other child"},
	{"sensitive", func(a *auth.NewAccount) { a.Tasks = []string{access.Sensitive} }, "full identity other crime"},
	{"identity", func(a *auth.NewAccount) { a.Tasks = []string{access.Identity} }, "full identity other"},
	{"tasks", func(a *auth.NewAccount) { a.Tasks = access.Tasks() }, "full identity other child crime"},
	{"one-post", func(a *auth.NewAccount) { a.Posts, a.Tasks = []string{"education_staff"}, access.Tasks() }, ""},
	{"one-region", func(a *auth.NewAccount) { a.Regions, a.Tasks = []string{"02"}, access.Tasks() }, ""},
}

// plant is what one authority's agent made.
type plant struct {
	ids      map[string]string // by kind
	folios   map[string]string
	envelope record.Envelope // of the identity
	held     string          // id of a record in the quarantine
}

func (w *world) planted(authority string) plant {
	w.t.Helper()
	p := w.enrol("m-" + authority + "-agent")
	foreign := map[bool]string{true: "police", false: "military"}[authority != "police"]
	pl := plant{ids: map[string]string{}, folios: map[string]string{}}
	for _, kind := range plantedKinds {
		meets := map[string][]string{
			"full":  {"coe_debt_bondage", "exp_low_or_no_pay", "dan_injury_now", "vul_status"},
			"other": {"coe_debt_bondage", "ctx_public_servant"}, "own": {"coe_debt_bondage", "ctx_public_servant"},
			"crime": {"coe_debt_bondage", "ctx_organised_crime"},
		}[kind]
		if meets == nil {
			meets = []string{"coe_debt_bondage"}
		}
		d := p.detection(meets...)
		for i, a := range d.Answers {
			if a.Item == "who_official_which" {
				d.Answers[i].Value = map[string]string{"own": authority, "other": foreign}[kind]
			}
		}
		switch kind {
		case "full":
			d.Needs = []string{"asylum", "medical", "shelter"}
			d.Subject.Groups["pregnant"] = "yes"
		case "identity":
			pl.envelope = w.sealInto(&d, newAgencyKey(w.t))
		case "child":
			age := 15
			d.Subject.Age = &age
		}
		if got := p.sync(p.seal(d.ID, d)); got.Results[0].Status != "accepted" {
			w.t.Fatalf("%s of %s: %+v", kind, authority, got)
		}
		pl.ids[kind], pl.folios[kind] = d.ID, record.Folio(d.ID)
	}
	pl.held = uuid.Must(uuid.NewV7()).String()
	p.sync(p.seal(pl.held, "no es un registro"))
	return pl
}

// matrix makes one world with every account of every authority. All have the
// same password, so that only one is hashed.
func matrix(t *testing.T) (*world, map[string]plant) {
	t.Helper()
	w := newWorld(t, nil)
	ctx := context.Background()
	w.auth.Codes = protocols.Codebook()
	w.account("admin")
	_, hash, err := w.store.AccountByName(ctx, "admin")
	must(t, err)
	plants := map[string]plant{}
	for _, authority := range matrixAuthorities {
		_, err := w.auth.CreateAgency(ctx, auth.Operator, auth.Agency{ID: authority, Name: authority, Authority: authority})
		must(t, err)
		post, _, _ := strings.Cut(protocols.Codebook().List(protocols.ListAuthorities).Row(authority)["posts"], "|")
		for _, kind := range readerKinds {
			n := auth.NewAccount{Username: "m-" + authority + "-" + kind.name, Account: access.Supervisor, Agency: authority,
				Posts: []string{access.Any}, Regions: []string{access.Any}, Password: password}
			if kind.make(&n); n.Account != access.Supervisor {
				n.Posts, n.Regions = nil, nil
			}
			if n.Account == access.Agent {
				n.Post = post
			}
			if !slices.ContainsFunc(people, func(a auth.NewAccount) bool { return a.Username == n.Username }) {
				people = append(people, n)
			}
			a := auth.Account{ID: uuid.Must(uuid.NewV7()).String(), Username: n.Username, Display: n.Username, Account: n.Account,
				Post: n.Post, Agency: n.Agency, Posts: n.Posts, Regions: n.Regions, Tasks: n.Tasks, Created: w.clock()}
			must(t, w.store.AddAccount(ctx, "op", w.clock(), a, hash))
		}
	}
	for _, authority := range matrixAuthorities {
		plants[authority] = w.planted(authority)
	}
	return w, plants
}

// requestIDs of an answer differ each time, and the id asked for stands in it.
var requestIDs = regexp.MustCompile(`"(request_id|instance)":"[^"]*"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func blank(r reply) string {
	return fmt.Sprint(r.status, " ", requestIDs.ReplaceAllString(r.String(), "x"))
}

// secretCode finds a code that is kept from some authorities as a word of its own.
var secretCode = func() *regexp.Regexp {
	var codes []string
	for _, part := range []string{"item", "indicator", "need", "group", "service", "action"} {
		codes = append(codes, access.SecretCodes(part)...)
	}
	return regexp.MustCompile(`(?:^|[^a-z_])(` + strings.Join(codes, "|") + `)(?:$|[^a-z_])`)
}()

// listRoutes are the doors that give many records or counts of them.
func listRoutes() []string {
	paths := []string{"/detections", "/detections?state=25", "/detections?setting=agriculture&status=new&limit=100", "/quarantine", "/stats",
		"/exports/detections.csv", "/exports/detections.xlsx", "/exports/detections.ndjson", "/exports/detections.csv?state=25",
		"/destructions", "/destructions/due", "/audit", "/audit/head"}
	for _, by := range figures.Dimensions() {
		paths = append(paths, "/stats?by="+by)
	}
	return append(paths, "/stats?by=level,state")
}

func TestMatrix(t *testing.T) {
	w, plants := matrix(t)
	t.Run("every reader at every door", func(t *testing.T) { w.everyDoor(t, plants) })
	t.Run("what is not theirs cannot be touched", func(t *testing.T) { w.nothingToTouch(t, plants) })
}

func (w *world) everyDoor(t *testing.T, plants map[string]plant) {
	for _, authority := range matrixAuthorities {
		for _, kind := range readerKinds {
			user := "m-" + authority + "-" + kind.name
			reads := map[string]bool{} // ids
			for _, k := range strings.Fields(strings.Trim(kind.reads, "-")) {
				reads[plants[authority].ids[k]] = true
			}
			answers := map[string]reply{}
			for _, path := range listRoutes() {
				answers[path] = w.send("GET", "/api/v1"+path, user, nil)
				answers[path] = reply{answers[path].status, answers[path].header, []byte(w.unzipped(path, answers[path]))}
			}
			w.checkLists(user, kind.reads, answers, reads, plants)
			w.checkDetails(user, authority, kind.reads, answers, reads, plants)
			if slices.Contains(secretFrom, authority) {
				for path, r := range answers {
					if m := secretCode.FindSubmatch(r.body); m != nil && path != "/audit" {
						t.Errorf("%s: %s shows %s", user, path, m[1])
					}
				}
			}
			for path, r := range answers {
				for _, pl := range plants {
					if holds(r.body, pl.envelope) {
						t.Errorf("%s: %s has the identity", user, path)
					}
				}
				if bytes.Contains(r.body, []byte("no es un registro")) {
					t.Errorf("%s: %s has what is in the quarantine", user, path)
				}
			}
		}
	}
}

// checkLists holds the raw bytes of every list against what the reader reads.
func (w *world) checkLists(user, right string, answers map[string]reply, reads map[string]bool, plants map[string]plant) {
	w.t.Helper()
	isAnalyst, isAdmin := strings.Contains(user, "-analyst"), strings.HasSuffix(user, "-admin")
	for path, r := range answers {
		room, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "?")
		counts := strings.HasPrefix(room, "stats") || strings.HasPrefix(room, "exports")
		open := right != "-" && !strings.HasPrefix(room, "audit") || isAnalyst && counts || isAdmin && (strings.HasPrefix(room, "audit") || strings.HasPrefix(room, "destructions"))
		if isAnalyst && room != path[1:] && strings.HasPrefix(room, "exports") {
			open = false // a list of one state would tell the state that it masks
		}
		if (r.status == http.StatusOK) != open {
			w.t.Errorf("%s: %s: %d, open is %v", user, path, r.status, open)
		}
		if strings.HasPrefix(room, "audit") && isAdmin {
			continue // ids of what others read stand in the book
		}
		names := right != "-" && (strings.HasPrefix(room, "detections") || strings.HasPrefix(room, "exports"))
		for _, pl := range plants {
			for kind, id := range pl.ids {
				if has := strings.Contains(r.String(), id); has != (names && reads[id]) {
					w.t.Errorf("%s: %s has the %s of somebody: %v", user, path, kind, has)
				}
				if strings.Contains(r.String(), pl.folios[kind]) && !reads[id] {
					w.t.Errorf("%s: %s has the folio of a %s", user, path, kind)
				}
			}
		}
		if path == "/quarantine" && right != "-" {
			for authority, pl := range plants {
				may := strings.HasPrefix(user, "m-"+authority+"-") && !strings.HasSuffix(user, "-one-post")
				if strings.Contains(r.String(), pl.held) != may {
					w.t.Errorf("%s: the quarantine of %s is open: %v", user, authority, !may)
				}
			}
		}
		if strings.HasPrefix(path, "/stats") && right != "-" {
			var table struct {
				Total    *int
				Narrowed bool
			}
			if json.Unmarshal(r.body, &table) != nil || table.Total == nil || *table.Total != len(reads) || !table.Narrowed {
				w.t.Errorf("%s: %s: %s, want %d", user, path, r, len(reads))
			}
		}
	}
	w.checkAnalyst(user, isAnalyst, answers)
}

// checkAnalyst: figures of all agencies without what the tasks do not cover,
// and without what the analyst's own authority takes part in.
func (w *world) checkAnalyst(user string, is bool, answers map[string]reply) {
	w.t.Helper()
	if !is {
		return
	}
	authority := strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(user, "m-"), "-tasks"), "-analyst")
	want := 0
	for _, a := range matrixAuthorities {
		for _, kind := range plantedKinds {
			concerned := kind == "own" && a == authority || kind == "other" && authority == "police" && a != "police"
			named := kind != "child" && kind != "crime" || strings.HasSuffix(user, "-tasks")
			if !concerned && named {
				want++
			}
		}
	}
	lines := strings.Count(strings.TrimSpace(answers["/exports/detections.ndjson"].String()), "\n") + 1
	if lines != want {
		w.t.Errorf("%s exports %d rows, want %d", user, lines, want)
	}
}

// checkDetails asks for each record of the own agency and one of another, and
// adds the answers to answers.
func (w *world) checkDetails(user, authority, right string, answers map[string]reply, reads map[string]bool, plants map[string]plant) {
	w.t.Helper()
	none := blank(w.send("GET", "/api/v1/detections/"+uuid.Must(uuid.NewV7()).String(), user, nil))
	others := matrixAuthorities[(slices.Index(matrixAuthorities, authority)+1)%len(matrixAuthorities)]
	ids := map[string]string{"foreign": plants[others].ids["full"]}
	for kind, id := range plants[authority].ids {
		ids[kind] = id
	}
	for kind, id := range ids {
		r := w.send("GET", "/api/v1/detections/"+id, user, nil)
		answers["/detections/"+kind] = r
		switch {
		case !reads[id]:
			if got := blank(r); got != none || right == "-" && r.status != http.StatusForbidden || right != "-" && r.status != http.StatusNotFound {
				w.t.Errorf("%s: a %s that is not theirs answers %s, one that is not there %s", user, kind, got, none)
			}
		case r.status != http.StatusOK || !strings.Contains(r.String(), id):
			w.t.Errorf("%s: %s: %d", user, kind, r.status)
		case kind == "full":
			hidden := slices.Contains(secretFrom, authority)
			if secretCode.Match(r.body) == hidden || strings.Contains(r.String(), `"withheld":["health","migration"]`) != hidden || !strings.Contains(r.String(), "shelter") {
				w.t.Errorf("%s: health and migration are hidden: %v", user, !hidden)
			}
		}
	}
}

// nothingToTouch: what writes to a record answers whoever may not read it as of
// a record that does not exist, to the byte.
func (w *world) nothingToTouch(t *testing.T, plants map[string]plant) {
	posts := map[string]any{
		"reviews": map[string]any{"decision": "confirm"}, "notes": map[string]any{"text": "hola"},
		"referrals": map[string]any{"service": "shelter", "urgency": "now", "consent": "yes"},
		"hold":      map[string]any{"on": true, "reason": "court_order"}, "identity": map[string]any{"purpose": "contact_person"},
	}
	for _, authority := range matrixAuthorities {
		for _, kind := range readerKinds {
			user := "m-" + authority + "-" + kind.name
			if kind.name == "agent" || kind.name == "translator" {
				continue // the table of routes has them
			}
			for route, body := range posts {
				none := w.send("POST", "/api/v1/detections/"+uuid.Must(uuid.NewV7()).String()+"/"+route, user, body)
				if none.status != http.StatusNotFound && none.status != http.StatusForbidden {
					t.Fatalf("%s: %s of nothing: %d %s", user, route, none.status, none)
				}
				for of, id := range plants[authority].ids {
					if slices.Contains(strings.Fields(kind.reads), of) {
						continue
					}
					if got := w.send("POST", "/api/v1/detections/"+id+"/"+route, user, body); blank(got) != blank(none) {
						t.Errorf("%s: %s of a %s: %s, of nothing: %s", user, route, of, blank(got), blank(none))
					}
				}
			}
			w.checkIdentity(user, plants[authority], strings.Contains(kind.reads, "identity") && (kind.name == "identity" || kind.name == "tasks"))
		}
	}
}

func (w *world) checkIdentity(user string, pl plant, may bool) {
	w.t.Helper()
	purposes := protocols.Codebook().List("identity_purposes")
	r := w.send("POST", "/api/v1/detections/"+pl.ids["identity"]+"/identity", user, map[string]any{"purpose": purposes.Codes()[0]})
	if holds(r.body, pl.envelope) != may || (r.status == http.StatusOK) != may {
		w.t.Errorf("%s: the identity: %d, may is %v", user, r.status, may)
	}
}

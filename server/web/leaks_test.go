package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"umbral/protocols"
	"umbral/server/access"
	"umbral/server/auth"
)

// readers of two agencies, each with fewer rights than the first. Their names
// say what they lack or have.
func init() {
	anywhere := []string{access.Any}
	for _, agency := range []string{"police", "labour"} {
		post := map[string]string{"police": "police_officer", "labour": "labour_inspector"}[agency]
		people = append(people,
			auth.NewAccount{Username: agency + "-agent", Account: access.Agent, Post: post, Agency: agency},
			auth.NewAccount{Username: agency + "-all", Account: access.Supervisor, Agency: agency, Posts: anywhere, Regions: anywhere, Tasks: access.Tasks()},
			auth.NewAccount{Username: agency + "-no-task", Account: access.Supervisor, Agency: agency},
			auth.NewAccount{Username: agency + "-other-post", Account: access.Supervisor, Agency: agency, Posts: []string{"education_staff"}, Tasks: access.Tasks()},
			auth.NewAccount{Username: agency + "-other-region", Account: access.Supervisor, Agency: agency, Regions: []string{"02"}, Tasks: access.Tasks()})
	}
}

// everyAnswer is the raw bytes of all that user may read of detections.
func (w *world) everyAnswer(user, id string) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for _, path := range []string{"/detections", "/detections?state=25", "/detections/" + id, "/stats", "/stats?by=group", "/stats?by=level,state",
		"/exports/detections.csv", "/exports/detections.ndjson", "/exports/detections.xlsx", "/quarantine"} {
		out[path] = w.unzipped(path, w.send("GET", "/api/v1"+path, user, nil))
	}
	return out
}

// unzipped is the text of an answer, with what a spreadsheet has packed.
func (w *world) unzipped(path string, r reply) string {
	w.t.Helper()
	text := string(r.body)
	if !strings.HasSuffix(path, ".xlsx") || r.status != http.StatusOK {
		return text
	}
	z, err := zip.NewReader(bytes.NewReader(r.body), int64(len(r.body)))
	must(w.t, err)
	for _, f := range z.File {
		part, err := f.Open()
		must(w.t, err)
		b, err := io.ReadAll(part)
		must(w.t, err)
		text += string(b)
	}
	return text
}

func (w *world) withAuthorities() {
	w.t.Helper()
	w.auth.Codes = protocols.Codebook()
	w.auth.AuthorityPosts = func(authority string) []string {
		posts := protocols.Codebook().List(protocols.ListAuthorities).Row(authority)["posts"]
		return strings.FieldsFunc(posts, func(r rune) bool { return r == '|' })
	}
	for _, g := range []string{"police", "labour"} {
		_, err := w.auth.CreateAgency(context.Background(), auth.Operator, auth.Agency{ID: g, Name: "Autoridad " + g, Authority: g})
		must(w.t, err)
	}
}

func TestLeaks_HealthAndStatusStayFromPolice(t *testing.T) {
	w := newWorld(t, nil)
	w.withAuthorities()
	for _, agency := range []string{"police", "labour"} {
		p := w.enrol(agency + "-agent")
		d := p.detection("coe_debt_bondage", "exp_low_or_no_pay", "dan_injury_now", "vul_status")
		d.Needs = []string{"asylum", "medical", "shelter"}
		d.Subject.Groups["pregnant"] = "yes"
		if got := p.sync(p.seal(d.ID, d)); got.Results[0].Status != "accepted" {
			t.Fatalf("%+v", got)
		}
		for path, text := range w.everyAnswer(agency+"-all", d.ID) {
			for _, part := range []string{"item", "indicator", "need", "group", "action"} {
				for _, code := range access.SecretCodes(part) {
					if agency == "police" && strings.Contains(text, `"`+code+`"`) || agency == "police" && len(code) > 8 && strings.Contains(text, code) {
						t.Errorf("%s: %s shows %s", agency, path, code)
					}
				}
			}
			if agency == "labour" && strings.HasPrefix(path, "/detections/") && !(strings.Contains(text, "vul_status") && strings.Contains(text, "asylum") && strings.Contains(text, "dan_injury_now")) {
				t.Errorf("labour: %s lacks what it may see", path)
			}
			if agency == "police" && path == "/detections/"+d.ID && !(strings.Contains(text, `"withheld":["health","migration"]`) && strings.Contains(text, "shelter")) {
				t.Errorf("police: %s does not say what it withholds: %s", path, text)
			}
		}
		if got := w.send("GET", "/api/v1/detections?danger=dan_injury_now", agency+"-all", nil); (got.problemType() == "filter-withheld") != (agency == "police") {
			t.Errorf("%s filters by a danger of health: %d", agency, got.status)
		}
	}
}

func TestLeaks_NobodyIsHandedToTheAuthorityConcerned(t *testing.T) {
	w := newWorld(t, nil)
	w.withAuthorities()
	p := w.enrol("labour-agent")
	d := p.detection("coe_debt_bondage", "ctx_public_servant")
	for i, a := range d.Answers {
		if a.Item == "who_official_which" {
			d.Answers[i].Value = "migration"
		}
	}
	if got := p.sync(p.seal(d.ID, d)); got.Results[0].Status != "accepted" {
		t.Fatalf("%+v", got)
	}
	for service, want := range map[string]string{"migration_authority": "referral-concerned", "shelter": "", "emergency": ""} {
		got := w.send("POST", "/api/v1/detections/"+d.ID+"/referrals", "labour-all", map[string]any{"service": service, "urgency": "now", "consent": "yes"})
		if got.problemType() != want {
			t.Errorf("%s: %d %s, want %q", service, got.status, got, want)
		}
	}
}

func TestLeaks_EachLimitAtEveryDoor(t *testing.T) {
	w := newWorld(t, nil)
	w.withAuthorities()
	p := w.enrol("police-agent")
	adult, child := p.detection("coe_debt_bondage"), p.detection("coe_debt_bondage")
	crime, own, other := p.detection("coe_debt_bondage", "ctx_organised_crime"), p.detection("coe_debt_bondage", "ctx_public_servant"), p.detection("coe_debt_bondage", "ctx_public_servant")
	age := 15
	child.Subject.Age = &age
	for i, a := range own.Answers {
		if a.Item == "who_official_which" {
			own.Answers[i].Value = "police"
		}
	}
	for i, a := range other.Answers {
		if a.Item == "who_official_which" {
			other.Answers[i].Value = "migration"
		}
	}
	kinds := map[string]string{adult.ID: "adult", child.ID: "child", crime.ID: "crime", own.ID: "own", other.ID: "other"}
	if got := p.sync(p.seal(adult.ID, adult), p.seal(child.ID, child), p.seal(crime.ID, crime), p.seal(own.ID, own), p.seal(other.ID, other)); len(got.Results) != 5 {
		t.Fatalf("%+v", got)
	} else {
		for _, r := range got.Results {
			if r.Status != "accepted" {
				t.Fatalf("%s: %+v", kinds[r.ID], r)
			}
		}
	}
	for user, sees := range map[string]string{
		"police-all": "adult child crime other", "police-no-task": "adult other", "police-other-post": "", "police-other-region": "", "labour-all": "",
	} {
		want := strings.Fields(sees)
		for id, kind := range kinds {
			may := strings.Contains(" "+sees+" ", " "+kind+" ")
			for path, text := range w.everyAnswer(user, id) {
				has := strings.Contains(text, id)
				if strings.HasPrefix(path, "/stats") || path == "/quarantine" {
					has, may := has, false
					if has != may {
						t.Errorf("%s: %s names %s", user, path, kind)
					}
					continue
				}
				if path == "/detections/"+id && !may && !strings.Contains(text, "detection-unknown") {
					t.Errorf("%s: %s of %s: %s", user, path, kind, text)
				}
				if has != may {
					t.Errorf("%s: %s has %s: %v, want %v", user, path, kind, has, may)
				}
			}
		}
		var page struct{ Total int }
		w.send("GET", "/api/v1/detections", user, nil).into(t, &page)
		var table struct{ Total *int }
		w.send("GET", "/api/v1/stats", user, nil).into(t, &table)
		if page.Total != len(want) || table.Total == nil || *table.Total != len(want) {
			t.Errorf("%s: totals %d and %v, want %d", user, page.Total, table.Total, len(want))
		}
	}
}

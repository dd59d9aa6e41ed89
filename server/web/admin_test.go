package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// What an administrator's page does in a week: an account, its password, off and
// on again, and a phone that was lost.
func TestAdministration_AnAccountAndItsPhone(t *testing.T) {
	w := newWorld(t, nil)
	var made struct{ ID string }
	w.send("POST", "/api/v1/accounts", "admin", map[string]any{"username": "nueva", "account": "agent", "post": "health_worker", "agency": "uno", "password": password}).into(t, &made)
	account := "/api/v1/accounts/" + made.ID
	signIn := func(password string) reply {
		return w.send("POST", "/api/v1/auth/login", "", map[string]any{"username": "nueva", "password": password})
	}
	const next = "otra frase larga de prueba"
	for _, step := range []struct {
		path  string
		body  any
		as    string
		want  int
		first string // password tried after the step
		then  int
	}{
		{"/password", map[string]any{"password": "corta"}, "admin", 400, password, 200},
		{"/password", map[string]any{"password": next}, "supervisora", 403, password, 200},
		{"/password", map[string]any{"password": next}, "admin", 204, next, 200},
		{"/disable", nil, "admin", 204, next, 403},
		{"/enable", nil, "inspectora", 403, next, 403},
		{"/enable", nil, "admin", 204, next, 200},
	} {
		if got := w.send("POST", account+step.path, step.as, step.body); got.status != step.want {
			t.Errorf("%s as %s: %d %s, want %d", step.path, step.as, got.status, got, step.want)
		}
		if got := signIn(step.first); got.status != step.then {
			t.Errorf("after %s as %s signing in gives %d %s, want %d", step.path, step.as, got.status, got, step.then)
		}
	}
	var own struct {
		Items []struct{ ID, Username string }
	}
	w.send("GET", "/api/v1/accounts", "admin", nil).into(t, &own)
	for _, a := range own.Items {
		if a.Username != "admin" {
			continue
		}
		if got := w.send("POST", "/api/v1/accounts/"+a.ID+"/disable", "admin", nil); got.problemType() != "account-own" {
			t.Errorf("an administrator disabled themselves: %d %s", got.status, got)
		}
	}
}

func TestAdministration_WhenADeviceWasSeen(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	seen := func() *time.Time {
		var got struct {
			Items []struct {
				ID   string
				Seen *time.Time
			}
		}
		w.send("GET", "/api/v1/devices", "admin", nil).into(t, &got)
		if len(got.Items) != 1 || got.Items[0].ID != p.device {
			t.Fatalf("devices: %+v", got)
		}
		return got.Items[0].Seen
	}
	if at := seen(); at != nil {
		t.Errorf("seen %v before it ever synced", at)
	}
	p.sync()
	first := seen()
	if first == nil || time.Since(*first) > time.Minute {
		t.Fatalf("seen %v, want now", first)
	}
	p.sync()
	if again := seen(); !again.Equal(*first) {
		t.Errorf("noted again within the hour: %v, %v", again, first)
	}
	if got := w.send("POST", "/api/v1/devices/"+p.device+"/revoke", "admin", nil); got.status != http.StatusNoContent {
		t.Fatalf("revoke: %d %s", got.status, got)
	}
}

// What an agency is decides what its people read: it is said by administrators
// only, stands in the book, and holds from the next request on.
func TestAdministration_AuthorityOfAnAgency(t *testing.T) {
	w := newWorld(t, nil)
	w.withAuthorities()
	p := w.enrol("labour-agent")
	d := p.detection("coe_debt_bondage", "exp_low_or_no_pay", "vul_status")
	if got := p.sync(p.seal(d.ID, d)); got.Results[0].Status != "accepted" {
		t.Fatalf("%+v", got)
	}
	shows := func() bool {
		return strings.Contains(w.send("GET", "/api/v1/detections/"+d.ID, "labour-all", nil).String(), "vul_status")
	}
	for _, step := range []struct {
		path, as, authority string
		status              int
		problem             string
		shows               bool
	}{
		{"/agencies/labour", "labour-all", "police", 403, "forbidden", true},
		{"/agencies/labour", "admin", "nobody", 400, "authority-unknown", true},
		{"/agencies/none", "admin", "police", 404, "agency-unknown", true},
		{"/agencies/labour", "admin", "migration", 200, "", false},
		{"/agencies/labour", "admin", "", 200, "", false},
		{"/agencies/labour", "admin", "labour", 200, "", true},
	} {
		got := w.send("POST", "/api/v1"+step.path, step.as, map[string]any{"authority": step.authority})
		if got.status != step.status || got.problemType() != step.problem {
			t.Errorf("%+v: %d %s", step, got.status, got)
		}
		if shows() != step.shows {
			t.Errorf("after %+v the record shows: %v", step, !step.shows)
		}
	}
	var book struct {
		Items []struct{ What, ID, Detail string }
	}
	w.send("GET", "/api/v1/audit?what=agency_authority", "admin", nil).into(t, &book)
	if len(book.Items) != 3 || book.Items[2].ID != "labour" || book.Items[2].Detail != "migration" || book.Items[1].Detail != "" || book.Items[0].Detail != "labour" {
		t.Errorf("%+v", book.Items)
	}
	var list struct {
		Items []struct{ ID, Authority string }
	}
	w.send("POST", "/api/v1/agencies/labour", "admin", map[string]any{"authority": "health"})
	w.send("GET", "/api/v1/agencies", "admin", nil).into(t, &list)
	for _, g := range list.Items {
		if g.ID == "labour" && g.Authority != "health" {
			t.Errorf("%+v", g)
		}
	}
}

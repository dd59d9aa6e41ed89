package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// What leaves a phone without anybody at it, and what of it is worth nothing elsewhere.

// workerRegistration waits for the browser's own name of the page's service worker.
func (p *phone) workerRegistration() serviceworker.RegistrationID {
	p.t.Helper()
	found := make(chan serviceworker.RegistrationID, 1)
	chromedp.Listen(p.tab, func(event any) {
		if e, ok := event.(*serviceworker.EventWorkerRegistrationUpdated); ok {
			for _, r := range e.Registrations {
				if !r.IsDeleted && strings.HasPrefix(r.ScopeURL, p.url) {
					select {
					case found <- r.RegistrationID:
					default:
					}
				}
			}
		}
	})
	if _, err := chromedp.Call(p.tab, serviceworker.Enable, cdp.Empty{}); err != nil {
		p.t.Fatal(err)
	}
	select {
	case id := <-found:
		return id
	case <-p.tab.Done():
	}
	p.t.Fatal("no service worker")
	return ""
}

// A record leaves in the background while no window of the page is open and the
// vault is locked: the browser wakes the worker, and the device itself sends.
func TestJourney_TheBackgroundSendsFromALockedPhone(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	dir, addr := filepath.Join(t.TempDir(), "data"), freeAddress(t)
	demo := startDemo(t, dir, addr)
	p := newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.makeReady("inspectora")
	p.at(p.say("home.title"))
	worker := p.workerRegistration()
	// A worker that the browser starts anew knows nothing of a network that is
	// taken away from a page: the server itself is gone.
	demo.kill()
	p.sealsOneWhoStops()
	p.do(chromedp.Navigate("about:blank"))

	demo = startDemo(t, dir, addr)
	if got := demo.ours(demo.login("supervisora")); len(got) != 0 {
		t.Fatalf("the server has %v already", got)
	}
	// A page of the same address without a script of ours.
	p.do(chromedp.Navigate(p.url + "/licences.txt"))
	params := serviceworker.DispatchSyncEventParams{Origin: p.url, RegistrationID: worker, Tag: "outbox"}
	if _, err := chromedp.Call(p.tab, serviceworker.DispatchSyncEvent, params); err != nil {
		t.Fatal(err)
	}
	if got := demo.receives(1); got[0] != "stopped_by_person" {
		t.Errorf("the screening ended %v", got)
	}
	p.do(chromedp.Navigate(p.url))
	p.unlocks(phonePIN)
	p.at(p.say("home.title"))
}

// What somebody reads out of a browser's profile opens nothing elsewhere: neither
// with a key of their own nor as a mere bearer.
func TestJourney_CopiedTokensAreWorthless(t *testing.T) {
	demo, s := atTheDesk(t)
	s.at(s.say("queue.title"))
	copied := look[struct{ Access, Refresh string }](s, `new Promise((done, failed) => {
		const opening = indexedDB.open("data");
		opening.onerror = () => failed(opening.error);
		opening.onsuccess = () => {
			const asked = opening.result.transaction("settings").objectStore("settings").get("session");
			asked.onsuccess = () => { opening.result.close(); done({ Access: asked.result.access, Refresh: asked.result.refresh }); };
		};
	})`)
	if copied.Access == "" || copied.Refresh == "" {
		t.Fatal("no session in the profile")
	}
	if status := demo.call("GET", "/api/v1/detections", demo.login("supervisora"), nil, nil); status != http.StatusOK {
		t.Fatalf("an own token: status %d", status)
	}
	for path, want := range map[string]int{"/api/v1/detections": http.StatusUnauthorized, "/api/v1/devices": http.StatusUnauthorized} {
		if status := demo.call("GET", path, copied.Access, nil, nil); status != want {
			t.Errorf("a copied token with another key at %s: status %d", path, status)
		}
		for _, scheme := range []string{"Bearer ", "DPoP "} {
			req, err := http.NewRequest(http.MethodGet, demo.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", scheme+copied.Access)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != http.StatusUnauthorized {
				t.Errorf("a copied token as %sat %s: status %d", scheme, path, res.StatusCode)
			}
		}
	}
	body, err := json.Marshal(map[string]string{"refresh_token": copied.Refresh})
	if err != nil {
		t.Fatal(err)
	}
	if status, answer := demo.send("POST", "/api/v1/auth/refresh", "", body); status != http.StatusUnauthorized || bytes.Contains(answer, []byte("access_token")) {
		t.Errorf("a copied refresh token: status %d", status)
	}
}

package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

const (
	// phonePIN opens the vault of the journeys, duressPIN shows the notebook.
	phonePIN  = "73918460"
	duressPIN = "58204719"
	wrongPIN  = "20583917"

	// lockSoon is the shortest time to lock that a phone can be set to, and lockSlack
	// what a busy machine needs beyond it.
	lockSoon, lockSlack = 15 * time.Second, 10 * time.Second

	// holdFor is longer than the three seconds that the control is held.
	holdFor = 3500 * time.Millisecond
)

// protects makes the lock of this phone on the screen that asks for it.
func (p *phone) protects(duress string) {
	p.t.Helper()
	p.arrives("vault", p.say("vault.title"))
	p.fill("secret", phonePIN)
	p.fill("again", phonePIN)
	if duress != "" {
		p.tap("[name=duress-too]")
		p.fill("duress", duress)
		p.fill("duressAgain", duress)
		p.audit("vault-duress")
	}
	p.act("vault")
}

// fill writes into the field of this name.
func (p *phone) fill(name, value string) {
	p.t.Helper()
	selector := fmt.Sprintf("[name=%q]", name)
	p.until(selector, `Boolean(document.querySelector($0)) && !document.querySelector($0).disabled`, selector)
	look[bool](p, `((e, value) => { e.focus(); e.value = value; e.dispatchEvent(new Event("input", { bubbles: true })); return true; })(document.querySelector($0), $1)`, selector, value)
}

// unlocks taps the PIN on the keys of the locked screen.
func (p *phone) unlocks(pin string) {
	p.t.Helper()
	p.at(p.say("lock.title"))
	for _, digit := range pin {
		p.tap(fmt.Sprintf("[data-digit=%q]", string(digit)))
	}
	p.act("unlock")
}

// goesOutOfSight tells the page what a phone tells it when another app comes to
// the front, and says what then stands there.
func (p *phone) goesOutOfSight() {
	p.t.Helper()
	covered := look[bool](p, `(() => {
		Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
		document.dispatchEvent(new Event("visibilitychange"));
		return document.elementFromPoint(innerWidth / 2, innerHeight / 2).className === "cover";
	})()`)
	if !covered {
		p.t.Error("out of sight, the screen is not covered at once")
	}
}

func (p *phone) comesBack() {
	p.t.Helper()
	look[bool](p, `(() => {
		delete document.visibilityState;
		document.dispatchEvent(new Event("visibilitychange"));
		return true;
	})()`)
	p.until("the cover gone", `document.querySelector(".cover").hidden`)
}

// holds presses the control that hides everything, for so long.
func (p *phone) holds(d time.Duration) {
	p.t.Helper()
	at := look[[]float64](p, `(() => { const b = document.querySelector("[data-act=hide]").getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()`)
	mouse := func(kind input.DispatchMouseEventType) {
		_, err := chromedp.Call(p.tab, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: at[0], Y: at[1], Button: input.MouseButtonLeft, ClickCount: 1})
		if err != nil {
			p.t.Fatal(err)
		}
	}
	mouse(input.DispatchMouseEventTypeMousePressed)
	time.Sleep(d)
	mouse(input.DispatchMouseEventTypeMouseReleased)
}

// blank waits for the screen that says nothing, and touches it.
func (p *phone) blank() {
	p.t.Helper()
	p.until("a blank screen", `document.querySelector("[data-act=wake]") && ["Notas", "Notes"].includes([...new Set(document.body.innerText.trim().split(/\s+/))].join(" "))`)
	p.audit("blank")
	p.act("wake")
}

// ours are the detections that this demo did not invent: id and how they ended.
func (p *process) ours(token string) map[string]string {
	p.t.Helper()
	var page struct {
		Items []struct {
			ID        string
			Synthetic bool
		}
	}
	if status := p.call("GET", "/api/v1/detections?limit=100", token, nil, &page); status != http.StatusOK {
		p.t.Fatalf("detections: status %d", status)
	}
	ended := map[string]string{}
	for _, d := range page.Items {
		if d.Synthetic {
			continue
		}
		var detail struct{ Detection struct{ Ended string } }
		if status := p.call("GET", "/api/v1/detections/"+d.ID, token, nil, &detail); status != http.StatusOK {
			p.t.Fatalf("detection: status %d", status)
		}
		ended[d.ID] = detail.Detection.Ended
	}
	return ended
}

// receives waits until so many detections of ours are there, and returns how they ended.
func (p *process) receives(n int) []string {
	p.t.Helper()
	end := time.Now().Add(appearsWithin)
	token := p.login("supervisora")
	for {
		got := p.ours(token)
		if len(got) == n {
			var all []string
			for _, how := range got {
				all = append(all, how)
			}
			slices.Sort(all)
			return all
		}
		if time.Now().After(end) {
			p.t.Fatalf("%d detections received, want %d: %v", len(got), n, got)
		}
		time.Sleep(10 * lookEvery)
	}
}

// midway begins a visit and leaves a person in the middle of the questions, after
// they agreed to talk.
func (p *phone) midway() *conversation {
	p.t.Helper()
	place := p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.beginPerson(1, "")
	p.act("begin-person")
	c := newConversation(p, place, nil)
	c.until("core_debt")
	return c
}

// neutral fails where a word of what the app is for stands on the screen.
func (p *phone) neutral(where string) {
	p.t.Helper()
	said := strings.ToLower(look[string](p, `document.title + " " + document.body.innerText`))
	for _, word := range []string{"víctima", "trata", "visita", "persona 1", "registro", "entrevista", "sellad"} {
		if strings.Contains(said, word) {
			p.t.Errorf("%s tells %q: %s", where, word, said)
		}
	}
}

// A phone locks when it is put away, opens with its PIN and goes on with the
// question that stood there; a wrong PIN must wait; two taps hide everything and
// lose nothing; a forgotten PIN sends what was open. Not beside others: on a busy
// machine the shortest lock falls between two taps.
func TestJourney_ALockedPhoneGoesOnWhereItWas(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	p := newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.makeReady("inspectora")
	p.act("protects")
	p.arrives("protects", p.say("protects.title"))
	p.until("the version of the page", `/^[0-9a-f ]{19}$/.test(document.querySelector("[data-print=version]").innerText)`)
	p.act("back")
	p.act("ready")
	p.write(p.say("lock.after"), p.say("lock.after_seconds", "n", 15))
	p.act("back")
	c := p.midway()
	if address := look[string](p, `location.href + JSON.stringify(history.state)`); strings.ContainsAny(strings.TrimPrefix(address, demo.url), "-") {
		t.Errorf("an id stands in the address or the history: %s", address)
	}

	p.goesOutOfSight()
	time.Sleep(lockSoon / 3)
	p.comesBack()
	c.shows(c.next())
	p.goesOutOfSight()
	time.Sleep(lockSoon + lockSlack/5)
	p.comesBack()
	p.arrives("unlock", p.say("lock.title"))
	p.neutral("the locked screen")
	p.unlocks(phonePIN)
	c.shows(c.next())

	p.act("hide")
	p.act("hide")
	p.blank()
	p.waitsAfterWrongPINs()
	c.shows(c.next())
	c.step()
	if got := demo.ours(demo.login("supervisora")); len(got) != 0 {
		t.Errorf("hiding sent %v", got)
	}
	p.forgets()
	if got := demo.receives(1); got[0] != "interrupted" {
		t.Errorf("the record of a forgotten PIN ended %v", got)
	}
}

// waitsAfterWrongPINs enters wrong PINs until there is a wait, lets it pass and opens.
func (p *phone) waitsAfterWrongPINs() {
	p.t.Helper()
	for range 2 {
		p.unlocks(wrongPIN)
		p.sees(p.say("lock.wrong"))
		p.until("the keys", `!document.querySelector("[data-digit='1']").disabled`)
	}
	p.unlocks(wrongPIN)
	p.until("a wait", `Number(document.querySelector("[data-wait]")?.dataset.wait) > 20 && document.querySelector("[data-digit='1']").disabled`)
	p.audit("unlock-wait")
	time.Sleep(30 * time.Second)
	p.until("the end of the wait", `!document.querySelector("[data-wait]")`)
	p.unlocks(phonePIN)
}

// forgets hides everything and says that the PIN is forgotten: the phone begins anew.
func (p *phone) forgets() {
	p.t.Helper()
	p.act("hide")
	p.act("hide")
	p.blank()
	p.at(p.say("lock.title"))
	p.act("forgot")
	p.arrives("forgot", p.say("forgot.title"))
	p.act("forget")
	p.arrives("sign-in-anew", p.say("signin.title"))
	p.signIn("inspectora")
	p.protects("")
	p.at(p.say("home.title"))
	p.sees(p.say("home.none"))
}

// Whoever takes the phone gets nothing, and the supervisor gets what was said:
// held for three seconds the control destroys what is open, and the second PIN
// does and shows a notebook.
func TestJourney_ForcedByOthers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	p := newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.duress = duressPIN
	p.makeReady("inspectora")
	c := p.midway()
	p.holds(holdFor / 2)
	p.act("hide")
	time.Sleep(3 * time.Second)
	c.shows(c.next())
	p.holds(holdFor)
	p.blank()
	if got := demo.receives(1); got[0] != "interrupted" {
		t.Errorf("after the control was held: %v", got)
	}
	p.unlocks(phonePIN)
	p.at(p.say("home.title"))
	p.sees(p.say("home.none"))

	p.midway()
	p.act("hide")
	p.act("hide")
	p.blank()
	p.unlocks(duressPIN)
	p.arrives("notebook", p.say("notes.title"))
	p.neutral("the notebook")
	p.act("new-note")
	p.write(p.say("notes.text"), "Comprar pan")
	p.audit("note")
	p.act("done")
	p.sees("Comprar pan")
	if got := demo.receives(2); strings.Join(got, " ") != "interrupted interrupted" {
		t.Errorf("after the second PIN: %v", got)
	}
	// The page closed and opened, the second PIN shows the notebook again, empty.
	p.die()
	p.start()
	p.unlocks(duressPIN)
	p.at(p.say("notes.title"))
	p.sees(p.say("notes.none"))
	p.reload()
	p.unlocks(phonePIN)
	p.until("nothing of the visits", `!document.body.innerText.includes($0)`, p.say("home.open"))
}

// The end of a shift seals what is finished, sends the rest as interrupted and
// leaves nothing that opens.
func TestJourney_TheEndOfAShift(t *testing.T) {
	demo, p := inTheField(t)
	p.midway()
	p.act("stop")
	p.tap("[data-answer=stopped_by_person]")
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.act("back")
	p.at(p.say("encounter.title"))
	p.act("back")
	p.act("shift")
	p.arrives("shift", p.say("shift.title"))
	if finished := p.textOf("[data-count=finished]"); finished != "1" {
		t.Errorf("%s finished", finished)
	}
	if open := p.textOf("[data-count=open]"); open != "1" {
		t.Errorf("%s open, want the visit", open)
	}
	p.act("end-shift")
	p.at(p.say("lock.title"))
	if got := demo.receives(1); got[0] != "stopped_by_person" {
		t.Errorf("the finished screening ended %v", got)
	}
	p.unlocks(phonePIN)
	p.at(p.say("home.title"))
	p.sees(p.say("home.none"))
}

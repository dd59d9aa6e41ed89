package main

import (
	"bytes"
	"encoding/hex"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

const (
	// What a person leaves with an agent; nobody else's business, and nowhere else.
	plantedName  = "Xóchitl Quetzalmontes"
	plantedPlace = "la tienda azul de Nopalchico"

	passphrase      = "cinco ranas verdes cruzan despacio"
	wrongPassphrase = "cinco ranas verdes cruzan deprisa"
)

// A person leaves a name with an agent, and a reviewer opens it, for a purpose
// that stands in the book. Nobody else does, and the server's files do not say it.
func TestJourney_AnIdentityIsOpenedByItsReviewerOnly(t *testing.T) {
	demo, s := atTheDesk(t)
	s.makesReviewersKey()

	p := newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.makeReady("inspectora")
	folio := p.sealsOneWhoLeavesAName()
	p.act("back")
	p.at(p.say("home.title"))
	p.act("outbox")
	p.counts("0", "1")

	s.tapNamed(s.say("desk.nav_queue"))
	s.at(s.say("queue.title"))
	s.opens(folio)
	s.sees(s.say("identity.card_closed"))
	id := demo.onlyOne()
	s.asksForIdentity(wrongPassphrase)
	s.until("a refusal", `Boolean(document.querySelector("[data-identity=closed] [role=alert]"))`)
	demo.openingsInTheBook(id, 0)
	s.asksForIdentity(passphrase)
	s.sees(plantedName, plantedPlace, s.say("identity.card_closes"))
	s.audit("identity-open")
	demo.openingsInTheBook(id, 1)
	s.act("hide-identity")
	s.until("the name gone", `!document.documentElement.textContent.includes($0)`, plantedName)

	demo.opensForNobodyElse(id)
	demo.openingsInTheBook(id, 1)
	demo.saysNowhere(id, plantedName, plantedPlace)
}

// makesReviewersKey makes the reviewer's own key and with it the agency's.
func (p *phone) makesReviewersKey() {
	p.t.Helper()
	p.tapNamed(p.say("desk.nav_keys"))
	p.arrives("keys-none", p.say("desk.nav_keys"))
	p.sees(p.say("reviewers.keys_none"))
	p.write(p.say("reviewers.passphrase"), passphrase)
	p.write(p.say("reviewers.passphrase_again"), passphrase)
	p.act("make-own")
	p.sees(p.say("reviewers.own_yes"))
	p.passes("make-key", passphrase)
	p.sees(p.say("reviewers.current"), p.say("reviewers.holders", "names", "Supervisora"))
	p.audit("keys-made")
}

// passes writes the passphrase into the form of this act and sends it.
func (p *phone) passes(act, phrase string) {
	p.t.Helper()
	const field = `[...document.querySelectorAll("form")].find((f) => f.querySelector("[data-act=" + $0 + "]"))?.querySelector("input[type=password]")`
	p.until("the form of "+act, `Boolean(`+field+`)`, act)
	look[bool](p, `((e) => { e.focus(); e.value = $1; e.dispatchEvent(new Event("input", { bubbles: true })); return true; })(`+field+`)`, act, phrase)
	p.act(act)
}

// sealsOneWhoLeavesAName takes a visit and a person who wants to be found again.
func (p *phone) sealsOneWhoLeavesAName() (folio string) {
	p.t.Helper()
	place := p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.beginPerson(1, "")
	p.act("begin-person")
	c := newConversation(p, place, map[string]string{"con_identity": "yes", "con_identity_read": "yes"})
	c.until("con_identity_read")
	c.step()
	p.arrives("identity", p.say("identity.title"))
	p.write(p.say("identity.name"), plantedName)
	p.act("add-contact")
	p.write(p.say("identity.value", "n", 1), "55 0000 0000")
	p.write(p.say("identity.safe_where"), plantedPlace)
	p.audit("identity-filled")
	p.act("identity-done")
	c.finish()
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.sees(p.say("result.identity_yes"))
	return p.sealed()
}

// asksForIdentity names a purpose and the passphrase.
func (p *phone) asksForIdentity(phrase string) {
	p.t.Helper()
	look[bool](p, `(document.querySelector("[data-identity=closed] details").open = true)`)
	p.tap("input[name=purpose][value=contact_person]")
	p.passes("open-identity", phrase)
}

// onlyOne is the id of the one detection that this demo did not invent.
func (p *process) onlyOne() string {
	p.t.Helper()
	got := p.ours(p.login("supervisora"))
	if len(got) != 1 {
		p.t.Fatalf("%d detections, want one", len(got))
	}
	for id := range got {
		return id
	}
	return ""
}

// openingsInTheBook asks, as an administrator does, who opened this identity and for what.
func (p *process) openingsInTheBook(id string, want int) {
	p.t.Helper()
	var book struct {
		Items []struct{ Who, What, ID, Detail string }
	}
	if status := p.call("GET", "/api/v1/audit?what=identity_opened&id="+id, p.login("admin"), nil, &book); status != http.StatusOK {
		p.t.Fatalf("audit: status %d", status)
	}
	if len(book.Items) != want {
		p.t.Fatalf("%d openings in the book, want %d", len(book.Items), want)
	}
	supervisor := p.accountID("supervisora")
	for _, e := range book.Items {
		if e.ID != id || e.Who != supervisor || e.Detail != "contact_person" {
			p.t.Errorf("the book says %+v", e)
		}
	}
}

// opensForNobodyElse asks for the identity as everybody who has no business with it.
func (p *process) opensForNobodyElse(id string) {
	p.t.Helper()
	for _, user := range []string{"admin", "analista", "traductora", "agente", "inspectora", "otra-supervisora", "otra-inspectora"} {
		status := p.call("POST", "/api/v1/detections/"+id+"/identity", p.login(user), map[string]string{"purpose": "contact_person"}, nil)
		if status != http.StatusForbidden && status != http.StatusNotFound {
			p.t.Errorf("%s is answered %d", user, status)
		}
	}
}

// saysNowhere looks for the words in every file of the server and in what it
// logged. That it finds anything at all is shown by the record's id, which is a key there.
func (p *process) saysNowhere(id string, words ...string) {
	p.t.Helper()
	key, err := hex.DecodeString(strings.ReplaceAll(id, "-", ""))
	if err != nil {
		p.t.Fatal(err)
	}
	control := false
	look := func(name string, b []byte) {
		control = control || bytes.Contains(b, key)
		for _, word := range words {
			for _, form := range []string{word, strings.ToUpper(word)} {
				if bytes.Contains(b, []byte(form)) || bytes.Contains(b, inUTF16(form)) {
					p.t.Errorf("%s says %q", name, form)
				}
			}
		}
	}
	look("the log", []byte(p.out.String()))
	err = filepath.WalkDir(p.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		look(filepath.Base(name), b)
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if !control {
		p.t.Errorf("not even the id %s is found: this looks at the wrong files", id)
	}
}

func inUTF16(s string) (b []byte) {
	for _, unit := range utf16.Encode([]rune(s)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return slices.Clip(b)
}

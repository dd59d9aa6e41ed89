package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// The first days of an authority that installs the program: the first
// administrator, an agent's account, the agent's phone, which is then lost; and
// nothing of it with any other tool than the page.
func TestJourney_AnAuthorityBegins(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	authority := &process{t: t, dir: t.TempDir()}
	code := authority.serve(t)
	a := newPhone(t, "jefa", authority.url, laptopWidth, laptopHeight)
	a.at(a.say("signin.title"))
	a.act("first")
	a.arrives("setup", a.say("setup.title"))
	a.write(a.say("setup.code"), "AAAA-BBBB")
	a.write(a.say("setup.agency"), "Inspección del Trabajo")
	a.write(a.say("signin.username"), "jefa")
	a.write(a.say("signin.password"), demoPassword)
	a.act("set-up")
	a.sees(a.say("problem.setup-code"))
	a.audit("setup-wrong-code")
	a.write(a.say("setup.code"), strings.ToLower(code))
	a.act("set-up")
	a.at(a.say("security.title"))
	a.setsUpApp()
	a.arrives("accounts", a.say("desk.nav_accounts"))
	a.sees(a.say("accounts.no_cases"))

	password := a.makesAgent("inspectora.uno")
	a.tapNamed(a.say("desk.nav_devices"))
	a.arrives("devices-none", a.say("desk.nav_devices"))
	deviceCode := a.makesCode()
	p := newPhone(t, "inspectora", authority.url, phoneWidth, phoneHeight)
	p.signInWith("inspectora.uno", password)
	p.enrols("Teléfono 7", deviceCode)
	p.protects("")
	p.sees(p.say("ready.yes"))

	a.tapNamed(a.say("desk.nav_accounts"))
	a.at(a.say("desk.nav_accounts"))
	a.tapNamed(a.say("desk.nav_devices"))
	a.arrives("devices", a.say("desk.nav_devices"))
	a.sees("Teléfono 7", "inspectora.uno", strings.TrimSuffix(a.say("devices.seen", "at", ""), " "))
	a.tapNamed(a.say("devices.revoke"))
	a.audit("devices-revoke")
	a.act("revoke")
	a.sees(strings.TrimSuffix(a.say("devices.revoked", "at", ""), " "))
	if look[bool](a, `Boolean(document.querySelector("[data-act=revoke]"))`) {
		t.Error("a revoked phone can be revoked again")
	}

	a.tapNamed(a.say("desk.nav_accounts"))
	a.at(a.say("desk.nav_accounts"))
	card := a.cardOf("inspectora.uno")
	a.tapWith(`(c) => [...document.querySelectorAll(c + " summary")][1]`, card)
	a.tap(card + " [data-act=disable]")
	a.sees(a.say("accounts.disabled"))
	other := newPhone(t, "otra", authority.url, phoneWidth, phoneHeight)
	other.signInWith("inspectora.uno", password)
	other.sees(other.say("problem.account-disabled"))
	a.tap(card + " [data-act=enable]")
	a.until("the account enabled", `!document.querySelector($0 + " [data-act=enable]")`, card)
	a.tapWith(`(c) => document.querySelector(c + " summary")`, card)
	a.tap(card + " [data-act=make-password]")
	a.audit("accounts-new-password")
	a.tap(card + " [data-act=reset]")
	a.sees(a.say("accounts.changed", "name", "inspectora.uno"))
	next := a.textOf("[data-secret]")
	other.write(other.say("signin.password"), password)
	other.act("sign-in")
	other.sees(other.say("problem.login-failed"))
	other.write(other.say("signin.password"), next)
	other.act("sign-in")
	other.at(other.say("enrol.title"))
	authority.stop(t)
}

// makesAgent makes an account with the password that the page proposes.
func (p *phone) makesAgent(username string) (password string) {
	p.t.Helper()
	p.tapNamed(p.say("accounts.new"))
	p.write(p.say("signin.username"), username)
	p.write(p.say("accounts.post"), p.label("roles", "labour_inspector"))
	p.audit("accounts-new")
	p.act("create")
	p.sees(p.say("accounts.made", "name", username), p.say("accounts.once"))
	p.until("the focus on the password", `document.activeElement.id === "secret"`)
	p.audit("accounts-made")
	password = p.textOf("[data-secret]")
	p.act("secret-seen")
	p.until("the password gone", `!document.body.innerText.includes($0)`, password)
	return password
}

// makesCode makes the code that registers one phone, and puts it away.
func (p *phone) makesCode() (code string) {
	p.t.Helper()
	p.act("make-code")
	p.until("the focus on the code", `document.activeElement.id === "code-title"`)
	p.audit("devices-code")
	code = p.textOf("[data-code] .code")
	p.act("code-seen")
	p.until("the code gone", `!document.body.innerText.includes($0)`, code)
	return code
}

// cardOf is the selector of an account's card.
func (p *phone) cardOf(username string) string {
	p.t.Helper()
	const find = `[...document.querySelectorAll("li[data-id]")].find((c) => c.innerText.includes($0))`
	p.until("the card of "+username, `Boolean(`+find+`)`, username)
	return `li[data-id="` + look[string](p, find+`.dataset.id`, username) + `"]`
}

func (p *phone) signInWith(user, password string) {
	p.t.Helper()
	p.at(p.say("signin.title"))
	p.write(p.say("signin.username"), user)
	p.write(p.say("signin.password"), password)
	p.act("sign-in")
}

// Those who work with figures and with words begin at their own screen, see no
// case, and get their file without a token in any address.
func TestJourney_AnalystAndTranslatorHaveTheirScreens(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	a := newPhone(t, "analista", demo.url, laptopWidth, laptopHeight)
	a.signIn("analista")
	a.arrives("figures-none", a.say("desk.nav_figures"))
	a.sees(a.say("figures.none"))
	a.tapNamed(a.say("figures.training"))
	a.sees(a.label("levels", "presumed_victim"))
	a.write(a.say("figures.by"), a.say("fact.groups"))
	a.write(a.say("figures.and"), a.say("fact.sex"))
	a.sees(a.say("figures.few"), a.say("figures.few_how"), a.say("figures.twice"))
	a.audit("figures-small")
	if counts := look[[]string](a, `[...document.querySelectorAll("tbody td:last-child")].map((c) => c.innerText)`); len(counts) == 0 || strings.Contains(" "+strings.Join(counts, " ")+" ", " 3 ") {
		t.Errorf("the counts are %q", counts)
	}
	look[bool](a, `(() => { globalThis.given = []; const make = URL.createObjectURL; URL.createObjectURL = (b) => { void b.text().then((t) => given.push(t)); return make(b); }; return true; })()`)
	a.act("csv")
	a.until("the file", `given.length === 1`)
	if head := look[string](a, `given[0].split("\n")[0]`); !strings.Contains(head, "level") || strings.Contains(head, "folio") {
		t.Errorf("the columns of an analyst's file: %s", head)
	}
	if asked := look[[]string](a, `performance.getEntriesByType("resource").map((e) => e.name).filter((n) => /eyJ|token=/.test(n))`); len(asked) > 0 {
		t.Errorf("a token in an address: %v", asked)
	}
	look[bool](a, `(location.hash = "#/", true)`)
	a.at(a.say("desk.nav_figures"))

	w := newPhone(t, "traductora", demo.url, phoneWidth, phoneHeight)
	w.signIn("traductora")
	w.arrives("languages", w.say("desk.nav_languages"))
	w.sees(w.say("languages.how"), "tsotsil", w.say("languages.source"))

	s := newPhone(t, "admin", demo.url, phoneWidth, phoneHeight)
	s.signIn("admin")
	s.arrives("accounts-phone", s.say("desk.nav_accounts"))
	s.tapNamed(s.say("accounts.new"))
	s.audit("accounts-new-phone")
	s.tapNamed(s.say("desk.nav_devices"))
	s.arrives("devices-phone", s.say("desk.nav_devices"))
	v := newPhone(t, "supervisora", demo.url, phoneWidth, phoneHeight)
	v.signIn("supervisora")
	v.at(v.say("queue.title"))
	v.tapNamed(v.say("desk.nav_figures"))
	v.arrives("figures-supervisor", v.say("desk.nav_figures"))
}

package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// readCodes gives the recovery codes that stand on the screen, and puts them away.
func (p *phone) readCodes() []string {
	p.t.Helper()
	p.sees(p.say("security.codes_title"))
	p.audit("security-codes")
	codes := strings.Fields(p.textOf("[data-codes]"))
	if len(codes) != 10 {
		p.t.Fatalf("%s: %d codes: %v", p.name, len(codes), codes)
	}
	p.act("codes-seen")
	p.until("the codes gone", `!document.body.innerText.includes($0)`, codes[0])
	return codes
}

// setsUpApp sets up an authenticator app on the screen of security, and returns
// its secret and the codes for paper. The step that confirms it is used up.
func (p *phone) setsUpApp() (secret string, codes []string) {
	p.t.Helper()
	p.tapNamed(p.say("security.app_set"))
	p.act("totp-start")
	p.sees(p.say("security.secret_title"))
	p.until("the code for the camera", `document.querySelector("svg.qr path").getAttribute("d").length > 500`)
	p.audit("security-secret")
	secret = strings.ReplaceAll(p.textOf("[data-secret]"), " ", "")
	p.write(p.say("second.code"), codeOf(p.t, secret, time.Now()))
	p.act("totp-confirm")
	return secret, p.readCodes()
}

// signsOut leaves, to the screen where one signs in.
func (p *phone) signsOut() {
	p.t.Helper()
	p.act("sign-out")
	p.at(p.say("signin.title"))
}

// A supervisor of the demo sets up both kinds of second step, comes in by each,
// and by a code from paper when neither is at hand.
func TestJourney_SecondStep(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	p := newPhone(t, "supervisora", demo.url, phoneWidth, phoneHeight)
	p.hasAuthenticator()
	p.signIn("supervisora")
	p.act("security")
	p.arrives("security", p.say("security.title"))
	secret, codes := p.setsUpApp()

	p.tapNamed(p.say("security.passkey_add"))
	p.write(p.say("security.passkey_name"), "Llave azul")
	p.write(p.say("security.again"), demoPassword)
	p.tap("[data-act=passkey-add]")
	p.sees("Llave azul", p.say("security.codes_left", "n", 10))
	p.audit("security-all")

	p.signsOut()
	p.signInWith("supervisora", demoPassword)
	p.arrives("second-step", p.say("second.title"))
	p.write(p.say("second.code"), "000000")
	p.act("second-code")
	p.sees(p.say("problem.second-factor-failed"))
	p.write(p.say("second.code"), codeOf(t, secret, time.Now().Add(30*time.Second)))
	p.act("second-code")
	p.act("security")

	p.signsOut()
	p.signInWith("supervisora", demoPassword)
	p.at(p.say("second.title"))
	p.act("second-passkey")
	p.act("security")

	p.signsOut()
	p.signInWith("supervisora", demoPassword)
	p.at(p.say("second.title"))
	p.act("second-paper")
	p.write(p.say("second.paper"), strings.ToLower(codes[2]))
	p.act("second-code")
	p.act("security")
	p.sees(p.say("security.codes_left", "n", 9), p.say("security.session_here"))
}

// hasAuthenticator gives the browser the hardware that keeps a passkey, with the
// extension whose output must not leave it.
func (p *phone) hasAuthenticator() {
	p.t.Helper()
	if _, err := chromedp.Call(p.tab, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		p.t.Fatal(err)
	}
	if _, err := chromedp.Call(p.tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: "ctap2_1", Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true, HasPrf: true,
	}}); err != nil {
		p.t.Fatal(err)
	}
}

// On a real server the first administrator is led to the second step, and
// nowhere else until there is one.
func TestJourney_TheFirstAdministratorIsLedToASecondStep(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	authority := &process{t: t, dir: t.TempDir()}
	code := authority.serve(t)
	p := newPhone(t, "jefa", authority.url, laptopWidth, laptopHeight)
	p.at(p.say("signin.title"))
	p.act("first")
	p.write(p.say("setup.code"), code)
	p.write(p.say("setup.agency"), "Inspección del Trabajo")
	p.write(p.say("signin.username"), "jefa")
	p.write(p.say("signin.password"), "jefa-2026-jefa")
	p.act("set-up")
	p.sees(p.say("problem.password-common"))
	p.write(p.say("signin.password"), demoPassword)
	p.act("set-up")
	p.at(p.say("security.title"))
	p.sees(p.say("security.limited"), p.say("security.passkeys_none"))
	p.audit("security-limited")
	p.tapNamed(p.say("desk.nav_devices"))
	p.at(p.say("security.title"))
	p.setsUpApp()
	p.arrives("accounts", p.say("desk.nav_accounts"))
	authority.stop(t)
}

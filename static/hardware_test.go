package static

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
)

// withAuthenticator gives the tab the hardware of a phone: one that knows the
// PRF extension, or one that does not.
func withAuthenticator(t *testing.T, ctx context.Context, prf bool) (remove func()) {
	t.Helper()
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	made, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: "ctap2_1", Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true, HasPrf: prf,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		params := webauthn.RemoveVirtualAuthenticatorParams(made)
		if _, err := chromedp.Call(ctx, webauthn.RemoveVirtualAuthenticator, params); err != nil {
			t.Fatal(err)
		}
	}
}

const hardwareModules = `Promise.all([import("/store/vault.js"), import("/crypto/hardware.js"), import("/test/harness.js")]).then(async ([vault, hardware]) => {
	const PIN = "73915824", cost = { memoryKiB: 19456, passes: 2 };
	const type = (error) => error.type;
	`

// A vault that stands on the phone's hardware too: the PIN alone does not open it.
func TestHardware_TheVaultNeedsThePhone(t *testing.T) {
	url := strings.Replace(newHarness(t).URL, "127.0.0.1", "localhost", 1) // a passkey needs a name, not an address
	ctx, _ := openBrowser(t, t.TempDir())
	if err := chromedp.Do(ctx, chromedp.Navigate(url+"/test/page.html")); err != nil {
		t.Fatal(err)
	}

	without := evaluate[[]string](t, ctx, hardwareModules+`
		const made = await vault.create({ label: "sin", secret: PIN, hardware: true, cost });
		const [{ hardware: credential }] = await vault.list();
		await vault.open(made.id, PIN);
		return [String(credential), String(await hardware.create("x")), String(await hardware.available())];
	})`)
	if got := strings.Join(without, " "); got != "null null false" {
		t.Errorf("a phone without hardware: %s", got)
	}

	remove := withAuthenticator(t, ctx, false)
	if got := evaluate[string](t, ctx, hardwareModules+`return String(await hardware.create("x")); })`); got != "null" {
		t.Errorf("hardware without PRF gives %s", got)
	}
	remove()

	remove = withAuthenticator(t, ctx, true)
	with := evaluate[[]string](t, ctx, hardwareModules+`
		const { id } = await vault.create({ label: "con", secret: PIN, duress: "60284713", hardware: true, cost });
		const { hardware: credential } = (await vault.list()).find((v) => v.id === id);
		const secret = await hardware.get(credential);
		const again = await hardware.get(credential);
		const out = [String(secret.length), String(secret.join() === again.join()), String(new Set(secret).size > 8)];
		vault.lock();
		out.push(await vault.open(id, PIN), await vault.open(id, PIN, { hardware: secret }));
		out.push(await vault.open(id, PIN, { hardware: new Uint8Array(32) }).catch(type));
		out.push(await vault.setSecrets(id, { secret: "92745138" }).catch(type));
		await vault.open(id, PIN);
		await vault.setSecrets(id, { secret: "92745138", duress: "60284713" });
		out.push(await vault.open(id, "92745138"), await vault.open(id, "60284713"));
		globalThis.withHardware = id;
		return out;
	})`)
	if got := strings.Join(with, " "); got != "32 true true open open pin-wrong vault-locked open duress" {
		t.Errorf("a phone with hardware: %s", got)
	}
	remove()

	// The same folder on another phone: the credential is not there.
	defer withAuthenticator(t, ctx, true)()
	elsewhere := evaluate[string](t, ctx, hardwareModules+`return vault.open(globalThis.withHardware, "92745138").catch(type); })`)
	if elsewhere != "vault-hardware" {
		t.Errorf("without its phone the vault says %s", elsewhere)
	}
}

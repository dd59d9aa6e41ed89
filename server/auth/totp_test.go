package auth

import (
	"strings"
	"testing"
	"time"
)

// RFC 6238, appendix B, for SHA-1; the last six of its eight digits.
func TestTOTP_RFC6238(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := totpCode(secret, totpStep(time.Unix(at, 0))); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
}

func TestTOTP_Match(t *testing.T) {
	secret, now := []byte("12345678901234567890"), time.Unix(1_800_000_000, 0)
	at := totpStep(now)
	code := func(step int64) string { return totpCode(secret, step) }
	for name, c := range map[string]struct {
		totp TOTP
		otp  string
		want int64
	}{
		"now":                      {TOTP{Secret: secret}, code(at), at},
		"with a space":             {TOTP{Secret: secret}, code(at)[:3] + " " + code(at)[3:] + " ", at},
		"one step late":            {TOTP{Secret: secret}, code(at - 1), at - 1},
		"one step early":           {TOTP{Secret: secret}, code(at + 1), at + 1},
		"two steps late":           {TOTP{Secret: secret}, code(at - 2), 0},
		"two steps early":          {TOTP{Secret: secret}, code(at + 2), 0},
		"used":                     {TOTP{Secret: secret, Last: at}, code(at), 0},
		"before the used one":      {TOTP{Secret: secret, Last: at}, code(at - 1), 0},
		"after the used one":       {TOTP{Secret: secret, Last: at}, code(at + 1), at + 1},
		"empty":                    {TOTP{Secret: secret}, "", 0},
		"too short":                {TOTP{Secret: secret}, code(at)[:5], 0},
		"too long":                 {TOTP{Secret: secret}, code(at) + "0", 0},
		"no secret, code of empty": {TOTP{}, totpCode(nil, at), 0},
	} {
		step, ok := c.totp.match(c.otp, now)
		if ok != (c.want != 0) || step != c.want {
			t.Errorf("%s: %d %v, want %d", name, step, ok, c.want)
		}
	}
}

func TestTOTPURI_IsEscaped(t *testing.T) {
	got := totpURI("ana.maria", []byte("12345678901234567890"))
	want := "otpauth://totp/Umbral:ana.maria?algorithm=SHA1&digits=6&issuer=Umbral&period=30&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestRecovery_EachOnce(t *testing.T) {
	codes, hashes := newRecovery()
	if len(codes) != recoveryCodes || len(hashes) != recoveryCodes {
		t.Fatalf("%d codes, %d hashes", len(codes), len(hashes))
	}
	seen := map[string]bool{}
	for i, code := range codes {
		if seen[code] || strings.Contains(strings.Join(hashes, " "), code) {
			t.Errorf("code %d is there twice or in clear", i)
		}
		seen[code] = true
		typed := " " + strings.ToLower(strings.ReplaceAll(code, "-", " ")) + " "
		left, ok := useRecovery(hashes, typed)
		if !ok || len(left) != len(hashes)-1 {
			t.Fatalf("%q: %v, %d left", typed, ok, len(left))
		}
		if _, again := useRecovery(left, code); again {
			t.Errorf("%q passes twice", code)
		}
		hashes = left
	}
	for _, wrong := range []string{"", "-", "0000-0000-0000-0000", "123456"} {
		if _, ok := useRecovery(hashes, wrong); ok {
			t.Errorf("%q passes", wrong)
		}
	}
}

func TestTickets_OnceToWhomTheyWereGiven(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	var t1 tickets
	mine := t1.put(ticket{user: "a", purpose: forLogin, until: now.Add(ticketLife)}, now)
	for name, c := range map[string][3]string{
		"foreign user":  {mine, "b", forLogin},
		"other purpose": {mine, "a", forRegistration},
		"unknown":       {"x", "a", forLogin},
		"empty":         {"", "a", forLogin},
	} {
		if _, ok := t1.take(c[0], c[1], c[2], now); ok {
			t.Errorf("%s passes", name)
		}
	}
	if _, ok := t1.take(mine, "a", forLogin, now); !ok {
		t.Error("the owner is refused, after others tried")
	}
	if _, ok := t1.take(mine, "a", forLogin, now); ok {
		t.Error("a ticket passes twice")
	}
	late := t1.put(ticket{user: "a", purpose: forLogin, until: now.Add(ticketLife)}, now)
	if _, ok := t1.take(late, "a", forLogin, now.Add(ticketLife)); ok {
		t.Error("a ticket passes after its time")
	}
	for range maxTickets + 5 {
		t1.put(ticket{user: "a", purpose: forLogin, until: now.Add(ticketLife)}, now)
	}
	if len(t1.open) > maxTickets {
		t.Errorf("%d tickets are kept", len(t1.open))
	}
}

func TestNewParty_Origins(t *testing.T) {
	for _, c := range []struct {
		origins []string
		ok      bool
	}{
		{[]string{"https://umbral.example"}, true},
		{[]string{"https://umbral.example", "https://umbral.example:8443"}, true},
		{[]string{"http://localhost:8080"}, true},
		{nil, false},
		{[]string{"http://umbral.example"}, false},
		{[]string{"https://10.0.0.1"}, false},
		{[]string{"https://[2001:db8::1]"}, false},
		{[]string{"https://a.example", "https://b.example"}, false},
		{[]string{"umbral.example"}, false},
		{[]string{""}, false},
	} {
		if _, err := NewParty(c.origins...); (err == nil) != c.ok {
			t.Errorf("%v: %v", c.origins, err)
		}
	}
}

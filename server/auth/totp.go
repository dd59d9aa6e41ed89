package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // #nosec G505: what authenticator apps compute; HMAC does not need a hash without collisions
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// TOTP as every authenticator app computes it (RFC 6238 with HMAC-SHA-1).
const (
	totpSecret = 20 // bytes, RFC 4226 section 4 recommends 160 bits
	totpDigits = 6
	totpPeriod = 30 // seconds
	// totpSkew is how many steps a phone's clock may be off, each way; RFC 6238
	// section 5.2 lets one.
	totpSkew = 1
	// pendingLife is how long a new secret waits to be confirmed.
	pendingLife = 15 * time.Minute
	totpIssuer  = "Umbral" // what the app shows
)

var totpAlphabet = base32.StdEncoding.WithPadding(base32.NoPadding)

// TOTP is a confirmed secret; the zero value is none.
type TOTP struct {
	Secret []byte `json:"secret"`
	// Last is the newest step whose code was used: it and all before are over, so
	// that a code that was read over a shoulder opens nothing.
	Last      int64     `json:"last"`
	Confirmed time.Time `json:"confirmed"`
}

// Pending is a secret that was shown and is not confirmed; the zero value is none.
type Pending struct {
	Secret []byte    `json:"secret"`
	Until  time.Time `json:"until"`
}

// Set says whether there is a secret.
func (t TOTP) Set() bool { return len(t.Secret) > 0 }

func newTOTPSecret() []byte {
	b := make([]byte, totpSecret)
	rand.Read(b)
	return b
}

// totpCode is the code of a step (RFC 4226, 5.3).
func totpCode(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(step)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", totpDigits, n%1_000_000)
}

func totpStep(at time.Time) int64 { return at.Unix() / totpPeriod }

// match looks for the unused step around now whose code otp is. It compares
// with all of them, whichever fits first.
func (t TOTP) match(otp string, now time.Time) (step int64, ok bool) {
	if !t.Set() {
		return 0, false
	}
	typed := []byte(strings.Join(strings.Fields(otp), "")) // apps show 123 456
	for s := totpStep(now) - totpSkew; s <= totpStep(now)+totpSkew; s++ {
		if subtle.ConstantTimeCompare(typed, []byte(totpCode(t.Secret, s))) == 1 && s > t.Last {
			step, ok = s, true
		}
	}
	return step, ok
}

// totpURI is what a QR code for authenticator apps says.
func totpURI(username string, secret []byte) string {
	q := url.Values{"secret": {totpAlphabet.EncodeToString(secret)}, "issuer": {totpIssuer},
		"algorithm": {"SHA1"}, "digits": {fmt.Sprint(totpDigits)}, "period": {fmt.Sprint(totpPeriod)}}
	return "otpauth://totp/" + url.PathEscape(totpIssuer+":"+username) + "?" + q.Encode()
}

// Package auth is who may come in: accounts and agencies, passwords, access and
// refresh tokens, the keys that sign them, and the devices that are enrolled.
//
// It never keeps a password, a refresh token or a setup code, only their
// hashes; it never logs any of them; and it says the same of a wrong password
// and of an account that does not exist. What a caller may do is access's.
package auth

import (
	"time"

	"umbral/server/proof"
)

// Account is a person who signs in. It never holds the password or its hash.
type Account struct {
	ID       string `json:"id"`       // UUIDv7
	Username string `json:"username"` // lower case; ValidUsername
	Display  string `json:"display"`  // how the interface addresses them
	Account  string `json:"account"`  // an account kind of package access
	Post     string `json:"post"`     // a code of roles.csv for agents, else empty
	Agency   string `json:"agency"`   // id
	Region   string `json:"region"`   // INEGI state where they work; may be empty
	// Posts and Regions are whose records they read, Tasks what they were named
	// for; empty ones mean what Reading says.
	Posts    []string  `json:"posts,omitempty"`
	Regions  []string  `json:"regions,omitempty"`
	Tasks    []string  `json:"tasks,omitempty"`
	Created  time.Time `json:"created"`
	Disabled bool      `json:"disabled"`
}

// Agency is an authority whose people use Umbral.
type Agency struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Region string `json:"region"` // INEGI state; empty: federal
	// Authority is what kind it is: a code of authorities.csv; empty where nobody said.
	Authority string `json:"authority,omitempty"`
}

// Device is an enrolled phone, browser or command-line device. It is issued to
// a user and an agency; other users of the agency may work on it. Its key says
// who it is: to the server when it sends, and in the sessions opened on it.
type Device struct {
	ID        string    `json:"id"` // UUIDv7
	Name      string    `json:"name"`
	PublicKey string    `json:"public_key"` // base64url of the 65 bytes of a P-256 point
	User      string    `json:"user"`       // account id
	Agency    string    `json:"agency"`
	Enrolled  time.Time `json:"enrolled"`
	// Users are the accounts that signed in with its key: those whose records it
	// may have made.
	Users   []string  `json:"users"`
	Revoked time.Time `json:"revoked"` // zero while nobody gave it up
	Wiped   time.Time `json:"wiped"`   // when it said that it erases itself; zero before
	// TripUntil is when the trip ends that it was last taken on; zero before any.
	TripUntil time.Time `json:"trip_until"`
	// Seen is when it last synced, to within seenEvery; zero before the first time.
	Seen time.Time `json:"seen"`
	// FeedFrom is where its event feed begins: the head at its enrolment.
	FeedFrom string `json:"feed_from"`
}

// IsRevoked says whether d was given up: what it still holds is taken, and
// nothing is given to it but the word to erase itself.
func (d Device) IsRevoked() bool { return !d.Revoked.IsZero() }

// Thumbprint names d's key, as sessions do.
func (d Device) Thumbprint() string { return proof.ThumbprintOf(d.PublicKey) }

// Code lets one device enrol. The code itself is kept nowhere.
type Code struct {
	Hash    string    `json:"hash"`
	Agency  string    `json:"agency"`
	By      string    `json:"by"` // account id
	Expires time.Time `json:"expires"`
}

// Family is one sign-in and all refresh tokens that follow from it. Only one
// generation of tokens is alive: using a token makes the next generation.
type Family struct {
	ID      string    `json:"id"` // the session of access.Caller
	User    string    `json:"user"`
	Agency  string    `json:"agency"` // of the user; a change of it ends the family
	JKT     string    `json:"jkt"`    // thumbprint of the key that it is bound to; empty: it may only read
	Device  string    `json:"device"` // that is enrolled with this key; empty where none is
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"` // of the newest token
	Revoked time.Time `json:"revoked"` // zero while it lives
	Gen     int       `json:"gen"`     // generation that may be used now; 0 is the log-in's
	// Used is when it was refreshed last; zero before the first time.
	Used time.Time `json:"used"`
	// Strong says that a second factor stands behind it: it was given at the
	// log-in, or set up in this session.
	Strong bool `json:"strong"`
	// Last is the hash of the one token whose use made Gen: its key may repeat
	// it, because the reply may have been lost on the way to a farm.
	Last string `json:"last"`
}

// Lives says whether f may be used at now.
func (f Family) Lives(now time.Time) bool { return f.Revoked.IsZero() && now.Before(f.Expires) }

// SigningKey is what is known of a token key; the key itself is a file of the
// operator's, never in the store.
type SigningKey struct {
	KID     string    `json:"kid"`
	Created time.Time `json:"created"`
	Retired time.Time `json:"retired"` // zero for the one that signs
}

// Failures are the failed log-ins of one account name or one address.
type Failures struct {
	Count int       `json:"count"`
	Last  time.Time `json:"last"`
}

package auth

import (
	"context"
	"time"

	"umbral/server/audit"
)

// Store is what auth needs kept. Every method is one transaction, durable on
// return where it writes, and enters what it did in the audit book under by
// (an account id or audit.System) at at. What is absent is problem.NotFound.
type Store interface {
	// AddAgency keeps a new agency. Conflict "agency-exists".
	AddAgency(ctx context.Context, by string, at time.Time, a Agency) error
	// ChangeAgency says what authority an agency is, and returns it. NotFound
	// "agency-unknown".
	ChangeAgency(ctx context.Context, by string, at time.Time, id, authority string) (Agency, error)
	// Agency returns one. NotFound "agency-unknown".
	Agency(ctx context.Context, id string) (Agency, error)
	// Agencies returns all, by id.
	Agencies(ctx context.Context) ([]Agency, error)

	// AddAccount keeps a new account and the hash of its password. Conflict
	// "username-taken"; NotFound "agency-unknown" without its agency.
	AddAccount(ctx context.Context, by string, at time.Time, a Account, hash string) error
	// Account returns one. NotFound "account-unknown".
	Account(ctx context.Context, id string) (Account, error)
	// AccountByName returns an account and the hash of its password. NotFound
	// "account-unknown".
	AccountByName(ctx context.Context, username string) (Account, string, error)
	// Accounts returns all of an agency (empty: of all), by id.
	Accounts(ctx context.Context, agency string) ([]Account, error)
	// ChangeAccount lets edit change an account as it is then, and keeps that in
	// one transaction, so that no change undoes another; an error of edit is
	// returned, and nothing is kept. Its id and username stay. what is the act for
	// the book. Where revoke is set, all its families end too.
	ChangeAccount(ctx context.Context, by string, at time.Time, what, id string, edit func(*Account) error, revoke bool) error
	// SetHash replaces the password's hash and ends all families of the account.
	SetHash(ctx context.Context, by string, at time.Time, id, hash string) error

	// ArmSetup keeps the hash of a setup code in place of any other. Conflict
	// "setup-done" where an account exists.
	ArmSetup(ctx context.Context, at time.Time, hash []byte) error
	// SetupHash returns the armed code's hash; NotFound "setup-done" where there is none.
	SetupHash(ctx context.Context) ([]byte, error)
	// FinishSetup adds the first agency and administrator and forgets the code,
	// if hash is still the armed one and no account exists: Conflict "setup-done".
	FinishSetup(ctx context.Context, at time.Time, hash []byte, g Agency, a Account, password string) error

	// AddCode keeps an enrolment code.
	AddCode(ctx context.Context, at time.Time, c Code) error
	// AddDevice keeps a new device and sets its FeedFrom; it uses the code with
	// the hash code up (empty: none is needed), and binds to it the families of
	// its key and agency, whose users become its own. A device that has this key
	// already is returned as it is, and the code stays. Forbidden "enrol-code"
	// where no such code lives at at for d's agency.
	AddDevice(ctx context.Context, by, code string, at time.Time, d Device) (Device, error)
	// Device returns one. NotFound "device-unknown".
	Device(ctx context.Context, id string) (Device, error)
	// DeviceOfKey returns the one whose key has this thumbprint. NotFound
	// "device-unknown".
	DeviceOfKey(ctx context.Context, jkt string) (Device, error)
	// Devices returns all of an agency (empty: of all), by id.
	Devices(ctx context.Context, agency string) ([]Device, error)
	// SawDevice notes that a device synced at at. The book has no line of it:
	// it is no act of anybody's.
	SawDevice(ctx context.Context, at time.Time, id string) error
	// RevokeDevice marks a device and ends the families bound to it or its key,
	// and those of who enrolled it that are bound to no key; doing it again
	// changes nothing.
	RevokeDevice(ctx context.Context, by string, at time.Time, id string) error
	// WipedDevice notes that a device erases itself; the first time stays.
	WipedDevice(ctx context.Context, at time.Time, id string) error
	// StartTrip notes until when a device is on a trip.
	StartTrip(ctx context.Context, by string, at time.Time, id string, until time.Time) error

	// AddFamily keeps a new family with its first token's hash (empty: it has
	// none); its user becomes one of its device's.
	AddFamily(ctx context.Context, f Family, token string) error
	// Family returns one. NotFound "session-unknown".
	Family(ctx context.Context, id string) (Family, error)
	// UseToken finds the family of a token's hash and the token's generation,
	// lets decide say what follows, and keeps that, all in one transaction; the
	// user of a family that names a device becomes one of the device's.
	// NotFound "session-unknown" where no family has the token.
	UseToken(ctx context.Context, token string, at time.Time, decide func(Family, int) Step) (Family, error)
	// EndFamily revokes one family; doing it again changes nothing.
	EndFamily(ctx context.Context, by string, at time.Time, id string) error

	// Families returns all of an account that the store still has, the oldest first.
	Families(ctx context.Context, user string) ([]Family, error)

	// Factors returns the second factors of an account; the zero value where it
	// has none. NotFound "account-unknown".
	Factors(ctx context.Context, user string) (Factors, error)
	// ChangeFactors lets change say what follows from an account's factors, and
	// keeps that in one transaction; an error of change is returned, and nothing
	// is kept. NotFound "account-unknown".
	ChangeFactors(ctx context.Context, by string, at time.Time, user string, change func(Factors) (FactorStep, error)) error
	// ResetFactors forgets all factors of an account and ends its families.
	// NotFound "account-unknown".
	ResetFactors(ctx context.Context, by string, at time.Time, user string) error

	// Enter writes a line into the book for an act that changes nothing else.
	Enter(ctx context.Context, a audit.Act) error

	// Failures returns those of a name or address; zero where there are none.
	Failures(ctx context.Context, key string) (Failures, error)
	// Fail counts one more failure of each key, after forgetting what is older
	// than since.
	Fail(ctx context.Context, at, since time.Time, keys ...string) error
	// Forgive forgets the failures of key.
	Forgive(ctx context.Context, key string) error

	// SigningKeys returns all, the oldest first.
	SigningKeys(ctx context.Context) ([]SigningKey, error)
	// AddSigningKey keeps k as the one that signs and retires the others at its
	// Created. Devices learn of it by the feed.
	AddSigningKey(ctx context.Context, by string, k SigningKey) error
	// DropSigningKeys forgets the keys retired before t and returns their ids.
	DropSigningKeys(ctx context.Context, t time.Time) ([]string, error)

	// Sweep deletes families that ended or expired before t with their tokens,
	// codes that expired and failures before t; it returns how many families went.
	Sweep(ctx context.Context, t time.Time) (int, error)
}

// Step is what a used refresh token leads to.
type Step struct {
	Family Family // as it is after the use
	Token  string // hash of the token that was issued; empty where none was
	Gen    int    // generation of Token
	Act    string // for the audit book; empty: not worth a line
}

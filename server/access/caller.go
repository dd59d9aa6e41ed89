// Package access decides who may do what to which record and which fields they
// see. One table (policy.csv), one function that asks it; no row: forbidden.
package access

// Account kinds. An agent also has a post (a code of protocols/codebook/roles.csv).
const (
	Agent      = "agent"
	Supervisor = "supervisor"
	Admin      = "admin"
	Translator = "translator"
	Analyst    = "analyst"
)

// Caller is who asks.
type Caller struct {
	User    string // account id
	Account string // one of the account kinds
	Post    string // roles.csv code where Account is Agent, else empty
	Agency  string
	Session string
	// Limited is who must have a second factor and came without: they may set one
	// up, and nothing else.
	Limited bool
	JKT     string // thumbprint of the key that the session is bound to; empty: it may only read
}

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

// Any in a caller's Posts or Regions stands for all of the agency.
const Any = "*"

// Tasks that an administrator names a person for.
const (
	Children  = "children"  // reads the cases of who may be a child
	Sensitive = "sensitive" // reads the cases that an unknown authority or organised crime is part of
	Identity  = "identity"  // opens what a person left to be found
)

// Tasks returns every task.
func Tasks() []string { return []string{Children, Sensitive, Identity} }

// Caller is who asks.
type Caller struct {
	User    string // account id
	Account string // one of the account kinds
	Post    string // roles.csv code where Account is Agent, else empty
	Agency  string
	// Authority is what the caller's agency is: a code of authorities.csv; empty
	// where nobody said.
	Authority string
	// Posts and Regions are whose records, by the author's post and the state of
	// the place, the caller reads; Any for all of the agency, none: none.
	Posts, Regions []string
	Tasks          []string // what an administrator named the caller for
	Session        string
	// Limited is who must have a second factor and came without: they may set one
	// up, and nothing else.
	Limited bool
	JKT     string // thumbprint of the key that the session is bound to; empty: it may only read
}

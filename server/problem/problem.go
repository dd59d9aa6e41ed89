// Package problem is the one kind of error that a caller may learn from.
// What is not a *problem.Error is internal, and says no more than that.
package problem

import (
	"errors"
	"maps"
)

// Kind decides the HTTP status; web/problem.go holds the one table.
type Kind int

// Kinds of problem.
const (
	Internal Kind = iota
	Invalid
	Unauthenticated
	Forbidden
	NotFound
	Conflict
	TooLarge
	TooMany
	Unsupported
	Unavailable
	Range // a range of bytes that the thing does not have
)

// Error has what a caller may learn, and a cause that only the log may.
type Error struct {
	Kind  Kind
	Type  string         // stable: in the API ("/problems/<type>") and as message id "problem.<type>"
	Args  map[string]any // ids, limits; never a name, an answer or a token
	cause error
}

// New makes an error of kind and type; args are alternating names and values.
func New(k Kind, typ string, args ...any) *Error {
	e := &Error{Kind: k, Type: typ}
	for i := 0; i+1 < len(args); i += 2 {
		e.set(args[i].(string), args[i+1])
	}
	return e
}

func (e *Error) set(name string, value any) {
	if e.Args == nil {
		e.Args = map[string]any{}
	}
	e.Args[name] = value
}

// Because returns a copy of e with a private cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Args = maps.Clone(e.Args)
	c.cause = cause
	return &c
}

func (e *Error) Error() string {
	if e.cause != nil {
		return e.Type + ": " + e.cause.Error()
	}
	return e.Type
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of err; what is unknown is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

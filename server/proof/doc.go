// Package proof is how a key shows that a request is its own: proofs of
// possession (RFC 9449, DPoP) for what needs a session, and a device's own token
// for what it sends. Both hang on nonces of the server, so that a phone's clock
// says nothing and nothing is good twice.
//
// It knows no account and no device: who holds a key is auth's. It never takes a
// key from where a token says it is to be found, and never logs or repeats a
// token.
package proof

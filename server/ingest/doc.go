// Package ingest is the way of a record into the store: open the envelope,
// hash, check against the enrolment, validate, evaluate again, and keep, all
// waiting callers in one durable commit. A receipt is given for nothing that
// is not on the disk, and for everything that is; a bad record never harms its
// neighbours.
//
// It never changes what a device sent, never lowers a level, and never logs
// or returns an answer: callers learn ids and codes.
package ingest

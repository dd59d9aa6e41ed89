// Package device is a device without a screen: it enrols, fills in who made a
// record and on what, seals and sends, and speaks exactly the protocol of the
// phone. It serves tests, checks, and the rescue of sealed records from a phone
// that cannot send any more.
//
// It never judges what a record says: that is the server's. It never prompts,
// never prints a token, a key or the plain text of a record, and never gives up
// a record: one line in, one answer out, or an exit code that says why not.
package device

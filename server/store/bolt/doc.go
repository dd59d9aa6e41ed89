// Package bolt keeps everything in one bbolt file. Every exported method is one
// intention and one transaction, with its indexes, counts, feed and audit lines
// inside; what it returns is decoded or copied, because bbolt's bytes die with
// the transaction.
//
// It never decides who may do what, never evaluates an answer, and holds no
// password and no private key in clear. Values are sealed under keys that lie
// beside the file (package shred); what a destroyed key sealed is gone. Keys of
// buckets are built in keys.go only, values pass txn.go only.
package bolt

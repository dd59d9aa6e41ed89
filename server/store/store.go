// Package store is the contract of whatever keeps Umbral's records, and the one
// place that knows which implementations there are.
//
// The use cases own the types and declare what they need kept (ingest.Keeper,
// review.Store, auth.Store, ...); Store is all of that together, and storetest
// is the one suite that every implementation passes. What holds for every
// method:
//
//   - One call is one transaction: it happens whole or not at all, with its
//     indexes, counts, feed and audit lines.
//   - A method that writes is durable when it returns nil: it survives kill -9
//     and a power cut. After an error nothing of it is kept.
//   - Absent is a problem.NotFound with the type that the method names, never an
//     empty value. Only counters (auth.Failures) are zero where there are none.
//   - All methods may be called at the same time from many goroutines. Writers
//     wait for each other; readers see one moment and wait for nobody.
//   - What is returned is the caller's own and may be changed.
//   - A context that is done before the transaction begins is its error; one
//     that ends later does not undo what was begun.
//   - Records are never changed: what changes is the row beside them. They go
//     only by a destruction that two persons decided (retention.Store), whole.
//   - Values are kept sealed: those of a record under the record's own key.
//
// The store never holds a private key in clear, a password, a refresh token or a setup
// code, only hashes of the last three. It decides about nobody's rights.
package store

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/figures"
	"umbral/server/ingest"
	"umbral/server/interpreters"
	"umbral/server/recall"
	"umbral/server/referral"
	"umbral/server/retention"
	"umbral/server/review"
	"umbral/server/reviewers"
	"umbral/server/shred"
	"umbral/server/store/bolt"
	"umbral/server/translation"
)

// Store is everything that is kept.
type Store interface {
	ingest.Keeper
	ingest.Shelf
	review.Store
	referral.Store
	reviewers.Store
	retention.Store
	recall.Store
	interpreters.Store
	translation.Store
	figures.Store
	auth.Store

	// Since returns up to limit events that device should know, in order, after
	// cursor (empty: from its enrolment on), and the cursor to ask with next.
	// Invalid "cursor-invalid"; NotFound "device-unknown".
	Since(ctx context.Context, device, cursor string, limit int) ([]json.RawMessage, string, error)
	// Announce puts an event of type typ ("keys", "manifest") about id into the
	// feed of a device; of all, where it is empty. What becomes of a record is
	// announced to the devices that made and brought it, by what does it.
	Announce(ctx context.Context, by string, at time.Time, device, typ, id string) error

	// Audit returns up to limit lines after the one with number seq, in order.
	Audit(ctx context.Context, seq uint64, limit int) ([]audit.Entry, error)

	audit.Store
	// VerifyAudit holds the whole book, its places and its end against proof,
	// and returns how many entries it has.
	VerifyAudit(ctx context.Context, proof *audit.Proof) (uint64, error)

	// Backup writes a consistent copy to w while others go on.
	Backup(ctx context.Context, w io.Writer) (int64, error)
	// BackupFile writes one to a new file, whole and durable when its name
	// appears, with its SHA-256 beside it in <path>.sha256, and returns that.
	BackupFile(ctx context.Context, path string) (sum string, err error)
	// BackupKeys writes a copy of what opens the records, apart from the store.
	BackupKeys(ctx context.Context, w io.Writer) error
	// FinishDestructions destroys keys of records that were destroyed while the
	// disk was full, or the program was killed.
	FinishDestructions(ctx context.Context) error
	// Check reads everything and returns what is wrong with it.
	Check(ctx context.Context) error
	// Ready returns nil where the store answers.
	Ready(ctx context.Context) error
	// Close waits for what is running; no method may be called after it.
	Close() error
}

// Open opens the store at url: "bolt:PATH", or a bare path. What is not there is
// made. A file that is empty, cut short, foreign, of a newer schema or in use
// is an error that says what to do; so are a wrong master key and missing keys.
func Open(url string, master *shred.Master) (Store, error) {
	kind, path, ok := strings.Cut(url, ":")
	switch {
	case !ok:
		path = url
	case kind != "bolt":
		return nil, fmt.Errorf("store: %q is no kind of store: use bolt:PATH", kind)
	}
	if path == "" {
		return nil, fmt.Errorf("store: %q names no file: use bolt:PATH", url)
	}
	s, err := bolt.Open(path, master)
	if err != nil {
		return nil, err // not s: a nil *bolt.Store is no nil Store
	}
	return s, nil
}

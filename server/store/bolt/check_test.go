package bolt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"umbral/server/audit"
	"umbral/server/auth"
	"umbral/server/ingest"
	"umbral/server/record"
	"umbral/server/review"
	"umbral/server/shred"
)

var allRows = review.Filter{Limit: review.MaxLimit}

// furnished is a closed store with one of everything.
func furnished(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "umbral.db")
	s := opened(t, path)
	ctx, at := t.Context(), detection(0).ReceivedAt
	det := detection(1)
	enc, add := detection(2), detection(3)
	enc.Kind, enc.Links.Encounter = record.KindEncounter, enc.ID
	add.Kind, add.Links.About = record.KindAddendum, det.ID
	det.Links.Encounter = enc.ID
	clash := detection(4)
	clash.ID = det.ID
	bad := detection(5)
	bad.Reasons = []record.Reason{{Code: "garbage"}}
	keep(t, s, det, enc, add, clash, bad)
	for _, err := range []error{
		s.AddReview(ctx, review.Review{ID: "r", Detection: det.ID, Status: "confirmed", At: at}),
		s.AddAgency(ctx, "op", at, auth.Agency{ID: "a"}),
		s.AddAccount(ctx, "op", at, auth.Account{ID: "u", Username: "n", Agency: "a"}, "h"),
		s.AddFamily(ctx, auth.Family{ID: "f", User: "u", Created: at}, "t"),
		s.Check(ctx), s.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// first returns the first key of a bucket with prefix.
func first(tx *txn, bucket []byte, prefix string) []byte {
	k, _ := tx.Bucket(bucket).Cursor().Seek([]byte(prefix))
	return k
}

func TestCheck_FindsEveryFault(t *testing.T) {
	drop := func(bucket []byte, prefix string) func(*txn) error {
		return func(tx *txn) error { return tx.Bucket(bucket).Delete(first(tx, bucket, prefix)) }
	}
	for name, c := range map[string]struct {
		harm func(*txn) error
		says string
	}{
		"row gone":             {drop(bRow, ""), "has no entry in row"},
		"head gone":            {drop(bHead, ""), "has no record"},
		"text gone":            {drop(bPlain, ""), "has no text"},
		"other gone":           {drop(bOther, ""), "has no entry in other"},
		"agency entry gone":    {drop(bFresh, "a"), "lacks its entry"},
		"status entry gone":    {drop(bFresh, "t"), "lacks its entry"},
		"arrival gone":         {drop(bTime, ""), "order of arrival"},
		"count gone":           {drop(bCount, ""), "is not counted"},
		"held queue gone":      {drop(bHeldQueue, "a"), "in no queue"},
		"held gone":            {drop(bHeld, ""), "the queue has"},
		"name gone":            {drop(bUsername, ""), "not found by its name"},
		"credential gone":      {drop(bCredential, ""), "no password"},
		"session gone":         {drop(bFamily, ""), "belongs to no session"},
		"audit line taken out": {drop(bAudit, ""), "audit"},
		"entry of nobody": {func(tx *txn) error {
			return tx.Bucket(bIndex).Put(indexKey(facetSetting, "x", placeOf(1, detection(0).ReceivedAt, recordID{9})), []byte{1})
		}, "which is not there"},
		"second place in the queue": {func(tx *txn) error {
			return tx.Bucket(bIndex).Put(indexKey(facetAll, "", placeOf(1, detection(0).ReceivedAt, idAt(first(tx, bRow, "")))), []byte{1})
		}, "not its own"},
		"wrong count": {func(tx *txn) error {
			return tx.Bucket(bCount).Put(append([]byte{}, first(tx, bCount, "")...), number(7))
		}, "counts 7"},
		"link from nowhere": {func(tx *txn) error {
			return tx.Bucket(bLink).Put(linkKey(linkAddendum, recordID{1}, detection(0).ReceivedAt, recordID{2}), nil)
		}, "a link comes from"},
		"review of nothing": {func(tx *txn) error {
			return orElse(tx.safe.records.Add(shred.ID{3}), put(tx, bReview, seqKey(recordID{3}, 1), review.Review{Detection: recordID{3}.String()}))
		}, "stands with no detection"},
		"conflict with nothing": {func(tx *txn) error {
			return orElse(tx.safe.records.Add(shred.ID{3}), put(tx, bConflict, contentKey(recordID{3}, hash{}), ingest.Kept{}))
		}, "conflicts with nothing"},
		"audit line changed": {func(tx *txn) error {
			e, _, err := get[audit.Entry](tx, bAudit, number(1))
			e.Who = "somebody else"
			return orElse(err, put(tx, bAudit, number(1), e))
		}, "was changed"},
		"a value of the future": {func(tx *txn) error {
			return tx.Bucket(bRow).Put(append([]byte{}, first(tx, bRow, "")...), []byte{200, 1, 2})
		}, "unknown form"},
	} {
		t.Run(name, func(t *testing.T) {
			path := furnished(t)
			change(t, path, c.harm)
			err := opened(t, path).Check(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("found %v, want %q", err, c.says)
			}
		})
	}
}

func orElse(err, then error) error {
	if err != nil {
		return err
	}
	return then
}

func TestVerifyBackup(t *testing.T) {
	s := opened(t, furnished(t))
	path := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.BackupFile(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := VerifyBackup(path); err != nil {
		t.Errorf("a good backup: %v", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := VerifyBackup(path); err == nil {
		t.Error("a changed bit was not noticed")
	}
	if err := os.Remove(path + sumSuffix); err != nil {
		t.Fatal(err)
	}
	if err := VerifyBackup(path); err == nil {
		t.Error("a backup without its hash was believed")
	}
}

func TestCodec(t *testing.T) {
	for _, n := range []int{0, 1, worthPacking - 1, worthPacking, 1 << 16, maxValue / 2} {
		in := []byte(strings.Repeat("answer ", n/7+1))[:n]
		stored := pack(in)
		out, err := unpack(stored)
		if err != nil || string(out) != string(in) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	for name, stored := range map[string][]byte{
		"nothing": nil, "unknown form": {7, 1}, "damaged": {formS2, 1, 2, 3},
		"too large": pack(make([]byte, 2*maxValue)),
	} {
		if _, err := unpack(stored); err == nil {
			t.Errorf("%s: decoded", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(pack([]byte("{}")))
	f.Add(pack(make([]byte, 4096)))
	f.Fuzz(func(t *testing.T, stored []byte) {
		if b, err := unpack(stored); err == nil && len(b) > maxValue {
			t.Errorf("%d bytes", len(b))
		}
	})
}

func FuzzParseCursor(f *testing.F) {
	f.Add(cursor(review.Filter{}, firstPlace(), 3))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		at, err := parseCursor(review.Filter{Cursor: text})
		if err == nil && text != "" && cursor(review.Filter{}, at.place, at.total) != text {
			t.Errorf("%q is read as another", text)
		}
	})
}

package protocols

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// withdrawnFile lists the published versions that must not be begun any more, a
// line each: ID@VERSION, the date from whose beginning (UTC) it holds, and why.
const withdrawnFile = publishedDir + "/WITHDRAWN"

// maxReason bounds the reason of a withdrawal, in bytes: it is one line of a list.
const maxReason = 300

// ErrWithdrawn is returned when a version is withdrawn already.
var ErrWithdrawn = errors.New("this version is withdrawn already; take its line out of WITHDRAWN first if the reason must change")

// Withdrawal says that a published version must not be begun any more. What was
// made with it keeps it: its bytes stay served by their hash.
type Withdrawal struct {
	On     time.Time // the beginning of the day in UTC
	Reason string
}

// WithdrawnAt reports whether p was withdrawn by t, which is when a record was
// made by the clock of its device.
func (p Published) WithdrawnAt(t time.Time) bool {
	return p.Withdrawn != nil && !t.Before(p.Withdrawn.On)
}

// readWithdrawn reads WITHDRAWN; without the file nothing is withdrawn. sums are
// the versions that exist, by file name. The error joins one for each wrong line.
func readWithdrawn(fsys fs.FS, sums map[string]string) (map[string]Withdrawal, error) {
	raw, err := fs.ReadFile(fsys, withdrawnFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", withdrawnFile, err)
	}
	all := map[string]Withdrawal{}
	var errs []error
	number := 0
	for line := range bytes.Lines(raw) {
		number++
		text := strings.TrimSuffix(string(line), "\n")
		wrong := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("%s:%d: %s", withdrawnFile, number, fmt.Sprintf(format, args...)))
		}
		ref, rest, _ := strings.Cut(text, " ")
		date, reason, whole := strings.Cut(rest, " ")
		on, badDate := time.Parse(time.DateOnly, date)
		id, version, badRef := ParseRef(ref)
		name := publishedName(id, version)
		switch {
		case !whole || strings.TrimSpace(reason) == "":
			wrong("%q is not ID@VERSION, a date and a reason; write: labour-agriculture@1 2026-11-25 why", text)
		case badRef != nil:
			wrong("%v", badRef)
		case sums[name] == "":
			wrong("%s was never published; correct the name or take the line out", ref)
		case badDate != nil:
			wrong("%q is not a date; write it as 2026-11-25", date)
		case all[name].Reason != "":
			wrong("%s stands twice; keep one line", ref)
		default:
			all[name] = Withdrawal{on, strings.TrimSpace(reason)}
		}
	}
	return all, errors.Join(errs...)
}

// ParseRef reads ID@VERSION, both named.
func ParseRef(ref string) (id string, version int, err error) {
	id, number, _ := strings.Cut(ref, "@")
	version, bad := strconv.Atoi(number)
	if bad != nil || version < 1 || id == "" || strconv.Itoa(version) != number {
		return "", 0, fmt.Errorf("%q is not ID@VERSION; write it as in labour-agriculture@1", ref)
	}
	return id, version, nil
}

// Withdraw writes in dir that a published version must not be begun from the
// beginning of a day (UTC) on. ErrUnknown when dir has not published it,
// ErrWithdrawn when it was withdrawn before.
func Withdraw(dir, id string, version int, on time.Time, reason string) error {
	reason = strings.Join(strings.Fields(reason), " ")
	if reason == "" || len(reason) > maxReason {
		return fmt.Errorf("withdraw %s@%d: the reason has %d bytes; say in 1 to %d why nobody may begin with it", id, version, len(reason), maxReason)
	}
	fsys := os.DirFS(dir)
	sums, err := readSums(fsys)
	if err != nil {
		return err
	}
	name := publishedName(id, version)
	if sums[name] == "" {
		return fmt.Errorf("%w: %s@%d is not published in %s", ErrUnknown, id, version, dir)
	}
	all, err := readWithdrawn(fsys, sums)
	if err != nil {
		return err
	}
	if _, twice := all[name]; twice {
		return fmt.Errorf("%s@%d: %w", id, version, ErrWithdrawn)
	}
	raw, err := fs.ReadFile(fsys, withdrawnFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("withdraw: %w", err)
	}
	if len(raw) > 0 && raw[len(raw)-1] != '\n' {
		raw = append(raw, '\n')
	}
	raw = fmt.Appendf(raw, "%s@%d %s %s\n", id, version, on.UTC().Format(time.DateOnly), reason)
	return writeWhole(filepath.Join(dir, filepath.FromSlash(withdrawnFile)), raw)
}

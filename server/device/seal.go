package device

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"umbral/server/record"
)

// Seal reads clear records, one a line, and writes their envelopes, one a line
// and in order; a line that is sealed already passes as it is. What is no JSON
// object, or too large, is told through complain with the number of its line,
// and the others go on; bad counts those lines.
func (s *State) Seal(in io.Reader, out io.Writer, complain func(string)) (bad int, err error) {
	r := bufio.NewReaderSize(in, 64<<10)
	w := bufio.NewWriter(out)
	for n := 1; ; n++ {
		line, err := readLine(r)
		if errors.Is(err, io.EOF) {
			return bad, w.Flush()
		}
		if err == nil && len(line) == 0 {
			continue
		}
		if err == nil {
			err = s.sealLine(line, w)
		}
		switch {
		case err == nil:
		case errors.Is(err, errNotObject), errors.Is(err, errLongLine), errors.Is(err, record.ErrTooLarge):
			bad++
			complain(fmt.Sprintf("line %d: %v", n, err))
		default:
			return bad, errors.Join(err, w.Flush())
		}
	}
}

func (s *State) sealLine(line []byte, w *bufio.Writer) error {
	list, err := members(line)
	if err != nil {
		return err
	}
	text := line
	if !isEnvelope(list) {
		e, err := s.seal(list)
		if err != nil {
			return err
		}
		if text, err = json.Marshal(e); err != nil {
			return fmt.Errorf("seal: %w", err)
		}
	}
	if _, err := w.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return w.Flush()
}

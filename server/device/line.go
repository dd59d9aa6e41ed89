package device

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"umbral/server/record"
	"umbral/server/seal"
)

// maxLine is in bytes: a sealed record in base64 has 90 KiB, and a clear one
// that is too large must still be named in its answer.
const maxLine = 1 << 20

// Errors of a line.
var (
	errNotObject = errors.New("not a JSON object")
	errLongLine  = fmt.Errorf("longer than %d bytes", maxLine)
)

// readLine returns the next line without its end, io.EOF after the last. A line
// over maxLine is skipped whole: errLongLine.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := r.ReadSlice('\n')
		if !long {
			line = append(line, part...)
			long = len(line) > maxLine
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, fmt.Errorf("read: %w", err)
		case err != nil && len(line) == 0:
			return nil, io.EOF
		case long:
			return nil, errLongLine
		}
		return bytes.TrimSpace(line), nil
	}
}

// lenient reads whatever has the grammar of JSON: what it says is the server's
// to judge.
var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// member is one field of a line, its value as it was written.
type member struct {
	name  string
	value jsontext.Value
}

// members reads the fields of one JSON object.
func members(line []byte) ([]member, error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(line), lenient...)
	if dec.PeekKind() != '{' {
		return nil, errNotObject
	}
	if _, err := dec.ReadToken(); err != nil {
		return nil, errNotObject
	}
	var list []member
	for dec.PeekKind() == '"' {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, errNotObject
		}
		m := member{name: name.String()}
		value, err := dec.ReadValue()
		if err != nil {
			return nil, errNotObject
		}
		m.value = value.Clone()
		list = append(list, m)
	}
	if end, err := dec.ReadToken(); err != nil || end.Kind() != '}' {
		return nil, errNotObject
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errNotObject
	}
	return list, nil
}

// isEnvelope says whether a line is sealed already: it has enc and ct.
func isEnvelope(list []member) bool {
	enc, ct := false, false
	for _, m := range list {
		enc, ct = enc || m.name == "enc", ct || m.name == "ct"
	}
	return enc && ct
}

// idOf returns the id that a line names, "" where it names none.
func idOf(list []member) string {
	id := ""
	for _, m := range list {
		if m.name == "id" && m.value.Kind() == '"' {
			if text, err := jsontext.AppendUnquote(nil, m.value); err == nil {
				id = string(text)
			}
		}
	}
	return id
}

// fill returns the record with the author and the device of the enrolment, and
// every other byte of a value as it was.
func (s *State) fill(list []member) ([]byte, error) {
	author, err := jsontext.AppendQuote(nil, s.Author.User)
	if err != nil {
		return nil, fmt.Errorf("author: %w", err)
	}
	role, errRole := jsontext.AppendQuote(nil, s.Author.Role)
	agency, errAgency := jsontext.AppendQuote(nil, s.Author.Agency)
	device, errDevice := jsontext.AppendQuote(nil, s.Device)
	if err := errors.Join(errRole, errAgency, errDevice); err != nil {
		return nil, fmt.Errorf("author: %w", err)
	}
	ours := map[string]string{
		"author": fmt.Sprintf(`{"user":%s,"role":%s,"agency":%s}`, author, role, agency),
		"device": string(device),
	}
	var out bytes.Buffer
	out.WriteByte('{')
	write := func(name, value string) error {
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		quoted, err := jsontext.AppendQuote(nil, name)
		if err != nil {
			return fmt.Errorf("name of a field: %w", err)
		}
		out.Write(quoted)
		out.WriteByte(':')
		out.WriteString(value)
		return nil
	}
	for _, m := range list {
		value := string(m.value)
		if own, ok := ours[m.name]; ok {
			value = own
		}
		if err := write(m.name, value); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"author", "device"} {
		if !has(list, name) {
			if err := write(name, ours[name]); err != nil {
				return nil, err
			}
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

func has(list []member, name string) bool {
	for _, m := range list {
		if m.name == name {
			return true
		}
	}
	return false
}

// seal fills a clear record and seals it, whatever it says. A record without a
// usable id is sealed under what it has; the server answers what is wrong.
// record.ErrTooLarge is returned for what no envelope can hold.
func (s *State) seal(list []member) (record.Envelope, error) {
	kid, public, err := s.sealKey()
	if err != nil {
		return record.Envelope{}, err
	}
	plain, err := s.fill(list)
	if err != nil {
		return record.Envelope{}, err
	}
	return seal.Seal(public, kid, idOf(list), plain)
}

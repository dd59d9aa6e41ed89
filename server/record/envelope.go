package record

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"
)

// Limits of a batch and of what an envelope may hold.
const (
	MaxBatch  = 200     // records in one sync: five times a phone's full day
	MaxKID    = 64      // bytes of a key id; ours have 16
	EncBytes  = 65      // an uncompressed P-256 point
	MaxHeader = 4 << 10 // bytes of the JSON before the records of a binary batch
	idBytes   = 16
	// MaxFrame is the longest record of a binary batch.
	MaxFrame = idBytes + 1 + MaxKID + EncBytes + MaxCT
	// MaxBatchBytes is the longest binary batch, and a cap for what a body may
	// unpack to. In JSON base64 makes a batch a third longer: MaxBatchJSON.
	MaxBatchBytes = len(batchMagic) + 4 + MaxHeader + MaxBatch*(4+MaxFrame)
	MaxBatchJSON  = MaxHeader + MaxBatch*(MaxFrame*4/3+256)
)

// batchMagic opens the binary form of a batch: its name and its version.
const batchMagic = "UMB1"

// Errors of the batch forms. A batch with one of them is refused as a whole.
var (
	ErrBatchForm = errors.New("record: not a batch of envelopes")
	ErrTooMany   = fmt.Errorf("record: more than %d records in a batch", MaxBatch)
)

// Batch is one sync request.
type Batch struct {
	Device string `json:"device"`
	Cursor string `json:"cursor"`
	// SentAt is the device's clock when it sent; nil where it did not say, or
	// said something else: nothing of a batch is refused for it.
	SentAt *time.Time `json:"sent_at,omitempty"`
	// Wiping says that this is a given-up device's last batch: it erases itself.
	Wiping  bool       `json:"wiping,omitempty"`
	Records []Envelope `json:"records"`
}

// readTime reads what was said as sent_at; nil where that is no RFC 3339 time.
func readTime(raw []byte) *time.Time {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return nil
	}
	t = t.UTC()
	return &t
}

// Check says what is wrong with the form of e as a stable code, or "".
// It never looks inside: that needs a key.
func (e Envelope) Check() string {
	switch {
	case e.fault != "":
		return e.fault
	case !IsUUID(e.ID):
		return "bad_uuid"
	case e.KID == "" || len(e.KID) > MaxKID || strings.Trim(e.KID, kidChars) != "":
		return "bad_kid"
	case len(e.Enc) != EncBytes || e.Enc[0] != 4:
		return "bad_enc"
	case len(e.CT) > MaxCT:
		return "too_large"
	case len(e.CT) <= tagBytes:
		return "bad_ct"
	}
	return ""
}

const kidChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

// IsUUID says whether s is a UUID in its one form: lower case, with hyphens.
func IsUUID(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// IsUUIDv7 says whether s is a UUID of version 7 in its one form.
func IsUUIDv7(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s && u.Version() == 7 && u.Variant() == uuid.RFC4122
}

// UnmarshalJSON reads an envelope strictly: its four fields and no other, so
// that a record in clear can never pass for one.
func (e *Envelope) UnmarshalJSON(b []byte) error {
	type plain Envelope
	var p plain
	if err := jsonv2.Unmarshal(b, &p, jsonv2.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("%w: %w", ErrBatchForm, err)
	}
	*e = Envelope(p)
	return nil
}

// AppendEnvelope appends the binary form of e: 16 bytes of id, one of the
// length of kid, kid, 65 of enc, and ct to the end. Check(e) must be "".
func AppendEnvelope(dst []byte, e Envelope) ([]byte, error) {
	if code := e.Check(); code != "" {
		return dst, fmt.Errorf("encode envelope: %s", code)
	}
	id := uuid.MustParse(e.ID)
	dst = append(dst, id[:]...)
	dst = append(dst, byte(len(e.KID)))
	dst = append(dst, e.KID...)
	dst = append(dst, e.Enc...)
	return append(dst, e.CT...), nil
}

// DecodeEnvelope undoes AppendEnvelope. The result shares no memory with b.
// What it holds is checked by Check, not here; only the frame must be whole.
func DecodeEnvelope(b []byte) (Envelope, error) {
	if len(b) < idBytes+1 {
		return Envelope{}, ErrBatchForm
	}
	kid := idBytes + 1 + int(b[idBytes])
	if len(b) < kid+EncBytes {
		return Envelope{}, ErrBatchForm
	}
	return Envelope{
		ID:  uuid.UUID(b[:idBytes]).String(),
		KID: string(b[idBytes+1 : kid]),
		Enc: bytes.Clone(b[kid : kid+EncBytes]),
		CT:  bytes.Clone(b[kid+EncBytes:]),
	}, nil
}

// EncodeBatch writes the binary form of a batch: "UMB1", then a frame with the
// JSON of device, cursor, sent_at and wiping, then a frame for each envelope. A frame is four
// bytes of big-endian length and that many bytes.
func EncodeBatch(b Batch) ([]byte, error) {
	if len(b.Records) > MaxBatch {
		return nil, ErrTooMany
	}
	head, err := json.Marshal(sentHead{b.Device, b.Cursor, b.SentAt, b.Wiping})
	if err != nil {
		return nil, fmt.Errorf("encode batch: %w", err)
	}
	if len(head) > MaxHeader {
		return nil, fmt.Errorf("encode batch: header over %d bytes", MaxHeader)
	}
	out := append([]byte(batchMagic), 0, 0, 0, 0)
	binary.BigEndian.PutUint32(out[len(batchMagic):], uint32(len(head)))
	out = append(out, head...)
	for _, e := range b.Records {
		at := len(out)
		out, err = AppendEnvelope(append(out, 0, 0, 0, 0), e)
		if err != nil {
			return nil, err
		}
		binary.BigEndian.PutUint32(out[at:], uint32(len(out)-at-4))
	}
	return out, nil
}

// sentHead is the JSON of a binary batch as it is written, batchHead as it is
// read: there sent_at may be anything.
type sentHead struct {
	Device string     `json:"device"`
	Cursor string     `json:"cursor"`
	SentAt *time.Time `json:"sent_at,omitempty"`
	Wiping bool       `json:"wiping,omitempty"`
}

type batchHead struct {
	Device string          `json:"device"`
	Cursor string          `json:"cursor"`
	SentAt json.RawMessage `json:"sent_at"`
	Wiping bool            `json:"wiping"`
}

// DecodeBatch undoes EncodeBatch. A frame longer than MaxFrame does not spoil
// its neighbours: it comes out as an envelope that Check calls too_large.
// ErrTooMany is returned for more than MaxBatch records, ErrBatchForm when the
// frames do not end where the body ends.
func DecodeBatch(body []byte) (Batch, error) {
	rest, ok := bytes.CutPrefix(body, []byte(batchMagic))
	if !ok {
		return Batch{}, ErrBatchForm
	}
	head, rest, ok := frame(rest)
	if !ok || len(head) > MaxHeader {
		return Batch{}, ErrBatchForm
	}
	var h batchHead
	dec := json.NewDecoder(bytes.NewReader(head))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&h); err != nil {
		return Batch{}, fmt.Errorf("%w: %w", ErrBatchForm, err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Batch{}, ErrBatchForm
	}
	b := Batch{Device: h.Device, Cursor: h.Cursor, SentAt: readTime(h.SentAt), Wiping: h.Wiping, Records: []Envelope{}}
	for len(rest) > 0 {
		if len(b.Records) == MaxBatch {
			return Batch{}, ErrTooMany
		}
		var f []byte
		if f, rest, ok = frame(rest); !ok {
			return Batch{}, ErrBatchForm
		}
		e, err := DecodeEnvelope(f[:min(len(f), MaxFrame+1)])
		if err != nil {
			return Batch{}, err
		}
		b.Records = append(b.Records, e)
	}
	return b, nil
}

func frame(b []byte) (f, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}

// ParseBatch reads the JSON form of a batch strictly: no unknown field, nothing
// after it. ErrTooMany and ErrBatchForm as DecodeBatch. A record that is no
// envelope (one in clear, say) does not spoil its neighbours: it comes out as
// an envelope that Check calls not_an_envelope.
func ParseBatch(body []byte) (Batch, error) {
	var in struct {
		Device  string           `json:"device"`
		Cursor  string           `json:"cursor"`
		SentAt  jsontext.Value   `json:"sent_at"`
		Wiping  bool             `json:"wiping"`
		Records []jsontext.Value `json:"records"`
	}
	if err := jsonv2.Unmarshal(body, &in, jsonv2.RejectUnknownMembers(true)); err != nil {
		return Batch{}, fmt.Errorf("%w: %w", ErrBatchForm, err)
	}
	if len(in.Records) > MaxBatch {
		return Batch{}, ErrTooMany
	}
	b := Batch{
		Device: in.Device, Cursor: in.Cursor, SentAt: readTime(in.SentAt), Wiping: in.Wiping,
		Records: make([]Envelope, len(in.Records)),
	}
	for i, raw := range in.Records {
		if raw.Kind() != '{' || b.Records[i].UnmarshalJSON(raw) != nil {
			b.Records[i] = notAnEnvelope(raw)
		}
	}
	return b, nil
}

// notAnEnvelope keeps of raw only the id, so that its sender can be told.
func notAnEnvelope(raw []byte) Envelope {
	var named struct {
		ID string `json:"id"`
	}
	e := Envelope{fault: "not_an_envelope"}
	if jsonv2.Unmarshal(raw, &named) == nil && IsUUID(named.ID) {
		e.ID = named.ID
	}
	return e
}

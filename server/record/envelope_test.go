package record_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"umbral/server/record"
)

func anEnvelope(id string) record.Envelope {
	enc := bytes.Repeat([]byte{7}, record.EncBytes)
	enc[0] = 4
	return record.Envelope{ID: id, KID: "0123456789abcdef", Enc: enc, CT: bytes.Repeat([]byte{9}, 100)}
}

func TestEnvelopeCheck(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*record.Envelope)
		want   string
	}{
		"good":             {func(*record.Envelope) {}, ""},
		"upper case id":    {func(e *record.Envelope) { e.ID = strings.ToUpper(e.ID) }, "bad_uuid"},
		"id in braces":     {func(e *record.Envelope) { e.ID = "{" + e.ID + "}" }, "bad_uuid"},
		"no id":            {func(e *record.Envelope) { e.ID = "" }, "bad_uuid"},
		"no kid":           {func(e *record.Envelope) { e.KID = "" }, "bad_kid"},
		"kid with a path":  {func(e *record.Envelope) { e.KID = "../key" }, "bad_kid"},
		"long kid":         {func(e *record.Envelope) { e.KID = strings.Repeat("a", 65) }, "bad_kid"},
		"short enc":        {func(e *record.Envelope) { e.Enc = e.Enc[1:] }, "bad_enc"},
		"compressed point": {func(e *record.Envelope) { e.Enc[0] = 2 }, "bad_enc"},
		"no ct":            {func(e *record.Envelope) { e.CT = nil }, "bad_ct"},
		"only a tag":       {func(e *record.Envelope) { e.CT = e.CT[:16] }, "bad_ct"},
		"largest ct":       {func(e *record.Envelope) { e.CT = make([]byte, record.MaxCT) }, ""},
		"too large":        {func(e *record.Envelope) { e.CT = make([]byte, record.MaxCT+1) }, "too_large"},
	} {
		e := anEnvelope(anID)
		c.change(&e)
		if got := e.Check(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func genEnvelope(t *rapid.T) record.Envelope {
	id := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
	enc := append([]byte{4}, rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "enc")...)
	return record.Envelope{
		ID:  uuidText(id),
		KID: rapid.StringMatching(`[A-Za-z0-9_-]{1,64}`).Draw(t, "kid"),
		Enc: enc,
		CT:  rapid.SliceOfN(rapid.Byte(), 17, 3000).Draw(t, "ct"),
	}
}

func uuidText(b [16]byte) string {
	const hex = "0123456789abcdef"
	var s strings.Builder
	for i, c := range b {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			s.WriteByte('-')
		}
		s.WriteByte(hex[c>>4])
		s.WriteByte(hex[c&15])
	}
	return s.String()
}

func TestBatch_BothFormsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := record.Batch{
			Device:  rapid.StringMatching(`[a-zñ0-9-]{0,40}`).Draw(t, "device"),
			Cursor:  rapid.StringMatching(`[ -~]{0,40}`).Draw(t, "cursor"),
			Records: rapid.SliceOfN(rapid.Custom(genEnvelope), 0, 30).Draw(t, "records"),
		}
		if rapid.Bool().Draw(t, "says its time") {
			at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "sent"), 0).UTC()
			b.SentAt = &at
		}
		bin, err := record.EncodeBatch(b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := record.DecodeBatch(bin)
		if err != nil || !reflect.DeepEqual(got, b) {
			t.Fatalf("binary: %v, %+v", err, got)
		}
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		got, err = record.ParseBatch(text)
		if err != nil || !reflect.DeepEqual(got, b) {
			t.Fatalf("JSON: %v, %+v", err, got)
		}
	})
}

// The layout of the binary form, written by hand: what the phone writes.
func TestDecodeBatch_Layout(t *testing.T) {
	head := `{"device":"d1","cursor":"c"}`
	e := anEnvelope(anID)
	body := "UMB1\x00\x00\x00\x1c" + head +
		"\x00\x00\x00\xc6" +
		"\x01\x93\x6a\x10\x7c\x2e\x7a\x31\x8f\x00\x01\x23\x45\x67\x89\xab" +
		"\x10" + "0123456789abcdef" + string(e.Enc) + string(e.CT)
	got, err := record.DecodeBatch([]byte(body))
	if err != nil || got.Device != "d1" || got.Cursor != "c" || len(got.Records) != 1 || !reflect.DeepEqual(got.Records[0], e) {
		t.Fatalf("%v %+v", err, got)
	}
	back, err := record.EncodeBatch(got)
	if err != nil || string(back) != body {
		t.Fatalf("%v %q", err, back)
	}
}

// A clock is a help, never a condition: what cannot be read is not known, and
// the batch goes on.
func TestBatch_SentAtNeverRefuses(t *testing.T) {
	for said, want := range map[string]string{
		`"2026-11-20T12:00:00.25-06:00"`: "2026-11-20T18:00:00.25Z",
		`"2026-11-20T18:00:00Z"`:         "2026-11-20T18:00:00Z",
		`null`:                           "", `""`: "", `"yesterday"`: "", `"2026-13-45T99:00:00Z"`: "",
		`1763661600`: "", `{"a":[1]}`: "", `true`: "",
	} {
		head := `{"device":"d1","cursor":"c","sent_at":` + said + `}`
		bin := binary.BigEndian.AppendUint32([]byte("UMB1"), uint32(len(head)))
		for form, read := range map[string]func() (record.Batch, error){
			"binary": func() (record.Batch, error) { return record.DecodeBatch(append(bin, head...)) },
			"JSON":   func() (record.Batch, error) { return record.ParseBatch([]byte(head[:len(head)-1] + `,"records":[]}`)) },
		} {
			b, err := read()
			got := ""
			if b.SentAt != nil {
				got = b.SentAt.Format(time.RFC3339Nano)
			}
			if err != nil || b.Device != "d1" || got != want {
				t.Errorf("%s %s: %q %v", form, said, got, err)
			}
		}
	}
}

func TestDecodeBatch_Refuses(t *testing.T) {
	good, err := record.EncodeBatch(record.Batch{Device: "d1", Records: []record.Envelope{anEnvelope(anID), anEnvelope(encounterID)}})
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(good) {
		if cut, err := record.DecodeBatch(good[:n]); err == nil && len(cut.Records) == 2 {
			t.Fatalf("%d of %d bytes pass for the whole", n, len(good))
		}
	}
	frameAt := 8 + int(binary.BigEndian.Uint32(good[4:]))
	for name, change := range map[string]func(b []byte) []byte{
		"other magic": func(b []byte) []byte { return append([]byte("UMB2"), b[4:]...) },
		"huge header": func(b []byte) []byte { binary.BigEndian.PutUint32(b[4:], 1<<31); return b },
		"huge frame":  func(b []byte) []byte { binary.BigEndian.PutUint32(b[frameAt:], 1<<32-1); return b },
		"short frame": func(b []byte) []byte { return append(b, 0, 0, 0, 3, 1, 2, 3) },
		"kid over frame": func(b []byte) []byte {
			return append(b, append([]byte{0, 0, 0, 17}, append(make([]byte, 16), 255)...)...)
		},
		"half a length":   func(b []byte) []byte { return append(b, 0, 0) },
		"unknown in head": func([]byte) []byte { return []byte("UMB1\x00\x00\x00\x09" + `{"who":1}`) },
		"two heads":       func([]byte) []byte { return []byte("UMB1\x00\x00\x00\x04" + `{}{}`) },
		"nothing":         func([]byte) []byte { return nil },
	} {
		if _, err := record.DecodeBatch(change(bytes.Clone(good))); !errors.Is(err, record.ErrBatchForm) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDecodeBatch_TooLargeSpoilsNoNeighbour(t *testing.T) {
	good, err := record.EncodeBatch(record.Batch{Device: "d1", Records: []record.Envelope{anEnvelope(anID)}})
	if err != nil {
		t.Fatal(err)
	}
	n := record.MaxFrame + 5000
	big := binary.BigEndian.AppendUint32(nil, uint32(n))
	big = append(big, make([]byte, n)...)
	big[4+16] = 16 // the length of kid
	copy(big[4+17:], "0123456789abcdef")
	big[4+33] = 4
	got, err := record.DecodeBatch(append(good, big...))
	if err != nil || len(got.Records) != 2 {
		t.Fatalf("%v, %d records", err, len(got.Records))
	}
	if a, b := got.Records[0].Check(), got.Records[1].Check(); a != "" || b != "too_large" {
		t.Errorf("%q %q", a, b)
	}
}

func TestBatch_TooMany(t *testing.T) {
	b := record.Batch{Device: "d1"}
	for range record.MaxBatch {
		b.Records = append(b.Records, anEnvelope(anID))
	}
	bin, err := record.EncodeBatch(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.DecodeBatch(bin); err != nil {
		t.Fatal(err)
	}
	frame := bin[len(bin)-(len(bin)-8-len(`{"device":"d1","cursor":""}`))/record.MaxBatch:]
	if _, err := record.DecodeBatch(append(bin, frame...)); !errors.Is(err, record.ErrTooMany) {
		t.Errorf("binary: %v", err)
	}
	b.Records = append(b.Records, anEnvelope(anID))
	if _, err := record.EncodeBatch(b); !errors.Is(err, record.ErrTooMany) {
		t.Errorf("encode: %v", err)
	}
	text, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.ParseBatch(text); !errors.Is(err, record.ErrTooMany) {
		t.Errorf("JSON: %v", err)
	}
}

// A record in clear among envelopes is refused alone, and by its id.
func TestParseBatch_WhatIsNoEnvelope(t *testing.T) {
	good, err := json.Marshal(anEnvelope(encounterID))
	if err != nil {
		t.Fatal(err)
	}
	clear := strings.Join(strings.Fields(detectionText), " ")
	extra := strings.Replace(string(good), "{", `{"name":"Juana",`, 1)
	notBase64 := strings.Replace(string(good), `"ct":"`, `"ct":"?`, 1)
	body := `{"device":"d1","cursor":"","records":[` + strings.Join([]string{clear, string(good), "7", extra, notBase64, "null"}, ",") + `]}`
	b, err := record.ParseBatch([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range b.Records {
		got = append(got, e.ID+" "+e.Check())
	}
	const no = " not_an_envelope"
	want := []string{anID + no, encounterID + " ", no, encounterID + no, encounterID + no, no}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestParseBatch_Refuses(t *testing.T) {
	for _, body := range []string{``, `[]`, `{"device":"d","records":[]}{}`, `{"device":"d","device":"e"}`, `{"who":1}`, `{"records":{}}`, "{\"device\":\"\xff\"}"} {
		if _, err := record.ParseBatch([]byte(body)); !errors.Is(err, record.ErrBatchForm) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func FuzzDecodeBatch(f *testing.F) {
	good, err := record.EncodeBatch(record.Batch{Device: "d1", Records: []record.Envelope{anEnvelope(anID)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := record.DecodeBatch(body)
		if err != nil {
			return
		}
		for _, e := range b.Records {
			if e.Check() != "" {
				return
			}
		}
		again, err := record.EncodeBatch(b)
		if err != nil {
			return // a header that grew over its limit by escaping
		}
		if b2, err := record.DecodeBatch(again); err != nil || !reflect.DeepEqual(b2.Records, b.Records) {
			t.Fatalf("%v", err)
		}
	})
}

func FuzzParseBatch(f *testing.F) {
	good, err := json.Marshal(record.Batch{Device: "d1", Records: []record.Envelope{anEnvelope(anID)}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := record.ParseBatch(body)
		if err == nil && len(b.Records) > record.MaxBatch {
			t.Fatal("too many")
		}
	})
}

package device

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"umbral/server/record"
	"umbral/server/seal"
)

// aState is an enrolment with a key whose private half the test has.
func aState(t testing.TB) (*State, *seal.Keyring) {
	t.Helper()
	ring, root := serverKeys(t)
	key, err := newKey()
	if err != nil {
		t.Fatal(err)
	}
	private, _, err := encodeKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return &State{
		Version: stateVersion, Server: "http://localhost:1", Device: "d1",
		Author: record.Author{User: "u1", Role: "labour_inspector", Agency: `a"1`},
		Keys:   ring.Public(), Root: root.Chain()[0].PublicKey, PrivateKey: private, key: key, path: t.TempDir() + "/s.json",
	}, ring
}

// serverKeys are those of a server that nobody knows yet.
func serverKeys(t testing.TB) (*seal.Keyring, *seal.Root) {
	t.Helper()
	dir := t.TempDir()
	ring, err1 := seal.OpenKeyring(dir, time.Now)
	root, err2 := seal.OpenRoot(dir, time.Now)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return ring, root
}

func TestFill_OnlyAuthorAndDeviceChange(t *testing.T) {
	s, _ := aState(t)
	const author, device = `{"user":"u1","role":"labour_inspector","agency":"a\"1"}`, `"d1"`
	for in, want := range map[string]string{
		`{}`:                                     `{"author":` + author + `,"device":` + device + `}`,
		`{"author":null,"device":null,"id":"x"}`: `{"author":` + author + `,"device":` + device + `,"id":"x"}`,
		`{"author":{"user":"somebody"},"device":"other"}`:  `{"author":` + author + `,"device":` + device + `}`,
		`{"n":1.0e2, "s":"é", "big":12345678901234567890}`: `{"n":1.0e2,"s":"é","big":12345678901234567890,"author":` + author + `,"device":` + device + `}`,
		`{"x":1,"x":{"author":1},"device":3,"device":4}`:   `{"x":1,"x":{"author":1},"device":"d1","device":"d1","author":` + author + `}`,
	} {
		list, err := members([]byte(in))
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		got, err := s.fill(list)
		if err != nil || string(got) != want {
			t.Errorf("%s\n got %s %v\nwant %s", in, got, err, want)
		}
	}
}

func TestMembers_OnlyObjects(t *testing.T) {
	for _, line := range []string{``, `null`, `[]`, `"x"`, `{`, `{"a"}`, `{"a":1}{}`, `{"a":1} x`, `Juana`} {
		if _, err := members([]byte(line)); !errors.Is(err, errNotObject) {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestSeal_JudgesNothing(t *testing.T) {
	s, ring := aState(t)
	const id = "01936a10-7c2e-7a31-8f00-0123456789ab"
	for _, line := range []string{
		`{"id":"` + id + `"}`,
		`{"id":"` + id + `","kind":"nonsense","x":[[[[1]]]]}`,
		`{"id":"` + id + `","bad":"` + "\xff" + `"}`,
		`{"id":"first","id":"` + id + `"}`,
	} {
		var out, err = sealAll(t, s, line)
		if err != nil {
			t.Fatal(err)
		}
		var e record.Envelope
		if err := json.Unmarshal(out, &e); err != nil || e.ID != id || e.Check() != "" {
			t.Fatalf("%q: %v %+v", line, err, e)
		}
		plain, err := ring.Open(e)
		if err != nil || !bytes.Contains(plain, []byte(`"device":"d1"`)) {
			t.Errorf("%q: %v %s", line, err, plain)
		}
	}
}

func sealAll(t *testing.T, s *State, in string) ([]byte, error) {
	t.Helper()
	var out bytes.Buffer
	bad, err := s.Seal(strings.NewReader(in), &out, func(text string) { t.Error(text) })
	if bad != 0 {
		t.Errorf("%d bad lines", bad)
	}
	return out.Bytes(), err
}

func TestSeal_WhatCannotBeSealedDoesNotStopTheOthers(t *testing.T) {
	s, _ := aState(t)
	const good = `{"id":"01936a10-7c2e-7a31-8f00-0123456789ab"}`
	in := strings.Join([]string{good, "Juana", `{"a":"` + strings.Repeat("x", 70<<10) + `"}`, strings.Repeat("y", maxLine+5), "", good}, "\n")
	var out bytes.Buffer
	var said []string
	bad, err := s.Seal(strings.NewReader(in), &out, func(text string) { said = append(said, text) })
	if err != nil || bad != 3 {
		t.Fatalf("%d bad, %v", bad, err)
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d envelopes", n)
	}
	for i, want := range []string{"line 2: not a JSON object", "line 3: record: larger", "line 4: longer than"} {
		if !strings.HasPrefix(said[i], want) || strings.Contains(said[i], "Juana") {
			t.Errorf("%q, want %q", said[i], want)
		}
	}
}

func TestReadLine(t *testing.T) {
	r := bufio.NewReaderSize(strings.NewReader("a\r\n\n"+strings.Repeat("x", maxLine)+"\nlast"), 16)
	for i, want := range []struct {
		text string
		err  error
	}{{"a", nil}, {"", nil}, {"", errLongLine}, {"last", nil}, {"", io.EOF}} {
		got, err := readLine(r)
		if string(got) != want.text || !errors.Is(err, want.err) {
			t.Errorf("line %d: %.20q %v", i+1, got, err)
		}
	}
}

func FuzzMembers(f *testing.F) {
	s, _ := aState(f)
	f.Add([]byte(`{"id":"x","author":null,"a":[1,{"b":2}]}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		list, err := members(line)
		if err != nil {
			return
		}
		filled, err := s.fill(list)
		if err != nil {
			return
		}
		again, err := members(filled)
		if err != nil {
			t.Fatalf("%q becomes %q: %v", line, filled, err)
		}
		twice, err := s.fill(again)
		if err != nil || !bytes.Equal(twice, filled) {
			t.Fatalf("filled twice: %q, once: %q", twice, filled)
		}
	})
}

package main

import (
	"encoding/base64"
	"testing"

	"umbral/server/shred"
)

// testMaster is the master key of tests that open a node themselves.
func testMaster(t testing.TB) *shred.Master {
	t.Helper()
	m, err := shred.NewMaster([]byte("a master key of 32 bytes, a test"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func FuzzParseMaster(f *testing.F) {
	f.Add([]byte("a master key of 32 bytes, a test"))
	f.Add([]byte(base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"))
	f.Add([]byte(base64.RawURLEncoding.EncodeToString(make([]byte, 32))))
	f.Add([]byte("==="))
	f.Fuzz(func(t *testing.T, text []byte) {
		if key, err := parseMaster(text); err == nil && len(key) != shred.KeySize {
			t.Errorf("%d bytes", len(key))
		}
	})
}

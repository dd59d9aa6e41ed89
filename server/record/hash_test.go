package record_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"umbral/server/record"
)

func TestHash_SameContent(t *testing.T) {
	want := record.Hash([]byte(`{"b":[1,2.50,"é"],"a":null}`))
	for _, same := range []string{
		`{"a":null,"b":[1,2.5,"é"]}`,
		" {\n\"b\" : [ 1.0 , 25e-1, \"\\u00e9\" ], \"a\":null }\n",
	} {
		if got := record.Hash([]byte(same)); got != want {
			t.Errorf("%s has another hash", same)
		}
	}
	for _, other := range []string{
		`{"a":null,"b":[2.5,1,"é"]}`,
		`{"a":null,"b":[1,2.5,"e"]}`,
		`{"a":null,"b":[1,2.5,"é"],"c":1}`,
	} {
		if record.Hash([]byte(other)) == want {
			t.Errorf("%s has the same hash", other)
		}
	}
}

func TestHash_WhatIsNoJSONIsItsBytes(t *testing.T) {
	for _, garbage := range []string{"", "not JSON", `{"a":1,"a":2}`, `{"a":1} {}`, "\xff", strings.Repeat("[", 100)} {
		sum := sha256.Sum256([]byte(garbage))
		if record.Hash([]byte(garbage)) != hex.EncodeToString(sum[:]) {
			t.Errorf("%q", garbage)
		}
	}
}

// Two implementations of RFC 8785 that share no code agree.
func TestHash_AgainstAnotherImplementation(t *testing.T) {
	leaf := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) any { return rapid.String().Draw(t, "text") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.Float64Range(-1e300, 1e300).Draw(t, "number") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.IntRange(-1e6, 1e6).Draw(t, "whole") }),
		rapid.Just(any(nil)), rapid.Just(any(true)))
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.MapOf(rapid.String(), leaf).Draw(t, "value")
		text, err := json.Marshal(map[string]any{"v": value, "l": []any{leaf.Draw(t, "leaf")}})
		if err != nil {
			t.Fatal(err)
		}
		canonical, err := jcs.Transform(text)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(canonical)
		if record.Hash(text) != hex.EncodeToString(sum[:]) {
			t.Fatalf("%s: canonical form is %s", text, canonical)
		}
	})
}

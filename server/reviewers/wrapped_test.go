package reviewers

import (
	"encoding/json"
	"testing"
)

func FuzzCheckWrapped(f *testing.F) {
	f.Add([]byte(`{"v":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA","m":65536,"t":3,"iv":"AAAAAAAAAAAAAAAA","ct":"AAAA"}`))
	f.Add([]byte(`{"v":1`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if checkWrapped(raw) != nil {
			return
		}
		var w wrapped
		if err := json.Unmarshal(raw, &w); err != nil || w.Memory < leastMemory || w.Passes < leastPasses || len(raw) > maxWrapped {
			t.Fatalf("taken: %q", raw)
		}
	})
}

func FuzzCheckSealed(f *testing.F) {
	f.Add("BAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if checkSealed(text) == nil && len(text) < minSealed {
			t.Fatalf("taken: %q", text)
		}
	})
}

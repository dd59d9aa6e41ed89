package review

import (
	"strings"
	"testing"
)

func TestTakeIdentity(t *testing.T) {
	for name, c := range map[string]struct{ record, rest, sealed string }{
		"none":     {`{"id":"x","identity":null}`, `{"id":"x","identity":null}`, ""},
		"absent":   {`{"id":"x"}`, `{"id":"x"}`, ""},
		"sealed":   {`{"z":1,"identity":{"ct":"SECRET"},"a":2}`, `{"a":2,"identity":null,"z":1}`, `{"ct":"SECRET"}`},
		"no bytes": {``, ``, ""},
	} {
		rest, sealed, err := takeIdentity([]byte(c.record))
		if err != nil || string(rest) != c.rest || string(sealed) != c.sealed || strings.Contains(string(rest), "SECRET") {
			t.Errorf("%s: %s %s %v", name, rest, sealed, err)
		}
	}
	if _, _, err := takeIdentity([]byte(`[`)); err == nil {
		t.Error("a broken record is no record without identity")
	}
}

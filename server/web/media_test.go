package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
)

func TestMedia_WholeOrOneRange(t *testing.T) {
	w := newWorld(t, nil)
	sum := sha256.Sum256(mamVoice)
	path, tag := "/api/v1/media/"+hex.EncodeToString(sum[:]), `"`+hex.EncodeToString(sum[:])+`"`
	n := len(mamVoice)
	for name, tc := range map[string]struct {
		header []string
		status int
		body   string
		part   string
	}{
		"whole":                {nil, http.StatusOK, string(mamVoice), ""},
		"its beginning":        {[]string{"Range", "bytes=0-2"}, http.StatusPartialContent, "ID3", "bytes 0-2/40"},
		"to its end":           {[]string{"Range", "bytes=36-"}, http.StatusPartialContent, "test", "bytes 36-39/40"},
		"its last bytes":       {[]string{"Range", "bytes=-4"}, http.StatusPartialContent, "test", "bytes 36-39/40"},
		"further than its end": {[]string{"Range", "bytes=36-99"}, http.StatusPartialContent, "test", "bytes 36-39/40"},
		"behind its end":       {[]string{"Range", "bytes=40-"}, http.StatusRequestedRangeNotSatisfiable, "", "bytes */40"},
		"no range":             {[]string{"Range", "words=1-2"}, http.StatusRequestedRangeNotSatisfiable, "", "bytes */40"},
		"of another file":      {[]string{"Range", "bytes=0-2", "If-Range", `"x"`}, http.StatusOK, string(mamVoice), ""},
		"had already":          {[]string{"If-None-Match", tag}, http.StatusNotModified, "", ""},
	} {
		got := w.send("GET", path, "inspectora", nil, tc.header...)
		if n != 40 || got.status != tc.status || got.header.Get("Content-Range") != tc.part || !strings.HasPrefix(string(got.body), tc.body) {
			t.Errorf("%s: %d %q %q of %d", name, got.status, got.header.Get("Content-Range"), got.body, n)
		}
		if tc.body != "" && (len(got.body) != len(tc.body) || got.header.Get("Content-Type") != "audio/mpeg" || got.header.Get("ETag") != tag) {
			t.Errorf("%s: %d bytes, %v", name, len(got.body), got.header)
		}
	}
}

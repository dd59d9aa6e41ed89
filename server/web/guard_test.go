package web_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/klauspost/compress/zstd"

	"umbral/server/record"
)

func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(b)
	must(t, err)
	must(t, z.Close())
	return out.Bytes()
}

func zstded(t *testing.T, b []byte) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	must(t, err)
	return z.EncodeAll(b, nil)
}

func TestGuard_Bodies(t *testing.T) {
	w := newWorld(t, nil)
	w.account("inspectora")
	login := []byte(fmt.Sprintf(`{"username":"inspectora","password":%q}`, password))
	bomb := bytes.Repeat([]byte{' '}, 50<<20)
	gz, zs := gzipped(t, bomb), zstded(t, bomb)
	for _, tt := range []struct {
		name     string
		body     []byte
		headers  []string
		status   int
		problem  string
		mustLack string
	}{
		{"plain", login, nil, 200, "", ""},
		{"gzip", gzipped(t, login), []string{"Content-Encoding", "gzip"}, 200, "", ""},
		{"zstd", zstded(t, login), []string{"Content-Encoding", "zstd"}, 200, "", ""},
		{"upper case coding", gzipped(t, login), []string{"Content-Encoding", "GZIP"}, 200, "", ""},
		{"charset", login, []string{"Content-Type", "application/json; charset=utf-8"}, 200, "", ""},
		{"gzip bomb", gz, []string{"Content-Encoding", "gzip"}, 413, "body-too-large", ""},
		{"zstd bomb", zs, []string{"Content-Encoding", "zstd"}, 413, "body-too-large", ""},
		{"gzip twice", gzipped(t, gz), []string{"Content-Encoding", "gzip, gzip"}, 415, "content-encoding", ""},
		{"brotli", login, []string{"Content-Encoding", "br"}, 415, "content-encoding", ""},
		{"deflate", login, []string{"Content-Encoding", "deflate"}, 415, "content-encoding", ""},
		{"not gzip", login, []string{"Content-Encoding", "gzip"}, 400, "body-not-unpacked", "gzip:"},
		{"not zstd", login, []string{"Content-Encoding", "zstd"}, 400, "body-not-unpacked", "magic"},
		{"cut gzip", gzipped(t, login)[:20], []string{"Content-Encoding", "gzip"}, 400, "body-not-unpacked", "EOF"},
		{"gzip of nothing", gzipped(t, nil), []string{"Content-Encoding", "gzip"}, 400, "body-empty", ""},
		{"empty", []byte{}, nil, 400, "body-empty", ""},
		{"too large", append(bytes.Repeat([]byte{' '}, 64<<10), login...), nil, 413, "body-too-large", ""},
		{"form", []byte("username=a&password=b"), []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "content-type", ""},
		{"text", login, []string{"Content-Type", "text/plain"}, 415, "content-type", ""},
		{"no type", login, []string{"Content-Type", ""}, 415, "content-type", ""},
		{"problem type", login, []string{"Content-Type", "application/problem+json"}, 415, "content-type", ""},
		{"latin-1 charset", login, []string{"Content-Type", "application/json; charset=iso-8859-1"}, 415, "content-type", ""},
		{"deep", []byte(strings.Repeat("[", 100_00)), nil, 400, "json-too-deep", ""},
		{"deep in a string", []byte(`{"username":"` + strings.Repeat("[", 100) + `","password":"x"}`), nil, 401, "login-failed", ""},
		{"wrong UTF-8", []byte("{\"username\":\"\xff\",\"password\":\"x\"}"), nil, 400, "body-not-utf8", ""},
		{"unknown field", []byte(`{"username":"a","password":"b","rol":"admin"}`), nil, 400, "json-unknown-field", ""},
		{"wrong type", []byte(`{"username":1,"password":"b"}`), nil, 400, "json-wrong-type", ""},
		{"not an object", []byte(`[]`), nil, 400, "json-not-object", "«»"},
		{"two values", append(append([]byte{}, login...), login...), nil, 400, "json-more-than-one", ""},
		{"broken", []byte(`{"username":`), nil, 400, "json-malformed", "unexpected"},
		{"null byte name", []byte(`{"username":"a\u0000","password":"b"}`), nil, 401, "login-failed", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := w.send("POST", "/api/v1/auth/login", "", tt.body, tt.headers...)
			if got.status != tt.status || got.problemType() != tt.problem {
				t.Errorf("%d %s, want %d %s: %s", got.status, got.problemType(), tt.status, tt.problem, got)
			}
			if tt.mustLack != "" && strings.Contains(got.String(), tt.mustLack) {
				t.Errorf("the answer tells the inner error: %s", got)
			}
		})
	}
}

// A bomb must be stopped before it is unpacked, not after.
func TestGuard_BombCostsNoMemory(t *testing.T) {
	w := newWorld(t, nil)
	bomb := gzipped(t, make([]byte, 200<<20))
	p := w.enrol("inspectora")
	token := p.deviceToken(bomb)
	for _, tt := range []struct {
		path  string
		limit uint64 // bytes that one request may allocate
	}{{"/api/v1/auth/login", 4 << 20}, {"/api/v1/sync", 6 * uint64(record.MaxBatchJSON)}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got := w.send("POST", tt.path, "", bomb, "Content-Encoding", "gzip", "Authorization", "Device "+token)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; got.status != 413 || used > tt.limit {
			t.Errorf("%s: %d %s, %d bytes allocated, want at most %d", tt.path, got.status, got.problemType(), used, tt.limit)
		}
	}
}

func TestGuard_SyncBatches(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	good := p.detection()
	envelope := p.seal(good.ID, good)
	many := make([]record.Envelope, record.MaxBatch+1)
	for i := range many {
		many[i] = envelope
		many[i].ID = uuid.Must(uuid.NewV7()).String()
	}
	binary, err := record.EncodeBatch(record.Batch{Device: p.device, Records: []record.Envelope{envelope}})
	must(t, err)
	const media = "application/vnd.umbral.sync"
	for _, tt := range []struct {
		name    string
		body    any
		headers []string
		status  int
		problem string
	}{
		{"201 records", record.Batch{Device: p.device, Records: many}, nil, 413, "batch-too-many"},
		{"truncated JSON", string(mustJSON(t, record.Batch{Device: p.device, Records: many[:3]})[:900]), nil, 400, "batch-malformed"},
		{"truncated binary", binary[:len(binary)-7], []string{"Content-Type", media}, 400, "batch-malformed"},
		{"binary as JSON", binary, nil, 400, "body-not-utf8"},
		{"no batch", "{}", nil, 400, "id-not-uuid"},
		{"device is no UUID", record.Batch{Device: "x", Records: many[:1]}, nil, 400, "id-not-uuid"},
		{"unknown field", `{"device":"` + p.device + `","records":[],"admin":true}`, nil, 400, "batch-malformed"},
		{"other type", binary, []string{"Content-Type", "application/octet-stream"}, 415, "content-type"},
		{"deep", strings.Repeat(`{"a":`, 5000), nil, 400, "json-too-deep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := p.send(tt.body, tt.headers...)
			if got.status != tt.status || got.problemType() != tt.problem {
				t.Errorf("%d %s, want %d %s: %.300s", got.status, got.problemType(), tt.status, tt.problem, got)
			}
		})
	}
	var page struct{ Total int }
	w.send("GET", "/api/v1/detections", "supervisora", nil).into(t, &page)
	if page.Total != 0 {
		t.Fatalf("%d kept of refused batches", page.Total)
	}
	for _, headers := range [][]string{
		{"Content-Type", media}, // and the same again, packed: a duplicate
		{"Content-Type", media, "Content-Encoding", "gzip"},
	} {
		body := binary
		want := "accepted"
		if len(headers) > 2 {
			body, want = gzipped(t, binary), "duplicate"
		}
		var got syncReply
		p.send(body, headers...).into(t, &got)
		if len(got.Results) != 1 || got.Results[0].Status != want {
			t.Errorf("binary: %+v, want %s", got, want)
		}
	}
}

// A record in clear is refused on its own; its neighbour is kept.
func TestGuard_ClearRecordIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	p := w.enrol("inspectora")
	clear, good := p.detection(), p.detection()
	body := map[string]any{"device": p.device, "cursor": "", "records": []any{clear, p.seal(good.ID, good)}}
	var got syncReply
	p.send(body).into(t, &got)
	if len(got.Results) != 2 || got.Results[0].Status != "refused" || got.Results[0].ID != clear.ID || got.Results[1].Status != "accepted" {
		t.Errorf("%+v", got.Results)
	}
}

// raw sends bytes as they are and reads one answer.
func (w *world) raw(text string) (*http.Response, string) {
	w.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	must(w.t, err)
	defer conn.Close()
	must(w.t, conn.SetDeadline(time.Now().Add(5*time.Second)))
	_, err = io.WriteString(conn, text)
	must(w.t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(w.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(w.t, err)
	return res, string(body)
}

// What the framework refuses by itself is a problem of ours too.
func TestGuard_FrameworkErrors(t *testing.T) {
	w := newWorld(t, nil)
	for _, tt := range []struct {
		name, request string
		status        int
		problem       string
	}{
		{"unknown path", "GET /api/v1/nada HTTP/1.1\r\nHost: x\r\n\r\n", 404, "path-unknown"},
		{"unknown path, POST", "POST /api/v1/nada HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", 404, "path-unknown"},
		{"slash at the end", "GET /api/v1/manifest/ HTTP/1.1\r\nHost: x\r\n\r\n", 404, "path-unknown"},
		{"other case", "GET /API/v1/manifest HTTP/1.1\r\nHost: x\r\n\r\n", 404, "path-unknown"},
		{"wrong method", "DELETE /api/v1/manifest HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method-not-allowed"},
		{"unknown method", "BREW /api/v1/manifest HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method-not-allowed"},
		{"headers too large", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 9000) + "\r\n\r\n", 431, "headers-too-large"},
		{"body too large", "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n", 413, "body-too-large"},
		{"sync without a token", "POST /api/v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n", 413, "body-too-large"},
		{"a recording without a token", "POST /api/v1/locales/mam/recordings?message=x HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n", 413, "body-too-large"},
		{"a recording of hours", "POST /api/v1/locales/mam/recordings HTTP/1.1\r\nHost: x\r\nAuthorization: DPoP x\r\nContent-Length: 9000000\r\n\r\n", 413, "body-too-large"},
		{"a sheet without a token", "POST /api/v1/locales/mam/sheet?dry=no HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n", 413, "body-too-large"},
		{"a sheet of a library", "POST /api/v1/locales/mam/sheet?dry=no HTTP/1.1\r\nHost: x\r\nAuthorization: DPoP x\r\nContent-Length: 9000000\r\n\r\n", 413, "body-too-large"},
		{"not HTTP", "hola\r\n\r\n", 400, "bad-request"},
		{"two lengths", "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", 400, "bad-request"},
		{"two hosts", "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400, "bad-request"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			res, body := w.raw(tt.request)
			got := reply{res.StatusCode, res.Header, []byte(body)}
			if got.status != tt.status || got.problemType() != tt.problem {
				t.Errorf("%d %s, want %d %s: %s", got.status, got.problemType(), tt.status, tt.problem, body)
			}
			if ct := res.Header.Get("Content-Type"); ct != "application/problem+json" {
				t.Errorf("content type %q", ct)
			}
			for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Request-Id", "Referrer-Policy"} {
				if res.Header.Get(h) == "" {
					t.Errorf("without %s", h)
				}
			}
		})
	}
	res, _ := w.raw("DELETE /api/v1/manifest HTTP/1.1\r\nHost: x\r\n\r\n")
	if allow := res.Header.Get("Allow"); !strings.Contains(allow, "GET") {
		t.Errorf("Allow is %q", allow)
	}
}

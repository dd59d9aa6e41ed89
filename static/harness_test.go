package static

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"umbral/server/record"
	"umbral/server/seal"
)

// turn is what the next request of sync, blobs or enrolment gets; see test/harness.js.
type turn struct {
	Status     int    `json:"status"`
	As         string `json:"as"`
	Reason     string `json:"reason"`
	Only       string `json:"only"`
	Lose       bool   `json:"lose"`
	HTML       bool   `json:"html"`
	RetryAfter int    `json:"retryAfter"`
	Type       string `json:"type"`
	Wipe       bool   `json:"wipe"`
}

type takenRecord struct {
	ID    string          `json:"id"`
	Hash  string          `json:"hash"`
	Plain json.RawMessage `json:"plain"`
	Bytes int             `json:"bytes"`
}

type takenBatch struct {
	Device  string        `json:"device"`
	Cursor  string        `json:"cursor"`
	SentAt  *time.Time    `json:"sent_at"`
	Wiping  bool          `json:"wiping"`
	Records []takenRecord `json:"records"`
}

// harness serves the modules of the page as they are, and is the far end of
// their requests: it opens what they seal with the server's own code and then
// answers as the test's script says, so that faults of a network can be had at will.
type harness struct {
	*httptest.Server
	keys *seal.Keyring
	*gate

	mu         sync.Mutex
	script     []turn
	taken      []takenBatch
	refreshes  int
	lostTokens map[string]bool
}

func newHarness(t testing.TB) *harness {
	t.Helper()
	keys, err := seal.OpenKeyring(t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	h := &harness{keys: keys, lostTokens: map[string]bool{}, gate: newGate(t)}
	mux := http.NewServeMux()
	files := http.FileServerFS(os.DirFS("."))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		for name, value := range securityHeaders {
			w.Header().Set(name, value)
		}
		if strings.HasPrefix(r.URL.Path, "/vault/") {
			w.Header().Set("Content-Security-Policy", keeperPolicy)
		}
		if kind, err := mediaType(r.URL.Path); err == nil {
			w.Header().Set("Content-Type", kind)
		}
		w.Header().Set("Cache-Control", "no-store")
		files.ServeHTTP(w, r)
	})
	mux.HandleFunc("POST /harness/script", h.setScript)
	mux.HandleFunc("GET /harness/received", func(w http.ResponseWriter, _ *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		reply(w, http.StatusOK, append([]takenBatch{}, h.taken...))
	})
	mux.HandleFunc("GET /harness/refreshes", func(w http.ResponseWriter, _ *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		reply(w, http.StatusOK, h.refreshes)
	})
	mux.HandleFunc("GET /harness/key", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, keys.Public()[0]) })
	mux.HandleFunc("POST /harness/folios", folios)
	mux.HandleFunc("POST /harness/open", h.openBatch)
	mux.HandleFunc("POST /harness/identity", identities)
	mux.HandleFunc("POST /harness/nonce", h.newNonce)
	mux.HandleFunc("POST /harness/signer", h.setSigner)
	mux.HandleFunc("GET /harness/keyset", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, h.keySet(h.keys)) })
	mux.HandleFunc("POST /harness/device", func(w http.ResponseWriter, r *http.Request) {
		var key string
		err := json.NewDecoder(r.Body).Decode(&key)
		if err == nil {
			err = h.register(key)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	})
	mux.HandleFunc("GET /api/v1/nonce", h.nonceAlone)
	mux.HandleFunc("POST /api/v1/auth/login", h.proven(login))
	mux.HandleFunc("POST /api/v1/auth/refresh", h.proven(h.refresh))
	mux.HandleFunc("POST /api/v1/auth/logout", h.proven(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	mux.HandleFunc("POST /api/v1/devices/enrol", h.signedIn(h.enrol))
	mux.HandleFunc("POST /api/v1/sync", h.fromDevice(h.sync))
	mux.HandleFunc("GET /api/v1/manifest", h.signedIn(h.manifest))
	mux.HandleFunc("GET /api/v1/blobs/{sha}", h.signedIn(h.blob))
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	return h
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, typ, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"type": "/problems/" + typ, "status": status, "detail": detail})
}

// loseReply sends the beginning of an answer and then breaks the line, as a
// cell tower does: the request was taken, and the phone does not know. (A line
// broken before any byte would make the browser itself repeat the request.)
func loseReply(w http.ResponseWriter) {
	conn, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	fmt.Fprint(buffered, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
	_ = buffered.Flush()
	_ = conn.Close()
}

func (h *harness) setScript(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.taken, h.lostTokens = nil, map[string]bool{}
	h.script = nil
	if err := json.NewDecoder(r.Body).Decode(&h.script); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

// next takes the next turn of the script that fits a request with these ids.
func (h *harness) next(has func(id string) bool) turn {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.script) == 0 || (h.script[0].Status >= 400 && h.script[0].Only != "" && !has(h.script[0].Only)) {
		return turn{}
	}
	first := h.script[0]
	h.script = h.script[1:]
	return first
}

func (h *harness) signedIn(next http.HandlerFunc) http.HandlerFunc {
	return h.proven(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "DPoP good" {
			refuse(w, http.StatusUnauthorized, "token-expired", "")
			return
		}
		next(w, r)
	})
}

func tokens() map[string]any {
	return map[string]any{"access_token": "good", "refresh_token": "r-1", "token_type": "DPoP", "expires_in": 900, "user": map[string]any{
		"id": "u-1", "username": "inspectora", "display": "Inspectora", "account": "agent", "post": "labour_inspector",
		"agency": map[string]any{"id": "a-1", "name": "Agencia"}, "region": "25",
	}}
}

func login(w http.ResponseWriter, r *http.Request) {
	var body struct{ Username, Password string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Password != "right" {
		refuse(w, http.StatusUnauthorized, "login-failed", "Usuario o contraseña incorrectos.")
		return
	}
	reply(w, http.StatusOK, tokens())
}

func (h *harness) refresh(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Token string `json:"refresh_token"`
	}
	err := json.NewDecoder(r.Body).Decode(&body)
	h.mu.Lock()
	h.refreshes++
	lose := body.Token == "r-lost" && !h.lostTokens[body.Token]
	h.lostTokens[body.Token] = true
	h.mu.Unlock()
	switch {
	case err != nil || body.Token == "r-revoked":
		refuse(w, http.StatusUnauthorized, "session-ended", "")
	case lose:
		loseReply(w)
	default:
		reply(w, http.StatusOK, tokens())
	}
}

func (h *harness) enrol(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Name      string `json:"name"`
		PublicKey string `json:"public_key"`
		Code      string `json:"code"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		refuse(w, http.StatusBadRequest, "body-malformed", "")
		return
	}
	if err := h.register(body.PublicKey); err != nil {
		refuse(w, http.StatusBadRequest, "public-key-malformed", "")
		return
	}
	if body.Code == "" {
		refuse(w, http.StatusForbidden, "enrol-code", "")
		return
	}
	if t := h.next(func(string) bool { return false }); t.Status >= 400 {
		refuse(w, t.Status, t.Type, "")
		return
	}
	kid, _ := h.keys.Current()
	reply(w, http.StatusCreated, map[string]any{"device": "d-1", "kid": kid, "agency": map[string]any{"id": "a-1", "name": "Agencia"}})
}

func folios(w http.ResponseWriter, r *http.Request) {
	var ids []string
	if err := json.NewDecoder(r.Body).Decode(&ids); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = record.Folio(id)
	}
	reply(w, http.StatusOK, out)
}

// take decodes and opens a batch with the server's code.
func (h *harness) take(r *http.Request) (takenBatch, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return takenBatch{}, err
	}
	batch, err := record.DecodeBatch(body)
	if err != nil {
		return takenBatch{}, err
	}
	out := takenBatch{Device: batch.Device, Cursor: batch.Cursor, SentAt: batch.SentAt, Wiping: batch.Wiping, Records: []takenRecord{}}
	for _, e := range batch.Records {
		if reason := e.Check(); reason != "" {
			return out, fmt.Errorf("envelope %s: %s", e.ID, reason)
		}
		plain, err := h.keys.Open(e)
		if err != nil {
			return out, fmt.Errorf("envelope %s: %w", e.ID, err)
		}
		out.Records = append(out.Records, takenRecord{ID: e.ID, Hash: record.Hash(plain), Plain: plain, Bytes: len(e.CT)})
	}
	return out, nil
}

func (h *harness) openBatch(w http.ResponseWriter, r *http.Request) {
	batch, err := h.take(r)
	if err != nil {
		reply(w, http.StatusOK, map[string]string{"error": err.Error()})
		return
	}
	reply(w, http.StatusOK, batch)
}

func (h *harness) sync(w http.ResponseWriter, r *http.Request) {
	if kind := r.Header.Get("Content-Type"); kind != "application/vnd.umbral.sync" {
		if t := h.next(func(string) bool { return false }); t.HTML {
			portal(w)
			return
		}
		refuse(w, http.StatusUnsupportedMediaType, "media-type", kind)
		return
	}
	batch, err := h.take(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, "body-malformed", err.Error())
		return
	}
	has := func(id string) bool {
		for _, one := range batch.Records {
			if one.ID == id {
				return true
			}
		}
		return false
	}
	t := h.next(has)
	switch {
	case t.HTML:
		portal(w)
		return
	case t.Status >= 400:
		if t.RetryAfter > 0 {
			w.Header().Set("Retry-After", fmt.Sprint(t.RetryAfter))
		}
		refuse(w, t.Status, t.Type, "")
		return
	}
	h.mu.Lock()
	h.taken = append(h.taken, batch)
	n := len(h.taken)
	h.mu.Unlock()
	if t.Lose {
		loseReply(w)
		return
	}
	events := []any{}
	if t.Wipe {
		events = append(events, map[string]string{"type": "wipe"})
	}
	reply(w, http.StatusOK, map[string]any{"results": results(t, batch, has), "events": events, "cursor": fmt.Sprintf("cursor-%d", n)})
}

// results answers as the turn says: all As, or only one As and the others
// accepted, or, where the one is not in the batch, nothing but the one.
func results(t turn, batch takenBatch, has func(string) bool) []map[string]string {
	out := []map[string]string{}
	if t.Only != "" && !has(t.Only) {
		return append(out, map[string]string{"id": t.Only, "status": t.As})
	}
	for _, one := range batch.Records {
		result := map[string]string{"id": one.ID, "status": "accepted"}
		if t.As != "" && (t.Only == "" || t.Only == one.ID) {
			result["status"], result["reason"] = t.As, t.Reason
		}
		out = append(out, result)
	}
	return out
}

// portal is the page that a hotel's or carrier's network puts before every answer.
func portal(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html")
	fmt.Fprint(w, "<h1>Acepte las condiciones</h1>")
}

// published are the blobs of the harness, by kind and id.
func (h *harness) published() map[[2]string][]byte {
	encode := func(v any) []byte {
		b, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return b
	}
	return map[[2]string][]byte{
		{"protocol", "farm"}:       []byte(`{"id":"farm","version":1,"title":"Farm","settings":["farm"],"roles":["labour_inspector"],"modules":[]}`),
		{"protocol", "clinic"}:     []byte(`{"id":"clinic","version":1,"title":"Clinic","settings":["clinic"],"roles":["health_worker"],"modules":[]}`),
		{"codebook", "codebook"}:   []byte(`{"sexes":[{"code":"female"}]}`),
		{"directory", "directory"}: []byte(`{"services":[]}`),
		{"municipalities", "mx"}:   []byte(`{"source":"INEGI","items":[["25001","Ahome"]]}`),
		{"keys", "keys"}:           encode(h.keySet(h.keys)),
		{"locale", "es-MX"}:        []byte(`{"code":"es-MX","name":"Español","messages":{"a":{"text":"A","status":"source"}},"shared":{}}`),
		{"words", "tzo/clinic"}:    []byte(`{"code":"tzo","protocol":"clinic","texts":{}}`),
		{"locale", "tzo"}:          []byte(`{"code":"tzo","name":"Tsotsil","messages":{"a":{"text":"A","status":"imported"}},"shared":{}}`),
	}
}

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (h *harness) manifest(w http.ResponseWriter, _ *http.Request) {
	entries := []map[string]any{}
	for name, body := range h.published() {
		entry := map[string]any{"kind": name[0], "id": name[1], "version": 1, "sha256": sha256Hex(body), "bytes": len(body)}
		var has struct{ Roles []string }
		if err := json.Unmarshal(body, &has); err == nil && len(has.Roles) > 0 {
			entry["roles"] = has.Roles
		}
		entries = append(entries, entry)
	}
	reply(w, http.StatusOK, entries)
}

func (h *harness) blob(w http.ResponseWriter, r *http.Request) {
	for _, body := range h.published() {
		if sha256Hex(body) != r.PathValue("sha") {
			continue
		}
		if t := h.next(func(string) bool { return false }); t.Type == "break-blob" {
			body = []byte(strings.Replace(string(body), `"`, `'`, 1))
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
		return
	}
	refuse(w, http.StatusNotFound, "not-found", "")
}

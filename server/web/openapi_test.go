package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"umbral/server/record"
)

// contract is the served document, with a compiler for its schemas.
type contract struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
}

const contractURL = "https://umbral.invalid/openapi.json"

func (w *world) contract() contract {
	w.t.Helper()
	got := w.send("GET", "/api/v1/openapi.json", "", nil)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(got.String()))
	must(w.t, err)
	c := contract{doc.(map[string]any), jsonschema.NewCompiler()}
	c.compiler.DefaultDraft(jsonschema.Draft2020) // what OpenAPI 3.1 schemas are
	c.compiler.AssertFormat()
	must(w.t, c.compiler.AddResource(contractURL, doc))
	return c
}

var parameter = regexp.MustCompile(`:(\w+)`)

func pathOf(route string) string { return parameter.ReplaceAllString(route, "{$1}") }

func (c contract) operation(method, path string) map[string]any {
	item, _ := c.doc["paths"].(map[string]any)[path].(map[string]any)
	op, _ := item[strings.ToLower(method)].(map[string]any)
	return op
}

func TestOpenAPI_AndRoutesAreTheSame(t *testing.T) {
	w := newWorld(t, nil)
	c := w.contract()
	if v := c.doc["openapi"]; v != "3.1.0" {
		t.Errorf("openapi is %v", v)
	}
	routes := map[string]bool{}
	for _, r := range w.api.Routes() {
		path := pathOf(r.Path)
		routes[r.Method+" "+path] = true
		op := c.operation(r.Method, path)
		if op == nil {
			t.Errorf("%s %s is not in openapi.yaml", r.Method, path)
			continue
		}
		security, own := op["security"].([]any)
		if isPublic := own && len(security) == 0; isPublic != (r.May == "(public)") {
			t.Errorf("%s %s: openapi.yaml says public %v, the route asks for %s", r.Method, path, isPublic, r.May)
		}
		if _, reads := op["requestBody"]; reads && r.Body == 0 {
			t.Errorf("%s %s has a body in openapi.yaml and none in the route", r.Method, path)
		}
		c.checkParameters(t, r.Method+" "+path, path, op)
		c.checkSchemas(t, r.Method, path, op)
	}
	for path, item := range c.doc["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			if name := strings.ToUpper(method) + " " + path; !routes[name] {
				t.Errorf("%s is in openapi.yaml and no route", name)
			}
		}
	}
}

func (c contract) checkParameters(t *testing.T, name, path string, op map[string]any) {
	t.Helper()
	inPath := map[string]bool{}
	list, _ := op["parameters"].([]any)
	for _, p := range list {
		p := c.resolve(p.(map[string]any))
		if p["in"] == "path" {
			inPath[p["name"].(string)] = true
		}
	}
	for _, m := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
		if !inPath[m[1]] {
			t.Errorf("%s: the parameter %s is not described", name, m[1])
		}
		delete(inPath, m[1])
	}
	for extra := range inPath {
		t.Errorf("%s describes a parameter %s that the path does not have", name, extra)
	}
}

// resolve follows a $ref inside the document.
func (c contract) resolve(v map[string]any) map[string]any {
	ref, ok := v["$ref"].(string)
	if !ok {
		return v
	}
	at := any(c.doc)
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = at.(map[string]any)[part]
	}
	return at.(map[string]any)
}

// pointer escapes parts of a JSON pointer, for an address.
func pointer(parts ...string) string {
	esc := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	for i, p := range parts {
		parts[i] = esc.Replace(p)
	}
	return contractURL + "#/" + strings.Join(parts, "/")
}

func (c contract) checkSchemas(t *testing.T, method, path string, op map[string]any) {
	t.Helper()
	for status := range op["responses"].(map[string]any) {
		for _, media := range []string{"application/json", "application/problem+json"} {
			if _, err := c.schema(method, path, status, media); err != nil {
				t.Errorf("%s %s %s: %v", method, path, status, err)
			}
		}
	}
}

// schema compiles what an answer must look like; nil where it has no such body.
func (c contract) schema(method, path, status, media string) (*jsonschema.Schema, error) {
	op := c.operation(method, path)
	responses, _ := op["responses"].(map[string]any)
	where := []string{"paths", path, strings.ToLower(method), "responses", status}
	response, ok := responses[status].(map[string]any)
	if !ok {
		if response, ok = responses["default"].(map[string]any); !ok {
			return nil, fmt.Errorf("status %s is not described", status)
		}
		where[4] = "default"
	}
	if ref, ok := response["$ref"].(string); ok {
		where = strings.Split(strings.TrimPrefix(ref, "#/"), "/")
		response = c.resolve(response)
	}
	content, _ := response["content"].(map[string]any)
	if content[media] == nil {
		return nil, nil
	}
	return c.compiler.Compile(pointer(append(where, "content", media, "schema")...))
}

// check holds a real answer against its schema.
func (c contract) check(t *testing.T, method, route string, got reply) {
	t.Helper()
	media, _, _ := strings.Cut(got.header.Get("Content-Type"), ";")
	schema, err := c.schema(method, route, fmt.Sprint(got.status), media)
	if err != nil {
		t.Errorf("%s %s: %v", method, route, err)
		return
	}
	if schema == nil {
		if len(got.body) > 0 {
			t.Errorf("%s %s: %d has an undescribed body of %s", method, route, got.status, media)
		}
		return
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(got.String()))
	must(t, err)
	if err := schema.Validate(v); err != nil {
		t.Errorf("%s %s %d does not fit the contract: %v\n%.500s", method, route, got.status, err, got)
	}
}

// sender as a user is the device itself.
const sender = "(device)"

func TestOpenAPI_RealAnswersFit(t *testing.T) {
	w := newWorld(t, nil)
	c := w.contract()
	p := w.enrol("inspectora")
	id := p.keep("coe_debt_bondage", "coe_documents_kept", "exp_low_or_no_pay")
	bad := uuid.Must(uuid.NewV7()).String()
	p.sync(p.seal(bad, "no es un registro"))
	var q struct{ Items []struct{ Key string } }
	w.send("GET", "/api/v1/quarantine", "supervisora", nil).into(t, &q)
	key := q.Items[0].Key
	var manifest []struct{ SHA256 string }
	w.send("GET", "/api/v1/manifest", "inspectora", nil).into(t, &manifest)
	d := p.detection("dan_captive")
	for _, tt := range []struct {
		method, route, user string
		body                any
		status              int
	}{
		{"GET", "/healthz", "", nil, 200},
		{"GET", "/readyz", "", nil, 200},
		{"GET", "/.well-known/jwks.json", "", nil, 200},
		{"GET", "/api/v1/openapi.json", "", nil, 200},
		{"POST", "/api/v1/setup", "", map[string]any{"code": "x", "username": "root", "password": "x", "agency": map[string]any{"name": "A"}}, 409},
		{"POST", "/api/v1/auth/login", "", map[string]any{"username": "inspectora", "password": password}, 200},
		{"POST", "/api/v1/auth/refresh", "", map[string]any{"refresh_token": "x"}, 401},
		{"POST", "/api/v1/auth/logout", "", map[string]any{"refresh_token": "x"}, 204},
		{"POST", "/api/v1/devices/enrol", "inspectora", map[string]any{"public_key": "x", "name": "y"}, 400},
		{"GET", "/api/v1/nonce", "", nil, 204},
		{"POST", "/api/v1/devices/codes", "supervisora", map[string]any{}, 201},
		{"POST", "/api/v1/devices/codes", "admin", map[string]any{"agency": "dos"}, 201},
		{"POST", "/api/v1/devices/codes", "supervisora", map[string]any{"agency": "dos"}, 404},
		{"POST", "/api/v1/devices/trip", "inspectora", map[string]any{"days": 3}, 404}, // no enrolled device
		{"POST", "/api/v1/devices/trip", "inspectora", map[string]any{"days": 31}, 400},
		{"GET", "/api/v1/devices", "admin", nil, 200},
		{"GET", "/api/v1/accounts", "admin", nil, 200},
		{"POST", "/api/v1/accounts", "admin", map[string]any{"username": "nueva", "account": "analyst", "agency": "uno", "password": password}, 201},
		{"POST", "/api/v1/accounts", "admin", map[string]any{"username": "nueva", "account": "analyst", "agency": "uno", "password": password}, 409},
		{"GET", "/api/v1/agencies", "admin", nil, 200},
		{"POST", "/api/v1/agencies", "admin", map[string]any{"name": "Tres"}, 201},
		{"GET", "/api/v1/manifest", "inspectora", nil, 200},
		{"GET", "/api/v1/blobs/{sha256=" + manifest[0].SHA256 + "}", "inspectora", nil, 200},
		{"GET", "/api/v1/protocols", "inspectora", nil, 200},
		{"GET", "/api/v1/protocols/{id=labour-agriculture}", "inspectora", nil, 200},
		{"GET", "/api/v1/locales", "inspectora", nil, 200},
		{"GET", "/api/v1/locales/{tag=en}", "inspectora", nil, 200},
		{"POST", "/api/v1/sync", sender, record.Batch{Device: p.device, Records: []record.Envelope{p.seal(d.ID, d)}}, 200},
		{"GET", "/api/v1/detections", "supervisora", nil, 200},
		{"GET", "/api/v1/detections/{id=" + id + "}", "supervisora", nil, 200},
		{"POST", "/api/v1/detections/{id=" + id + "}/reviews", "supervisora", map[string]any{"decision": "confirm", "follows": nil}, 201},
		{"POST", "/api/v1/detections/{id=" + id + "}/reviews", "supervisora", map[string]any{"decision": "confirm", "follows": nil}, 409},
		{"POST", "/api/v1/detections/{id=" + id + "}/referrals", "supervisora", map[string]any{"service": "shelter", "urgency": "now", "consent": "yes"}, 201},
		{"POST", "/api/v1/detections/{id=" + id + "}/notes", "supervisora", map[string]any{"text": "Se llamó al refugio."}, 201},
		{"GET", "/api/v1/detections/{id=" + id + "}", "supervisora", nil, 200}, // now with what followed
		{"GET", "/api/v1/quarantine", "supervisora", nil, 200},
		{"GET", "/api/v1/quarantine/{key=" + key + "}", "supervisora", nil, 200},
		{"POST", "/api/v1/quarantine/{key=" + key + "}/decisions", "supervisora", map[string]any{"decision": "release", "reason": "repaired"}, 409},
		{"POST", "/api/v1/quarantine/{key=" + key + "}/decisions", "supervisora", map[string]any{"decision": "discard", "reason": "unreadable"}, 200},
		{"GET", "/api/v1/stats", "supervisora", nil, 200},
		{"GET", "/api/v1/stats", "analista", nil, 200},
		{"POST", "/api/v1/devices/{id=" + p.device + "}/revoke", "admin", nil, 204},
		{"POST", "/api/v1/accounts/{id=" + p.author.User + "}/disable", "admin", nil, 204},
		{"POST", "/api/v1/accounts/{id=" + p.author.User + "}/enable", "admin", nil, 204},
		{"POST", "/api/v1/accounts/{id=" + p.author.User + "}/password", "admin", map[string]any{"password": "x"}, 400},
	} {
		path := regexp.MustCompile(`\{\w+=([^}]*)\}`).ReplaceAllString(tt.route, "$1")
		route := regexp.MustCompile(`\{(\w+)=[^}]*\}`).ReplaceAllString(tt.route, "{$1}")
		var got reply
		if tt.user == sender {
			got = p.send(tt.body)
		} else {
			got = w.send(tt.method, path, tt.user, tt.body)
		}
		if got.status != tt.status {
			t.Errorf("%s %s: %d, want %d: %.400s", tt.method, path, got.status, tt.status, got)
		}
		c.check(t, tt.method, route, got)
		c.check(t, tt.method, route, w.send(tt.method, path, "", tt.body)) // and as nobody
	}
	for _, format := range []string{"csv", "xlsx", "ndjson"} {
		got := w.send("GET", "/api/v1/exports/detections."+format, "supervisora", nil)
		if got.status != http.StatusOK || len(got.body) == 0 {
			t.Errorf("export %s: %d %s", format, got.status, got)
		}
	}
	var dump json.RawMessage
	w.send("GET", "/api/v1/detections/"+id, "supervisora", nil).into(t, &dump)
	if strings.Contains(string(dump), "password") || strings.Contains(string(dump), `"ct"`) {
		t.Errorf("the detail tells too much: %s", dump)
	}
}

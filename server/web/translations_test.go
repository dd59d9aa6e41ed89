package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"

	"umbral/locales"
	"umbral/server/access"
	"umbral/server/auth"
	"umbral/server/problem"
	"umbral/server/translation"
)

// deskTexts are the languages as the world's translation desk asks them: Mam and
// French, and a protocol of three texts, of which a file has one in Mam.
type deskTexts struct{ changed int }

var deskSpanish = map[string]string{"item.debt": "¿Debe dinero? {{.wage}}", "option.debt.yes": "Sí", "option.debt.no": "No", "chrome.back": "Atrás"}

func (*deskTexts) Known(locale string) bool {
	return slices.Contains([]string{"mam", "fr", "es-MX"}, locale)
}
func (*deskTexts) IsSource(locale string) bool { return locale == "es-MX" }
func (*deskTexts) GateOf(locale string) string {
	return map[string]string{"mam": "certified", "fr": "marked"}[locale]
}

func (*deskTexts) Messages(part string) ([]string, bool) {
	if part == translation.Interface {
		return []string{"chrome.back"}, true
	}
	return []string{"item.debt", "option.debt.yes", "option.debt.no"}, part == "p"
}

func (*deskTexts) Sources(_, message string) []translation.Source {
	text, ok := deskSpanish[message]
	if !ok {
		return nil
	}
	gate := map[bool]string{true: "imported", false: "certified"}[message == "chrome.back"]
	return []translation.Source{{Text: text, Hash: locales.TextHash(text), Gate: gate, Why: "why", Note: &translation.Note{Asks: "si debe"}}}
}

func (*deskTexts) Own(locale, _, message string) (translation.Own, bool) {
	return translation.Own{Text: "filed", Status: "imported"}, locale == "mam" && message == "chrome.back"
}
func (*deskTexts) Alike(a, b string) bool { return locales.LookAlike(a, b) }
func (*deskTexts) Neighbours(message string) []string {
	return map[string][]string{"option.debt.yes": {"option.debt.no"}, "option.debt.no": {"option.debt.yes"}}[message]
}
func (*deskTexts) CheckLanguage(l translation.Language) error {
	if l.Code == "mam" {
		return problem.New(problem.Conflict, "language-there")
	}
	return nil
}

func init() {
	for _, name := range []string{"segunda-traductora", "tercera-traductora"} {
		people = append(people, auth.NewAccount{Username: name, Account: access.Translator, Agency: "uno"})
	}
}

type deskRead struct {
	ID, Text, State, Status, Translator, Reviewer, Certifier string
	SourceHash                                               string `json:"source_hash"`
	TextHash                                                 string `json:"text_hash"`
	BackTranslation                                          string `json:"back_translation"`
	Comments                                                 int
	Recording                                                *struct{ SHA256, State, Type, Speaker string }
}

const deskPath = "/api/v1/locales/mam/texts"

func TestTranslations_FourPersonsToACertifiedText(t *testing.T) {
	w := newWorld(t, nil)
	c := w.contract()
	read := func(id string) (got deskRead) {
		t.Helper()
		r := w.send("GET", deskPath+"?protocol=p", "admin", nil)
		c.check(t, "GET", "/api/v1/locales/{tag}/texts", r)
		var list struct {
			Items  []deskRead
			Counts map[string]int
		}
		r.into(t, &list)
		total := 0
		for _, n := range list.Counts {
			total += n
		}
		if r.status != http.StatusOK || len(list.Items) != 3 || total != 3 || list.Items[0].ID != "item.debt" {
			t.Fatalf("%d %s", r.status, r)
		}
		return list.Items[slices.IndexFunc(list.Items, func(d deskRead) bool { return d.ID == id })]
	}
	do := func(user string, status int, typ string, body map[string]any) (got deskRead) {
		t.Helper()
		r := w.send("POST", deskPath+"/item.debt/steps", user, body)
		if c.check(t, "POST", "/api/v1/locales/{tag}/texts/{message}/steps", r); r.status != status || status != http.StatusCreated && r.problemType() != typ {
			t.Fatalf("%s as %s: %d %s", body["do"], user, r.status, r)
		}
		if status == http.StatusCreated {
			r.into(t, &got)
		}
		return got
	}
	first := read("item.debt")
	if first.State != "untranslated" || first.Status != "missing" || first.SourceHash == "" {
		t.Fatalf("%+v", first)
	}
	say := func(what string) map[string]any {
		return map[string]any{"do": what, "text_hash": read("item.debt").TextHash}
	}
	text := "ꞌaʼ b´ 'c {{.wage}}"
	written := do("traductora", http.StatusCreated, "", map[string]any{"do": "translate", "text": " " + text + " ", "source_hash": first.SourceHash})
	if written.Text != text || written.TextHash != locales.TextHash(text) || written.State != "translated" {
		t.Errorf("%+v", written)
	}
	do("traductora", http.StatusConflict, "translation-changed", map[string]any{"do": "translate", "text": text + "!", "source_hash": first.SourceHash})
	do("segunda-traductora", http.StatusConflict, "translation-needs-back", say("accept"))
	back := say("back_translate")
	back["text"] = "¿debe?"
	do("traductora", http.StatusForbidden, "translation-own", back)
	do("segunda-traductora", http.StatusCreated, "", back)
	do("traductora", http.StatusForbidden, "translation-own", say("accept"))
	do("segunda-traductora", http.StatusForbidden, "translation-own", say("accept"))
	do("tercera-traductora", http.StatusConflict, "translation-changed", map[string]any{"do": "accept", "text_hash": locales.TextHash("x")})
	if w.desked.changed != 0 {
		t.Error("a draft changed what devices may have")
	}
	do("tercera-traductora", http.StatusCreated, "", say("accept"))
	certify := say("certify")
	do("tercera-traductora", http.StatusBadRequest, "translation-competence", certify)
	certify["competence"] = "community_named"
	do("traductora", http.StatusForbidden, "translation-own", certify)
	do("admin", http.StatusForbidden, "forbidden", certify)
	got := do("tercera-traductora", http.StatusCreated, "", certify)
	if got.State != "certified" || got.Reviewer == "" || got.Certifier != got.Reviewer || got.BackTranslation != "¿debe?" || w.desked.changed != 2 {
		t.Errorf("%+v, changed %d times", got, w.desked.changed)
	}
	do("traductora", http.StatusCreated, "", map[string]any{"do": "comment", "text": "Gracias"})
	steps := w.send("GET", deskPath+"/item.debt/steps", "traductora", nil)
	c.check(t, "GET", "/api/v1/locales/{tag}/texts/{message}/steps", steps)
	var all struct{ Items []struct{ Do string } }
	if steps.into(t, &all); len(all.Items) != 5 || all.Items[3].Do != "certify" {
		t.Errorf("%s", steps)
	}
	for _, e := range w.book() {
		if strings.Contains(e.Detail, text) || strings.Contains(e.Detail, "Gracias") {
			t.Errorf("the book has a text: %+v", e)
		}
	}
}

func TestTranslations_Refused(t *testing.T) {
	w := newWorld(t, nil)
	hash := func(id string) string { return locales.TextHash(deskSpanish[id]) }
	if got := w.send("POST", deskPath+"/option.debt.no/steps", "traductora", map[string]any{"do": "translate", "text": "mii'n", "source_hash": hash("option.debt.no")}); got.status != http.StatusCreated {
		t.Fatalf("%d %s", got.status, got)
	}
	for name, tc := range map[string]struct {
		message string
		body    map[string]any
		typ     string
	}{
		"nothing":               {"item.debt", map[string]any{"text": "", "source_hash": hash("item.debt")}, "translation-empty"},
		"too long":              {"item.debt", map[string]any{"text": strings.Repeat("a", 4001), "source_hash": hash("item.debt")}, "translation-long"},
		"a control":             {"item.debt", map[string]any{"text": "a\u0007 {{.wage}}", "source_hash": hash("item.debt")}, "translation-characters"},
		"another direction":     {"item.debt", map[string]any{"text": "a\u202e {{.wage}}", "source_hash": hash("item.debt")}, "translation-characters"},
		"no placeholder":        {"item.debt", map[string]any{"text": "a", "source_hash": hash("item.debt")}, "translation-placeholders"},
		"another placeholder":   {"item.debt", map[string]any{"text": "a {{.wage}} {{.x}}", "source_hash": hash("item.debt")}, "translation-placeholders"},
		"half a placeholder":    {"item.debt", map[string]any{"text": "a {{.wage}} {{", "source_hash": hash("item.debt")}, "translation-placeholders"},
		"Spanish":               {"option.debt.yes", map[string]any{"text": "Sí", "source_hash": hash("option.debt.yes")}, "translation-same"},
		"like the other answer": {"option.debt.yes", map[string]any{"text": "Míin", "source_hash": hash("option.debt.yes")}, "translation-alike"},
		"another Spanish":       {"item.debt", map[string]any{"text": "a {{.wage}}", "source_hash": hash("chrome.back")}, "translation-source-changed"},
		"no Spanish":            {"item.debt", map[string]any{"text": "a {{.wage}}"}, "translation-source-changed"},
		"over a file's text":    {"chrome.back", map[string]any{"text": "a", "source_hash": hash("chrome.back")}, "translation-changed"},
		"no message":            {"item.none", map[string]any{"text": "a", "source_hash": hash("item.debt")}, "message-unknown"},
	} {
		tc.body["do"] = "translate"
		if got := w.send("POST", deskPath+"/"+tc.message+"/steps", "traductora", tc.body); got.problemType() != tc.typ {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	for name, tc := range map[string]struct{ path, body, typ string }{
		"of Spanish":        {"/api/v1/locales/es-MX/texts/item.debt/steps", `{"do":"comment","text":"x"}`, "translation-source"},
		"no language":       {"/api/v1/locales/zzz/texts/item.debt/steps", `{"do":"comment","text":"x"}`, "locale-unknown"},
		"no step":           {deskPath + "/item.debt/steps", `{"do":"sign"}`, "translation-step"},
		"a bare recording":  {deskPath + "/item.debt/steps", `{"do":"record"}`, "translation-step"},
		"no reason":         {deskPath + "/option.debt.no/steps", `{"do":"return"}`, "translation-empty"},
		"nothing to return": {deskPath + "/item.debt/steps", `{"do":"return","text":"x"}`, "translation-needs-text"},
		"no comment":        {deskPath + "/item.debt/steps", `{"do":"comment"}`, "translation-empty"},
	} {
		if got := w.send("POST", tc.path, "traductora", tc.body); got.problemType() != tc.typ {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	loan := map[string]any{"do": "translate", "text": "Sí", "source_hash": hash("option.debt.yes"), "loan": true}
	if got := w.send("POST", deskPath+"/option.debt.yes/steps", "traductora", loan); got.status != http.StatusCreated {
		t.Errorf("a loan: %d %s", got.status, got)
	}
	if got := w.send("GET", deskPath+"?protocol=none", "traductora", nil); got.problemType() != "protocol-unknown" {
		t.Errorf("no protocol: %d %s", got.status, got)
	}
}

func TestTranslations_RecordingsStayDraftsUntilAnotherCertifies(t *testing.T) {
	w := newWorld(t, nil)
	c := w.contract()
	const path = "/api/v1/locales/mam/recordings"
	voice := append([]byte("ID3"), make([]byte, 200<<10)...) // more than other bodies may have
	sum := sha256.Sum256(voice)
	sha := hex.EncodeToString(sum[:])
	bring := func(user, query string, content []byte) reply {
		got := w.send("POST", path+query, user, content, "Content-Type", "audio/mpeg")
		c.check(t, "POST", "/api/v1/locales/{tag}/recordings", got)
		return got
	}
	for name, tc := range map[string]struct {
		query   string
		content []byte
		typ     string
	}{
		"no consent":       {"?message=item.debt&speaker=official&consent=no", voice, "recording-consent"},
		"nobody speaks":    {"?message=item.debt&consent=yes", voice, "recording-speaker"},
		"another speaker":  {"?message=item.debt&speaker=robot&consent=yes", voice, "recording-speaker"},
		"no message":       {"?message=item.none&speaker=official&consent=yes", voice, "message-unknown"},
		"other words":      {"?message=item.debt&text_hash=" + sha + "&speaker=official&consent=yes", voice, "translation-changed"},
		"no recording":     {"?message=item.debt&speaker=official&consent=yes", []byte("<html> a page that is none"), "recording-type"},
		"too long":         {"?message=item.debt&speaker=official&consent=yes", append([]byte("ID3"), make([]byte, locales.MaxAudio)...), "body-too-large"},
		"another question": {"?message=item.debt&speaker=official&consent=yes&more=1", voice, "query-unknown"},
	} {
		if got := bring("inspectora", tc.query, tc.content); got.problemType() != tc.typ {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	got := bring("inspectora", "?message=item.debt&text_hash="+locales.TextHash(deskSpanish["item.debt"])+"&speaker=official&consent=yes", voice)
	if got.status != http.StatusCreated || !strings.Contains(got.String(), `"text_hash":""`) || !strings.Contains(got.String(), sha) {
		t.Fatalf("%d %s", got.status, got)
	}
	if got := bring("traductora", "?message=option.debt.no&speaker=translator&consent=yes", voice); got.problemType() != "recording-there" {
		t.Errorf("the same again: %d %s", got.status, got)
	}
	heard := w.send("GET", path+"/"+sha, "traductora", nil, "Range", "bytes=0-2")
	if heard.status != http.StatusPartialContent || heard.String() != "ID3" || heard.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %q %v", heard.status, heard, heard.header)
	}
	if got := w.send("GET", "/api/v1/locales/fr/recordings/"+sha, "traductora", nil); got.problemType() != "recording-unknown" {
		t.Errorf("of another language: %d %s", got.status, got)
	}
	if got := w.send("GET", "/api/v1/media/"+sha, "inspectora", nil); got.status != http.StatusNotFound {
		t.Errorf("a draft is played: %d", got.status)
	}
	step := func(user, do string) reply {
		return w.send("POST", deskPath+"/item.debt/steps", user, map[string]any{"do": do, "recording": sha})
	}
	if got := step("traductora", "certify_recording"); got.problemType() != "recording-text" {
		t.Errorf("one of no text: %d %s", got.status, got)
	}
	if got := step("inspectora", "refuse_recording"); got.problemType() != "forbidden" {
		t.Errorf("an agent judges: %d %s", got.status, got)
	}
	if got := step("traductora", "refuse_recording"); got.status != http.StatusCreated || !strings.Contains(got.String(), `"state":"refused"`) {
		t.Errorf("%d %s", got.status, got)
	}
	if got := w.send("GET", path+"/"+sha, "traductora", nil); got.status != http.StatusNotFound {
		t.Errorf("a refused voice is kept: %d", got.status)
	}
	for _, r := range w.api.Routes() {
		if r.Path == "/api/v1/locales/:tag/recordings" && r.Body != locales.MaxVideo {
			t.Errorf("the route takes %d bytes, a recording may have %d", r.Body, locales.MaxVideo)
		}
	}
}

func TestTranslations_LanguagesAndGates(t *testing.T) {
	w := newWorld(t, nil)
	c := w.contract()
	for name, tc := range map[string]struct {
		user   string
		body   map[string]any
		status int
		typ    string
	}{
		"new":           {"admin", map[string]any{"code": "zza", "name": "zazaki", "states": []string{"07"}, "writing": "Latn"}, http.StatusCreated, ""},
		"there":         {"admin", map[string]any{"code": "mam", "name": "mam"}, http.StatusConflict, "language-there"},
		"no name":       {"admin", map[string]any{"code": "zzb"}, http.StatusBadRequest, "language-invalid"},
		"no such state": {"admin", map[string]any{"code": "zzb", "name": "x", "states": []string{"99"}}, http.StatusBadRequest, "language-invalid"},
		"a translator":  {"traductora", map[string]any{"code": "zzb", "name": "x"}, http.StatusForbidden, "forbidden"},
	} {
		got := w.send("POST", "/api/v1/locales", tc.user, tc.body)
		if c.check(t, "POST", "/api/v1/locales", got); got.status != tc.status || tc.typ != "" && got.problemType() != tc.typ {
			t.Errorf("%s: %d %s", name, got.status, got)
		}
	}
	for _, tc := range []struct {
		tag, gate, typ string
		status         int
	}{{"fr", "certified", "", http.StatusNoContent}, {"mam", "certified", "", http.StatusNoContent}, {"mam", "marked", "gate-lower", http.StatusBadRequest}, {"zzz", "certified", "locale-unknown", http.StatusNotFound}} {
		got := w.send("POST", "/api/v1/locales/"+tc.tag+"/gate", "admin", map[string]any{"gate": tc.gate})
		if c.check(t, "POST", "/api/v1/locales/{tag}/gate", got); got.status != tc.status || tc.typ != "" && got.problemType() != tc.typ {
			t.Errorf("%s %s: %d %s", tc.tag, tc.gate, got.status, got)
		}
	}
	if w.desked.changed != 2 {
		t.Errorf("the languages were made anew %d times", w.desked.changed)
	}
}

package protocols

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestCodebook_ListsThatRecordsNeed(t *testing.T) {
	b := Codebook()
	for _, name := range []string{ListAgeGroups, ListAddendumKinds, ListConsents, ListCountries, ListEnded, ListGroups, ListIndicators,
		ListInterpreters, ListLanguages, ListLevels, ListMissing, ListModes, ListNeeds, ListOffences, ListRaiseReasons, ListRelations,
		ListReviewReasons, ListRoles, ListServices, ListSettings, ListSexes, ListStates, ListSubjectKinds} {
		if b.List(name) == nil || len(b.List(name).Codes()) == 0 {
			t.Errorf("the list %s is missing or empty", name)
		}
	}
	if len(b.Indicators()) != len(b.List(ListIndicators).Codes()) {
		t.Error("indicators differ from their list")
	}
}

func TestCodebook_Lookup(t *testing.T) {
	b := Codebook()
	for _, c := range []struct {
		list, code string
		want       bool
	}{
		{ListSexes, "female", true}, {ListSexes, "declined", false}, {ListStates, "09", true}, {ListStates, "9", false},
		{ListCountries, "MEX", true}, {ListCountries, "XXA", true}, {ListCountries, "MX", false}, {ListAgeGroups, "13_17", true},
		{ListMissing, "declined", true}, {"no_such_list", "x", false}, {ListLanguages, "", false},
	} {
		if got := b.Has(c.list, c.code); got != c.want {
			t.Errorf("Has(%s, %s) = %v", c.list, c.code, got)
		}
	}
	if !b.HasMunicipality("01", "01001") || b.HasMunicipality("02", "01001") || b.HasMunicipality("01", "01999") {
		t.Error("municipalities do not follow their state")
	}
	for lang, want := range map[string]string{"es": "Mujer", "es-MX": "Mujer", "en": "Female", "en-US": "Female", "mix": "Mujer"} {
		if got := b.Label(ListSexes, "female", lang); got != want {
			t.Errorf("label in %s: %q, want %q", lang, got, want)
		}
	}
	if got := b.Label(ListSexes, "x", "es"); got != "x" {
		t.Errorf("label of an unknown code: %q", got)
	}
	if got := b.Label(ListStates, "09", "en"); got != "Ciudad de México" {
		t.Errorf("a list without English: %q", got)
	}
	if b.List(ListSexes).Row("x") != nil {
		t.Error("a row for an unknown code")
	}
}

// Every label stands in both languages, and every list of ours has its source.
func TestCodebook_LabelsAndSources(t *testing.T) {
	b := Codebook()
	code := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)
	for _, name := range b.Names() {
		l := b.List(name)
		for _, r := range l.rows {
			if r["code"] != "" && !code.MatchString(r["code"]) {
				t.Errorf("%s: %q is no code", name, r["code"])
			}
			if name == ListStates || name == ListLanguages || name == listMunicipalities {
				continue // proper names
			}
			if strings.TrimSpace(r["es"]) == "" || strings.TrimSpace(r["en"]) == "" {
				t.Errorf("%s: %s lacks a label", name, r["code"])
			}
			if source, has := r["source"]; has && strings.TrimSpace(source) == "" {
				t.Errorf("%s: %s has no source", name, r["code"])
			}
		}
	}
}

func TestCodebook_JSONForDevices(t *testing.T) {
	raw, err := Codebook().JSON()
	if err != nil {
		t.Fatal(err)
	}
	var lists map[string][]map[string]string
	if err := json.Unmarshal(raw, &lists); err != nil {
		t.Fatal(err)
	}
	if _, there := lists[listMunicipalities]; there {
		t.Error("municipalities are a file of their own")
	}
	if _, there := lists[listOffenceRules]; there {
		t.Error("the offence rules are no list of codes")
	}
	if lists[ListStates][0]["code"] != "01" || lists[ListIndicators][0]["strength"] == "" {
		t.Errorf("states %v, indicators %v", lists[ListStates][0], lists[ListIndicators][0])
	}
	for name, rows := range lists {
		for _, r := range rows {
			if r["source"] != "" || r["seed_paragraph"] != "" {
				t.Fatalf("%s: authors' columns are sent to devices", name)
			}
		}
	}
	again, _ := Codebook().JSON()
	if string(again) != string(raw) {
		t.Error("the bytes differ from time to time: a device would download them again")
	}
}

func TestCodebook_Municipalities(t *testing.T) {
	raw, err := Codebook().MunicipalitiesJSON()
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Source string
		Items  [][2]string
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	const known = 2478 // 2,462 municipalities and 16 boroughs of Mexico City
	if len(v.Items) != known || !strings.Contains(v.Source, "INEGI") {
		t.Errorf("%d items, source %q", len(v.Items), v.Source)
	}
	for _, m := range v.Items {
		if !Codebook().Has(ListStates, m[0][:2]) {
			t.Fatalf("%s is in no state", m[0])
		}
	}
}

func TestReadBook_RefusesABrokenCodebook(t *testing.T) {
	const good = "code,dimension,strength,es,en\na,b,weak,c,d\n"
	for what, files := range map[string]fstest.MapFS{
		"no indicators": {"codebook/x.csv": {Data: []byte("code,es\na,b\n")}},
		"code twice":    {"codebook/indicators.csv": {Data: []byte(good + "a,b,weak,c,d\n")}},
		"no code":       {"codebook/indicators.csv": {Data: []byte(good + ",b,weak,c,d\n")}},
		"columns":       {"codebook/indicators.csv": {Data: []byte(good + "a,b\n")}},
		"no rows":       {"codebook/indicators.csv": {Data: []byte("code,es\n")}},
	} {
		if _, err := readBook(files); err == nil {
			t.Errorf("%s: read without an error", what)
		}
	}
}

func TestTwins_JoinCodesThatExist(t *testing.T) {
	b := Codebook()
	if len(b.twins) != 8 {
		t.Errorf("%d twins, want four pairs", len(b.twins))
	}
	for one, other := range b.twins {
		if !b.Has(ListIndicators, one) || b.twins[other] != one {
			t.Errorf("%s and %s are not twins of the codebook", one, other)
		}
	}
}

func TestDirectory(t *testing.T) {
	list, err := Directory()
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, s := range list {
		kinds[s.Kind] = true
		if s.Status == StatusUnverified && (s.Phone != "" || s.WhatsApp != "") {
			t.Errorf("%s: an unverified number can be called", s.ID)
		}
		if s.Source == "" || s.For["es"] == "" || s.For["en"] == "" {
			t.Errorf("%s lacks its source or what it is for", s.ID)
		}
		if s.Status != StatusVerified && s.Note["es"] == "" {
			t.Errorf("%s is %s and does not say why", s.ID, s.Status)
		}
	}
	for _, kind := range []string{"emergency", "trafficking_hotline", "prosecutor", "child_protection", "labour_inspection", "victim_commission"} {
		if !kinds[kind] {
			t.Errorf("no service of the kind %s", kind)
		}
	}
	raw, err := DirectoryJSON()
	if err != nil || !strings.HasPrefix(string(raw), `{"services":[{"id":"emergency_911"`) {
		t.Errorf("%.60s, %v", raw, err)
	}
}

func TestDirectory_RefusesWhatIsWrong(t *testing.T) {
	const good = `services:
  - {id: a, kind: emergency, name: A, phone: "911", for: {es: x, en: x}, source: s, verified_on: "2026-01-02", status: verified, note: {es: "", en: ""}}
`
	book := fstest.MapFS{}
	for _, name := range []string{"indicators", ListServices, ListStates} {
		raw, err := embedded.ReadFile("codebook/" + name + ".csv")
		if err != nil {
			t.Fatal(err)
		}
		book["codebook/"+name+".csv"] = &fstest.MapFile{Data: raw}
	}
	for what, c := range map[string]struct{ old, new, want string }{
		"whole":              {"", "", ""},
		"unverified number":  {"status: verified", "status: unverified", "may not stand here"},
		"unknown kind":       {"kind: emergency", "kind: wizard", "unknown kind of service"},
		"unknown state":      {"name: A,", `name: A, states: ["99"],`, "unknown state"},
		"no date":            {`"2026-01-02"`, `""`, "verified without a date"},
		"not a number":       {`"911"`, `"call us"`, "phone"},
		"no web page":        {"name: A,", `name: A, web: "http://x",`, "web"},
		"unknown field":      {"name: A,", "name: A, fax: 1,", "unknown field fax"},
		"an address":         {"name: A,", "name: A, address: x,", "unknown field address"},
		"a Spanish address":  {"name: A,", "name: A, domicilio: x,", "unknown field domicilio"},
		"a point on a map":   {"name: A,", "name: A, lat: 1, lon: 2,", "unknown field lat"},
		"no English":         {"for: {es: x, en: x}", "for: {es: x}", "has no en"},
		"the same id, twice": {"services:\n", "services:\n  - {id: a, kind: emergency, name: A, for: {es: x, en: x}, source: s, verified_on: \"\", status: dated, note: {es: \"\", en: \"\"}}\n", "stands twice"},
	} {
		book["directory/services.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(good, c.old, c.new, 1))}
		_, findings := readDirectory(book)
		hit := slices.ContainsFunc(findings, func(f Finding) bool { return strings.Contains(f.What, c.want) })
		if c.want == "" && len(findings) > 0 || c.want != "" && !hit {
			t.Errorf("%s: %v, want %q", what, findings, c.want)
		}
	}
}

// A phone that is lost or searched must lead nobody to a shelter: what phones
// load says how to ring, never where. A field or column that is new here is one
// that somebody has read with that in mind.
func TestDevices_AreToldHowToRingAndNeverWhere(t *testing.T) {
	raw, err := DirectoryJSON()
	if err != nil {
		t.Fatal(err)
	}
	var directory struct{ Services []map[string]any }
	codes, err1 := Codebook().JSON()
	var lists map[string][]map[string]string
	if err := errors.Join(err1, json.Unmarshal(raw, &directory), json.Unmarshal(codes, &lists)); err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields("id kind name phone whatsapp web hours states for verified_on source status note")
	for i := range reflect.TypeFor[Service]().NumField() {
		name, _, _ := strings.Cut(reflect.TypeFor[Service]().Field(i).Tag.Get("json"), ",")
		if !slices.Contains(fields, name) {
			t.Errorf("a service has a field %q that nobody read", name)
		}
	}
	address := regexp.MustCompile(`(?i)\b(calle|avenida|av\.|calzada|colonia|col\.|código postal|c\.\s?p\.|street|avenue|zip code|núm\. *\d|no\. *\d)|#\s*\d|-?\d+\.\d{3,}, *-?\d`)
	if !address.MatchString("Av. Juárez 5") || !address.MatchString("Calle Roma #12") || !address.MatchString("19.4326, -99.1332") {
		t.Fatal("an address is not recognized")
	}
	for _, s := range directory.Services {
		if text := fmt.Sprint(s); address.MatchString(text) {
			t.Errorf("%s tells an address: %s", s["id"], address.FindString(text))
		}
	}
	columns := strings.Fields("alpha2 alpha3 article autonym class code conflict_en conflict_es dimension en es for form form_hint from grouping inegi iso listed " +
		"means_needed_adult means_needed_minor name offences open_questions penalty_years picture posts reason_en reason_es services states status strength to variant")
	for name, rows := range lists {
		for _, row := range rows {
			for column, text := range row {
				if !slices.Contains(columns, column) {
					t.Fatalf("codebook/%s.csv has a column %q that nobody read", name, column)
				}
				if name == ListServices && address.MatchString(text) {
					t.Errorf("codebook/%s.csv: %s tells an address", name, row["code"])
				}
			}
		}
	}
}

// Each of the 26 offences has its source, the version of its text, and says that
// no lawyer has read it; what the law leaves open stands as open, decided by nobody.
func TestCodebook_OffencesSayWhereTheyStand(t *testing.T) {
	b := Codebook()
	offences, open := b.List(ListOffences), b.List(ListOpenQuestions)
	if n := len(offences.Codes()); n != 26 {
		t.Errorf("%d offences; arts. 10 to 36 without 23 are 26", n)
	}
	for _, code := range offences.Codes() {
		r := offences.Row(code)
		if r["code"] != "art"+r["article"] || r["article"] == "23" {
			t.Errorf("%s has the article %s", code, r["article"])
		}
		for _, column := range []string{"elements_es", "elements_en", "means_needed_adult", "means_needed_minor", "minor_or_unable", "penalty_years", "source"} {
			if strings.TrimSpace(r[column]) == "" {
				t.Errorf("%s has no %s", code, column)
			}
		}
		if !strings.Contains(r["version"], "14-11-2025") || r["review"] != "not reviewed by a lawyer" {
			t.Errorf("%s: version %q, review %q", code, r["version"], r["review"])
		}
		for _, q := range strings.FieldsFunc(r["open_questions"], func(c rune) bool { return c == '|' }) {
			if !b.Has(ListOpenQuestions, q) {
				t.Errorf("%s names the open question %s, which is none", code, q)
			}
		}
	}
	for _, code := range open.Codes() {
		if r := open.Row(code); r["status"] != "open" {
			t.Errorf("%s is %q; only a lawyer closes it", code, r["status"])
		}
	}
}

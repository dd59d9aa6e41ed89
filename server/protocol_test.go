package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"umbral/protocols"
	"umbral/screening"
	"umbral/server/ingest"
	"umbral/server/record"
)

// protocolCall is one command line and what it must print; the patterns are
// regular expressions, and an empty one asks for no output at all.
type protocolCall struct {
	args     string
	exit     int
	out, err string
}

func (c protocolCall) check(t *testing.T) {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(context.Background(), append([]string{"protocol"}, strings.Fields(c.args)...), streams{strings.NewReader(""), &out, &errs}); got != c.exit {
		t.Errorf("protocol %s: exit %d, want %d\n%s%s", c.args, got, c.exit, out.String(), errs.String())
	}
	for _, s := range []struct{ name, want, got string }{{"output", c.out, out.String()}, {"errors", c.err, errs.String()}} {
		switch {
		case s.want == "" && s.got != "":
			t.Errorf("protocol %s: %s are not empty: %.200s", c.args, s.name, s.got)
		case !regexp.MustCompile("(?s)" + s.want).MatchString(s.got):
			t.Errorf("protocol %s: %s lack %q:\n%s", c.args, s.name, s.want, s.got)
		}
	}
}

func TestProtocol_CommandLine(t *testing.T) {
	for _, c := range []protocolCall{
		{"", exitUsage, "", "usage: server protocol"},
		{"help", exitOK, "usage: server protocol", ""},
		{"dance", exitUsage, "", `unknown command "dance"`},
		{"list", exitOK, `labour-agriculture \d+  Campo agrícola.*sha256: [0-9a-f]{64}`, ""},
		{"list extra", exitUsage, "", `takes no "extra"`},
		{"list --matrix", exitOK, `agriculture +labour-agriculture@\d+ +full +\d+ +\d+-\d+ +\d+ +\d+ +labour_inspector`, ""},
		{"list --markdown", exitUsage, "", "goes with --matrix"},
		{"list --matrix --markdown --json", exitUsage, "", "not with --json"},
		{"lint", exitOK, "", ""},
		{"lint --lengths ../protocols/labour-agriculture.yaml", exitOK, `labour-agriculture \d+: Preguntas a la persona: sin señales \d+ a \d+ .*Promete: sin señales hasta \d+`, ""},
		{"lint -v ../protocols/labour-agriculture.yaml", exitOK, `labour-agriculture \d+: Preguntas a la persona`, ""},
		{"lint -v ../protocols/modules/core.yaml", exitOK, "", ""},
		{"lint absent.yaml", exitFailure, `absent\.yaml: cannot be read`, "findings: "},
		{"lint --colour", exitUsage, "", "not defined: -colour"},
		{"publish", exitUsage, "", "name one protocol"},
		{"withdraw", exitUsage, "", "name one version"},
		{"withdraw labour-agriculture --reason x", exitUsage, "", "is not ID@VERSION"},
		{"withdraw labour-agriculture@1", exitUsage, "", "give --reason"},
		{"withdraw labour-agriculture@1 --reason x --on yesterday", exitUsage, "", `--on "yesterday" is not a date`},
		{"withdraw labour-agriculture@99 --reason x --dir absent", exitFailure, "", "labour-agriculture@99 is not published in absent"},

		{"diff labour-agriculture@1 labour-agriculture@2", exitOK, `labour-agriculture@1 → labour-agriculture@2.*con_identity \(módulo closing\): es nuevo\n  \+ `, ""},
		{"diff labour-agriculture@2 labour-agriculture@2", exitOK, "Dicen lo mismo", ""},
		{"diff labour-agriculture@1 labour-agriculture@2 --lang en", exitOK, "is new", ""},
		{"diff labour-agriculture@1 ../protocols/labour-agriculture.yaml", exitOK, `→ labour-agriculture@\d+ \(source\)`, ""},
		{"diff --touches core_debt", exitOK, "labour-agriculture \\d+: core_debt\n.*depende de sus respuestas: debt", ""},
		{"diff --touches nothing_at_all", exitFailure, "", `no protocol of this program has a module or an item "nothing_at_all"`},
		{"diff labour-agriculture", exitUsage, "", "name two protocols"},
		{"diff labour-agriculture --touches debt", exitUsage, "", "name two protocols"},
		{"diff labour-agriculture@1 labour-agriculture@2 --lang mam", exitUsage, "", "is not es or en"},
		{"diff labour-agriculture@1 absent", exitUsage, "", `no published protocol "absent"`},
		{"diff labour-agriculture@one absent", exitUsage, "", "is not ID@VERSION"},
		{"diff labour-agriculture@1 absent.yaml", exitFailure, "absent.yaml: cannot be read", "server protocol diff: absent.yaml is not whole"},

		{"docs labour-agriculture --format text", exitOK, `^Campo agrícola\nlabour-agriculture, versión \d+\nSHA-256: [0-9a-f]{64}\n.*QUÉ HACER`, ""},
		{"docs labour-agriculture@1 --lang en", exitOK, `^<!DOCTYPE html>\n<html lang="en">.*</html>\n$`, ""},
		{"docs ../protocols/labour-agriculture.yaml --format form", exitOK, "texto en preparación, sin publicar", ""},
		{"docs", exitUsage, "", "name one protocol"},
		{"docs absent", exitUsage, "", "no published protocol"},
		{"docs labour-agriculture --lang xx", exitUsage, "", `--lang "xx" is not registered`},
		{"docs labour-agriculture --format pdf", exitUsage, "", "is not html, text or form"},
		{"docs labour-agriculture --out /nowhere/at/all.html", exitFailure, "", "no such file or directory"},
		{"xlsform", exitUsage, "", "name one protocol"},
		{"xlsform absent", exitUsage, "", "no published protocol"},
		{"xlsform labour-agriculture --out /nowhere/at/all.xlsx", exitFailure, "", "no such file or directory"},
		{"simulate labour-agriculture --sample 50", exitOK, `MUESTRA: 50 .*Caminos distintos: ≥ \d+.*Resultados, de 50 recorridos.*Callejones sin salida: ninguno`, ""},
		{"simulate labour-agriculture@1 --sample 5 --lang en", exitOK, `SAMPLE: 5 .*Dead ends: none`, ""},
		{"simulate", exitUsage, "", "name one protocol"},
		{"simulate absent", exitUsage, "", "no published protocol"},
		{"simulate labour-agriculture --sample -1", exitUsage, "", "not a number of walks"},
		{"simulate labour-agriculture --seed x", exitUsage, "", "invalid value"},

		{"run labour-agriculture", exitOK, "Sin indicios hoy.*nunca una calificación legal", ""},
		{"run labour-agriculture --meets coe_debt_bondage,coe_documents_kept,exp_low_or_no_pay", exitOK,
			`RESULTADO: Presunta víctima.*art12\. Condición de siervo.*con respaldo\] \(por: .*art21\. .*art22\. .*QUÉ HACER.*QUÉ NUNCA HACER.*POR QUÉ`, ""},
		{"run labour-agriculture --age unknown --decline-all", exitOK, "Prefirió no responder.*Camino: niñez", ""},
		{"run labour-agriculture --role consular_staff", exitOK, "RESULTADO", "warning: .* does not name the role consular_staff; it names: labour_inspector"},
		{"run labour-agriculture --setting clinic", exitOK, "RESULTADO", "warning: .* does not name the setting clinic"},

		{"run labour-agriculture --meets coe_debt_bondage,nonsense", exitUnmeetable, "", "not an indicator of the codebook: nonsense"},
		{"run labour-agriculture --age 15 --meets coe_violence", exitUnmeetable, "", "coe_violence: its items ask about the means"},
		{"run labour-agriculture --decline-all --meets coe_debt_bondage", exitUnmeetable, "", "coe_debt_bondage: everything is declined"},

		{"run nonsense", exitUsage, "", `no published protocol "nonsense"; "server protocol list" shows them`},
		{"run labour-agriculture --version 99", exitUsage, "", `no published protocol "labour-agriculture" version 99`},
		{"run labour-agriculture --age 121", exitUsage, "", "give whole years from 0 to 120, or unknown"},
		{"run labour-agriculture --age -1", exitUsage, "", "not an age"},
		{"run labour-agriculture --age fifteen", exitUsage, "", "not an age"},
		{"run labour-agriculture --sex mujer", exitUsage, "", "use one of: female, male, intersex"},
		{"run labour-agriculture --role farmer", exitUsage, "", `--role "farmer" is not known; use one of: labour_inspector`},
		{"run labour-agriculture --setting moon", exitUsage, "", `--setting "moon" is not known`},
		{"run", exitUsage, "", "name one protocol"},
		{"run labour-agriculture second", exitUsage, "", "name one protocol"},
		{"run labour-agriculture --json --detection", exitUsage, "", "do not go together"},
	} {
		t.Run(c.args, func(t *testing.T) { c.check(t) })
	}
}

// A negative path suggests nothing, in no words.
func TestProtocolRun_NegativeSuggestsNoOffence(t *testing.T) {
	if out := protocolOutput(t, "run", "labour-agriculture"); bytes.Contains(out, []byte("Delitos sugeridos")) {
		t.Errorf("offences on a negative path:\n%s", out)
	}
}

// An author's own folder: what it lacks is taken from the program.
func TestProtocol_AuthorsFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const head = "version: 1\ntitle: Prueba\ndepth: base\nsettings: [agriculture]\nroles: [labour_inspector]\nbudget: {negative: 9, vulnerable: 9}\nmodules: [only]\n"
	const module = "id: only\ntitle: Única\nitems:\n  - id: o_one\n    kind: question\n    type: yes_no\n    text: ¿Está bien?\n    note: {asks: a, not: b}\n"
	write("fine.yaml", "id: fine\n"+head)
	write("broken.yaml", "id: broken\ncolour: red\n"+head)
	write("modules/only.yaml", module)
	write("modules/wrong.yaml", strings.Replace(module, "yes_no", "maybe", 1))
	at := func(name string) string { return filepath.Join(dir, name) }

	protocolCall{"lint " + at("fine.yaml"), exitOK, "", ""}.check(t)
	protocolCall{"lint " + at("modules/only.yaml"), exitOK, "", ""}.check(t)
	protocolCall{"lint " + at("broken.yaml") + " " + at("fine.yaml"), exitFailure, `broken\.yaml:2: unknown field colour in the file; correct the name or take it out`, "findings: 1"}.check(t)
	protocolCall{"lint " + at("modules/wrong.yaml"), exitFailure, `modules/wrong\.yaml:6: items/0/type`, "findings: "}.check(t)

	protocolCall{"publish fine --dir " + dir, exitOK, "published fine 1", ""}.check(t)
	sums, err := os.ReadFile(at("published/SHA256SUMS"))
	if err != nil || !strings.HasSuffix(string(sums), "  fine@1.json\n") {
		t.Fatalf("SHA256SUMS: %q, %v", sums, err)
	}
	protocolCall{"publish --dir " + dir + " fine", exitOK, "published fine 1", ""}.check(t)
	write("modules/only.yaml", strings.Replace(module, "¿Está bien?", "¿Está usted bien?", 1))
	protocolCall{"publish fine --dir " + dir, exitFailure, "", "raise `version`"}.check(t)
	protocolCall{"publish broken --dir " + dir, exitFailure, `broken\.yaml:2`, "findings: 1"}.check(t)
	protocolCall{"simulate " + at("fine.yaml"), exitOK, `fine@1 \(source\): Prueba\nEXHAUSTIVO.* 1 combinaciones.*Caminos distintos: 1,`, ""}.check(t)
	protocolCall{"diff labour-agriculture@2 " + at("fine.yaml"), exitOK, `En común: 0 con las mismas.*only +0 +0 +0 +1 +0\n`, ""}.check(t)
	protocolCall{"withdraw fine@1 --reason leads --on 2026-11-25 --dir " + dir, exitOK, "withdrew fine@1 from 2026-11-25 on", ""}.check(t)
	protocolCall{"withdraw fine@1 --reason leads --dir " + dir, exitFailure, "", "withdrawn already"}.check(t)
}

// protocolOutput runs "server protocol ..." and returns what it printed.
func protocolOutput(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.Background(), append([]string{"protocol"}, args...), streams{strings.NewReader(""), &out, &errs}); code != exitOK {
		t.Fatalf("protocol %v: exit %d: %s", args, code, errs.String())
	}
	return out.Bytes()
}

// What the issue promises of the JSON, by the served (published) protocol.
func TestProtocolRun_JSON(t *testing.T) {
	codes := map[string][]string{}
	for _, ind := range protocols.Codebook().Indicators() {
		codes[ind.Code[:3]] = append(codes[ind.Code[:3]], ind.Code)
	}
	for name, c := range map[string]struct {
		args     []string
		level    string
		offences string
		path     string
	}{
		"negative":    {nil, "none_found", "", "adult"},
		"debt":        {[]string{"--meets", "coe_debt_bondage,coe_documents_kept,exp_low_or_no_pay"}, "presumed_victim", "art12 art21 art22", "adult"},
		"labour":      {[]string{"--meets", strings.Join(codes["lab"], ",")}, "labour_violation", "", "adult"},
		"vulnerable":  {[]string{"--meets", strings.Join(codes["vul"], ",")}, "none_found", "", "adult"},
		"declined":    {[]string{"--decline-all"}, "inconclusive", "", "adult"},
		"15":          {[]string{"--age", "15"}, "none_found", "", "child"},
		"unknown age": {[]string{"--age", "unknown"}, "none_found", "", "child"},
		"danger":      {[]string{"--meets", "dan_weapon", "--sex", "male"}, "inconclusive", "", "adult"},
	} {
		t.Run(name, func(t *testing.T) {
			var got walkedJSON
			if err := json.Unmarshal(protocolOutput(t, append([]string{"run", "labour-agriculture", "--json"}, c.args...)...), &got); err != nil {
				t.Fatal(err)
			}
			var offences []string
			for _, o := range got.Assessment.Offences {
				offences = append(offences, o.Code)
				if !o.Verified || len(o.Elements) == 0 {
					t.Errorf("%s is not explained", o.Code)
				}
			}
			a := got.Assessment
			if a.Level != c.level || strings.Join(offences, " ") != c.offences || a.Path != c.path {
				t.Errorf("level %s, offences %v, path %s", a.Level, offences, a.Path)
			}
			if got.Protocol != "labour-agriculture" || got.Version < 1 || len(got.Asked) == 0 || got.AskedPerson > len(got.Asked) || len(a.Trace) == 0 {
				t.Errorf("%+v", got)
			}
			if name == "negative" && got.AskedPerson > 25 {
				t.Errorf("%d items put to the person on the negative path", got.AskedPerson)
			}
		})
	}
}

// A detection in clear must be one that ingest keeps, once it has its author and
// device, and the assessment on it must be the one that ingest computes again.
func TestProtocolRun_Detection(t *testing.T) {
	for name, args := range map[string][]string{
		"negative": nil, "declined": {"--decline-all"}, "child": {"--age", "12", "--meets", "exp_organs"}, "age unknown": {"--age", "unknown"},
		"debt": {"--meets", "coe_debt_bondage,coe_documents_kept,exp_low_or_no_pay", "--sex", "male", "--role", "police_officer"},
	} {
		t.Run(name, func(t *testing.T) {
			raw := protocolOutput(t, append([]string{"run", "labour-agriculture", "--detection"}, args...)...)
			if bytes.Count(raw, []byte("\n")) != 1 {
				t.Error("a record must be one line: it is read as NDJSON")
			}
			var d record.Detection
			if err := json.Unmarshal(raw, &d); err != nil {
				t.Fatal(err)
			}
			if d.Author != nil || d.Device != nil || d.Encounter != nil || d.Mode != "live" || d.Ended != "completed" || !record.IsUUIDv7(d.ID) {
				t.Errorf("%+v", d)
			}
			device := "device-1"
			d.Author, d.Device = &record.Author{User: "u", Role: "labour_inspector", Agency: "a"}, &device
			if slices.Contains(args, "police_officer") {
				d.Author.Role = "police_officer"
			}
			whole, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			r, reasons := record.Parse(whole)
			if len(reasons) > 0 {
				t.Fatalf("parse: %v", reasons)
			}
			if reasons := r.Validate(ingest.Shelves{}, protocols.Codebook()); len(reasons) > 0 {
				t.Fatalf("validate: %v", reasons)
			}
			p, err := protocols.Get(d.Protocol.ID, d.Protocol.Version)
			if err != nil {
				t.Fatal(err)
			}
			again := screening.Evaluate(&p.Protocol, d.Input())
			if again.Level != d.Assessment.Computed.Level || !slices.Equal(again.Indicators, d.Assessment.Computed.Indicators) || !slices.Equal(again.Actions, d.Assessment.Computed.Actions) {
				t.Errorf("evaluated again: %+v, on the record %+v", again, d.Assessment.Computed)
			}
		})
	}
}

func TestProtocolRun_DetectionsDiffer(t *testing.T) {
	ids := map[string]bool{}
	for range 3 {
		var d record.Detection
		if err := json.Unmarshal(protocolOutput(t, "run", "labour-agriculture", "--detection"), &d); err != nil {
			t.Fatal(err)
		}
		ids[d.ID] = true
	}
	if len(ids) != 3 {
		t.Errorf("%d ids for three detections", len(ids))
	}
}

// Every text of every published protocol stands in English too.
func TestProtocols_EnglishIsComplete(t *testing.T) {
	raw, err := os.ReadFile("../locales/en/protocols.json")
	if err != nil {
		t.Fatal(err)
	}
	var english map[string]struct{ Other string }
	if err := json.Unmarshal(raw, &english); err != nil {
		t.Fatal(err)
	}
	all, err := protocols.All()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		for id := range protocols.Messages(&p.Protocol) {
			if strings.TrimSpace(english[id].Other) == "" {
				t.Errorf("%s has no English", id)
			}
		}
	}
}

package protocols

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// smallLibrary copies the small protocol of testdata, edited: each edit is a
// file, what stands in it and what is to stand there.
func smallLibrary(t *testing.T, edits ...[3]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/library")); err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		name := filepath.Join(dir, e[0])
		raw, err := os.ReadFile(name)
		if err != nil {
			raw, err = os.ReadFile(e[0]) // a shared file, not in testdata
		}
		if err != nil || !strings.Contains(string(raw), e[1]) {
			t.Fatalf("%s does not hold %q (%v)", e[0], e[1], err)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(raw), e[1], e[2], 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestLint_CleanSourceHasNoFinding(t *testing.T) {
	src, findings := At(smallLibrary(t)).Lint("small")
	if len(findings) > 0 || src == nil {
		t.Fatalf("findings: %v", findings)
	}
	if n := len(src.Protocol.Modules); n != 2 {
		t.Errorf("modules: %d, want 2", n)
	}
}

func TestLint_FindsWhatIsWrong(t *testing.T) {
	const start, debt = "modules/start.yaml", "modules/debt.yaml"
	noteEnd := "No pide cuentas.}"
	for name, c := range map[string]struct {
		file, old, new string
		want           string // "file:line: what it says" as a prefix
	}{
		"unknown field":              {start, "    field: age\n", "    field: age\n    colour: red\n", start + ":8: unknown field colour"},
		"unknown field in a note":    {debt, noteEnd, "No pide cuentas., why: x}", debt + ":10: unknown field why"},
		"missing Spanish text":       {start, "    text: ¿Qué edad tiene?\n", "", start + ":4: items/0 has no text"},
		"empty Spanish text":         {start, "¿Qué edad tiene?", `"  "`, start + ":8: items/0/text"},
		"missing concept note":       {start, "    note: {asks: La edad., not: No pide papeles.}\n", "", start + ":4: items/0 has no note"},
		"note that says half":        {start, "{asks: La edad., not: No pide papeles.}", "{asks: La edad.}", start + ":9: items/0/note has no not"},
		"not YAML":                   {start, "title: Al empezar", "title: [", start + ":"},
		"field without a value":      {start, "title: Al empezar", "title:", start + ":2: a field without a value"},
		"key twice":                  {start, "title: Al empezar", "title: Uno\ntitle: Dos", start + ":3: the field \"title\" stands twice"},
		"alias":                      {debt, "title: Deuda", "title: &a Deuda\nopen_if: {item: core_debt, is: [*a]}", debt + ":3: an alias"},
		"no such module":             {"small.yaml", "[start, debt]", "[start, debit]", "small.yaml:8: there is no modules/debit.yaml"},
		"id unlike the file name":    {"small.yaml", "id: small", "id: other", "small.yaml:1: the id is \"other\""},
		"unknown setting":            {"small.yaml", "[agriculture]", "[moon]", "small.yaml:5: unknown code moon"},
		"unknown role":               {"small.yaml", "[labour_inspector]", "[pirate]", "small.yaml:6: unknown code pirate"},
		"item id twice":              {debt, "id: debt_why", "id: core_hours", debt + ":11: the item id core_hours stands twice"},
		"module id twice":            {debt, "id: debt\n", "id: start\n", debt + ":1: the module id start is also"},
		"two ask the same":           {debt, "¿Quien lo trajo le puso esa deuda?", "¿le dicen que debe DINERO por el trabajo", debt + ":16: debt_why asks the same as core_debt"},
		"unknown indicator":          {debt, "coe_debt_bondage", "coe_debt", debt + ":9: unknown indicator coe_debt"},
		"meets with no such answer":  {debt, `meets: {"yes": coe_debt_bondage}`, "meets: {maybe: coe_debt_bondage}", debt + ":9: debt_grows can meet nothing with maybe"},
		"a missing answer meets":     {debt, `meets: {"yes": coe_debt_bondage}`, "meets: {declined: coe_debt_bondage}", debt + ":9: debt_grows can meet nothing with declined"},
		"gate meets":                 {start, "    child_text: ¿Te dicen que debes dinero?\n", "    meets: {\"yes\": coe_debt_bondage}\n", start + ":15: core_debt opens a module and meets"},
		"condition on a later item":  {debt, "ask_if: {item: debt_grows", "ask_if: {item: debt_why", debt + ":15: debt_why comes later"},
		"condition on no item":       {debt, "open_if: {item: core_debt", "open_if: {item: core_debts", debt + ":3: there is no item core_debts"},
		"condition on no answer":     {debt, `open_if: {item: core_debt, is: ["yes"]}`, "open_if: {item: core_debt, is: [many]}", debt + ":3: core_debt has no answer many"},
		"item without is":            {debt, `open_if: {item: core_debt, is: ["yes"]}`, "open_if: {item: core_debt}", debt + ":3: "},
		"level in a question":        {debt, `open_if: {item: core_debt, is: ["yes"]}`, `open_if: {any: [{item: core_debt, is: ["yes"]}, {level_is: [possible_victim]}]}`, debt + ":3: the level is not decided yet"},
		"end in a question":          {debt, `open_if: {item: core_debt, is: ["yes"]}`, `open_if: {item: core_debt, is: ["yes"], core_missing: true}`, debt + ":3: core_missing and ended_is"},
		"unknown group":              {debt, `open_if: {item: core_debt, is: ["yes"]}`, `open_if: {item: core_debt, is: ["yes"], group: wizards}`, debt + ":3: unknown code wizards"},
		"unknown dimension":          {debt, `open_if: {item: core_debt, is: ["yes"]}`, `open_if: {item: core_debt, is: ["yes"], not: {count: {dimensions: [magic], min: 1}}}`, debt + ":3: unknown dimension magic"},
		"never reached: two answers": {debt, `ask_if: {item: debt_grows, is: ["yes"]}`, `ask_if: {all: [{item: debt_grows, is: ["yes"]}, {item: debt_grows, is: ["no"]}]}`, debt + ":11: debt_why is never reached"},
		"never reached: child means": {debt, `ask_if: {item: debt_grows, is: ["yes"]}`, "ask_if: {path: child}", debt + ":11: debt_why is never reached"},
		"never reached: count":       {debt, `ask_if: {item: debt_grows, is: ["yes"]}`, "ask_if: {count: {dimensions: [exploitation], min: 1}}", debt + ":11: debt_why is never reached"},
		"no threshold":               {start, `, threshold: "Más de {{.week_hours}} horas es falta laboral."`, "", start + ":26: core_hours meets an indicator that has a labour-rights twin"},
		"no figure":                  {start, "{{.week_hours}} horas a la", "{{.week_hour}} horas a la", start + ":24: no figure for {{.week_hour}}"},
		"placeholder misspelt":       {start, "{{.week_hours}} horas a la", "{{week_hours}} horas a la", start + ":24: no figure for {{week_hours}}"},
		"person field, wrong kind":   {start, "kind: registration", "kind: question", start + ":7: reg_age writes the person field age"},
		"person field, wrong type":   {start, "type: age\n    field: age", "type: yes_no\n    field: age", start + ":7: reg_age asks for the age"},
		"person field, wrong list":   {start, "type: age\n    field: age", "type: choice\n    list: sexes\n    field: nationality", start + ":8: reg_age must answer with the list countries"},
		"unknown field of a record":  {start, "field: age", "field: shoe", start + ":7: unknown field shoe"},
		"a group agrees":             {start, "    field: age\n", "    field: age\n    group: true\n", start + ":8: reg_age is of one person"},
		"a group is everyone":        {debt, "  - id: debt_why\n", "  - id: debt_why\n    scope: encounter\n    group: true\n", debt + ":13: debt_why is answered once"},
		"a group is coerced":         {debt, "  - id: debt_grows\n", "  - id: debt_grows\n    group: true\n", debt + ":6: debt_grows meets coe_debt_bondage"},
		"unknown consent":            {start, "type: age\n    field: age", "type: yes_no\n    field: consent.dance", start + ":7: unknown code dance"},
		"unknown list":               {start, "type: age\n    field: age", "type: choice\n    list: planets", start + ":7: there is no codebook list planets"},
		"option twice":               {start, "code: many, text", "code: few, text", start + ":23: the answer few stands twice"},
		"options on yes_no":          {debt, "    type: yes_no\n", "    type: yes_no\n    list: sexes\n", debt + ":8: items/0/list may not stand here"},
		"ends on no answer":          {debt, "    means: true\n", "    ends_on: [many]\n", debt + ":14: debt_why has no answer many"},
		"path inside child_path":     {"rules.yaml", "    - age_below: 18\n", "    - path: child\n    - age_below: 18\n", "rules.yaml:14: the condition that decides the path"},
		"level in a level":           {"rules.yaml", "- core_missing: true", "- level_is: [none_found]", "rules.yaml:141: the level is not decided yet"},
		"unknown service":            {"actions.yaml", "to: emergency", "to: wizard", "actions.yaml:15: unknown code wizard"},
		"action code twice":          {"actions.yaml", "code: act_danger_captive", "code: act_danger_weapon", "actions.yaml:18: the action act_danger_weapon stands twice"},
		"years out of order":         {"figures.yaml", "year: 2027, value: \"46\"", "year: 2025, value: \"46\"", "figures.yaml:8: the years of week_hours are not in order"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := smallLibrary(t, [3]string{c.file, c.old, c.new})
			src, findings := At(dir).Lint("small")
			if src != nil {
				t.Error("a source with findings was returned")
			}
			for _, f := range findings {
				if strings.HasPrefix(f.String(), c.want) {
					if f.Do == "" {
						t.Errorf("%v does not say what to do", f)
					}
					return
				}
			}
			t.Errorf("want %q, got %v", c.want, findings)
		})
	}
}

func TestLint_IndicatorNobodyAsksAbout(t *testing.T) {
	_, findings := At(smallLibrary(t, [3]string{"small.yaml", "depth: base", "depth: full"})).Lint("small")
	if len(findings) < 70 { // all but three of the codebook's
		t.Fatalf("%d findings", len(findings))
	}
	if want := "small.yaml:8: no item can meet the indicator rec_deceived_job"; !strings.HasPrefix(findings[0].String(), want) {
		t.Errorf("got %v, want %s", findings[0], want)
	}
}

func TestLint_ModuleThatOnlyItselfOpens(t *testing.T) {
	dir := smallLibrary(t,
		[3]string{"modules/debt.yaml", `open_if: {item: core_debt, is: ["yes"]}`, "open_if: {count: {codes: [rec_debt_imposed], min: 1}}"})
	_, findings := At(dir).Lint("small")
	if len(findings) == 0 || !strings.Contains(findings[0].String(), "debt.yaml:3: no core item opens the module debt") {
		t.Errorf("findings: %v", findings)
	}
}

// What a place asks of everybody may be overheard: its protocol says so of shared
// items, and only of those that it takes.
func TestLint_DiscreetInThisPlace(t *testing.T) {
	private := [3]string{"small.yaml", "modules: [start, debt]", "privacy: debt_grows\nmodules:\n  - module: start\n    discreet: [reg_age]\n  - debt"}
	_, findings := At(smallLibrary(t, private)).Lint("small")
	said := func(id string) bool {
		return slices.ContainsFunc(findings, func(f Finding) bool {
			return strings.Contains(f.String(), id+" is said while debt_grows is not yes")
		})
	}
	if said("reg_age") || !said("core_debt") {
		t.Errorf("reg_age alone may be overheard: %v", findings)
	}
	private[2] = strings.Replace(private[2], "reg_age", "reg_shoe", 1)
	_, findings = At(smallLibrary(t, private)).Lint("small")
	if len(findings) != 1 || !strings.HasPrefix(findings[0].String(), "small.yaml:11: reg_shoe is no item that this protocol takes") {
		t.Errorf("an item that the module does not have: %v", findings)
	}
}

func TestLint_TellsAllAtOnce(t *testing.T) {
	dir := smallLibrary(t,
		[3]string{"modules/start.yaml", "field: age", "field: shoe"},
		[3]string{"modules/debt.yaml", "coe_debt_bondage", "coe_debt"},
		[3]string{"small.yaml", "[agriculture]", "[moon]"})
	_, findings := At(dir).Lint("small")
	files := map[string]bool{}
	for _, f := range findings {
		files[f.File] = true
	}
	if len(files) != 3 {
		t.Errorf("findings in %d files, want 3: %v", len(files), findings)
	}
}

func TestLintFile(t *testing.T) {
	dir := smallLibrary(t, [3]string{"modules/debt.yaml", "coe_debt_bondage", "coe_debt"})
	for file, want := range map[string]int{
		"small.yaml":         1,
		"modules/debt.yaml":  1,
		"modules/start.yaml": 0,
		"modules/none.yaml":  1,
		"small.txt":          1,
	} {
		if got := LintFile(filepath.Join(dir, file)); len(got) != want {
			t.Errorf("%s: %d findings, want %d: %v", file, len(got), want, got)
		}
	}
}

// The sources that the program holds must be clean.
func TestLint_Embedded(t *testing.T) {
	lib := Embedded()
	ids := lib.IDs()
	if len(ids) == 0 {
		t.Fatal("no protocol")
	}
	for _, id := range ids {
		_, findings := lib.Lint(id)
		for _, f := range findings {
			t.Error(f)
		}
	}
}

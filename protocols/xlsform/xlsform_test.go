package xlsform

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/dop251/goja"

	"umbral/locales"
	"umbral/protocols"
	"umbral/screening"
)

func formOf(t *testing.T, p *screening.Protocol) *Form {
	t.Helper()
	words, err := locales.Load(map[string]locales.Protocol{p.ID: protocols.Messages(p)})
	if err != nil {
		t.Fatal(err)
	}
	return New(Asked{Protocol: p, SHA256: strings.Repeat("ab", 32), Words: words})
}

// everyProtocol are the published versions that are current, and the sources as
// they stand.
func everyProtocol(t *testing.T) []*screening.Protocol {
	t.Helper()
	list, err := readAll()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var readAll = sync.OnceValues(func() (list []*screening.Protocol, err error) {
	all, err := protocols.Current()
	if err != nil {
		return nil, err
	}
	for i := range all {
		list = append(list, &all[i].Protocol)
	}
	lib := protocols.Embedded()
	for _, id := range lib.IDs() {
		src, findings := lib.Source(id)
		if len(findings) > 0 {
			return nil, &protocols.LintError{Findings: findings}
		}
		list = append(list, &src.Protocol)
	}
	return list, nil
})

// cell reads a row by the name of the column.
func cell(header, row []string, column string) string { return row[slices.Index(header, column)] }

var (
	nodeName  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)
	reference = regexp.MustCompile(`\$\{([^}]*)\}`)
	hasList   = regexp.MustCompile(`^select_(?:one|multiple) (\S+)$`)
)

// The rules of XLSForm, as its documentation states them: no validator of its
// own can be had where this is built.
func TestNew_KeepsTheRulesOfXLSForm(t *testing.T) {
	for _, p := range everyProtocol(t) {
		f := formOf(t, p)
		for _, bad := range broken(f) {
			t.Errorf("%s@%d: %s", p.ID, p.Version, bad)
		}
		if !reflect.DeepEqual(f, formOf(t, p)) {
			t.Errorf("%s@%d: not the same twice", p.ID, p.Version)
		}
	}
}

// broken lists what of a form XLSForm does not allow.
func broken(f *Form) (bad []string) {
	add := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	lists := map[string]map[string]bool{}
	for i, r := range f.Choices[1:] {
		list, name := cell(f.Choices[0], r, "list_name"), cell(f.Choices[0], r, "name")
		if lists[list] == nil {
			lists[list] = map[string]bool{}
		}
		switch {
		case list == "" || name == "" || strings.ContainsAny(list+name, " \t"):
			add("choices %d: list %q, name %q", i+2, list, name)
		case lists[list][name]:
			add("choices %d: %s stands twice in %s", i+2, name, list)
		case cell(f.Choices[0], r, "label::"+spanishColumn) == "":
			add("choices %d: %s has no label", i+2, name)
		}
		lists[list][name] = true
	}
	bad = append(bad, brokenSurvey(f, lists)...)
	s := f.Settings
	if len(s) != 2 || cell(s[0], s[1], "form_title") == "" || !nodeName.MatchString(cell(s[0], s[1], "form_id")) || cell(s[0], s[1], "version") == "" {
		add("settings %v", s)
	}
	if !slices.Contains(f.Survey[0], "label::"+cell(s[0], s[1], "default_language")) {
		add("the default language has no column")
	}
	for _, rows := range [][][]string{f.Survey, f.Choices, f.Settings, f.Report} {
		for _, r := range rows {
			if len(r) != len(rows[0]) {
				add("a row has %d cells, its header %d: %v", len(r), len(rows[0]), r)
			}
		}
	}
	return bad
}

// brokenSurvey is broken of the survey alone; lists are the names by choice list.
func brokenSurvey(f *Form, lists map[string]map[string]bool) (bad []string) {
	add := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	known, used, depth := map[string]bool{}, map[string]bool{}, 0
	for i, r := range f.Survey[1:] {
		at := func(column string) string { return cell(f.Survey[0], r, column) }
		kind, name := at("type"), at("name")
		for _, column := range []string{"relevant", "constraint", "calculation"} {
			for _, m := range reference.FindAllStringSubmatch(at(column), -1) {
				if !known[m[1]] {
					add("survey %d: %s of %s speaks of %s, which does not come before", i+2, column, name, m[1])
				}
			}
			if why := unbalanced(at(column)); why != "" {
				add("survey %d: %s of %s: %s in %s", i+2, column, name, why, at(column))
			}
		}
		switch kind {
		case "begin_group":
			depth++
		case "end_group":
			depth--
			if depth < 0 {
				add("survey %d: a group ends that did not begin", i+2)
			}
			continue
		}
		if !nodeName.MatchString(name) || known[name] || used[strings.ToLower(name)] {
			add("survey %d: the name %q is no name or stands twice", i+2, name)
		}
		used[strings.ToLower(name)] = true
		if kind != "begin_group" {
			known[name] = true
		}
		switch m := hasList.FindStringSubmatch(kind); {
		case m != nil && lists[m[1]] == nil:
			add("survey %d: there is no list %s", i+2, m[1])
		case m == nil && !slices.Contains([]string{"today", "calculate", "begin_group", "integer", "acknowledge"}, kind):
			add("survey %d: unknown type %q", i+2, kind)
		}
		if kind == "calculate" && at("calculation") == "" {
			add("survey %d: %s calculates nothing", i+2, name)
		}
		if kind != "today" && kind != "calculate" && at("label::"+spanishColumn) == "" {
			add("survey %d: %s has no label", i+2, name)
		}
		if strings.Contains(at("label::"+spanishColumn)+at("hint::"+spanishColumn), "${") {
			add("survey %d: the text of %s would be read as a reference", i+2, name)
		}
	}
	if depth != 0 {
		add("%d groups stay open", depth)
	}
	return bad
}

// unbalanced says what is open in an expression.
func unbalanced(x string) string {
	depth, quoted := 0, false
	for _, c := range x {
		switch {
		case c == '\'':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		}
		if depth < 0 {
			return "a bracket closes too much"
		}
	}
	if depth > 0 || quoted {
		return "a bracket or a quote stays open"
	}
	return ""
}

// The check above must be able to fail.
func TestBroken_FindsWhatIsWrong(t *testing.T) {
	whole := formOf(t, everyProtocol(t)[0])
	clone := func(rows [][]string) (all [][]string) {
		for _, r := range rows {
			all = append(all, slices.Clone(r))
		}
		return all
	}
	column := func(name string) int { return slices.Index(surveyHeader, name) }
	row := func(f *Form, kind string) []string {
		return f.Survey[slices.IndexFunc(f.Survey, func(r []string) bool { return strings.HasPrefix(r[0], kind) && r[0] != "type" })]
	}
	for want, harm := range map[string]func(f *Form){
		"is no name or stands twice": func(f *Form) { row(f, "select_one yes_no")[1] = "umbral_today" },
		"is no name":                 func(f *Form) { row(f, "select_one yes_no")[1] = "1x" },
		"there is no list":           func(f *Form) { row(f, "select_one yes_no")[0] = "select_one nothing" },
		"groups stay open":           func(f *Form) { f.Survey = f.Survey[:len(f.Survey)-1] },
		"does not come before":       func(f *Form) { row(f, "select_one yes_no")[column("relevant")] = "${clo_cited} = 'yes'" },
		"stays open":                 func(f *Form) { row(f, "select_one yes_no")[column("relevant")] = "not(true()" },
		"has no label":               func(f *Form) { row(f, "select_one yes_no")[2] = "" },
		"stands twice in":            func(f *Form) { f.Choices = append(f.Choices, f.Choices[1]) },
		"settings":                   func(f *Form) { f.Settings[1][1] = "" },
		"unknown type":               func(f *Form) { row(f, "integer")[0] = "number" },
	} {
		f := &Form{clone(whole.Survey), clone(whole.Choices), clone(whole.Settings), clone(whole.Report)}
		harm(f)
		if bad := strings.Join(broken(f), "\n"); !strings.Contains(bad, want) {
			t.Errorf("no %q in %q", want, bad)
		}
	}
}

// asks evaluates the form's own expressions for given answers, as ODK does, and
// lists the items that it asks. JavaScript stands in for XPath: of what these
// expressions use only the signs differ.
func asks(t *testing.T, f *Form, given map[string]string) (asked []string) {
	t.Helper()
	vm := goja.New()
	now := map[string]string{} // of what is relevant; the rest is empty
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(vm.Set("v", func(name string) string { return now[name] }))
	must(vm.Set("iff", func(is bool, a, b int) int {
		if is {
			return a
		}
		return b
	}))
	holds := func(x string) bool {
		if x == "" {
			return true
		}
		x = reference.ReplaceAllString(x, `v("$1")`)
		x = strings.NewReplacer("!= ", "!== ", ">= ", ">= ", " = ", " === ", " and ", " && ", " or ", " || ", "not(", "!(", "true()", "true", "false()", "false", "if(", "iff(").Replace(x)
		value, err := vm.RunString(x)
		if err != nil {
			t.Fatalf("%v in %s", err, x)
		}
		return value.ToBoolean()
	}
	open := []bool{true}
	for _, r := range f.Survey[1:] {
		kind, name, relevant := r[0], r[1], cell(f.Survey[0], r, "relevant")
		in := open[len(open)-1]
		switch kind {
		case "begin_group":
			open = append(open, in && holds(relevant))
			continue
		case "end_group":
			open = open[:len(open)-1]
			continue
		}
		if in && holds(relevant) {
			now[name] = given[name]
			if kind != "today" && kind != "calculate" && !strings.HasPrefix(name, "umbral_") {
				asked = append(asked, name)
			}
		}
	}
	return asked
}

// A form asks what the engine asks: on ways at random through every protocol.
func TestNew_AsksWhatTheEngineAsks(t *testing.T) {
	all := everyProtocol(t)
	ways := max(10, 180/len(all))
	for _, p := range all {
		f := formOf(t, p)
		random := rand.New(rand.NewPCG(7, 7))
		for range ways {
			in := screening.Input{Role: p.Roles[random.IntN(len(p.Roles))], Setting: p.Settings[random.IntN(len(p.Settings))]}
			bold := random.IntN(4) == 0
			w := screening.Wander(p, in, random, func(it *screening.Item) (string, bool) {
				switch {
				case bold || it.Kind == screening.Registration:
					return "", false
				case it.Kind == screening.Consent, it.ID == "saf_interview":
					return screening.Yes, true
				}
				return screening.No, it.Type == screening.YesNo && random.IntN(4) > 0
			})
			given := map[string]string{fieldPost: in.Role, fieldSetting: in.Setting}
			var want []string
			for _, s := range screening.Applicable(p, w.Input) {
				name := nameOf(s.Item.ID)
				want = append(want, name)
				switch _, notYears := strconv.Atoi(s.Answer); {
				case s.Answer == screening.Shown:
					given[name] = acknowledged
				case s.Item.Type == screening.AgeType && notYears == nil:
					given[name+yearsSuffix] = s.Answer
					want[len(want)-1] = name + yearsSuffix
				case s.Item.Type == screening.AgeType:
					given[name] = s.Answer
					want = append(want[:len(want)-1], name+yearsSuffix, name)
				default:
					given[name] = s.Answer
				}
			}
			if got := asks(t, f, given); !slices.Equal(got, want) {
				t.Fatalf("%s@%d: the form asks\n%v\nthe engine\n%v", p.ID, p.Version, got, want)
			}
		}
	}
}

// Each kind of condition becomes the expression that says the same.
func TestCondition(t *testing.T) {
	yes, no := true, false
	item := func(id string, change func(*screening.Item)) screening.Item {
		it := screening.Item{ID: id, Kind: screening.Question, Type: screening.YesNo, Text: id}
		change(&it)
		return it
	}
	meets := func(code string) func(*screening.Item) {
		return func(it *screening.Item) { it.Meets = map[string]string{"yes": code} }
	}
	p := &screening.Protocol{
		Modules: []screening.Module{{Items: []screening.Item{
			item("a", meets("exp")), item("b", meets("exp")), item("c", meets("coe")), item("7d", func(*screening.Item) {}),
			item("age", func(it *screening.Item) { it.Type, it.Field = screening.AgeType, "age" }),
			item("sex", func(it *screening.Item) { it.Field = "sex" }), item("grp", func(it *screening.Item) { it.Field = "groups.pregnant" }),
			item("said", func(it *screening.Item) { it.Kind, it.Type = screening.Statement, screening.NoneToGive }),
		}}},
		Rules: screening.Rules{
			Indicators: []screening.Indicator{{Code: "exp", Dimension: "exploitation", Strength: "strong"}, {Code: "coe", Dimension: "coercion_destination", Strength: "weak"}},
			ChildPath:  screening.Condition{AgeBelow: 18},
		},
	}
	const below18 = "((${age_years} != '' and ${age_years} < 18) or (${age} = '0_12' or ${age} = '13_17'))"
	const known = "(${age_years} != '' or (${age} = '0_12' or ${age} = '13_17' or ${age} = '18_29' or ${age} = '30_60' or ${age} = 'over_60'))"
	for name, c := range map[string]struct {
		c    screening.Condition
		want string
	}{
		"empty":     {screening.Condition{}, "true()"},
		"item":      {screening.Condition{Item: "a", Is: []string{"yes"}}, "${a} = 'yes'"},
		"answers":   {screening.Condition{Item: "a", Is: []string{"yes", "unknown"}}, "(${a} = 'yes' or ${a} = 'unknown')"},
		"digit":     {screening.Condition{Item: "7d", Is: []string{"no"}}, "${_7d} = 'no'"},
		"statement": {screening.Condition{Item: "said", Is: []string{"shown"}}, "${said} = 'OK'"},
		"later":     {screening.Condition{Item: "z", Is: []string{"yes"}}, "false()"},
		"not":       {screening.Condition{Not: &screening.Condition{Item: "a", Is: []string{"yes"}}}, "not(${a} = 'yes')"},
		"all":       {screening.Condition{All: []screening.Condition{{Item: "a", Is: []string{"yes"}}, {Item: "b", Is: []string{"no"}}}}, "(${a} = 'yes') and (${b} = 'no')"},
		"any":       {screening.Condition{Any: []screening.Condition{{Item: "a", Is: []string{"yes"}}, {Item: "b", Is: []string{"no"}}}, Item: "c", Is: []string{"yes"}}, "((${a} = 'yes') or (${b} = 'no')) and ${c} = 'yes'"},
		"post":      {screening.Condition{Role: []string{"x", "y"}}, "(${umbral_post} = 'x' or ${umbral_post} = 'y')"},
		"place":     {screening.Condition{Setting: []string{"x"}}, "${umbral_setting} = 'x'"},
		"sex":       {screening.Condition{Sex: []string{"female"}}, "${sex} = 'female'"},
		"group":     {screening.Condition{Group: "pregnant"}, "${grp} = 'yes'"},
		"no group":  {screening.Condition{Group: "older"}, "false()"},
		"child":     {screening.Condition{Path: screening.PathChild}, "(" + below18 + ")"},
		"adult":     {screening.Condition{Path: screening.PathAdult}, "not((" + below18 + "))"},
		"known":     {screening.Condition{AgeKnown: &yes}, known},
		"unknown":   {screening.Condition{AgeKnown: &no}, "not(" + known + ")"},
		"count":     {screening.Condition{Count: &screening.Count{Dimensions: []string{"exploitation"}, Min: 1}}, "(${a} = 'yes' or ${b} = 'yes')"},
		"two":       {screening.Condition{Count: &screening.Count{Min: 2}}, "(if(${c} = 'yes', 1, 0) + if(${a} = 'yes' or ${b} = 'yes', 1, 0)) >= 2"},
		"too many":  {screening.Condition{Count: &screening.Count{Min: 3}}, "false()"},
	} {
		x := newCompiler(p)
		for i := range p.Modules[0].Items {
			x.see(&p.Modules[0].Items[i])
		}
		if got := x.condition(&c.c); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// What a form cannot do stands in its report, the figures of this protocol in it.
func TestNew_Reports(t *testing.T) {
	p := everyProtocol(t)[0]
	visit := p.Modules[0].Items[0] // every protocol begins with what is seen in its place
	f := formOf(t, p)
	var report strings.Builder
	for _, r := range f.Report[1:] {
		report.WriteString(strings.Join(r, " ") + "\n")
	}
	for _, want := range []string{fmt.Sprintf("%d reglas", len(p.Rules.Levels)), fmt.Sprintf("%d delitos", len(p.Rules.Offences)),
		fmt.Sprintf("%d acciones", len(p.Rules.Actions)), visit.ID, "audio", "pyxform", "borradores"} {
		if !strings.Contains(report.String(), want) {
			t.Errorf("no %q in\n%s", want, report.String())
		}
	}
	names, rows := f.Sheets()
	if !slices.Equal(names, []string{"survey", "choices", "settings", "report"}) || len(rows) != 4 {
		t.Errorf("sheets %v", names)
	}
	if !slices.Contains(f.Survey[0], "media::audio::"+spanishColumn) {
		t.Errorf("no audio in %v", f.Survey[0])
	}
}

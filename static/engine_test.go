package static

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dop251/goja"
	"github.com/evanw/esbuild/pkg/api"

	"umbral/screening"
	"umbral/screening/screeningtest"
)

// How much the differential test compares: protocols, times inputs for each.
const (
	diffProtocols = 2500
	diffInputs    = 4
	// mutantProtocols is how many protocols a broken engine gets to betray itself.
	mutantProtocols = 1500
	// callTimeout stops a script that does not end; a call takes a millisecond.
	callTimeout = 10 * time.Second
)

// observeJS is screeningtest.Observe for the JavaScript engine.
const observeJS = `
import * as engine from "./index.js";
let protocol = null;
let book = {};
export function load(json, bookJSON) {
  protocol = JSON.parse(json);
  book = JSON.parse(bookJSON);
}
export function observe(json, year) {
  const input = JSON.parse(json);
  const lookup = (list, code) => (book[list] || []).includes(code);
  const item = engine.next(protocol, input);
  const words = engine.wordsOf(protocol, input);
  return JSON.stringify({
    next: item === null ? "" : item.id,
    path: engine.pathOf(protocol, input),
    child_words: words,
    applicable: engine.applicable(protocol, input).map((step) => ({
      module: step.module, item: step.item.id, answer: step.answer,
      words: engine.fill(engine.text(step.item, words), protocol.figures, year),
    })),
    assessment: engine.evaluate(protocol, input),
    problems: engine.validate(protocol, input, lookup),
  });
}`

// mutation breaks one place of the engine on purpose.
type mutation struct{ file, from, to string }

// bundleEngine builds the engine and observeJS into one script.
func bundleEngine(t testing.TB, broken *mutation) (script string, inputs []string) {
	t.Helper()
	options := api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: observeJS, ResolveDir: "engine", Sourcefile: "observe.js"},
		Bundle: true, Format: api.FormatIIFE, GlobalName: "E", Target: api.ES2017, Metafile: true, LogLevel: api.LogLevelSilent,
	}
	if broken != nil {
		options.Plugins = []api.Plugin{broken.plugin()}
	}
	r := api.Build(options)
	if len(r.Errors) > 0 {
		t.Fatalf("the engine does not build: %v", r.Errors)
	}
	var meta struct{ Inputs map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(r.Metafile), &meta); err != nil {
		t.Fatal(err)
	}
	for name := range meta.Inputs {
		inputs = append(inputs, name)
	}
	return string(r.OutputFiles[0].Contents), inputs
}

func (m *mutation) plugin() api.Plugin {
	return api.Plugin{Name: "mutation", Setup: func(b api.PluginBuild) {
		filter := api.OnLoadOptions{Filter: `[\\/]engine[\\/]` + regexp.QuoteMeta(m.file) + `$`}
		b.OnLoad(filter, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			raw, err := os.ReadFile(args.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			if n := strings.Count(string(raw), m.from); n != 1 {
				return api.OnLoadResult{}, fmt.Errorf("%q stands %d times in %s, want once", m.from, n, m.file)
			}
			changed := strings.Replace(string(raw), m.from, m.to, 1)
			return api.OnLoadResult{Contents: &changed, Loader: api.LoaderJS}, nil
		})
	}}
}

// engineJS is one virtual machine with the engine in it; not for two goroutines.
type engineJS struct {
	vm            *goja.Runtime
	load, observe goja.Callable
	book          string
}

func newEngineJS(program *goja.Program) (*engineJS, error) {
	e := &engineJS{vm: goja.New(), book: string(screeningtest.JSON(screeningtest.Book))}
	if _, err := e.vm.RunProgram(program); err != nil {
		return nil, err
	}
	exports := e.vm.Get("E").ToObject(e.vm)
	var ok, also bool
	e.load, ok = goja.AssertFunction(exports.Get("load"))
	e.observe, also = goja.AssertFunction(exports.Get("observe"))
	if !ok || !also {
		return nil, errors.New("the bundle does not export load and observe")
	}
	return e, nil
}

func (e *engineJS) setProtocol(p *screening.Protocol) error {
	_, err := e.load(goja.Undefined(), e.vm.ToValue(string(screeningtest.JSON(p))), e.vm.ToValue(e.book))
	return err
}

// outcome asks the JavaScript engine everything. An outcome with a field that
// Go's has not, or without a list, is an error.
func (e *engineJS) outcome(in screening.Input) (o screeningtest.Outcome, err error) {
	stop := time.AfterFunc(callTimeout, func() { e.vm.Interrupt("takes too long") })
	defer stop.Stop()
	v, err := e.observe(goja.Undefined(), e.vm.ToValue(string(screeningtest.JSON(in))), e.vm.ToValue(screeningtest.Year))
	if err != nil {
		return o, err
	}
	d := json.NewDecoder(bytes.NewReader([]byte(v.String())))
	d.DisallowUnknownFields()
	return o, d.Decode(&o)
}

// differ says where the two engines disagree on one input, or "".
func (e *engineJS) differ(p *screening.Protocol, in screening.Input) string {
	want := screeningtest.Observe(p, in)
	got, err := e.outcome(in)
	switch {
	case err != nil:
		return fmt.Sprintf("JavaScript: %v\ninput %s\nprotocol %s", err, screeningtest.JSON(in), screeningtest.JSON(p))
	case !reflect.DeepEqual(got, want):
		return fmt.Sprintf("JavaScript %s\nGo         %s\ninput %s\nprotocol %s",
			screeningtest.JSON(got), screeningtest.JSON(want), screeningtest.JSON(in), screeningtest.JSON(p))
	}
	return ""
}

// differential compares the engines on random protocols, inputs for each, and
// returns the first difference found, or "". Each protocol has its own seed, so
// that a difference can be had again.
func differential(t testing.TB, script string, protocols, inputs int) (difference string) {
	t.Helper()
	program, err := goja.Compile("engine.js", script, true)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	var once sync.Once
	seeds, found := make(chan uint64), make(chan struct{})
	report := func(d string) { once.Do(func() { difference = d; close(found) }) }
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			e, err := newEngineJS(program)
			if err != nil {
				report(err.Error())
				return
			}
			for seed := range seeds {
				if d := e.differSeed(seed, inputs); d != "" {
					report(fmt.Sprintf("seed %d: %s", seed, d))
				}
			}
		})
	}
	for seed := range uint64(protocols) {
		select {
		case seeds <- seed:
			continue
		case <-found:
		}
		break
	}
	close(seeds)
	wait.Wait()
	return difference
}

func (e *engineJS) differSeed(seed uint64, inputs int) string {
	rng := rand.New(rand.NewPCG(seed, 0))
	p := screeningtest.RandomProtocol(rng)
	if err := e.setProtocol(p); err != nil {
		return err.Error()
	}
	for range inputs {
		if d := e.differ(p, screeningtest.RandomInput(rng, p)); d != "" {
			return d
		}
	}
	return ""
}

// The vectors of screening/ hold for the JavaScript engine too.
func TestEngine_Vectors(t *testing.T) {
	script, _ := bundleEngine(t, nil)
	program, err := goja.Compile("engine.js", script, true)
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEngineJS(program)
	if err != nil {
		t.Fatal(err)
	}
	files, err := screeningtest.ReadVectors("../screening/testdata/vectors")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := e.setProtocol(&f.Protocol); err != nil {
			t.Fatal(err)
		}
		for _, c := range f.Cases {
			t.Run(f.Name+"/"+c.Name, func(t *testing.T) {
				got, err := e.outcome(c.Input)
				if err != nil || !reflect.DeepEqual(got, c.Want) {
					t.Errorf("%v\ngot  %s\nwant %s", err, screeningtest.JSON(got), screeningtest.JSON(c.Want))
				}
			})
		}
	}
}

// Both engines say the same of 10,000 random pairs of protocol and answers.
func TestEngine_Differential(t *testing.T) {
	script, _ := bundleEngine(t, nil)
	if d := differential(t, script, diffProtocols, diffInputs); d != "" {
		t.Error(d)
	}
}

// A rule broken in one engine is noticed: else the differential test would
// only show that nobody looked.
func TestEngine_DifferentialNoticesABrokenRule(t *testing.T) {
	for _, m := range []mutation{
		{"condition.js", "length < c.count.min", "length <= c.count.min"},
		{"condition.js", "&& !except.includes(code)", ""},
		{"condition.js", "strengths.length === 0 || strengths.includes(ind.strength)", "true"},
		{"condition.js", "b.to < years", "b.to <= years"},
		{"condition.js", "Number(p.age) < years", "Number(p.age) <= years"},
		{"condition.js", "return !c.not || !holds(s, c.not)", "return true"},
		{"condition.js", `if (s.findingPath) return "";`, `if (s.findingPath) return ADULT;`},
		{"next.js", "if (it.means && pathOfState(s) === CHILD) return false;", ""},
		{"next.js", "&& value !== NOT_APPLICABLE", ""},
		{"next.js", "if (s.next === null) s.next = it;", "s.next = it;"},
		{"next.js", "it.type === MULTI || ", ""},
		{"next.js", "stopped = visit(s, m, it, stopped) || stopped", "stopped = visit(s, m, it, stopped)"},
		{"next.js", `const MISSING = ["no_information", `, `const MISSING = [`},
		{"level.js", ".find((rule) => holds(s, rule.when))", ".reverse().find((rule) => holds(s, rule.when))"},
		{"level.js", "const INCONCLUSIVE = \"inconclusive\"", "const INCONCLUSIVE = \"none_found\""},
		{"danger.js", "known.dimension === DANGER", "known.strength === DANGER"},
		{"offence.js", `if (codes.length === 0) return "beyond";`, ""},
		{"offence.js", `|| isMissing(step.answer)`, ""},
		{"action.js", "codes.includes(rule.code) || ", ""},
		{"evaluate.js", "s.level = level;", ""},
		{"trace.js", "if (holds(s, part)) ground(s, part, g);", "ground(s, part, g);"},
		{"answer.js", "(i === 0 || codes[i - 1] < code)", "true"},
		{"text.js", "v.year <= year", "v.year < year"},
	} {
		t.Run(m.file+" "+m.from, func(t *testing.T) {
			script, _ := bundleEngine(t, &m)
			if differential(t, script, mutantProtocols, diffInputs) == "" {
				t.Errorf("%q instead of %q in %s was not noticed", m.to, m.from, m.file)
			}
		})
	}
}

// The engine imports nothing but itself and asks the browser for nothing.
func TestEngine_IsPure(t *testing.T) {
	script, inputs := bundleEngine(t, nil)
	for _, name := range inputs {
		if dir := filepath.ToSlash(filepath.Dir(name)); dir != "engine" {
			t.Errorf("the engine imports %s", name)
		}
	}
	impure := regexp.MustCompile(`\b(window|document|globalThis|self|navigator|fetch|Date|Math\.random|performance|` +
		`setTimeout|indexedDB|localStorage|crypto|Intl|localeCompare|toLocale\w*|structuredClone|async|await|Promise|console)\b|\\p\{`)
	for _, line := range strings.Split(script, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), "//") && impure.MatchString(line) {
			t.Errorf("the engine is not pure: %s", line)
		}
	}
}

// FuzzDifferential looks for a difference longer than the test does:
// go test ./static -run xxx -fuzz FuzzDifferential
func FuzzDifferential(f *testing.F) {
	script, _ := bundleEngine(f, nil)
	program, err := goja.Compile("engine.js", script, true)
	if err != nil {
		f.Fatal(err)
	}
	e, err := newEngineJS(program)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint64(diffProtocols))
	f.Fuzz(func(t *testing.T, seed uint64) {
		if d := e.differSeed(seed, diffInputs); d != "" {
			t.Errorf("seed %d: %s", seed, d)
		}
	})
}

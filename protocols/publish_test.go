package protocols

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// What was published never changes: its bytes are what SHA256SUMS says, and a
// source with the same version flattens to them.
func TestPublished_NeverChanges(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("nothing is published")
	}
	findings, err := Embedded().CheckPublished()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Error(f)
	}
	for _, p := range all {
		again, err := Canonical(&p.Protocol)
		if err != nil || !bytes.Equal(again, p.Bytes) {
			t.Errorf("%s@%d: reading and writing it again gives other bytes (%v)", p.Protocol.ID, p.Protocol.Version, err)
		}
	}
}

func TestPublished_FollowsItsSchema(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	schemas, err := compileOnce()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(p.Bytes))
		if err != nil {
			t.Fatal(err)
		}
		if err := schemas[publishedSchema].Validate(doc); err != nil {
			t.Errorf("%s@%d: %v", p.Protocol.ID, p.Protocol.Version, err)
		}
	}
}

func TestLoadPublished_RefusesWhatWasAltered(t *testing.T) {
	all, err := All()
	if err != nil || len(all) == 0 {
		t.Fatal(err)
	}
	p := all[0]
	name := publishedName(p.Protocol.ID, p.Protocol.Version)
	altered := bytes.Replace(p.Bytes, []byte(`"depth":"full"`), []byte(`"depth":"base"`), 1)
	for what, c := range map[string]struct {
		file  string
		bytes []byte
		sums  string
		want  string
	}{
		"whole":        {name, p.Bytes, p.SHA256 + "  " + name + "\n", ""},
		"altered":      {name, altered, p.SHA256 + "  " + name + "\n", "was altered"},
		"no file":      {"other.json", p.Bytes, p.SHA256 + "  " + name + "\n", "published protocol"},
		"wrong name":   {"x@9.json", p.Bytes, p.SHA256 + "  x@9.json\n", "says that it is"},
		"no protocol":  {name, []byte("{}x"), HashOf([]byte("{}x")) + "  " + name + "\n", "published protocol"},
		"broken sums":  {name, p.Bytes, "abc " + name + "\n", "is not a hash"},
		"unknown part": {name, []byte(`{"colour":1}`), HashOf([]byte(`{"colour":1}`)) + "  " + name + "\n", "unknown field"},
	} {
		_, err := loadPublished(fstest.MapFS{"published/" + c.file: {Data: c.bytes}, sumsFile: {Data: []byte(c.sums)}})
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", what, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
	}
}

func TestGet(t *testing.T) {
	list, err := List()
	if err != nil || len(list) == 0 {
		t.Fatalf("list %v, %v", list, err)
	}
	newest, err := Get(list[0].ID, 0)
	if err != nil || newest.SHA256 != list[0].SHA256 {
		t.Errorf("newest: %s, %v", newest.SHA256, err)
	}
	same, err := BySHA256(newest.SHA256)
	if err != nil || same.Protocol.ID != list[0].ID {
		t.Errorf("by hash: %v", err)
	}
	for _, f := range []func() (Published, error){
		func() (Published, error) { return Get("none", 0) },
		func() (Published, error) { return Get(list[0].ID, 9999) },
		func() (Published, error) { return BySHA256("00") },
	} {
		if _, err := f(); !errors.Is(err, ErrUnknown) {
			t.Errorf("got %v, want ErrUnknown", err)
		}
	}
}

func TestPublish(t *testing.T) {
	dir := smallLibrary(t)
	first, err := Publish(dir, "small")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Publish(dir, "small"); err != nil || again.SHA256 != first.SHA256 {
		t.Errorf("the same again: %v", err)
	}
	edit := func(file, old, new string) {
		t.Helper()
		name := filepath.Join(dir, file)
		raw, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(raw, []byte(old)) {
			t.Fatalf("%s: %v", file, err)
		}
		if err := os.WriteFile(name, bytes.Replace(raw, []byte(old), []byte(new), 1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	edit("modules/debt.yaml", "¿La deuda no baja aunque trabaje?", "¿La deuda sigue igual aunque trabaje?")
	if _, err := Publish(dir, "small"); !errors.Is(err, ErrVersionTaken) {
		t.Fatalf("other content under the same version: %v", err)
	}
	findings, err := At(dir).CheckPublished()
	if err != nil || len(findings) != 1 || !strings.Contains(findings[0].Do, "bump version") {
		t.Errorf("findings %v, %v", findings, err)
	}
	edit("small.yaml", "version: 1", "version: 2")
	second, err := Publish(dir, "small")
	if err != nil || second.Version != 2 {
		t.Fatalf("version 2: %v", err)
	}
	kept, err := loadPublished(os.DirFS(dir))
	if err != nil || len(kept) != 2 || kept[0].SHA256 != first.SHA256 || kept[1].SHA256 != second.SHA256 {
		t.Errorf("kept %d versions, %v", len(kept), err)
	}
	edit("modules/debt.yaml", "coe_debt_bondage", "coe_debt")
	var lint *LintError
	if _, err := Publish(dir, "small"); !errors.As(err, &lint) || !strings.Contains(err.Error(), "debt.yaml:9") {
		t.Errorf("a source with findings: %v", err)
	}
}

func TestCanonical_SortedAndStable(t *testing.T) {
	src, findings := At(smallLibrary(t)).Source("small")
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	raw, err := Canonical(&src.Protocol)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(raw, []byte(`{"budget":{"negative":`)) {
		t.Errorf("keys are not sorted: %.40s", raw)
	}
	if bytes.Contains(raw, []byte(`\u00`)) {
		t.Error("letters are escaped: RFC 8785 writes them as they are")
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Error(err)
	}
}

func TestMessages_NameEveryText(t *testing.T) {
	src, _ := At(smallLibrary(t)).Source("small")
	m := Messages(&src.Protocol)
	for id, want := range map[string]string{
		"protocol.small": "Protocolo pequeño para pruebas", "module.debt": "Deuda", "item.core_debt.child": "¿Te dicen que debes dinero?",
		"option.core_hours.many": "Muchas más", "item.core_hours.threshold": "Más de {{.week_hours}} horas es falta laboral.",
		"item.debt_why.asks": "Quién puso la deuda.", "item.debt_why.not": "No pide nombres.",
	} {
		if m[id] != want {
			t.Errorf("%s: %q, want %q", id, m[id], want)
		}
	}
	for _, id := range []string{"rule.presumed_a", "element.art13.means", "action.act_report_crime"} {
		if m[id] == "" {
			t.Errorf("%s has no text", id)
		}
	}
	if _, there := m["item.debt_why.child"]; there {
		t.Error("an absent text has a message id")
	}
}

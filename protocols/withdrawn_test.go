package protocols

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// shelf is a folder of published versions made of a real one: id@version, each
// with its line in SHA256SUMS.
func shelf(t *testing.T, refs ...string) fstest.MapFS {
	t.Helper()
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	fsys, sums := fstest.MapFS{}, ""
	for _, ref := range refs {
		p := all[0].Protocol
		p.ID, p.Version, err = ParseRef(ref)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := Canonical(&p)
		if err != nil {
			t.Fatal(err)
		}
		name := publishedName(p.ID, p.Version)
		fsys[publishedDir+"/"+name] = &fstest.MapFile{Data: raw}
		sums += HashOf(raw) + "  " + name + "\n"
	}
	fsys[sumsFile] = &fstest.MapFile{Data: []byte(sums)}
	return fsys
}

func TestWithdrawn_IsReadStrictly(t *testing.T) {
	for line, want := range map[string]string{
		"a@1 2026-11-25 one question hurts":    "",
		"a@1 2026-11-25 x\nb@1 2026-11-26 y y": "",
		"a@9 2026-11-25 x":                     "WITHDRAWN:1: a@9 was never published",
		"c@1 2026-11-25 x":                     "WITHDRAWN:1: c@1 was never published",
		"a@1 25-11-2026 x":                     `WITHDRAWN:1: "25-11-2026" is not a date`,
		"a@1 2026-02-30 x":                     `WITHDRAWN:1: "2026-02-30" is not a date`,
		"a@1 2026-11-25":                       "is not ID@VERSION, a date and a reason",
		"a@1 2026-11-25  ":                     "is not ID@VERSION, a date and a reason",
		"a 2026-11-25 x":                       `"a" is not ID@VERSION`,
		"a@01 2026-11-25 x":                    `"a@01" is not ID@VERSION`,
		"a@1 2026-11-25 x\n\nb@1 2026-11-25 y": "WITHDRAWN:2",
		"a@1 2026-11-25 x\na@1 2026-11-26 y":   "WITHDRAWN:2: a@1 stands twice",
		"a@7 2026-11-25 x\nb@1 2026-11-26 y\nb@1 soon z\nnonsense\n": "WITHDRAWN:1: a@7 was never published; correct the name or take the line out\npublished/WITHDRAWN:3: \"soon\" is not a date; write it as 2026-11-25\npublished/WITHDRAWN:4: ",
	} {
		fsys := shelf(t, "a@1", "a@2", "b@1")
		fsys[withdrawnFile] = &fstest.MapFile{Data: []byte(line)}
		switch _, err := loadPublished(fsys); {
		case want == "" && err != nil:
			t.Errorf("%q: %v", line, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

// Lists skip what is withdrawn; the version itself is still there for its records.
func TestCurrent_SkipsWithdrawn(t *testing.T) {
	for name, c := range map[string]struct{ lines, want string }{
		"nothing":           {"", "a@3 b@1"},
		"the newest":        {"a@3 2026-11-25 x\n", "a@2 b@1"},
		"one in the middle": {"a@2 2026-11-25 x\n", "a@3 b@1"},
		"the only one":      {"b@1 2026-11-25 x\n", "a@3"},
		"all of one":        {"a@1 2026-11-25 x\na@2 2026-11-25 x\na@3 2026-11-25 x\n", "b@1"},
	} {
		fsys := shelf(t, "a@1", "a@2", "a@3", "b@1")
		fsys[withdrawnFile] = &fstest.MapFile{Data: []byte(c.lines)}
		all, err := loadPublished(fsys)
		if err != nil || len(all) != 4 {
			t.Fatalf("%s: %d versions, %v", name, len(all), err)
		}
		var got []string
		for _, p := range current(all) {
			got = append(got, strings.TrimSuffix(publishedName(p.Protocol.ID, p.Protocol.Version), ".json"))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestWithdrawnAt_HoldsFromTheBeginningOfTheDay(t *testing.T) {
	day := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	p := Published{Withdrawn: &Withdrawal{On: day, Reason: "x"}}
	for at, want := range map[time.Time]bool{
		day.Add(-time.Second): false, day: true, day.AddDate(1, 0, 0): true,
		day.In(time.FixedZone("", -6*3600)): true,
	} {
		if p.WithdrawnAt(at) != want {
			t.Errorf("%s: %v", at, !want)
		}
	}
	if (Published{}).WithdrawnAt(day) {
		t.Error("a version that nobody withdrew is withdrawn")
	}
}

func TestWithdraw(t *testing.T) {
	dir := smallLibrary(t)
	if _, err := Publish(dir, "small"); err != nil {
		t.Fatal(err)
	}
	on := time.Date(2026, 11, 25, 23, 0, 0, 0, time.FixedZone("", -6*3600))
	if err := Withdraw(dir, "small", 2, on, "x"); !errors.Is(err, ErrUnknown) {
		t.Errorf("a version that is not there: %v", err)
	}
	for _, reason := range []string{"", " \n ", strings.Repeat("x", maxReason+1)} {
		if err := Withdraw(dir, "small", 1, on, reason); err == nil {
			t.Errorf("the reason %.10q was taken", reason)
		}
	}
	if err := Withdraw(dir, "small", 1, on, "one question\n leads"); err != nil {
		t.Fatal(err)
	}
	if err := Withdraw(dir, "small", 1, on, "again"); !errors.Is(err, ErrWithdrawn) {
		t.Errorf("a second time: %v", err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, withdrawnFile))
	if err != nil || string(raw) != "small@1 2026-11-26 one question leads\n" {
		t.Errorf("wrote %q, %v", raw, err)
	}
	all, err := loadPublished(os.DirFS(dir))
	if err != nil || len(all) != 1 || all[0].Withdrawn == nil || all[0].Withdrawn.Reason != "one question leads" {
		t.Errorf("read %+v, %v", all, err)
	}
}

// A start that is refused says everything at once.
func TestVerify_SaysEveryErrorAtOnce(t *testing.T) {
	if err := Verify(); err != nil {
		t.Fatalf("what is published: %v", err)
	}
	fsys := shelf(t, "a@1", "a@2", "b@1", "c@1")
	broken := func(ref, old, new string, lock bool) {
		t.Helper()
		file := fsys[publishedDir+"/"+ref+".json"]
		changed := bytes.Replace(file.Data, []byte(old), []byte(new), 1)
		if bytes.Equal(changed, file.Data) {
			t.Fatalf("%s: %s is not in it", ref, old)
		}
		if lock {
			sums := fsys[sumsFile]
			sums.Data = bytes.Replace(sums.Data, []byte(HashOf(file.Data)), []byte(HashOf(changed)), 1)
		}
		file.Data = changed
	}
	broken("a@1", `"depth":"full"`, `"depth":"base"`, false)
	broken("a@2", `"depth":"full"`, `"depth":"deep"`, true)
	broken("b@1", `"kind":"question"`, `"kind":"quiz"`, true)
	fsys[publishedDir+"/d@1.json"] = &fstest.MapFile{Data: []byte("{}")}
	delete(fsys, publishedDir+"/c@1.json")
	fsys[withdrawnFile] = &fstest.MapFile{Data: []byte("z@1 2026-11-25 x\n")}
	all, err := loadPublished(fsys)
	text := errors.Join(err, verifySchema(all)).Error()
	for _, want := range []string{"a@1.json was altered", "a@2.json: depth:", "b@1.json: modules/", "d@1.json has no line", "c@1.json: file does not exist", "WITHDRAWN:1: z@1"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	for b.Loop() {
		if err := Verify(); err != nil {
			b.Fatal(err)
		}
	}
}

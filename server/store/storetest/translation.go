package storetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"

	"umbral/server/problem"
	"umbral/server/translation"
)

// step is one of a message in a language.
func (d *desk) step(locale, message, do, text string) translation.Step {
	return translation.Step{ID: newID(), Locale: locale, Message: message, Do: do, By: "t", At: d.tick(), Text: text,
		TextHash: translation.TextHash(text), SourceHash: hashOf([]byte("es"))}
}

// lastOf is by message the last step of a language.
func (d *desk) lastOf(locale string) map[string]uint64 {
	steps, err := d.Steps(d.ctx, locale, "")
	d.must(err)
	last := map[string]uint64{}
	for _, s := range steps {
		last[s.Message] = s.Seq
	}
	return last
}

func testTranslationSteps(d *desk) {
	one, two := d.step("mam", "item.q1", translation.Translate, "uno"), d.step("mam", "item.q1", translation.Comment, "mira")
	other := d.step("mam", "item.q11", translation.Translate, "otro")
	d.must(d.AddSteps(d.ctx, "mam", translation.Write{Steps: []translation.Step{one, two, other}}))
	d.must(d.AddSteps(d.ctx, "quc", translation.Write{Steps: []translation.Step{d.step("quc", "item.q1", translation.Translate, "x")}}))

	// Who did not know the newest step writes nothing at all.
	stale := translation.Write{Steps: []translation.Step{d.step("mam", "item.q2", translation.Translate, "dos"), d.step("mam", "item.q1", translation.Accept, "")}}
	d.wants(d.AddSteps(d.ctx, "mam", stale), problem.Conflict, "translation-changed")
	stale.After = d.lastOf("mam")
	d.reopen()
	d.must(d.AddSteps(d.ctx, "mam", stale))

	steps, err := d.Steps(d.ctx, "mam", "item.q1")
	d.must(err)
	var dos []string
	for _, s := range steps {
		dos = append(dos, s.Do)
	}
	want := one
	want.Seq = steps[0].Seq
	if !same(dos, []string{translation.Translate, translation.Comment, translation.Accept}) || fmt.Sprint(steps[0]) != fmt.Sprint(want) || steps[0].Seq == 0 {
		d.Errorf("%v %+v, want %+v", dos, steps[0], want)
	}
	if all, err := d.Steps(d.ctx, "mam", ""); err != nil || len(all) != 5 {
		d.Errorf("%d steps of the language: %v", len(all), err)
	}
	if codes, err := d.StepLocales(d.ctx); err != nil || !same(codes, []string{"mam", "quc"}) {
		d.Errorf("%v %v", codes, err)
	}
	entries, err := d.Audit(d.ctx, 0, 1000)
	d.must(err)
	entered := 0
	for _, e := range entries {
		if e.ID == one.ID && e.What == "translation_translate" && e.Who == "t" && e.Detail == "mam item.q1" {
			entered++
		}
	}
	if entered != 1 || len(entries) != 6 {
		d.Errorf("%d lines, %d of the first step", len(entries), entered)
	}
}

func testTranslationRecordings(d *desk) {
	voice := bytes.Repeat([]byte("a voice that says the question "), 500)
	sum := sha256.Sum256(voice)
	sha := hex.EncodeToString(sum[:])
	step := d.step("mam", "item.q1", translation.Record, "")
	step.Recording, step.Type, step.Bytes, step.Speaker = sha, "audio/mpeg", len(voice), "official"
	d.must(d.AddSteps(d.ctx, "mam", translation.Write{Steps: []translation.Step{step}, Content: voice}))
	again := step
	again.ID, again.Message = newID(), "item.q2"
	d.wants(d.AddSteps(d.ctx, "mam", translation.Write{Steps: []translation.Step{again}, Content: voice}), problem.Conflict, "recording-there")
	d.reopen()
	if got, err := d.Recording(d.ctx, "mam", sha); err != nil || !bytes.Equal(got, voice) {
		d.Errorf("%d bytes %v", len(got), err)
	}
	for _, at := range [][2]string{{"quc", sha}, {"mam", hashOf([]byte("x"))}, {"mam", "x"}} {
		_, err := d.Recording(d.ctx, at[0], at[1])
		d.wants(err, problem.NotFound, "recording-unknown")
	}
	files, err := os.ReadDir(d.dir)
	d.must(err)
	for _, f := range files {
		if content, err := os.ReadFile(d.dir + "/" + f.Name()); err == nil && bytes.Contains(content, []byte("a voice that says")) {
			d.Errorf("%s has the voice in clear", f.Name())
		}
	}
	refused := d.step("mam", "item.q1", translation.RefuseRecorded, "")
	refused.Recording = sha
	d.must(d.AddSteps(d.ctx, "mam", translation.Write{Steps: []translation.Step{refused}, After: d.lastOf("mam"), Drop: []string{sha}}))
	_, err = d.Recording(d.ctx, "mam", sha)
	d.wants(err, problem.NotFound, "recording-unknown")
}

func testAddedLanguages(d *desk) {
	l := translation.Language{Code: "zzj", Name: "zhuang", States: []string{"07"}, Writing: "Latn", Gate: "certified", By: "op", At: d.tick()}
	d.must(d.AddLanguage(d.ctx, l))
	d.wants(d.AddLanguage(d.ctx, l), problem.Conflict, "language-there")
	first := l
	first.Code = "aaa"
	d.must(d.AddLanguage(d.ctx, first))
	for i, want := range []bool{true, false} {
		if fresh, err := d.RaiseGate(d.ctx, "op", d.tick(), "fr"); err != nil || fresh != want {
			d.Errorf("%d: %v %v", i, fresh, err)
		}
	}
	d.reopen()
	if list, err := d.Languages(d.ctx); err != nil || len(list) != 2 || fmt.Sprint(list[0]) != fmt.Sprint(l) {
		d.Errorf("%+v %v", list, err)
	}
	if codes, err := d.RaisedGates(d.ctx); err != nil || !slices.Equal(codes, []string{"fr"}) {
		d.Errorf("%v %v", codes, err)
	}
}

package translation

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"umbral/server/problem"
)

const es = "es1" // hash of the Spanish of these tests

// did is a step by somebody about a text, made from the Spanish of now.
func did(by, do, text, about string) Step {
	s := Step{Do: do, By: by, Text: text, TextHash: TextHash(about), SourceHash: es, Competence: "c"}
	if do == Translate {
		s.TextHash = TextHash(text)
		if about != "" {
			s.Replaces = TextHash(about)
		}
	}
	return s
}

func voice(by, do, sha, about string) Step {
	s := did(by, do, "", about)
	s.Recording = sha
	return s
}

func isNow(hash string) bool { return hash == es }

// certifiedSteps are those of a text that four persons brought to its end.
func certifiedSteps() []Step {
	return []Step{did("a", Translate, "T", ""), did("b", BackTranslate, "vuelta", "T"), did("c", Accept, "", "T"), did("d", Certify, "", "T")}
}

func TestFold_StatesAndRefusals(t *testing.T) {
	changed := did("c", Accept, "", "T")
	changed.SourceHash = "es2"
	for name, tc := range map[string]struct {
		steps   []Step
		state   string
		stands  string // text of what devices may have
		refused string // problem of the last step; empty: it was done
	}{
		"nothing":                                     {nil, Untranslated, "", ""},
		"a comment":                                   {[]Step{did("a", Comment, "x", "")}, Untranslated, "", ""},
		"translated":                                  {certifiedSteps()[:1], Translated, "", ""},
		"translated back":                             {certifiedSteps()[:2], BackTranslated, "", ""},
		"accepted":                                    {certifiedSteps()[:3], Accepted, "T", ""},
		"certified":                                   {certifiedSteps(), Certified, "T", ""},
		"certified by who accepted":                   {append(certifiedSteps()[:3], did("c", Certify, "", "T")), Certified, "T", ""},
		"own back translation":                        {append(certifiedSteps()[:1], did("a", BackTranslate, "x", "T")), Translated, "", "translation-own"},
		"accepted by its author":                      {append(certifiedSteps()[:2], did("a", Accept, "", "T")), BackTranslated, "", "translation-own"},
		"accepted by its back-translator":             {append(certifiedSteps()[:2], did("b", Accept, "", "T")), BackTranslated, "", "translation-own"},
		"certified by its author":                     {append(certifiedSteps()[:3], did("a", Certify, "", "T")), Accepted, "T", "translation-own"},
		"certified by its back-translator":            {append(certifiedSteps()[:3], did("b", Certify, "", "T")), Accepted, "T", "translation-own"},
		"certified unaccepted":                        {append(certifiedSteps()[:2], did("d", Certify, "", "T")), BackTranslated, "", "translation-needs-accept"},
		"certified with no way back":                  {[]Step{certifiedSteps()[0], did("c", Accept, "", "T"), did("d", Certify, "", "T")}, Accepted, "T", "translation-needs-back"},
		"way back after acceptance":                   {[]Step{certifiedSteps()[0], did("c", Accept, "", "T"), did("b", BackTranslate, "v", "T"), did("d", Certify, "", "T")}, Certified, "T", ""},
		"way back by who accepted":                    {[]Step{certifiedSteps()[0], did("c", Accept, "", "T"), did("c", BackTranslate, "v", "T")}, Accepted, "T", "translation-own"},
		"another way back once judged":                {append(certifiedSteps()[:3], did("e", BackTranslate, "v", "T")), Accepted, "T", "translation-judged"},
		"accepted twice":                              {append(certifiedSteps()[:3], did("e", Accept, "", "T")), Accepted, "T", "translation-judged"},
		"about another text":                          {append(certifiedSteps()[:2], did("c", Accept, "", "U")), BackTranslated, "", "translation-changed"},
		"from another Spanish":                        {append(certifiedSteps()[:2], changed), BackTranslated, "", "translation-source-changed"},
		"accepted where there is none":                {[]Step{did("c", Accept, "", "T")}, Untranslated, "", "translation-needs-text"},
		"written anew":                                {append(certifiedSteps(), did("b", Translate, "U", "T")), Translated, "T", ""},
		"the new one accepted":                        {append(certifiedSteps(), did("b", Translate, "U", "T"), did("a", Accept, "", "U")), Accepted, "T", ""},
		"the new one in the place of an accepted one": {append(certifiedSteps()[:3], did("b", Translate, "U", "T"), did("a", Accept, "", "U")), Accepted, "U", ""},
		"written over another":                        {append(certifiedSteps(), did("b", Translate, "U", "X")), Certified, "T", "translation-changed"},
		"returned":                                    {append(certifiedSteps()[:3], did("e", Return, "no", "T")), Returned, "", ""},
		"certified and returned":                      {append(certifiedSteps(), did("e", Return, "no", "T")), Returned, "", ""},
		"a draft returned":                            {append(certifiedSteps(), did("b", Translate, "U", "T"), did("e", Return, "no", "U")), Returned, "T", ""},
		"accepted once returned":                      {append(certifiedSteps()[:2], did("e", Return, "no", "T"), did("c", Accept, "", "T")), Returned, "", "translation-returned"},
		"the same words by another, accepted by their author": {[]Step{did("a", Translate, "T", ""), did("b", Translate, "T", "T"), did("a", Accept, "", "T")}, Translated, "", "translation-own"},
		"what is no step": {append(certifiedSteps(), did("e", "sign", "", "T")), Certified, "T", "translation-step"},
	} {
		got := Fold(tc.steps, isNow)
		stands := ""
		if got.Stands != nil {
			stands = got.Stands.Text
		}
		if got.State != tc.state || stands != tc.stands || got.Stale {
			t.Errorf("%s: %s, stands %q, want %s %q", name, got.State, stands, tc.state, tc.stands)
		}
		if n := len(tc.steps); n > 0 {
			var typ string
			if err := Fold(tc.steps[:n-1], nil).trial(tc.steps[n-1]); err != nil {
				typ = err.(*problem.Error).Type
			}
			if typ != tc.refused {
				t.Errorf("%s: refused %q, want %q", name, typ, tc.refused)
			}
		}
	}
}

func TestFold_AnotherSpanishTakesAllBack(t *testing.T) {
	got := Fold(certifiedSteps(), func(string) bool { return false })
	if !got.Stale || got.State != Translated || got.Stands != nil || got.Version.Text != "T" || got.Version.Back != "" || got.Version.Reviewer != "" || got.Version.Certifier != "" {
		t.Errorf("%+v", got)
	}
}

func TestFold_Recordings(t *testing.T) {
	heard := func(steps ...Step) string {
		r, _ := Fold(append(certifiedSteps(), steps...), isNow).Heard()
		return r.SHA256
	}
	one := voice("e", Record, "v1", "T")
	for name, tc := range map[string]struct {
		steps []Step
		want  string
	}{
		"a draft":                           {[]Step{one}, ""},
		"certified":                         {[]Step{one, voice("a", CertifyRecorded, "v1", "T")}, "v1"},
		"by who recorded it":                {[]Step{one, voice("e", CertifyRecorded, "v1", "T")}, ""},
		"refused":                           {[]Step{one, voice("a", CertifyRecorded, "v1", "T"), voice("b", RefuseRecorded, "v1", "T")}, ""},
		"refused for good":                  {[]Step{one, voice("b", RefuseRecorded, "v1", "T"), voice("a", CertifyRecorded, "v1", "T")}, ""},
		"of other words":                    {[]Step{voice("e", Record, "v1", "U"), voice("a", CertifyRecorded, "v1", "U")}, ""},
		"a newer one waits":                 {[]Step{one, voice("a", CertifyRecorded, "v1", "T"), voice("e", Record, "v2", "T")}, "v1"},
		"while a new text is in the making": {[]Step{one, voice("a", CertifyRecorded, "v1", "T"), did("b", Translate, "U", "T")}, "v1"},
		"until its text is returned":        {[]Step{one, voice("a", CertifyRecorded, "v1", "T"), did("b", Return, "x", "T")}, ""},
	} {
		if got := heard(tc.steps...); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
	spanishOnly := one
	spanishOnly.TextHash = ""
	if got := heard(spanishOnly, voice("a", CertifyRecorded, "v1", "T")); got != "" {
		t.Error("a voice that was made from the Spanish alone is played")
	}
}

// Whatever the order of steps by whomever, nothing is accepted or certified by its
// author or its back-translator, and what devices may have was accepted by another.
func TestFold_NobodyJudgesTheirOwn(t *testing.T) {
	people := []string{"a", "b", "c", "d"}
	texts := []string{"T", "U", "V"}
	rapid.Check(t, func(t *rapid.T) {
		var steps []Step
		wrote := map[string][]string{} // by hash
		for i := range rapid.IntRange(0, 40).Draw(t, "steps") {
			step := did(rapid.SampledFrom(people).Draw(t, "by"), rapid.SampledFrom(Dos()).Draw(t, "do"),
				rapid.SampledFrom(texts).Draw(t, "text"), rapid.SampledFrom(append(texts, "")).Draw(t, "about"))
			step.Seq, step.Recording = uint64(i+1), fmt.Sprint("v", rapid.IntRange(0, 3).Draw(t, "voice"))
			step.SourceHash = rapid.SampledFrom([]string{es, es, es, "es2"}).Draw(t, "spanish")
			if rapid.Bool().Draw(t, "in place") { // most are about what is there
				if now := Fold(steps, nil).Version; step.Do == Translate {
					step.Replaces = now.TextHash
				} else {
					step.TextHash, step.SourceHash = now.TextHash, now.SourceHash
				}
			}
			before := Fold(steps, isNow)
			refused := Fold(steps, nil).trial(step) != nil
			steps = append(steps, step)
			after := Fold(steps, isNow)
			if step.Do == Translate && !refused {
				wrote[step.TextHash] = append(wrote[step.TextHash], step.By)
				if after.Version.Back+after.Version.Reviewer+after.Version.Certifier != "" || after.State != Translated {
					t.Fatalf("a new text is %+v", after)
				}
			}
			if refused && (before.State != after.State || before.Version != after.Version) {
				t.Fatalf("a refused step changed %+v to %+v", before, after)
			}
			judged := []Version{after.Version}
			if after.Stands != nil {
				judged = append(judged, *after.Stands)
				if after.Stands.Reviewer == "" || after.Stands.SourceHash != es {
					t.Fatalf("devices may have %+v", after.Stands)
				}
			}
			for _, v := range judged {
				for _, by := range []string{v.Reviewer, v.Certifier} {
					// Who writes the same words after they were judged takes nothing back.
					wroteIt := slices.Contains(wrote[v.TextHash], by) && (step.Do == Accept || step.Do == Certify) && step.By == by && !refused
					if by != "" && (by == v.Translator || by == v.BackTranslator || wroteIt) {
						t.Fatalf("%s judged their own: %+v", by, v)
					}
				}
				if v.Back != "" && v.BackTranslator == v.Translator || v.Certifier != "" && (v.Reviewer == "" || v.Back == "") {
					t.Fatalf("%+v", v)
				}
			}
			if r, ok := after.Heard(); ok && (r.Certifier == r.By || after.Stands != nil && (after.Stands.Certifier == "" || r.TextHash != after.Stands.TextHash)) {
				t.Fatalf("%+v is played", r)
			}
		}
	})
}

// A text that came in a file can be given a voice here: by one, certified by another.
func TestFold_AVoiceOfATextOfAFile(t *testing.T) {
	hash := TextHash("test words of a file")
	record := Step{Do: Record, By: "ana", TextHash: hash, Recording: "voice", Speaker: SpeakerTranslator}
	certify := func(by, of string) Step {
		return Step{Do: CertifyRecorded, By: by, TextHash: of, Recording: "voice"}
	}
	for name, tc := range map[string]struct {
		steps []Step
		heard bool
	}{
		"by somebody else":        {[]Step{record, certify("eva", hash)}, true},
		"by who brought it":       {[]Step{record, certify("ana", hash)}, false},
		"of other words":          {[]Step{record, certify("eva", TextHash("other"))}, false},
		"of no words":             {[]Step{{Do: Record, By: "ana", Recording: "voice"}, certify("eva", "")}, false},
		"after a text came about": {[]Step{record, {Do: Translate, By: "ana", Text: "test", TextHash: TextHash("test")}, certify("eva", hash)}, false},
		"a text begun since":      {[]Step{record, certify("eva", hash), {Do: Translate, By: "ana", Text: "test", TextHash: TextHash("test")}}, true},
	} {
		if _, ok := Fold(tc.steps, nil).Heard(); ok != tc.heard {
			t.Errorf("%s: heard %v", name, ok)
		}
	}
}

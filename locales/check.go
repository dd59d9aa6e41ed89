package locales

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"text/template/parse"
	"time"

	"golang.org/x/text/unicode/norm"
)

// check says what is wrong with the files of a language beyond what stops them
// from being read. It holds of them alone, so that a new version of the program
// never finds fault with what an older one took; what came about at the translation
// desk was judged there, and must not stop a start.
func (c *Catalog) check(fsys fs.FS, code string) error {
	loc := c.codes[code]
	var wrong []error
	refuse := func(file, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("locales/"+code+"/"+file+": "+format, args...))
	}
	filed := loc.filed()
	for _, id := range slices.Sorted(maps.Keys(filed)) {
		if text := filed[id]; !norm.NFC.IsNormalString(text) {
			refuse("*.json", "%s: the text is not in Unicode NFC; save it so, or its hash fits on no phone", id)
		} else if err := canBeFilled(text); err != nil {
			refuse("*.json", "%s: %w; a figure is written {{.name}}", id, err)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(loc.rows)) {
		if loc.rows[id].fromDesk {
			continue
		}
		if _, there := loc.texts[id]; !there {
			refuse("status.json", "%s has no text; take the row out", id)
		} else if err := loc.rows[id].check(); err != nil {
			refuse("status.json", "%s: %w", id, err)
		}
	}
	if len(filed) > 0 && loc.lang.Gate == gateCertified {
		if notice, err := fs.ReadFile(fsys, code+"/NOTICE"); err != nil || len(strings.TrimSpace(string(notice))) == 0 {
			refuse("NOTICE", "say whose the texts are, and under which licence")
		}
		for _, pair := range loc.lookAlikes() {
			refuse("*.json", "%s and %s look alike without their accents: %q, %q; whoever reads or hears them may take one for the other", pair[0], pair[1], loc.texts[pair[0]], loc.texts[pair[1]])
		}
	}
	return errors.Join(wrong...)
}

// filed are the texts that the files have, but for those that the desk replaced.
func (l *locale) filed() map[string]string {
	texts := maps.Clone(l.texts)
	maps.DeleteFunc(texts, func(id, _ string) bool { return l.rows[id].fromDesk })
	return texts
}

// canBeFilled parses the text as go-i18n does, when somebody first asks for it.
func canBeFilled(text string) error {
	if !strings.Contains(text, "{{") {
		return nil
	}
	_, err := parse.Parse("text", text, "{{", "}}")
	return err
}

// check says what a row lacks for the status that it claims: nobody reviews or
// certifies what is their own.
func (r Row) check() error {
	if !slices.Contains(trust, r.Status) {
		return fmt.Errorf("status %q; use machine, imported, draft, reviewed or certified", r.Status)
	}
	needs := map[string]string{"text_hash": r.TextHash, "source_hash": r.SourceHash, "origin": r.Origin, "licence": r.Licence}
	if r.Status.atLeast(Reviewed) {
		needs["translator"], needs["reviewer"] = r.Translator, r.Reviewer
	}
	if r.Status == Certified {
		needs["back_translation"], needs["backtrans_by"] = r.BackTranslation, r.BackTranslator
	}
	missing := []string{}
	for field, value := range needs {
		if value == "" {
			missing = append(missing, field)
		}
	}
	if slices.Sort(missing); len(missing) > 0 {
		return fmt.Errorf("%s needs %s", r.Status, strings.Join(missing, ", "))
	}
	for _, date := range []string{r.Date, r.Expires} {
		if _, err := time.Parse(time.DateOnly, date); date != "" && err != nil {
			return fmt.Errorf("date %q; use YYYY-MM-DD", date)
		}
	}
	by := []string{r.Translator, r.Reviewer, r.BackTranslator}
	if r.Status.atLeast(Reviewed) && (by[0] == by[1] || r.Status == Certified && (by[0] == by[2] || by[1] == by[2])) {
		return errors.New("translator, reviewer and backtrans_by must be different persons")
	}
	return nil
}

// lookAlikes are pairs of messages outside of protocols, and of answers to one
// item, whose texts are the same once accents, tones and apostrophes are dropped:
// volunteer words for yes and no were found so. In a tonal language two words may
// really differ so; then both must be certified.
func (l *locale) lookAlikes() (pairs [][2]string) {
	seen := map[string]string{}
	for _, id := range slices.Sorted(maps.Keys(l.filed())) {
		group := "interface"
		if isProtocolText(id) {
			if !strings.HasPrefix(id, "option.") {
				continue
			}
			group = id[:strings.LastIndex(id, ".")]
		}
		key := group + "\x00" + folded(l.texts[id])
		if other := seen[key]; other != "" && (l.status[id] != Certified || l.status[other] != Certified) {
			pairs = append(pairs, [2]string{other, id})
		}
		seen[key] = id
	}
	return pairs
}

func folded(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		if r >= 'a' && r <= 'z' {
			b.WriteRune(r)
		}
	}
	return b.String()
}

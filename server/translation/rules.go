package translation

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"umbral/server/problem"
)

func nfc(text string) string { return norm.NFC.String(text) }

// translation is the step of a new text, or what speaks against it.
func (d *Desk) translation(step Step, item Item, neighbours map[string]string, a Asked) (Step, error) {
	switch {
	case a.SourceHash == "":
		return Step{}, problem.New(problem.Conflict, "translation-source-changed")
	case a.TextHash != item.TextHash:
		return Step{}, errChanged()
	}
	if err := checkText(step.Text, MaxText); err != nil {
		return Step{}, err
	}
	spanish := d.spanish(item, a.SourceHash)
	if missing := placeholdersLost(spanish, step.Text); missing != nil {
		return Step{}, problem.New(problem.Invalid, "translation-placeholders", "placeholders", missing)
	}
	if nfc(spanish) == step.Text && !a.Loan {
		return Step{}, problem.New(problem.Invalid, "translation-same")
	}
	for _, id := range slices.Sorted(maps.Keys(neighbours)) {
		if d.Texts.Alike(neighbours[id], step.Text) {
			return Step{}, problem.New(problem.Invalid, "translation-alike", "message", item.ID, "other", id)
		}
	}
	step.Replaces, step.TextHash, step.Loan = a.TextHash, TextHash(step.Text), a.Loan
	return step, item.trial(step)
}

// spanish is the text of the source that a translation is made from.
func (d *Desk) spanish(item Item, hash string) string {
	for _, s := range d.Texts.Sources("", item.ID) {
		if s.Hash == hash {
			return s.Text
		}
	}
	return item.Source.Text
}

// checkText refuses what is no text of a person: nothing, too much, bytes that are
// no UTF-8 or stand for such, and signs that no eye sees but line ends.
func checkText(text string, limit int) error {
	switch {
	case text == "":
		return problem.New(problem.Invalid, "translation-empty")
	case len(text) > limit:
		return problem.New(problem.Invalid, "translation-long", "limit", limit)
	case !utf8.ValidString(text), strings.ContainsFunc(text, unprintable):
		return problem.New(problem.Invalid, "translation-characters")
	}
	return nil
}

// joiners are invisible and belong to words: scripts of Asia are written with them.
const joiners = "\u200c\u200d"

// unprintable finds controls, what stands for bytes that could not be read, and
// signs that turn the direction of what follows.
func unprintable(r rune) bool {
	switch {
	case r == '\n', strings.ContainsRune(joiners, r):
		return false
	case r == utf8.RuneError:
		return true
	}
	return unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r)
}

var placeholder = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// placeholdersLost are those that only one of the two texts has, nil where both
// have the same; also what is no whole placeholder.
func placeholdersLost(spanish, text string) []string {
	count := map[string]int{}
	for _, p := range placeholder.FindAllString(spanish, -1) {
		count[strings.ReplaceAll(p, " ", "")]++
	}
	had := maps.Clone(count)
	for _, p := range placeholder.FindAllString(text, -1) {
		if had[p] == 0 { // written otherwise, or another
			return []string{p}
		}
		delete(count, p)
	}
	if rest := placeholder.ReplaceAllString(text, ""); strings.Contains(rest, "{{") || strings.Contains(rest, "}}") {
		return []string{"{{…}}"}
	}
	if len(count) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(count))
}

package auth

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"umbral/server/problem"
)

// PasswordList knows passwords that others have lost already.
type PasswordList interface {
	// Has says whether a password is on the list, exactly as it is typed.
	Has(password string) (bool, error)
}

// Common is the list that the program brings along, extended by the ways in
// which people make a listed password long enough; common/README.md says where
// it is from.
type Common struct{}

//go:embed common/passwords.txt.gz
var commonPacked []byte

// commonWords is sorted; some 1 MB once it is unpacked, at the first new password.
var commonWords = sync.OnceValues(func() ([]string, error) {
	r, err := gzip.NewReader(bytes.NewReader(commonPacked))
	if err != nil {
		return nil, fmt.Errorf("auth: list of common passwords: %w", err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("auth: list of common passwords: %w", err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), nil
})

// shortUnit is how many characters repeated make no password: abcdabcdabcd.
const shortUnit = 4

// Has is true also for a listed password with digits and signs around it, with
// look-alikes for letters, repeated, and for what only counts up or down.
func (Common) Has(password string) (bool, error) {
	words, err := commonWords()
	if err != nil {
		return false, err
	}
	folded := fold(password)
	if isRun(folded) {
		return true, nil
	}
	listed := func(s string) bool { _, ok := slices.BinarySearch(words, s); return ok }
	for _, form := range forms(folded) {
		unit := repeated(form)
		if listed(form) || unit != form && (utf8.RuneCountInString(unit) <= shortUnit || listed(unit)) {
			return true, nil
		}
	}
	return false, nil
}

// fold makes equal what a guesser tries as one: capitals, accents.
func fold(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s)))
}

// lookAlikes are the signs that people write for letters; 1 stands for two.
var lookAlikes = []*strings.Replacer{
	strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i"),
	strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i"),
}

// forms are what a folded password may be made from: itself, and its core
// without the digits and signs around it, each also with letters for look-alikes.
func forms(folded string) []string {
	core := coreOf(folded)
	list := []string{folded, core}
	for _, r := range lookAlikes {
		// Signs at the ends are rather added than meant as letters: both are tried.
		trimmed := strings.TrimFunc(core, func(c rune) bool { return !unicode.IsLetter(c) })
		list = append(list, r.Replace(folded), r.Replace(trimmed), r.Replace(strings.TrimRightFunc(folded, isTail)))
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// isTail is what stands behind a word to make it long enough.
func isTail(r rune) bool { return !unicode.IsLetter(r) && r != '@' && r != '$' }

// coreOf is a folded password from its first letter to its last.
func coreOf(folded string) string {
	return strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
}

// repeated is the shortest unit that s is a repetition of; s itself where it is none.
func repeated(s string) string {
	for n := 1; n <= len(s)/2; n++ {
		if len(s)%n == 0 && strings.Repeat(s[:n], len(s)/n) == s {
			return s[:n]
		}
	}
	return s
}

// isRun says whether all signs follow each other: 123456789012, zyxwvutsrqpo.
func isRun(s string) bool {
	runes := []rune(s)
	if len(runes) < 3 {
		return false
	}
	for _, step := range []rune{1, -1} {
		run := true
		for i := 1; i < len(runes) && run; i++ {
			a, b := runes[i-1], runes[i]
			wraps := unicode.IsDigit(a) && unicode.IsDigit(b) && (b-a-step)%10 == 0
			run = b-a == step || wraps
		}
		if run {
			return true
		}
	}
	return false
}

// shortName is the shortest name in characters that a password is searched for:
// ana is in half of all words.
const shortName = 4

// personal says whether a password contains one of the names of who uses it, or
// is one word of them with digits and signs around it.
func personal(password string, names ...string) bool {
	typed, core := squash(password), squash(coreOf(fold(password)))
	for _, name := range names {
		if whole := squash(name); utf8.RuneCountInString(whole) >= shortName && strings.Contains(typed, whole) {
			return true
		}
		for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if squash(word) == core && core != "" {
				return true
			}
		}
	}
	return false
}

// squash is only the letters and digits of what is folded.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, fold(s))
}

// checkNew says whether a password may be chosen by who has these names.
// Invalid "password-length", "password-common".
func (s *Service) checkNew(password string, names ...string) error {
	if err := s.CheckPassword(password); err != nil || s.Common == nil {
		return err
	}
	for _, form := range []string{password, norm.NFKC.String(password)} {
		listed, err := s.Common.Has(form)
		if err != nil {
			return err
		}
		if listed || personal(form, names...) {
			return problem.New(problem.Invalid, "password-common")
		}
	}
	return nil
}

// Lists is several lists as one.
type Lists []PasswordList

// Has asks one after the other.
func (l Lists) Has(password string) (bool, error) {
	for _, one := range l {
		if listed, err := one.Has(password); listed || err != nil {
			return listed, err
		}
	}
	return false, nil
}

package locales

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Source is the code whose Spanish every other text is made from.
const Source = "es-MX"

// Gates of a language. They say what its texts must be before they are served.
const (
	gateSource    = "source"    // the Spanish itself, marked "not reviewed" until somebody signs
	gateMarked    = "marked"    // drafts are shown beside Spanish, marked
	gateCertified = "certified" // indigenous and sign languages: by the classes, a screening only when certified whole
)

// Language is one row of registry.json, in the order in which farm work and
// transit need them. A fallback chain is written by hand: never to a sibling
// variant, never to a macrolanguage.
type Language struct {
	Code    string   `json:"code"`
	ISO     string   `json:"iso"`     // ISO 639-3
	Name    string   `json:"name"`    // in Spanish
	Autonym string   `json:"autonym"` // empty where no source says
	Variant string   `json:"variant"` // INALI's name, where ours is one variant
	States  []string `json:"states"`  // INEGI; never used to exclude
	Writing string   `json:"writing"` // Latn, sign, unknown
	Gate    string   `json:"gate"`
	Chain   []string `json:"chain"`
	Audio   string   `json:"audio"`
	Video   string   `json:"video"`
}

// class is a kind of message by the start of its id, and the gate it must pass.
type class struct {
	Prefix string `json:"prefix"`
	Gate   Status `json:"gate"`
	Why    string `json:"why"`
}

var (
	codeForm   = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)
	scriptForm = regexp.MustCompile(`^[A-Z][a-z]{3}$`)
)

func readJSON(fsys fs.FS, name string, into any) error {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("locales/%s: %w", name, err)
	}
	return nil
}

// markable are the languages whose drafts may be shown beside Spanish, marked:
// many who first meet these officials read them, and many can say what is wrong
// with a text. No language of a first people and no sign language is one; nor
// becomes one by a row of the registry.
var markable = []string{"en", "fr", "pt", "pt-BR", "ht", "zh", "ar", "ru", "uk", "hi", "bn", "ur", "fa", "tr", "vi", "ko", "ja", "de", "it"}

// readRegistry reads and checks the languages, and returns everything that is
// wrong at once.
func readRegistry(fsys fs.FS) ([]Language, error) {
	var langs []Language
	if err := readJSON(fsys, "registry.json", &langs); err != nil {
		return nil, err
	}
	var wrong []error
	seen := map[string]bool{}
	for _, l := range langs {
		if seen[l.Code] {
			wrong = append(wrong, fmt.Errorf("locales/registry.json: %s is there twice; keep one row", l.Code))
		}
		seen[l.Code] = true
		wrong = append(wrong, l.check())
	}
	if !seen[Source] {
		wrong = append(wrong, fmt.Errorf("locales/registry.json: %s is missing; every text falls back to it", Source))
	}
	return langs, errors.Join(wrong...)
}

// check says what is wrong with a row. A typo or a retired code would load
// silently as another language, so the code must be one that x/text knows.
func (l Language) check() error {
	var wrong []error
	refuse := func(format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("locales/registry.json: "+format, args...))
	}
	if err := CheckCode(l.Code); err != nil {
		refuse("%w", err)
	}
	switch {
	case l.Gate == gateSource && l.Code == Source, l.Gate == gateCertified:
	case l.Gate == gateMarked && slices.Contains(markable, l.Code):
	case l.Gate == gateMarked:
		refuse("%s: gate %q is below what protects who speaks it; set \"gate\": %q: its screenings are put once they are certified whole", l.Code, l.Gate, gateCertified)
	default:
		refuse("%s: gate %q; set %q, or %q for %s", l.Code, l.Gate, gateCertified, gateMarked, strings.Join(markable, ", "))
	}
	if l.Code != Source && !slices.Equal(l.Chain, []string{Source}) {
		refuse("%s: falls back to %v; set \"chain\": [%q]: a text of a sibling or a macrolanguage would pass for its own", l.Code, l.Chain, Source)
	}
	if !slices.Contains([]string{"", "sign", "unknown"}, l.Writing) && !scriptForm.MatchString(l.Writing) {
		refuse("%s: writing %q; set a script of ISO 15924 as Latn, or sign, or unknown", l.Code, l.Writing)
	}
	return errors.Join(wrong...)
}

// CheckCode says what is wrong with a language's code: it must be one of ISO
// 639 to the letter, with a region at most.
func CheckCode(code string) error {
	if !codeForm.MatchString(code) {
		return fmt.Errorf("code %q is malformed; use the three letters of ISO 639-3, as in mxv", code)
	}
	tag, err := language.Parse(code)
	if err != nil || tag == language.Und {
		return fmt.Errorf("code %q is none that ISO 639-3 has: mistyped, or retired; look it up at iso639-3.sil.org", code)
	}
	if tag.String() != code {
		return fmt.Errorf("code %q is now written %q; use that", code, tag)
	}
	return nil
}

func classOf(classes []class, id string) class {
	for _, c := range classes {
		if strings.HasPrefix(id, c.Prefix) {
			return c
		}
	}
	return class{Gate: Certified}
}

package locales

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
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

// Language is one row of registry.json. A fallback chain is written by hand:
// never to a sibling variant, never to a macrolanguage.
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

var codeForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z]{2})?$`)

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

// readRegistry reads and checks the languages: a typo or a retired code would
// load silently as another language, so each must be one that x/text knows.
func readRegistry(fsys fs.FS) ([]Language, error) {
	var langs []Language
	if err := readJSON(fsys, "registry.json", &langs); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, l := range langs {
		if !codeForm.MatchString(l.Code) || seen[l.Code] {
			return nil, fmt.Errorf("locales/registry.json: code %q is malformed or there twice", l.Code)
		}
		if tag, err := language.Parse(l.Code); err != nil || tag == language.Und {
			return nil, fmt.Errorf("locales/registry.json: %q is not a language that ISO 639-3 has: %w", l.Code, err)
		}
		switch l.Gate {
		case gateSource, gateMarked, gateCertified:
		default:
			return nil, fmt.Errorf("locales/registry.json: %s: gate %q; use source, marked or certified", l.Code, l.Gate)
		}
		seen[l.Code] = true
	}
	for _, l := range langs {
		for _, c := range l.Chain {
			if c != Source && !seen[c] {
				return nil, fmt.Errorf("locales/registry.json: %s falls back to %q, which is not registered", l.Code, c)
			}
		}
	}
	if !seen[Source] {
		return nil, fmt.Errorf("locales/registry.json: %s is missing; every text falls back to it", Source)
	}
	return langs, nil
}

func classOf(classes []class, id string) class {
	for _, c := range classes {
		if strings.HasPrefix(id, c.Prefix) {
			return c
		}
	}
	return class{Gate: Certified}
}

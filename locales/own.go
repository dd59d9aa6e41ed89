package locales

// Own is a language's own text of a message, whatever it is worth.
type Own struct {
	Text   string // with its placeholders
	Status Status
	Served bool // a device may show it to a person
}

// Own returns the text that the language itself has, for authors and
// translators: no gate was asked and nothing falls back. False where it has none.
func (c *Catalog) Own(code, id string) (Own, bool) {
	loc := c.codes[code]
	if loc == nil {
		return Own{}, false
	}
	text, ok := loc.texts[id]
	if !ok {
		return Own{}, false
	}
	return Own{text, loc.status[id], c.serves(loc, id)}, true
}

// Revoked returns what was withdrawn of a language, in its file or since.
func (c *Catalog) Revoked(code string) []Revocation {
	if loc := c.codes[code]; loc != nil {
		return loc.revoked
	}
	return nil
}

// Language returns a row of the registry; false where the code is not registered.
func (c *Catalog) Language(code string) (Language, bool) {
	loc := c.codes[code]
	if loc == nil {
		return Language{}, false
	}
	return loc.lang, true
}

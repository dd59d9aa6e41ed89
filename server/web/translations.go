package web

import (
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"umbral/server/translation"
)

type noteOfItem struct {
	Asks      string `json:"asks"`
	Not       string `json:"not"`
	Avoid     string `json:"avoid"`
	Threshold string `json:"threshold"`
}

type recordingAnswer struct {
	SHA256   string `json:"sha256"`
	Type     string `json:"type"`
	Bytes    int    `json:"bytes"`
	By       string `json:"by"`
	Speaker  string `json:"speaker"`
	State    string `json:"state"`
	TextHash string `json:"text_hash"`
}

func recordingOf(r translation.Recording) recordingAnswer {
	return recordingAnswer{r.SHA256, r.Type, r.Bytes, r.By, r.Speaker, r.State, r.TextHash}
}

// deskAnswer is a text of the translation desk.
type deskAnswer struct {
	ID              string           `json:"id"`
	Gate            string           `json:"gate"`
	Why             string           `json:"why"`
	Spanish         string           `json:"spanish"`
	Context         string           `json:"context"`
	Note            *noteOfItem      `json:"note"`
	SourceHash      string           `json:"source_hash"`
	Text            string           `json:"text"`
	TextHash        string           `json:"text_hash"`
	Status          string           `json:"status"`
	State           string           `json:"state"`
	Stale           bool             `json:"stale"`
	Translator      string           `json:"translator"`
	BackTranslation string           `json:"back_translation"`
	BackTranslator  string           `json:"back_translator"`
	Reviewer        string           `json:"reviewer"`
	Certifier       string           `json:"certifier"`
	Comments        int              `json:"comments"`
	Recording       *recordingAnswer `json:"recording"`
}

func deskOf(i translation.Item) deskAnswer {
	v := i.Version
	a := deskAnswer{ID: i.ID, Gate: i.Source.Gate, Why: i.Source.Why, Spanish: i.Source.Text, Context: i.Source.Context, SourceHash: i.Source.Hash,
		Text: i.Text, TextHash: i.TextHash, Status: i.Status, State: i.State.State, Stale: i.Stale, Translator: v.Translator,
		BackTranslation: v.Back, BackTranslator: v.BackTranslator, Reviewer: v.Reviewer, Certifier: v.Certifier, Comments: i.Comments}
	if n := i.Source.Note; n != nil {
		a.Note = &noteOfItem{n.Asks, n.Not, n.Avoid, n.Threshold}
	}
	if i.Recording != nil {
		r := recordingOf(*i.Recording)
		a.Recording = &r
	}
	return a
}

type textsAnswer struct {
	Items  []deskAnswer   `json:"items"`
	Counts map[string]int `json:"counts"` // by state, each of them
}

func (a *API) texts(c *fiber.Ctx) error {
	tag, part, err := deskPart(c)
	if err != nil {
		return err
	}
	items, err := a.Translations.List(c.UserContext(), callerOf(c), tag, part)
	if err != nil {
		return err
	}
	out := textsAnswer{Items: make([]deskAnswer, len(items)), Counts: map[string]int{}}
	for _, state := range translation.States() {
		out.Counts[state] = 0
	}
	for i, item := range items {
		out.Items[i] = deskOf(item)
		out.Counts[item.State.State]++
	}
	return writeJSON(c, http.StatusOK, out)
}

// deskPart is a language, and a protocol or the interface.
func deskPart(c *fiber.Ctx, more ...string) (tag, part string, err error) {
	if err := onlyQuery(c, append(more, "protocol")...); err != nil {
		return "", "", err
	}
	if tag, err = pathText(c, "tag"); err != nil {
		return "", "", err
	}
	part, err = queryText(c, "protocol")
	return tag, part, err
}

type stepAnswer struct {
	ID         string    `json:"id"`
	Locale     string    `json:"locale"`
	Message    string    `json:"message"`
	Do         string    `json:"do"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	Text       string    `json:"text,omitempty"`
	TextHash   string    `json:"text_hash"`
	SourceHash string    `json:"source_hash"`
	Competence string    `json:"competence,omitempty"`
	Loan       bool      `json:"loan,omitempty"`
	Recording  string    `json:"recording,omitempty"`
	Speaker    string    `json:"speaker,omitempty"`
}

func (a *API) textSteps(c *fiber.Ctx) error {
	tag, message, err := deskText(c)
	if err != nil {
		return err
	}
	steps, err := a.Translations.Steps(c.UserContext(), callerOf(c), tag, message)
	if err != nil {
		return err
	}
	out := list[stepAnswer]{Items: make([]stepAnswer, len(steps))}
	for i, s := range steps {
		out.Items[i] = stepAnswer{s.ID, s.Locale, s.Message, s.Do, s.By, s.At, s.Text, s.TextHash, s.SourceHash, s.Competence, s.Loan, s.Recording, s.Speaker}
	}
	return writeJSON(c, http.StatusOK, out)
}

// deskText is a language and one of its messages.
func deskText(c *fiber.Ctx) (tag, message string, err error) {
	if tag, err = pathText(c, "tag"); err != nil {
		return "", "", err
	}
	message, err = pathText(c, "message")
	return tag, message, err
}

type stepBody struct {
	Do         string `json:"do"`
	Text       string `json:"text"`
	TextHash   string `json:"text_hash"`
	SourceHash string `json:"source_hash"`
	Competence string `json:"competence"`
	Loan       bool   `json:"loan"`
	Recording  string `json:"recording"`
}

func (a *API) doStep(c *fiber.Ctx) error {
	tag, message, err := deskText(c)
	if err != nil {
		return err
	}
	var body stepBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	item, err := a.Translations.Do(c.UserContext(), callerOf(c), tag, message, translation.Asked(body))
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, deskOf(item))
}

func (a *API) addRecording(c *fiber.Ctx) error {
	if err := onlyQuery(c, "message", "text_hash", "speaker", "consent"); err != nil {
		return err
	}
	tag, err := pathText(c, "tag")
	if err != nil {
		return err
	}
	asked := map[string]string{}
	for _, name := range []string{"message", "text_hash", "speaker", "consent"} {
		if asked[name], err = queryText(c, name); err != nil {
			return err
		}
	}
	r, err := a.Translations.AddRecording(c.UserContext(), callerOf(c), tag, asked["message"], translation.Brought{
		Content:  append([]byte{}, c.Request().Body()...), // its own: the body dies with the request
		TextHash: asked["text_hash"], Speaker: asked["speaker"], Consent: asked["consent"] == "yes",
	})
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, recordingOf(r))
}

// cacheNever is for voices that nobody certified: no phone keeps them.
const cacheNever = "no-store"

func (a *API) draftRecording(c *fiber.Ctx) error {
	tag, err := pathText(c, "tag")
	if err != nil {
		return err
	}
	hash, err := pathText(c, "sha256")
	if err != nil {
		return err
	}
	content, mediaType, err := a.Translations.Recording(c.UserContext(), callerOf(c), tag, hash)
	if err != nil {
		return err
	}
	return sendRange(c, hash, content, mediaType, cacheNever)
}

type languageBody struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Autonym string   `json:"autonym"`
	Variant string   `json:"variant"`
	States  []string `json:"states"`
	Writing string   `json:"writing"`
	Gate    string   `json:"gate"`
}

func (a *API) addLanguage(c *fiber.Ctx) error {
	var body languageBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	l, err := a.Translations.AddLanguage(c.UserContext(), callerOf(c), translation.Language{Code: body.Code, Name: body.Name, Autonym: body.Autonym,
		Variant: body.Variant, States: body.States, Writing: body.Writing, Gate: body.Gate})
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusCreated, languageBody{l.Code, l.Name, l.Autonym, l.Variant, some(l.States), l.Writing, l.Gate})
}

func (a *API) raiseGate(c *fiber.Ctx) error {
	tag, err := pathText(c, "tag")
	if err != nil {
		return err
	}
	var body struct {
		Gate string `json:"gate"`
	}
	if err := readJSON(c, &body); err != nil {
		return err
	}
	return noContent(c, a.Translations.RaiseGate(c.UserContext(), callerOf(c), tag, body.Gate))
}

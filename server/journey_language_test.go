package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"umbral/screening"
)

// englishTexts are the words of the protocol in English, by message id.
func englishTexts(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile("../locales/en/protocols.json")
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]struct{ Other string }
	if err := json.Unmarshal(b, &messages); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for id, message := range messages {
		texts[id] = message.Other
	}
	return texts
}

// spanishLeftJS lists what stands in Spanish on a screen that is read in
// English, but for what says that it is Spanish, and names: of places, of
// services and of languages.
const spanishLeftJS = `((names) => {
	const spanish = /[¿¡ñáéíóúü]|\b(el|la|los|las|del|que|una|para|por|sin|con|este|esta|se|su|sus|al|usted|no se)\b/i;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const left = [];
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		const text = node.textContent.trim();
		const of = node.parentElement.closest("[lang]")?.lang;
		if (!text || of !== "en" || node.parentElement.closest("select, [data-answer]")?.matches("select, .start") || !node.parentElement.checkVisibility()) continue;
		if (spanish.test(text) && !names.some((name) => text.includes(name))) left.push(text.slice(0, 120));
	}
	return left;
})`

// spanishNames stay what they are in every language: what this phone is called,
// services, sources, and the languages whose names here are INALI's.
func (p *phone) spanishNames() []string {
	p.t.Helper()
	words, err := interfaceWords("en")
	if err != nil {
		p.t.Fatal(err)
	}
	names := []string{phoneName, "Español", "Fuente: INEGI", "Línea", "Fiscalía", "Procuraduría", "Comisión", "Ministerio"}
	for _, language := range registry(p.t) {
		if words["language."+language.Code] == "" {
			names = append(names, language.Name)
		}
	}
	return names
}

func registry(t *testing.T) (languages []struct{ Code, Name string }) {
	t.Helper()
	b, err := os.ReadFile("../locales/registry.json")
	if err == nil {
		err = json.Unmarshal(b, &languages)
	}
	if err != nil {
		t.Fatal(err)
	}
	return languages
}

// allEnglish holds the screen to English.
func (p *phone) allEnglish(name string) {
	p.t.Helper()
	for _, left := range look[[]string](p, spanishLeftJS+`($0)`, p.spanishNames()) {
		p.t.Errorf("screen %s in English says %q", name, left)
	}
}

// The interface in English, and a person who speaks English: her words large,
// the Spanish of the protocol beside them, and no other Spanish.
func TestJourney_InEnglish(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	t.Parallel()
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	p := newPhone(t, "inspectora", demo.url, phoneWidth, phoneHeight)
	p.at(p.say("signin.title"))
	p.reads = "en"
	p.tap("header button[lang=en]")
	p.at(p.say("signin.title"))
	p.allEnglish("sign-in")
	p.makeReady("inspectora")
	p.at(p.say("home.title"))
	p.allEnglish("home")
	p.act("ready")
	p.at(p.say("ready.title"))
	p.allEnglish("ready")
	p.act("back")

	english := englishTexts(t)
	words := func(it *screening.Item, child bool) string {
		text := english[it.MessageID()]
		if child && it.ChildText != "" {
			text = english[it.MessageID()+".child"]
		}
		return screening.Fill(text, farmProtocol(t).Figures, time.Now().Year()).Text
	}
	p.texts = words
	place := p.beginVisit(nil)
	p.at(p.say("encounter.title"))
	p.allEnglish("encounter")
	p.beginPerson(1, "English")
	p.allEnglish("person")
	p.act("begin-person")
	c := newConversation(p, place, nil)
	for _, id := range []string{"open_who", "con_talk", "nee_injury"} {
		c.until(id)
		it := c.next()
		if beside := p.textOf(".beside"); beside != spanish(c.proto)(it, false) {
			t.Errorf("beside %s stands %q", id, beside)
		}
		p.allEnglish("item " + id)
		p.audit("item-" + id)
	}
	p.answersByKeyboard(c)
	p.act("danger")
	p.arrives("danger-english", p.say("danger.title"))
	p.allEnglish("danger")
	p.act("go-on")
	p.stopsHereIn(c)
	p.allEnglish("sealed")
}

// answersByKeyboard answers the item on the screen with no, without a touch.
func (p *phone) answersByKeyboard(c *conversation) {
	p.t.Helper()
	it := c.next()
	for range 12 {
		p.do(chromedp.KeyEvent(kb.Tab))
		if !look[bool](p, `getComputedStyle(document.activeElement).outlineStyle !== "none"`) {
			p.t.Errorf("the focus is not seen on %s", look[string](p, `document.activeElement.outerHTML.slice(0, 120)`))
		}
		if look[bool](p, `document.activeElement.dataset.answer === "no"`) {
			p.do(chromedp.KeyEvent(kb.Enter))
			c.tell(it, screening.No)
			c.shows(c.next())
			p.until("the focus on the next question", `document.activeElement === document.querySelector("h1")`)
			return
		}
	}
	p.t.Errorf("the answers of %s are not reached by the keyboard", it.ID)
}

// stopsHereIn looks at the stop and at the result on the way to the list.
func (p *phone) stopsHereIn(c *conversation) {
	p.t.Helper()
	c.shows(c.next())
	p.act("stop")
	p.at(p.say("stop.title"))
	p.allEnglish("stop")
	p.tap("[data-answer=stopped_by_person]")
	p.at(p.say("result.title", "who", p.say("encounter.person", "n", 1)))
	p.unfold()
	p.allEnglish("result")
	p.audit("result-english")
	p.sealed()
}

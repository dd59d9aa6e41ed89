package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"
)

// A language that nobody translated a word of, and a word of the interface. What
// is typed is no word of it: it says itself that it is a test.
const (
	bareLanguage = "mim"
	bareName     = "mixteco de Alacatlatzala"
	bareWord     = "answer.yes"
	testWord     = "⟦prueba⟧ uno"
)

// translatorAt signs a translator in and opens the texts of the bare language.
func translatorAt(t *testing.T, url, user string, width, height int) *phone {
	t.Helper()
	p := newPhone(t, user, url, width, height)
	p.signIn(user)
	p.at(p.say("desk.nav_languages"))
	p.write(p.say("languages.find"), bareName)
	p.tap(fmt.Sprintf("[data-work=%q]", bareLanguage))
	p.at(p.say("translate.title", "name", bareName))
	p.until("the texts", `document.querySelectorAll("[data-text]").length > 1`)
	return p
}

// opensText opens one text of the list.
func (p *phone) opensText(id string) {
	p.t.Helper()
	p.tap(fmt.Sprintf("[data-text=%q]", id))
	p.at(id)
}

// A word comes about at the desk: written by one with a voice, translated back by
// one who does not see the source, read and certified by a third; the sheet goes
// out and comes back; and what was wrong is withdrawn.
func TestJourney_AWordComesAboutAtTheDesk(t *testing.T) {
	if testing.Short() {
		t.Skip("starts browsers")
	}
	t.Parallel()
	demo := startDemo(t, filepath.Join(t.TempDir(), "data"), freeAddress(t))
	a := translatorAt(t, demo.url, "traductora", phoneWidth, phoneHeight)
	a.audit("translate-list")
	a.opensText(bareWord)
	a.write(a.say("translate.text"), testWord)
	a.act("translate")
	a.sees(a.say("translate.state_translated"), a.say("translate.yours"))
	if look[bool](a, `Boolean(document.querySelector("[data-act=accept], [data-act=certify]"))`) {
		t.Error("who wrote a text may judge it")
	}
	a.audit("translate-text")
	a.lendsAVoice()

	b := translatorAt(t, demo.url, "retraductora", phoneWidth, phoneHeight)
	b.tap("[name=blind]")
	b.until("one text, without its source", `document.querySelectorAll("[data-text]").length === 1 && !document.querySelector("[data-text] [lang='es-MX']")`)
	b.opensText(bareWord)
	b.audit("translate-blind")
	b.write(b.say("translate.back"), "Sí")
	b.act("back_translate")
	b.sees(b.say("translate.state_back_translated"))

	c := translatorAt(t, demo.url, "revisora", laptopWidth, laptopHeight)
	c.opensText(bareWord)
	c.act("accept")
	c.sees(c.say("translate.state_accepted"))
	c.tap("[name=competence][value=inali_certified]")
	c.audit("translate-certify")
	c.act("certify")
	c.sees(c.say("translate.state_certified"))
	c.act("hear")
	c.until("the voice", `Boolean(document.querySelector("[data-act=certify-recording]:not([disabled])"))`)
	c.act("certify-recording")
	c.sees(c.say("translate.recording_certified"))
	c.act("back")
	c.at(c.say("translate.title", "name", bareName))

	c.worksOutside()
	c.act("languages")
	c.heardOf(bareName)
	c.withdraws()
}

// lendsAVoice records the text that is open with the microphone of the test.
func (p *phone) lendsAVoice() {
	p.t.Helper()
	p.write(p.say("record.speaker"), p.say("record.translator"))
	p.tap("[name=consent]")
	p.act("record-start")
	p.until("recording", `document.querySelector("[data-recorder]")?.dataset.recorder === "recording"`)
	p.audit("translate-recording")
	time.Sleep(2 * time.Second) // the microphone beeps once a second
	p.act("record-stop")
	p.until("a take", `Boolean(document.querySelector("[data-take] audio"))`)
	p.audit("translate-take")
	p.act("record-use")
	p.sees(p.say("translate.recording_draft"))
}

// worksOutside takes the sheet out, fills two rows and brings it back.
func (p *phone) worksOutside() {
	p.t.Helper()
	folder := p.t.TempDir()
	if _, err := chromedp.Call(p.tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: folder}); err != nil {
		p.t.Fatal(err)
	}
	p.tapNamed(p.say("translate.sheet"))
	p.act("sheet-export")
	name := filepath.Join(folder, bareLanguage+"-interface.xlsx")
	for end := time.Now().Add(appearsWithin); ; time.Sleep(lookEvery) {
		if _, err := os.Stat(name); err == nil {
			break
		}
		if time.Now().After(end) {
			p.t.Fatal("the sheet did not arrive")
		}
	}
	fillSheet(p.t, name)
	p.do(chromedp.SetUploadFiles(`input[type=file]`, []string{name}))
	p.until("what would change", `document.querySelector("[data-report]")?.dataset.report === "dry"`)
	p.sees(p.say("translate.sheet_taken", "n", 1), p.say("translate.sheet_refused", "n", 1))
	p.audit("translate-sheet")
	p.act("sheet-take")
	p.until("what changed", `document.querySelector("[data-report]")?.dataset.report === "done"`)
	p.act("sheet-leave")
	p.until("the text of the sheet", `document.querySelector("[data-text='answer.no']").textContent.includes("⟦prueba⟧ otro")`)
}

// fillSheet writes a word, and one that is the same as another answer.
func fillSheet(t *testing.T, name string) {
	t.Helper()
	f, err := excelize.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	column := 0
	for i, head := range rows[0] {
		if head == "traducción" {
			column = i + 1
		}
	}
	for i, row := range rows {
		text := map[string]string{"answer.no": "⟦prueba⟧ otro", "answer.unknown": testWord}[row[0]]
		if text == "" {
			continue
		}
		cell, err := excelize.CoordinatesToCellName(column, i+1)
		if err == nil {
			err = f.SetCellStr(sheet, cell, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

// heardOf waits until phones may have the voice.
func (p *phone) heardOf(name string) {
	p.t.Helper()
	p.at(p.say("desk.nav_languages"))
	p.write(p.say("languages.find"), name)
	end := time.Now().Add(appearsWithin)
	there := fmt.Sprintf("[data-work=%q]", bareLanguage)
	p.until("the language", `Boolean(document.querySelector($0))`, there)
	for !look[bool](p, `document.body.innerText.includes($0)`, p.say("languages.heard_n", "n", 1)) {
		if time.Now().After(end) {
			p.t.Fatalf("no phone can have the voice: %s", p.screen())
		}
		time.Sleep(time.Second)
		p.tapNamed(p.say("desk.nav_recalls"))
		p.at(p.say("recalls.title"))
		p.tapNamed(p.say("desk.nav_languages"))
		p.at(p.say("desk.nav_languages"))
		p.write(p.say("languages.find"), name)
		p.until("the language", `Boolean(document.querySelector($0))`, there)
	}
	p.audit("languages-heard")
}

// withdraws takes the word out of use.
func (p *phone) withdraws() {
	p.t.Helper()
	p.tapNamed(p.say("desk.nav_recalls"))
	p.at(p.say("recalls.title"))
	p.until("the languages", `[...document.querySelectorAll("option")].some((o) => o.textContent === $0)`, bareName)
	p.write(p.say("recalls.language"), bareName)
	p.sees(p.say("recalls.none"))
	p.tapNamed(p.say("recalls.withdraw"))
	p.fill("what", bareWord)
	p.write(p.say("recalls.reason"), p.label("recall_reasons", "inverted"))
	p.tap("[name=sure]")
	p.audit("recalls-form")
	p.act("withdraw")
	p.until("the recall", `document.querySelector("[data-recall] h2")?.textContent === $0`, bareWord)
	p.sees(p.say("recalls.total", "n", 0))
	p.audit("recalls")
}

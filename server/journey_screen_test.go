package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"
)

// What must hold of every screen, whoever looks at it.

const (
	axePath = "../static/test/axe.min.js"
	// shotsEnv names a folder that gets a picture of every screen; unset: none.
	shotsEnv = "UMBRAL_SHOTS"
)

var axeScript = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile(axePath)
	return string(b) + "; true", err
})

// smallestTarget is WCAG 2.2's 2.5.8, in CSS pixels.
const smallestTarget = 24

// screenJS lists what is wrong with the screen as it stands, but for axe's part.
const screenJS = `((smallest) => {
	const wrong = [];
	const headings = document.querySelectorAll("h1");
	if (headings.length !== 1) wrong.push(headings.length + " h1");
	if (document.documentElement.scrollWidth > innerWidth) wrong.push("scrolls sideways: " + [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5).map((e) => e.outerHTML.slice(0, 90)).slice(-3).join(" | "));
	if (!/^(Notas|Notes)$/.test(document.title)) wrong.push("the title tells: " + document.title);
	for (const e of document.querySelectorAll("button, a, summary, input, select, textarea")) {
		const box = (e.closest("label") ?? e).getBoundingClientRect();
		if (box.width && (box.height < smallest || box.width < smallest) && !(e.tagName === "A" && getComputedStyle(e).display === "inline")) wrong.push("small target " + Math.round(box.width) + "x" + Math.round(box.height) + ": " + e.outerHTML.slice(0, 90));
		if (e.tabIndex < 0 && !e.disabled) wrong.push("not reached by keyboard: " + e.outerHTML.slice(0, 90));
	}
	for (const e of document.querySelectorAll("[onclick], div[role=button], span[role=button]")) wrong.push("a control that is none: " + e.outerHTML.slice(0, 90));
	// Translators see a text with the places of its figures, and name it by its id.
	const said = [...document.querySelectorAll("code, [data-raw]")].reduce((all, e) => all.replaceAll(e.innerText || "\u0000", ""), document.body.innerText);
	for (const hole of said.match(/\{\{|undefined|\[object|\bNaN\b|\bnull\b/g) ?? []) wrong.push("a hole in the words: " + hole + " in " + said.slice(Math.max(0, said.indexOf(hole) - 60), said.indexOf(hole) + 40));
	for (const id of said.match(/\b[a-z]+(?:_[a-z]+)*\.[a-z]+(?:_[a-z]+)+\b/g) ?? []) wrong.push("the id of a message: " + id);
	return wrong;
})`

const axeJS = `axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.filter((v) => ["serious", "critical"].includes(v.impact))
	.map((v) => v.id + ": " + v.nodes.map((n) => n.html.slice(0, 160)).join(" | ")))`

// looked are the screens that some journey looked at: signing in and making a
// phone ready begin thirty of them, and each look takes two seconds of a core.
var looked sync.Map

// audit looks at a screen once, whichever journey comes to it first: at the width of
// the phone for the picture, then at the narrowest width, light and dark, for what
// must hold. Where pictures are wanted, every journey looks.
func (p *phone) audit(name string) {
	p.t.Helper()
	p.until("quiet", `!document.querySelector("[aria-busy=true]") && document.getAnimations().length === 0`)
	p.shot(name)
	if p.audited[name] {
		return
	}
	p.audited[name] = true
	if _, before := looked.LoadOrStore([3]string{name, p.reads, fmt.Sprint(p.width)}, true); before && os.Getenv(shotsEnv) == "" {
		return
	}
	script, err := axeScript()
	if err != nil {
		p.t.Fatal(err)
	}
	if !look[bool](p, `typeof axe === "object"`) {
		look[bool](p, script)
	}
	p.do(chromedp.EmulateViewport(narrowWidth, int64(p.height)))
	for _, fault := range look[[]string](p, screenJS+`($0)`, smallestTarget) {
		p.t.Errorf("%s, screen %s, %d px: %s", p.name, name, narrowWidth, fault)
	}
	for _, dark := range []bool{false, true} {
		p.dark(dark)
		p.until("the new colours", `document.getAnimations().length === 0`)
		for _, fault := range look[[]string](p, axeJS) {
			p.t.Errorf("%s, screen %s, dark %t: %s", p.name, name, dark, fault)
		}
		if dark {
			p.shot(name + "-dark-320")
		}
	}
	p.dark(false)
	p.do(chromedp.EmulateViewport(int64(p.width), int64(p.height)))
}

// arrives waits for the screen with this heading, and that the heading has the
// focus: there a screen reader begins.
func (p *phone) arrives(name, heading string) {
	p.t.Helper()
	p.at(heading)
	p.until("the focus on the heading of "+name, `document.activeElement === document.querySelector("h1")`)
	p.audit(name)
}

// shot puts a picture of the whole screen into the folder that the environment names.
func (p *phone) shot(name string) {
	p.t.Helper()
	dir := os.Getenv(shotsEnv)
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(p.tab, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatal(err)
	}
	p.shots++
	test := strings.ReplaceAll(strings.TrimPrefix(p.t.Name(), "TestJourney_"), "/", "-")
	file := fmt.Sprintf("%s-%s-%02d-%s.png", test, p.name, p.shots, name)
	if err := os.WriteFile(filepath.Join(dir, file), picture, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

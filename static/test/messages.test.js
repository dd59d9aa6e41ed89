import * as words from "../text/messages.js";
import { Problem } from "../text/problem.js";
import { equal, ok, test } from "./harness.js";

/** Gives three languages their words and the interface back to Spanish. */
function begin() {
  words.addMessages("es-MX", {
    hello: { text: "Hola", status: "source" }, only: { text: "Solo español", status: "source" },
    people: { text: "Personas: {{.n}}", status: "source" }, "problem.storage-full": { text: "Lleno: {{.mb}}", status: "source" },
    "problem.unexpected": { text: "Algo falló", status: "source" }, "error.title": { text: "No se pudo", status: "source" },
  });
  words.addMessages("en", { hello: { text: "Hello", status: "draft" }, people: { text: "People: {{.n}}", status: "draft" } });
  words.addMessages("tzo", { hello: { text: "tzo-hello", status: "machine" } });
  words.setLanguage("es-MX");
}

test("messages: the language chosen, then Spanish, and it says which", () => {
  begin();
  equal(words.t("hello"), "Hola");
  ok(words.setLanguage("en"));
  equal(words.message("hello"), { text: "Hello", locale: "en", status: "draft" });
  equal(words.message("only"), { text: "Solo español", locale: "es-MX", status: "source" });
  equal(words.t("people", { n: 3 }), "People: 3");
});

test("messages: a language without words is not chosen", () => {
  begin();
  ok(!words.setLanguage("mxv"));
  equal(words.language(), "es-MX");
});

test("messages: a machine's words are never shown", () => {
  begin();
  ok(words.setLanguage("tzo"));
  equal(words.message("hello"), { text: "Hola", locale: "es-MX", status: "source" });
});

test("messages: an unknown id shows itself and is known to be missing", () => {
  begin();
  equal(words.message("nowhere"), { text: "nowhere", locale: "es-MX", status: "missing" });
  equal(words.message("toString").status, "missing");
  ok(!words.hasMessage("constructor"));
});

test("messages: what args lack stays visible", () => {
  begin();
  equal(words.t("people"), "Personas: {{.n}}");
  equal(words.fill("{{.a}} {{ .b }} {{.toString}}", { a: 0, b: "{{.a}}" }), "0 {{.a}} {{.toString}}");
});

const item = { id: "q1", text: "¿Le pagan {{.wage}}?", child_text: "¿Te pagan?" };
/** @param {Record<string, words.Message>} protocols @returns {words.Locale} */
const pack = (protocols) => ({ code: "mxv", name: "Mixteco", messages: {}, protocols });

test("personText: the person's language where it has the text, else Spanish, and it says which", () => {
  const args = { wage: "278.80" };
  equal(words.personText(item, null, { args }), { text: "¿Le pagan 278.80?", locale: "es-MX", status: "draft" });
  const own = pack({ "item.q1": { text: "mxv {{.wage}}", status: "certified" } });
  equal(words.personText(item, own, { args }), { text: "mxv 278.80", locale: "mxv", status: "certified" });
  equal(words.personText({ ...item, id: "q2" }, own, { args }).locale, "es-MX");
});

test("personText: a child never gets adult words, not in any language", () => {
  const adultOnly = pack({ "item.q1": { text: "adult mxv", status: "certified" } });
  equal(words.personText(item, adultOnly, { child: true }), { text: "¿Te pagan?", locale: "es-MX", status: "draft" });
  const both = pack({ "item.q1": { text: "adult mxv", status: "certified" }, "item.q1.child": { text: "child mxv", status: "certified" } });
  equal(words.personText(item, both, { child: true }).text, "child mxv");
  const same = { id: "q1", text: "¿Tienes hambre?" };
  equal(words.personText(same, adultOnly, { child: true }).text, "adult mxv", "an item with one wording has it for both");
});

test("personText: words that are stale, altered or a machine's are not spoken", () => {
  for (const status of ["machine", "stale", "tampered", "revoked", "expired"]) {
    equal(words.personText(item, pack({ "item.q1": { text: "x", status } })).locale, "es-MX", status);
  }
});

test("problem: the server's words first, then ours with what is known, then the plain one", () => {
  begin();
  equal(new Problem("anything", { detail: "Dicho por el servidor" }).detail, "Dicho por el servidor");
  equal(new Problem("storage-full", { args: { mb: 3 } }).detail, "Lleno: 3");
  equal(new Problem("of-tomorrow").detail, "Algo falló");
  equal(new Problem("of-tomorrow").title, "No se pudo");
});

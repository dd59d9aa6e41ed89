// The words of the page. Interface words come from /text/<code>.json, which is
// part of the shell, so that they are there before any sign-in and offline; what
// only screens say that come later, or those of the office, comes with them, from
// /text/<code>-later.json and /text/<code>-office.json.
// Words for the person come from the locale blob of the person's language.
// What is served always says in which language it really is and how far it was
// reviewed: a fallback to Spanish is never silent.

/** The source language: every message has its text in it. */
export const SOURCE = "es-MX";

/** Languages of the interface that the shell itself carries. */
export const SHELL_LANGUAGES = ["es-MX", "en"];

/** Statuses of a translation that are never shown to anyone: Spanish is served instead. */
const UNFIT = new Set(["machine", "stale", "tampered", "revoked", "expired"]);

/**
 * @typedef {{text: string, status: string}} Message
 * @typedef {{code: string, name: string, messages: Record<string, Message>, protocols: Record<string, Message>}} Locale
 *   the words of a language for one protocol, as content.js gives it
 * @typedef {{text: string, locale: string, status: string}} Served
 *   what is really shown: locale is the language of text (set lang= from it)
 * @typedef {{id: string, words?: string, text: string, child_text?: string, note?: {asks?: string, not?: string, avoid?: string, threshold?: string}}} TextItem
 */

/** @type {Map<string, Record<string, Message>>} */
const loaded = new Map();
let current = SOURCE;
/** @type {Set<(code: string) => void>} */
const listeners = new Set();

/** The code of the interface language. */
export function language() {
  return current;
}

/** Calls fn when the interface language changes; returns how to stop. @param {(code: string) => void} fn */
export function onLanguage(fn) {
  listeners.add(fn);
  return () => listeners.delete(fn);
}

/**
 * Gives a language its messages; what it has not falls back to Spanish.
 * @param {string} code @param {Record<string, Message>} messages
 */
export function addMessages(code, messages) {
  loaded.set(code, messages);
}

/** Files of words that are here. @type {Set<string>} */
const files = new Set();

/** The parts whose words are here, by the suffix of their files; they come with another language. */
const parts = new Set([""]);

/**
 * Loads Spanish and, if it is another, the language chosen; with the words of more
 * parts, where some are named. Rejects where the shell is broken, and without a
 * network for what no phone keeps. @param {string} code @param {string[]} [more]
 */
export async function loadMessages(code, more = []) {
  const want = SHELL_LANGUAGES.includes(code) ? [...new Set([SOURCE, code])] : [SOURCE];
  await Promise.all(want.flatMap((c) => [...new Set([...parts, ...more])].map((part) => [c, c + part])).filter(([, file]) => !files.has(file)).map(([c, file]) => fetchMessages(c, file)));
  for (const part of more) parts.add(part);
}

/** Files of Spanish as they came: their ids, in order, name the texts of the others. @type {Map<string, Promise<Record<string, string>>>} */
const sources = new Map();

/** @param {string} code @param {string} file */
async function fetchMessages(code, file) {
  const texts = code === SOURCE ? await sourceTexts(file) : await listedTexts(code, file);
  const status = code === SOURCE ? "source" : "draft";
  addMessages(code, { ...loaded.get(code), ...Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, { text, status }])) });
  files.add(file);
}

/** @param {string} file @returns {Promise<Record<string, string>>} */
function sourceTexts(file) {
  const found = sources.get(file) ?? fetchJSON(file);
  sources.set(file, found);
  found.catch(() => sources.delete(file));
  return found;
}

/** Texts that come as a list, in the order of Spanish's ids. @param {string} code @param {string} file @returns {Promise<Record<string, string>>} */
async function listedTexts(code, file) {
  const [list, named] = await Promise.all([fetchJSON(file), sourceTexts(file.replace(code, SOURCE))]);
  const ids = Object.keys(named).sort();
  if (!Array.isArray(list) || list.length !== ids.length) throw new Error(`text/${file}.json: of another version`);
  return Object.fromEntries(ids.map((id, i) => [id, list[i]]).filter(([, text]) => text));
}

/** @param {string} file @returns {Promise<any>} */
async function fetchJSON(file) {
  const reply = await fetch(`/text/${file}.json`);
  if (!reply.ok) throw new Error(`text/${file}.json: ${reply.status}`);
  return reply.json();
}

/**
 * Changes the interface language. Its messages must be loaded (loadMessages, or
 * addMessages with a locale blob); without any it stays as it was.
 * @param {string} code @returns {boolean} whether it is now the language
 */
export function setLanguage(code) {
  if (!loaded.has(code)) return false;
  current = code;
  for (const fn of listeners) fn(code);
  return true;
}

/**
 * The text of a message in the interface language, with its language and status.
 * @param {string} id @param {Record<string, unknown>} [args] @param {string} [code]
 * @returns {Served}
 */
export function message(id, args, code = current) {
  for (const locale of new Set([code, SOURCE])) {
    const found = own(loaded.get(locale), id);
    if (found && !UNFIT.has(found.status)) {
      return { text: fill(found.text, args), locale, status: found.status };
    }
  }
  return { text: id, locale: SOURCE, status: "missing" };
}

/** The text of a message in the interface language. @param {string} id @param {Record<string, unknown>} [args] */
export function t(id, args) {
  return message(id, args).text;
}

/** Whether a message of that id exists at all. @param {string} id */
export function hasMessage(id) {
  return message(id).status !== "missing";
}

/**
 * The name of a language: in the interface's own words where it has one, else as
 * the registry writes it. @param {{code: string, name: string}} locale
 */
export function languageName({ code, name }) {
  return hasMessage("language." + code) ? t("language." + code) : name;
}

/**
 * What the person reads or hears for an item. locale is the blob of the person's
 * language, or null for Spanish. Where child words are due and the language has
 * none, the Spanish child words are served, never the adult words of the language.
 * @param {TextItem} item @param {Locale|null} locale
 * @param {{child?: boolean, args?: Record<string, unknown>}} [how] args fill figures such as {{.minimum_wage}}
 * @returns {Served}
 */
export function personText(item, locale, how = {}) {
  const child = Boolean(how.child && item.child_text);
  const found = protocolText(locale, `${itemMessage(item.id, item.words)}${child ? ".child" : ""}`);
  if (found) return { ...found, text: fill(found.text, how.args) };
  const text = (child && item.child_text) || item.text;
  return { text: fill(text, how.args), locale: SOURCE, status: "draft" };
}

/** The id that starts an item's messages; a place may say it in words of its own. @param {string} id @param {string} [words] */
export const itemMessage = (id, words) => `item.${id}${words ? `~${words}` : ""}`;

/**
 * Any other text of a protocol (option, module, action, note part, rule) in the
 * language of the reader; spanish is what stands in the protocol itself.
 * @param {Locale|null} locale @param {string} id as in locales/<code>/protocols.json
 * @param {string} spanish @param {Record<string, unknown>} [args] @returns {Served}
 */
export function protocolWords(locale, id, spanish, args) {
  const found = protocolText(locale, id);
  if (found) return { ...found, text: fill(found.text, args) };
  return { text: fill(spanish, args), locale: SOURCE, status: "draft" };
}

/** @param {Locale|null} locale @param {string} id @returns {Served|null} */
function protocolText(locale, id) {
  const found = locale && own(locale.protocols, id);
  if (!locale || !found || UNFIT.has(found.status) || !found.text) return null;
  return { text: found.text, locale: locale.code, status: found.status };
}

/** @template T @param {Record<string, T>|undefined} of @param {string} key @returns {T|undefined} */
function own(of, key) {
  return of && Object.hasOwn(of, key) ? of[key] : undefined;
}

/**
 * Fills {{.name}} from args. What args lack stays visible: a hole in a question
 * must be seen in a test, not read over.
 * @param {string} text @param {Record<string, unknown>} [args]
 */
export function fill(text, args) {
  return text.replace(/\{\{\s*\.([A-Za-z0-9_]+)\s*\}\}/g, (whole, name) =>
    args && Object.hasOwn(args, name) ? String(args[name]) : whole);
}

// Which view an address shows. Addresses live in the hash, so that a cold start
// offline needs one page only. An address is the path of a view and nothing
// else: ids of persons and records would stay in the browser's history, on a disk
// that nobody can clean. They live in memory, by a number in history.state; after
// a reload they are gone, and the screen leads to the list that it hangs on.
// The title of the document stays neutral: it shows in history and in task switchers.

import { language, loadMessages } from "../text/messages.js";
import { Problem } from "../text/problem.js";

/**
 * A screen is a component that takes {app, params}: app is what app.js makes,
 * params what go() was given.
 * @typedef {Record<string, string>} Params
 * @typedef {{name: string, params: Params, n: number}} Route n: 0 where the address was opened from outside
 * @typedef {{path: string, load: () => Promise<{default: Function}>, open?: boolean, busy?: boolean, hides?: boolean, needs?: string[], falls?: string}} View
 *   open: shown without a session; busy: a screening is open there, so no update starts;
 *   hides: the control that hides everything stands there; needs: params without which
 *   there is nothing to show, and falls: the view that is shown then
 */

/** @param {() => Promise<Record<string, any>>} module @returns {(name: string) => () => Promise<{default: Function}>} */
const from = (module) => (name) => () => module().then((m) => ({ default: m[name] }));

const entry = from(() => import("./entry.js"));
const capture = from(() => import("./capture.js"));
const guarding = from(() => import("./guard-screens.js"));
// Not part of what a phone keeps: bundle.go leaves them out of the first load.
/** @param {unknown} cause */
const absent = (cause) => { throw new Problem("screen-missing", { cause }); };
/** The styles of what is not in the first load. @type {Promise<unknown>|null} */
let sheet = null;
const styles = () => sheet ??= new Promise((done, failed) => {
  const onerror = (/** @type {unknown} */ cause) => { sheet = null; failed(cause); };
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/styles/later.css", onload: done, onerror }));
});
/** A part of the page with its words. @param {Promise<Record<string, any>>} module @param {string[]} words */
const part = (module, words) => Promise.all([module, loadMessages(language(), words), styles()]).then(([loaded]) => loaded, absent);
/** @param {Promise<Record<string, any>>} module */
const online = (module) => part(module, ["-later", "-office"]);
/** What is fetched behind the first load: screens, and what can be heard on the others. */
export const behind = () => part(import("./capture-later.js"), ["-later"]);
const later = from(behind);
const desk = from(() => online(import("./desk.js")));
const admin = from(() => online(import("./admin.js")));
const enrol = from(() => online(import("./enrol.js"))); // once a phone, with a network
const retention = from(() => online(import("./retention.js")));
const audit = from(() => online(import("./audit.js")));
const devices = from(() => online(import("./devices.js")));
const interpreters = from(() => online(import("./interpreters.js")));
const security = from(() => online(import("./security.js")));
const library = from(() => online(import("./library.js")));
const languages = from(() => online(import("./languages.js")));

/** The second step of signing in, which needs the network anyway. */
export const secondStep = security("SecondStep");


/** A screen of one person of the open visit. @param {string} name @returns {View} */
const ofPerson = (name, load = capture) => ({ path: "person/" + name.toLowerCase(), load: load(name), busy: true, hides: true, needs: ["id"], falls: "encounter" });

/**
 * One line a screen.
 * @type {Record<string, View>}
 */
export const views = {
  "sign-in": { path: "sign-in", load: entry("SignInScreen"), open: true },
  first: { path: "setup", load: admin("FirstAdmin"), open: true },
  enrol: { path: "enrol", load: enrol("EnrolScreen") },
  again: { path: "enrol/again", load: enrol("EnrolScreen") }, // a phone that was given up and found
  home: { path: "", load: capture("Home") },
  ready: { path: "ready", load: capture("Ready") },
  protects: { path: "about", load: later("Protects") },
  shift: { path: "shift", load: later("Shift") },
  outbox: { path: "outbox", load: later("Outbox") },
  setup: { path: "encounter/new", load: capture("Setup") },
  encounter: { path: "encounter", load: capture("Encounter"), hides: true },
  observe: { path: "encounter/observe", load: capture("Observe"), busy: true, hides: true },
  close: { path: "encounter/close", load: later("Close"), hides: true },
  person: { path: "person/new", load: capture("Person"), busy: true, hides: true },
  finder: { path: "person/language", load: later("Finder"), busy: true, hides: true, needs: ["now"], falls: "encounter" },
  item: ofPerson("Item"), // params id, and item where one answer is opened
  danger: ofPerson("Danger"),
  stop: ofPerson("Stop"),
  refused: ofPerson("Refused"),
  result: ofPerson("Result"),
  answers: ofPerson("Answers"),
  identity: ofPerson("Identity", later),
  calling: { path: "interpreter", load: later("Calling"), busy: true, hides: true },
  give: { ...ofPerson("Give", later), needs: ["id", "item"] }, // the phone, to the person
  card: { ...ofPerson("Card", later), needs: ["id", "item"] },
  voice: { ...ofPerson("Voice", later), needs: ["id", "item"] }, // an interpreter's, for the translation desk
  addendum: { path: "addendum", load: later("Addendum"), hides: true },
  queue: { path: "queue", load: desk("Queue") },
  detection: { path: "detection", load: desk("Detection"), needs: ["id"], falls: "queue" },
  quarantine: { path: "quarantine", load: desk("Quarantine") },
  retention: { path: "retention", load: retention("Retention") },
  keys: { path: "keys", load: desk("IdentityKeys") },
  accounts: { path: "accounts", load: admin("Accounts") },
  interpreters: { path: "interpreters", load: interpreters("Interpreters") },
  devices: { path: "devices", load: devices("Devices") },
  audit: { path: "audit", load: audit("Audit") },
  figures: { path: "figures", load: admin("Figures") },
  protocols: { path: "protocols", load: library("Library") },
  protocol: { path: "protocol", load: library("Protocol"), needs: ["id"], falls: "protocols" },
  languages: { path: "languages", load: languages("Languages") },
  translate: { path: "translate", load: languages("Translate"), needs: ["code"], falls: "languages" },
  recalls: { path: "recalls", load: languages("Recalls") },
  security: { path: "security", load: security("Security") },
};

/** The screens that stand before every other, by what gate() in guard.js says. @type {Record<string, () => Promise<{default: Function}>>} */
export const gates = { unlock: guarding("UnlockScreen"), create: guarding("CreateScreen"), decoy: guarding("DecoyScreen"), blank: guarding("BlankScreen"), hand: later("Hand") };

/** Where each kind of account begins. @type {Record<string, string>} */
const homes = { agent: "home", supervisor: "queue", admin: "accounts", analyst: "figures", translator: "languages" };

/** The first screen of an account. @param {import("../sync/tokens.js").Session} session */
export function homeOf(session) {
  return homes[session.user.account] ?? "queue";
}

/** What each entry of this page's history was opened with, by the number in its state. @type {Map<number, Params>} */
const opened = new Map();

/** Numbers of another page, still in the history after a reload, must not come again: they start anywhere. */
let last = crypto.getRandomValues(new Uint32Array(1))[0] * 2 ** 16;

/** @type {Set<() => void>} */
const listeners = new Set();

/**
 * The view of an address such as "#/person/item", or null.
 * @param {string} hash @param {Record<string, View>} [table] @returns {string|null}
 */
export function parse(hash, table = views) {
  const path = hash.replace(/^#\/?/, "");
  return Object.keys(table).find((name) => table[name].path === path) ?? null;
}

/** The address of a view. @param {string} name @param {Record<string, View>} [table] */
export function href(name, table = views) {
  const view = table[name];
  if (!view) throw new Error(`no view ${name}`);
  return "#/" + view.path;
}

/** @returns {Route|null} */
function route() {
  const name = parse(location.hash);
  const n = history.state?.n ?? 0;
  return name === null ? null : { name, params: opened.get(n) ?? {}, n: opened.has(n) ? n : 0 };
}

/** @param {"pushState"|"replaceState"} how @param {string} name @param {Params} params */
function show(how, name, params) {
  const address = href(name);
  if (how === "replaceState") opened.delete(history.state?.n);
  opened.set(++last, params);
  history[how]({ n: last }, "", address);
  for (const tell of listeners) tell();
}

/** Shows a view; back returns from it. @param {string} name @param {Params} [params] */
export function go(name, params = {}) {
  show("pushState", name, params);
}

/** Shows a view in place of this one: back does not return here. @param {string} name @param {Params} [params] */
export function replace(name, params = {}) {
  show("replaceState", name, params);
}

/** Forgets what every screen was opened with: whoever goes back finds the list that it hung on. */
export function forgetParams() {
  opened.clear();
}

/**
 * Calls fn with the route now and at each change; returns how to stop.
 * @param {(route: Route|null) => void} fn
 */
export function onRoute(fn) {
  const tell = () => fn(route());
  listeners.add(tell);
  addEventListener("popstate", tell); // a link too: the browser changes the hash itself
  tell();
  return () => {
    listeners.delete(tell);
    removeEventListener("popstate", tell);
  };
}

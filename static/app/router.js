// Which view an address shows. Addresses live in the hash, so that a cold start
// offline needs one page only. The title of the document stays neutral and says
// nothing of the person or the record: it shows in history and in task switchers.

import { loadOfficeMessages } from "../text/messages.js";
import { Problem } from "../text/problem.js";

/**
 * A screen is a component that takes {app, params}: app is what app.js makes,
 * params the named parts of the address.
 * @typedef {Record<string, string>} Params
 * @typedef {{name: string, params: Params}} Route
 * @typedef {{path: string, load: () => Promise<{default: Function}>, open?: boolean, busy?: boolean}} View
 *   open: shown without a session; busy: a screening is open there, so no update starts
 */

/** @param {() => Promise<Record<string, any>>} module @returns {(name: string) => () => Promise<{default: Function}>} */
const from = (module) => (name) => () => module().then((m) => ({ default: m[name] }));

const entry = from(() => import("./entry.js"));
const capture = from(() => import("./capture.js"));
// Not part of what a phone keeps: bundle.go leaves them out of the first load.
/** @param {unknown} cause */
const absent = (cause) => { throw new Problem("screen-missing", { cause }); };
/** @param {Promise<Record<string, any>>} module */
const online = (module) => Promise.all([module, loadOfficeMessages()]).then(([loaded]) => loaded, absent);
const desk = from(() => online(import("./desk.js")));
const admin = from(() => online(import("./admin.js")));

/**
 * One line a screen. Order counts where two paths fit: the first wins.
 * @type {Record<string, View>}
 */
export const views = {
  "sign-in": { path: "sign-in", load: entry("SignInScreen"), open: true },
  first: { path: "setup", load: admin("FirstAdmin"), open: true },
  enrol: { path: "enrol", load: entry("EnrolScreen") },
  again: { path: "enrol/again", load: entry("EnrolScreen") }, // a phone that was given up and found
  home: { path: "", load: capture("Home") },
  ready: { path: "ready", load: capture("Ready") },
  outbox: { path: "outbox", load: capture("Outbox") },
  setup: { path: "encounter/new", load: capture("Setup") },
  encounter: { path: "encounter", load: capture("Encounter") },
  observe: { path: "encounter/observe", load: capture("Observe"), busy: true },
  close: { path: "encounter/close", load: capture("Close") },
  person: { path: "person/new", load: capture("Person"), busy: true },
  item: { path: "person/:id/item", load: capture("Item"), busy: true },
  itemAt: { path: "person/:id/item/:item", load: capture("Item"), busy: true },
  danger: { path: "person/:id/danger", load: capture("Danger"), busy: true },
  stop: { path: "person/:id/stop", load: capture("Stop"), busy: true },
  refused: { path: "person/:id/refused", load: capture("Refused"), busy: true },
  result: { path: "person/:id/result", load: capture("Result"), busy: true },
  answers: { path: "person/:id/answers", load: capture("Answers"), busy: true },
  addendum: { path: "addendum", load: capture("Addendum") },
  queue: { path: "queue", load: desk("Queue") },
  detection: { path: "detection/:id", load: desk("Detection") },
  quarantine: { path: "quarantine", load: desk("Quarantine") },
  accounts: { path: "accounts", load: admin("Accounts") },
  devices: { path: "devices", load: admin("Devices") },
  figures: { path: "figures", load: admin("Figures") },
  languages: { path: "languages", load: admin("Languages") },
};

/** Where each kind of account begins. @type {Record<string, string>} */
const homes = { agent: "home", supervisor: "queue", admin: "accounts", analyst: "figures", translator: "languages" };

/** The first screen of an account. @param {import("../sync/tokens.js").Session} session */
export function homeOf(session) {
  return homes[session.user.account] ?? "queue";
}

/** @param {string[]} have @param {string} pattern @returns {Params|null} */
function match(have, pattern) {
  const want = pattern.split("/");
  if (have.length !== want.length) return null;
  /** @type {Params} */
  const params = {};
  for (let i = 0; i < want.length; i++) {
    if (want[i].startsWith(":")) {
      if (!have[i]) return null;
      params[want[i].slice(1)] = have[i];
    } else if (want[i] !== have[i]) {
      return null;
    }
  }
  return params;
}

/**
 * The route of an address such as "#/person/0192.../item". Parts that are not
 * valid percent-encoding match nothing.
 * @param {string} hash @param {Record<string, View>} [table] @returns {Route|null}
 */
export function parse(hash, table = views) {
  let parts;
  try {
    parts = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  } catch {
    return null;
  }
  for (const [name, view] of Object.entries(table)) {
    const params = match(parts, view.path);
    if (params) return { name, params };
  }
  return null;
}

/**
 * The address of a view. @param {string} name @param {Params} [params]
 * @param {Record<string, View>} [table]
 */
export function href(name, params = {}, table = views) {
  const view = table[name];
  if (!view) throw new Error(`no view ${name}`);
  return "#/" + view.path.replace(/:([a-z]+)/g, (_, part) => encodeURIComponent(params[part] ?? ""));
}

/** Shows a view; back returns from it. @param {string} name @param {Params} [params] */
export function go(name, params) {
  location.hash = href(name, params);
}

/** Shows a view in place of this one: back does not return here. @param {string} name @param {Params} [params] */
export function replace(name, params) {
  location.replace(href(name, params));
}

/**
 * Calls fn with the route now and at each change; returns how to stop.
 * @param {(route: Route|null) => void} fn
 */
export function onRoute(fn) {
  const tell = () => fn(parse(location.hash));
  addEventListener("hashchange", tell);
  tell();
  return () => removeEventListener("hashchange", tell);
}

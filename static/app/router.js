// Which view an address shows. Addresses live in the hash, so that a cold start
// offline needs one page only. The title of the document stays neutral and says
// nothing of the person or the record: it shows in history and in task switchers.

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

const capture = from(() => import("./capture.js"));
const ask = from(() => import("./capture-ask.js"));
const result = from(() => import("./capture-result.js"));
const phone = from(() => import("./capture-phone.js"));
const desk = from(() => import("./desk.js"));

/**
 * One line a screen. Order counts where two paths fit: the first wins.
 * @type {Record<string, View>}
 */
export const views = {
  "sign-in": { path: "sign-in", load: phone("SignInScreen"), open: true },
  enrol: { path: "enrol", load: phone("EnrolScreen") },
  ready: { path: "ready", load: phone("ReadyScreen") },
  outbox: { path: "outbox", load: phone("OutboxScreen") },
  addendum: { path: "addendum", load: phone("AddendumScreen") },
  encounters: { path: "", load: capture("HomeScreen") },
  setup: { path: "encounter/new", load: capture("SetupScreen") },
  encounter: { path: "encounter/:id", load: capture("EncounterScreen") },
  observe: { path: "encounter/:id/observe", load: ask("ObserveScreen"), busy: true },
  close: { path: "encounter/:id/close", load: capture("CloseScreen") },
  person: { path: "encounter/:id/person", load: capture("PersonScreen"), busy: true },
  item: { path: "screening/:id", load: ask("ItemScreen"), busy: true },
  itemAt: { path: "screening/:id/item/:item", load: ask("ItemScreen"), busy: true },
  danger: { path: "screening/:id/danger", load: ask("DangerScreen"), busy: true },
  stop: { path: "screening/:id/stop", load: ask("StopScreen"), busy: true },
  refused: { path: "screening/:id/refused", load: ask("RefusedScreen"), busy: true },
  answers: { path: "screening/:id/answers", load: ask("AnswersScreen"), busy: true },
  result: { path: "screening/:id/result", load: result("ResultScreen"), busy: true },
  queue: { path: "queue", load: desk("QueueScreen") },
  detection: { path: "detection/:id", load: desk("DetectionScreen") },
  quarantine: { path: "quarantine", load: desk("QuarantineScreen") },
};

/** The first screen of an account. @param {import("../sync/tokens.js").Session} session */
export function homeOf(session) {
  return session.user.account === "agent" ? "encounters" : "queue";
}

/**
 * Where somebody belongs who is at a screen that is not theirs yet: sign-in
 * without a session, enrolment for an agent without a device, home at an
 * address that no screen has; null: here.
 * @param {import("../sync/tokens.js").Session|null} session
 * @param {import("../sync/tokens.js").Device|null} device @param {Route|null} route
 * @returns {string|null}
 */
export function belongs(session, device, route) {
  const open = route ? Boolean(views[route.name].open) : false;
  if (!session) return open ? null : "sign-in";
  // An ended session may sign in again; capture goes on without.
  if (open && session.ended) return null;
  if (session.user.account === "agent" && !device) return route?.name === "enrol" ? null : "enrol";
  if (!route || open || route.name === "enrol") return homeOf(session);
  return route.name === "encounters" && homeOf(session) !== "encounters" ? homeOf(session) : null;
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

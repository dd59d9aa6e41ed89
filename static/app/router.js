// Which view an address shows. Addresses live in the hash, so that a cold start
// offline needs one page only. The title of the document stays neutral and says
// nothing of the person or the record: it shows in history and in task switchers.

/**
 * A view module exports default function View({app, params}); app is what
 * main.js gives (see app/main.js), params the named parts of the address.
 * @typedef {Record<string, string>} Params
 * @typedef {{name: string, params: Params}} Route
 * @typedef {{path: string, load: () => Promise<{default: Function}>, signedIn: boolean, busy?: boolean}} View
 *   signedIn: needs a session; busy: a screening is open there, so no update starts
 */

/**
 * One line a screen. Order counts where two paths fit: the first wins.
 * @type {Record<string, View>}
 */
export const views = {
  "sign-in": { path: "sign-in", load: () => import("../views/sign-in.js"), signedIn: false },
  ready: { path: "ready", load: () => import("../views/ready.js"), signedIn: true },
  encounters: { path: "encounters", load: () => import("../views/encounters.js"), signedIn: true },
  encounter: { path: "encounter/:id", load: () => import("../views/encounter.js"), signedIn: true, busy: true },
  item: { path: "screening/:id", load: () => import("../views/item.js"), signedIn: true, busy: true },
  result: { path: "screening/:id/result", load: () => import("../views/result.js"), signedIn: true, busy: true },
  outbox: { path: "outbox", load: () => import("../views/outbox.js"), signedIn: true },
  queue: { path: "queue", load: () => import("../views/queue.js"), signedIn: true },
  detection: { path: "detection/:id", load: () => import("../views/detection.js"), signedIn: true },
  quarantine: { path: "quarantine", load: () => import("../views/quarantine.js"), signedIn: true },
};

/** Where an unknown address leads. */
export const HOME = "encounters";

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

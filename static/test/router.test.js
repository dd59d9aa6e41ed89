import { forgetParams, go, href, onRoute, parse, replace, views } from "../app/router.js";
import { belongs } from "../app/entry.js";
import { user } from "./fixture.js";
import { equal, ok, rejects, test } from "./harness.js";

test("router: every screen's address leads back to it, and no two share one", () => {
  for (const name of Object.keys(views)) equal(parse(href(name)), name, href(name));
});

test("router: what is no address of ours is none", () => {
  for (const hash of ["#/nowhere", "#/detection/", "#/detection/1", "#/person/1/item", "#/%E0%A4%A", "#/__proto__", "#/../sign-in"]) equal(parse(hash), null, hash);
  equal(parse(""), "home");
  equal(parse("#/"), "home");
  equal(parse("#/setup"), "first");
});

test("router: an unknown view is a fault of ours, said at once", async () => {
  ok((await rejects(() => href("nowhere"))) instanceof Error);
});

/** The next time the browser moves in its history. */
const moved = () => new Promise((resolve) => addEventListener("popstate", () => setTimeout(resolve), { once: true }));

test("router: an id is in no address and in no history, and back finds it again", async () => {
  const was = location.href;
  /** @type {any[]} */
  const seen = [];
  const stop = onRoute((route) => seen.push(route && [route.name, route.params]));
  try {
    go("item", { id: "0192-secret" });
    go("result", { id: "0192-secret" });
    replace("answers", { id: "0192-other" });
    equal(seen.slice(1), [["item", { id: "0192-secret" }], ["result", { id: "0192-secret" }], ["answers", { id: "0192-other" }]]);
    ok(!/0192/.test(location.href + JSON.stringify(history.state) + document.title), location.href);
    equal(Object.keys(history.state), ["n"]);
    const back = moved();
    history.back();
    await back;
    equal(seen.at(-1), ["item", { id: "0192-secret" }]);
    const forth = moved();
    history.forward();
    await forth;
    equal(seen.at(-1), ["answers", { id: "0192-other" }]);
    // A reload, or a page that was locked for good, knows the way and no more.
    forgetParams();
    const again = moved();
    history.back();
    await again;
    equal(seen.at(-1), ["item", {}]);
  } finally {
    stop();
    history.replaceState(null, "", was);
  }
});

test("router: two screens of one address are two entries", () => {
  const was = location.href;
  /** @type {any[]} */
  const seen = [];
  const stop = onRoute((route) => seen.push(route?.n));
  try {
    replace("item", { id: "a" });
    replace("item", { id: "a", item: "core_debt" });
    ok(seen.at(-1) !== seen.at(-2) && seen.at(-1) > 0, String(seen));
  } finally {
    stop();
    history.replaceState(null, "", was);
  }
});

test("router: a screen that needs params has a list to fall back to", () => {
  for (const [name, view] of Object.entries(views)) {
    equal(Boolean(view.needs), Boolean(view.falls), name);
    if (view.falls) ok(views[view.falls] && !views[view.falls].needs, name);
  }
});

test("router: everybody is led to where they belong", () => {
  const session = (/** @type {string} */ account, ended = false) => ({ user: { ...user(), account }, access: "", refresh: "", ended });
  const device = /** @type {any} */ ({ pinned: true, id: "d" });
  const at = (/** @type {string} */ hash) => {
    const name = parse(hash);
    return name === null ? null : { name, params: {}, n: 0 };
  };
  /** @type {[any, any, string, string|null][]} */
  const cases = [
    [null, null, "#/", "sign-in"],
    [null, device, "#/queue", "sign-in"],
    [null, null, "#/sign-in", null],
    [null, device, "#/about", "sign-in"],
    [session("agent"), null, "#/", "enrol"],
    [session("agent"), null, "#/enrol", null],
    [session("agent"), device, "#/sign-in", "home"],
    [session("agent"), device, "#/enrol", "ready"],
    [session("supervisor"), null, "#/enrol", "queue"],
    [session("agent"), device, "#/nowhere", "home"],
    [session("agent"), device, "#/person/item", null],
    // A session that has ended blocks no capture, and lets one sign in again.
    [session("agent", true), device, "#/person/item", null],
    [session("agent", true), device, "#/sign-in", null],
    [session("supervisor"), null, "#/queue", null],
    [session("supervisor"), null, "#/sign-in", "queue"],
    [null, null, "#/setup", null],
    [session("admin"), null, "#/setup", "accounts"],
    [session("admin"), null, "#/", "accounts"],
    [session("admin"), null, "#/devices", null],
    [session("analyst"), null, "#/sign-in", "figures"],
    [session("translator"), null, "#/sign-in", "languages"],
    [session("translator", true), null, "#/sign-in", null],
  ];
  for (const [who, phone, hash, want] of cases) {
    const route = at(hash);
    equal(belongs(who, phone, route, Boolean(route && views[route.name].open)), want, `${who?.user.account} ${hash}`);
  }
});

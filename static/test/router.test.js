import { href, parse, views } from "../app/router.js";
import { belongs } from "../app/entry.js";
import { user } from "./fixture.js";
import { equal, ok, rejects, test } from "./harness.js";

test("router: every screen's address leads back to it", () => {
  for (const [name, view] of Object.entries(views)) {
    const params = Object.fromEntries([...view.path.matchAll(/:([a-z]+)/g)].map(([, part]) => [part, "a b/ñ?#"]));
    equal(parse(href(name, params)), { name, params }, href(name, params));
  }
});

test("router: what is no address of ours is none", () => {
  for (const hash of ["#/nowhere", "#/detection/", "#/detection/1/2/3", "#/%E0%A4%A", "#/__proto__", "#/../sign-in"]) equal(parse(hash), null, hash);
  equal(parse("")?.name, "home");
  equal(parse("#/")?.name, "home");
});

test("router: an unknown view is a fault of ours, said at once", async () => {
  ok((await rejects(() => href("nowhere"))) instanceof Error);
});

test("router: everybody is led to where they belong", () => {
  const session = (/** @type {string} */ account, ended = false) => ({ user: { ...user(), account }, access: "", refresh: "", ended });
  const device = /** @type {any} */ ({ id: "d" });
  const at = (/** @type {string} */ hash) => parse(hash);
  /** @type {[any, any, string, string|null][]} */
  const cases = [
    [null, null, "#/", "sign-in"],
    [null, device, "#/queue", "sign-in"],
    [null, null, "#/sign-in", null],
    [session("agent"), null, "#/", "enrol"],
    [session("agent"), null, "#/enrol", null],
    [session("agent"), device, "#/sign-in", "home"],
    [session("agent"), device, "#/enrol", "ready"],
    [session("supervisor"), null, "#/enrol", "queue"],
    [session("agent"), device, "#/nowhere", "home"],
    [session("agent"), device, "#/person/1/item", null],
    // A session that has ended blocks no capture, and lets one sign in again.
    [session("agent", true), device, "#/person/1/item", null],
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

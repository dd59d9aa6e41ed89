import { enrol, signIn, signOut } from "../app/session.js";
import * as drafts from "../store/drafts.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import * as api from "../sync/api.js";
import { device, session } from "../sync/tokens.js";
import { enrolled, fill, newVault } from "./fixture.js";
import { equal, ok, rejects, script, test } from "./harness.js";

test("session: signing in keeps who it is, and a wrong password keeps nothing", async () => {
  const wrong = await rejects(() => signIn("inspectora", "wrong"));
  equal([wrong.type, wrong.status, wrong.detail], ["login-failed", 401, "Usuario o contraseña incorrectos."]);
  equal(await session(), null);
  equal((await signIn("inspectora", "right")).username, "inspectora");
  equal((await session())?.ended, false);
});

test("session: signing out keeps what is unsent", async () => {
  await enrolled();
  await fill(2);
  await newVault();
  await drafts.put({ id: "d", kind: "screening" });
  await signOut();
  equal(await session(), null);
  ok(await device(), "the phone stays enrolled");
  equal([(await outbox.counts()).waiting, await drafts.count()], [2, 1]);
});

test("session: an enrolment that fails leaves nothing behind", async () => {
  await signIn("inspectora", "right");
  await script([{ status: 403, type: "enrol-refused" }]);
  equal((await rejects(() => enrol("phone"))).type, "enrol-refused");
  equal(await device(), null);
  const made = await enrol("phone");
  equal([made.id, made.name], ["d-1", "phone"]);
  const kept = /** @type {import("../sync/tokens.js").Device} */ (await device());
  equal(kept.pair.privateKey.extractable, false);
});

test("session: a refused token is refreshed once, for all who ask", async () => {
  await enrolled();
  await settings.put("session", { ...(await session()), access: "old" });
  const before = await refreshes();
  await Promise.all([api.get("/manifest"), api.get("/manifest"), api.get("/manifest")]);
  equal((await refreshes()) - before, 1);
  equal((await session())?.access, "good");
});

test("session: a lost refresh reply is asked for again with the same token", async () => {
  await enrolled();
  await settings.put("session", { ...(await session()), access: "old", refresh: "r-lost" });
  equal((await rejects(() => api.get("/manifest"))).type, "offline");
  equal([(await session())?.ended, (await session())?.refresh], [false, "r-lost"]);
  await api.get("/manifest");
  equal((await session())?.access, "good");
});

test("session: an ended session is said, kept, and asks no more", async () => {
  await enrolled();
  await settings.put("session", { ...(await session()), access: "old", refresh: "r-revoked" });
  equal((await rejects(() => api.get("/manifest"))).type, "sign-in-again");
  equal((await session())?.ended, true);
  equal((await session())?.user.username, "inspectora");
  const before = await refreshes();
  equal((await rejects(() => api.get("/manifest"))).type, "sign-in-again");
  equal(await refreshes(), before);
});

test("api: somebody else's page is no answer", async () => {
  await enrolled();
  await script([{ html: true }]);
  equal((await rejects(() => api.post("/sync", {}))).type, "offline");
});

async function refreshes() {
  return (await fetch("/harness/refreshes")).json();
}

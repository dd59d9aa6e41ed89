import { readCode } from "../app/enrol-code.js";
import { confirmPrints, enrol, publishedHere, refusePrints, signIn, signOut } from "../app/session.js";
import * as drafts from "../store/drafts.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import * as vault from "../store/vault.js";
import * as api from "../sync/api.js";
import { deviceKey } from "../sync/proof.js";
import { prepare, sealKey } from "../sync/ready.js";
import { device, keepSessionsIn, session, sessionIntoVault } from "../sync/tokens.js";
import { enrolled, fill, newVault, user } from "./fixture.js";
import { equal, newNonce, ok, rejects, script, serverKey, signer, test } from "./harness.js";

test("session: signing in keeps who it is, and a wrong password keeps nothing", async () => {
  const wrong = await rejects(() => signIn({ username: "inspectora", password: "wrong" }));
  equal([wrong.type, wrong.status, wrong.detail], ["login-failed", 401, "Usuario o contraseña incorrectos."]);
  equal(await session(), null);
  equal((await signIn({ username: "inspectora", password: "right" })).username, "inspectora");
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
  await signIn({ username: "inspectora", password: "right" });
  await script([{ status: 403, type: "enrol-refused" }]);
  equal((await rejects(() => enrol("phone", "ABCD", null))).type, "enrol-refused");
  equal(await device(), null);
  const made = await enrol("phone", "ABCD", null);
  equal([made.id, made.name, made.pinned], ["d-1", "phone", false]);
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
  equal((await rejects(() => api.post("/sync", new Uint8Array([1]), { device: "d-1" }))).type, "offline");
});

test("session: the key of this browser is made once, before the first log-in, and cannot be read out", async () => {
  const keys = await Promise.all([deviceKey(), deviceKey(), deviceKey()]);
  equal(new Set(keys.map((k) => k.thumbprint)).size, 1);
  equal([keys[0].pair.privateKey.extractable, keys[0].pair.privateKey.usages], [false, ["sign"]]);
  await rejects(() => crypto.subtle.exportKey("jwk", keys[0].pair.privateKey));
  await signIn({ username: "inspectora", password: "right" });
  await enrol("phone", "ABCD", null);
  equal((await deviceKey()).thumbprint, keys[0].thumbprint);
});

test("session: who types the code compares; who says no is enrolled nowhere", async () => {
  await signIn({ username: "inspectora", password: "right" });
  await enrol("phone", "ABCD", null);
  await prepare();
  equal(await sealKey(), null, "nothing is sealed to a server that nobody compared");
  const prints = await publishedHere();
  equal(prints, { server: await signer(), reviewers: null });
  await confirmPrints(prints);
  equal([(await device())?.pinned, (await sealKey())?.kid], [true, (await serverKey()).kid]);
  await fill(1);
  await refusePrints();
  equal([await device(), await sealKey(), (await outbox.counts()).waiting], [null, null, 1]);
});

test("session: a scanned code brings the fingerprints, and another server's keys are refused", async () => {
  await signIn({ username: "inspectora", password: "right" });
  const read = readCode(`UMBRAL:1:ABCD-EFGH:${await signer("others")}:-`);
  equal(read?.code, "ABCD-EFGH");
  await signer("us");
  equal((await enrol("phone", read?.code ?? "", read?.prints ?? null)).pinned, true);
  equal((await rejects(() => prepare())).type, "keys-not-trusted");
  equal(await sealKey(), null);
});

test("session: what is no code is not sent", () => {
  const print = "0".repeat(64);
  for (const text of ["", "  ", "UMBRAL:1:ABCD", `UMBRAL:2:ABCD-EFGH:${print}:-`, `UMBRAL:1:ABCD-EFGH:${print.toUpperCase().replace("0", "G")}:-`, "x".repeat(65)]) equal(readCode(text), null, text);
  equal(readCode("  abcd efgh "), { code: "abcd efgh", prints: null });
  equal(readCode(`UMBRAL:1:ABCD-EFGH:${print}:${print}`)?.prints, { server: print, reviewers: print });
});

test("session: a stale nonce is replaced and the request repeated, at a log-in too", async () => {
  await signIn({ username: "inspectora", password: "right" });
  await newNonce();
  await api.get("/manifest");
  await newNonce();
  equal((await signIn({ username: "inspectora", password: "right" })).username, "inspectora");
});

test("session: an agent's session lies in the open vault, and is gone with it", async () => {
  keepSessionsIn(vault);
  try {
    await signIn({ username: "inspectora", password: "right" });
    ok(await settings.get("session"), "before there is a vault");
    await newVault();
    await sessionIntoVault();
    equal([(await session())?.user.id, await settings.get("session")], ["u-1", undefined]);
    await vault.put("session", { ...(await session()), access: "old" });
    await api.get("/manifest");
    equal([(await session())?.access, await settings.get("session")], ["good", undefined]);
    vault.lock();
    equal(await session(), null, "locked");
    equal((await rejects(() => api.get("/manifest"))).type, "sign-in-again");
    await newVault({ label: "dos", secret: "52907314", duress: null });
    equal(await session(), null, "another's vault has another session");
  } finally {
    keepSessionsIn(null);
  }
});

test("session: a refresh that a lock overtakes leaves no token outside the vault", async () => {
  keepSessionsIn(vault);
  try {
    await enrolled();
    await newVault();
    await sessionIntoVault();
    await vault.put("session", { ...(await session()), access: "old" });
    // Locked while the answer is on its way.
    const real = globalThis.fetch;
    globalThis.fetch = async (...args) => {
      const reply = await real(...args);
      if (String(args[0]).endsWith("/auth/refresh")) vault.lock();
      return reply;
    };
    try {
      equal((await rejects(() => api.get("/manifest"))).type, "vault-locked");
    } finally {
      globalThis.fetch = real;
    }
    equal(await settings.get("session"), undefined);
  } finally {
    keepSessionsIn(null);
  }
});

test("session: one person's session never comes into another's vault", async () => {
  keepSessionsIn(vault);
  try {
    await newVault();
    await vault.put("session", { user: { ...user(), id: "u-2" }, access: "x", refresh: "x", ended: true });
    await enrolled();
    await sessionIntoVault();
    equal([(await session())?.user.id, (await settings.get("session")).user.id], ["u-2", "u-1"]);
  } finally {
    keepSessionsIn(null);
  }
});

async function refreshes() {
  return (await fetch("/harness/refreshes")).json();
}

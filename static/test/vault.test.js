import * as drafts from "../store/drafts.js";
import * as outbox from "../store/outbox.js";
import { all } from "../store/snapshots.js";
import * as vault from "../store/vault.js";
import { CHEAP, DURESS_PIN, newVault, PIN } from "./fixture.js";
import { equal, rejects, test } from "./harness.js";

/** A record's id that no test shares. */
const idOf = (/** @type {number} */ n) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`;

/** @param {string} id @returns {import("../store/snapshots.js").Snapshot} */
const snapshot = (id, due = 0) => ({ envelope: { id, kid: "k", enc: new Uint8Array(65).fill(4), ct: new Uint8Array(8192).fill(7) }, kind: "detection", due });

/** Saves a draft with its snapshot. @param {string} id @param {object} [fields] @param {boolean} [kept] */
const save = (id, fields = {}, kept = true) => drafts.put({ id, kind: "screening", ...fields }, [{ draft: id, make: async () => (kept ? snapshot(id) : null) }]);

const waitingIds = async () => (await outbox.waiting(500)).map((row) => row.id).sort();

test("vault: what was written opens with the PIN after a reload, and with nothing else", async () => {
  const { id, label } = await newVault({ label: "Notas de Inés" });
  equal([vault.current()?.id, label], [id, "Notas de Inés"]);
  await save(idOf(1), { name: "Ñuñez" });
  vault.reload();
  equal(vault.current(), null);
  equal((await rejects(() => drafts.list())).type, "vault-locked");
  equal((await rejects(() => drafts.get(idOf(1)))).type, "vault-locked");
  equal((await rejects(() => save(idOf(2)))).type, "vault-locked");
  equal((await rejects(() => vault.open(id, "73915825"))).type, "pin-wrong");
  equal((await rejects(() => drafts.list())).type, "vault-locked");
  equal(await vault.open(id, PIN), "open");
  equal(await drafts.list(), [{ id: idOf(1), kind: "screening", name: "Ñuñez" }]);
});

test("vault: three attempts are free, then waits double, over reloads and clocks set back", async () => {
  const { id } = await newVault();
  vault.lock();
  const now = Date.parse("2026-11-25T10:00:00Z");
  const wrong = async (/** @type {number} */ at, secret = "13572468") => {
    vault.reload();
    const { type, args } = await rejects(() => vault.open(id, secret, { now: at }));
    return [type, args.wait, args.tries ?? null];
  };
  equal(await wrong(now), ["pin-wrong", 0, 2]);
  equal(await wrong(now), ["pin-wrong", 0, 1]);
  equal(await wrong(now), ["pin-wrong", 30, 0]);
  equal(await wrong(now + 29_000, PIN), ["pin-wait", 60, null], "the right PIN too, and it counts");
  equal(await wrong(now - 3_600_000, PIN), ["pin-wait", 120, null], "a clock set back is no way round");
  equal(await wrong(now - 3_600_000 + 119_000, PIN), ["pin-wait", 240, null]);
  const [, wait] = await wrong(now + 40 * 60_000);
  equal(wait, 480);
  equal(await wrong(now + 60 * 60_000), ["pin-wrong", 900, 0], "never longer than a quarter of an hour");
  vault.reload();
  equal(await vault.open(id, PIN, { now: now + 80 * 60_000 }), "open");
  equal(await wrong(now), ["pin-wrong", 0, 2], "a right one begins anew");
});

test("vault: an attempt counts though the worker dies before its answer", async () => {
  const { id } = await vault.create({ label: "x", secret: PIN, cost: { memoryKiB: 96 * 1024, passes: 12 } });
  for (let i = 0; i < 3; i++) {
    vault.reload();
    const cut = rejects(() => vault.open(id, "13572468"));
    // The worker has started and counted; what it derives takes longer than this.
    await new Promise((next) => setTimeout(next, 900));
    vault.reload();
    equal((await cut).type, "vault-locked");
  }
  equal((await rejects(() => vault.open(id, PIN))).type, "pin-wait");
});

test("vault: duress opens an empty vault, after every key of this phone is gone", async () => {
  const other = await newVault({ label: "dos", secret: "94837261", duress: null });
  await save(idOf(7));
  const { id } = await newVault();
  await save(idOf(1), { name: "zxqv" });
  await save(idOf(2), {}, false);
  await vault.put("tokens", { refresh: "r" });
  vault.reload();
  equal(await vault.open(id, DURESS_PIN), "duress");
  equal(vault.current()?.id, id);
  equal(await drafts.list(), []);
  equal(await vault.get("tokens"), undefined);
  equal(await waitingIds(), [idOf(1), idOf(7)], "what may leave leaves; of who did not agree nothing");
  for (const store of drafts.STORES) equal(await drafts.count(), 0, store);
  await save(idOf(3));
  vault.reload();
  equal((await rejects(() => vault.open(id, PIN))).type, "pin-wrong", "the PIN of before opens nothing any more");
  equal(await vault.open(id, DURESS_PIN), "duress");
  equal(await vault.open(other.id, "94837261"), "open");
  equal(await drafts.list(), []);
});

test("vault: panic destroys all vaults' drafts, keys first", async () => {
  await newVault({ label: "dos", secret: "94837261", duress: null });
  await save(idOf(1));
  const { id } = await newVault();
  await save(idOf(2));
  await save(idOf(3), {}, false);
  equal(await vault.destroy("panic"), 2);
  equal(await waitingIds(), [idOf(1), idOf(2)]);
  equal([await drafts.count(), (await all()).length], [0, 0]);
  vault.reload();
  equal(await vault.open(id, PIN), "open");
  equal(await drafts.list(), []);
  await save(idOf(4));
  equal((await drafts.list()).length, 1, "the vault itself is of use again");
});

test("vault: the end of a shift ends the open vault's drafts alone", async () => {
  const other = await newVault({ label: "dos", secret: "94837261", duress: null });
  await save(idOf(1));
  await newVault();
  await save(idOf(2));
  equal(await vault.destroyOne(), 1);
  equal(await waitingIds(), [idOf(2)]);
  equal(await vault.open(other.id, "94837261"), "open");
  equal((await drafts.list()).map((d) => d.id), [idOf(1)]);
});

test("vault: a forgotten PIN: the vault goes whole, what may leave is sent", async () => {
  const { id } = await newVault();
  await save(idOf(1));
  vault.reload();
  equal(await vault.forget(id), 1);
  equal([await vault.list(), await waitingIds(), await drafts.count()], [[], [idOf(1)], 0]);
});

test("vault: new secrets open what the old ones did, and the old ones nothing", async () => {
  const { id } = await newVault();
  await save(idOf(1));
  await vault.setSecrets(id, { secret: "un caballo azul", duress: "92745138" });
  vault.reload();
  equal((await rejects(() => vault.open(id, PIN))).type, "pin-wrong");
  equal((await rejects(() => vault.open(id, DURESS_PIN))).type, "pin-wrong");
  equal(await vault.open(id, "un caballo azul"), "open");
  equal((await drafts.list()).length, 1);
});

test("vault: weak and equal secrets are refused, and too many vaults", async () => {
  const make = (/** @type {string} */ secret, duress = "") => rejects(() => vault.create({ label: "x", secret, duress: duress || null, cost: CHEAP }));
  for (const secret of ["", "1234567", "12345678", "87654321", "11111111", "abc"]) equal((await make(secret)).type, "pin-weak", secret);
  equal((await make(PIN, PIN)).type, "pin-same");
  equal((await make(PIN, "1234")).type, "pin-weak");
  for (let i = 0; i < 8; i++) await newVault({ label: `v${i}`, duress: null });
  equal((await make(PIN)).type, "vault-none-free");
  equal((await vault.list()).map((v) => v.label).sort(), Array.from({ length: 8 }, (_, i) => `v${i}`));
});

test("vault: small values are of one vault", async () => {
  const first = await newVault();
  await vault.put("tokens", { refresh: "r-1" });
  await newVault({ label: "dos" });
  equal(await vault.get("tokens"), undefined);
  await vault.put("tokens", { refresh: "r-2" });
  await vault.open(first.id, PIN);
  equal(await vault.get("tokens"), { refresh: "r-1" });
  await vault.remove("tokens");
  equal(await vault.get("tokens"), undefined);
  vault.lock();
  equal((await rejects(() => vault.get("tokens"))).type, "vault-locked");
});

test("vault: argon2 for other secrets, equal to the reference, within bounds", async () => {
  const salt = new TextEncoder().encode("somesaltsomesalt");
  const out = await vault.argon2({ secret: "password", salt, memoryKiB: 19 * 1024, passes: 2 });
  equal([...out].map((b) => b.toString(16).padStart(2, "0")).join(""), "2b5dc4054886ec957ef59c73b661c54dd6fb274590b278f657c6d96aac8fa6d1");
  equal((await rejects(() => vault.argon2({ secret: "x", salt, memoryKiB: 1 << 30, passes: 2 }))).type, "vault-cost");
  equal((await rejects(() => vault.argon2({ secret: "x", salt, memoryKiB: 1024, passes: 1 }))).type, "vault-cost");
});

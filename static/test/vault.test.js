import { close, transact, useDatabase } from "../store/db.js";
import * as drafts from "../store/drafts.js";
import { ask } from "../store/keys.js";
import * as outbox from "../store/outbox.js";
import { all } from "../store/snapshots.js";
import * as vault from "../store/vault.js";
import { calibrate, LEAST, MOST } from "../vault/kdf.js";
import { deleteDB, openDB } from "../vendor/idb.js";
import { CHEAP, DURESS_PIN, newVault, PIN } from "./fixture.js";
import { equal, ok, rejects, test } from "./harness.js";

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
  const file = `attempts ${crypto.randomUUID()}`;
  vault.useVaultFile(file);
  /** Wrong attempts as the file has them (FORMAT.md says where); -1 while the worker writes: what changes is not readable. */
  const counted = async () => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(file);
    const bytes = await handle.getFile().then((f) => f.arrayBuffer()).catch((error) => {
      if (error.name !== "NotReadableError") throw error;
    });
    return bytes ? new DataView(bytes).getUint32(4096 + 12) : -1;
  };
  const { id } = await vault.create({ label: "x", secret: PIN, cost: { memoryKiB: 96 * 1024, passes: 12 } });
  for (let i = 1; i <= 3; i++) {
    vault.reload();
    const cut = rejects(() => vault.open(id, "13572468"));
    while ((await counted()) < i) await new Promise((next) => setTimeout(next, 20));
    vault.reload(); // counted, and far from derived
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

const SHARE = new Uint8Array(32).fill(9);
const NOON = Date.parse("2026-11-25T12:00:00Z");
const at = (/** @type {number} */ days) => NOON + days * 24 * 3_600_000;

test("vault: the end of a trip while locked: its drafts are sent as they were, older ones stay", async () => {
  const { id } = await newVault();
  await save(idOf(1));
  await vault.startTrip(SHARE, new Date(at(3)).toISOString());
  equal(await vault.trip(), { until: "2026-11-28T12:00:00.000Z" });
  await save(idOf(2));
  await save(idOf(3), {}, false);
  equal((await drafts.rows()).map((r) => r.trip).sort(), [false, true, true]);
  vault.reload();
  equal(await vault.tend(at(2), null), 0, "it lasts until it ends");
  equal(await vault.open(id, PIN), "open");
  equal((await drafts.list()).length, 3, "within the trip the PIN is enough");
  vault.reload();
  equal(await vault.tend(at(3), null), 1);
  equal(await waitingIds(), [idOf(2)]);
  await vault.open(id, PIN);
  equal([(await drafts.list()).map((d) => d.id), await vault.trip()], [[idOf(1)], null]);
});

test("vault: the end of a trip while open: what is in use goes on under the PIN alone", async () => {
  const { id } = await newVault();
  await vault.startTrip(SHARE, new Date(at(1)).toISOString());
  await save(idOf(1));
  await save(idOf(2), { note: "old" });
  vault.reload();
  await vault.open(id, PIN);
  await drafts.put({ id: idOf(1), kind: "screening", more: 1 });
  equal(await vault.tend(at(1), null), 1);
  equal([await waitingIds(), (await drafts.list()).map((d) => [d.id, d.more])], [[idOf(2)], [[idOf(1), 1]]]);
  equal((await drafts.rows()).map((r) => r.trip), [false]);
  vault.reload();
  equal(await vault.tend(at(2), null), 0);
  await vault.open(id, PIN);
  equal((await drafts.get(idOf(1))).more, 1);
  await save(idOf(4));
  equal((await drafts.rows()).map((r) => r.trip), [false, false], "new drafts stand on the PIN alone");
});

test("vault: a trip's end that was cut short after the share was gone", async () => {
  const { id } = await newVault();
  await vault.startTrip(SHARE, new Date(at(1)).toISOString());
  await save(idOf(1));
  const [row] = await drafts.rows();
  await ask("endTrip", { vault: id, keep: [], drop: [row.slot] }); // and then the battery died
  vault.reload();
  equal(await vault.tend(at(1), null), 1, "also without a PIN");
  equal(await waitingIds(), [idOf(1)]);
});

test("vault: a trip's end that was cut short after a key was kept", async () => {
  const { id } = await newVault();
  await vault.startTrip(SHARE, new Date(at(1)).toISOString());
  await save(idOf(1));
  const [row] = await drafts.rows();
  equal(await ask("endTrip", { vault: id, keep: [row.id], drop: [] }), [row.id]);
  vault.reload();
  await vault.open(id, PIN);
  equal((await drafts.list()).map((d) => d.id), [idOf(1)]);
  equal(await vault.tend(at(1), null), 0);
  equal((await drafts.rows()).map((r) => r.trip), [false]);
});

test("vault: two weeks without the server destroy the drafts, and lose no record", async () => {
  await newVault();
  await save(idOf(1));
  await save(idOf(2), {}, false);
  const contact = new Date(NOON).toISOString();
  equal(await vault.tend(at(vault.NO_CONTACT_DAYS), contact), 0);
  equal(await drafts.count(), 2);
  equal(await vault.tend(at(400), null), 0, "a phone that never had contact waits for its first");
  vault.reload();
  equal(await vault.tend(at(vault.NO_CONTACT_DAYS) + 1, contact), 1);
  equal([await drafts.count(), await waitingIds()], [0, [idOf(1)]]);
});

test("vault: 64 drafts have room, one more is refused plainly and loses nothing", async () => {
  await newVault();
  for (let i = 1; i <= 64; i++) await save(idOf(i));
  const full = await rejects(() => save(idOf(65)));
  equal([full.type, full.args], ["vault-full", { n: 64 }]);
  equal([(await drafts.list()).length, (await all()).length], [64, 64]);
  await drafts.remove(idOf(5));
  await save(idOf(65));
  equal(new Set((await drafts.rows()).map((r) => r.slot)).size, 64, "a slot of its own for each");
});

test("vault: a destruction that was cut short after the keys is ended at the next start", async () => {
  const { id } = await newVault();
  await save(idOf(1));
  await save(idOf(2), {}, false);
  await ask("destroy"); // the worker did its part; then the page died
  vault.reload();
  equal(await drafts.count(), 2);
  equal(await vault.tend(NOON, null), 1);
  equal([await drafts.count(), await waitingIds()], [0, [idOf(1)]]);
  await vault.open(id, PIN);
  equal(await vault.tend(NOON, null), 0, "once");
});

test("vault: the end of a shift that was cut short spares the other vaults", async () => {
  const other = await newVault({ label: "dos", secret: "94837261", duress: null });
  await save(idOf(1));
  const { id } = await newVault();
  await save(idOf(2));
  await ask("destroy", { vault: id });
  vault.reload();
  equal(await vault.tend(NOON, null), 1);
  await vault.open(other.id, "94837261");
  equal((await drafts.list()).map((d) => d.id), [idOf(1)]);
});

test("vault: duress that was cut short: the PIN is already dead, the next start does the rest", async () => {
  const { id } = await newVault();
  await save(idOf(1));
  equal(await ask("open", { id, secret: DURESS_PIN }), "duress"); // and the page died
  vault.reload();
  equal(await vault.tend(NOON, null), 1);
  equal([await drafts.count(), await waitingIds()], [0, [idOf(1)]]);
  equal((await rejects(() => vault.open(id, PIN))).type, "pin-wrong");
});

test("vault: a key without a row, and a row without a vault, are tidied away", async () => {
  const { id } = await newVault();
  await save(idOf(1));
  for (let i = 0; i < 3; i++) await ask("allot", { id: String(i).repeat(32) }); // the battery died before their rows
  await vault.tend(NOON, null);
  vault.reload();
  await vault.open(id, PIN);
  for (let i = 2; i <= 64; i++) await save(idOf(i));
  await ask("forget", { id }); // and the page died
  vault.reload();
  equal(await vault.tend(NOON, null), 64);
  equal(await drafts.count(), 0);
});

test("vault: the worker dies in the middle of anything: what was saved is whole", async () => {
  const { id } = await newVault();
  const saved = new Set();
  for (let i = 1; i <= 12; i++) {
    const work = save(idOf(i), { n: i }).then(() => saved.add(idOf(i)), () => undefined);
    await new Promise((next) => setTimeout(next, i * 3));
    vault.reload();
    await work;
    await vault.tend(NOON, null);
    await vault.open(id, PIN);
    const here = (await drafts.list()).map((d) => d.id);
    for (const one of saved) ok(here.includes(one), `${one} was saved and is gone`);
    equal(here.length, await drafts.count(), "no row without its draft");
  }
});

test("vault: windows: one locks, all lock; one destroys, all lose their keys", async () => {
  await newVault();
  let locked = 0;
  const stop = vault.onLock(() => { locked++; });
  const other = new BroadcastChannel("changes"); // as another window
  other.postMessage("lock");
  await new Promise((next) => setTimeout(next, 100));
  equal([vault.current(), locked], [null, 1]);
  stop();
  const heard = new Promise((next) => { other.onmessage = (event) => { if (event.data === "lock") next(true); }; });
  await vault.destroy("panic");
  ok(await heard);
  other.close();
});

test("vault: drafts of the first schema come in at the next opening, their clear rows go", async () => {
  const body = (/** @type {object} */ fields) => JSON.stringify({ fields, drop: [] });
  await transact(["drafts", "journal"], "readwrite", async (tx) => {
    await tx.objectStore("drafts").put({ id: idOf(1), kind: "screening", pins: ["a".repeat(64)] });
    await tx.objectStore("journal").add({ draft: idOf(1), body: body({ id: idOf(1), kind: "screening", name: "zxqv", old: 1 }) });
    await tx.objectStore("journal").add({ draft: idOf(1), body: JSON.stringify({ fields: { pin: "a".repeat(64) }, drop: ["old"] }) });
  });
  const want = { id: idOf(1), kind: "screening", name: "zxqv", pin: "a".repeat(64) };
  equal(await drafts.list(), [want], "readable until then");
  equal(await drafts.get(idOf(1)), want);
  await newVault();
  equal(await drafts.list(), [want]);
  const rows = await drafts.rows();
  equal([rows.length, Object.keys(rows[0]).sort(), rows[0].id === idOf(1)], [1, ["id", "slot", "trip", "vault"], false]);
  const entries = await transact(["journal"], "readonly", (tx) => tx.objectStore("journal").getAll());
  ok(entries.every((e) => e.body instanceof Uint8Array), "an entry is still in clear");
});

test("vault: the first schema's receipts become counts", async () => {
  const name = `old ${crypto.randomUUID()}`;
  const old = await openDB(name, 1, {
    upgrade(db) {
      db.createObjectStore("drafts", { keyPath: "id" }).createIndex("pins", "pins", { multiEntry: true });
      db.createObjectStore("journal", { autoIncrement: true }).createIndex("draft", "draft");
      db.createObjectStore("outbox", { keyPath: "id" }).createIndex("state", "state");
      db.createObjectStore("receipts", { keyPath: "id" }).createIndex("status", "status");
      db.createObjectStore("blobs", { keyPath: "sha256" });
      db.createObjectStore("manifests", { keyPath: "name" });
      db.createObjectStore("settings");
    },
  });
  const tx = old.transaction(["receipts", "outbox", "drafts", "journal"], "readwrite");
  for (const [i, status] of ["accepted", "accepted", "quarantined"].entries()) {
    await tx.objectStore("receipts").put({ id: idOf(i), folio: "x", kind: "detection", status, reason: i === 2 ? "unknown_protocol" : "", at: "2026-11-01" });
  }
  await tx.objectStore("outbox").put({ ...snapshot(idOf(7)).envelope, kind: "detection", state: "waiting", reason: "", detail: "", sealedAt: "2026-11-01" });
  await tx.objectStore("drafts").put({ id: idOf(8), kind: "screening", pins: ["a".repeat(64)] });
  await tx.objectStore("journal").add({ draft: idOf(8), body: JSON.stringify({ fields: { id: idOf(8), kind: "screening", a: 1 }, drop: [] }) });
  await tx.done;
  old.close();
  useDatabase(name);
  equal(await outbox.counts(), { waiting: 1, refused: 0, sent: 3, quarantined: 1 });
  equal(await outbox.receipts(), [{ status: "accepted", reason: "", n: 2 }, { status: "quarantined", reason: "unknown_protocol", n: 1 }]);
  equal(await waitingIds(), [idOf(7)]);
  equal(await drafts.rows(), [{ id: idOf(8), kind: "screening" }], "the hashes of what was shown are gone from the rows");
  await newVault();
  equal(await drafts.list(), [{ id: idOf(8), kind: "screening", a: 1 }]);
  close();
  await deleteDB(name);
});

test("vault: its key stretching costs what this phone bears, memory first, never too little or too much", async () => {
  /** A phone: ms for 19 MiB and 2 passes, and the memory it has. @param {number} speed @param {number} [room] */
  const phone = (speed, room = 1 << 20) => async (/** @type {{memoryKiB: number, passes: number}} */ { memoryKiB, passes }) => {
    if (memoryKiB > room) throw new RangeError("no memory");
    return speed * (memoryKiB / LEAST.memoryKiB) * (passes / LEAST.passes);
  };
  const cost = async (/** @type {number} */ speed, room = 1 << 20) => {
    const found = await calibrate(phone(speed, room));
    ok(found.memoryKiB >= LEAST.memoryKiB && found.passes >= LEAST.passes && found.memoryKiB <= MOST.memoryKiB && found.passes <= MOST.passes, JSON.stringify(found));
    return { ...found, ms: await phone(speed)(found) };
  };
  for (const speed of [70, 150, 400]) {
    const { ms, passes } = await cost(speed);
    ok(ms >= 500 && ms <= 1000, `${speed}: ${ms} ms`);
    equal(passes, LEAST.passes, "memory before passes");
  }
  equal((await cost(3000)).memoryKiB, LEAST.memoryKiB, "a slow phone pays the least, however long it takes");
  const small = await cost(70, 40 * 1024);
  ok(small.memoryKiB <= 40 * 1024 && small.passes > LEAST.passes && small.ms >= 500, JSON.stringify(small));
  equal((await cost(0.1)), { ...MOST, ms: await phone(0.1)(MOST) });
});

// Encounters and screenings that are begun and not yet sealed. A draft is any
// JSON with an id and a kind; what is saved is an append-only journal of the
// fields that changed, one entry a tap, so that a dead battery loses at most the
// tap that was not answered yet, and no writer replaces what it did not know.
//
// In the database a draft is a random local id: the record's id, its kind and
// everything else stand in the encrypted entries. With each entry its snapshot
// (snapshots.js) is written in the same transaction.
import { hex } from "../crypto/hex.js";
import { Problem } from "../text/problem.js";
import { changed } from "./changes.js";
import { decode, decodeClear, encode } from "./codec.js";
import { transact } from "./db.js";
import { ask, current, onLock } from "./keys.js";

/**
 * @typedef {{id: string, kind: string, [field: string]: any}} Draft
 * @typedef {{fields: Record<string, unknown>, drop: string[]}} Change each field replaced as a whole
 * @typedef {import("../vendor/idb.js").Transaction} Transaction
 * @typedef {{id: string, vault: string, slot: number, trip: boolean}} Row
 * @typedef {import("./snapshots.js").Snapshot} Snapshot
 * @typedef {{draft: string, make: () => Promise<Snapshot|null|undefined>}} Renewal
 *   draft: the record's id; null: no snapshot from now on; undefined: as it is
 * @typedef {{local: string, fields: Map<string, string>, keys: number[]}} Known each field as it was last saved or read here, and the journal's keys
 */

/** The stores that a transaction must span to write or remove a draft. */
export const STORES = ["drafts", "journal", "snapshots"];

/** A journal longer than this is written anew as one entry. */
const COMPACT_AFTER = 64;

/** Lock between making a key with its row, and overwriting keys that no row names. */
export const SLOTS_LOCK = "slots";

/** @type {Map<string, Known>} by the record's id */
const known = new Map();

/** @type {Map<string, string>} the record's id by the local one */
const records = new Map();

/** @type {Set<string>} what was written here since the vault was opened, by local id */
const inUse = new Set();

/** @type {Promise<unknown>} writes go one after the other, so that the journal has the order of the taps */
let queue = Promise.resolve();

/** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export function inOrder(work) {
  const mine = queue.then(work);
  queue = mine.catch(() => undefined);
  return mine;
}

/** Forgets what this page knows of drafts, as a reload does. */
export function forgetKnown() {
  known.clear();
  records.clear();
  inUse.clear();
}

onLock(forgetKnown);

/** @param {string} local */
function forget(local) {
  const id = records.get(local);
  records.delete(local);
  inUse.delete(local);
  if (id !== undefined) known.delete(id);
}

/** Local ids of the drafts that were written here since the vault was opened. */
export function usedHere() {
  return [...inUse];
}

/**
 * Saves a draft, new or not, and its snapshots, and resolves when they are on the
 * disk. Snapshots are made when its turn comes.
 * @param {Draft} draft @param {Renewal[]} [renewals]
 */
export function put(draft, renewals = []) {
  return save(draft, renewals, true);
}

/**
 * Saves a change of a draft that is there. Rejects with draft-gone where it was
 * sealed or removed meanwhile, in any window: nothing comes back from the dead,
 * or a second record of the same id would leave.
 * @param {Draft} draft @param {Renewal[]} [renewals]
 */
export function change(draft, renewals = []) {
  return save(draft, renewals, false);
}

/** @param {Draft} draft @param {Renewal[]} renewals @param {boolean} mayBegin */
function save(draft, renewals, mayBegin) {
  // The copy is taken at the tap, not when its turn comes.
  const copy = structuredClone(draft);
  return inOrder(async () => {
    const made = [];
    for (const { draft: id, make } of renewals) made.push({ id, snapshot: await make() });
    // As it was known when the tap came: what another window added since is not undone.
    const before = known.get(copy.id) ?? (await find(copy.id));
    if (!before && !mayBegin) throw new Problem("draft-gone");
    await (before ? append(copy, before, made) : begin(copy, made));
    // Who writes in a screening is in its encounter too, which a trip's end must not take away.
    for (const { draft: id } of renewals) {
      const beside = known.get(id);
      if (beside) inUse.add(beside.local);
    }
    changed("drafts");
  });
}

/** @typedef {{id: string, snapshot: Snapshot|null|undefined}[]} Made */

/**
 * A new draft: its key first, then the row that names it.
 * @param {Draft} draft @param {Made} made @param {string} [clear] the row of schema 1 that it takes the place of
 */
async function begin(draft, made, clear) {
  const local = newLocal();
  await navigator.locks.request(SLOTS_LOCK, async () => {
    const { vault, slot, trip } = await ask("allot", { id: local });
    try {
      const fields = asFields(draft);
      const body = await encode(local, whole(fields));
      const others = await localsOf(made, draft.id, local);
      const key = await transact(STORES, "readwrite", async (tx) => {
        await tx.objectStore("drafts").add({ id: local, vault, slot, trip });
        await putSnapshots(tx, others);
        if (clear && !(await removeWithin(tx, clear))) throw new Problem("draft-gone");
        return tx.objectStore("journal").add({ draft: local, body });
      });
      learn(draft.id, { local, fields, keys: [Number(key)] });
    } catch (error) {
      await ask("erase", { vault, slots: [slot] });
      throw error;
    }
  });
  inUse.add(local);
}

/** @param {Draft} draft @param {Known} before @param {Made} made */
async function append(draft, before, made) {
  const now = asFields(draft);
  /** @type {Change} */
  const change = { fields: {}, drop: [...before.fields.keys()].filter((name) => !now.has(name)) };
  for (const [name, text] of now) if (before.fields.get(name) !== text) change.fields[name] = draft[name];
  const { local } = before;
  const empty = !Object.keys(change.fields).length && !change.drop.length;
  const body = empty ? null : await encode(local, change);
  const anew = body && before.keys.length >= COMPACT_AFTER ? await encode(local, whole(now)) : null;
  const others = await localsOf(made, draft.id, local);
  const keys = await transact(STORES, "readwrite", async (tx) => {
    if (!(await tx.objectStore("drafts").get(local))) throw new Problem("draft-gone");
    await putSnapshots(tx, others);
    if (!body) return before.keys;
    const journal = tx.objectStore("journal");
    // What another window wrote meanwhile is not known here: then nothing is written anew.
    if (anew && same(await journal.index("draft").getAllKeys(local), before.keys)) {
      for (const key of before.keys) await journal.delete(key);
      return [Number(await journal.add({ draft: local, body: anew }))];
    }
    return [...before.keys, Number(await journal.add({ draft: local, body }))];
  });
  learn(draft.id, { local, fields: now, keys });
  inUse.add(local);
}

/** @param {Made} made @param {string} id @param {string} local of the draft that is being written @returns {Promise<{local: string, snapshot: Snapshot|null}[]>} */
async function localsOf(made, id, local) {
  const out = [];
  for (const one of made) {
    const where = one.id === id ? local : (await find(one.id).catch(goneIsEmpty))?.local;
    if (where && one.snapshot !== undefined) out.push({ local: where, snapshot: one.snapshot });
  }
  return out;
}

/** @param {Transaction} tx @param {{local: string, snapshot: Snapshot|null}[]} all */
async function putSnapshots(tx, all) {
  for (const { local, snapshot } of all) {
    const row = await tx.objectStore("drafts").get(local);
    if (!row) continue; // sealed or removed meanwhile, and its snapshot with it
    if (snapshot) await tx.objectStore("snapshots").put({ id: local, vault: row.vault, ...snapshot });
    else await tx.objectStore("snapshots").delete(local);
  }
}

/** @param {unknown[]} a @param {unknown[]} b */
const same = (a, b) => a.length === b.length && a.every((x, i) => x === b[i]);

/** 16 random bytes in hex: a draft's name on this device. */
function newLocal() {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

/** @param {string} id @param {Known} what */
function learn(id, what) {
  known.set(id, what);
  records.set(what.local, id);
}

/** @param {Draft} draft @returns {Map<string, string>} */
function asFields(draft) {
  return new Map(Object.entries(draft).filter(([, v]) => v !== undefined).map(([name, v]) => [name, JSON.stringify(v)]));
}

/** @param {Map<string, string>} fields @returns {Change} all of a draft as one entry */
function whole(fields) {
  return { fields: Object.fromEntries([...fields].map(([name, text]) => [name, JSON.parse(text)])), drop: [] };
}

/** @param {Map<string, string>} fields @returns {Draft} */
function asDraft(fields) {
  return /** @type {Draft} */ (whole(fields).fields);
}

/** @param {Map<string, string>} fields @param {Change[]} changes */
function fold(fields, changes) {
  for (const change of changes) {
    for (const [name, value] of Object.entries(change.fields)) fields.set(name, JSON.stringify(value));
    for (const name of change.drop) fields.delete(name);
  }
  return fields;
}

/**
 * Reads what the journal has of a draft beyond what is known here. Null where it
 * is gone. @param {string} local @returns {Promise<Known|null>}
 */
async function load(local) {
  const id = records.get(local);
  const had = id === undefined ? undefined : known.get(id);
  const found = await transact(STORES, "readonly", async (tx) => {
    if (!(await tx.objectStore("drafts").get(local))) return null;
    const journal = tx.objectStore("journal");
    const keys = (await journal.index("draft").getAllKeys(local)).map(Number);
    const goesOn = had && same(keys.slice(0, had.keys.length), had.keys);
    const wanted = goesOn ? keys.slice(had.keys.length) : keys;
    const rows = wanted.length === keys.length ? await journal.index("draft").getAll(local) : await Promise.all(wanted.map((key) => journal.get(key)));
    return { keys, goesOn, bodies: rows.map((row) => row.body) };
  });
  if (!found) {
    forget(local);
    return null;
  }
  const changes = await decode(local, found.bodies).catch(goneIsEmpty);
  if (!changes) return null;
  const fields = fold(new Map(found.goesOn && had ? had.fields : []), changes);
  const what = { local, fields, keys: found.keys };
  if (fields.has("id")) learn(JSON.parse(/** @type {string} */ (fields.get("id"))), what);
  return what;
}

/** @param {unknown} error @returns {null} */
function goneIsEmpty(error) {
  if (error instanceof Problem && error.type === "draft-gone") return null;
  throw error;
}

/** Local ids of the open vault's drafts. Rejects with vault-locked. @returns {Promise<string[]>} */
async function locals() {
  const open = current();
  if (!open) throw new Problem("vault-locked");
  const keys = await transact(["drafts"], "readonly", (tx) => tx.objectStore("drafts").index("vault").getAllKeys(open.id));
  return keys.map(String);
}

/** What is known of a draft, as fresh as the disk; null where there is none. @param {string} id the record's @returns {Promise<Known|null>} */
async function find(id) {
  const had = known.get(id);
  if (had) {
    const now = await load(had.local);
    // Sealed or removed in another window: what still writes to it must learn so.
    if (!now) throw new Problem("draft-gone");
    return now;
  }
  for (const local of await locals()) if (!records.has(local)) await load(local);
  return known.get(id) ?? null;
}

/** The draft as its journal tells it. Rejects with draft-gone. @param {string} id the record's @returns {Promise<Draft>} */
export async function get(id) {
  const clear = current() ? null : (await clearDrafts()).find((d) => d.id === id);
  if (clear) return clear;
  const found = await find(id);
  if (!found) throw new Problem("draft-gone");
  return asDraft(found.fields);
}

/** Where a draft lies: its row's id. Rejects with draft-gone. @param {string} id the record's @returns {Promise<string>} */
export async function localOf(id) {
  const found = await find(id);
  if (!found) throw new Problem("draft-gone");
  return found.local;
}

/** Every draft of the open vault, oldest first. @returns {Promise<Draft[]>} */
export async function list() {
  if (!current()) {
    const clear = await clearDrafts();
    if (clear.length) return clear;
  }
  const found = await Promise.all((await locals()).map(load));
  const drafts = found.flatMap((one) => (one ? [asDraft(one.fields)] : []));
  return drafts.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** How many drafts there are on this device: what a locked phone may show. @returns {Promise<number>} */
export function count() {
  return transact(["drafts"], "readonly", (tx) => tx.objectStore("drafts").count());
}

/**
 * Removes a draft for good without a record, and its snapshot in the same step:
 * only where the person refused that anything be kept, or where nothing was
 * answered yet. Sealing removes by outbox.js.
 * @param {string} id
 */
export async function remove(id) {
  await inOrder(async () => {
    const found = await find(id).catch(goneIsEmpty);
    if (!found) return;
    const row = await transact(STORES, "readwrite", (tx) => removeWithin(tx, found.local));
    await dropKeys(row ? [row] : []);
  });
  changed("drafts");
}

/**
 * Removes a draft, its whole journal and its snapshot inside a transaction that
 * does more. Its key goes after it: dropKeys.
 * @param {Transaction} tx @param {string} local @returns {Promise<Row|undefined>}
 */
export async function removeWithin(tx, local) {
  const row = await tx.objectStore("drafts").get(local);
  const keys = await tx.objectStore("journal").index("draft").getAllKeys(local);
  for (const key of keys) await tx.objectStore("journal").delete(key);
  await tx.objectStore("drafts").delete(local);
  await tx.objectStore("snapshots").delete(local);
  return row;
}

/** Overwrites the keys of drafts that are no more. @param {Row[]} rows */
export async function dropKeys(rows) {
  for (const row of rows) {
    forget(row.id);
    if (row.vault) await ask("erase", { vault: row.vault, slots: [row.slot] });
  }
}

/** Every draft's row, of all vaults. @returns {Promise<Row[]>} */
export function rows() {
  return transact(["drafts"], "readonly", (tx) => tx.objectStore("drafts").getAll());
}

/** Drafts whose key no longer hangs on a trip. @param {string[]} ids local */
export async function underPinAlone(ids) {
  await transact(["drafts"], "readwrite", async (tx) => {
    for (const id of ids) {
      const row = await tx.objectStore("drafts").get(id);
      if (row) await tx.objectStore("drafts").put({ ...row, trip: false });
    }
  });
}

/** Drafts of the open vault whose key is gone: a trip's end was cut short. @returns {Promise<string[]>} local ids */
export async function keyless() {
  const out = [];
  for (const local of await locals()) if (!(await load(local))) out.push(local);
  return out;
}

/** Drafts that schema 1 left in clear. @returns {Promise<Draft[]>} */
async function clearDrafts() {
  const found = await transact(STORES, "readonly", async (tx) => {
    const clear = (await tx.objectStore("drafts").getAll()).filter((row) => !row.vault);
    return Promise.all(clear.map(async (row) => ({ row, entries: await tx.objectStore("journal").index("draft").getAll(row.id) })));
  });
  return found.map(({ row, entries }) => {
    const fields = fold(new Map(), entries.map((e) => decodeClear(e.body)));
    return { ...asDraft(fields), id: row.id, kind: row.kind };
  });
}

/** Takes what schema 1 left in clear into the open vault, each draft in one step. */
export function adoptClear() {
  return inOrder(async () => {
    for (const draft of await clearDrafts()) {
      // Another window may have taken it in meanwhile.
      await begin(draft, [], draft.id).catch(goneIsEmpty);
    }
  });
}

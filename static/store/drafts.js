// Encounters and screenings that are begun and not yet sealed. A draft is any
// JSON with an id and a kind; what is saved is an append-only journal of the
// fields that changed, one entry a tap, so that a dead battery loses at most the
// tap that was not answered yet, and no writer replaces what it did not know.
import { Problem } from "../text/problem.js";
import { changed } from "./changes.js";
import { decode, encode } from "./codec.js";
import { transact } from "./db.js";

/**
 * @typedef {{id: string, kind: string, [field: string]: any}} Draft
 * @typedef {{fields: Record<string, unknown>, drop: string[]}} Change each field replaced as a whole
 * @typedef {import("../vendor/idb.js").Transaction} Transaction
 * @typedef {{write: (tx: Transaction) => Promise<void>, written: () => void}} Pending
 *   a draft ready to be written inside a transaction over STORES
 */

/** The stores that a transaction must span to write or remove a draft. */
export const STORES = ["drafts", "journal"];

/** Every SHA-256 in a draft names a blob that it was begun with: that blob stays on the device. */
const PIN = /\b[0-9a-f]{64}\b/g;

/** @type {Map<string, Map<string, string>>} per draft, each field as it was last saved or read here */
const known = new Map();

/** @type {Promise<unknown>} writes go one after the other, so that the journal has the order of the taps */
let queue = Promise.resolve();

/** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export function inOrder(work) {
  const mine = queue.then(work);
  queue = mine.catch(() => undefined);
  return mine;
}

/** Forgets what this page knows of drafts, as a reload does; for tests. */
export function forgetKnown() {
  known.clear();
}

/**
 * Saves a draft and resolves when it is on the disk. Rejects with draft-gone
 * where it was sealed or removed meanwhile, in another window: nothing comes back
 * from the dead.
 * @param {Draft} draft
 */
export function put(draft) {
  // The copy is taken at the tap, not when its turn comes.
  const copy = structuredClone(draft);
  return inOrder(async () => {
    const pending = await prepare(copy);
    await transact(STORES, "readwrite", (tx) => pending.write(tx));
    pending.written();
    changed("drafts");
  });
}

/**
 * Makes a draft ready to be written within a larger transaction. Call it inside
 * inOrder, for it compares with what was written last. afresh: the transaction
 * removes what there was of it first, so that the whole is written.
 * @param {Draft} draft @param {{afresh?: boolean}} [how] @returns {Promise<Pending>}
 */
export async function prepare(draft, { afresh = false } = {}) {
  if (!afresh && !known.has(draft.id)) await get(draft.id).catch(nullIfGone);
  const before = afresh ? undefined : known.get(draft.id);
  const now = asFields(draft);
  /** @type {Change} */
  const change = { fields: {}, drop: [...(before?.keys() ?? [])].filter((name) => !now.has(name)) };
  for (const [name, text] of now) if (before?.get(name) !== text) change.fields[name] = draft[name];
  const body = await encode(change);
  const pins = [...new Set(JSON.stringify(draft).match(PIN) ?? [])];
  return {
    async write(tx) {
      const row = await tx.objectStore("drafts").get(draft.id);
      if (before && !row) throw new Problem("draft-gone");
      await tx.objectStore("drafts").put({ id: draft.id, kind: draft.kind, pins });
      if (Object.keys(change.fields).length || change.drop.length) await tx.objectStore("journal").add({ draft: draft.id, body });
    },
    written: () => void known.set(draft.id, now),
  };
}

/** @param {Draft} draft @returns {Map<string, string>} */
function asFields(draft) {
  return new Map(Object.entries(draft).filter(([, v]) => v !== undefined).map(([name, v]) => [name, JSON.stringify(v)]));
}

/** The draft as its journal tells it. Rejects with draft-gone. @param {string} id @returns {Promise<Draft>} */
export async function get(id) {
  const [row, entries] = await transact(STORES, "readonly", (tx) =>
    Promise.all([tx.objectStore("drafts").get(id), tx.objectStore("journal").index("draft").getAll(id)]));
  if (!row) throw new Problem("draft-gone");
  const draft = fold(row, await Promise.all(entries.map((e) => decode(e.body))));
  known.set(id, asFields(draft));
  return draft;
}

/** Every draft, oldest first. @returns {Promise<Draft[]>} */
export async function list() {
  const ids = await transact(["drafts"], "readonly", (tx) => tx.objectStore("drafts").getAllKeys());
  const found = await Promise.all(ids.map((id) => get(String(id)).catch(nullIfGone)));
  return found.filter((d) => d !== null);
}

/** @param {unknown} error @returns {null} */
function nullIfGone(error) {
  if (error instanceof Problem && error.type === "draft-gone") return null;
  throw error;
}

/** How many drafts there are: what a locked phone may show. @returns {Promise<number>} */
export function count() {
  return transact(["drafts"], "readonly", (tx) => tx.objectStore("drafts").count());
}

/**
 * Removes a draft for good without a record: only where the person refused that
 * anything be kept, or where nothing was answered yet. Sealing removes by outbox.js.
 * @param {string} id
 */
export async function remove(id) {
  await inOrder(() => transact(STORES, "readwrite", (tx) => removeWithin(tx, id)));
  changed("drafts");
}

/**
 * Removes a draft and its whole journal inside a transaction that does more.
 * @param {Transaction} tx @param {string} id
 */
export async function removeWithin(tx, id) {
  const keys = await tx.objectStore("journal").index("draft").getAllKeys(id);
  for (const key of keys) await tx.objectStore("journal").delete(key);
  await tx.objectStore("drafts").delete(id);
}

/** @param {{id: string, kind: string}} row @param {Change[]} changes @returns {Draft} */
function fold(row, changes) {
  /** @type {Map<string, unknown>} */
  const fields = new Map();
  for (const change of changes) {
    for (const [name, value] of Object.entries(change.fields)) fields.set(name, value);
    for (const name of change.drop) fields.delete(name);
  }
  return { ...Object.fromEntries(fields), id: row.id, kind: row.kind };
}

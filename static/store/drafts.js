// Encounters and screenings that are begun and not yet sealed. Every tap is one
// entry of an append-only journal; a draft is what its entries add up to, so a
// dead battery loses at most the tap that was not answered yet.
import { uuidv7 } from "../crypto/uuid.js";
import { Problem } from "../text/problem.js";
import { changed } from "./changes.js";
import { decode, encode } from "./codec.js";
import { transact } from "./db.js";

/**
 * @typedef {{item: string, value: string, at: string, from?: string}} Answer
 * @typedef {{item: string, locale: string, status: string, text_hash: string}} Shown
 * @typedef {{do: "answer", item: string, value: string, at?: string, from?: string}
 *   | ({do: "shown"} & Shown)
 *   | {do: "set", fields: Record<string, unknown>}} Change
 *   set: fields of the draft, each replaced as a whole
 * @typedef {{id: string, kind: "encounter"|"screening", encounter: string|null, startedAt: string,
 *   answers: Answer[], shown: Shown[], fields: Record<string, any>}} Draft
 *   answers keeps every tap; a later answer to the same item replaces the earlier
 */

/** @type {Promise<unknown>} Appends go one after the other, so that the journal has the order of the taps. */
let queue = Promise.resolve();

/** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
function inOrder(work) {
  const mine = queue.then(work);
  queue = mine.catch(() => undefined);
  return mine;
}

/** Now, with the offset of this device's clock, as records want it. */
export function now(date = new Date()) {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 23);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const abs = Math.abs(offset);
  return `${local}${offset < 0 ? "-" : "+"}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}

/**
 * Begins a draft. pins are the sha256 of the blobs it was begun with (its
 * protocol, its locales): they stay on the device as long as the draft does.
 * @param {{kind: "encounter"|"screening", encounter?: string|null, pins: string[], fields?: Record<string, unknown>}} begin
 * @returns {Promise<Draft>}
 */
export async function begin({ kind, encounter = null, pins, fields = {} }) {
  const id = uuidv7();
  const at = now();
  const body = await encode({ do: "set", fields });
  await inOrder(() => transact(["drafts", "journal"], "readwrite", async (tx) => {
    await tx.objectStore("drafts").add({ id, kind, encounter, pins, at });
    await tx.objectStore("journal").add({ draft: id, body });
  }));
  changed("drafts");
  return { id, kind, encounter, startedAt: at, answers: [], shown: [], fields: { ...fields } };
}

/**
 * Saves changes of a draft, all or none, and resolves when they are on the disk.
 * Rejects with draft-gone where it was sealed meanwhile (in another tab).
 * @param {string} id @param {Change[]} changes
 */
export async function append(id, ...changes) {
  // Copied at the tap, not when its turn comes.
  const stamped = structuredClone(changes.map((c) => (c.do === "answer" && !c.at ? { ...c, at: now() } : c)));
  await inOrder(async () => {
    const ready = await Promise.all(stamped.map(encode));
    await transact(["drafts", "journal"], "readwrite", async (tx) => {
      if (!(await tx.objectStore("drafts").get(id))) throw new Problem("draft-gone");
      for (const body of ready) await tx.objectStore("journal").add({ draft: id, body });
    });
  });
  changed("drafts");
}

/** Adds blobs that the draft needs from now on. @param {string} id @param {string[]} sha256s */
export async function pin(id, ...sha256s) {
  await transact(["drafts"], "readwrite", async (tx) => {
    const row = await tx.objectStore("drafts").get(id);
    if (!row) throw new Problem("draft-gone");
    row.pins = [...new Set([...row.pins, ...sha256s])];
    await tx.objectStore("drafts").put(row);
  });
}

/** The draft as its journal tells it. Rejects with draft-gone. @param {string} id @returns {Promise<Draft>} */
export async function load(id) {
  const [row, entries] = await transact(["drafts", "journal"], "readonly", (tx) =>
    Promise.all([tx.objectStore("drafts").get(id), tx.objectStore("journal").index("draft").getAll(id)]));
  if (!row) throw new Problem("draft-gone");
  return fold(row, await Promise.all(entries.map((e) => decode(e.body))));
}

/** Every draft, oldest first; of one encounter where it is given. @param {string} [encounter] @returns {Promise<Draft[]>} */
export async function list(encounter) {
  const rows = await transact(["drafts"], "readonly", (tx) => tx.objectStore("drafts").getAll());
  const wanted = rows.filter((r) => encounter === undefined || r.encounter === encounter || r.id === encounter);
  const found = await Promise.all(wanted.map((r) => load(r.id).catch(skipGone)));
  return found.filter((d) => d !== null).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** @param {unknown} error @returns {null} */
function skipGone(error) {
  if (error instanceof Problem && error.type === "draft-gone") return null;
  throw error;
}

/** How many drafts there are: what a locked phone may show. @returns {Promise<number>} */
export function count() {
  return transact(["drafts"], "readonly", (tx) => tx.objectStore("drafts").count());
}

/**
 * Removes a draft for good without a record: only where the person refused that
 * anything be kept, or where nothing was answered yet.
 * @param {string} id
 */
export async function discard(id) {
  await inOrder(() => transact(["drafts", "journal"], "readwrite", (tx) => removeWithin(tx, id)));
  changed("drafts");
}

/** Removes a draft inside a transaction that does more (outbox.js). @param {import("../vendor/idb.js").Transaction} tx @param {string} id */
export async function removeWithin(tx, id) {
  const keys = await tx.objectStore("journal").index("draft").getAllKeys(id);
  for (const key of keys) await tx.objectStore("journal").delete(key);
  await tx.objectStore("drafts").delete(id);
}

/**
 * @param {{id: string, kind: "encounter"|"screening", encounter: string|null, at: string}} row
 * @param {Change[]} changes @returns {Draft}
 */
function fold(row, changes) {
  /** @type {Draft} */
  const draft = { id: row.id, kind: row.kind, encounter: row.encounter, startedAt: row.at, answers: [], shown: [], fields: {} };
  for (const change of changes) apply(draft, change);
  return draft;
}

/** Applies one change to a draft in memory, as load() would. @param {Draft} draft @param {Change} change */
export function apply(draft, change) {
  switch (change.do) {
    case "answer": {
      const { item, value, at = "", from } = change;
      draft.answers.push(from ? { item, value, at, from } : { item, value, at });
      break;
    }
    case "shown": {
      const { item, locale, status, text_hash } = change;
      draft.shown.push({ item, locale, status, text_hash });
      break;
    }
    case "set":
      Object.assign(draft.fields, change.fields);
      break;
  }
}

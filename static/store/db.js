// The one IndexedDB of the device: its schema, its upgrades, and the only way
// in. Nothing else opens it. Writes are strict: a promise that resolved is on
// the disk as far as the browser can say.
import { openDB } from "../vendor/idb.js";
import { Problem } from "../text/problem.js";

/**
 * The host's folder already tells whose it is; the name of the database need not.
 */
let name = "data";

/** Schema version; upgrades below are a list, one step a version, never edited. */
export const VERSION = 1;

/**
 * Stores:
 *   drafts    {id, kind, pins}: what is begun and not sealed; pins are the SHA-256 of the
 *             blobs it needs. index pins
 *   journal   key counts up; {draft, body}: every tap, in order; body comes out of codec.js. index draft
 *   outbox    {id, kind, kid, enc, ct, state, reason, detail, sealedAt}: sealed, waiting for a receipt. index state
 *   receipts  {id, folio, kind, status, reason, at}: what the server has; no content. index status
 *   blobs     {sha256, kind, bytes}: protocols, locales, codebook, ... by content
 *   manifests {name, entries, at}: "current" is in use
 *   settings  key -> value
 * @type {((db: import("../vendor/idb.js").Database) => void)[]}
 */
const upgrades = [
  (db) => {
    db.createObjectStore("drafts", { keyPath: "id" }).createIndex("pins", "pins", { multiEntry: true });
    db.createObjectStore("journal", { autoIncrement: true }).createIndex("draft", "draft");
    db.createObjectStore("outbox", { keyPath: "id" }).createIndex("state", "state");
    db.createObjectStore("receipts", { keyPath: "id" }).createIndex("status", "status");
    db.createObjectStore("blobs", { keyPath: "sha256" });
    db.createObjectStore("manifests", { keyPath: "name" });
    db.createObjectStore("settings");
  },
];

/** @type {Promise<import("../vendor/idb.js").Database>|null} */
let opening = null;
/** @type {Set<() => void>} */
const onStale = new Set();

/** Calls fn when a newer version of the page wants the database: this page must be reloaded. @param {() => void} fn */
export function onNewerVersion(fn) {
  onStale.add(fn);
}

function open() {
  opening ??= openDB(name, VERSION, {
    upgrade(db, oldVersion) {
      for (const step of upgrades.slice(oldVersion)) step(db);
    },
    // Another tab has the newer schema: let go at once, or it waits for ever.
    blocking() {
      close();
      for (const fn of onStale) fn();
    },
    // iOS ends the connection of a page in the background; the next use opens it again.
    terminated() {
      opening = null;
    },
  }).catch((cause) => {
    opening = null;
    throw storageProblem(cause);
  });
  return opening;
}

/** Closes the connection; the next use opens it again. */
export function close() {
  const was = opening;
  opening = null;
  was?.then((db) => db.close(), () => undefined);
}

/** Another database, for tests: each has its own. @param {string} other */
export function useDatabase(other) {
  close();
  name = other;
}

/**
 * Runs work in one transaction and resolves when it is durable. work must await
 * nothing but this transaction (a browser ends a transaction that idles): hash,
 * encode and encrypt before. A connection that the browser had closed is opened
 * again once.
 * @template T
 * @param {string[]} stores @param {"readonly"|"readwrite"} mode
 * @param {(tx: import("../vendor/idb.js").Transaction) => Promise<T>|T} work
 * @returns {Promise<T>}
 */
export async function transact(stores, mode, work) {
  for (let again = true; ; again = false) {
    const db = await open();
    let tx;
    try {
      tx = db.transaction(stores, mode, { durability: "strict" });
    } catch (cause) {
      if (again && cause instanceof DOMException && cause.name === "InvalidStateError") {
        close();
        continue;
      }
      throw storageProblem(cause);
    }
    return run(tx, work);
  }
}

/**
 * @template T @param {import("../vendor/idb.js").Transaction} tx
 * @param {(tx: import("../vendor/idb.js").Transaction) => Promise<T>|T} work @returns {Promise<T>}
 */
async function run(tx, work) {
  const done = tx.done.catch((cause) => { throw storageProblem(cause); });
  let result;
  try {
    result = await work(tx);
  } catch (cause) {
    try {
      tx.abort();
    } catch {
      // Already aborted by the failed request itself.
    }
    await done.catch(() => undefined);
    throw storageProblem(cause);
  }
  await done;
  return result;
}

/** A storage error in words a person can act on; what was saved before stays saved. @param {unknown} cause */
function storageProblem(cause) {
  if (cause instanceof Problem) return cause;
  if (cause instanceof DOMException && cause.name === "QuotaExceededError") return new Problem("storage-full", { cause });
  if (cause instanceof DOMException) return new Problem("storage-failed", { cause });
  return cause;
}

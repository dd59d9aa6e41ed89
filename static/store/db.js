// The one IndexedDB of the device: its schema, its upgrades, and the only way
// in. Nothing else opens it. Writes are strict: a promise that resolved is on
// the disk as far as the browser can say.
import { deleteDB, openDB } from "../vendor/idb.js";
import { Problem } from "../text/problem.js";

/**
 * @typedef {import("../vendor/idb.js").Database} Database
 * @typedef {import("../vendor/idb.js").Transaction} Transaction
 */

/**
 * The host's folder already tells whose it is; the name of the database need not.
 */
let name = "data";

/** Schema version; upgrades below are a list, one step a version, never edited. */
export const VERSION = 3;

/**
 * Stores:
 *   drafts    {id, vault, slot, trip}: what is begun and not sealed; id is random and says
 *             nothing of the record; vault and slot say where its key lies, trip whether that
 *             dies with the trip. index vault
 *   journal   key counts up; {draft, body}: every tap, in order, encrypted; body comes out of codec.js. index draft
 *   snapshots {id, vault, kind, envelope, due}: the record as it would be now, sealed to the server;
 *             id is the draft's; due: when it goes to the outbox by itself, in ms, or 0. index vault
 *   outbox    {id, kind, kid, enc, ct, state, reason, detail, sealedAt}: sealed, waiting for a receipt. index state
 *   tallies   {status, reason, n}: what the server answered, counted; of which record it says nothing
 *   values    {vault, name, sealed}: small values under the vault's key
 *   blobs     {sha256, kind, bytes}: protocols, locales, codebook, ... by content
 *   manifests {name, entries, at}: "current" is in use
 *   settings  key -> value
 * Schema 1 had its drafts and receipts in clear. A draft of then is a row without a vault;
 * drafts.js takes it into the next vault that opens. The browser's log keeps deleted values
 * until it is written over: what once lay in clear may be found for a while.
 * @type {((db: Database, tx: Transaction) => Promise<void>|void)[]}
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
  async (db, tx) => {
    tx.objectStore("drafts").createIndex("vault", "vault");
    db.createObjectStore("snapshots", { keyPath: "id" }).createIndex("vault", "vault");
    db.createObjectStore("values", { keyPath: ["vault", "name"] });
    const tallies = db.createObjectStore("tallies", { keyPath: ["status", "reason"] });
    /** @type {Map<string, {status: string, reason: string, n: number}>} */
    const counted = new Map();
    for (const { status, reason } of await tx.objectStore("receipts").getAll()) {
      const key = JSON.stringify([status, reason]);
      counted.set(key, { status, reason, n: (counted.get(key)?.n ?? 0) + 1 });
    }
    for (const tally of counted.values()) await tallies.put(tally);
    db.deleteObjectStore("receipts");
  },
  // The hashes of a draft's texts told whoever has the protocol what was asked, and in which language.
  async (_db, tx) => {
    const drafts = tx.objectStore("drafts");
    drafts.deleteIndex("pins");
    for (const { pins: _, ...row } of await drafts.getAll()) await drafts.put(row);
  },
];

/** @type {Promise<Database>|null} */
let opening = null;
/** @type {Set<() => void>} */
const onStale = new Set();

/** Calls fn when a newer version of the page wants the database: this page must be reloaded. @param {() => void} fn */
export function onNewerVersion(fn) {
  onStale.add(fn);
}

function open() {
  opening ??= openDB(name, VERSION, {
    async upgrade(db, oldVersion, _newVersion, tx) {
      for (const step of upgrades.slice(oldVersion)) await step(db, tx);
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

/** Removes the database and all that is in it. */
export async function drop() {
  close();
  await deleteDB(name);
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
 * @param {(tx: Transaction) => Promise<T>|T} work
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
 * @template T @param {Transaction} tx
 * @param {(tx: Transaction) => Promise<T>|T} work @returns {Promise<T>}
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

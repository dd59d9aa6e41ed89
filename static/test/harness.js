// A small harness for tests that need a real browser: each test has a database
// of its own, and browser_test.go runs each as a Go subtest.
import { close, useDatabase } from "../store/db.js";
import { forgetKnown } from "../store/drafts.js";
import { useVaultFile, useWorker } from "../store/keys.js";
import { startKeeper } from "../app/trust.js";
import { forgetNonce } from "../sync/proof.js";
import { deleteDB } from "../vendor/idb.js";

// From source the worker is a module; the bundle makes a classic script of it.
useWorker(() => startKeeper({ type: "module" }));

/** @type {Map<string, () => Promise<void>|void>} */
const tests = new Map();

/** @param {string} name @param {() => Promise<void>|void} body */
export function test(name, body) {
  if (tests.has(name)) throw new Error(`two tests are called ${name}`);
  tests.set(name, body);
}

/** The names of all tests, for Go. */
export function names() {
  return [...tests.keys()];
}

/** Runs one test; "" where it passed, else what failed. @param {string} name @returns {Promise<string>} */
export async function run(name) {
  const body = tests.get(name);
  if (!body) return `no test ${name}`;
  try {
    await apart(name, async () => body());
    return "";
  } catch (error) {
    // What the browser itself rejects with has no stack.
    return (error instanceof Error && error.stack) || String(error);
  }
}

/** Does work on a database and a vault of its own. @template T @param {string} name @param {() => Promise<T>} work @returns {Promise<T>} */
export async function apart(name, work) {
  const database = `test ${name} ${crypto.randomUUID()}`;
  useDatabase(database);
  useVaultFile(database);
  forgetKnown();
  forgetNonce();
  await script([]);
  try {
    return await work();
  } finally {
    close();
    useVaultFile(database);
    await deleteDB(database);
  }
}

/** @param {unknown} condition @param {string} [what] */
export function ok(condition, what = "not so") {
  if (!condition) throw new Error(what);
}

/** Deep equality of plain values. @param {unknown} got @param {unknown} want @param {string} [what] */
export function equal(got, want, what = "") {
  const [a, b] = [canonical(got), canonical(want)];
  if (a !== b) throw new Error(`${what}\n got ${a}\nwant ${b}`);
}

/** JSON with sorted keys, so that the order of fields does not count. @param {unknown} value */
function canonical(value) {
  return JSON.stringify(value, (_, v) => (v && typeof v === "object" && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v));
}

/** The error that work rejects with; fails where it does not. @param {() => unknown} work @returns {Promise<any>} */
export async function rejects(work) {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("did not reject");
}

/**
 * What the server of the test answers to the next requests of sync, in order.
 * @typedef {{status?: number, as?: string, reason?: string, only?: string, lose?: boolean, html?: boolean, retryAfter?: number, type?: string, wipe?: boolean}} Turn
 *   as: the status of each result; only: the id it answers, nothing on the others; lose: take it and drop the reply;
 *   html: a page of somebody else; wipe: the phone was given up
 */

/** @param {Turn[]} turns */
export async function script(turns) {
  await fetch("/harness/script", { method: "POST", body: JSON.stringify(turns) });
}

/** What the server of the test took in: requests with the ids and opened records. @returns {Promise<{device: string, cursor: string, sent_at: string, wiping: boolean, records: {id: string, plain: any, bytes: number}[]}[]>} */
export async function received() {
  return (await fetch("/harness/received")).json();
}

/** Makes every nonce stale; says how often one was asked for since the last time. @returns {Promise<number>} */
export async function newNonce() {
  return (await fetch("/harness/nonce", { method: "POST" })).json();
}

/** The fingerprint of the root that signs what the server of the test publishes. @param {"us"|"others"} [by] @returns {Promise<string>} */
export async function signer(by = "us") {
  return (await fetch(`/harness/signer?by=${by}`, { method: "POST" })).json();
}

/** The sealing key of the server of the test. @returns {Promise<{kid: string, public_key: string, use: string, current: boolean}>} */
export async function serverKey() {
  return (await fetch("/harness/key")).json();
}

// The page's line to the worker that holds the keys (vault/worker.js). Which
// vault is open is known here; what opens it is not.
import { Problem } from "../text/problem.js";
import { changed, onChange } from "./changes.js";

/**
 * @typedef {{id: string, label: string}} Vault
 * @typedef {{resolve: (value: any) => void, reject: (cause: unknown) => void}} Waiting
 */

/** @type {() => Worker} how to start the worker; main.js says where it is */
let start = () => { throw new Problem("vault-unsupported"); };

/** @type {Worker|null} */
let worker = null;
/** @type {Map<number, Waiting>} */
const waiting = new Map();
let count = 0;
/** @type {string|null} the file that tests use */
let file = null;

/** @type {Vault|null} */
let open = null;
/** @type {Set<() => void>} */
const lockers = new Set();

/** Says how the worker is started. @param {() => Worker} how */
export function useWorker(how) {
  start = how;
}

/** Another vault file, for tests: each has its own; the worker begins anew. @param {string} name */
export function useVaultFile(name) {
  file = name;
  endWorker();
  setOpen(null);
}

/** @returns {Worker} */
function running() {
  if (worker) return worker;
  const started = start();
  started.onmessage = ({ data }) => settle(data);
  started.onerror = (event) => {
    event.preventDefault();
    if (worker === started) failAll();
  };
  worker = started;
  if (file) started.postMessage({ n: 0, do: "useFile", args: { name: file } });
  return started;
}

/** @param {{n: number, value?: any, refused?: {type: string, args: Record<string, unknown>}}} reply */
function settle({ n, value, refused }) {
  const one = waiting.get(n);
  waiting.delete(n);
  if (refused) one?.reject(new Problem(refused.type, { args: refused.args }));
  else one?.resolve(value);
}

/** The worker is gone, and with it every key: the vault is locked. */
function failAll() {
  endWorker();
  lockHere();
}

function endWorker() {
  worker?.terminate();
  worker = null;
  const left = [...waiting.values()];
  waiting.clear();
  for (const one of left) one.reject(new Problem("vault-locked"));
}

/**
 * One operation of the worker.
 * @param {string} what @param {object} [args] @returns {Promise<any>} Rejects with the Problem that it refused with.
 */
export function ask(what, args = {}) {
  return new Promise((resolve, reject) => {
    const n = ++count;
    waiting.set(n, { resolve, reject });
    try {
      running().postMessage({ n, do: what, args });
    } catch (cause) {
      waiting.delete(n);
      reject(cause instanceof Problem ? cause : new Problem("vault-failed", { cause }));
    }
  });
}

/** The open vault, or null. @returns {Vault|null} */
export function current() {
  return open;
}

/** @param {Vault|null} vault */
export function setOpen(vault) {
  open = vault;
}

/** Locks this page: the worker ends, and its memory with the keys. */
export function lockHere() {
  const was = open;
  setOpen(null);
  if (worker) endWorker();
  if (was) for (const fn of lockers) fn();
}

/** Locks every window of this device. */
export function lock() {
  lockHere();
  changed("lock");
}

/** Calls fn when the vault is locked, here or by another window; returns how to stop. @param {() => void} fn */
export function onLock(fn) {
  lockers.add(fn);
  return () => { lockers.delete(fn); };
}

// Another window locked or destroyed: the keys in this worker are of no use any more.
onChange((topic) => { if (topic === "lock") lockHere(); });

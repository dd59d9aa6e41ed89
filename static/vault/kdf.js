// From a secret to a key: argon2id, as dear as this phone bears, then HKDF.
import { argon2id } from "../vendor/argon2.js";

/** Never cheaper than this (OWASP's least for argon2id with one lane). */
export const LEAST = { memoryKiB: 19 * 1024, passes: 2 };

/** Never dearer: a WebView of a phone with 2 GB ends a page that takes much more; nobody waits for more passes. */
export const MOST = { memoryKiB: 256 * 1024, passes: 12 };

/** What one attempt should take on this phone, in ms. */
const SHORTEST_MS = 500;
const AIM_MS = 750;

/** How much the memory grows from one measurement to the next. */
const SMALLEST_STEP = 1.25;
const LARGEST_STEP = 4;

/**
 * @param {string} secret @param {Uint8Array} salt @param {{memoryKiB: number, passes: number}} cost
 * @returns {Promise<Uint8Array<ArrayBuffer>>} 32 bytes
 */
export async function stretch(secret, salt, { memoryKiB, passes }) {
  // One person's keyboard writes é as one sign, another's as two.
  const password = new TextEncoder().encode(secret.normalize("NFKC"));
  const out = await argon2id({ password, salt, parallelism: 1, iterations: passes, memorySize: memoryKiB, hashLength: 32, outputType: "binary" });
  return Uint8Array.from(out);
}

/** @param {{memoryKiB: number, passes: number}} cost */
async function timed(cost) {
  const begun = performance.now();
  await stretch("calibration", new Uint8Array(32), cost);
  return performance.now() - begun;
}

/**
 * What argon2id may cost here: memory first, for that is what guessing machines
 * have least of, then passes; never below LEAST.
 * @param {(cost: {memoryKiB: number, passes: number}) => Promise<number>} [measure] ms
 * @returns {Promise<{memoryKiB: number, passes: number}>}
 */
export async function calibrate(measure = timed) {
  await measure(LEAST); // the first run compiles
  let cost = { ...LEAST };
  let took = await measure(cost);
  let ceiling = MOST.memoryKiB;
  while (took < SHORTEST_MS && cost.memoryKiB * SMALLEST_STEP <= ceiling) {
    const times = Math.min(LARGEST_STEP, Math.max(SMALLEST_STEP, AIM_MS / took));
    const next = { ...cost, memoryKiB: Math.min(ceiling, Math.floor(cost.memoryKiB * times)) };
    try {
      took = await measure(next);
      cost = next;
    } catch {
      ceiling = Math.floor((cost.memoryKiB + next.memoryKiB) / 2); // no room for so much
    }
  }
  if (took < SHORTEST_MS) cost.passes = Math.min(MOST.passes, Math.ceil((cost.passes * AIM_MS) / took));
  return cost;
}

/** The cost as asked, held to LEAST and MOST. @param {{memoryKiB: number, passes: number}} cost */
export function bounded({ memoryKiB, passes }) {
  const within = (/** @type {number} */ n, /** @type {number} */ low, /** @type {number} */ high) => Math.min(high, Math.max(low, Math.floor(n) || low));
  return { memoryKiB: within(memoryKiB, LEAST.memoryKiB, MOST.memoryKiB), passes: within(passes, LEAST.passes, MOST.passes) };
}

/**
 * An AES-256-GCM key that no script can read again.
 * @param {string} info @param {...Uint8Array} parts @returns {Promise<CryptoKey>}
 */
export async function deriveKey(info, ...parts) {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  const base = await crypto.subtle.importKey("raw", whole, "HKDF", false, ["deriveKey"]);
  whole.fill(0);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: new TextEncoder().encode(info) };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** @param {Uint8Array<ArrayBuffer>} raw @returns {Promise<CryptoKey>} */
export function importKey(raw) {
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** IV and ciphertext in one. @param {CryptoKey} key @param {Uint8Array<ArrayBuffer>} plain @param {Uint8Array<ArrayBuffer>} bound */
export async function lockUp(key, plain, bound) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const ct = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound }, key, plain));
  const out = new Uint8Array(iv.length + ct.length);
  out.set(iv);
  out.set(ct, iv.length);
  return out;
}

/** What was locked up, or null where it does not open. @param {CryptoKey} key @param {Uint8Array<ArrayBuffer>} sealed @param {Uint8Array<ArrayBuffer>} bound */
export async function openUp(key, sealed, bound) {
  try {
    const how = { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: bound };
    return new Uint8Array(await crypto.subtle.decrypt(how, key, sealed.slice(12)));
  } catch {
    return null;
  }
}

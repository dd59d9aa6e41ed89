// The one place through which the content of a draft enters and leaves the
// database: padded, encrypted in the worker under the draft's own key. Both run
// outside any transaction.
import { ask } from "./keys.js";

/** Entries come in steps of this many bytes: the length must not tell one answer from another. */
const STEP_BYTES = 256;

/** Length of the text, before it; in bytes. */
const LENGTH_BYTES = 4;

/** @param {string} draft its local id @param {unknown} change @returns {Promise<Uint8Array>} */
export async function encode(draft, change) {
  return ask("lockEntry", { draft, plain: pack(change) });
}

/** @param {string} draft its local id @param {Uint8Array[]} bodies @returns {Promise<any[]>} */
export async function decode(draft, bodies) {
  if (!bodies.length) return [];
  const plain = await ask("openEntries", { draft, sealed: bodies });
  return plain.map(unpack);
}

/** @param {unknown} value @returns {Uint8Array} */
export function pack(value) {
  const text = new TextEncoder().encode(JSON.stringify(value));
  const out = new Uint8Array(Math.ceil((LENGTH_BYTES + text.length) / STEP_BYTES) * STEP_BYTES);
  new DataView(out.buffer).setUint32(0, text.length);
  out.set(text, LENGTH_BYTES);
  return out;
}

/** @param {Uint8Array} bytes @returns {any} */
export function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length)));
}

/** A draft of schema 1, which lay in clear, until the next vault takes it in. @param {unknown} body @returns {any} */
export function decodeClear(body) {
  return JSON.parse(String(body));
}

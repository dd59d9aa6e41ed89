// Sealing of a record to the server's public key. After it this device cannot
// open the record again: it has no private key that could. Equal to server/seal:
// HPKE (RFC 9180) single shot, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "../vendor/hpke.js";
import { Problem } from "../text/problem.js";
import { fromBase64url } from "./base64url.js";

export { fromBase64url, toBase64url } from "./base64url.js";

/** Binds an envelope to this format. */
const INFO = "umbral/1";

/** Largest JSON record, in bytes: what the server takes. */
export const MAX_RECORD_BYTES = 64 * 1024;

/** AES-GCM's tag, in bytes. */
export const TAG_BYTES = 16;

/** Length of the compressed record, before it; in bytes. */
const LENGTH_BYTES = 4;

/** Sizes of ciphertext: the length must not tell a long path from a short one. */
export const SIZE_CLASSES = [8, 16, 32, 64].map((kib) => kib * 1024);

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/**
 * Seals a record to a key.
 * @param {{id: string, [field: string]: unknown}} record @param {{kid: string, public_key: string}} key base64url of 65 bytes
 * @returns {Promise<import("../store/outbox.js").Envelope>}
 */
export async function seal(record, key) {
  const plain = padded(await gzip(utf8(JSON.stringify(record))), SIZE_CLASSES);
  const { enc, ct } = await sealTo(key, plain, `${INFO} record ${record.id.toLowerCase()}`);
  return { id: record.id, kid: key.kid, enc, ct };
}

/**
 * One encapsulation to a key, bound to aad.
 * @param {{public_key: string}} key @param {Uint8Array<ArrayBuffer>} plain @param {string} aad
 */
export async function sealTo(key, plain, aad) {
  const recipientPublicKey = await suite.kem.importKey("raw", fromBase64url(key.public_key).buffer, true);
  const context = await suite.createSenderContext({ recipientPublicKey, info: utf8(INFO).buffer });
  const ct = await context.seal(plain.buffer, utf8(aad).buffer);
  return { enc: new Uint8Array(context.enc), ct: new Uint8Array(ct) };
}

/** @param {string} text */
function utf8(text) {
  return /** @type {Uint8Array<ArrayBuffer>} */ (new TextEncoder().encode(text));
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function gzip(bytes) {
  if (bytes.length > MAX_RECORD_BYTES) throw new Problem("record-too-large", { args: { bytes: bytes.length, max: MAX_RECORD_BYTES } });
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/**
 * Length, packed, zeros up to the first size that holds them.
 * @param {Uint8Array} packed @param {number[]} sizes of ciphertext @returns {Uint8Array<ArrayBuffer>}
 */
export function padded(packed, sizes) {
  const room = sizes.map((size) => size - TAG_BYTES).find((size) => LENGTH_BYTES + packed.length <= size);
  if (room === undefined) throw new Problem("record-too-large", { args: { bytes: packed.length, max: MAX_RECORD_BYTES } });
  const plain = new Uint8Array(room);
  new DataView(plain.buffer).setUint32(0, packed.length);
  plain.set(packed, LENGTH_BYTES);
  return plain;
}

// Who a person is, sealed to the reviewers' key of the agency: an envelope of its
// own inside the record, which neither this phone nor the server can open. All are
// of one length. Equal to server/seal/identity.go (docs/protection.md, "Identity").
import { Problem } from "../text/problem.js";
import { toBase64 } from "./base64url.js";
import { TAG_BYTES, gzip, padded, sealTo } from "./seal.js";

/** Bytes of ciphertext of every identity. */
export const IDENTITY_CT = 2048;

/** What gzip may add to a text that does not shrink, and the length before it; in bytes. */
const OVERHEAD = 42;

/** Longest identity as JSON, in bytes of UTF-8: what always fits, however it shrinks. */
export const MAX_IDENTITY_BYTES = IDENTITY_CT - TAG_BYTES - OVERHEAD;

/** Longest texts, in characters: told while writing, before the bytes run out. */
export const LIMITS = { bytes: MAX_IDENTITY_BYTES, name: 120, value: 120, safe: 200, notes: 800, contacts: 5 };

/**
 * @typedef {{name: string, contacts: {kind: string, value: string}[], safe: {where: string, when: string, how: string}, notes: string}} Identity
 * @typedef {{id: string, kid: string, enc: string, ct: string}} IdentityEnvelope enc and ct in standard base64, as records have them
 */

/** How long an identity is when sealed, in bytes. @param {Identity} identity */
export function identityBytes(identity) {
  return new TextEncoder().encode(JSON.stringify(form(identity, ""))).length;
}

/** @param {Identity} identity @param {string} at */
function form({ name, contacts, safe, notes }, at) {
  return { v: 1, name: name.trim(), contacts: contacts.filter((c) => c.value.trim()), safe, notes: notes.trim(), collected_at: at || "2026-01-01T00:00:00.000+00:00" };
}

/**
 * Seals an identity as that of a detection. Rejects with identity-too-long.
 * @param {Identity} identity @param {string} id of the detection @param {{kid: string, public_key: string}} key the reviewers' @param {string} at when it was taken
 * @returns {Promise<IdentityEnvelope>}
 */
export async function sealIdentity(identity, id, key, at) {
  const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (new TextEncoder().encode(JSON.stringify(form(identity, at))));
  if (bytes.length > MAX_IDENTITY_BYTES) throw new Problem("identity-too-long", { args: { bytes: bytes.length, max: MAX_IDENTITY_BYTES } });
  const plain = padded(await gzip(bytes), [IDENTITY_CT]);
  const { enc, ct } = await sealTo(key, plain, `umbral/1 identity ${id.toLowerCase()}`);
  return { id, kid: key.kid, enc: toBase64(enc), ct: toBase64(ct) };
}

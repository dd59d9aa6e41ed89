// The key pair of this browser, and what it signs. Its private half is made not
// to leave the browser; that is a fence, not a safe: whoever holds the unlocked
// phone holds it, and the browser's file has it in clear.
import { fromBase64url, toBase64url } from "./base64url.js";

/**
 * @typedef {{pair: CryptoKeyPair, publicKey: string, thumbprint: string}} DeviceKey
 *   publicKey: base64url of the 65 uncompressed bytes; thumbprint: RFC 7638
 */

const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** @returns {Promise<DeviceKey>} */
export async function makeDeviceKey() {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const publicKey = toBase64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)));
  return { pair, publicKey, thumbprint: await hashOf(JSON.stringify(jwkOf(publicKey))) };
}

/** The public half as a JWK, its members in the order in which RFC 7638 hashes them. @param {string} publicKey */
export function jwkOf(publicKey) {
  const point = fromBase64url(publicKey);
  return { crv: "P-256", kty: "EC", x: toBase64url(point.subarray(1, 33)), y: toBase64url(point.subarray(33)) };
}

/** SHA-256 in base64url, of a text in UTF-8 or of bytes. @param {string|Uint8Array<ArrayBuffer>} of */
export async function hashOf(of) {
  const bytes = typeof of === "string" ? new TextEncoder().encode(of) : of;
  return toBase64url(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/**
 * A JWT signed by the device (ES256).
 * @param {DeviceKey} key @param {object} header @param {object} claims
 */
export async function signed(key, header, claims) {
  const part = (/** @type {object} */ value) => toBase64url(new TextEncoder().encode(JSON.stringify(value)));
  const text = `${part({ ...header, alg: "ES256" })}.${part(claims)}`;
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key.pair.privateKey, new TextEncoder().encode(text));
  return `${text}.${toBase64url(new Uint8Array(signature))}`;
}

// Proofs of possession (docs/protection.md): each request is signed by the key
// of this browser, over a nonce that the server gave, so that a copied token is
// worth nothing elsewhere and this phone's clock says nothing.
import { hashOf, jwkOf, makeDeviceKey, signed } from "../crypto/device-key.js";
import { hex } from "../crypto/hex.js";
import * as settings from "../store/settings.js";

/** The name under which the key of this browser is kept. */
export const KEY_SETTING = "device-key";

/** Age up to which a nonce is used again, in ms: the server takes it for 5 minutes at least. */
const FRESH_MS = 4 * 60_000;

/** Bytes of a proof's id: 32 hex digits; the server takes 16 to 64. */
const ID_BYTES = 16;

/** The server's last nonce, for this page or worker alone: a nonce is good for any number of proofs. */
let nonce = { value: "", at: 0 };

/**
 * The key of this browser; made where there is none yet, once for all its tabs.
 * @returns {Promise<import("../crypto/device-key.js").DeviceKey>}
 */
export async function deviceKey() {
  return (await settings.get(KEY_SETTING)) ?? navigator.locks.request(KEY_SETTING, async () => {
    const found = await settings.get(KEY_SETTING); // another tab was first
    if (found) return found;
    const made = await makeDeviceKey();
    await settings.put(KEY_SETTING, made);
    return made;
  });
}

/** Keeps the nonce that an answer brought. @param {Response} reply */
export function keepNonce(reply) {
  const value = reply.headers.get("DPoP-Nonce");
  if (value) nonce = { value, at: Date.now() };
}

/** Whether the server would still take the nonce that is here. */
export function nonceIsFresh() {
  const age = Date.now() - nonce.at;
  return nonce.value !== "" && age >= 0 && age < FRESH_MS;
}

/** Forgets the nonce, as a new page does; for tests. */
export function forgetNonce() {
  nonce = { value: "", at: 0 };
}

/**
 * The header DPoP of one request (RFC 9449).
 * @param {string} method @param {string} url absolute @param {string} token the access token, or ""
 */
export async function proofOf(method, url, token) {
  const key = await deviceKey();
  const { origin, pathname } = new URL(url);
  const claims = { ...common(), htm: method, htu: origin + pathname, ...(token ? { ath: await hashOf(token) } : {}) };
  return signed(key, { typ: "dpop+jwt", jwk: jwkOf(key.publicKey) }, claims);
}

/**
 * The token by which a device sends what it holds, whoever is signed in: signed
 * over the very bytes of the body.
 * @param {string} device its id @param {Uint8Array<ArrayBuffer>} body
 */
export async function deviceToken(device, body) {
  const key = await deviceKey();
  return signed(key, { typ: "device+jwt", kid: key.thumbprint }, { ...common(), iss: device, aud: "sync", body: await hashOf(body) });
}

function common() {
  const id = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return { iat: Math.floor(Date.now() / 1000), nonce: nonce.value, jti: hex(id) };
}

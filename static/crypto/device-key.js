// The device's own key pair. Its private half is made not to leave the browser;
// that is a fence, not a safe: whoever holds the unlocked phone holds it.
import { toBase64url } from "./seal.js";

/** @returns {Promise<{pair: CryptoKeyPair, publicKey: string}>} publicKey: base64url of the 65 uncompressed bytes */
export async function makeDeviceKey() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
  return { pair, publicKey: toBase64url(new Uint8Array(raw)) };
}

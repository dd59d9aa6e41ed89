// SHA-256 as the manifest, the protocol pins and the shown texts write it.
import { hex } from "./hex.js";

/** @param {Uint8Array<ArrayBuffer>|ArrayBuffer} bytes @returns {Promise<string>} lower-case hex */
export async function sha256Hex(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** The hash of a text that was shown: of its NFC form in UTF-8. @param {string} text */
export function textHash(text) {
  return sha256Hex(new TextEncoder().encode(text.normalize("NFC")));
}

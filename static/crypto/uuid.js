// Ids of records: UUIDv7 (RFC 9562). The time inside orders nothing: a phone's
// clock may be days off.
import { hex } from "./hex.js";

/** @param {number} [millis] @returns {string} */
export function uuidv7(millis = Date.now()) {
  const b = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 0; i < 6; i++) b[i] = Math.floor(millis / 2 ** (8 * (5 - i))) & 0xff;
  b[6] = (b[6] & 0x0f) | 0x70;
  b[8] = (b[8] & 0x3f) | 0x80;
  const digits = hex(b);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
}

/** The 16 bytes of an id, as the wire has them. @param {string} id @returns {Uint8Array} */
export function uuidBytes(id) {
  const digits = id.replaceAll("-", "");
  if (!/^[0-9a-fA-F]{32}$/.test(digits)) throw new TypeError("not a UUID");
  return Uint8Array.from({ length: 16 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

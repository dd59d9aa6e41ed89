// The binary body of a sync, as docs of the API give it: no base64 inside base64.
//   "UMB1", uint32 length, JSON {device, cursor, sent_at, wiping}, then for each record:
//   uint32 length of the rest, 16 bytes id, 1 byte kid length, kid, 65 bytes enc, ct
import { uuidBytes } from "../crypto/uuid.js";

export const SYNC_TYPE = "application/vnd.umbral.sync";

/** Bytes of a P-256 encapsulated key, uncompressed. */
const ENC_BYTES = 65;

/**
 * @param {{device: string, cursor: string, sent_at?: string, wiping?: boolean}} head @param {import("../store/outbox.js").Envelope[]} envelopes
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function syncBody(head, envelopes) {
  const utf8 = new TextEncoder();
  const json = utf8.encode(JSON.stringify(head));
  /** @type {Uint8Array[]} */
  const parts = [utf8.encode("UMB1"), uint32(json.length), json];
  for (const { id, kid, enc, ct } of envelopes) {
    if (enc.length !== ENC_BYTES) throw new RangeError("enc is not 65 bytes");
    const name = utf8.encode(kid);
    if (name.length > 255) throw new RangeError("kid is longer than 255 bytes");
    parts.push(uint32(16 + 1 + name.length + enc.length + ct.length), uuidBytes(id), Uint8Array.of(name.length), name, enc, ct);
  }
  const body = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.length;
  }
  return body;
}

/** @param {number} n big-endian */
function uint32(n) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}

// A take as MP3: the one format that every phone of the last fifteen years plays.
import { Mp3Encoder } from "../vendor/mp3.js";
import { joined, RATE } from "./record.js";

/** Of a voice at RATE: 6 KB a second. */
const KBPS = 48;

/** Samples that go into one frame at RATE (MPEG-2, layer III); the encoder takes them in such steps. */
const STEP = 576;

/** The type of what comes back. */
export const MP3 = "audio/mpeg";

/** @param {Float32Array} samples RATE a second, from -1 to 1 @returns {Uint8Array<ArrayBuffer>} */
export function encode(samples) {
  const encoder = new Mp3Encoder(1, RATE, KBPS);
  const whole = Int16Array.from(samples, (s) => Math.round(Math.max(-1, Math.min(1, s)) * 0x7fff));
  const parts = [];
  for (let at = 0; at < whole.length; at += STEP) parts.push(encoder.encodeBuffer(whole.subarray(at, at + STEP)));
  parts.push(encoder.flush());
  return joined(Uint8Array, parts);
}

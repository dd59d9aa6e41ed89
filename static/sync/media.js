// Brings the recordings of a language onto this phone, after a person saw how
// much it is; and keeps to what the server says of them since.
import { makeMedia } from "../store/media.js";
import { Problem } from "../text/problem.js";

/** Files fetched at once, as of content (ready.js). */
const LANES = 4;

/** Left free for what a day in the field writes, in bytes: see ready.js. */
const SPARE_BYTES = 50 * 2 ** 20;

/** One at a time over all tabs, or one would remove what another brings. */
const LOCK = "media";

/** What ends a fetch: the next file would meet it too. */
const ENDS = ["offline", "sign-in-again", "storage-full"];

/**
 * @typedef {import("../store/media.js").Platform & {bytes: (path: string) => Promise<Uint8Array<ArrayBuffer>>,
 *   space: () => Promise<{usage: number, quota: number}|null>}} Platform bytes: of a GET below /api/v1
 * @typedef {{code: string, files: number, bytes: number, here: number, carried: boolean}} Voice
 *   what a language has to hear; here: how many of its files this phone has
 */

/** Every language in use that has recordings. @param {Platform} platform @returns {Promise<Voice[]>} */
export async function voices(platform) {
  const media = makeMedia(platform);
  const [sums, have, codes] = await Promise.all([media.sums(), media.here(), media.carried()]);
  return Promise.all([...sums].map(async ([code, sum]) => {
    const files = Object.values((await media.list(sum)) ?? {});
    return { code, files: sum.files, bytes: sum.bytes, here: files.filter((f) => have.has(f.sha256)).length, carried: codes.includes(code) };
  }));
}

/**
 * Fetches what a language has to hear and this phone has not; what is here already
 * is not fetched again. One file that does not come stops no other: they are
 * named. Rejects with media-space where there is no room for all, and with what
 * every other file would meet too, such as no network.
 * @param {Platform} platform @param {string} code @param {(here: number, of: number) => void} [onProgress] files
 * @returns {Promise<{failed: string[]}>} message ids of what did not come
 */
export function carry(platform, code, onProgress = () => undefined) {
  const media = makeMedia(platform);
  return navigator.locks.request(LOCK, async () => {
    const sum = (await media.sums()).get(code);
    if (!sum) throw new Problem("content-missing");
    const have = await media.here();
    if (!have.has(sum.sha256)) await roomFor(platform, sum.bytes);
    await media.setCarried(code, true);
    if (!have.has(sum.sha256)) await media.keep(sum.sha256, await platform.bytes(`/blobs/${sum.sha256}`));
    const files = Object.entries((await media.list(sum)) ?? {});
    const lacking = files.filter(([, f]) => !have.has(f.sha256));
    let done = files.length - lacking.length;
    onProgress(done, files.length);
    const failed = await fetchEach(platform, media, lacking, () => onProgress(++done, files.length));
    await media.tidy();
    return { failed };
  });
}

/**
 * Fetches files, a few at once.
 * @param {Platform} platform @param {import("../store/media.js").Media} media
 * @param {[id: string, file: import("../store/media.js").Recording][]} files @param {() => void} tell
 * @returns {Promise<string[]>} ids of what did not come
 */
async function fetchEach(platform, media, files, tell) {
  const waiting = [...files];
  /** @type {string[]} */
  const failed = [];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [id, { sha256, type }] = next;
      try {
        await media.keep(sha256, await platform.bytes(`/media/${sha256}`), type);
        tell();
      } catch (error) {
        if (!(error instanceof Problem) || ENDS.includes(error.type)) {
          waiting.length = 0;
          throw error;
        }
        failed.push(id);
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const broken = ended.find((e) => e.status === "rejected");
  if (broken) throw broken.reason;
  return failed.sort();
}

/** Carries a language no more. @param {Platform} platform @param {string} code */
export function leave(platform, code) {
  const media = makeMedia(platform);
  return navigator.locks.request(LOCK, async () => {
    await media.setCarried(code, false);
    await media.tidy();
  });
}

/**
 * Follows the content in use: fetches the list of each language carried where it
 * is another now, and removes what it names no more, as a recording that was
 * withdrawn. What is new is fetched when somebody asks for it. Without a network
 * the old list is out of use all the same, and this is tried again with the next
 * contact.
 * @param {Platform} platform
 */
export function follow(platform) {
  const media = makeMedia(platform);
  return navigator.locks.request(LOCK, async () => {
    const codes = await media.carried();
    if (!codes.length) return;
    const [sums, have] = await Promise.all([media.sums(), media.here()]);
    for (const code of codes) {
      const sum = sums.get(code);
      if (sum && !have.has(sum.sha256)) await platform.bytes(`/blobs/${sum.sha256}`).then((bytes) => media.keep(sum.sha256, bytes)).catch(() => undefined);
    }
    await media.tidy();
  });
}

/** @param {Platform} platform @param {number} bytes */
async function roomFor(platform, bytes) {
  const room = await platform.space();
  const free = room ? room.quota - room.usage - SPARE_BYTES : bytes; // a browser that does not tell is tried
  if (free < bytes) throw new Problem("media-space", { args: { mb: Math.ceil(bytes / 2 ** 20), free: Math.max(0, Math.floor(free / 2 ** 20)) } });
}

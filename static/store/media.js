// Recordings: voices that say the texts of a language, and hands that sign them.
// They lie in a cache of their own, each under /media/<its SHA-256>, where the
// service worker answers from; what is there beside them is the list of each
// language, under its own hash. Nothing is encrypted: the files are the same on
// every phone that carries the language and say nothing of a person. Which
// languages are carried is nobody's business either way, so erase.js removes the
// cache and the setting with all the rest.
import { Problem } from "../text/problem.js";

/** As in sw.js, which answers from there. */
const CACHE = "media";
const PATH = "/media/";

/** Setting: codes of the languages that this phone carries to hear. */
const CARRIED = "heard";

const LIST_TYPE = "application/json";

/**
 * @typedef {{sha256: string, text_hash: string, type: string, bytes: number}} Recording
 * @typedef {{sha256: string, files: number, bytes: number}} Sum what a language says of its recordings before any is fetched; sha256: of their list
 * @typedef {Record<string, Recording>} List by message id
 * @typedef {{
 *   content: {entries: (kind: "locale") => Promise<{id: string, sha256: string}[]>, json: (sha256: string) => Promise<any>},
 *   settings: {get: (key: string) => Promise<any>, put: (key: string, value: unknown) => Promise<unknown>},
 *   sha256: (bytes: Uint8Array<ArrayBuffer>) => Promise<string>,
 * }} Platform what app.js has of it: to import it here, from behind the first load, would tear the first load apart
 */

/** The address of a recording on this phone. @param {string} sha256 */
export const addressOf = (sha256) => PATH + sha256;

/** The recordings of this phone. @param {Platform} platform */
export function makeMedia({ content, settings, sha256: hashOf }) {
  const open = () => caches.open(CACHE);

  /** Codes of the languages that somebody chose to carry. @returns {Promise<string[]>} */
  const carried = async () => (await settings.get(CARRIED)) ?? [];

  /** What each language in use has to hear, by code. @returns {Promise<Map<string, Sum>>} */
  async function sums() {
    const packs = await Promise.all((await content.entries("locale")).map(async ({ id, sha256 }) => /** @type {const} */ ([id, (await content.json(sha256)).media])));
    return new Map(packs.filter(([, sum]) => sum));
  }

  /** The SHA-256 of all that is here: lists and files. @returns {Promise<Set<string>>} */
  async function here() {
    return new Set((await (await open()).keys()).map((request) => new URL(request.url).pathname.slice(PATH.length)));
  }

  /** The recordings of a language that are in use; null where their list is not here. @param {Sum|undefined} sum @returns {Promise<List|null>} */
  async function list(sum) {
    const found = sum && (await (await open()).match(addressOf(sum.sha256)));
    return found ? (await found.json()).files : null;
  }

  return {
    carried, sums, here, list,
    /** @param {string} code @param {boolean} on */
    async setCarried(code, on) {
      const others = (await carried()).filter((c) => c !== code);
      await settings.put(CARRIED, on ? [...others, code] : others);
    },
    /**
     * Keeps a file after checking that it is what its hash says.
     * @param {string} sha256 @param {Uint8Array<ArrayBuffer>} bytes @param {string} [type] of a recording; without one it is a list
     */
    async keep(sha256, bytes, type = LIST_TYPE) {
      if ((await hashOf(bytes)) !== sha256) throw new Problem("content-altered", { args: { id: sha256.slice(0, 8) } });
      const headers = { "Content-Type": type, "Content-Length": String(bytes.length) };
      try {
        await (await open()).put(addressOf(sha256), new Response(bytes, { headers }));
      } catch (cause) {
        if (cause instanceof DOMException && cause.name === "QuotaExceededError") throw new Problem("storage-full", { cause });
        throw cause;
      }
    },
    /**
     * Removes what no list names that is in use by a language carried: what was
     * withdrawn, changed, or is carried no more. Of a language whose new list is
     * not here yet nothing plays meanwhile, and nothing is known to be needed.
     */
    async tidy() {
      const [codes, all] = await Promise.all([carried(), sums()]);
      const needed = new Set();
      for (const code of codes) {
        const sum = all.get(code);
        if (sum) needed.add(sum.sha256);
        for (const { sha256 } of Object.values((await list(sum)) ?? {})) needed.add(sha256);
      }
      const cache = await open();
      for (const sha256 of await here()) if (!needed.has(sha256)) await cache.delete(addressOf(sha256));
    },
  };
}

/** @typedef {ReturnType<typeof makeMedia>} Media */

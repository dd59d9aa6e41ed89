// "Ready for the field": brings what the server publishes onto this phone, and
// says in facts what is here and what is missing.
import * as content from "../store/content.js";
import * as settings from "../store/settings.js";
import { askToPersist, space } from "../store/space.js";
import { SHELL_LANGUAGES, SOURCE } from "../text/messages.js";
import { Problem } from "../text/problem.js";
import * as api from "./api.js";
import { RENEWAL } from "./sync.js";
import { device, session } from "./tokens.js";
import { REFUSED, checkKeys, keysInUse } from "./trust.js";

/** Room for some thousand sealed records of 8 KiB and the content of a new version, in bytes. */
const ENOUGH_BYTES = 50 * 2 ** 20;

/** A clock further off than this is told: the server flags ten minutes ahead. In ms. */
const CLOCK_SLACK_MS = 5 * 60_000;

/**
 * @typedef {"yes"|"no"|"part"} Ok
 * @typedef {{id: string, ok: Ok, args?: Record<string, unknown>}} Fact
 *   one line of the check; its words are ready.<id>.<ok>, filled with args
 */

/** Pieces fetched at once: on a slow line a piece waits longer than it takes, and an old phone has six connections to a server. */
const LANES = 4;

/** What an agent can begin without: explanations of items in another language (the Spanish ones are in the protocol), and names of places. */
const LATER = ["notes", "municipalities"];

/** Pieces of one language. Of one that is not the page's they come behind: each is 10 KB more, and until then the person is asked in Spanish, marked. */
const OF_A_LANGUAGE = ["locale", "words"];

/**
 * What an agent of this post needs to begin, without what other posts need; null
 * where that is all or nothing.
 * @param {content.Entry[]} entries @param {string} post @returns {content.Entry[]|null}
 */
export function neededFirst(entries, post) {
  const others = entries.filter((e) => e.kind === "protocol" && !e.roles?.includes(post)).map((e) => e.id);
  const isLater = (/** @type {content.Entry} */ e) => LATER.includes(e.kind) || (e.kind === "protocol" && others.includes(e.id))
    || (e.kind === "words" && others.includes(e.id.slice(e.id.indexOf("/") + 1)))
    || (OF_A_LANGUAGE.includes(e.kind) && !SHELL_LANGUAGES.includes(e.id.split("/")[0]));
  const first = entries.filter((e) => !isLater(e));
  return first.length < entries.length && first.some((e) => e.kind === "protocol") ? first : null;
}

/**
 * Fetches what the manifest has and this device has not, then uses it. What was
 * fetched before an interruption is not fetched again. Keys that do not hold are
 * refused (keys-not-trusted): then all stays as it was. A device that has nothing
 * yet first fetches what the agent's post needs, and uses that while the rest
 * comes; one that has something changes to the new as a whole, never in part.
 * @param {(done: number, of: number, usable: boolean) => void} [onProgress] in bytes; usable: since this began, what
 *   the post needs has come into use
 * @returns {Promise<boolean>} whether anything changed
 */
export function prepare(onProgress = () => undefined) {
  return navigator.locks.request("content", async () => {
    const asked = await settings.get(RENEWAL);
    const entries = /** @type {content.Entry[]} */ (await api.get("/manifest"));
    if (!Array.isArray(entries)) throw new Problem("offline");
    const [lacking, before, who] = await Promise.all([content.missing(entries), content.manifest(), session()]);
    const bare = !before?.entries.some((e) => e.kind === "protocol");
    const first = bare ? neededFirst(entries, who?.user.post ?? "") : null;
    const total = lacking.reduce((n, e) => n + e.bytes, 0);
    let [done, usable] = [0, false];
    const tell = (/** @type {number} */ bytes) => onProgress((done += bytes), total, usable);
    tell(0);
    if (first) {
      await fetchEach(lacking.filter((e) => first.includes(e)), tell);
      await use(first, entries);
      usable = true;
      tell(0);
    }
    await fetchEach(lacking.filter((e) => !first?.includes(e)), tell);
    await use(entries, entries);
    if (asked && (await settings.get(RENEWAL)) === asked) await settings.remove(RENEWAL); // else it was said again meanwhile
    return lacking.length > 0 || before?.entries.length !== entries.length;
  });
}

/**
 * Fetches anew where the server said so, as when a text was withdrawn; without a
 * session, or where the line breaks, at a later contact. A phone that has nothing
 * yet begins when its agent does.
 */
export async function renewIfTold() {
  if (!(await settings.get(RENEWAL)) || !(await content.manifest())) return;
  await prepare().catch(() => undefined);
}

/** Fetches blobs, a few at once; the first failure ends it, when what is under way has come. @param {content.Entry[]} entries @param {(bytes: number) => void} tell */
async function fetchEach(entries, tell) {
  const waiting = [...entries];
  const lane = async () => {
    for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
      try {
        await content.putBlob(entry, await api.bytes(`/blobs/${entry.sha256}`));
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
      tell(entry.bytes);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane));
  const failed = ended.find((e) => e.status === "rejected");
  if (failed) throw failed.reason;
}

/** Puts entries into use once their keys hold. @param {content.Entry[]} entries @param {content.Entry[]} all */
async function use(entries, all) {
  const keys = entries.find((e) => e.kind === "keys");
  if (keys) await checkKeys(await content.json(keys.sha256));
  const offset = api.clockOffset();
  if (offset !== null) await settings.put("clock_offset_ms", offset);
  await content.adopt(entries, all);
}

/** The key that records are sealed to now, or null: one that what was pinned vouches for. @returns {Promise<{kid: string, public_key: string}|null>} */
export async function sealKey() {
  return (await keysInUse()).seal;
}

/** The key that identities are sealed to, or null where the agency has none. @returns {Promise<{kid: string, public_key: string}|null>} */
export async function reviewersKey() {
  return (await keysInUse()).reviewers;
}

/**
 * What is on this phone, line by line; asks the browser to keep it.
 * @returns {Promise<Fact[]>} ids: app, device, keys, trust, protocol, rest (while something is to come), codebook, directory,
 *   municipalities, language.<code>, storage, space, clock
 */
export async function readiness() {
  const [manifest, protocols, codebook, directory, places, key, enrolled, refused] = await Promise.all([
    content.manifest(), content.protocols(), content.codebook(), content.directory(), content.municipalities(), sealKey(), device(), settings.get(REFUSED),
  ]);
  return [
    fact("app", await whole()),
    fact("device", Boolean(enrolled), { name: enrolled?.name ?? "" }),
    fact("keys", Boolean(key)),
    fact("trust", !refused && Boolean(enrolled?.pinned)),
    fact("protocol", protocols.length > 0, { n: protocols.length, at: manifest?.at ?? "" }),
    ...(manifest?.rest ? [{ id: "rest", ok: /** @type {Ok} */ ("part"), args: { n: manifest.rest } }] : []),
    fact("codebook", Boolean(codebook)),
    fact("directory", Boolean(directory), { n: directory?.services.length ?? 0 }),
    fact("municipalities", Boolean(places), { source: places?.source ?? "" }),
    ...(await content.locales()).filter((pack) => pack.sha256).map((pack) => languageFact(pack, protocols.map((p) => p.id))),
    ...(await deviceFacts()),
  ];
}

/** Longer than this no file of ours takes where there is a network, in ms. */
const WHOLE_MS = 20_000;

/**
 * Whether all of the page opens without a network; has what is missing fetched.
 * @returns {Promise<boolean>}
 */
export function whole() {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return Promise.resolve(false);
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === true);
    worker.postMessage({ do: "whole" }, [port2]);
    setTimeout(() => resolve(false), WHOLE_MS);
  });
}

/** @param {string} id @param {boolean} here @param {Record<string, unknown>} [args] @returns {Fact} */
function fact(id, here, args) {
  return { id, ok: here ? "yes" : "no", args };
}

/**
 * A language is whole where every protocol here can be asked in it; part where some
 * can (n of of), or only its words are here. audio: how many recordings there are.
 * @param {any} pack @param {string[]} protocols @returns {Fact}
 */
function languageFact(pack, protocols) {
  const of = protocols.length;
  const n = pack.code === SOURCE ? of : protocols.filter((id) => pack.screens.includes(id)).length;
  const whole = pack.code === SOURCE || (of > 0 && n === of);
  const some = n > 0 || Object.keys(pack.messages ?? {}).length > 0;
  return { id: `language.${pack.code}`, ok: whole ? "yes" : some ? "part" : "no", args: { code: pack.code, name: pack.name, n, of, audio: pack.media?.files ?? 0 } };
}

/** Storage promise, room and clock of the device itself. @returns {Promise<Fact[]>} */
async function deviceFacts() {
  const [persisted, room, offset] = await Promise.all([askToPersist(), space(), settings.get("clock_offset_ms")]);
  const free = room ? room.quota - room.usage : 0;
  const off = Math.round(Math.abs(offset ?? 0) / 60_000);
  return [
    { id: "storage", ok: persisted === "kept" ? "yes" : persisted === "refused" ? "no" : "part" },
    { id: "space", ok: !room ? "part" : free >= ENOUGH_BYTES ? "yes" : "no", args: { mb: Math.floor(free / 2 ** 20) } },
    { id: "clock", ok: offset === undefined ? "part" : off * 60_000 <= CLOCK_SLACK_MS ? "yes" : "no", args: { minutes: off } },
  ];
}

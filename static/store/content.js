// What the server publishes for devices (protocols, locales, codebook,
// directory, municipalities, keys), by content hash. A new manifest comes into
// use only when every blob of it is here: never half of two versions. Only a
// device that has no protocol yet uses a part, whole in itself, while the rest
// comes (ready.js). A draft keeps the blobs that it was begun with, whatever the
// manifest says since.
import { sha256Hex } from "../crypto/hash.js";
import { Problem } from "../text/problem.js";
import { changed } from "./changes.js";
import { transact } from "./db.js";

/**
 * @typedef {"protocol"|"languages"|"locale"|"words"|"notes"|"codebook"|"municipalities"|"directory"|"keys"} BlobKind
 * @typedef {{kind: BlobKind, id: string, version: number|string, sha256: string, bytes: number, roles?: string[]}} Entry
 *   id: of words <language>/<protocol>; roles: of a protocol, the posts that it is for
 * @typedef {{entries: Entry[], at: string, rest?: number}} Manifest
 *   at: when it came into use here; rest: how many entries the server has besides, that are not here yet
 * @typedef {import("../text/messages.js").Message} Message
 * @typedef {{code: string, name: string, messages: Record<string, Message>, sha256: string,
 *   protocols: Record<string, Record<string, Message>>, screens: string[]}} Pack
 *   sha256: empty where the language has no text; protocols: by id, the texts of the one that was asked for; screens: every protocol that may be put to a person in it
 */

/** @type {Map<string, any>} parsed blobs; a blob never changes, so neither does this */
const parsed = new Map();

/** The manifest in use, or null before the first. @returns {Promise<Manifest|null>} */
export async function manifest() {
  const row = await transact(["manifests"], "readonly", (tx) => tx.objectStore("manifests").get("current"));
  return row ?? null;
}

/** The entries whose blob is not on this device. @param {Entry[]} entries @returns {Promise<Entry[]>} */
export async function missing(entries) {
  const have = new Set(await transact(["blobs"], "readonly", (tx) => tx.objectStore("blobs").getAllKeys()));
  return entries.filter((e) => !have.has(e.sha256));
}

/**
 * Keeps a blob after checking that it is what its hash says.
 * @param {Entry} entry @param {Uint8Array<ArrayBuffer>} bytes
 */
export async function putBlob(entry, bytes) {
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== entry.sha256) throw new Problem("content-altered", { args: { id: entry.id } });
  await transact(["blobs"], "readwrite", (tx) => tx.objectStore("blobs").put({ sha256, kind: entry.kind, bytes }));
}

/**
 * Puts a manifest into use, if and only if all its blobs are here, and removes
 * the others once no draft is open: which of them a draft needs stands in no row,
 * for it would tell what was asked. One transaction.
 * @param {Entry[]} entries @param {Entry[]} [all] where more is to come: what the server has
 */
export async function adopt(entries, all = entries) {
  await transact(["manifests", "blobs", "drafts"], "readwrite", async (tx) => {
    const blobs = tx.objectStore("blobs");
    const have = new Set(await blobs.getAllKeys());
    const lacking = entries.filter((e) => !have.has(e.sha256));
    if (lacking.length) throw new Problem("content-incomplete", { args: { n: lacking.length } });
    await tx.objectStore("manifests").put({ name: "current", entries, at: new Date().toISOString(), rest: all.length - entries.length });
    const needed = new Set(all.map((e) => e.sha256));
    if (await tx.objectStore("drafts").count()) return;
    for (const sha256 of have) if (!needed.has(String(sha256))) await blobs.delete(sha256);
  });
  changed("content");
}

/**
 * The JSON of a blob, by its hash: so a draft reads the protocol it was begun with.
 * @param {string} sha256 @returns {Promise<any>}
 */
export async function json(sha256) {
  if (parsed.has(sha256)) return parsed.get(sha256);
  const row = await transact(["blobs"], "readonly", (tx) => tx.objectStore("blobs").get(sha256));
  if (!row) throw new Problem("content-missing");
  const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(row.bytes));
  parsed.set(sha256, value);
  return value;
}

/** Entries of a kind in the manifest in use. @param {BlobKind} kind @returns {Promise<Entry[]>} */
export async function entries(kind) {
  return ((await manifest())?.entries ?? []).filter((e) => e.kind === kind);
}

/** The blob of a kind (and id) in use, or null where there is none. @param {BlobKind} kind @param {string} [id] @returns {Promise<any>} */
export async function value(kind, id) {
  const found = (await entries(kind)).find((e) => id === undefined || e.id === id);
  return found ? json(found.sha256) : null;
}

/**
 * Protocols in use, each with what a list shows of it.
 * @returns {Promise<{id: string, version: number, sha256: string, title: string, depth: string, budget: {negative: number, vulnerable: number}|null, settings: string[], roles: string[]}[]>}
 *   depth: full, or base, which is not complete
 */
export async function protocols() {
  return Promise.all((await entries("protocol")).map(async ({ sha256 }) => {
    const { id, version, title, depth, budget = null, settings, roles } = await json(sha256);
    return { id, version, sha256, title, depth, budget, settings, roles };
  }));
}

/**
 * A protocol: the one in use by its id, or exactly the one of that SHA-256, which
 * is what a draft asks for. Rejects with content-missing.
 * @param {string} idOrSha256 @returns {Promise<{protocol: any, sha256: string}>}
 */
export async function protocol(idOrSha256) {
  const found = (await entries("protocol")).find((e) => e.id === idOrSha256);
  const sha256 = found?.sha256 ?? idOrSha256;
  return { protocol: await json(sha256), sha256 };
}

/**
 * The words of a language, with those of one protocol; its SHA-256 to pin it.
 * Null where this device has none. Where the language has no piece of the
 * protocol's own words it has none for it, whatever it shares with others: a
 * half-translated screening must not come about.
 * @param {string} code @param {string} [protocolId]
 * @returns {Promise<(import("../text/messages.js").Locale & {sha256: string})|null>}
 */
export async function locale(code, protocolId) {
  const found = (await entries("locale")).find((e) => e.id === code);
  if (!found) return null;
  return { ...(await json(found.sha256)), sha256: found.sha256, protocols: protocolId ? await textsOf(code, protocolId) : {} };
}

/** Texts of a language for a protocol, by language and protocol: the pieces that they were put together from, and what came of it. @type {Map<string, {of: string, texts: Record<string, Message>}>} */
const merged = new Map();

/** @param {string} code @param {string} protocolId @returns {Promise<Record<string, Message>>} */
async function textsOf(code, protocolId) {
  const all = (await manifest())?.entries ?? [];
  const piece = (/** @type {BlobKind} */ kind, /** @type {string} */ id) => all.find((e) => e.kind === kind && e.id === id)?.sha256;
  const name = `${code}/${protocolId}`;
  const own = piece("words", name);
  if (!own || !piece("protocol", protocolId)) return {};
  const [shared, notes] = [piece("locale", code), piece("notes", code)];
  const of = [shared, notes, own].join();
  const have = merged.get(name);
  if (have?.of === of) return have.texts;
  const texts = {
    ...byId(shared && (await json(shared)).shared), ...byId(notes && (await json(notes)).texts), ...byId((await json(own)).texts),
  };
  merged.set(name, { of, texts });
  return texts;
}

/** Texts as they are carried, by status, as they are used, by id. @param {Record<string, Record<string, string>>|undefined} carried @returns {Record<string, Message>} */
function byId(carried) {
  return Object.fromEntries(Object.entries(carried ?? {}).flatMap(([status, texts]) => Object.entries(texts).map(([id, text]) => [id, { text, status }])));
}

/**
 * Every language that the server names, in its order, with its texts for one
 * protocol. Most have no text: no blob, thus no sha256, and nothing to screen with.
 * @param {string} [protocolId] @returns {Promise<Pack[]>}
 */
export async function locales(protocolId) {
  const [packs, words, list] = await Promise.all([entries("locale"), entries("words"), value("languages")]);
  const have = await Promise.all(packs.map(async ({ id: code, sha256 }) => ({
    ...(await json(sha256)), sha256, protocols: protocolId ? { [protocolId]: await textsOf(code, protocolId) } : {},
    screens: words.filter((e) => e.id.startsWith(`${code}/`)).map((e) => e.id.slice(code.length + 1)),
  })));
  const named = (list?.items ?? []).map((/** @type {Pack} */ row) => have.find((p) => p.code === row.code)
    ?? { ...row, messages: {}, protocols: {}, screens: [], sha256: "" });
  return [...named, ...have.filter((p) => !named.includes(p))];
}

/** {<list>: [{code, es, en, ...}]}, or null. */
export const codebook = () => value("codebook");
/** {services: [...]}, or null. */
export const directory = () => value("directory");
/** {source, items: [[code, name], ...]}, or null until "Ready for the field" fetched it. */
export const municipalities = () => value("municipalities");

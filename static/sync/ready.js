// "Ready for the field": brings what the server publishes onto this phone, and
// says in facts what is here and what is missing.
import * as content from "../store/content.js";
import * as settings from "../store/settings.js";
import { askToPersist, space } from "../store/space.js";
import { SOURCE } from "../text/messages.js";
import { Problem } from "../text/problem.js";
import * as api from "./api.js";
import { device } from "./tokens.js";

/**
 * @typedef {{code: string, name: string, interface: boolean, screening: boolean, audio: boolean}} LanguageState
 *   interface: its words are here; screening: the whole protocol can be asked in it
 * @typedef {{device: boolean, sealKey: boolean, protocols: {id: string, version: number|string, sha256: string, title: string}[],
 *   languages: LanguageState[], municipalities: boolean, directory: boolean, codebook: boolean, shell: boolean,
 *   persisted: "kept"|"refused"|"unknown", space: {usage: number, quota: number}|null, updatedAt: string|null,
 *   clockOffsetMs: number|null,
 *   missing: string[]}} Readiness
 *   missing: message ids (ready.missing.*) of what must be fetched before leaving
 */

/**
 * Fetches what the manifest has and this device has not, then uses it. What was
 * fetched before an interruption is not fetched again.
 * @param {(done: number, of: number) => void} [onProgress] in bytes
 * @returns {Promise<boolean>} whether anything changed
 */
export function prepare(onProgress = () => undefined) {
  return navigator.locks.request("content", async () => {
    const entries = await api.get("/manifest");
    if (!Array.isArray(entries)) throw new Problem("offline");
    const lacking = await content.missing(entries);
    const total = lacking.reduce((n, e) => n + e.bytes, 0);
    let done = 0;
    onProgress(done, total);
    for (const entry of lacking) {
      await content.putBlob(entry, await api.bytes(`/blobs/${entry.sha256}`));
      onProgress((done += entry.bytes), total);
    }
    const offset = api.clockOffset();
    if (offset !== null) await settings.put("clock_offset_ms", offset);
    const before = await content.manifest();
    await content.adopt(entries);
    return lacking.length > 0 || before?.entries.length !== entries.length;
  });
}

/** The key that records are sealed to now, or null. @returns {Promise<{kid: string, public_key: string}|null>} */
export async function sealKey() {
  const published = await content.keys();
  const keys = published.length ? published : ((await device())?.keys ?? []);
  return keys.find((k) => k.use === "seal" && k.current) ?? null;
}

/**
 * What is on this phone, in facts; asks the browser to keep it.
 * @returns {Promise<Readiness>}
 */
export async function readiness() {
  const [manifest, protocols, locales, codebook, directory, municipalities, key, enrolled, persisted, room] = await Promise.all([
    content.manifest(), content.protocols(), content.locales(), content.codebook(), content.directory(),
    content.municipalities(), sealKey(), device(), askToPersist(), space(),
  ]);
  const shell = Boolean(navigator.serviceWorker?.controller);
  /** @type {Readiness} */
  const state = {
    device: Boolean(enrolled), sealKey: Boolean(key), protocols, languages: locales.map((l) => languageState(l, protocols.map((p) => p.id))),
    municipalities: Boolean(municipalities), directory: Boolean(directory), codebook: Boolean(codebook), shell,
    persisted, space: room, updatedAt: manifest?.at ?? null,
    clockOffsetMs: (await settings.get("clock_offset_ms")) ?? null, missing: [],
  };
  for (const [id, here] of /** @type {[string, boolean][]} */ ([
    ["device", state.device], ["key", state.sealKey], ["protocols", protocols.length > 0], ["languages", locales.length > 0],
    ["codebook", state.codebook], ["directory", state.directory], ["municipalities", state.municipalities], ["shell", shell],
  ])) if (!here) state.missing.push(`ready.missing.${id}`);
  return state;
}

/**
 * What this device can do in a language.
 * @param {any} pack a locale blob @param {string[]} protocols their ids @returns {LanguageState}
 */
function languageState(pack, protocols) {
  return {
    code: pack.code, name: pack.name,
    interface: Object.keys(pack.messages ?? {}).length > 0,
    screening: pack.code === SOURCE || (protocols.length > 0 && protocols.every((id) => Boolean(pack.protocols?.[id]))),
    audio: Object.keys(pack.audio_files ?? {}).length > 0,
  };
}

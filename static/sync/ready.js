// "Ready for the field": brings what the server publishes onto this phone, and
// says in facts what is here and what is missing.
import * as content from "../store/content.js";
import { askToPersist, space } from "../store/settings.js";
import { Problem } from "../text/problem.js";
import * as api from "./api.js";
import { device } from "./tokens.js";

/**
 * @typedef {"missing"|"dated"|"here"} Have
 * @typedef {{code: string, name: string, interface: boolean, screening: boolean, audio: boolean}} LanguageState
 *   interface: its words are here; screening: the whole protocol can be asked in it
 * @typedef {{device: boolean, sealKey: boolean, protocols: {id: string, version: number|string, sha256: string, title: string}[],
 *   languages: LanguageState[], municipalities: boolean, directory: boolean, codebook: boolean, shell: boolean,
 *   persisted: "kept"|"refused"|"unknown", space: {usage: number, quota: number}|null, updatedAt: string|null,
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
    content.manifest(), listProtocols(), content.locales(), content.codebook(), content.directory(),
    content.municipalities(), sealKey(), device(), askToPersist(), space(),
  ]);
  const shell = Boolean(navigator.serviceWorker?.controller);
  /** @type {Readiness} */
  const state = {
    device: Boolean(enrolled), sealKey: Boolean(key), protocols, languages: await Promise.all(locales.map((l) => languageState(l, protocols))),
    municipalities: Boolean(municipalities), directory: Boolean(directory), codebook: Boolean(codebook), shell,
    persisted, space: room, updatedAt: manifest?.at ?? null, missing: [],
  };
  for (const [id, here] of /** @type {[string, boolean][]} */ ([
    ["device", state.device], ["key", state.sealKey], ["protocols", protocols.length > 0], ["languages", locales.length > 0],
    ["codebook", state.codebook], ["directory", state.directory], ["municipalities", state.municipalities], ["shell", shell],
  ])) if (!here) state.missing.push(`ready.missing.${id}`);
  return state;
}

async function listProtocols() {
  return Promise.all((await content.protocols()).map(async ({ id, version, sha256 }) =>
    ({ id, version, sha256, title: (await content.json(sha256)).title })));
}

/**
 * @param {import("../text/messages.js").Locale & {audio?: Record<string, unknown>}} locale
 * @param {{sha256: string}[]} protocols @returns {Promise<LanguageState>}
 */
async function languageState(locale, protocols) {
  const source = locale.code === "es-MX";
  const whole = await Promise.all(protocols.map(async (p) => coversAll(locale, await content.json(p.sha256))));
  return {
    code: locale.code, name: locale.name, interface: Object.keys(locale.messages).length > 0,
    screening: source || (whole.length > 0 && whole.every(Boolean)),
    audio: Object.keys(locale.audio ?? {}).length > 0,
  };
}

/** @param {import("../text/messages.js").Locale} locale @param {{modules: {items: {id: string}[]}[]}} protocol */
function coversAll(locale, protocol) {
  return protocol.modules.every((m) => m.items.every((item) => Object.hasOwn(locale.protocols, `item.${item.id}`)));
}

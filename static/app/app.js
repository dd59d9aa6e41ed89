// What every view is given: the parts of the platform as one value, so that a
// screen has neither fetch nor IndexedDB of its own.
import { fromBase64url } from "../crypto/base64url.js";
import { folio, parseFolio } from "../crypto/folio.js";
import { LIMITS, identityBytes, sealIdentity } from "../crypto/identity.js";
import { sha256Hex, textHash } from "../crypto/hash.js";
import * as hardware from "../crypto/hardware.js";
import { uuidv7 } from "../crypto/uuid.js";
import { onChange } from "../store/changes.js";
import * as content from "../store/content.js";
import * as drafts from "../store/drafts.js";
import * as outbox from "../store/outbox.js";
import * as settings from "../store/settings.js";
import * as snapshots from "../store/snapshots.js";
import { space } from "../store/space.js";
import * as vault from "../store/vault.js";
import * as api from "../sync/api.js";
import { prepare, readiness } from "../sync/ready.js";
import { keysInUse, pins } from "../sync/trust.js";
import { SHELL_LANGUAGES, SOURCE, addMessages, loadMessages, setLanguage } from "../text/messages.js";
import { asProblem, Problem } from "../text/problem.js";
import { behind, go, href, replace } from "./router.js";
import { SEAL_AFTER_MS, sealDue, sealRecord, sealSnapshot } from "./sealing.js";
import * as account from "./session.js";
import { pageVersion } from "./update.js";

/** Name of the exported sealed file: it says nothing of what is in it. */
const EXPORT_NAME = "umbral-sealed.ndjson";

/**
 * @typedef {import("../sync/tokens.js").Session} Session
 * @typedef {import("../sync/tokens.js").Device} Device
 * @typedef {import("../sync/sync.js").Outcome} Outcome
 * @typedef {{session: Session|null, device: Device|null}} Who
 * @typedef {{busy: boolean, lastContact: string|null, error: string|null, outcome: Outcome|null}} SyncState
 */

/**
 * @param {{who: () => Who, send: () => Promise<Outcome>, syncState: () => SyncState, onSync: (fn: () => void) => () => void,
 *   guard: import("./guard.js").Guard}} parts
 */
export function makeApp({ who, send, syncState, onSync, guard }) {
  return {
    go, replace, href,
    /** Who is signed in and which device this is, now: {user, device, ended} or null. */
    session: () => {
      const { session, device } = who();
      return session && { user: session.user, device, ended: session.ended };
    },
    signIn: account.signIn,
    setUp: account.setUp,
    enrol: account.enrol,
    signOut: () => signOut(guard),
    guard, hardware, fingerprints,
    trust: { pins, published: account.publishedHere, confirm: account.confirmPrints, refuse: account.refusePrints },
    identity: { limits: LIMITS, bytes: identityBytes, key: reviewersKey, seal: sealApart },
    setLanguage: chooseLanguage,
    drafts: { list: drafts.list, get: drafts.get, put: drafts.put, change: drafts.change, remove: drafts.remove, count: drafts.count, localOf: drafts.localOf, settled: () => drafts.inOrder(async () => undefined) },
    vault, snapshots: { all: snapshots.all },
    sealRecord, sealSnapshot, sealDue, SEAL_AFTER_MS,
    folio, parseFolio, textHash, sha256: sha256Hex, bytes: api.bytes, space,
    content: { ...content, municipalities: municipalitiesOf, municipalitiesSource },
    outbox: { summary: () => summary(syncState()), retry: outbox.retry, exportSealed, subscribe: (/** @type {() => void} */ fn) => onTopic("outbox", fn) },
    sync: { now: send, state: syncState, subscribe: onSync },
    ready: Object.assign(() => readiness(), { startTrip }),
    fetchAll: prepare,
    behind,
    api: call,
    download,
    settings,
    now: () => new Date(),
    uuid7: uuidv7,
    onChange,
    Problem, asProblem,
  };
}

/** @typedef {ReturnType<typeof makeApp>} App */

/** What a person compares with whoever runs the system: this page's version, and the keys that this phone pinned. */
async function fingerprints() {
  const [version, pinned] = await Promise.all([pageVersion(), pins()]);
  return { version: version ?? "", server: pinned?.server ?? "", reviewers: pinned?.reviewers ?? "" };
}

/** The reviewers' key that this phone believes, or null. */
const reviewersKey = async () => (await keysInUse()).reviewers;

/**
 * An identity sealed to the reviewers; null where their key no longer holds: in
 * clear it goes nowhere. @param {import("../crypto/identity.js").Identity & {at: string}} identity @param {string} id of its record
 */
async function sealApart({ at, ...identity }, id) {
  const key = await reviewersKey();
  return key && sealIdentity(identity, id, key, at);
}

/** Whoever signs out leaves nothing open behind. @param {import("./guard.js").Guard} guard */
async function signOut(guard) {
  await account.signOut();
  if (guard.state().stage === "open") await guard.lock();
  else guard.other(false);
}

/** @param {import("../store/changes.js").Topic} topic @param {() => void} fn */
function onTopic(topic, fn) {
  return onChange((changed) => { if (changed === topic) fn(); });
}

/**
 * A request of the office screens. Who must have a second factor and has none is
 * led to where it is set up.
 * @param {"GET"|"POST"} method @param {string} path @param {object} [body] @param {string} [type] of bytes @returns {Promise<any>}
 */
async function call(method, path, body, type) {
  try {
    return await (method === "GET" ? api.get(path) : api.post(path, body ?? {}, { type }));
  } catch (error) {
    if (asProblem(error).type === "second-factor-needed") replace("security");
    throw error;
  }
}

/** Municipalities of a state, or null where this device has no list. @param {string} state @returns {Promise<[string, string][]|null>} */
async function municipalitiesOf(state) {
  const all = await content.municipalities();
  return all && all.items.filter((/** @type {[string, string]} */ [code]) => code.startsWith(state));
}

/** Who made the list of municipalities, to be shown with it. @returns {Promise<string>} */
async function municipalitiesSource() {
  return (await content.municipalities())?.source ?? "";
}

/** @param {SyncState} state */
async function summary(state) {
  const [counts, here, answers] = await Promise.all([outbox.counts(), outbox.all(), outbox.receipts()]);
  const rows = await Promise.all(here.map(async (row) => (
    { id: row.id, folio: await folio(row.id), kind: row.kind, status: row.state, reason: row.reason, detail: row.detail, at: row.sealedAt })));
  return { ...counts, lastContact: state.lastContact, lastError: state.error, items: rows, answers };
}

/** Gives the person the sealed file of one record, or of all that is still here. @param {string|null} id */
async function exportSealed(id) {
  const ids = id === null ? (await outbox.all()).map((row) => row.id) : [id];
  hand(await outbox.exportSealed(ids), EXPORT_NAME);
}

/**
 * Begins a trip of the open vault: for its days drafts also need a share that the
 * server gives, and that is gone at its end.
 * @param {number} days 1 to 30 @returns {Promise<string>} its end, ISO
 */
async function startTrip(days) {
  const { share, until } = await api.post("/devices/trip", { days });
  await vault.startTrip(fromBase64url(share), until);
  return until;
}

/** Fetches a file and gives it to the person. The token never stands in an address. @param {string} path @param {string} type @param {string} name */
async function download(path, type, name) {
  hand(new Blob([await api.bytes(path)], { type }), name);
}

/** @param {Blob} file @param {string} name */
function hand(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Changes the interface language and remembers it. @param {string} code @returns {Promise<boolean>} */
export async function chooseLanguage(code) {
  if (SHELL_LANGUAGES.includes(code)) await loadMessages(code);
  else {
    await loadMessages(SOURCE);
    const pack = await content.locale(code);
    if (pack) addMessages(code, pack.messages);
  }
  if (!setLanguage(code)) return false;
  await settings.put("language", code);
  return true;
}

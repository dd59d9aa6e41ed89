// The vault as screens, sync and the desk use it: opening and locking, trips, and
// the ways in which drafts end without their answers being read by anybody.
// Order is the promise: keys first, on the disk, then what hung on them.
import * as passkey from "../crypto/hardware.js";
import { Problem } from "../text/problem.js";
import { tellOthers } from "./changes.js";
import * as drafts from "./drafts.js";
import { ask, current, lock, lockHere, onLock, setOpen, useVaultFile, useWorker } from "./keys.js";
import { moveOut } from "./snapshots.js";
import * as values from "./values.js";

export { current, lock, onLock, useVaultFile, useWorker };
export { get, put, remove } from "./values.js";

/** After so many days without the server, drafts are destroyed: the phone may be in other hands. */
export const NO_CONTACT_DAYS = 14;

const DAY_MS = 24 * 60 * 60_000;

/**
 * @typedef {{credential: Uint8Array, secret: Uint8Array}} Hardware crypto/hardware.js makes it: which credential, and its 32 bytes
 * @typedef {{id: string, label: string, hardware: Uint8Array<ArrayBuffer>|null, trip: number}} Listed
 *   hardware: the credential that opening needs; trip: its end in ms, or 0
 * @typedef {"duress"|"panic"|"wipe"|"shift"|"no_contact"} Why
 */

/** @returns {Promise<{vaults: Listed[], pending: string|null}>} */
const read = () => ask("list");

/** The vaults of this phone. @returns {Promise<{id: string, label: string, hardware: Uint8Array<ArrayBuffer>|null}[]>} */
export async function list() {
  return (await read()).vaults.map(({ id, label, hardware }) => ({ id, label, hardware }));
}

/**
 * Makes a vault and opens it. Takes some seconds: what a guess costs is measured.
 * Rejects with pin-weak, pin-same, vault-none-free, vault-unsupported.
 * @param {{label: string, secret: string, duress?: string|null, hardware?: Hardware|boolean|null, cost?: {memoryKiB: number, passes: number}}} how
 *   hardware: true asks the phone for it, and goes without where it has none; cost: not measured but this, within the bounds
 * @returns {Promise<{id: string, label: string}>}
 */
export async function create({ label, secret, duress = null, hardware = null, cost }) {
  lockHere();
  const bound = hardware === true ? await passkey.create(label) : hardware;
  const made = await ask("create", { label, secret, duress, hardware: bound || null, cost });
  setOpen({ id: made.id, label: made.label });
  await afterOpen();
  return { id: made.id, label: made.label };
}

/**
 * Opens a vault. Rejects with pin-wrong {wait, tries}, pin-wait {wait} (seconds),
 * vault-hardware where the phone did not give the 32 bytes of its credential.
 * @param {string} id @param {string} secret @param {{hardware?: Uint8Array|null, now?: number}} [more]
 *   hardware: the 32 bytes, where the phone is not to be asked; now: the clock, for tests
 * @returns {Promise<"open"|"duress">} duress: all drafts of this phone are destroyed, and this vault is a new, empty one
 */
export async function open(id, secret, { hardware = null, now } = {}) {
  const found = (await read()).vaults.find((v) => v.id === id);
  if (!found) throw new Problem("vault-unknown");
  lockHere();
  const prf = hardware ?? (found.hardware ? await passkey.get(found.hardware) : null);
  const how = await ask("open", { id, secret, hardware: prf, now });
  setOpen({ id, label: found.label });
  if (how === "duress") await afterDestroying(() => true, id);
  else await afterOpen();
  return how;
}

/** What an open vault owes: drafts of schema 1 come in, drafts whose key is gone leave. */
async function afterOpen() {
  await drafts.adoptClear();
  const lost = new Set(await drafts.keyless());
  if (lost.size) await moveOut((row) => lost.has(row.id));
  const open = current()?.id;
  if (!(await trip())) await drafts.underPinAlone((await drafts.rows()).filter((row) => row.vault === open && row.trip).map((row) => row.id));
}

/** New secrets for the open vault. @param {string} id @param {{secret: string, duress?: string|null}} secrets */
export async function setSecrets(id, { secret, duress = null }) {
  await ask("setSecrets", { id, secret, duress });
}

/** Erases a whole vault whose PIN nobody knows any more; its snapshots are sent. @param {string} id @returns {Promise<number>} records moved */
export async function forget(id) {
  const mine = current()?.id === id;
  await ask("forget", { id });
  if (mine) lock();
  await values.removeAll(id);
  return moveOut((row) => row.vault === id);
}

/**
 * Destroys the drafts of every vault on this phone: all keys first, then each
 * snapshot goes to the outbox. A shift that ends is of the open vault alone. Why
 * is kept nowhere.
 * @param {Why} why @returns {Promise<number>} records moved
 */
export async function destroy(why) {
  if (why === "shift") return destroyOne();
  await ask("destroy");
  return afterDestroying(() => true);
}

/** The same for the drafts of the open vault alone. @returns {Promise<number>} */
export async function destroyOne() {
  const open = current();
  if (!open) throw new Problem("vault-locked");
  await ask("destroy", { vault: open.id });
  return afterDestroying((row) => row.vault === open.id);
}

/** @param {(row: drafts.Row) => boolean} which @param {string} [replaced] the vault that a duress PIN emptied */
async function afterDestroying(which, replaced) {
  const moved = await moveOut(which);
  drafts.forgetKnown();
  if (replaced) await values.removeAll(replaced);
  await ask("finish");
  tellOthers("lock"); // their keys are of no use any more
  return moved;
}

/** Begins a trip of the open vault. @param {Uint8Array} share 32 bytes from the server @param {string} until ISO */
export async function startTrip(share, until) {
  await ask("startTrip", { share, until: Date.parse(until) });
}

/** The trip of the open vault. @returns {Promise<{until: string}|null>} */
export async function trip() {
  const open = current();
  if (!open) throw new Problem("vault-locked");
  const until = (await read()).vaults.find((v) => v.id === open.id)?.trip ?? 0;
  return until ? { until: new Date(until).toISOString() } : null;
}

/**
 * Does what time asks for; call it at the start, after opening, and each minute.
 * Finishes destructions that a dead battery cut short, ends trips that are over,
 * and destroys drafts after NO_CONTACT_DAYS without the server.
 * @param {number} now ms @param {string|null} lastContact ISO; null: there never was one
 * @returns {Promise<number>} records moved to the outbox
 */
export async function tend(now, lastContact) {
  let moved = await finishDestroying();
  const silent = lastContact ? now - Date.parse(lastContact) : 0;
  if (silent > NO_CONTACT_DAYS * DAY_MS && (await drafts.count())) moved += await destroy("no_contact");
  const { vaults } = await read();
  for (const vault of vaults) if (vault.trip && now >= vault.trip) moved += await endTrip(vault.id);
  return moved + (await tidy());
}

/** @returns {Promise<number>} */
async function finishDestroying() {
  const { pending } = await read();
  if (!pending) return 0;
  await ask("destroy", pending === "all" ? {} : { vault: pending });
  return afterDestroying((row) => pending === "all" || row.vault === pending);
}

/**
 * A trip that is over: its share is overwritten, and with it every key under it,
 * but those of the open vault that somebody is writing in.
 * @param {string} id @returns {Promise<number>}
 */
async function endTrip(id) {
  const mine = current()?.id === id;
  const used = new Set(mine ? drafts.usedHere() : []);
  const ended = await navigator.locks.request(drafts.SLOTS_LOCK, async () => {
    const under = (await drafts.rows()).filter((row) => row.vault === id && row.trip);
    const [keep, drop] = [under.filter((row) => used.has(row.id)), under.filter((row) => !used.has(row.id))];
    const kept = await ask("endTrip", { vault: id, keep: keep.map((row) => row.id), drop: drop.map((row) => row.slot) });
    await drafts.underPinAlone(kept);
    return new Set(under.map((row) => row.id).filter((local) => !kept.includes(local)));
  });
  return moveOut((row) => ended.has(row.id));
}

/**
 * What a dead battery left between two steps: drafts of a vault or a trip that is
 * no more are sent as they were last, and slots that no draft names are overwritten.
 * @returns {Promise<number>}
 */
async function tidy() {
  const stranded = await navigator.locks.request(drafts.SLOTS_LOCK, async () => {
    // Rows before vaults: a vault made meanwhile is not missed.
    const rows = (await drafts.rows()).filter((row) => row.vault);
    const { vaults } = await read();
    const open = current()?.id;
    /** @type {Record<string, number[]>} */
    const used = {};
    for (const row of rows) (used[row.vault] ??= []).push(row.slot);
    await ask("sweep", { used });
    return new Set(rows.filter((row) => !vaults.some((v) => v.id === row.vault && (!row.trip || v.trip || v.id === open))).map((row) => row.id));
  });
  return stranded.size ? moveOut((row) => stranded.has(row.id)) : 0;
}

/**
 * argon2id, for secrets that are not a vault's. @param {{secret: string, salt: Uint8Array, memoryKiB: number, passes: number}} how
 * @returns {Promise<Uint8Array<ArrayBuffer>>} 32 bytes. Rejects with vault-cost beyond the bounds of vault/kdf.js.
 */
export function argon2(how) {
  return ask("argon2", how);
}

/** This page alone forgets its keys, for tests: as a reload does. */
export function reload() {
  lockHere();
  drafts.forgetKnown();
}

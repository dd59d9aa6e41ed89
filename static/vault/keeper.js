// Vaults: making, opening, and the keys of drafts. FORMAT.md says what lies where.
import { attempt, FREE_TRIES } from "./attempts.js";
import { withFile } from "./file.js";
import { bounded, calibrate, deriveKey, importKey, lockUp, openUp, stretch } from "./kdf.js";
import { ALL, CREDENTIAL_BYTES, DRAFTS, LABEL_BYTES, NONE, hex, mark, marked, random, unhex, VAULTS, vaultAt, vaultsOf } from "./layout.js";
import { Refusal } from "./refusal.js";

const PIN = 1;
const DURESS = 2;

/** Shortest secret, in characters: a PIN of 8 digits. */
const SHORTEST = 8;

const KEY_BYTES = 32;

/**
 * @typedef {import("./layout.js").Vault} Vault
 * @typedef {{slot: number, key: CryptoKey, trip: boolean}} DraftKey
 * @typedef {{vault: string, base: Uint8Array<ArrayBuffer>, prf: Uint8Array<ArrayBuffer>, plain: CryptoKey, values: CryptoKey, drafts: Map<string, DraftKey>}} Held
 */

/** What an open vault gives; null while none is open. @type {Held|null} */
let held = null;

/** @returns {Held} */
function opened() {
  if (!held) throw new Refusal("vault-locked");
  return held;
}

/** @param {Uint8Array<ArrayBuffer>} file @param {string} id @returns {Vault} */
function find(file, id) {
  const vault = vaultsOf(file).find((v) => v.id === id);
  if (!vault) throw new Refusal("vault-unknown");
  return vault;
}

/** @param {string} text */
const utf8 = (text) => /** @type {Uint8Array<ArrayBuffer>} */ (new TextEncoder().encode(text));

/** Too easy to guess by hand: short, or one sign or row of digits. @param {string} secret */
function weak(secret) {
  const steps = new Set([...secret].slice(1).map((c, i) => c.charCodeAt(0) - secret.charCodeAt(i)));
  return [...secret].length < SHORTEST || (steps.size === 1 && [0, 1, -1].includes([...steps][0]));
}

/** @param {string} secret @param {string|null|undefined} duress */
function checkSecrets(secret, duress) {
  if (weak(secret) || (duress && weak(duress))) throw new Refusal("pin-weak", { n: SHORTEST });
  if (duress && duress.normalize("NFKC") === secret.normalize("NFKC")) throw new Refusal("pin-same");
}

/** The key that a secret opens its slot with. @param {Vault} vault @param {string} secret @param {Uint8Array|null|undefined} prf */
async function keyOf(vault, secret, prf) {
  const stretched = await stretch(secret, vault.salt, vault);
  return deriveKey("umbral/1 secret", stretched, prf ?? new Uint8Array(KEY_BYTES));
}

/** @param {Vault} vault @param {CryptoKey} key @param {number} role @param {Uint8Array} base */
function sealSecret(vault, key, role, base) {
  const plain = new Uint8Array(64);
  plain[0] = role;
  plain.set(base, 1);
  return lockUp(key, plain, vault.idBytes);
}

/** Writes both secrets, in random order; without a duress PIN its slot is random bytes. */
async function writeSecrets(/** @type {Vault} */ vault, /** @type {{secret: string, duress?: string|null, prf?: Uint8Array|null, base: Uint8Array}} */ { secret, duress, prf, base }) {
  const mine = await sealSecret(vault, await keyOf(vault, secret, prf), PIN, base);
  const other = duress ? await sealSecret(vault, await keyOf(vault, duress, prf), DURESS, random(KEY_BYTES)) : null;
  const first = random(1)[0] & 1;
  vault.setSecret(/** @type {0|1} */ (first), mine);
  vault.setSecret(/** @type {0|1} */ (1 - first), other);
}

/** @param {string} vault @param {Uint8Array<ArrayBuffer>} base @param {Uint8Array|null|undefined} prf */
async function hold(vault, base, prf) {
  held = {
    vault, base, prf: Uint8Array.from(prf ?? new Uint8Array(KEY_BYTES)), drafts: new Map(),
    plain: await deriveKey("umbral/1 drafts", base), values: await deriveKey("umbral/1 values", base),
  };
}

/** @param {Vault} vault */
const shown = (vault) => ({ id: vault.id, label: vault.label, hardware: vault.credential, trip: vault.tripUntil });

async function list() {
  return withFile((file) => ({ vaults: vaultsOf(file.bytes).map(shown), pending: pendingOf(file.bytes) }));
}

/** Whose destruction was cut short: "all", a vault's id, or null. @param {Uint8Array<ArrayBuffer>} file */
function pendingOf(file) {
  const what = marked(file);
  if (what === NONE) return null;
  const one = what <= VAULTS ? vaultAt(file, what - 1) : null;
  return one?.used ? one.id : "all";
}

/**
 * @param {{label: string, secret: string, duress?: string|null, hardware?: {credential: Uint8Array, secret: Uint8Array}|null,
 *   cost?: {memoryKiB: number, passes: number}}} how cost: as measured here where it is not given
 */
async function create({ label, secret, duress, hardware, cost }) {
  checkSecrets(secret, duress);
  if (hardware && hardware.credential.length > CREDENTIAL_BYTES) throw new Refusal("vault-hardware");
  const bought = cost ? bounded(cost) : await calibrate();
  return withFile(async (file) => {
    const free = Array.from({ length: VAULTS }, (_, i) => vaultAt(file.bytes, i)).find((v) => !v.used);
    if (!free) throw new Refusal("vault-none-free", { n: VAULTS });
    free.begin({ id: random(16), salt: random(32), ...bought, label: cut(label), credential: hardware?.credential ?? null });
    const base = random(KEY_BYTES);
    await writeSecrets(free, { secret, duress, prf: hardware?.secret, base });
    file.save();
    await hold(free.id, base, hardware?.secret);
    return { ...shown(free), ...bought };
  });
}

/** A label that has room: whole signs only. @param {string} label */
function cut(label) {
  let out = "";
  for (const c of label) if (new TextEncoder().encode(out + c).length <= LABEL_BYTES) out += c;
  return out;
}

/**
 * Opens a vault. Where it was the duress PIN, every draft key of this phone and
 * the vault's own PIN are overwritten before this resolves.
 * @param {{id: string, secret: string, hardware?: Uint8Array|null, now?: number}} how @returns {Promise<"open"|"duress">}
 */
async function open({ id, secret, hardware, now = Date.now() }) {
  const [vault, waitMs, tries] = await withFile((file) => {
    const found = find(file.bytes, id);
    // Without its hardware no secret can open it: no attempt was made.
    if (found.hardware && !hardware) throw new Refusal("vault-hardware");
    const { after, blocked, waitMs } = attempt(found.attempts, now);
    found.setAttempts(after);
    file.save();
    if (blocked) throw new Refusal("pin-wait", { wait: Math.ceil(waitMs / 1000) });
    return /** @type {const} */ ([found, waitMs, after.tries]);
  });
  const key = await keyOf(vault, secret, hardware);
  return withFile(async (file) => {
    const found = find(file.bytes, id);
    const both = await Promise.all([openUp(key, found.secret(0), found.idBytes), openUp(key, found.secret(1), found.idBytes)]);
    const slot = both[0] ? 0 : 1;
    const plain = both[slot];
    if (!plain) throw new Refusal("pin-wrong", { wait: Math.ceil(waitMs / 1000), tries: Math.max(0, FREE_TRIES - tries) });
    found.setAttempts({ tries: 0, failedAt: 0, notBefore: 0 });
    if (plain[0] === DURESS) {
      found.setSecret(/** @type {0|1} */ (1 - slot), null);
      mark(file.bytes, ALL);
      file.save();
      eraseDrafts(file.bytes);
    }
    file.save();
    await hold(id, plain.slice(1, 1 + KEY_BYTES), hardware);
    if (plain[0] === DURESS) return "duress";
    await scan(found);
    return "open";
  });
}

/** @param {{id: string, secret: string, duress?: string|null}} how */
async function setSecrets({ id, secret, duress }) {
  const { base, prf, vault } = opened();
  if (vault !== id) throw new Refusal("vault-locked");
  checkSecrets(secret, duress);
  await withFile(async (file) => {
    const found = find(file.bytes, id);
    await writeSecrets(found, { secret, duress, prf, base });
    file.save();
  });
}

function lock() {
  held?.base.fill(0);
  held?.prf.fill(0);
  held = null;
}

/** Every draft key of these vaults, and the trips' shares. @param {Uint8Array<ArrayBuffer>} file @param {string} [only] */
function eraseDrafts(file, only) {
  for (const vault of vaultsOf(file)) {
    if (only && vault.id !== only) continue;
    for (let slot = 0; slot < DRAFTS; slot++) vault.setDraft(slot, null);
    if (!only) vault.endTrip();
  }
  if (held && (!only || held.vault === only)) held.drafts.clear();
}

/** Overwrites the keys of all drafts, or of one vault's; the mark stays until finish. @param {{vault?: string}} of */
async function destroy({ vault }) {
  await withFile((file) => {
    mark(file.bytes, vault ? find(file.bytes, vault).index + 1 : ALL);
    file.save();
    eraseDrafts(file.bytes, vault);
    file.save();
  });
}

/** What hung on the destroyed keys is cleared away. */
async function finish() {
  await withFile((file) => {
    mark(file.bytes, NONE);
    file.save();
  });
}

/** A whole vault goes. @param {{id: string}} which */
async function forget({ id }) {
  if (held?.vault === id) lock();
  await withFile((file) => {
    find(file.bytes, id).clear();
    file.save();
  });
}

/** @param {Vault} vault */
async function tripKey(vault) {
  const { base } = opened();
  return vault.share ? deriveKey("umbral/1 trip", base, vault.share) : null;
}

/** Learns which draft keys the open vault has: what another tab made or erased too. @param {Vault} vault */
async function scan(vault) {
  const { plain, drafts } = opened();
  const trip = await tripKey(vault);
  const tried = await Promise.all(Array.from({ length: DRAFTS }, async (_, slot) => {
    const sealed = vault.draft(slot);
    const alone = await openUp(plain, sealed, vault.idBytes);
    const under = alone || !trip ? null : await openUp(trip, sealed, vault.idBytes);
    return { slot, bytes: alone ?? under, trip: Boolean(under) };
  }));
  drafts.clear();
  for (const { slot, bytes, trip: of } of tried) {
    if (!bytes) continue;
    drafts.set(hex(bytes.slice(0, 16)), { slot, key: await importKey(bytes.slice(16, 16 + KEY_BYTES)), trip: of });
    bytes.fill(0);
  }
}

/** Makes a key for a new draft. @param {{id: string}} draft its local id @returns {Promise<{vault: string, slot: number, trip: boolean}>} */
async function allot({ id }) {
  const now = opened();
  return withFile(async (file) => {
    const vault = find(file.bytes, now.vault);
    await scan(vault);
    const used = new Set([...now.drafts.values()].map((d) => d.slot));
    const free = Array.from({ length: DRAFTS }, (_, i) => i).filter((i) => !used.has(i));
    if (!free.length) throw new Refusal("vault-full", { n: DRAFTS });
    const slot = free[random(1)[0] % free.length];
    const trip = await tripKey(vault);
    const raw = random(KEY_BYTES);
    const whole = new Uint8Array(16 + KEY_BYTES);
    whole.set(unhex(id));
    whole.set(raw, 16);
    vault.setDraft(slot, await lockUp(trip ?? now.plain, whole, vault.idBytes));
    file.save();
    now.drafts.set(id, { slot, key: await importKey(raw), trip: Boolean(trip) });
    whole.fill(0);
    raw.fill(0);
    return { vault: vault.id, slot, trip: Boolean(trip) };
  });
}

/** Overwrites keys of drafts that are sealed or removed; works locked. @param {{vault: string, slots: number[]}} which */
async function erase({ vault, slots }) {
  await withFile((file) => {
    const found = vaultsOf(file.bytes).find((v) => v.id === vault);
    if (!found) return;
    for (const slot of slots) found.setDraft(slot, null);
    file.save();
  });
  if (held?.vault === vault) for (const [id, { slot }] of held.drafts) if (slots.includes(slot)) held.drafts.delete(id);
}

/** Overwrites every slot that no draft names: what a dead battery left. @param {{used: Record<string, number[]>}} by vault */
async function sweep({ used }) {
  await withFile((file) => {
    for (const vault of vaultsOf(file.bytes)) {
      for (let slot = 0; slot < DRAFTS; slot++) if (!(used[vault.id] ?? []).includes(slot)) vault.setDraft(slot, null);
    }
    file.save();
  });
}

/** @param {{share: Uint8Array, until: number}} trip */
async function startTrip({ share, until }) {
  const { vault } = opened();
  if (share.length !== KEY_BYTES || !(until > 0)) throw new Refusal("vault-trip");
  await withFile((file) => {
    find(file.bytes, vault).setTrip(share, until);
    file.save();
  });
}

/**
 * Ends a trip. The keys of the drafts in keep go under the PIN alone first (only
 * where the vault is open), all others of the trip die with the share.
 * @param {{vault: string, keep: string[], drop: number[]}} how @returns {Promise<string[]>} local ids that were kept
 */
async function endTrip({ vault: id, keep, drop }) {
  return withFile(async (file) => {
    const vault = find(file.bytes, id);
    /** @type {string[]} */
    const kept = [];
    if (held?.vault === id) {
      await scan(vault);
      const under = await tripKey(vault);
      for (const draft of keep) {
        const found = held.drafts.get(draft);
        const whole = found?.trip && under && (await openUp(under, vault.draft(found.slot), vault.idBytes));
        if (found && whole) vault.setDraft(found.slot, await lockUp(held.plain, whole, vault.idBytes));
        if (found) kept.push(draft);
      }
      file.save();
    }
    for (const slot of drop) vault.setDraft(slot, null);
    vault.endTrip();
    file.save();
    if (held?.vault === id) await scan(vault);
    return kept;
  });
}

/** The key of a draft of the open vault. @param {string} id @returns {Promise<CryptoKey>} */
async function draftKey(id) {
  const now = opened();
  if (!now.drafts.has(id)) await withFile((file) => scan(find(file.bytes, now.vault)));
  const found = now.drafts.get(id);
  if (!found) throw new Refusal("draft-gone");
  return found.key;
}

/** What ties an entry to its draft. @param {string} id */
const boundTo = (id) => utf8(`umbral/1 journal ${id}`);

/** @param {{draft: string, plain: Uint8Array<ArrayBuffer>}} entry */
async function lockEntry({ draft, plain }) {
  return lockUp(await draftKey(draft), plain, boundTo(draft));
}

/** @param {{draft: string, sealed: Uint8Array<ArrayBuffer>[]}} entries @returns {Promise<Uint8Array[]>} */
async function openEntries({ draft, sealed }) {
  const key = await draftKey(draft);
  return Promise.all(sealed.map(async (one) => {
    const plain = await openUp(key, one, boundTo(draft));
    if (!plain) throw new Refusal("vault-damaged");
    return plain;
  }));
}

/** @param {{name: string, plain: Uint8Array<ArrayBuffer>}} value */
function lockValue({ name, plain }) {
  return lockUp(opened().values, plain, utf8(`umbral/1 value ${name}`));
}

/** null: of another key. @param {{name: string, sealed: Uint8Array<ArrayBuffer>}} value */
function openValue({ name, sealed }) {
  return openUp(opened().values, sealed, utf8(`umbral/1 value ${name}`));
}

export const operations = { list, create, open, setSecrets, lock, destroy, finish, forget, allot, erase, sweep, startTrip, endTrip, lockEntry, openEntries, lockValue, openValue };

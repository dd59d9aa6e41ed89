// Where each thing lies in the vault file; FORMAT.md is the page of it. Pure:
// it reads and writes a buffer and touches no disk.

export const FORMAT = 1;
export const HEADER_BYTES = 4096;
export const VAULT_BYTES = 8192;

/** Vaults of one phone: as many agents as share one. */
export const VAULTS = 8;

/** Drafts of one vault: an encounter and the persons whose screening is still open. */
export const DRAFTS = 64;

export const FILE_BYTES = HEADER_BYTES + VAULTS * VAULT_BYTES;

/** Longest label, in bytes of UTF-8. */
export const LABEL_BYTES = 119;

/** Longest credential id that has room, in bytes. */
export const CREDENTIAL_BYTES = 256;

const MARK = 1;
const AT = { used: 0, hardware: 1, credentialLength: 2, memory: 4, passes: 8, tries: 12, failedAt: 16, notBefore: 24, tripUntil: 32,
  id: 40, salt: 56, share: 88, label: 120, secrets: 240, credential: 432, drafts: 1024 };
const SECRET_BYTES = 96;
const DRAFT_BYTES = 80;
const IV_BYTES = 12;
const SECRET_SEALED = IV_BYTES + 80;
const DRAFT_SEALED = IV_BYTES + 64;

/** Random bytes; the browser gives at most 64 KiB at once. @param {number} n @returns {Uint8Array<ArrayBuffer>} */
export function random(n) {
  const out = new Uint8Array(n);
  for (let at = 0; at < n; at += 65536) crypto.getRandomValues(out.subarray(at, Math.min(n, at + 65536)));
  return out;
}

/** A new file: random, no vault in it. @returns {Uint8Array<ArrayBuffer>} */
export function emptyFile() {
  const file = random(FILE_BYTES);
  file[0] = FORMAT;
  file[MARK] = 0;
  for (let i = 0; i < VAULTS; i++) vaultAt(file, i).clear();
  return file;
}

/** What the mark of a destruction says: of all vaults, of the one with this index (+ 1), of none. */
export const ALL = 255;
export const NONE = 0;

/** @param {Uint8Array<ArrayBuffer>} file */
export const marked = (file) => file[MARK];

/** One destruction at a time; that of all takes the others in. @param {Uint8Array<ArrayBuffer>} file @param {number} what */
export function mark(file, what) {
  file[MARK] = what !== NONE && file[MARK] !== NONE && file[MARK] !== what ? ALL : what;
}

/** One vault of a file in memory. What it gives are copies. */
export class Vault {
  /** @param {Uint8Array<ArrayBuffer>} file @param {number} index */
  constructor(file, index) {
    this.index = index;
    this.bytes = file.subarray(HEADER_BYTES + index * VAULT_BYTES, HEADER_BYTES + (index + 1) * VAULT_BYTES);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, VAULT_BYTES);
  }

  /** @param {number} at @param {number} n */
  copy(at, n) {
    return this.bytes.slice(at, at + n);
  }

  get used() { return this.bytes[AT.used] === 1; }
  get id() { return hex(this.copy(AT.id, 16)); }
  get idBytes() { return this.copy(AT.id, 16); }
  get salt() { return this.copy(AT.salt, 32); }
  get hardware() { return this.bytes[AT.hardware] === 1; }
  get memoryKiB() { return this.view.getUint32(AT.memory); }
  get passes() { return this.view.getUint32(AT.passes); }
  get label() { return new TextDecoder().decode(this.copy(AT.label + 1, Math.min(this.bytes[AT.label], LABEL_BYTES))); }
  get credential() { return this.hardware ? this.copy(AT.credential, Math.min(this.view.getUint16(AT.credentialLength), CREDENTIAL_BYTES)) : null; }
  get attempts() {
    return { tries: this.view.getUint32(AT.tries), failedAt: this.view.getFloat64(AT.failedAt), notBefore: this.view.getFloat64(AT.notBefore) };
  }
  get tripUntil() { return this.view.getFloat64(AT.tripUntil); }
  get share() { return this.tripUntil > 0 ? this.copy(AT.share, 32) : null; }

  /** Free, and random again. */
  clear() {
    this.bytes.set(random(VAULT_BYTES));
    this.bytes[AT.used] = 0;
  }

  /**
   * @param {{id: Uint8Array, salt: Uint8Array, memoryKiB: number, passes: number, label: string, credential: Uint8Array|null}} head
   */
  begin({ id, salt, memoryKiB, passes, label, credential }) {
    this.clear();
    this.bytes[AT.used] = 1;
    this.bytes[AT.hardware] = credential ? 1 : 0;
    this.view.setUint16(AT.credentialLength, credential?.length ?? 0);
    if (credential) this.bytes.set(credential, AT.credential);
    this.view.setUint32(AT.memory, memoryKiB);
    this.view.setUint32(AT.passes, passes);
    this.setAttempts({ tries: 0, failedAt: 0, notBefore: 0 });
    this.view.setFloat64(AT.tripUntil, 0);
    this.bytes.set(id, AT.id);
    this.bytes.set(salt, AT.salt);
    const text = new TextEncoder().encode(label);
    this.bytes[AT.label] = text.length;
    this.bytes.set(text, AT.label + 1);
  }

  /** @param {{tries: number, failedAt: number, notBefore: number}} attempts */
  setAttempts({ tries, failedAt, notBefore }) {
    this.view.setUint32(AT.tries, tries);
    this.view.setFloat64(AT.failedAt, failedAt);
    this.view.setFloat64(AT.notBefore, notBefore);
  }

  /** @param {Uint8Array} share @param {number} until ms */
  setTrip(share, until) {
    this.bytes.set(share, AT.share);
    this.view.setFloat64(AT.tripUntil, until);
  }

  endTrip() {
    this.bytes.set(random(32), AT.share);
    this.view.setFloat64(AT.tripUntil, 0);
  }

  /** What lies in a secret slot. @param {0|1} slot */
  secret(slot) {
    return this.copy(AT.secrets + slot * SECRET_BYTES, SECRET_SEALED);
  }

  /** @param {0|1} slot @param {Uint8Array|null} sealed null: random bytes over it */
  setSecret(slot, sealed) {
    const at = AT.secrets + slot * SECRET_BYTES;
    this.bytes.set(random(SECRET_BYTES), at);
    if (sealed) this.bytes.set(sealed, at);
  }

  /** @param {number} slot */
  draft(slot) {
    return this.copy(AT.drafts + slot * DRAFT_BYTES, DRAFT_SEALED);
  }

  /** @param {number} slot @param {Uint8Array|null} sealed null: random bytes over it */
  setDraft(slot, sealed) {
    if (!(slot >= 0 && slot < DRAFTS)) throw new RangeError("no such slot");
    const at = AT.drafts + slot * DRAFT_BYTES;
    this.bytes.set(random(DRAFT_BYTES), at);
    if (sealed) this.bytes.set(sealed, at);
  }
}

/** @param {Uint8Array<ArrayBuffer>} file @param {number} index */
export function vaultAt(file, index) {
  return new Vault(file, index);
}

/** Every vault in use. @param {Uint8Array<ArrayBuffer>} file @returns {Vault[]} */
export function vaultsOf(file) {
  return Array.from({ length: VAULTS }, (_, i) => vaultAt(file, i)).filter((v) => v.used);
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export function unhex(text) {
  if (!/^([0-9a-f]{2})+$/.test(text)) throw new TypeError("not hex");
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

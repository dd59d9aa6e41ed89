// From a draft to a sealed record in the outbox. Answers can be corrected until
// the agent seals, begins the next person, or SEAL_AFTER_MS has passed; then the
// record is sealed and this phone cannot open it again.
import { folio } from "../crypto/folio.js";
import { seal } from "../crypto/seal.js";
import * as outbox from "../store/outbox.js";
import { moveDue } from "../store/snapshots.js";
import { sealKey } from "../sync/ready.js";
import { askBackgroundSync } from "../sync/schedule.js";
import { device, session } from "../sync/tokens.js";
import { Problem } from "../text/problem.js";

/** How long a finished screening can be corrected, in ms. */
export const SEAL_AFTER_MS = 30 * 60_000;

/**
 * @typedef {{id: string, kind: string, author?: object|null, device?: string|null, [field: string]: unknown}} SealableRecord
 *   a whole record but for author and device, which may be null
 */

/**
 * Seals a record, puts it in the outbox and removes the draft it was made of,
 * with its snapshot and its key. Author and device are filled in where the
 * record has none.
 * @param {SealableRecord} record @param {{removeDraft?: string}} [more] removeDraft: the record's id of the draft
 * @returns {Promise<{id: string, folio: string}>}
 */
export async function sealRecord(record, more = {}) {
  const envelope = await sealed(record);
  if (!envelope) throw new Problem("device-not-enrolled");
  await outbox.keep(envelope, /** @type {outbox.Kind} */ (record.kind), more);
  await askBackgroundSync();
  return { id: record.id, folio: await folio(record.id) };
}

/**
 * The record as it would be now, sealed to lie beside its draft. Undefined where
 * this phone has no key yet: what there was stays.
 * @param {SealableRecord} record @param {number} [due] when it is sealed by itself, in ms
 * @returns {Promise<import("../store/snapshots.js").Snapshot|undefined>}
 */
export async function sealSnapshot(record, due = 0) {
  const envelope = await sealed(record);
  return envelope && { envelope, kind: /** @type {outbox.Kind} */ (record.kind), due };
}

/** @param {SealableRecord} record */
async function sealed(record) {
  const [key, enrolled, author] = await Promise.all([sealKey(), device(), record.author ?? authorNow()]);
  return key && enrolled ? seal({ ...record, author, device: record.device ?? enrolled.id }, key) : undefined;
}

/** Whoever is signed in, as records name the author. */
async function authorNow() {
  const now = await session();
  if (!now) throw new Problem("sign-in-again");
  return { user: now.user.id, role: now.user.post || now.user.account, agency: now.user.agency.id };
}

/**
 * Seals every finished draft whose time for corrections is over, whoever is
 * signed in by now, and while the vault is locked too: the snapshot of a finished
 * draft is its record.
 * @param {number} [at] in ms @returns {Promise<number>} how many were sealed
 */
export async function sealDue(at = Date.now()) {
  const n = await moveDue(at, SEAL_AFTER_MS);
  if (n) await askBackgroundSync();
  return n;
}

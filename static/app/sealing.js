// From a finished draft to a sealed record in the outbox. Answers can be
// corrected until the agent seals, begins the next person, or SEAL_AFTER_MS has
// passed; then the record is sealed and this phone cannot open it again.
import { folio } from "../crypto/folio.js";
import { seal } from "../crypto/seal.js";
import * as drafts from "../store/drafts.js";
import * as outbox from "../store/outbox.js";
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
 * Seals a record, puts it in the outbox, removes the draft it was made of and
 * writes what remains of it, all in one transaction. Author and device are
 * filled in where the record has none.
 * @param {SealableRecord} record @param {{removeDraft?: string, putDraft?: drafts.Draft}} [more]
 * @returns {Promise<{id: string, folio: string}>}
 */
export async function sealRecord(record, more = {}) {
  const [key, enrolled, author] = await Promise.all([sealKey(), device(), record.author ?? authorNow()]);
  if (!key || !enrolled) throw new Problem("device-not-enrolled");
  const envelope = await seal({ ...record, author, device: record.device ?? enrolled.id }, key);
  await outbox.keep(envelope, /** @type {outbox.Kind} */ (record.kind), more);
  await askBackgroundSync();
  return { id: record.id, folio: await folio(record.id) };
}

/** Whoever is signed in, as records name the author. */
async function authorNow() {
  const now = await session();
  if (!now) throw new Problem("sign-in-again");
  return { user: now.user.id, role: now.user.post || now.user.account, agency: now.user.agency.id };
}

/**
 * Seals every finished draft (fields record, finishedAt and afterSeal, the small
 * draft that takes its place) whose time for corrections is over. One that
 * cannot be sealed stays a draft and does not stop the others.
 * @param {number} [at] in ms @returns {Promise<number>} how many were sealed
 */
export async function sealDue(at = Date.now()) {
  let n = 0;
  for (const draft of await drafts.list()) {
    const finished = Date.parse(draft.finishedAt ?? "");
    // A clock set back must not keep a record open for ever.
    const due = !(at - finished < SEAL_AFTER_MS && at >= finished);
    if (!draft.record || !due) continue;
    try {
      // In the name of whoever began it, whoever is signed in by now.
      await sealRecord({ ...draft.record, author: draft.record.author ?? draft.author }, { removeDraft: draft.id, putDraft: draft.afterSeal });
      n++;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
  return n;
}

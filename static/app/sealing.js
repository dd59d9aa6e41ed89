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
 * Begins a draft in the name of whoever is signed in: a record is theirs even if
 * another agent's session sends it.
 * @param {Parameters<typeof drafts.begin>[0]} how
 */
export async function begin(how) {
  return drafts.begin({ ...how, fields: { ...how.fields, author: await authorNow() } });
}

/**
 * Finishes a draft: record is what will be sealed, complete but for author and
 * device, which sealing fills in. It may be finished again after a correction.
 * @param {string} id @param {{id: string, kind: string}} record
 * @returns {Promise<string>} the folio
 */
export async function finish(id, record) {
  await drafts.append(id, { do: "set", fields: { record, finishedAt: drafts.now() } });
  return folio(record.id);
}

/** Takes a finish back, so that answers can be corrected. @param {string} id */
export async function reopen(id) {
  await drafts.append(id, { do: "set", fields: { record: null, finishedAt: null } });
}

/**
 * Seals a finished draft and puts it in the outbox in place of the draft.
 * @param {string} id @returns {Promise<string>} the folio
 */
export async function sealDraft(id) {
  const draft = await drafts.load(id);
  const { record, author } = draft.fields;
  if (!record) throw new Problem("draft-unfinished");
  await keepSealed({ ...record, author: author ?? record.author }, id);
  return folio(record.id);
}

/** Seals a record that has no draft (an addendum). @param {{id: string, kind: string}} record @returns {Promise<string>} its folio */
export async function sealRecord(record) {
  await keepSealed({ ...record, author: await authorNow() });
  return folio(record.id);
}

/** Whoever is signed in, as records name the author. */
async function authorNow() {
  const now = await session();
  if (!now) throw new Problem("sign-in-again");
  return { user: now.user.id, role: now.user.post || now.user.account, agency: now.user.agency.id };
}

/** @param {any} record @param {string} [draft] */
async function keepSealed(record, draft) {
  const key = await sealKey();
  const enrolled = await device();
  if (!key || !enrolled) throw new Problem("device-not-enrolled");
  const envelope = await seal({ ...record, device: enrolled.id }, key);
  await outbox.keep(envelope, record.kind, draft);
  await askBackgroundSync();
}

/**
 * Seals every draft whose time for corrections is over. One that cannot be
 * sealed stays a draft and does not stop the others.
 * @param {number} [at] in ms @returns {Promise<number>} how many were sealed
 */
export async function sealDue(at = Date.now()) {
  let n = 0;
  for (const draft of await drafts.list()) {
    const finished = Date.parse(draft.fields.finishedAt ?? "");
    // A clock set back must not keep a record open for ever.
    const due = !(at >= finished && at - finished < SEAL_AFTER_MS);
    if (!draft.fields.record || !due) continue;
    try {
      await sealDraft(draft.id);
      n++;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
  return n;
}

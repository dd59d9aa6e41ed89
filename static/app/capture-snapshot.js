// What leaves if a draft must end now: for a screening the record as it would be,
// ended "interrupted"; once it is finished, the finished record; for an encounter
// its counts so far. Nothing of a person before they agreed, but for danger or a minor,
// or where all there is was seen and nobody was asked.
import { language } from '../text/messages.js';
import { agreed, detectionOf, encounterOf, keptBecause, listCounts, personsOf, refusal } from './capture-draft.js';
import { stamp, unpacked } from './capture-store.js';

/**
 * Whether a person counted as screened when the encounter's snapshot was made,
 * by draft: it is made anew where that changes. @type {Map<string, boolean>}
 */
const counted = new Map();

/** Forgets it, as a reload does; for tests. */
export function forgetCounted() {
  counted.clear();
}

/**
 * The snapshots that a change of this draft renews.
 * @param {any} app @param {import('./capture-store.js').Draft} draft as it will be
 * @returns {import('../store/drafts.js').Renewal[]}
 */
export function renewals(app, draft) {
  if (draft.kind === 'encounter') return [{ draft: draft.id, make: () => ofVisit(app, draft) }];
  /** @type {Promise<{record: any, due: number}|null>|null} */
  let record = null;
  const now = () => (record ??= recordNow(app, draft));
  return [{ draft: draft.id, make: () => ofPerson(app, draft, now()) }, { draft: draft.encounter || '', make: () => visitAfter(app, draft, now()) }];
}

/** Whether something of this person may leave: they agreed, or danger or their age asks for it. */
export function mayLeave(protocol, draft, assessment) {
  const said = refusal(protocol, draft) ? false : agreed(protocol, draft);
  return said === true || Boolean(keptBecause(assessment, draft));
}

/** What a screening and its encounter stand on. */
async function groundOf(app, draft) {
  const [visit, { protocol }, book] = await Promise.all([app.drafts.get(draft.encounter).then(unpacked), app.content.protocol(draft.fields.protocol.sha256), app.content.codebook()]);
  return { visit, protocol, book: book || {} };
}

/** @returns {Promise<{record: any, due: number}|null>} null: nothing of them may leave */
async function recordNow(app, draft) {
  const { visit, protocol, book } = await groundOf(app, draft);
  const open = { ...draft, fields: { ...draft.fields, ended: draft.fields.ended || 'interrupted' } };
  const { record, assessment } = detectionOf({ protocol, draft: open, visit, book, agentLanguage: language(), at: stamp(app.now()) });
  const finished = draft.fields.record;
  // Who was only observed was never asked: what was seen leaves once the agent has finished.
  if (!mayLeave(protocol, draft, assessment) && !(finished && finished.ended === 'observation_only' && !refusal(protocol, draft))) return null;
  // A "no" after the end takes the finished record back, until it is kept again.
  if (!finished || (refusal(protocol, draft) && !draft.fields.ended)) return { record, due: 0 };
  // A time that cannot be read is no time to wait for.
  return { record: finished, due: (Date.parse(draft.fields.finishedAt) || 0) + app.SEAL_AFTER_MS };
}

async function ofPerson(app, draft, made) {
  const now = await made;
  return now ? app.sealSnapshot(await withIdentity(app, draft, now.record), now.due) : null;
}

/**
 * The record with who the person is, sealed to the reviewers alone, where they
 * said that it may be taken.
 * @param {any} app @param {import('./capture-store.js').Draft} draft @param {any} record
 */
export async function withIdentity(app, draft, record) {
  const { identity } = draft.fields;
  if (!identity || (record.consent || {}).identity !== 'yes') return record;
  return { ...record, identity: await app.identity.seal(identity, record.id) };
}

/** The encounter's, where this change makes the person count otherwise. */
async function visitAfter(app, draft, made) {
  const screened = Boolean(await made);
  if (counted.get(draft.id) === screened) return undefined;
  const visit = await app.drafts.get(draft.encounter).then(unpacked);
  const snapshot = await ofVisit(app, visit, draft);
  counted.set(draft.id, screened);
  return snapshot;
}

/** @param {any} app @param {any} visit @param {any} [changed] a screening as it will be */
async function ofVisit(app, visit, changed) {
  const { protocol } = await app.content.protocol(visit.fields.protocol.sha256);
  if (visit.fields.record) return app.sealSnapshot(visit.fields.record, (Date.parse(visit.fields.finishedAt) || 0) + app.SEAL_AFTER_MS);
  const flat = (await app.drafts.list()).map(unpacked).filter((d) => d.kind === 'screening' && d.encounter === visit.id && d.id !== changed?.id);
  const persons = personsOf(visit, changed ? [...flat, changed] : flat);
  return app.sealSnapshot(encounterOf({ protocol, visit, counts: await countsNow(app, visit, persons), at: stamp(app.now()) }));
}

/** The counts as they would be sent: who is being screened and may leave counts as screened. */
async function countsNow(app, visit, persons) {
  const listed = listCounts(persons);
  let open = 0;
  for (const { state, draft, refused } of persons) {
    if (state !== 'going_on' || refused) continue; // a refusal that is kept counts as refused
    if (draft && (await recordNow(app, draft))) listed.screened++;
    else open++;
  }
  const typed = visit.fields.counts || {};
  const refused = Math.max(typed.refused || 0, listed.refused);
  const notReached = Math.max(typed.not_reached || 0, listed.not_reached);
  const seen = Math.max(typed.seen || (visit.fields.plan || {}).there || 0, listed.screened + refused + notReached + open);
  return { seen, screened: listed.screened, refused, not_reached: notReached };
}

/**
 * Makes the snapshots of the open vault's drafts that lack one they may have:
 * what schema 1 left, or what was captured before this phone had a key.
 * @param {any} app
 */
export async function renewAll(app) {
  const here = new Set((await app.snapshots.all()).map((row) => row.id));
  for (const flat of await app.drafts.list()) {
    if (here.has(await app.drafts.localOf(flat.id))) continue;
    await app.drafts.change(flat, renewals(app, unpacked(flat))).catch((error) => { if (error.type !== 'draft-gone') throw error; });
  }
}

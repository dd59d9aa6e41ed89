// From answers to a finished and then a sealed record, with its place in the
// list of the encounter. Order matters: what is known first is written first,
// so that a dead battery between two writes loses nothing and counts nothing twice.
import { language } from '../text/messages.js';
import { detectionOf } from './capture-draft.js';
import { sealDraft, setFields, stamp, unpacked } from './capture-store.js';

/** The record of a screening as its answers are now. */
export function recordOf(app, state, draft) {
  return detectionOf({ protocol: state.protocol, draft, visit: state.visit, book: state.book, agentLanguage: language(), at: stamp(app.now()) });
}

/**
 * Finishes a screening: its record stands in the draft until it is sealed. After
 * a correction it is written again; the time to correct is not prolonged.
 */
export async function finishPerson(app, state, draft) {
  const { record } = recordOf(app, state, draft);
  const observed = record.ended === 'observation_only';
  // As it is on the disk: what a screen holds of the visit may be older.
  const visit = unpacked(await app.drafts.get(draft.encounter));
  const listed = visit.fields.persons.find((p) => p.id === draft.id);
  if (listed && Boolean(listed.observed) !== observed) await markPerson(app, visit, draft.id, { observed });
  return setFields(app, draft, { record, finishedAt: draft.fields.finishedAt || stamp(app.now()) });
}

/** Takes a finish back: a correction opened questions that nobody answered yet. */
export function reopenPerson(app, draft) {
  return setFields(app, draft, { record: null, finishedAt: null });
}

/** Seals every finished screening of the encounter: the next person starts, or it closes. */
export async function sealFinished(app, state) {
  for (const person of state.persons) if (person.state === 'finished') await sealDraft(app, person.draft);
}

/** Marks a person of the list: refused, not_reached, or refused with a record kept. */
export function markPerson(app, visit, id, marks) {
  const persons = (visit.fields.persons || []).map((p) => (p.id === id ? { ...p, ...marks } : p));
  return setFields(app, visit, { persons });
}

/** Nothing of the person is kept: the count first, then the draft goes. */
export async function countOnly(app, visit, id, how) {
  await markPerson(app, visit, id, { state: how });
  await app.drafts.remove(id);
}

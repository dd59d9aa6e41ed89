// A draft in hand and a draft on the disk. On the disk every answer is a field
// of its own, so that one tap writes one small entry and no writer touches what
// another wrote, and renews what would leave if it had to end now. In hand it is {id, kind, encounter, startedAt, answers, shown, fields}.

import { renewals, withIdentity } from './capture-snapshot.js';

/**
 * @typedef {{id: string, kind: string, encounter: string|null, startedAt: string, answers: any[], shown: any[], fields: Record<string, any>}} Draft
 *   answers: {item, value, at, from?, by?}: from and by where a group said it, by the number of who said it first; shown: {item, locale, status, text_hash}; fields: everything else, each replaced as a whole
 */

const ANSWER = 'answer:'; // + item id -> {value, at}
const SHOWN = 'shown:'; // + item id -> {locale, status, text_hash}
const PERSON = 'person:'; // + id -> {number, linked, ...}: of the list of a visit, so that one more of 200 is one small entry

/** The draft as it is saved. */
export function packed(draft) {
  const { persons, ...fields } = draft.fields;
  const flat = { ...fields, id: draft.id, kind: draft.kind, encounter: draft.encounter, startedAt: draft.startedAt };
  for (const { id, ...rest } of persons || []) flat[PERSON + id] = rest;
  for (const { item, ...rest } of draft.answers) flat[ANSWER + item] = rest;
  for (const { item, ...rest } of draft.shown) flat[SHOWN + item] = rest;
  return flat;
}

/** The draft as screens and the engine use it. */
export function unpacked(flat) {
  const { id, kind, encounter, startedAt, ...rest } = flat;
  /** @type {Draft} */
  const draft = { id, kind, encounter, startedAt, answers: [], shown: [], fields: {} };
  for (const [key, value] of Object.entries(rest)) {
    if (key.startsWith(ANSWER)) draft.answers.push({ item: key.slice(ANSWER.length), ...value });
    else if (key.startsWith(SHOWN)) draft.shown.push({ item: key.slice(SHOWN.length), ...value });
    else if (!key.startsWith(PERSON)) draft.fields[key] = value;
  }
  if (kind === 'encounter') {
    // A list that an older version of this page wrote as a whole is taken along.
    const listed = Object.keys(rest).filter((key) => key.startsWith(PERSON)).map((key) => ({ id: key.slice(PERSON.length), ...rest[key] }));
    draft.fields.persons = [...(rest.persons || []).filter((p) => !listed.some((l) => l.id === p.id)), ...listed];
  }
  return draft;
}

/** A time with the offset of this device's clock, as records want it. */
export function stamp(date) {
  const offset = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 23);
  const two = (n) => String(n).padStart(2, '0');
  const abs = Math.abs(offset);
  return local + (offset < 0 ? '-' : '+') + two(Math.floor(abs / 60)) + ':' + two(abs % 60);
}

/** A draft with changes applied; the one given stays as it was. */
export function applied(draft, changes, at) {
  const next = { ...draft, answers: [...draft.answers], shown: [...draft.shown], fields: { ...draft.fields } };
  const put = (list, row) => {
    const i = list.findIndex((x) => x.item === row.item);
    if (i < 0) list.push(row);
    else list[i] = row;
  };
  for (const change of changes) {
    const { do: what, ...rest } = change;
    if (what === 'answer') put(next.answers, { at, ...rest });
    else if (what === 'unanswer') next.answers = next.answers.filter((x) => x.item !== rest.item);
    else if (what === 'shown') put(next.shown, rest);
    else Object.assign(next.fields, rest.fields);
  }
  return next;
}

/**
 * Begins a draft in the name of whoever is signed in, and saves it.
 * @param {any} app @param {{kind: string, encounter?: string|null, fields: any, answers?: any[]}} how answers: what a group said before
 */
export async function begin(app, { kind, encounter = null, fields, answers = [] }) {
  const { user } = app.session();
  const author = { user: user.id, role: user.post || user.account, agency: user.agency.id };
  const draft = { id: app.uuid7(), kind, encounter, startedAt: stamp(app.now()), answers, shown: [], fields: { ...fields, author } };
  await app.drafts.put(packed(draft), renewals(app, draft));
  return draft;
}

/** Saves changes and resolves with the draft when they are on the disk. */
export async function append(app, draft, ...changes) {
  const next = applied(draft, changes, stamp(app.now()));
  await app.drafts.change(packed(next), renewals(app, next));
  return next;
}

/** Sets fields of a draft, each replaced as a whole. */
export function setFields(app, draft, fields) {
  return append(app, draft, { do: 'set', fields });
}

/** Seals a finished draft; its record takes its place in the outbox. @returns {Promise<string>} the folio */
export async function sealDraft(app, draft) {
  const { folio } = await app.sealRecord(await withIdentity(app, draft, draft.fields.record), { removeDraft: draft.id });
  return folio;
}

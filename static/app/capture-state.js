// What the screens of an agent stand on: the open encounter of whoever is signed
// in, its persons, the protocol it was begun with, and the words to show. Read
// from the device each time a screen opens, so that a reload loses nothing.
import { useEffect, useState } from '../vendor/ui.js';
import { language, languageName } from '../text/messages.js';
import { optionsOf, tongue, words } from '../parts/explain.js';
import { personsOf } from './capture-draft.js';
import { unpacked } from './capture-store.js';

/**
 * @param {any} app the platform, see app.js
 * @returns {Promise<any>} the state that screens read; protocol and w are null without an encounter
 */
export async function loadState(app) {
  const session = app.session();
  // What was tapped a moment ago is written first: a screen that began without it would write over it.
  await app.drafts.settled();
  const [book, directory, flat] = await Promise.all([app.content.codebook(), app.content.directory(), app.drafts.list()]);
  const all = flat.map(unpacked);
  const mine = all.filter((d) => !session || d.fields.author?.user === session.user.id);
  const visit = mine.find((d) => d.kind === 'encounter') || null;
  const protocol = visit && (await app.content.protocol(visit.fields.protocol.sha256)).protocol;
  const locales = await app.content.locales(protocol?.id);
  const persons = visit ? personsOf(visit, all.filter((d) => d.kind === 'screening' && d.encounter === visit.id)) : [];
  const reader = locales.find((l) => l.code === language()) || null;
  const w = protocol && words(protocol, reader, book, new Date(visit.startedAt).getFullYear());
  return { session, book: book || {}, directory, locales, visit, protocol, persons, w, drafts: all, lang: tongue() };
}

/**
 * The state for a screen; null while it is read. A failure is thrown in the
 * render, so that the shell shows what happened and what to do.
 * @param {any} app @param {string[]} [topics] when to read again
 * @returns {[any, () => Promise<void>]}
 */
export function useVisit(app, topics = []) {
  const [state, setState] = useState(/** @type {any} */ (null));
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const read = () => loadState(app).then(setState, setFailure);
  useEffect(() => {
    read();
    return app.onChange((topic) => { if (topics.includes(topic)) read(); });
  }, []);
  if (failure) throw failure;
  return [state, read];
}

/**
 * The draft of the screen in hand; null while it is read, false when it is gone.
 * @param {any} app @param {string} id @returns {[state: any, draft: any, setDraft: (draft: any) => void]}
 */
export function useOwn(app, id) {
  const [state] = useVisit(app);
  const [draft, setDraft] = useState(/** @type {any} */ (null));
  const found = state && state.persons.find((p) => p.id === id);
  useEffect(() => { if (state) setDraft(found && found.draft ? found.draft : false); }, [state]);
  return [state, draft, setDraft];
}

/** An address of something that was sealed or never was: home. */
export function Gone({ app }) {
  useEffect(() => { app.replace('home'); }, []);
  return null;
}

// What a phone can do without: a field day is still possible.
const OPTIONAL = ['municipalities', 'storage', 'clock', 'app'];

/** Whether a fact of app.ready() is so, for a day in the field: yes, part or no. */
export function fieldState(fact) {
  return fact.ok === 'no' && OPTIONAL.includes(fact.id) ? 'part' : fact.ok;
}

/** The text of a local time of day, as people of the place write it. */
export function clock(date) {
  return date.toLocaleTimeString(language(), { hour: '2-digit', minute: '2-digit' });
}

/** The text of a date and a time. */
export function when(iso) {
  return new Date(iso).toLocaleString(language(), { dateStyle: 'medium', timeStyle: 'short' });
}

/** State and municipality in words. towns: [[code, name], ...] of the state, or null. */
export function placeText(book, state, municipality, towns) {
  const name = (optionsOf(book, 'states').find((o) => o.code === state) || {}).text || state;
  const inside = municipality && (towns || []).find(([code]) => code === municipality);
  return inside ? inside[1] + ', ' + name : name;
}

// Languages that Mexico's farms, roads and clinics hear most, before any typing:
// Spanish first, then what the pack of this phone has.
const MOST = ['es-MX', 'en'];

/**
 * Every language a person may speak: those with a pack on this phone, then each
 * variant of INALI's catalogue. Never a text of a sibling variant.
 */
export function languageOptions(locales, book, protocol) {
  const packed = locales.map((l) => ({
    code: l.code, language: l.code, text: l.autonym && l.autonym !== languageName(l) ? languageName(l) + ' (' + l.autonym + ')' : languageName(l),
    screening: l.code === 'es-MX' || Boolean(protocol && (l.screens || []).includes(protocol.id)),
    greeting: l.messages && l.messages['greeting.udhr4'] ? { ...l.messages['greeting.udhr4'], locale: l.code } : null,
    messages: l.messages, variant: l.variant || '', own: l.autonym || languageName(l), name: languageName(l), states: l.states || [],
  }));
  const have = new Set(locales.map((l) => l.code));
  const rows = ((book && book.languages) || []).filter((r) => r.variant && !(have.has(r.code) && !r.grouping)).map((r) => ({
    code: 'variant:' + r.variant, language: r.code || 'mis', variant: r.variant, screening: false, greeting: null,
    own: r.autonym || r.variant, name: r.variant, states: (r.states || '').split(';'),
    text: r.variant + (r.autonym ? ' (' + r.autonym + ')' : ''),
  }));
  const seen = new Set(packed.map((p) => p.variant).filter(Boolean));
  const first = [...MOST.filter((c) => have.has(c)), ...packed.map((p) => p.code).filter((c) => !MOST.includes(c))];
  return { options: [...packed, ...rows.filter((r) => !seen.has(r.variant))], first };
}

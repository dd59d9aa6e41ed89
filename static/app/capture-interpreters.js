// Whom to call to interpret: the agency's list as this phone last fetched it, which
// only the open vault can read. Nobody is in it who did not agree to be.
import { html, useEffect, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { plainText } from '../parts/fields.js';
import { interpreterOf, labelOf } from '../parts/explain.js';
import { CallInterpreter } from '../views/call-interpreter.js';
import { languageOptions, useVisit, when } from './capture-state.js';

/** Where the list is kept among the values of the vault: {at, items}. */
const LIST = 'interpreters';

/** What INALI's register and the like are in the directory. */
const SERVICE = 'interpreters';

/** Fetches the list; where that fails the one of before stays. @param {any} app */
export async function fetchInterpreters(app) {
  const { items } = await app.api('GET', '/interpreters');
  await app.vault.put(LIST, { at: app.now().toISOString(), items });
}

/**
 * The line of "Ready for the field" about the list.
 * @param {any} props turn: how often all was fetched while it stands there; Line: what draws it
 */
export function ReadyInterpreters({ app, turn, Line }) {
  const [list, setList] = useState(/** @type {any} */ (undefined));
  const read = async () => setList(app.vault.current() ? (await app.vault.get(LIST)) || null : null);
  useEffect(() => { (turn ? fetchInterpreters(app).catch(() => undefined) : Promise.resolve()).then(read); }, [turn]);
  if (list === undefined) return null;
  return list ? html`<${Line} id="interpreters" ok="yes" text=${t('calling.ready', { n: list.items.length, at: when(list.at) })} />`
    : html`<${Line} id="interpreters" ok="part" text=${t('calling.ready_no')} todo=${t('calling.ready_todo')} />`;
}

/** The row of INALI's catalogue of a language, where it has one. @param {any} book @param {any} language {code, variant} */
const rowOf = (book, { code, variant }) => ((book && book.languages) || []).find((r) => (variant ? r.variant === variant : r.code && r.code === code)) || {};

/** Whether two are one language: the same variant; where one of them names none, the same exact code. */
export function sameLanguage(a, b) {
  return a.variant && b.variant ? a.variant === b.variant : Boolean(a.code && a.code === b.code);
}

/**
 * How near an interpreter is to a language: yours, kin (another variant of its
 * people, which may not be understood) or other.
 * @param {any} book @param {any} person {code, variant} @param {any[]} languages of the interpreter
 */
export function nearness(book, person, languages) {
  if (languages.some((l) => sameLanguage(l, person))) return 'yours';
  const people = rowOf(book, person).grouping;
  return people && languages.some((l) => rowOf(book, l).grouping === people) ? 'kin' : 'other';
}

/** What the person speaks, in words: of the draft in hand, or as it was chosen and not begun. */
function spokenBy(state, options, params) {
  const of = state.persons.find((p) => p.id === params.id);
  if (of && of.draft) {
    const { language, variant } = of.draft.fields;
    return options.find((o) => sameLanguage({ code: o.language, variant: o.variant }, { code: language, variant })) || null;
  }
  const code = params.now ? JSON.parse(params.now).language : '';
  return options.find((o) => o.code === code) || null;
}

/** An interpreter as the screen shows it. */
function shownAs(i, state, options, person) {
  const { book } = state;
  const named = i.languages.map((l) => (options.find((o) => sameLanguage({ code: o.language, variant: o.variant }, l)) || { text: l.variant || l.code }).text);
  const states = i.states.map((code) => labelOf(book, 'states', code)).join(', ');
  const kind = interpreterOf(book, i.kind);
  const near = person ? nearness(book, { code: person.language, variant: person.variant }, i.languages) : 'other';
  return { id: i.id, name: i.name, phone: i.phone, languages: named, kind: kind.text, conflict: kind.conflict, states, hours: i.hours, note: i.note, near,
    find: plainText([i.name, ...named, ...i.languages.map((l) => rowOf(book, l).grouping || ''), states].join(' ')) };
}

export function InterpretersScreen({ app, params }) {
  const [state] = useVisit(app);
  const [list, setList] = useState(/** @type {any} */ (undefined));
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  useEffect(() => { app.vault.get(LIST).then((kept) => setList(kept || null), setFailed); }, []);
  if (failed) throw failed;
  if (!state || list === undefined) return null;
  const { options } = languageOptions(state.locales, state.book, null);
  const person = spokenBy(state, options, params);
  const rows = list && list.items.map((i) => shownAs(i, state, options, person));
  const back = params.item ? () => app.replace('card', { id: params.id, item: params.item }) : params.now ? () => app.replace('person', { now: params.now }) : () => app.go('home');
  return html`<${CallInterpreter} language=${person && person.code !== 'es-MX' ? person.text : ''} rows=${rows} at=${list ? when(list.at) : ''}
    services=${((state.directory || {}).services || []).filter((s) => s.kind === SERVICE)} lang=${state.lang}
    absent=${labelOf(state.book, 'interpreters', 'needed_not_available')} onBack=${back} />`;
}

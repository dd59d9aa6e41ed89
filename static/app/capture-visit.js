// The agent's screens: each reads the state, hands data and callbacks to its
// view, and saves every tap before the next thing is shown.
import { html, useEffect, useState } from '../vendor/ui.js';
import { language, protocolWords, t } from '../text/messages.js';
import { interpreterOf, optionsOf, tongue } from '../parts/explain.js';
import { Home } from '../views/home.js';
import { Encounter, Setup } from '../views/encounter.js';
import { Person } from '../views/person.js';
import { listCounts, placeSteps } from './capture-draft.js';
import { inherited, lettersOf } from './capture-group.js';
import { coverage, lineOf } from './capture-sample.js';
import { fieldState, Gone, languageOptions, placeText, useVisit, when } from './capture-state.js';
import { sealFinished } from './capture-seal.js';
import { begin, setFields, stamp } from './capture-store.js';
import { tripNow } from './capture-phone.js';
import { otherLanguage } from './entry.js';

// Without these no visit can be begun: the phone must be made ready first.
const NEEDED = ['keys', 'protocol', 'codebook'];

// How many of the last folios home shows.
const LAST_FOLIOS = 5;

export function HomeScreen({ app }) {
  const [state] = useVisit(app, ['outbox', 'content', 'drafts', 'session']);
  const [more, setMore] = useState(/** @type {any} */ (null));
  const look = async () => {
    const [box, facts, trip] = await Promise.all([app.outbox.summary(), app.ready(), tripNow(app)]);
    const folios = box.items.filter((r) => r.kind === 'detection').sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, LAST_FOLIOS);
    setMore({ box, folios, tripOver: trip.over, missing: facts.filter((f) => fieldState(f) === 'no' && !f.id.startsWith('language.')).length,
      prepare: facts.some((f) => f.ok === 'no' && NEEDED.includes(f.id)) });
  };
  useEffect(() => { look(); }, [state]);
  useEffect(() => app.sync.subscribe(look), []);
  if (!state || !more || !state.session) return null;
  const { visit, session } = state;
  const other = otherLanguage();
  return html`<${Home} user=${session.user} missing=${more.missing} prepare=${more.prepare} outbox=${more.box} otherLanguage=${other} onLanguage=${() => app.setLanguage(other.code)}
    folios=${more.folios.map((f) => ({ ...f, at: when(f.at) }))} sync=${more.box.lastContact ? t('outbox.last', { at: when(more.box.lastContact) }) : t('outbox.never')}
    encounter=${visit && { setting: state.w.label('settings', visit.fields.setting), place: placeText(state.book, visit.fields.state), persons: state.persons.length }}
    onStart=${() => app.go('setup')} onContinue=${() => app.go('encounter')} onReady=${() => app.go('ready')}
    onOutbox=${() => app.go('outbox')} onAddendum=${() => app.go('addendum')} tripOver=${more.tripOver}
    onShift=${() => app.go('shift')} onProtects=${() => app.go('protects')} security=${app.href('security')} onSignOut=${() => signOut(app, more.box, state.drafts.length)} />`;
}

/** Signs out after saying what stays on the phone unsent. */
export async function signOut(app, box, drafts) {
  const unsent = box.waiting + box.refused;
  const question = unsent + drafts > 0 ? t('home.sign_out_unsent', { n: unsent, drafts }) : t('home.sign_out_sure');
  if (window.confirm(question)) await app.signOut();
}

/** Protocols whose settings name this one: first those for the agent's post, and of these the whole ones. */
export function fitting(protocols, setting, post) {
  const rank = (p) => (p.roles.includes(post) ? 2 : 0) + (p.depth === 'base' ? 0 : 1);
  return protocols.filter((p) => !setting || p.settings.includes(setting)).sort((a, b) => rank(b) - rank(a));
}

/** The reader's language, with the texts of the protocol of the visit. */
function readerOf(locales, protocol) {
  const reader = locales.find((l) => l.code === language());
  return reader ? { ...reader, protocols: (reader.protocols || {})[protocol.id] || {} } : null;
}

/**
 * What a choice says of a protocol: its name, how many questions, and that a base
 * one is not complete. reader: the reader's language with the texts of this protocol.
 */
function guideOf(reader, p) {
  const title = protocolWords(reader, 'protocol.' + p.id, p.title);
  return { code: p.id, ...title, base: p.depth === 'base', budget: p.budget ? t('encounter.budget', { n: p.budget.negative }) : '' };
}

export function SetupScreen({ app }) {
  const [state] = useVisit(app);
  const [here, setHere] = useState(/** @type {any} */ (null));
  const [draft, setDraft] = useState({ setting: '', protocol: '', state: '', municipality: '', language: 'es-MX', mode: 'live', occurred: '' });
  const [problems, setProblems] = useState(/** @type {any[]} */ ([]));
  const [busy, setBusy] = useState(false);
  useEffect(() => { Promise.all([app.content.protocols(), app.content.municipalitiesSource(), app.vault.get('last_place')])
    .then(([protocols, source, last]) => { setHere({ protocols, source }); if (last) setDraft((d) => ({ ...d, ...last })); }); }, []);
  const [towns, setTowns] = useState(/** @type {any} */ (null));
  useEffect(() => { if (draft.state) app.content.municipalities(draft.state).then(setTowns); }, [draft.state]);
  const [readers, setReaders] = useState({});
  useEffect(() => {
    if (here && draft.setting) Promise.all(fitting(here.protocols, draft.setting, '').map(async ({ id }) => [id, await app.content.locale(language(), id)])).then((all) => setReaders(Object.fromEntries(all)));
  }, [here, draft.setting]);
  if (!state || !here) return null;
  const { book, session, locales } = state;
  const post = session.user.post;
  const fits = fitting(here.protocols, draft.setting, post);
  const chosen = fits.find((p) => p.id === draft.protocol) || fits[0] || null;
  const usual = (code) => here.protocols.filter((p) => p.settings.includes(code)).reduce((n, p) => Math.max(n, p.roles.includes(post) ? 2 : 1), 0);
  const settings = optionsOf(book, 'settings').sort((a, b) => usual(b.code) - usual(a.code));
  const packed = languageOptions(locales, book, chosen).options.filter((l) => !l.code.startsWith('variant:'));
  const inState = towns && draft.state ? towns.map(([code, text]) => ({ code, text })) : null;
  const change = (fields) => setDraft((d) => ({ ...d, ...fields, ...(fields.state !== undefined ? { municipality: '' } : {}) }));
  const start = async () => {
    const wrong = [!draft.setting && 'setting', draft.setting && !chosen && 'protocol', !draft.state && 'state', draft.mode === 'paper' && !draft.occurred && 'occurred'].filter(Boolean);
    setProblems(wrong);
    if (wrong.length || busy) return; // a second tap would begin a second visit
    setBusy(true);
    const visit = await begin(app, { kind: 'encounter', fields: {
      setting: draft.setting, state: draft.state, municipality: draft.municipality, language: draft.language, mode: draft.mode,
      protocol: { id: chosen.id, version: chosen.version, sha256: chosen.sha256 }, persons: [], counts: null,
      occurredAt: draft.mode === 'paper' ? stamp(new Date(draft.occurred)) : null,
    } }).catch((error) => { setBusy(false); throw error; });
    await app.vault.put('last_place', { setting: draft.setting, state: draft.state, language: draft.language });
    const { protocol } = await app.content.protocol(chosen.sha256);
    app.replace(placeSteps(protocol, visit).length ? 'observe' : 'encounter');
  };
  return html`<${Setup} draft=${{ ...draft, protocol: chosen ? chosen.id : '' }} settings=${settings} problems=${problems}
    protocols=${fits.map((p) => guideOf(readers[p.id] || null, p))} unusualRole=${chosen && !chosen.roles.includes(post)}
    states=${optionsOf(book, 'states')} municipalities=${inState} municipalitySource=${here.source}
    municipalityName=${inState && (inState.find((m) => m.code === draft.municipality) || {}).text}
    languages=${packed} modes=${optionsOf(book, 'modes')} nowLocal=${stamp(app.now()).slice(0, 16)}
    onChange=${change} onBegin=${start} onBack=${() => app.go('home')} />`;
}

export function EncounterScreen({ app }) {
  const [state] = useVisit(app, ['outbox', 'drafts']);
  const [towns, setTowns] = useState(/** @type {any} */ (null));
  useEffect(() => { if (state && state.visit) app.content.municipalities(state.visit.fields.state).then(setTowns); }, [state]);
  if (!state) return null;
  const { visit, persons, protocol, book } = state;
  if (!visit) return html`<${Gone} app=${app} />`;
  return html`<${ListOfPersons} ...${{ app, state, visit, persons, protocol, book, towns }} />`;
}

// Persons of the list that are shown at once, besides those who are not finished.
const SHOWN = 30;

// Nobody has said yet how many are there.
const NO_PLAN = { there: 0, time: 0, first: 0 };

function ListOfPersons({ app, state, visit, persons, protocol, book, towns }) {
  const steps = placeSteps(protocol, visit);
  const [typed, setTyped] = useState(/** @type {any} */ (null));
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  if (failed) throw failed;
  const plan = typed || visit.fields.plan || NO_PLAN;
  // Whom to stop at is told once it is on the disk: a reload must not tell another.
  const saved = !typed || JSON.stringify(typed) === JSON.stringify(visit.fields.plan);
  const onPlan = (next) => {
    const drawn = { ...next, drawn: next.drawn ?? crypto.getRandomValues(new Uint32Array(1))[0] };
    setTyped(drawn);
    setFields(app, visit, { plan: drawn }).catch(setFailed);
  };
  const listed = listCounts(persons);
  const many = { plan, begun: persons.length > 0, line: saved && plan.there > 0 && plan.time > 0 ? lineOf(plan) : null, onPlan,
    first: ((book && book.sampling) || []).map((row) => ({ code: row.code, text: row[tongue()], why: row['reason_' + tongue()] })) };
  const [folios, setFolios] = useState({});
  const [whole, setWhole] = useState(false);
  const shown = whole ? persons : persons.filter((p, i) => p.draft || i >= persons.length - SHOWN);
  useEffect(() => {
    Promise.all(shown.map(async (p) => [p.id, p.state === 'sealed' || p.state === 'finished' ? await app.folio(p.id) : ''])).then((f) => setFolios(Object.fromEntries(f)));
  }, [state, whole]);
  const number = (id) => (persons.find((p) => p.id === id) || {}).number;
  const linkedOf = (p) => [...new Set([...(p.linked || []), ...persons.filter((o) => (o.linked || []).includes(p.id)).map((o) => o.id)])].map(number).filter(Boolean).sort((a, b) => a - b);
  const rows = shown.map((p) => ({ id: p.id, number: p.number, state: p.state, folio: folios[p.id], linked: linkedOf(p), group: p.group }));
  const open = (id, how) => app.go(how === 'finished' ? 'result' : 'item', { id });
  return html`<${Encounter} setting=${state.w.label('settings', visit.fields.setting)} place=${placeText(book, visit.fields.state, visit.fields.municipality, towns)}
    mode=${visit.fields.mode} guide=${guideOf(readerOf(state.locales, protocol), protocol)} many=${many} covered=${plan.there > 0 ? coverage({ seen: Math.max(plan.there, persons.length), screened: listed.screened }) : null} persons=${rows} hidden=${persons.length - shown.length} onAll=${() => setWhole(true)} observed=${{ done: steps.filter((s) => s.answer).length, total: steps.length }}
    onObserve=${() => app.go('observe')} onNext=${() => app.go('person')} onOpen=${open} onClose=${() => app.go('close')} onBack=${() => app.go('home')} />`;
}

/** The next person with a language: another one needs an interpreter until the agent says who it is; Spanish needs none. */
function speaks(person, language) {
  if (!language) return person;
  const interpreter = language === 'es-MX' ? 'none_needed' : person.interpreter === 'none_needed' ? 'needed_not_available' : person.interpreter;
  return { ...person, language, interpreter };
}

export function PersonScreen({ app, params }) {
  const [state] = useVisit(app);
  const [draft, setDraft] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(/** @type {any} */ (null));
  if (failed) throw failed;
  if (!state) return null;
  const { visit, persons, protocol, book, locales } = state;
  if (!visit) return html`<${Gone} app=${app} />`;
  const { options, first } = languageOptions(locales, book, protocol);
  const last = visit.fields.lastLanguage || visit.fields.language;
  const now = draft || (params.now ? speaks(JSON.parse(params.now), params.language) : null) || { language: last, interpreter: visit.fields.lastInterpreter || (last === 'es-MX' ? 'none_needed' : 'needed_not_available'), group: visit.fields.lastGroup || '', linked: [] };
  const said = inherited(visit, now.group);
  const chosen = options.find((o) => o.code === now.language) || null;
  const change = (fields) => setDraft(speaks({ ...now, ...fields }, fields.language));
  const number = persons.reduce((n, p) => Math.max(n, p.number), 0) + 1;
  const start = async () => {
    if (busy) return; // a second tap would begin a second person
    setBusy(true);
    try {
      await sealFinished(app, state);
      const pack = chosen.code === chosen.language ? await app.content.locale(chosen.code) : null;
      const person = await begin(app, { kind: 'screening', encounter: visit.id, fields: {
        number, language: chosen.language, pack: pack ? { code: chosen.code, sha256: pack.sha256 } : null, protocol: visit.fields.protocol,
        variant: chosen.variant, interpreter: now.interpreter, group: now.group, linked: now.linked, person: {},
      }, answers: said });
      const spoken = [now.language, ...(visit.fields.spoken || []).filter((c) => c !== now.language)];
      await setFields(app, visit, { spoken, lastLanguage: now.language, lastInterpreter: now.interpreter, lastGroup: now.group,
        persons: [...(visit.fields.persons || []), { id: person.id, number, linked: now.linked, group: now.group }] });
      app.replace('item', { id: person.id });
    } catch (error) {
      setFailed(error);
    }
  };
  return html`<${Person} number=${number} draft=${now} languages=${options} first=${[last, ...first.filter((c) => c !== last)]} language=${chosen}
    interpreters=${optionsOf(book, 'interpreters')} conflict=${interpreterOf(book, now.interpreter).conflict} others=${persons.filter((p) => p.state !== 'refused' && p.state !== 'not_reached')}
    groups=${persons.length ? lettersOf(visit) : []} said=${said.map((f) => ({ ...f, ...state.w.item(f.item), answer: state.w.answer(f.item, f.value) }))}
    onFinder=${() => app.replace('finder', { now: JSON.stringify(now) })} onCalling=${() => app.replace('calling', { now: JSON.stringify(now) })} onChange=${change} onBegin=${start} onBack=${() => app.go('encounter')} />`;
}

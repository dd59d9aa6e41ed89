// Screens about this phone: ready for the field, outbox, addendum.
import { html, useEffect, useState } from '../vendor/ui.js';
import { hasMessage, languageName, t } from '../text/messages.js';
import { optionsOf } from '../parts/explain.js';
import { Ready } from '../views/ready.js';
import { Outbox } from '../views/outbox.js';
import { Addendum } from '../views/addendum.js';
import { fieldState, when } from './capture-state.js';
import { stamp } from './capture-store.js';
import { LOCK_CHOICES_S } from './guard.js';

/** The facts of app.ready() as lines: what is here, what is missing, what to do. */
export function readyLines(facts) {
  return facts.filter((f) => !f.id.startsWith('language.')).map((f) => {
    const ok = fieldState(f);
    const args = { ...f.args, at: f.args && f.args.at ? when(f.args.at) : '' };
    return { id: f.id, ok, text: t('ready.' + f.id + (f.ok === 'yes' ? '' : '_no'), args), todo: f.ok === 'yes' ? '' : t('ready.' + f.id + '_todo', args) };
  });
}

// What the phone can ask in comes first, then greetings, then mere names.
const USE = ['yes', 'part', 'no'];
const byUse = (a, b) => USE.indexOf(a.ok) - USE.indexOf(b.ok) || languageName(a.args).localeCompare(languageName(b.args));

/** Where the end of the last trip is kept: the vault itself forgets a trip that is over. */
const TRIP = 'trip_until';

/** The trip of this phone: {until, over}. */
export async function tripNow(app) {
  if (!app.vault.current()) return { until: '', over: false };
  const [now, last] = await Promise.all([app.vault.trip(), app.vault.get(TRIP)]);
  return { until: now ? when(now.until) : '', over: !now && Boolean(last) };
}

/** What the part about the trip shows and does. */
function useTrip(app) {
  const [state, setState] = useState(/** @type {any} */ ({ until: '', over: false, busy: false, failure: null }));
  const read = async (more = {}) => { const now = await tripNow(app); setState((s) => ({ ...s, ...now, ...more })); };
  useEffect(() => { read(); }, []);
  const start = async (days) => {
    setState((s) => ({ ...s, busy: true, failure: null }));
    try {
      await app.ready.startTrip(days);
      await app.vault.put(TRIP, (await app.vault.trip()).until);
      await read({ busy: false });
    } catch (error) {
      await read({ busy: false, failure: app.asProblem(error).detail });
    }
  };
  return { ...state, onStart: start };
}

/** After how long this phone locks. */
function useLimit(app) {
  const [value, setValue] = useState(app.guard.state().limit);
  return { value, choices: LOCK_CHOICES_S, onPick: async (seconds) => { await app.guard.setLimit(seconds); setValue(seconds); } };
}

export function ReadyScreen({ app }) {
  const trip = useTrip(app);
  const lock = useLimit(app);
  const [facts, setFacts] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const [live, setLive] = useState('');
  const fetchAll = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await app.fetchAll((done, of, usable) => setLive(of ? t(usable ? 'ready.progress_usable' : 'ready.progress', { n: Math.round((100 * done) / of) }) : ''));
      setLive(t('ready.fetched'));
    } catch (error) {
      setFailure(app.asProblem(error).detail);
    }
    setFacts(await app.ready());
    setBusy(false);
  };
  // On the first visit there is nothing yet, or not all of it: fetch without being asked.
  const begin = (f) => {
    setFacts(f);
    if (f.some((x) => x.id === 'rest' || (x.id === 'codebook' && x.ok === 'no'))) fetchAll();
  };
  useEffect(() => { app.ready().then(begin); }, []);
  useEffect(() => app.onChange((topic) => { if (topic === 'content') app.ready().then(setFacts); }), []);
  if (!facts) return null;
  const languages = facts.filter((f) => f.id.startsWith('language.')).sort(byUse).map((f) => ({ code: f.args.code, name: languageName(f.args),
    text: t('ready.language_' + f.ok), audio: t(f.args.audio ? 'ready.audio' : 'ready.audio_no') }));
  return html`<${Ready} trip=${trip} lock=${lock} lines=${readyLines(facts)} languages=${languages} busy=${busy} failure=${failure} live=${live} onFetch=${fetchAll} onBack=${() => app.go('home')} />`;
}

// A reason of the server in words; an unknown one is shown as its code.
function reasonText(reason, detail) {
  for (const id of ['reason.' + reason, 'problem.' + reason]) if (reason && hasMessage(id)) return t(id);
  return detail || t('outbox.reason', { code: reason || '?' });
}

export function OutboxScreen({ app }) {
  const [box, setBox] = useState(/** @type {any} */ (null));
  const [outcome, setOutcome] = useState(/** @type {any} */ (null));
  const read = () => Promise.all([app.outbox.summary(), app.drafts.count()]).then(([summary, drafts]) => setBox({ ...summary, drafts }));
  useEffect(() => {
    read();
    const stops = [app.outbox.subscribe(read), app.sync.subscribe(read)];
    return () => stops.forEach((stop) => stop());
  }, []);
  if (!box) return null;
  const session = app.session();
  const sendNow = async () => { setOutcome(await app.sync.now()); await read(); };
  const of = (status) => box.items.filter((r) => r.status === status).map((r) => ({ ...r, at: when(r.at), reason: reasonText(r.reason, r.detail) }));
  const held = box.answers.filter((a) => a.status === 'quarantined').map(({ reason, n }) => ({ id: reason, n, reason: reasonText(reason, '') }));
  const { outcome: sent } = app.sync.state();
  const lost = box.items.some((r) => r.status === 'refused' && r.reason === 'unknown_device') || sent?.problem?.type === 'device-unknown';
  return html`<${Outbox} counts=${box} lost=${lost} onEnrol=${() => app.go('again')} drafts=${box.drafts} last=${box.lastContact && when(box.lastContact)} busy=${app.sync.state().busy} failure=${box.lastError}
    waiting=${of('waiting')} refused=${of('refused')} quarantined=${held}
    live=${outcome ? t(outcome.state === 'done' ? 'outbox.done' : 'outbox.not_done', { n: outcome.sent }) : ''}
    onSync=${sendNow} onRetry=${async (id) => { await app.outbox.retry(id); await sendNow(); }} onExport=${(id) => app.outbox.exportSealed(id)}
    onBack=${() => app.go(session && session.user.account === 'agent' ? 'home' : 'queue')} />`;
}

// How many records the addendum screen offers to choose from.
const RECENT = 12;

/** Records that are still on this phone, newest first: id and folio, nothing of their content. What left is known by nobody here. */
async function recordsHere(app) {
  const { items } = await app.outbox.summary();
  return items.filter((r) => r.kind !== 'addendum').sort((a, b) => (a.id < b.id ? 1 : -1));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function AddendumScreen({ app }) {
  const [book, setBook] = useState(/** @type {any} */ (null));
  const [records, setRecords] = useState(/** @type {any[]} */ ([]));
  const [draft, setDraft] = useState({ about: '', what: '', codes: [] });
  const [problem, setProblem] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(/** @type {any} */ (null));
  useEffect(() => { Promise.all([app.content.codebook(), recordsHere(app)]).then(([b, r]) => { setBook(b || {}); setRecords(r); }); }, []);
  if (!book) return null;
  const idOf = (typed) => {
    const text = typed.trim().toLowerCase();
    if (UUID.test(text)) return text;
    return (records.find((r) => r.folio === app.parseFolio(typed)) || {}).id || null;
  };
  const wrong = (about, folio) => {
    if (!about && !folio) return t('addendum.problem_folio');
    if (!draft.what) return t('addendum.problem_what');
    return (draft.what === 'new_fact' || draft.what === 'correction') && !draft.codes.length ? t('addendum.problem_codes') : null;
  };
  const seal = async () => {
    const about = idOf(draft.about);
    const aboutFolio = about ? await app.folio(about) : app.parseFolio(draft.about);
    const said = wrong(about, aboutFolio);
    setProblem(said);
    if (said) return;
    setBusy(true);
    try {
      const { folio } = await app.sealRecord({ kind: 'addendum', schema: 1, id: app.uuid7(), author: null, device: null, captured_at: stamp(app.now()), about, about_folio: aboutFolio, what: draft.what, codes: draft.codes, answers: [] });
      setDone({ folio, about: aboutFolio });
    } catch (error) {
      setProblem(app.asProblem(error).detail);
      setBusy(false);
    }
  };
  return html`<${Addendum} draft=${draft} recent=${records.slice(0, RECENT).map((r) => ({ ...r, at: when(r.at) }))} kinds=${optionsOf(book, 'addendum_kinds')}
    codes=${[...optionsOf(book, 'indicators'), ...optionsOf(book, 'needs')]} problem=${problem} done=${done} busy=${busy}
    onChange=${(fields) => setDraft({ ...draft, ...fields })} onSeal=${seal} onBack=${() => app.go('home')} />`;
}

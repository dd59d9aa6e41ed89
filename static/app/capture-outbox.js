// What waits to be sent, and what is added to a record that was sealed.
import { html, useEffect, useState } from '../vendor/ui.js';
import { hasMessage, t } from '../text/messages.js';
import { optionsOf } from '../parts/explain.js';
import { Outbox } from '../views/outbox.js';
import { Addendum } from '../views/addendum.js';
import { when } from './capture-state.js';
import { stamp } from './capture-store.js';
import { countVoices, sendVoices } from './voices.js';

// A reason of the server in words; an unknown one is shown as its code.
function reasonText(reason, detail) {
  for (const id of ['reason.' + reason, 'problem.' + reason]) if (reason && hasMessage(id)) return t(id);
  return detail || t('outbox.reason', { code: reason || '?' });
}

export function OutboxScreen({ app }) {
  const [box, setBox] = useState(/** @type {any} */ (null));
  const [outcome, setOutcome] = useState(/** @type {any} */ (null));
  const read = () => Promise.all([app.outbox.summary(), app.drafts.count(), countVoices(app)]).then(([summary, drafts, voices]) => setBox({ ...summary, drafts, voices }));
  useEffect(() => {
    read();
    const stops = [app.outbox.subscribe(read), app.sync.subscribe(read)];
    return () => stops.forEach((stop) => stop());
  }, []);
  if (!box) return null;
  const session = app.session();
  const sendNow = async () => {
    setOutcome(await app.sync.now());
    if (box.voices > 0 && session && !session.ended) await sendVoices(app); // what could not go is still counted
    await read();
  };
  const of = (status) => box.items.filter((r) => r.status === status).map((r) => ({ ...r, at: when(r.at), reason: reasonText(r.reason, r.detail) }));
  const held = box.answers.filter((a) => a.status === 'quarantined').map(({ reason, n }) => ({ id: reason, n, reason: reasonText(reason, '') }));
  const { outcome: sent } = app.sync.state();
  const lost = box.items.some((r) => r.status === 'refused' && r.reason === 'unknown_device') || sent?.problem?.type === 'device-unknown';
  return html`<${Outbox} counts=${box} lost=${lost} onEnrol=${() => app.go('again')} drafts=${box.drafts} voices=${box.voices} last=${box.lastContact && when(box.lastContact)} busy=${app.sync.state().busy} failure=${box.lastError}
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

// The supervisor's screens: queue, detail, quarantine. They ask the server each
// time; nothing of a detection is kept on this device.
import { html, useEffect, useState } from '../vendor/ui.js';
import { hasMessage, language, t } from '../text/messages.js';
import { labelOf, optionsOf } from '../parts/explain.js';
import { Queue as QueueView } from '../views/queue.js';
import { Detection as DetectionView } from '../views/detection.js';
import { Quarantine as QuarantineView } from '../views/quarantine.js';
import { detailOf, reasonsFor, rowLine } from './desk-detail.js';
import { when } from './capture-state.js';
import { Hold } from '../views/retention.js';
import { Identity } from './identity-keys.js';
import { around } from './office.js';

export { IdentityKeys } from './identity-keys.js';

// Rows of one page: a phone shows six, a laptop a screen and a half.
const PAGE = 25;

/** The lists and words this desk needs; fetched once where the device has none. */
async function desktop(app) {
  if (!(await app.content.codebook())) await app.fetchAll();
  return { book: (await app.content.codebook()) || {} };
}

/** Codes that a filter may have, in words. */
function filterLists(book) {
  const danger = ((book.indicators || []).filter((i) => i.dimension === 'danger')).map((i) => i.code);
  return {
    level: optionsOf(book, 'levels').reverse(), setting: optionsOf(book, 'settings'), state: optionsOf(book, 'states'), offence: optionsOf(book, 'offences'),
    danger: [{ code: danger.join(','), text: t('queue.danger_any') }, ...optionsOf(book, 'indicators').filter((o) => danger.includes(o.code))],
    status: ['new', 'in_review', 'confirmed', 'needs_more', 'referred', 'dismissed', 'closed'].map((code) => ({ code, text: t('status.' + code) })),
  };
}

function queryOf(filters, cursor) {
  const q = new URLSearchParams({ limit: String(PAGE) });
  for (const [name, value] of Object.entries(filters)) if (value) q.set(name, value);
  if (cursor) q.set('cursor', cursor);
  return q.toString();
}

export function Queue({ app }) {
  const [desk, setDesk] = useState(/** @type {any} */ (null));
  const [filters, setFilters] = useState({});
  const [page, setPage] = useState(/** @type {any} */ ({ items: [], next: null, total: 0 }));
  const [busy, setBusy] = useState(true);
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const [live, setLive] = useState('');
  const read = async (want, cursor, before) => {
    setBusy(true);
    setFailure(null);
    try {
      setDesk(desk || await desktop(app));
      const got = await app.api('GET', '/detections?' + queryOf(want, cursor));
      setPage({ ...got, items: [...before, ...got.items] });
      setLive(t('queue.total', { n: got.total }));
    } catch (error) {
      setFailure(app.asProblem(error).detail);
    }
    setBusy(false);
  };
  useEffect(() => { read(filters, null, []); }, [filters]);
  const book = desk ? desk.book : {};
  const label = (list, code) => (code ? labelOf(book, list, code) : '');
  return html`<${QueueView} ...${around(app, 'queue')} rows=${page.items.map((r) => rowLine(r, book, label))}
    onOpen=${(id) => app.go('detection', { id })}
    total=${page.total} filters=${filters} lists=${filterLists(book)} busy=${busy} failure=${failure} more=${page.next} live=${live}
    onFilter=${setFilters} onMore=${() => read(filters, page.next, page.items)} onAgain=${() => read(filters, null, [])} />`;
}

export function Detection({ app, params }) {
  const [seen, setSeen] = useState(/** @type {any} */ (null));
  const [broken, setBroken] = useState(/** @type {any} */ (null));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const [live, setLive] = useState('');
  const at = '/detections/' + encodeURIComponent(params.id);
  const read = async () => {
    const [desk, sent] = await Promise.all([desktop(app), app.api('GET', at)]);
    const { id, version } = sent.detection.protocol;
    const [reader, protocol] = await Promise.all([app.content.locale(language(), id), app.api('GET', '/protocols/' + encodeURIComponent(id) + '?version=' + version).catch(unknownVersion)]);
    setSeen({ sent, desk, protocol, reader });
  };
  useEffect(() => { read().catch(setBroken); }, []);
  if (broken) throw broken;
  if (!seen) return null;
  const { sent, desk, protocol, reader } = seen;
  const detail = detailOf(sent, { protocol, reader, book: desk.book });
  const work = async (what) => {
    setBusy(true);
    setFailure(null);
    try {
      await what();
      setLive(t('ask.saved'));
      await read();
      setBusy(false);
      return true;
    } catch (error) {
      const problem = app.asProblem(error);
      setFailure({ title: problem.title, text: problem.detail });
      // Somebody else decided in between: show what they decided, keep the form.
      if (problem.status === 409) await read().catch(() => undefined);
      setBusy(false);
      return false;
    }
  };
  const decide = (form) => work(async () => {
    if (form.decision === 'refer') await app.api('POST', at + '/referrals', { service: form.service, urgency: form.urgency, consent: form.consent });
    else await app.api('POST', at + '/reviews', { decision: form.decision, reason: form.reason, level: form.level, follows: detail.lastReview });
  });
  return html`<${DetectionView} ...${detail} busy=${busy} failure=${failure} live=${live} onDecide=${decide}
    identity=${html`<${Identity} app=${app} id=${params.id} has=${Boolean(sent.has_identity)} book=${desk.book} />`}
    hold=${html`<${Hold} on=${(sent.flags || []).includes('legal_hold')} reasons=${optionsOf(desk.book, 'hold_reasons')} busy=${busy}
      onHold=${(on, reason) => work(() => app.api('POST', at + '/hold', { on, reason }))} />`}
    onNote=${(text) => work(() => app.api('POST', at + '/notes', { text }))} onBack=${() => app.go('queue')} />`;
}

/** A version that this server does not have is shown without words; anything else is a failure. */
function unknownVersion(error) {
  if (error && error.status === 404) return null;
  throw error;
}

function entryLine(app, e, folios, label) {
  return {
    key: e.key, folio: folios.get(e.id) || e.id, at: when(e.received_at), from: t('quarantine.from', { device: e.device, bytes: e.bytes }),
    reasons: e.reasons.map((r, i) => ({ id: r.code + i, text: hasMessage('reason.' + r.code) ? t('reason.' + r.code) : t('outbox.reason', { code: r.code }), path: r.path })),
    decided: e.decision ? t('quarantine.decided', { what: t('quarantine.' + e.decision.decision), reason: label('review_reasons', e.decision.reason) }) : '',
  };
}

export function Quarantine({ app }) {
  const [state, setState] = useState(/** @type {any} */ ({ items: [], next: null, folios: new Map(), book: {} }));
  const [busy, setBusy] = useState(true);
  const [failure, setFailure] = useState(/** @type {any} */ (null));
  const [live, setLive] = useState('');
  const read = async (cursor, before) => {
    setBusy(true);
    setFailure(null);
    try {
      const { book } = await desktop(app);
      const got = await app.api('GET', '/quarantine?limit=' + PAGE + (cursor ? '&cursor=' + encodeURIComponent(cursor) : ''));
      const items = [...before, ...got.items];
      const folios = new Map(await Promise.all(items.map(async (/** @type {any} */ e) => /** @type {[string, string]} */ ([e.id, await app.folio(e.id)]))));
      setState({ items, next: got.next, folios, book });
    } catch (error) {
      setFailure(app.asProblem(error).detail);
    }
    setBusy(false);
  };
  useEffect(() => { read(null, []); }, []);
  const label = (list, code) => labelOf(state.book, list, code);
  const decide = async (key, form) => {
    setBusy(true);
    try {
      const result = await app.api('POST', '/quarantine/' + encodeURIComponent(key) + '/decisions', form);
      await read(null, []);
      setLive(t('quarantine.done_' + (form.decision === 'release' && result && result.status === 'quarantined' ? 'still' : 'yes')));
    } catch (error) {
      setFailure(app.asProblem(error).detail);
      setBusy(false);
    }
  };
  return html`<${QuarantineView} ...${around(app, 'quarantine')} entries=${state.items.map((e) => entryLine(app, e, state.folios, label))}
    busy=${busy} failure=${failure} more=${state.next} live=${live} reasonsFor=${(decision) => reasonsFor(state.book, decision)}
    onDecide=${decide} onMore=${() => read(state.next, state.items)} onAgain=${() => read(null, [])} />`;
}

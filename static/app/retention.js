// The screen on which records end: for supervisors and administrators. It asks
// the server each time; nothing of it is kept on this device.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { labelOf, optionsOf } from '../parts/explain.js';
import { Retention as RetentionView } from '../views/retention.js';
import { bookOf, useServer } from './admin.js';
import { when } from './capture-state.js';
import { around } from './office.js';

/** Those whose term is over, in words. @param {any} sent @param {any} book */
export function dueRows(sent, book) {
  return {
    total: sent.total,
    rows: sent.items.map((d) => ({ id: d.id, folio: d.folio, held: d.held,
      text: t('retention.due_line', { level: labelOf(book, 'levels', d.level), at: when(d.received_at), over: when(d.over) }) })),
  };
}

const KINDS = ['detection', 'encounter', 'addendum', 'quarantine'];

/** A request in words. @param {any} d @param {any} book */
export function requestRow(d, book) {
  const what = KINDS.filter((k) => d.destroyed[k]).map((k) => t('retention.kind_' + k, { n: d.destroyed[k] })).join(', ');
  return {
    id: d.id, state: d.state, mine: d.mine, records: d.records,
    text: t('retention.request_line', { n: d.records.length, reason: labelOf(book, 'destruction_reasons', d.reason) }),
    lines: [t('retention.asked_by', { at: when(d.asked.at), who: d.asked.name }),
      d.decided && t('retention.decided_by', { at: when(d.decided.at), who: d.decided.name }),
      what && t('retention.destroyed', { what })].filter(Boolean),
  };
}

/** The terms of every level, in the order of the codebook. @param {any} sent @param {any} book */
export function termRows(sent, book) {
  return { own: Boolean(sent.by), at: sent.at || '', levels: optionsOf(book, 'levels').map((l) => ({ ...l, days: sent.terms[l.code] || 0 })) };
}

export function Retention({ app }) {
  const { data, busy, failure, live, run, reload } = useServer(app, async () => {
    const [book, due, requests, terms] = await Promise.all([bookOf(app), app.api('GET', '/destructions/due'), app.api('GET', '/destructions'), app.api('GET', '/retention')]);
    return { book, due: dueRows(due, book), requests: requests.items.map((d) => requestRow(d, book)), terms: termRows(terms, book) };
  }, []);
  const { user } = app.session();
  const ask = (body) => run(() => app.api('POST', '/destructions', body), t('retention.asked'));
  const setTerms = (terms) => run(() => app.api('POST', '/retention', { terms }), t('retention.done'));
  return html`<${RetentionView} ...${around(app, 'retention')} due=${data && data.due} requests=${data && data.requests} terms=${data && data.terms}
    reasons=${optionsOf(data && data.book, 'destruction_reasons')} busy=${busy} failure=${failure} live=${live} onAgain=${reload}
    onAsk=${user.account === 'supervisor' ? ask : undefined} onTerms=${user.account === 'admin' ? setTerms : undefined}
    onDecide=${(id, what) => run(() => app.api('POST', '/destructions/' + encodeURIComponent(id) + '/' + what), t('retention.done'))} />`;
}

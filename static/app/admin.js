// The screens of whoever runs a server without seeing a case: the first start,
// accounts; figures for analysts. They ask the server each time; nothing of it is kept on this device.
import { html, useEffect, useRef, useState } from '../vendor/ui.js';
import { language, t } from '../text/messages.js';
import { labelOf, optionsOf } from '../parts/explain.js';
import { Accounts as AccountsView } from '../views/accounts.js';
import { Figures as FiguresView } from '../views/figures.js';
import { FirstAdmin as FirstAdminView } from '../views/setup.js';
import { around } from './office.js';

const KINDS = ['agent', 'supervisor', 'admin', 'translator', 'analyst'];

// A password that can be read out: no signs that look alike (0 o, 1 l i), groups
// between hyphens; 20 of 31 signs are 99 bits.
const SIGNS = '23456789abcdefghjkmnpqrstuvwxyz';
const FAIR = 256 - (256 % SIGNS.length); // bytes from here on would make some signs likelier
const GROUPS = 4;
const GROUP = 5; // signs

/** A new password, from the browser's own source of chance. */
export function makePassword() {
  /** @type {string[]} */
  const signs = [];
  while (signs.length < GROUPS * GROUP) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < FAIR) signs.push(SIGNS[byte % SIGNS.length]);
  }
  return Array.from({ length: GROUPS }, (_, i) => signs.slice(i * GROUP, (i + 1) * GROUP).join('')).join('-');
}

/** The codebook: this device's, else the server's, which an office needs no other content for. */
export async function bookOf(app) {
  const kept = await app.content.codebook();
  if (kept) return kept;
  const entry = (await app.api('GET', '/manifest')).find((e) => e.kind === 'codebook');
  return entry ? app.api('GET', '/blobs/' + entry.sha256) : {};
}

/**
 * What a screen reads from the server, and what it does to it: work runs once at
 * a time, its failure is told in words, and after it the screen reads again.
 */
export function useServer(app, read, again) {
  const [state, setState] = useState(/** @type {any} */ ({ data: null, busy: true, failure: null, live: '' }));
  const turn = useRef(0); // an answer that was overtaken by a later question is not shown
  const run = async (what, said) => {
    const mine = ++turn.current;
    setState((s) => ({ ...s, busy: true, failure: null, live: '' }));
    try {
      await what();
      const data = await read();
      if (mine === turn.current) setState({ data, busy: false, failure: null, live: said });
    } catch (error) {
      if (mine === turn.current) setState((s) => ({ ...s, busy: false, failure: app.asProblem(error).detail }));
    }
  };
  const reload = () => run(() => undefined, '');
  useEffect(() => { reload(); }, again);
  return { ...state, run, reload };
}

export function FirstAdmin({ app }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const submit = async (form) => {
    setBusy(true);
    setError('');
    try {
      await app.setUp(form);
    } catch (cause) {
      setError(app.asProblem(cause).detail);
      setBusy(false);
    }
  };
  return html`<${FirstAdminView} busy=${busy} error=${error} onSubmit=${submit} onBack=${() => app.go('sign-in')} />`;
}

// What an administrator may name somebody for; package access has the same.
const TASKS = ['children', 'sensitive', 'identity'];

/** Whose records an account reads, and for what it is named, in one line; '' for who reads none. */
export function readingText({ account, posts, regions, tasks }, book) {
  if (account !== 'supervisor' && account !== 'analyst') return '';
  const part = (name, codes, list) => (codes.includes('*') ? t('reading.' + name + '_all') : codes.map((c) => labelOf(book, list, c)).join(', ') || t('reading.' + name + '_usual'));
  return [t('reading.posts') + ': ' + part('posts', posts, 'roles'), t('reading.regions') + ': ' + part('regions', regions, 'states'),
    t('reading.tasks') + ': ' + (tasks.map((c) => t('reading.task_' + c)).join(', ') || t('reading.no_tasks'))].join(' · ');
}

/** Accounts in words: who may sign in first, then by name. */
export function accountRows({ accounts, agencies, book }, own) {
  const name = (id) => (agencies.find((g) => g.id === id) || { name: id }).name;
  return accounts.map((a) => ({
    id: a.id, username: a.username, display: a.display, disabled: a.disabled, own: a.id === own, kind: t('accounts.kind_' + a.account),
    reading: { posts: a.posts || [], regions: a.regions || [], tasks: a.tasks || [] }, reads: readingText({ posts: [], regions: [], tasks: [], ...a }, book),
    post: a.post && labelOf(book, 'roles', a.post), agency: agencies.length > 1 ? name(a.agency) : '',
  })).sort((a, b) => Number(a.disabled) - Number(b.disabled) || a.display.localeCompare(b.display, language()));
}

export function Accounts({ app }) {
  const [made, setMade] = useState(/** @type {any} */ (null));
  const server = useServer(app, async () => {
    const [accounts, agencies, book] = await Promise.all([app.api('GET', '/accounts'), app.api('GET', '/agencies'), bookOf(app)]);
    return { accounts: accounts.items, agencies: agencies.items, book };
  }, []);
  const { data, busy, failure, live, run, reload } = server;
  const { user } = app.session();
  const post = (row, what, body) => app.api('POST', '/accounts/' + encodeURIComponent(row.id) + '/' + what, body);
  const change = (row, what) => run(() => post(row, what), t('ask.saved'));
  const create = (form) => run(async () => {
    const { id, username } = await app.api('POST', '/accounts', form);
    setMade({ id, username, password: form.password, isNew: true });
  }, t('ask.saved'));
  const reset = (row, password) => run(async () => {
    await post(row, 'password', { password });
    setMade({ id: row.id, username: row.username, password, isNew: false });
  }, t('ask.saved'));
  return html`<${AccountsView} ...${around(app, 'accounts')} rows=${data ? accountRows(data, user.id) : []} busy=${busy} failure=${failure} live=${live} made=${made}
    kinds=${KINDS.map((code) => ({ code, text: t('accounts.kind_' + code) }))} posts=${optionsOf(data && data.book, 'roles')} agency=${user.agency.id}
    agencies=${data ? data.agencies.map((g) => ({ code: g.id, text: g.name })) : []} onMake=${makePassword} onCreate=${create} onPassword=${reset}
    onDisable=${(row) => change(row, 'disable')} onEnable=${(row) => change(row, 'enable')}
    onFactors=${(row) => run(() => post(row, 'factors/reset'), t('accounts.factors_done', { name: row.username }))} onSeen=${() => setMade(null)} onAgain=${reload}
    states=${optionsOf(data && data.book, 'states')} tasks=${TASKS.map((code) => ({ code, text: t('reading.task_' + code), note: t('reading.task_' + code + '_how') }))}
    onReading=${(row, reading) => run(() => post(row, 'reading', reading), t('ask.saved'))} institutions=${data ? data.agencies : []} authorities=${optionsOf(data && data.book, 'authorities')}
    onAuthority=${(row, authority) => run(() => app.api('POST', '/agencies/' + encodeURIComponent(row.id), { authority }), t('ask.saved'))}
    onAgency=${(form) => run(() => app.api('POST', '/agencies', form), t('ask.saved'))} />`;
}

// What can be counted by: the list of its codes, and its words.
const DIMENSIONS = {
  level: ['levels', 'queue.level'], offence: ['offences', 'queue.offence'], setting: ['settings', 'queue.setting'], state: ['states', 'queue.state'],
  sex: ['sexes', 'fact.sex'], age_group: ['age_groups', 'fact.age'], nationality: ['countries', 'fact.nationality'], group: ['groups', 'fact.groups'],
  month: ['', 'figures.month'],
};

// A detection may have several of these, and then counts in several rows.
const SEVERAL = ['offence', 'group'];

// Rows drawn: two dimensions of a large country have thousands, and the export has them all.
const MOST_ROWS = 300;

function codeText(book, by, code) {
  if (by === 'month') return new Date(code + '-15T12:00:00Z').toLocaleDateString(language(), { month: 'long', year: 'numeric' });
  if (code === 'none' && SEVERAL.includes(by)) return t('figures.no_one');
  return code ? labelOf(book, DIMENSIONS[by][0], code) : t('answer.none');
}

/** A table of counts in words, in the order of the codebook. */
export function figureTable({ by, cells, total, withheld, narrowed }, book) {
  const place = (list, code) => ((book || {})[list] || []).findIndex((r) => r.code === code) + 1 || Infinity;
  const order = (a, b) => {
    for (const [i, name] of by.entries()) {
      const [x, y] = [place(DIMENSIONS[name][0], a.key[i]), place(DIMENSIONS[name][0], b.key[i])];
      if (x !== y) return x < y ? -1 : 1;
      if (a.key[i] !== b.key[i]) return a.key[i] < b.key[i] ? -1 : 1;
    }
    return 0;
  };
  return {
    heads: by.map((name) => t(DIMENSIONS[name][1])), total, withheld, narrowed, twice: by.some((name) => SEVERAL.includes(name)), more: Math.max(0, cells.length - MOST_ROWS),
    rows: [...cells].sort(order).slice(0, MOST_ROWS).map((c) => ({ key: c.key.join(' '), texts: c.key.map((code, i) => codeText(book, by[i], code)), count: c.count })),
  };
}

/** The part of a request that says what to count; dates as they were typed. */
export function figureQuery({ from, to, training }) {
  const q = new URLSearchParams();
  for (const [name, value] of Object.entries({ from, to, training: training ? 'true' : '' })) if (value) q.set(name, value);
  return q.toString();
}

/** Dates as who may not read the cases chooses them: by whole months, so that what is asked is what is counted. A year that is half typed is left alone. @param {any} want */
export function wholeMonths(want) {
  const on = (/** @type {string} */ date, /** @type {(year: number, month: number) => number} */ day) =>
    (date < '1000' ? date : date.slice(0, 8) + String(day(Number(date.slice(0, 4)), Number(date.slice(5, 7)))).padStart(2, '0'));
  return { ...want, from: on(want.from, () => 1), to: on(want.to, (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate()) };
}

export function Figures({ app }) {
  const [want, setWant] = useState({ by: 'level', and: '', from: '', to: '', training: false });
  const { data, busy, failure, live, run, reload } = useServer(app, async () => {
    const by = [want.by, want.and].filter((name, i, all) => name && all.indexOf(name) === i);
    const [book, table] = await Promise.all([bookOf(app), app.api('GET', '/stats?by=' + by.join(',') + '&' + figureQuery(want))]);
    return figureTable(table, book);
  }, [want]);
  const day = app.now().toISOString().slice(0, 10);
  return html`<${FiguresView} ...${around(app, 'figures')} want=${want} table=${data} busy=${busy} failure=${failure} live=${live} onAgain=${reload}
    onWant=${(/** @type {any} */ next) => setWant(app.session().user.account === 'analyst' ? wholeMonths(next) : next)}
    dimensions=${Object.entries(DIMENSIONS).map(([code, [, id]]) => ({ code, text: t(id) }))}
    onExport=${() => run(() => app.download('/exports/detections.csv?' + figureQuery(want), 'text/csv', 'export-' + day + '.csv'), t('figures.csv_done'))} />`;
}

// The protocols for whoever answers for them: the library, one protocol as it
// runs, what it can find and what it cannot, and a walk through it that keeps and
// sends nothing. It asks the server each time; nothing of it stays on this device.
import { html, useState } from '../vendor/ui.js';
import { SOURCE, language } from '../text/messages.js';
import { labelOf, optionsOf, words } from '../parts/explain.js';
import { Library as LibraryView } from '../views/library.js';
import { Protocol as ProtocolView } from '../views/protocol.js';
import { bookOf, useServer } from './admin.js';
import { coverageOf } from './library-coverage.js';
import { actionsFor, flowOf } from './library-flow.js';
import { Trial } from './library-try.js';
import { around } from './office.js';

/** The posts of an authority, by the codebook; none where nobody said which authority it is. @param {any} book @param {string} authority @returns {string[]} */
export function postsOf(book, authority) {
  const row = ((book && book.authorities) || []).find((r) => r.code === authority);
  return row && row.posts ? row.posts.split('|') : [];
}

/** The library in words: what serves one's own posts first, then by title. @param {any[]} items @param {{book: any, own: string[], titles: (id: string, spanish: string) => {text: string, locale: string}}} known */
export function libraryRows(items, { book, own, titles }) {
  return items.map((p) => ({
    id: p.id, version: p.version, title: titles(p.id, p.title), base: p.depth !== 'full', budget: p.budget || null, lengths: p.lengths || null,
    places: p.settings.map((code) => labelOf(book, 'settings', code)), posts: p.roles.map((code) => labelOf(book, 'roles', code)), mine: p.roles.some((code) => own.includes(code)),
  })).sort((a, b) => Number(b.mine) - Number(a.mine) || a.title.text.localeCompare(b.title.text, language()));
}

/** The words of the reader's language for every protocol, or null: Spanish stands in the protocols. */
async function readerOf(app) {
  if (language() === SOURCE) return null;
  try {
    return await app.api('GET', '/locales/' + encodeURIComponent(language()));
  } catch (error) {
    if (app.asProblem(error).status === 404) return null;
    throw error;
  }
}

/** Words of a protocol for the reader. @param {any} protocol @param {any} reader @param {any} book @param {Date} now */
export function wordsFor(protocol, reader, book, now) {
  const texts = reader && { code: reader.code, protocols: (reader.protocols || {})[protocol.id] || {} };
  return words(protocol, texts, book, now.getFullYear());
}

export function Library({ app }) {
  const { data, busy, failure, live, reload } = useServer(app, async () => {
    const [list, book, reader] = await Promise.all([app.api('GET', '/protocols'), bookOf(app), readerOf(app)]);
    const own = postsOf(book, app.session().user.agency.authority);
    const titles = (id, spanish) => wordsFor({ id, modules: [] }, reader, book, app.now()).say('protocol.' + id, spanish);
    return { rows: libraryRows(list.items, { book, own, titles }), ownKnown: own.length > 0 };
  }, []);
  return html`<${LibraryView} ...${around(app, 'protocols')} rows=${data ? data.rows : []} ownKnown=${data && data.ownKnown} busy=${busy} failure=${failure} live=${live}
    onOpen=${(id) => app.go('protocol', { id })} onAgain=${reload} />`;
}

export function Protocol({ app, params }) {
  const [tab, setTab] = useState('flow');
  const [role, setRole] = useState('');
  const [by, setBy] = useState('form');
  const { data, busy, failure, live, reload } = useServer(app, async () => {
    const [protocol, book, reader] = await Promise.all([app.api('GET', '/protocols/' + encodeURIComponent(params.id)), bookOf(app), readerOf(app)]);
    return { protocol, book, w: wordsFor(protocol, reader, book, app.now()) };
  }, []);
  const shown = data && bodyOf(tab, data);
  return html`<${ProtocolView} tab=${tab} onTab=${setTab} head=${data && headOf(data)} busy=${busy} failure=${failure} live=${live}
    flow=${tab === 'flow' && shown} role=${role} onRole=${setRole} actions=${data && role ? actionsFor(data.protocol, role, data.w) : []}
    coverage=${tab === 'coverage' && shown} by=${by} onBy=${setBy}
    trial=${tab === 'try' && data && html`<${Trial} ...${data} />`} onAgain=${reload} onBack=${() => app.go('protocols')} />`;
}

/** @param {{protocol: any, book: any, w: any}} data */
function headOf({ protocol, w }) {
  return {
    title: w.say('protocol.' + protocol.id, protocol.title), version: protocol.version, base: protocol.depth !== 'full', lawyer: Boolean(protocol.rules.reviewed_by_lawyer),
    places: protocol.settings.map((code) => w.label('settings', code)), posts: protocol.roles.map((code) => w.label('roles', code)), budget: protocol.budget || null,
  };
}

/** What a tab shows, made only when it is looked at. @param {string} tab @param {{protocol: any, book: any, w: any}} data */
function bodyOf(tab, { protocol, book, w }) {
  if (tab === 'flow') return { ...flowOf(protocol, book, w), roles: optionsOf(book, 'roles').filter((o) => protocol.roles.includes(o.code)) };
  return tab === 'coverage' ? coverageOf(protocol, book, w) : null;
}


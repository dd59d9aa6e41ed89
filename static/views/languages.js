// Languages: how much of each exists, how far it was reviewed, and where work on
// one begins.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice, StatusMark } from '../parts/notice.js';
import { Field, Pick, plainText, Select } from '../parts/fields.js';

// Rows drawn at once: more nobody reads, and a search box stands above them.
const SHOWN = 60;

function Part({ part }) {
  if (!part.all) return html`<td>${t('languages.source')}</td>`;
  return html`<td>${t('languages.of', { n: part.n, all: part.all })} ${part.statuses.map((s) => html`<${StatusMark} key=${s} status=${s} />`)}</td>`;
}

function Row({ row, onWork, onRaise, busy }) {
  return html`<tr><th scope="row">${row.name}${row.autonym && html`<br /><span class="small soft" lang=${row.code}>${row.autonym}</span>`}${row.heard > 0 && html`<br /><span class="small">${t('languages.heard_n', { n: row.heard })}</span>`}
      ${onWork && row.code !== 'es-MX' && html`<br /><button type="button" class="plain" data-work=${row.code} onClick=${() => onWork(row.code)}>${t('languages.work')}</button>`}
      ${onRaise && row.gate === 'marked' && html`<br /><button type="button" class="plain" data-raise=${row.code} disabled=${busy} onClick=${() => onRaise(row.code)}>${t('languages.raise')}</button>`}</th>
    <${Part} part=${row.screens} />${row.protocols === null ? html`<td>${t('languages.source')}</td>` : html`<td>${t('languages.of', row.protocols)}</td>`}</tr>`;
}

const EMPTY = { code: '', name: '', autonym: '', variant: '', states: [], writing: 'unknown' };

/** A language that nobody foresaw. @param {any} props states: to choose from */
function Add({ states, busy, onAdd }) {
  const [form, setForm] = useState(/** @type {any} */ (EMPTY));
  const put = (field, value) => setForm((f) => ({ ...f, [field]: value }));
  const text = (field, hint) => html`<${Field} label=${t('languages.add_' + field)} hint=${hint}><input name=${field} autocomplete="off" autocapitalize="off" value=${form[field]} onInput=${(e) => put(field, e.currentTarget.value)} /></${Field}>`;
  return html`<details class="card"><summary>${t('languages.add')}</summary><form class="in stack tight" onSubmit=${(e) => { e.preventDefault(); onAdd(form); }}>
    <p class="small">${t('languages.add_how')}</p>
    ${text('code', t('languages.add_code_hint'))}${text('name')}${text('autonym', t('languages.add_autonym_hint'))}${text('variant', t('languages.add_variant_hint'))}
    <${Select} label=${t('languages.add_writing')} value=${form.writing} options=${['Latn', 'sign', 'unknown'].map((code) => ({ code, text: t('languages.writing_' + code) }))} onPick=${(code) => put('writing', code)} />
    <details><summary>${t('languages.add_states', { n: form.states.length })}</summary><div class="in"><${Pick} legend=${t('languages.add_states', { n: form.states.length })} name="states" many options=${states} value=${form.states} onPick=${(codes) => put('states', codes)} /></div></details>
    <p><button type="submit" class="main" data-act="add-language" disabled=${busy || !form.code.trim() || !form.name.trim()}>${t('languages.add_do')}</button></p></form></details>`;
}

// rows: [{code, name, autonym, gate, screens: {n, all, statuses}, protocols: {n, all}, heard}]; onWork, onAdd, onRaise: for who may.
export function Languages({ rows, states, busy, failure, live, top, nav, onAgain, onWork, onAdd, onRaise }) {
  const [typed, setTyped] = useState('');
  const want = plainText(typed.trim());
  const found = rows.filter((r) => plainText([r.code, r.name, r.autonym].join(' ')).includes(want));
  return html`<${Frame} title=${t('desk.nav_languages')} wide live=${live} push=${top} nav=${nav}>
    <p>${t('languages.how')}</p>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${onAdd && html`<${Add} states=${states} busy=${busy} onAdd=${onAdd} />`}
    <${Field} label=${t('languages.find')}><input type="search" autocomplete="off" value=${typed} onInput=${(e) => setTyped(e.currentTarget.value)} /></${Field}>
    <p role="status">${t('list.found', { n: found.length })}</p>
    <div aria-busy=${busy ? 'true' : 'false'}>${found.length > 0 && html`<table class="versions whole"><caption class="hidden">${t('desk.nav_languages')}</caption>
      <thead><tr>${['name', 'screens', 'protocols'].map((h) => html`<th key=${h} scope="col">${t('languages.' + h)}</th>`)}</tr></thead>
      <tbody>${found.slice(0, SHOWN).map((r) => html`<${Row} key=${r.code} row=${r} busy=${busy} onWork=${onWork} onRaise=${onRaise} />`)}</tbody></table>`}</div>
    ${found.length > SHOWN && html`<p>${t('list.more', { n: found.length - SHOWN })}</p>`}
  </${Frame}>`;
}

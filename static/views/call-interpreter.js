// Whom to call to interpret: what to say first, then who speaks the person's own
// language, then who speaks another variant of their people, marked as such, then
// everybody; one tap calls, with no network.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Calls, dialable } from '../parts/call.js';
import { Field, plainText } from '../parts/fields.js';
import { Frame } from '../parts/frame.js';
import { Mark, Notice } from '../parts/notice.js';

// Rows of a section drawn at once: more than this nobody reads, and a search box stands above them.
const SHOWN = 40;

// What to say, in this order; words calling.say_<n>.
const SAY = [1, 2, 3, 4, 5, 6];

function Who({ row }) {
  return html`<li class="card stack tight" data-interpreter=${row.id} data-near=${row.near}><h3>${row.name}</h3>
    <p>${row.languages.join(' · ')}${row.near === 'kin' && html` <${Mark}>${t('calling.kin_mark')}</${Mark}>`}</p>
    <p class="small soft">${row.kind}</p>
    ${row.conflict && html`<${Notice} title=${t('card.conflict')}><p>${row.conflict}</p></${Notice}>`}
    ${row.hours && html`<p class="small">${t('calling.hours', { hours: row.hours })}</p>`}
    ${row.states && html`<p class="small">${t('calling.states', { states: row.states })}</p>`}
    ${row.note && html`<p class="small">${row.note}</p>`}
    <a class="button main big wide" data-act="call" href=${'tel:' + dialable(row.phone)}><span>${t('calling.call', { name: row.name })} <span class="nowrap">${row.phone}</span></span></a></li>`;
}

function Section({ id, title, rows, children }) {
  return html`<section class="stack" data-section=${id}><h2>${title}</h2>${children}
    ${rows.length > 0 && html`<ul class="stack">${rows.slice(0, SHOWN).map((row) => html`<${Who} key=${row.id} row=${row} />`)}</ul>`}
    ${rows.length > SHOWN && html`<p class="small soft">${t('list.more', { n: rows.length - SHOWN })}</p>`}</section>`;
}

// Elsewhere: what to do where nobody of the list interprets it.
function Elsewhere({ title, absent, services, lang }) {
  return html`<${Notice} title=${title}><p>${t('calling.none_how', { absent })}</p></${Notice}>
    ${services.length > 0 && html`<section class="stack"><h2>${t('calling.elsewhere')}</h2><${Calls} services=${services} lang=${lang} /></section>`}`;
}

/** @param {any} props rows: null where this phone has no list; language: empty where none is chosen; absent: the words for "needed and not there" */
export function CallInterpreter({ language, rows, at, services, lang, absent, onBack }) {
  const [typed, setTyped] = useState('');
  const want = plainText(typed.trim());
  const of = (near) => (rows || []).filter((r) => r.near === near);
  const found = want ? (rows || []).filter((r) => r.find.includes(want)) : null;
  const [yours, kin, others] = [of('yours'), of('kin'), of('other')];
  const none = !rows ? t('calling.no_list') : !rows.length ? t('calling.empty') : language && !yours.length ? t('calling.none') : '';
  return html`<${Frame} title=${t('calling.title')} onBack=${onBack}>
    ${language && html`<p class="strong">${t('calling.for', { language })}</p>`}
    ${!rows && html`<p>${t('calling.no_list_how')}</p>`}
    <section class="stack tight"><h2>${t('calling.say')}</h2><ol class="stack tight" style="list-style:decimal;padding-inline-start:1.5rem">${SAY.map((n) => html`<li key=${n}>${t('calling.say_' + n)}</li>`)}</ol></section>
    ${rows && rows.length > 0 && html`<${Field} label=${t('calling.search')}><input type="search" autocomplete="off" enterkeyhint="search" value=${typed} onInput=${(e) => setTyped(e.currentTarget.value)} /></${Field}>
      <p class="hidden" role="status">${found ? t('list.found', { n: found.length }) : ''}</p>`}
    ${found ? (found.length ? html`<${Section} id="found" title=${t('list.found', { n: found.length })} rows=${found} />` : html`<p>${t('list.none')}</p>`)
      : html`${yours.length > 0 && html`<${Section} id="yours" title=${t('calling.yours')} rows=${yours} />`}
        ${none && html`<${Elsewhere} title=${none} absent=${absent} services=${services} lang=${lang} />`}
        ${kin.length > 0 && html`<${Section} id="kin" title=${t('calling.kin')} rows=${kin}><${Notice}><p>${t('calling.kin_how')}</p></${Notice}></${Section}>`}
        ${others.length > 0 && html`<${Section} id="others" title=${t(language ? 'calling.others' : 'calling.all')} rows=${others} />`}`}
    ${rows && html`<p class="small soft">${t('calling.at', { n: rows.length, at })}</p>`}
  </${Frame}>`;
}

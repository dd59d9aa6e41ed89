// The translation desk: the texts of one part of a protocol or of what a person
// sees, by how far they are, and the round trip of a spreadsheet.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field, plainText, Select } from '../parts/fields.js';

/** How far a text is, in the order of the work; package translation has the same. */
export const STATES = ['untranslated', 'returned', 'translated', 'back_translated', 'accepted', 'certified', 'outside'];

// Rows drawn at once: more nobody reads, and a filter stands above them.
const SHOWN = 60;

function Row({ row, code, blind, onOpen }) {
  return html`<li><button type="button" class="link-row" data-text=${row.id} onClick=${() => onOpen(row.id)}>
    <span class="stack tight start"><code class="small soft">${row.id}</code>
      ${!blind && html`<span lang="es-MX" data-raw>${row.spanish}</span>`}
      ${row.text && html`<span class="strong" lang=${code} data-raw>${row.text}</span>`}
      <span class="small"><span class="tag">${t('translate.state_' + row.state)}</span>${row.stale && html` <span class="tag full">${t('text.status.stale')}</span>`}${row.recording && html` <span class="tag">${t('translate.recording_' + row.recording.state)}</span>`}${row.comments > 0 && html` · ${t('translate.comments_n', { n: row.comments })}`}</span></span></button></li>`;
}

/** What a spreadsheet would change, or changed. */
function Report({ report, dry, busy, onTake, onLeave }) {
  const lines = ['taken', 'conflicts', 'stale', 'refused'].filter((k) => report[k].length > 0);
  return html`<section class="stack tight" data-report=${dry ? 'dry' : 'done'}><h2>${t(dry ? 'translate.sheet_would' : 'translate.sheet_did')}</h2>
    <p>${t('translate.sheet_counts', { taken: report.taken.length, unchanged: report.unchanged, empty: report.empty, comments: report.comments })}</p>
    ${lines.map((k) => html`<details key=${k} open=${k !== 'taken'}><summary>${t('translate.sheet_' + k, { n: report[k].length })}</summary>
      <ul class="dots">${report[k].slice(0, SHOWN).map((r) => html`<li key=${r.row}>${t('translate.sheet_row', { row: r.row })} <code>${r.id}</code>. ${r.detail || r.reason || ''}${r.yours && html`<br />${t('translate.sheet_yours')} ${r.yours}<br />${t('translate.sheet_theirs')} ${r.theirs}`}</li>`)}</ul></details>`)}
    <div class="row">${dry && report.taken.length + report.comments > 0 && html`<button type="button" class="main" data-act="sheet-take" disabled=${busy} onClick=${onTake}>${t('translate.sheet_take')}</button>`}
      <button type="button" data-act="sheet-leave" onClick=${onLeave}>${t(dry ? 'translate.sheet_leave' : 'translate.sheet_close')}</button></div></section>`;
}

function Sheet({ sheet, busy, onFile, onExport, onTake, onLeave }) {
  return html`<details class="card"><summary>${t('translate.sheet')}</summary><div class="in stack tight">
    <p class="small">${t('translate.sheet_how')}</p>
    <p><button type="button" data-act="sheet-export" disabled=${busy} onClick=${onExport}>${t('translate.sheet_export')}</button></p>
    ${sheet ? html`<${Report} ...${sheet} busy=${busy} onTake=${onTake} onLeave=${onLeave} />`
      : html`<${Field} label=${t('translate.sheet_import')} hint=${t('translate.sheet_import_how')}><input type="file" accept=".xlsx" disabled=${busy} onChange=${(e) => { const f = e.currentTarget.files[0]; if (f) onFile(f); e.currentTarget.value = ''; }} /></${Field}>`}
  </div></details>`;
}

/** @param {any} props rows: as the server sends them; counts: by state; blind: the Spanish is hidden, for who translates back */
export function Translate(props) {
  const { name, code, parts, part, rows, counts, blind, busy, failure, live } = props;
  const [typed, setTyped] = useState('');
  const [state, setState] = useState('');
  const want = plainText(typed.trim());
  const found = rows.filter((r) => (!state || r.state === state) && (!blind || r.text) && plainText([r.id, blind ? '' : r.spanish, r.text].join(' ')).includes(want));
  return html`<${Frame} title=${t('translate.title', { name })} wide live=${live} push=${props.top} nav=${props.nav}>
    <p><button type="button" class="plain" data-act="languages" onClick=${props.onLanguages}><span aria-hidden="true">←</span> ${t('desk.nav_languages')}</button></p>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    <${Select} label=${t('translate.part')} value=${part} options=${parts} onPick=${props.onPart} />
    <p>${STATES.filter((s) => counts[s]).map((s) => t('translate.state_' + s) + ' ' + counts[s]).join(' · ')}</p>
    <label class="pick"><input type="checkbox" name="blind" checked=${blind} onChange=${(e) => props.onBlind(e.currentTarget.checked)} /><span>${t('translate.blind')} <span class="small soft">${t('translate.blind_why')}</span></span></label>
    <${Select} label=${t('translate.state')} value=${state} empty=${t('translate.all')} options=${STATES.map((s) => ({ code: s, text: t('translate.state_' + s) }))} onPick=${setState} />
    <${Field} label=${t('translate.find')}><input type="search" autocomplete="off" value=${typed} onInput=${(e) => setTyped(e.currentTarget.value)} /></${Field}>
    <p role="status">${t('list.found', { n: found.length })}</p>
    <ul class="stack tight" aria-busy=${busy ? 'true' : 'false'}>${found.slice(0, SHOWN).map((r) => html`<${Row} key=${r.id} row=${r} code=${code} blind=${blind} onOpen=${props.onOpen} />`)}</ul>
    ${found.length > SHOWN && html`<p>${t('list.more', { n: found.length - SHOWN })}</p>`}
    <${Sheet} sheet=${props.sheet} busy=${busy} onFile=${props.onFile} onExport=${props.onExport} onTake=${props.onTake} onLeave=${props.onLeave} />
  </${Frame}>`;
}

// Devices, as supervisors and administrators keep them: a code for a new one,
// whose each is, when it was last heard of, and how to empty one that was lost.
import { html, useEffect, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field, plainText } from '../parts/fields.js';
import { Print } from '../parts/print.js';
import { Qr } from '../parts/qr.js';

// Cards drawn at once: more nobody reads, and a search box stands above them.
const SHOWN = 40;

function Card({ row, busy, onRevoke }) {
  return html`<li class="card" data-id=${row.id}><div class="split"><h2>${row.name}</h2>${row.revoked && html`<span class="tag full">${t('devices.revoked', { at: row.revoked })}</span>`}</div>
    ${row.wiped && html`<p class="strong">${t('devices.wiped', { at: row.wiped })}</p>`}
    ${row.revoked && !row.wiped && html`<p>${t('devices.wipe_waits')}</p>`}
    ${row.trip && html`<p>${t('devices.trip', { at: row.trip })}</p>`}
    ${row.who && html`<p>${row.who}</p>`}
    <p class="small soft">${t('devices.enrolled', { at: row.enrolled })} · ${row.seen ? t('devices.seen', { at: row.seen }) : t('devices.never')}</p>
    ${!row.revoked && html`<details><summary>${t('devices.revoke')}</summary><div class="in"><p class="small">${t('devices.revoke_how')}</p>
      <button type="button" data-act="revoke" disabled=${busy} onClick=${() => onRevoke(row.id)}>${t('devices.revoke_do')}</button></div></details>`}</li>`;
}

// Code: what the phone needs to be registered, large enough to be read across a
// table. It is shown once.
function Code({ made, onSeen }) {
  return html`<section class="card stack" data-code><h2 id="code-title" tabindex="-1">${t('devices.code_title')}</h2>
    <p class="code">${made.code}</p><p>${t('devices.code_until', { at: made.until })}</p>
    <${Qr} text=${made.qr} label=${t('devices.code_qr')} />
    <p>${t('devices.code_compare')}</p>
    <${Print} label=${t('enrol.print_server')} groups=${made.server} />
    <${Print} label=${t('enrol.print_reviewers')} groups=${made.reviewers} none=${t('enrol.print_none')} />
    <p><button type="button" data-act="code-seen" onClick=${onSeen}>${t('devices.code_seen')}</button></p></section>`;
}

export function Devices(props) {
  const { rows, made, busy, failure, live } = props;
  const [typed, setTyped] = useState('');
  useEffect(() => { if (made) document.getElementById('code-title')?.focus(); }, [made]);
  const want = plainText(typed.trim());
  const found = rows.filter((r) => plainText(r.name + ' ' + r.who).includes(want));
  return html`<${Frame} title=${t('desk.nav_devices')} wide live=${live} push=${props.top} nav=${props.nav}>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${made ? html`<${Code} made=${made} onSeen=${props.onSeen} />`
      : html`<section class="stack tight"><p>${t('devices.code_how')}</p><p><button type="button" class="main" data-act="make-code" disabled=${busy} onClick=${props.onCode}>${t('devices.code_make')}</button></p></section>`}
    ${rows.length > 0 && html`<${Field} label=${t('accounts.find')}><input type="search" autocomplete="off" value=${typed} onInput=${(e) => setTyped(e.currentTarget.value)} /></${Field}>
      <p role="status">${t('list.found', { n: found.length })}</p>`}
    ${!busy && !failure && rows.length === 0 && html`<p>${t('devices.none')}</p>`}
    <ul class="stack" aria-busy=${busy ? 'true' : 'false'}>${found.slice(0, SHOWN).map((r) => html`<${Card} key=${r.id} row=${r} busy=${busy} onRevoke=${props.onRevoke} />`)}</ul>
    ${found.length > SHOWN && html`<p>${t('list.more', { n: found.length - SHOWN })}</p>`}
  </${Frame}>`;
}

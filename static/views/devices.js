// Devices, as an administrator keeps them: whose, since when, when they last
// synced, and how to stop one that was lost.
import { html, useState } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field, plainText } from '../parts/fields.js';

// Cards drawn at once: more nobody reads, and a search box stands above them.
const SHOWN = 40;

function Card({ row, busy, onRevoke }) {
  return html`<li class="card" data-id=${row.id}><div class="split"><h2>${row.name}</h2>${row.revoked && html`<span class="tag full">${t('devices.revoked', { at: row.revoked })}</span>`}</div>
    <p>${row.who}</p>
    <p class="small soft">${t('devices.enrolled', { at: row.enrolled })} · ${row.seen ? t('devices.seen', { at: row.seen }) : t('devices.never')}</p>
    ${!row.revoked && html`<details><summary>${t('devices.revoke')}</summary><div class="in"><p class="small">${t('devices.revoke_how')}</p>
      <button type="button" data-act="revoke" disabled=${busy} onClick=${() => onRevoke(row.id)}>${t('devices.revoke_do')}</button></div></details>`}</li>`;
}

export function Devices(props) {
  const { rows, busy, failure, live } = props;
  const [typed, setTyped] = useState('');
  const want = plainText(typed.trim());
  const found = rows.filter((r) => plainText(r.name + ' ' + r.who).includes(want));
  return html`<${Frame} title=${t('desk.nav_devices')} wide live=${live} push=${props.top} nav=${props.nav}>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${rows.length > 0 && html`<${Field} label=${t('accounts.find')}><input type="search" autocomplete="off" value=${typed} onInput=${(e) => setTyped(e.currentTarget.value)} /></${Field}>
      <p role="status">${t('list.found', { n: found.length })}</p>`}
    ${!busy && !failure && rows.length === 0 && html`<p>${t('devices.none')}</p>`}
    <ul class="stack" aria-busy=${busy ? 'true' : 'false'}>${found.slice(0, SHOWN).map((r) => html`<${Card} key=${r.id} row=${r} busy=${busy} onRevoke=${props.onRevoke} />`)}</ul>
    ${found.length > SHOWN && html`<p>${t('list.more', { n: found.length - SHOWN })}</p>`}
  </${Frame}>`;
}

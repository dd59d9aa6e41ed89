// The supervisor's queue: the most urgent first, filters, more on request.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice, Mark } from '../parts/notice.js';
import { Field, Select } from '../parts/fields.js';

// OfficeNav: where a supervisor may go.
export function OfficeNav({ at, links }) {
  return html`<nav class="nav" aria-label=${t('desk.nav')}>
    ${links.map((l) => html`<a key=${l.name} href=${l.href} aria-current=${l.name === at ? 'page' : undefined}>${t('desk.nav_' + l.name)}</a>`)}</nav>`;
}

// OfficeTop: who is signed in, what guards the account, the other language, and the way out.
export function OfficeTop({ user, security, otherLanguage, onLanguage, onSignOut }) {
  return html`<span class="small soft">${user}</span>
    ${security && html`<a class="button plain" data-act="security" href=${security}>${t('security.title')}</a>`}
    <button type="button" class="plain" data-act="language" lang=${otherLanguage.code} onClick=${onLanguage}>${otherLanguage.name}</button>
    <button type="button" class="plain" data-act="sign-out" onClick=${onSignOut}>${t('home.sign_out')}</button>`;
}

// Flags: what the server noticed of a record; each is explained in the detail.
export function Flags({ flags, synthetic, mode }) {
  return html`<span class="row wrap" style="gap:.35rem">
    ${synthetic && html`<${Mark}>${t('desk.synthetic')}</${Mark}>`}
    ${mode !== 'live' && !synthetic && html`<${Mark}>${t('encounter.mode_' + mode)}</${Mark}>`}
    ${flags.map((f) => html`<${Mark} key=${f.code}>${f.text}</${Mark}>`)}</span>`;
}

function Row({ row, onOpen }) {
  return html`<li data-id=${row.id} data-level=${row.level}><button type="button" class="link-row" data-act="open" onClick=${() => onOpen(row.id)}>
    <span class="stack tight grow">
      <span class="split"><span class="strong">${row.levelText}</span><span class="strong nowrap">${row.folio}</span></span>
      <span class="row wrap" style="gap:.4rem">
        ${row.danger.length > 0 && html`<span class="tag full">${t('queue.danger')}</span>`}
        <span class="tag">${t('status.' + row.status)}</span></span>
      ${row.danger.length > 0 && html`<span class="small">${row.danger.join(' · ')}</span>`}
      <span class="small soft">${row.where} · ${row.who}</span>
      <span class="small soft">${t('queue.received', { at: row.at })}</span>
      <${Flags} flags=${row.flags} synthetic=${row.synthetic} mode=${row.mode} />
    </span></button></li>`;
}

export function Queue(props) {
  const { rows, total, filters, lists, busy, failure, more, live } = props;
  const set = (field) => (value) => props.onFilter({ ...filters, [field]: value });
  const used = Object.values(filters).filter(Boolean).length;
  return html`<${Frame} title=${t('queue.title')} wide live=${live} push=${props.top} nav=${props.nav}>
    <p role="status">${t('queue.total', { n: total })}</p>
    <details open=${used > 0}><summary>${used ? t('queue.filters_used', { n: used }) : t('queue.filters')}</summary><div class="in">
      <div class="filters">
        ${['level', 'danger', 'status', 'setting', 'state', 'offence'].map((f) => html`<${Select} key=${f} label=${t('queue.' + f)} value=${filters[f]} options=${lists[f]} empty=${t('queue.all')} onPick=${set(f)} />`)}
        ${['from', 'to'].map((f) => html`<${Field} key=${f} label=${t('queue.' + f)}><input type="date" value=${filters[f] || ''} onChange=${(e) => set(f)(e.currentTarget.value)} /></${Field}>`)}
      </div>
      ${used > 0 && html`<button type="button" onClick=${() => props.onFilter({})}>${t('queue.clear')}</button>`}
    </div></details>
    ${failure && html`<${Notice} alert title=${t('queue.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${!failure && !busy && rows.length === 0 && html`<p>${t(used ? 'queue.none_filtered' : 'queue.none')}</p>`}
    <ul class="stack" aria-busy=${busy ? 'true' : 'false'}>${rows.map((r) => html`<${Row} key=${r.id} row=${r} onOpen=${props.onOpen} />`)}</ul>
    ${more && html`<button type="button" class="big wide" data-act="more" disabled=${busy} onClick=${props.onMore}>${t('queue.more')}</button>`}
  </${Frame}>`;
}

// The book of who did what and when, the newest first, and its signed head: the
// line that shows later whether anybody rewrote it.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { Field, Select } from '../parts/fields.js';

function Row({ row }) {
  return html`<li class="card" data-seq=${row.seq}><p class="strong">${row.what}</p>
    <p>${[row.who, row.about].filter(Boolean).join(' · ')}</p>
    ${row.detail && html`<p class="small">${row.detail}</p>`}
    <p class="small soft">${row.at} · ${t('audit.number', { n: row.seq })}</p></li>`;
}

// Head: the line is text too, for where a browser does not copy.
function Head({ head, busy, onCopy }) {
  return html`<section class="stack" aria-labelledby="head"><h2 id="head">${t('audit.head')}</h2><p>${t('audit.head_how')}</p>
    <p class="small" style="overflow-wrap:anywhere" data-head>${head}</p>
    <p><button type="button" data-act="copy-head" disabled=${busy} onClick=${onCopy}>${t('audit.copy')}</button></p></section>`;
}

// want: {who, what, from, to, cursor}; each may be missing.
export function Audit(props) {
  const { want, rows, head, people, acts, more, busy, failure, live } = props;
  const set = (field) => (value) => props.onWant({ ...want, [field]: value, cursor: '' });
  return html`<${Frame} title=${t('audit.title')} wide live=${live} push=${props.top} nav=${props.nav}>
    <p>${t('audit.how')}</p>
    <div class="filters">
      <${Select} label=${t('audit.who')} value=${want.who} options=${people} empty=${t('audit.anybody')} onPick=${set('who')} />
      <${Select} label=${t('audit.what')} value=${want.what} options=${acts} empty=${t('audit.anything')} onPick=${set('what')} />
      ${['from', 'to'].map((f) => html`<${Field} key=${f} label=${t('queue.' + f)}><input type="date" name=${f} value=${want[f] || ''} onChange=${(e) => set(f)(e.currentTarget.value)} /></${Field}>`)}
    </div>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${!busy && !failure && rows.length === 0 && html`<p>${t('audit.none')}</p>`}
    <ol class="stack" style="list-style:none" aria-label=${t('audit.title')} aria-busy=${busy ? 'true' : 'false'}>${rows.map((r) => html`<${Row} key=${r.seq} row=${r} />`)}</ol>
    ${more && html`<button type="button" class="big wide" data-act="older" disabled=${busy} onClick=${props.onOlder}>${t('audit.older')}</button>`}
    ${want.cursor && html`<button type="button" class="wide" data-act="newest" disabled=${busy} onClick=${props.onNewest}>${t('audit.newest')}</button>`}
    ${head && html`<${Head} head=${head} busy=${busy} onCopy=${props.onCopy} />`}
  </${Frame}>`;
}

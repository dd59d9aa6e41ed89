// The library: every protocol of this server, what it is for and how long it is.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Mark, Notice } from '../parts/notice.js';

// Lengths: what the protocol promises, and what its ways come to.
function Lengths({ budget, lengths }) {
  return html`${budget && html`<span class="small">${t('library.budget', budget)}</span>`}
    ${lengths && html`<span class="small soft">${t('library.lengths', lengths)}</span>`}`;
}

function Row({ row, onOpen }) {
  return html`<li data-protocol=${row.id}><button type="button" class="link-row" data-act="open-protocol" onClick=${() => onOpen(row.id)}>
    <span class="stack tight grow">
      <span class="split"><span class="strong" lang=${row.title.locale}>${row.title.text}</span><span class="small soft nowrap">${t('library.version', { n: row.version })}</span></span>
      <span class="row wrap" style="gap:.4rem">${row.mine && html`<span class="tag full">${t('library.mine')}</span>`}${row.base && html`<${Mark}>${t('library.base')}</${Mark}>`}</span>
      <span class="small">${t('library.places', { list: row.places.join(', ') })}</span>
      <span class="small soft">${t('library.posts', { list: row.posts.join(', ') })}</span>
      <${Lengths} ...${row} />
    </span></button></li>`;
}

// rows: [{id, title, version, base, mine, places, posts, budget, lengths}], what serves one's own posts first.
export function Library({ rows, ownKnown, busy, failure, live, top, nav, onOpen, onAgain }) {
  return html`<${Frame} title=${t('desk.nav_protocols')} wide live=${live} push=${top} nav=${nav}>
    <p>${t('library.how')}</p>
    ${rows.length > 0 && !ownKnown && html`<p class="small soft">${t('library.nobody_said')}</p>`}
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${onAgain}>${t('queue.again')}</button></${Notice}>`}
    <ul class="stack" aria-busy=${busy ? 'true' : 'false'}>${rows.map((row) => html`<${Row} key=${row.id} row=${row} onOpen=${onOpen} />`)}</ul>
  </${Frame}>`;
}

// Languages: how much of each exists, and how far it was reviewed. Read only.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice, StatusMark } from '../parts/notice.js';

function Part({ part }) {
  if (!part.all) return html`<td>${t('languages.source')}</td>`;
  return html`<td>${t('languages.of', { n: part.n, all: part.all })} ${part.statuses.map((s) => html`<${StatusMark} key=${s} status=${s} />`)}</td>`;
}

// rows: [{code, name, autonym, screens, questions}], a part being {n, all, statuses}.
export function Languages({ rows, busy, failure, live, top, nav, onAgain }) {
  return html`<${Frame} title=${t('desk.nav_languages')} wide live=${live} push=${top} nav=${nav}>
    <p>${t('languages.how')}</p>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${onAgain}>${t('queue.again')}</button></${Notice}>`}
    <div aria-busy=${busy ? 'true' : 'false'}>${rows.length > 0 && html`<table class="versions whole"><caption class="hidden">${t('desk.nav_languages')}</caption>
      <thead><tr>${['name', 'screens', 'questions'].map((h) => html`<th key=${h} scope="col">${t('languages.' + h)}</th>`)}</tr></thead>
      <tbody>${rows.map((r) => html`<tr key=${r.code}><th scope="row">${r.name}${r.autonym && html`<br /><span class="small soft" lang=${r.code}>${r.autonym}</span>`}</th><${Part} part=${r.screens} /><${Part} part=${r.questions} /></tr>`)}</tbody></table>`}</div>
  </${Frame}>`;
}

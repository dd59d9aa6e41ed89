// Figures: counts of detections by what the reader chooses. Counts that could
// point to a person are not here at all, and that is said.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Mark, Notice } from '../parts/notice.js';
import { Field, Select } from '../parts/fields.js';

function Table({ heads, rows }) {
  return html`<table class="versions counts"><caption class="hidden">${t('desk.nav_figures')}</caption>
    <thead><tr>${heads.map((h) => html`<th key=${h} scope="col">${h}</th>`)}<th scope="col" style="text-align:end">${t('figures.count')}</th></tr></thead>
    <tbody>${rows.map((r) => html`<tr key=${r.key}><th scope="row">${r.texts[0]}</th>${r.texts.slice(1).map((text) => html`<td>${text}</td>`)}
      <td style="text-align:end">${r.count === null ? html`<${Mark}>${t('figures.few')}</${Mark}>` : r.count}</td></tr>`)}</tbody></table>`;
}

// want: {by, and, from, to, training}; table: {heads, rows, total, withheld, narrowed, twice} or null before the first.
export function Figures(props) {
  const { want, dimensions, table, busy, failure, live } = props;
  const set = (field) => (value) => props.onWant({ ...want, [field]: value });
  return html`<${Frame} title=${t('desk.nav_figures')} wide live=${live} push=${props.top} nav=${props.nav}>
    <div class="filters">
      <${Select} label=${t('figures.by')} value=${want.by} options=${dimensions} onPick=${set('by')} />
      <${Select} label=${t('figures.and')} value=${want.and} options=${dimensions.filter((d) => d.code !== want.by)} empty=${t('figures.nothing')} onPick=${set('and')} />
      ${['from', 'to'].map((f) => html`<${Field} key=${f} label=${t('queue.' + f)}><input type="date" value=${want[f]} onChange=${(e) => set(f)(e.currentTarget.value)} /></${Field}>`)}
    </div>
    <label class="pick"><input type="checkbox" checked=${want.training} onChange=${(e) => set('training')(e.currentTarget.checked)} /><span>${t('figures.training')}</span></label>
    ${failure && html`<${Notice} alert title=${t('accounts.failure')}><p>${failure}</p><button type="button" onClick=${props.onAgain}>${t('queue.again')}</button></${Notice}>`}
    ${table && table.narrowed && html`<p data-narrowed>${t('figures.narrowed')}</p>`}
    <div class="stack" aria-busy=${busy ? 'true' : 'false'}>
      ${table && (table.rows.length === 0 ? html`<p>${t('figures.none')}</p>` : html`
        ${table.total !== null && html`<p class="strong">${t('figures.total', { n: table.total })}</p>`}
        ${table.withheld && html`<p><${Mark}>${t('figures.few')}</${Mark}> ${t('figures.few_how')}</p>`}
        <${Table} heads=${table.heads} rows=${table.rows} />
        ${table.twice && html`<p class="small soft">${t('figures.twice')}</p>`}
        ${table.more > 0 && html`<p>${t('figures.more', { n: table.more })}</p>`}`)}</div>
    <section class="stack"><h2>${t('figures.csv')}</h2><p>${t('figures.csv_how')}</p>
      <button type="button" class="wide" data-act="csv" disabled=${busy} onClick=${props.onExport}>${t('figures.csv_do')}</button></section>
  </${Frame}>`;
}

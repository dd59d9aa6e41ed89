// Outbox: how many records wait, were received, are held or were refused, why,
// and a way out of each. Only a receipt removes a record from this phone.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';

export function Outbox(props) {
  const { counts, drafts, refused, quarantined, waiting, last, failure, busy, live } = props;
  return html`<${Frame} title=${t('outbox.title')} onBack=${props.onBack} live=${live}
      dock=${html`<button type="button" class="main big" data-act="sync" disabled=${busy} onClick=${props.onSync}>${t(busy ? 'outbox.sending' : 'outbox.send')}</button>`}>
    <dl class="tiles">${['waiting', 'sent', 'quarantined', 'refused'].map((k) => html`<div key=${k} class="card" data-count=${k}><dt class="small soft">${t('outbox.' + k)}</dt><dd class="count" style="margin:0">${counts[k]}</dd></div>`)}</dl>
    <p>${last ? t('outbox.last', { at: last }) : t('outbox.never')}</p>
    ${failure && html`<${Notice} title=${t('outbox.failure')}><p>${failure}</p><p class="small soft">${t('outbox.kept')}</p></${Notice}>`}
    ${props.lost && html`<${Notice} title=${t('outbox.lost')}><p>${t('outbox.lost_how')}</p>
      <button type="button" data-act="enrol-again" onClick=${props.onEnrol}>${t('outbox.lost_enrol')}</button></${Notice}>`}
    ${drafts > 0 && html`<p>${t('outbox.drafts', { n: drafts })}</p>`}
    ${props.voices > 0 && html`<p>${t('voice.waiting', { n: props.voices })}</p>`}
    ${counts.waiting > 0 && html`<section class="stack"><h2>${t('outbox.waiting')}</h2><p>${t('outbox.waiting_how')}</p>
      <ul class="lines">${waiting.map((r) => html`<li key=${r.id} class="split"><span class="strong">${r.folio}</span><span class="small soft">${r.at}</span></li>`)}</ul>
      <button type="button" class="wide" data-act="export-waiting" onClick=${() => props.onExport(null)}>${t('outbox.export')}</button></section>`}
    ${refused.length > 0 && html`<section class="stack"><h2>${t('outbox.refused')}</h2><p>${t('outbox.refused_how')}</p>
      <ul class="stack">${refused.map((r) => html`<li key=${r.id} class="card"><p class="strong">${r.folio}</p><p>${r.reason}</p>
        <p class="row wrap"><button type="button" data-act="retry" onClick=${() => props.onRetry(r.id)}>${t('outbox.retry')}</button>
        <button type="button" data-act="export" onClick=${() => props.onExport(r.id)}>${t('outbox.export_one')}</button></p></li>`)}</ul></section>`}
    ${quarantined.length > 0 && html`<section class="stack"><h2>${t('outbox.quarantined')}</h2><p>${t('outbox.quarantined_how')}</p>
      <ul class="lines">${quarantined.map((r) => html`<li key=${r.id} class="stack tight"><span class="strong">${t('outbox.held', { n: r.n })}</span><span>${r.reason}</span></li>`)}</ul></section>`}
  </${Frame}>`;
}

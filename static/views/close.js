// The close of an encounter, with counts that must agree with its list, and what
// remains after it.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Folio } from '../parts/folio.js';
import { Notice } from '../parts/notice.js';
import { Counter } from '../parts/fields.js';
import { Coverage } from './coverage.js';

// Close: `screened` comes from the list; the others cannot be less than the list says.
export function Close(props) {
  const { counts, screened, least, unfinished, problems, busy } = props;
  const set = (field) => (n) => props.onCounts({ ...counts, [field]: n });
  const stuck = problems.length > 0 || unfinished.length > 0 || busy;
  return html`<${Frame} title=${t('close.title')} onBack=${props.onBack}
      dock=${html`<button type="button" class="main big" data-act="seal-encounter" disabled=${stuck} onClick=${props.onSeal}>${t('close.seal')}</button>`}>
    ${unfinished.length > 0 && html`<${Notice} title=${t('close.unfinished')}><p>${t('close.unfinished_how')}</p>
      <ul class="stack">${unfinished.map((p) => html`<li key=${p.id} class="split"><span>${t('encounter.person', { n: p.number })}</span>
        <span class="row"><button type="button" onClick=${() => props.onOpen(p.id)}>${t('close.resume')}</button>
        <button type="button" data-act="interrupt" onClick=${() => props.onInterrupt(p.id)}>${t('close.interrupt')}</button></span></li>`)}</ul></${Notice}>`}
    <p>${t('close.how')}</p>
    <div class="card"><div class="split"><span class="strong">${t('close.screened')}</span><span class="count">${screened}</span></div>
      <p class="small soft">${t('close.screened_hint')}${least.observed > 0 ? ' ' + t('close.observed', { n: least.observed }) : ''}</p></div>
    <div class="card"><${Counter} label=${t('close.refused')} hint=${t('close.refused_hint')} value=${counts.refused} least=${least.refused} onCount=${set('refused')} /></div>
    <div class="card"><${Counter} label=${t('close.not_reached')} hint=${t('close.not_reached_hint')} value=${counts.not_reached} least=${least.not_reached} onCount=${set('not_reached')} /></div>
    <div class="card"><${Counter} label=${t('close.seen')} hint=${t('close.seen_hint')} value=${counts.seen} onCount=${set('seen')} /></div>
    <div role="alert">${problems.map((p) => html`<p key=${p} class="strong">${t('close.problem_' + p, { least: screened + counts.refused + counts.not_reached })}</p>`)}</div>
    ${problems.length === 0 && html`<${Coverage} of=${props.covered} />`}
    ${screened === 0 && html`<p>${t('close.nobody')}</p>`}
    <p class="small soft">${t('close.after')}</p>
  </${Frame}>`;
}

// Closed: what remains after the close: a folio and counts.
export function Closed({ folio, counts, covered, onHome }) {
  return html`<${Frame} title=${t('close.done')} dock=${html`<button type="button" class="main big" data-act="home" onClick=${onHome}>${t('home.title')}</button>`}>
    <${Folio} folio=${folio} />
    <dl class="facts">
      ${['seen', 'screened', 'refused', 'not_reached'].map((k) => html`<dt key=${k}>${t('close.' + k)}</dt><dd>${counts[k]}</dd>`)}
    </dl>
    <${Coverage} of=${covered} />
    <p>${t('close.done_how')}</p>
  </${Frame}>`;
}

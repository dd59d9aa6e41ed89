// The end of a shift: what will be sealed, what will be sent as it stands, and
// that nothing of it can be opened on this phone afterwards. Said before it is done.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';

/** @param {any} props */
export function Shift({ finished, open, waiting, busy, failure, onEnd, onBack }) {
  return html`<${Frame} title=${t('shift.title')} onBack=${onBack}
      dock=${html`<button type="button" class="main big" data-act="end-shift" disabled=${busy} onClick=${onEnd}>${t(busy ? 'shift.busy' : 'shift.do')}</button>`}>
    <p>${t('shift.how')}</p>
    <ul class="lines">
      <li class="row"><span class="grow">${t('shift.finished')}</span><span class="count" data-count="finished">${finished}</span></li>
      <li class="row"><span class="grow">${t('shift.open')}</span><span class="count" data-count="open">${open}</span></li>
      <li class="row"><span class="grow">${t('shift.waiting')}</span><span class="count" data-count="waiting">${waiting}</span></li></ul>
    ${open > 0 && html`<${Notice}><p>${t('shift.open_means')}</p></${Notice}>`}
    <p>${t('shift.after')}</p>
    ${failure && html`<${Notice} alert title=${t('shift.failed')}><p>${failure}</p></${Notice}>`}
  </${Frame}>`;
}

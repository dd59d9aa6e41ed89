// More persons than time: how many there are, whom to speak with first and why,
// and how to count off the others.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Counter } from '../parts/fields.js';

// How many of the numbers to stop at are named.
const NAMED = 6;

// line: as lineOf gives it, or null before there are numbers. begun: somebody is
// listed, so that the list of persons is what the screen is for.
export function Many({ plan, line, first, begun, onPlan }) {
  const set = (field) => (n) => onPlan({ ...plan, [field]: n });
  const list = line && line.picked ? line.picked.slice(0, NAMED).join(', ') + (line.picked.length > NAMED ? '…' : '') : '';
  return html`<details open=${plan.there > 0 && !begun}><summary>${t('encounter.many')}</summary><div class="in">
    <${Counter} label=${t('encounter.many_there')} value=${plan.there} onCount=${set('there')} />
    <${Counter} label=${t('encounter.many_time')} value=${plan.time} onCount=${set('time')} />
    <p class="strong">${t('encounter.many_who')}</p>
    <ul class="dots">${first.map((f) => html`<li key=${f.code}><span class="strong">${f.text}</span> <span class="small soft">${f.why}</span></li>`)}</ul>
    <${Counter} label=${t('encounter.many_first')} value=${plan.first} onCount=${set('first')} />
  </div></details>
  ${line && html`<p data-line=${line.kind} role="status">${t('encounter.many_' + line.kind, { ...line, list })}</p>`}`;
}

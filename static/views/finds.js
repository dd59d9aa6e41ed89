// What a protocol can find, and what no item of it can: by form, by dimension or
// by offence. What is empty is said, never left out.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Pick } from '../parts/fields.js';
import { Mark } from '../parts/notice.js';

const WAYS = ['form', 'dimension', 'offence'];

function Indicator({ line }) {
  return html`<li class="stack tight" data-indicator=${line.code} data-met=${line.items.length > 0 ? 'yes' : 'no'}>
    <span><span class="strong">${line.text}</span> <span class="small soft">${line.kind}</span></span>
    ${line.items.length === 0 ? html`<span><${Mark}>${t('library.no_item')}</${Mark}></span>`
      : html`<ul class="dots small">${line.items.map((i) => html`<li key=${i.id}><span lang=${i.locale}>${i.text}</span> <span class="strong">${i.answer}</span></li>`)}</ul>`}</li>`;
}

// coverage: {form, dimension, offence}, each a list of {code, title, met, indicators}.
export function Finds({ coverage, by, onBy }) {
  return html`<p>${t('library.coverage_how')}</p>
    <${Pick} legend=${t('library.coverage_by')} name="by" options=${WAYS.map((code) => ({ code, text: t('library.by_' + code) }))} value=${by} onPick=${onBy} />
    ${coverage[by].map((g) => html`<details key=${by + g.code} data-group=${g.code}><summary><span>${g.title} <span class="small soft">${t('languages.of', { n: g.met, all: g.indicators.length })}</span>${g.met === 0 && html` <${Mark}>${t('library.no_item')}</${Mark}>`}</span></summary>
      <div class="in"><ul class="lines">${g.indicators.map((line) => html`<${Indicator} key=${line.code} line=${line} />`)}</ul>
        ${g.indicators.length === 0 && html`<p>${t('library.no_indicator')}</p>`}</div></details>`)}`;
}

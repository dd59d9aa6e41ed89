// Ready for the field: the recordings of each language. A size stands beside
// every choice; what does not come is named, and can be fetched again.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Notice } from '../parts/notice.js';

// Names of what failed that are shown: more than this nobody reads.
const NAMED = 5;

function Failed({ failed, detail }) {
  const named = failed ? failed.slice(0, NAMED).join(', ') + (failed.length > NAMED ? ' …' : '') : '';
  return html`<${Notice} alert title=${failed ? t('hear.failed_some', { n: failed.length }) : t('ready.failure')}><p class="small">${named || detail}</p></${Notice}>`;
}

function Voice({ row, busy, told, live, onCarry, onLeave }) {
  const { code, carried, files, here } = row;
  const mine = busy && busy.code === code;
  return html`<li class="stack tight" data-voice=${code} data-here=${here}>
    <label class="pick"><input type="checkbox" name=${'hear-' + code} checked=${carried} disabled=${Boolean(busy)}
        onChange=${(e) => (e.currentTarget.checked ? onCarry(code) : onLeave(code))} />
      <span><span class="strong">${row.name}</span> <span class="small nowrap">${t('hear.size', { n: files, mb: row.mb })}</span></span></label>
    ${mine && live && html`<p class="small" aria-hidden="true">${live}</p>`}
    ${carried && !mine && html`<p class="small" data-heard=${here === files ? 'yes' : 'part'}>${t(here === files ? 'hear.here' : 'hear.part', { n: here, of: files })}</p>`}
    ${told && html`<${Failed} ...${told} />`}
    ${carried && here < files && !busy && html`<button type="button" class="wide" data-act="hear-rest" onClick=${() => onCarry(code)}>${t('hear.rest')}</button>`}</li>`;
}

/** @param {any} props rows: {code, name, files, mb, here, carried}; told: by code, what did not come */
export function Voices({ rows, busy, told, live, pictures, onPictures, onCarry, onLeave }) {
  return html`<section class="stack" data-voices><h2>${t('hear.title')}</h2>
    ${rows.length ? html`<p>${t('hear.how')}</p>
      <ul class="lines">${rows.map((row) => html`<${Voice} key=${row.code} ...${{ row, busy, live, onCarry, onLeave }} told=${told[row.code]} />`)}</ul>` : html`<p>${t('hear.none')}</p>`}
    <label class="pick"><input type="checkbox" name="pictures" checked=${pictures} onChange=${(e) => onPictures(e.currentTarget.checked)} /><span>${t('hear.pictures')}</span></label>
    <p class="hidden" role="status">${live}</p></section>`;
}

// Ready for the field: what is on this phone and what is missing, in plain words.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Notice } from '../parts/notice.js';
import { LockAfter, Trip } from '../parts/trip.js';

const SHAPES = { yes: '✓', no: '✕', part: '!' };

export function Line({ id, ok, text, todo }) {
  return html`<li class="row" data-ready=${id} data-ok=${ok} style="align-items:flex-start"><span class="strong" aria-hidden="true">${SHAPES[ok]}</span>
      <span class="stack tight"><span><span class="hidden">${t('ready.is_' + ok)}: </span>${text}</span>${todo && html`<span class="small soft">${todo}</span>`}</span></li>`;
}

// more: what stands below the lines; lines: [{id, ok: yes|no|part, text, todo}]; languages: [{code, name, text, audio}].
export function Ready(props) {
  const { lines, languages, busy, failure, live } = props;
  const bad = lines.filter((l) => l.ok === 'no').length;
  return html`<${Frame} title=${t('ready.title')} onBack=${props.onBack} live=${live}
      dock=${html`<button type="button" class="main big" data-act="fetch" disabled=${busy} onClick=${props.onFetch}>${t(busy ? 'ready.fetching' : 'ready.fetch')}</button>`}>
    <${Notice} work=${bad === 0} title=${bad === 0 ? t('ready.yes') : t('ready.no', { n: bad })}><p>${t(bad === 0 ? 'ready.yes_how' : 'ready.no_how')}</p></${Notice}>
    ${busy && live && html`<p class="strong" aria-hidden="true">${live}</p>`}
    ${failure && html`<${Notice} alert title=${t('ready.failure')}><p>${failure}</p></${Notice}>`}
    <ul class="lines">${lines.map((l) => html`<${Line} key=${l.id} ...${l} />`)}${props.more}</ul>
    ${props.voices}
    ${props.trip && html`<${Trip} ...${props.trip} />`}
    ${props.lock && html`<section class="stack"><h2>${t('lock.settings')}</h2><${LockAfter} ...${props.lock} /></section>`}
    <section class="stack"><h2>${t('ready.languages')}</h2><ul class="lines">${languages.map((l) => html`<li key=${l.code} class="stack tight"><span class="strong">${l.name}</span><span class="small">${l.text}</span><span class="small soft">${l.audio}</span></li>`)}</ul></section>
  </${Frame}>`;
}

// The reasons of an assessment on screen, the same for the agent and for the
// supervisor: level in words, why, which answers, which offences and elements.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Mark } from './notice.js';

function Behind({ answers }) {
  return html`<ul class="stack tight small">${answers.map((a) => html`<li key=${a.id}><span lang=${a.locale}>${a.text}</span> <span class="strong">${a.answer}</span></li>`)}</ul>`;
}

function Indicators({ list }) {
  return html`<ul class="lines">${list.map((i) => html`<li key=${i.code} class="stack tight"><span>${i.text}</span><${Behind} answers=${i.answers} /></li>`)}</ul>`;
}

// Why: the rule's own words, then what it rests on.
export function Why({ told, says }) {
  return html`<section class="stack"><h2>${t('result.why')}</h2>
    ${told.because && says && html`<p lang=${told.because.locale}>${told.because.text}</p>`}
    ${told.child && html`<p>${t('result.child_path')}</p>`}
    ${told.leading.length > 0 && html`<${Indicators} list=${told.leading} />`}
    ${told.missing.length > 0 && html`<div class="stack tight"><p>${t('result.unanswered')}</p><${Behind} answers=${told.missing} /></div>`}
    ${told.others.length > 0 && html`<details><summary>${t('result.also')}</summary><div class="in"><${Indicators} list=${told.others} /></div></details>`}
  </section>`;
}

// Each offence stands alone, by its own article; never one word for all of them.
export function Offences({ told }) {
  if (!told.offences.length) return null;
  return html`<section class="stack"><h2>${t('result.offences')}</h2>
    <p><${Mark}>${t('result.no_lawyer')}</${Mark}></p>
    ${told.offences.map((o) => html`<details key=${o.code}><summary>${o.text}</summary><div class="in">
      <ul class="lines">${o.elements.map((e) => html`<li key=${e.code} class="stack tight">
        <span lang=${e.locale}>${e.text}</span><span class="small strong">${t('result.element_' + e.state)}</span><${Behind} answers=${e.answers} /></li>`)}</ul>
    </div></details>`)}</section>`;
}

export function Acts({ title, acts, by, never }) {
  if (!acts.length) return null;
  return html`<section class="stack"><h2>${title}</h2><ul class=${never ? 'dots' : 'stack'}>
    ${acts.map((a) => html`<li key=${a.code} class=${never ? '' : 'card'}><p lang=${a.locale}>${a.text}</p>
      ${a.by && html`<p class="strong small">${by(a.by)}</p>`}
      ${a.law.length > 0 && html`<p class="small soft">${a.law.join(' · ')}</p>`}</li>`)}</ul></section>`;
}

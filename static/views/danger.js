// What to do first when somebody may be hurt: few steps, calls that work
// without data, and two ways on. Quiet colours: the person may see this screen.
import { html } from '../vendor/ui.js';
import { t } from '../text/messages.js';
import { Frame } from '../parts/frame.js';
import { Calls } from '../parts/call.js';
import { Options } from '../parts/answer-buttons.js';

// codes: the danger codes met, [{code, text}]; when none is met yet the agent
// picks what is happening from `choices`.
export function Danger(props) {
  const { codes, choices, steps, calls, lang } = props;
  const bar = html`<button type="button" data-act="stop" onClick=${props.onStop}>${t('ask.stop_here')}</button>
    <button type="button" class="main" data-act="go-on" onClick=${props.onGoOn}>${t('danger.go_on')}</button>`;
  return html`<${Frame} title=${t('danger.title')} onBack=${props.onGoOn} dock=${bar}>
    ${codes.length > 0 && html`<ul class="dots">${codes.map((c) => html`<li key=${c.code}>${c.text}</li>`)}</ul>`}
    ${steps.length > 0 && html`<section class="stack"><h2>${t('danger.steps')}</h2>
      <ol class="stack">${steps.map((s, i) => html`<li key=${s.code} class="card"><p lang=${s.locale}><span class="strong">${i + 1}.</span> ${s.text}</p>
        ${s.by && html`<p class="small soft">${s.by}</p>`}</li>`)}</ol></section>`}
    ${steps.length === 0 && html`<p>${t('danger.first')}</p>`}
    <section class="stack"><h2>${t('danger.call')}</h2><${Calls} services=${calls} lang=${lang} /></section>
    ${choices.length > 0 && html`<details open=${codes.length === 0}><summary>${t('danger.what')}</summary>
      <div class="in"><p class="small soft">${t('danger.what_hint')}</p><${Options} options=${choices} onAnswer=${props.onPick} /></div></details>`}
    <p class="small soft">${t('danger.decide')}</p>
  </${Frame}>`;
}
